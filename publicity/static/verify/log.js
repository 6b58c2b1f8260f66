"use strict";
// The draw's entries in the transparency log: each is under the root, and says what the files say. cosigned.json has
// the same form, with the entry of the commitment alone.

const LOG = "log.json";
const COMMITTED = "draw.committed";
const EXECUTED = "draw.executed";

// What the file holds once every entry is under its root; whom to believe is not decided here.
function readLog(bytes, file) {
  const whole = new Place(file, "", parseCanonical(bytes, file));
  const [size, root, entries, checkpoint, cosignatures] = whole.members(
    "size", "root", "entries", "checkpoint", "cosignatures",
  );
  size.integer(1);
  root.digest();
  const lines = cosignatures.list(0).map((line) => {
    if (line.text().includes("\n")) line.refuse("应为一行", "one line is wanted");
    return line.value;
  });
  if (checkpoint.value !== null) checkpoint.text();
  else if (lines.length > 0) cosignatures.refuse("没有日志头可供联署", "there is no head to cosign");
  let before = -1;
  const said = entries.list(1).map((each) => {
    const entry = readEntry(each, size.value, root.value, file);
    if (!(entry.index > before)) each.refuse("没有按顺序排列", "out of order");
    before = entry.index;
    return entry;
  });
  return { file, size: size.value, root: root.value, entries: said, checkpoint: checkpoint.value, lines };
}

function readEntry(each, size, root, file) {
  const [index, entry, proof] = each.members("index", "entry", "proof");
  const leaf = leafHash(bytesOfText(entry.text()));
  const path = proof.list(0).map((hash) => bytesOfHex(hash.digest()));
  const found = rootOfProof(index.integer(0), size, leaf, path);
  if (found === null || hexOf(found) !== root) {
    proof.refuse("存在证明不成立：这条不在日志里", "its inclusion proof does not hold: it is not in the log");
  }
  const text = new Place(file, entry.key, parseCanonical(bytesOfText(entry.value), file));
  const [at, digest, number, kind, said, version] = text.members("at", "digest", "index", "kind", "public", "v");
  at.text();
  digest.digest();
  number.same(index.value, "序号不符", "its number is another");
  version.same(1, "不是这种日志条目", "it is another kind of entry");
  if (!said.has("draw_id")) said.refuse("缺少“draw_id”", "“draw_id” is missing");
  return { index: index.value, text: entry.value, kind: kind.text(), said };
}

// The entries say of this draw what was recomputed, wherever they speak of it; returns what they speak of.
function checkEntries(log, made, recomputed) {
  const known = new Set();
  const needed = { [COMMITTED]: "commitment", [EXECUTED]: "outcome_root" };
  for (const { kind, said } of log.entries) {
    said.at("draw_id").same(made.drawId, "是另一次抽查的", "it is of another draw");
    for (const [key, value] of Object.entries(recomputed)) {
      if (!said.has(key)) continue;
      said.at(key).same(value, "与文件不符", "it is not what the files say");
      known.add(key);
    }
    const key = Object.hasOwn(needed, kind) ? needed[kind] : null;
    if (key !== null && !said.has(key)) said.refuse(`缺少“${key}”`, `“${key}” is missing`);
  }
  if (log.entries[0].index < made.logSize) {
    refuse({ file: log.file }, "早于名册所依据的各条", "the commitment comes before the register that it rests on");
  }
  return known;
}

function checkLog(bytes, outcome, files) {
  const log = readLog(bytes, LOG);
  const { made, keys } = outcome;
  const said = checkEntries(log, made, {
    commitment: made.digest,
    reveal: hexDigest(made.hash, files.get(REVEAL)),
    seed: keys.seed,
    drawn: hexDigest(made.hash, bytesOfText(outcome.drawn)),
    teams: hexDigest(made.hash, bytesOfText(outcome.seats)),
  });
  const kinds = log.entries.map(({ kind }) => kind);
  const times = (wanted) => kinds.filter((kind) => kind === wanted).length;
  if (kinds[0] !== COMMITTED || times(COMMITTED) !== 1) {
    refuse({ file: LOG }, "第一条应是本次锁定，只有一条", "the first is not the commitment, or there are two");
  }
  if (times(EXECUTED) !== 1) refuse({ file: LOG }, "应有摇号的一条", "the execution is not among them, once");
  if (!said.has("reveal")) refuse({ file: LOG }, "没有写明交出的秘密的摘要", "none of them names the reveal");
  return { ...log, said };
}

// Who signed the head that the proofs lead to, of the keys that the reader pinned.
function checkCheckpoint(log, keys) {
  const file = `${log.file} checkpoint`;
  readNote(bytesOfText(log.checkpoint), file); // a note by itself: signatures in the list alone are none of it
  const note = readNote(bytesOfText(log.checkpoint + log.lines.map((line) => `${line}\n`).join("")), file);
  const head = readHead(note.text, file);
  if (head.size !== log.size || hexOf(head.root) !== log.root) {
    refuse({ file }, "与日志的大小或根不符", "it is not the head that the proofs lead to");
  }
  const signers = openNote(note, keys, file);
  const signed = signers.some(({ key }) => key.use === SIGNED && key.name === head.origin);
  if (keys.length > 0 && !signed) {
    refuse({ file }, `所给公钥中没有“${head.origin}”的签名`, `none of the keys given signed it for ${head.origin}`);
  }
  return { head, signers };
}
