"use strict";
// The draw's entries in the transparency log: each is under the root, and says what the files say.

const LOG = "log.json";
// The steps that every draw has once, and what their entries must say besides its number.
const NEEDED = { "draw.committed": ["commitment"], "draw.executed": ["outcome_root"] };

function checkLog(bytes, outcome, files) {
  const whole = new Place(LOG, "", parseCanonical(bytes, LOG));
  const [size, root, entries, checkpoint, cosignatures] = whole.members(
    "size", "root", "entries", "checkpoint", "cosignatures",
  );
  size.integer(1);
  root.digest();
  const lines = cosignatures.list(0).map((line) => line.text());
  const said = new Set();
  const kinds = [];
  let before = outcome.made.logSize - 1;
  for (const each of entries.list(1)) {
    const { kind, index } = checkEntry(each, size.value, root.value, outcome, files, said);
    if (!(index > before)) each.refuse("没有按顺序排列，或早于名册所依据的各条", "out of order, or before the register");
    before = index;
    kinds.push(kind);
  }
  if (kinds[0] !== "draw.committed") entries.refuse("第一条不是本次锁定", "the first is not the commitment");
  for (const kind of Object.keys(NEEDED)) {
    if (kinds.filter((each) => each === kind).length !== 1) {
      entries.refuse("锁定和摇号应恰好各有一条", "there must be one entry each of commitment and execution");
    }
  }
  if (!said.has("reveal")) entries.refuse("没有写明交出的秘密的摘要", "none of them names the reveal");
  if (checkpoint.value !== null) checkpoint.text();
  return { size: size.value, root: root.value, entries: entries.value, checkpoint: checkpoint.value, lines, said };
}

function checkEntry(each, size, root, outcome, files, known) {
  const [index, entry, proof] = each.members("index", "entry", "proof");
  const leaf = leafHash(bytesOfText(entry.text()));
  const path = proof.list(0).map((hash) => bytesOfHex(hash.digest()));
  const found = rootOfProof(index.integer(0), size, leaf, path);
  if (found === null || hexOf(found) !== root) {
    proof.refuse("存在证明不成立：这条不在日志里", "its inclusion proof does not hold: it is not in the log");
  }
  const text = new Place(LOG, entry.key, parseCanonical(bytesOfText(entry.value), LOG));
  const [at, digest, number, kind, said, version] = text.members("at", "digest", "index", "kind", "public", "v");
  at.text();
  digest.digest();
  number.same(index.value, "序号不符", "its number is another");
  version.same(1, "不是这种日志条目", "it is another kind of entry");
  if (!said.isObject()) said.refuse("应为对象", "an object is wanted");
  for (const key of ["draw_id", ...(Object.hasOwn(NEEDED, kind.text()) ? NEEDED[kind.value] : [])]) {
    if (!said.has(key)) said.refuse(`缺少“${key}”`, `“${key}” is missing`);
  }
  for (const [key, value] of Object.entries(expectedOf(outcome, files))) {
    if (!said.has(key)) continue;
    said.at(key).same(value, "与文件不符", "it is not what the files say");
    known.add(key);
  }
  return { kind: kind.value, index: index.value };
}

// What the log may say of this draw at any step, and must not say otherwise.
function expectedOf({ made, keys, drawn, seats }, files) {
  return {
    draw_id: made.drawId,
    commitment: made.digest,
    seed: keys.seed,
    reveal: hexDigest(made.hash, files.get(REVEAL)),
    drawn: hashText(made.hash, drawn),
    teams: hashText(made.hash, seats),
  };
}

// Who signed the head that the proofs lead to, of the keys that the reader pinned.
function checkCheckpoint(log, keys) {
  const file = "checkpoint";
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
