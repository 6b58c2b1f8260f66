"use strict";
// The draw from its six files, and nothing else (sections 1 to 5).

const INPUTS = [COMMITMENT, "frame.csv", "exclusions.csv", "inspectors.csv", "recusals.csv", REVEAL];
const SILENT = () => {};

function replay(files, progress = SILENT) {
  for (const file of INPUTS) if (!files.has(file)) refuse({ file }, "没有这个文件", "the file is missing");
  const made = readCommitment(files.get(COMMITMENT));
  const tables = readTables(files, made);
  progress("tables", 1, 1);
  checkTables(made, tables, files);
  progress("commitment", 1, 1);
  const reveal = readReveal(files.get(REVEAL), made);
  const keys = seedOf(made, reveal);
  progress("seed", 1, 1);
  const draw = drawUnits(made, keys, tables.units, progress);
  const entries = staffTeams(made, keys, tables, draw, progress);
  const teams = teamsByPlace(draw, entries);
  return {
    made,
    tables,
    reveal,
    keys,
    draw,
    entries,
    teams,
    drawn: drawnFile(draw, draw.drawn),
    seats: teamsFile(made, tables, draw, draw.drawn, teams),
  };
}
