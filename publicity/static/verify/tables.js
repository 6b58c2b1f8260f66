"use strict";
// The four input tables, section 1: strict CSV, each by itself, then what they say about each other.

const AREA = /^(?:[0-9]{2}){1,3}$/;

const COLUMNS = {
  "frame.csv": ["unit_id", "stratum", "area"],
  "exclusions.csv": ["unit_id", "reason"],
  "inspectors.csv": ["inspector_id", "department", "area"],
  "recusals.csv": ["inspector_id", "unit_id"],
};

// One spelling of each identifier of a kind: two that differ in case only are refused.
class Spellings {
  constructor() {
    this.known = new Map();
  }

  add(id, where) {
    const lower = id.toLowerCase();
    const other = this.known.get(lower);
    if (other === undefined) this.known.set(lower, id);
    else if (other !== id) refuse(where, `与“${other}”只有大小写不同`, `it differs from “${other}” in case only`);
  }
}

// Calls `take(cells, row)` for each row, of which there are `most`; rows are numbered as in a spreadsheet, the header is
// row 1.
function eachRow(bytes, file, most, take) {
  const text = textOf(bytes, file);
  const columns = COLUMNS[file];
  if (!text.endsWith("\n")) refuse({ file }, "最后一行没有换行", "the last line end is missing");
  const unlawful = text.search(/[\r"]/);
  if (unlawful >= 0) {
    const row = text.slice(0, unlawful).split("\n").length;
    refuse({ file, row }, "含有回车符或引号", "it has a carriage return or a quote");
  }
  let row = 0;
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const cells = cellsOf(text, from, end);
    from = end + 1;
    row += 1;
    if (row === 1) {
      if (cells.join() !== columns.join()) refuse({ file, row }, "表头不符", `the header must be ${columns.join()}`);
      continue;
    }
    if (row > most + 1) refuse({ file, row }, "行数多于锁定书所列", "it has more rows than the commitment says");
    if (cells.length !== columns.length) refuse({ file, row }, "列数不符或是空行", "a blank line, or wrong columns");
    for (let n = 0; n < cells.length; n += 1) {
      if (columns[n] === "area" ? isNoArea(cells[n]) : !IDENTIFIER.test(cells[n])) {
        refuse({ file, row, key: columns[n] }, `“${cells[n]}”不合规定`, `“${cells[n]}” is not lawful`);
      }
    }
    take(cells, row);
  }
  return row - 1;
}

// The cells of a line, cut out of the text one by one.
function cellsOf(text, from, end) {
  const cells = [];
  for (let at = from; at <= end; ) {
    const comma = text.indexOf(",", at);
    const to = comma < 0 || comma > end ? end : comma;
    cells.push(text.slice(at, to));
    at = to + 1;
  }
  return cells;
}

function isNoArea(text) {
  return !AREA.test(text) || text.endsWith("00");
}

// Rows come in order of bytes, none twice: all signs are ASCII, so texts compare as their bytes do.
function mustFollow(before, now, file, row) {
  if (before === undefined || before < now) return now;
  const twice = before === now;
  return refuse({ file, row }, twice ? "重复" : "没有按顺序排列", twice ? "it stands twice" : "it is out of order");
}

function readTables(files, { tables }) {
  const units = readFrame(files.get("frame.csv"), tables.frame.rows);
  const exclusions = readExclusions(files.get("exclusions.csv"), tables.exclusions.rows, units);
  const inspectors = readInspectors(files.get("inspectors.csv"), tables.inspectors.rows);
  const recusals = readRecusals(files.get("recusals.csv"), tables.recusals.rows);
  exclusions.check();
  recusals.check(units, inspectors);
  return {
    units,
    inspectors,
    recusals: recusals.byUnit,
    rows: {
      frame: units.ids.length,
      exclusions: exclusions.rows,
      inspectors: inspectors.ids.length,
      recusals: recusals.rows,
    },
  };
}

// Units in the order of their ids: `strata` and `areas` say what each belongs to, by its place. A frame may have some
// hundred thousand rows, so nothing is kept of a row but its id, and one text of each stratum and area.
function readFrame(bytes, most) {
  const file = "frame.csv";
  const units = { ids: [], strata: [], areas: [] };
  const strata = new Spellings();
  const areas = new Map();
  let before;
  eachRow(bytes, file, most, ([id, stratum, area], row) => {
    before = mustFollow(before, id, file, row);
    strata.add(stratum, { file, row, key: "stratum" });
    if (!areas.has(area)) areas.set(area, area);
    units.ids.push(id);
    units.strata.push(strata.known.get(stratum.toLowerCase()));
    units.areas.push(areas.get(area));
  });
  if (units.ids.length === 0) refuse({ file }, "没有任何单位", "it has no units");
  return units;
}

function readExclusions(bytes, most, units) {
  const file = "exclusions.csv";
  const reasons = new Spellings();
  const ids = [];
  let before;
  const rows = eachRow(bytes, file, most, ([id, reason], row) => {
    before = mustFollow(before, id, file, row);
    reasons.add(reason, { file, row, key: "reason" });
    ids.push(id);
  });
  return { rows, check: () => refuseTwins([{ file: "frame.csv", ids: units.ids }, { file, ids }]) };
}

// No two ids are the same or differ in case only. Numbers made of the ids in lower case are sorted; only ids with the
// same number are compared, which takes a fraction of the memory of a table of them all.
function refuseTwins(lists) {
  let total = 0;
  const at = lists.map(({ file, ids }) => {
    const from = total;
    total += ids.length;
    return { file, ids, from, to: total };
  });
  if (total >= PLACES) refuse({ file: at.at(-1).file }, "行数太多", "it has too many rows");
  const listOf = (place) => at.find(({ to }) => place < to);
  const idOf = (place) => listOf(place).ids[place - listOf(place).from];
  const numbers = new Float64Array(total);
  for (const { ids, from } of at) {
    // 21 bits of the place and 32 of the id: a whole number that a double holds exactly.
    for (let n = 0; n < ids.length; n += 1) numbers[from + n] = caselessNumber(ids[n]) * PLACES + from + n;
  }
  numbers.sort();
  let first = 0;
  for (let n = 1; n <= total; n += 1) {
    if (n < total && Math.floor(numbers[n] / PLACES) === Math.floor(numbers[first] / PLACES)) continue;
    const seen = new Map();
    for (let each = first; n - first > 1 && each < n; each += 1) {
      const place = numbers[each] % PLACES;
      const other = seen.get(idOf(place).toLowerCase());
      if (other !== undefined) refuseTwin(listOf(place), place, other);
      seen.set(idOf(place).toLowerCase(), idOf(place));
    }
    first = n;
  }
}

const PLACES = 2 ** 21;

function refuseTwin({ file, from, ids }, place, other) {
  refuse({ file, row: place - from + 2, key: "unit_id" },
    `“${ids[place - from]}”与“${other}”相同或只有大小写不同`,
    `“${ids[place - from]}” is “${other}”, or differs from it in case only`);
}

// FNV-1a over the lower-case signs, 32 bits: it only sorts; whether two ids are twins the ids themselves say.
function caselessNumber(id) {
  let number = 0x811c9dc5;
  for (let n = 0; n < id.length; n += 1) {
    const sign = id.charCodeAt(n);
    number = Math.imul(number ^ (sign >= 65 && sign <= 90 ? sign + 32 : sign), 0x01000193);
  }
  return number >>> 0;
}

// The place of an id in ids that are in order, or -1.
function placeOf(ids, id) {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle] < id) low = middle + 1;
    else high = middle;
  }
  return ids[low] === id ? low : -1;
}

function readInspectors(bytes, most) {
  const file = "inspectors.csv";
  const inspectors = { ids: [], departments: [], areas: [], numbers: new Map() };
  const departments = new Spellings();
  const spellings = new Spellings();
  let before;
  eachRow(bytes, file, most, ([id, department, area], row) => {
    before = mustFollow(before, id, file, row);
    spellings.add(id, { file, row, key: "inspector_id" });
    departments.add(department, { file, row, key: "department" });
    inspectors.numbers.set(id, inspectors.ids.length);
    inspectors.ids.push(id);
    inspectors.departments.push(department);
    inspectors.areas.push(area);
  });
  inspectors.spellings = departments;
  return inspectors;
}

function readRecusals(bytes, most) {
  const file = "recusals.csv";
  const pairs = [];
  let before;
  const rows = eachRow(bytes, file, most, ([inspector, unit], row) => {
    // A comma sorts before every sign of an identifier, so a line compares as its two cells do.
    before = mustFollow(before, `${inspector},${unit}`, file, row);
    pairs.push([inspector, unit]);
  });
  const byUnit = new Map();
  const check = (units, inspectors) => {
    pairs.forEach(([inspector, unit], n) => {
      const number = inspectors.numbers.get(inspector);
      if (number === undefined) {
        refuse({ file, row: n + 2 }, `没有检查人员“${inspector}”`, `there is no inspector “${inspector}”`);
      }
      if (placeOf(units.ids, unit) < 0) {
        refuse({ file, row: n + 2 }, `抽查基数中没有“${unit}”`, `“${unit}” is not in the frame`);
      }
      if (!byUnit.has(unit)) byUnit.set(unit, new Set());
      byUnit.get(unit).add(number);
    });
  };
  return { rows, byUnit, check };
}

// Who may visit each unit: of one department, whose area is a prefix of the unit's, and who is not recused.
class Eligibility {
  constructor(tables, department) {
    const { inspectors, recusals } = tables;
    this.recusals = recusals;
    this.byArea = new Map();
    this.found = new Map();
    this.size = 0;
    inspectors.departments.forEach((each, number) => {
      if (each !== department) return;
      this.size += 1;
      const area = inspectors.areas[number];
      if (!this.byArea.has(area)) this.byArea.set(area, []);
      this.byArea.get(area).push(number);
    });
  }

  // The inspectors of an area and of those around it, before any recusal.
  around(area) {
    let found = this.found.get(area);
    if (found === undefined) {
      found = [];
      for (let n = 2; n <= area.length; n += 2) found.push(...(this.byArea.get(area.slice(0, n)) ?? []));
      this.found.set(area, found);
    }
    return found;
  }

  visitors(unit, area) {
    const all = this.around(area);
    const recused = this.recusals.get(unit);
    return recused === undefined ? all : all.filter((number) => !recused.has(number));
  }
}
