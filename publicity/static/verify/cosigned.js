"use strict";
// What witnesses cosigned before the round (section 11): the commitment's entry under a head older than the round of
// drand, by the clocks of those witnesses whose keys the reader gave. Nobody else's cosignature counts.

const COSIGNED_FILE = "cosigned.json";
const BESIDE = [REPLACEMENTS, COSIGNED_FILE];

function checkCosigned(bytes, made, log, keys) {
  const found = readLog(bytes, COSIGNED_FILE);
  const where = { file: COSIGNED_FILE };
  if (made.source?.kind !== "drand") {
    refuse(where, "锁定书没有约定 drand 轮次", "the commitment names no round of drand");
  }
  checkEntries(found, made, { commitment: made.digest });
  const [own] = found.entries;
  if (found.entries.length !== 1 || own.kind !== COMMITTED) {
    refuse(where, "应只有锁定这一条", "the commitment's entry alone is wanted");
  }
  if (log !== null && log.entries[0].text !== own.text) {
    refuse(where, "锁定条目与 log.json 中的不同", "its entry is not the one in log.json");
  }
  if (log !== null && log.size === found.size && log.root !== found.root) {
    refuse(where, "与 log.json 大小相同而根不同", "it has the size of log.json and another root: two histories");
  }
  if (found.checkpoint === null) refuse(where, "没有签名的日志头", "it has no signed head");
  const published = roundPublished(made.source.round);
  const witnesses = checkCheckpoint(found, keys).signers.filter(({ key }) => key.use === COSIGNED);
  for (const { key, at } of witnesses) {
    if (at >= published) {
      refuse(where, `见证人 ${key.name} 的联署不早于该轮次`, `${key.name} cosigned when the round was out already`);
    }
  }
  return { witnesses, published };
}
