"use strict";
// The draw's entries in the transparency log: each is under the root, and says what the files say.

const LOG = "log.json";

function checkLog(bytes, outcome, files) {
  const whole = new Place(LOG, "", parseCanonical(bytes, LOG));
  const [size, root, entries, checkpoint, cosignatures] = whole.members(
    "size", "root", "entries", "checkpoint", "cosignatures",
  );
  size.integer(1);
  root.digest();
  cosignatures.list(0);
  const kinds = new Set();
  const said = new Set();
  for (const each of entries.list(1)) kinds.add(checkEntry(each, size.value, root.value, outcome, files, said));
  for (const kind of ["draw.committed", "draw.executed"]) {
    if (!kinds.has(kind)) entries.refuse(`没有“${kind}”`, `“${kind}” is not among them`);
  }
  if (!said.has("commitment")) entries.refuse("没有写明锁定书摘要", "none of them names the commitment");
  if (checkpoint.value !== null) checkpoint.text();
  return { size: size.value, root: root.value, entries: entries.value, checkpoint: checkpoint.value, said };
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
  if (!text.isObject() || !text.has("index") || !text.has("kind") || !text.has("public")) {
    text.refuse("不是日志条目", "it is no log entry");
  }
  text.at("index").same(index.value, "序号不符", "its number is another");
  const said = text.at("public");
  if (!said.isObject() || !said.has("draw_id")) said.refuse("缺少“draw_id”", "“draw_id” is missing");
  for (const [key, value] of Object.entries(expectedOf(text.value.kind, outcome, files))) {
    if (!said.has(key)) continue;
    said.at(key).same(value, "与文件不符", "it is not what the files say");
    known.add(key);
  }
  return text.value.kind;
}

// What the log may say of this draw at each step, and must not say otherwise.
function expectedOf(kind, { made, keys }, files) {
  const expected = { draw_id: made.drawId };
  if (kind === "draw.committed") return { ...expected, commitment: made.digest };
  for (const file of [REVEAL, DRAWN, TEAMS]) {
    if (files.has(file)) expected[file.split(".")[0]] = hexDigest(made.hash, files.get(file));
  }
  return { ...expected, seed: keys.seed };
}

// Who signed the head that the proofs lead to, of the keys that the reader pinned.
function checkCheckpoint(log, keys) {
  const file = "checkpoint";
  const note = readNote(bytesOfText(log.checkpoint), file);
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
