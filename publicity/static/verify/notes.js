"use strict";
// Signed notes, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature), Ed25519 (RFC 8032).
// Points and their arithmetic are those of the vendored library; what is a lawful signature is decided here: one
// encoding of everything, no key and no R of small order, and R compared as bytes.

const SIGNED = 1;
const COSIGNED = 4;
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const KEY_NAME = /^[^\s+\p{Cc}]+$/u;

function ed25519Holds(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const { Point } = nobleEd25519;
  const s = littleEndian(signature.subarray(32));
  if (s >= GROUP_ORDER) return false;
  let point;
  try {
    point = Point.fromHex(key, false);
  } catch {
    return false;
  }
  if (point.isSmallOrder()) return false;
  const r = signature.subarray(0, 32);
  const k = littleEndian(sha512(joined(r, key, message))) % GROUP_ORDER;
  const found = Point.BASE.multiply(s, false).add(point.multiply(k, false).negate());
  return !found.isSmallOrder() && sameBytes(pointBytes(found), r);
}

// The one encoding of a point, that of the neutral element too: y, and the sign of x in the last bit.
function pointBytes(point) {
  const { x, y } = point.toAffine();
  const bytes = Uint8Array.from({ length: 32 }, (_, n) => Number((y >> BigInt(8 * n)) & 0xffn));
  bytes[31] |= x & 1n ? 0x80 : 0;
  return bytes;
}

function littleEndian(bytes) {
  let number = 0n;
  for (let n = bytes.length - 1; n >= 0; n -= 1) number = (number << 8n) | BigInt(bytes[n]);
  return number;
}

// Standard Base64 with padding, in its one form; null for anything else.
function bytesOfBase64(text) {
  try {
    const binary = atob(text);
    return btoa(binary) === text ? Uint8Array.from(binary, (sign) => sign.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}

// A verifier key "name+number+key", as the reader pins it.
function readVerifierKey(text) {
  const file = "vkey";
  const found = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  const raw = found && bytesOfBase64(found[3]);
  if (!raw || raw.length !== 33 || ![SIGNED, COSIGNED].includes(raw[0]) || !KEY_NAME.test(found[1])) {
    refuse({ file }, "不是验证公钥（名称+编号+公钥）", "it is no verifier key (name+number+key)");
  }
  const number = digestOf(SHA256, joined(bytesOfText(`${found[1]}\n`), raw)).subarray(0, 4);
  if (hexOf(number) !== found[2]) {
    refuse({ file }, "编号与名称和公钥不符", "its number is not that of its name and key");
  }
  return { name: found[1], number: found[2], use: raw[0], key: raw.subarray(1) };
}

// A note is its text, a blank line and signature lines; written again it is the same bytes.
function readNote(bytes, file) {
  const whole = textOf(bytes, file);
  const cut = whole.lastIndexOf("\n\n");
  const text = whole.slice(0, cut + 1);
  const lines = whole.slice(cut + 2).split("\n");
  if (cut < 0 || lines.pop() !== "" || lines.length === 0 || lines.length > 100) {
    refuse({ file }, "不是签名文书：应为正文、空行、签名行", "it is no signed note: text, blank line, signatures");
  }
  if (/[\x00-\x09\x0b-\x1f]/.test(text)) refuse({ file }, "正文含有控制字符", "its text has a control character");
  const signatures = lines.map((line) => {
    const found = /^— (\S+) (\S+)$/u.exec(line);
    const raw = found && bytesOfBase64(found[2]);
    if (!raw || raw.length < 5 || !KEY_NAME.test(found[1])) refuse({ file }, "签名行有误", "a signature line is malformed");
    return { name: found[1], number: hexOf(raw.subarray(0, 4)), value: raw.subarray(4), line };
  });
  return { text, signatures };
}

// Which of the pinned keys signed the note. A signature in a pinned key's name that does not hold is refused.
function openNote(note, keys, file) {
  const signers = [];
  const seen = new Map();
  for (const { name, number, value, line } of note.signatures) {
    const key = keys.find((each) => each.name === name && each.number === number);
    if (key === undefined || seen.get(key) === line) continue;
    if (seen.has(key)) refuse({ file }, `“${name}”有两个不同的签名`, `there are two signatures of ${name}`);
    seen.set(key, line);
    signers.push({ key, at: checkSignature(note.text, key, value, file) });
  }
  return signers;
}

function checkSignature(text, key, value, file) {
  let message = bytesOfText(text);
  let signature = value;
  let at = null;
  if (key.use === COSIGNED) {
    const time = value.length === 72 ? new DataView(value.slice(0, 8).buffer).getBigUint64(0) : -1n;
    signature = value.subarray(8);
    at = time;
    message = joined(bytesOfText(`cosignature/v1\ntime ${time}\n`), message);
    if (time < 0n || time >= 1n << 63n) signature = new Uint8Array(0);
  }
  if (!ed25519Holds(key.key, message, signature)) {
    refuse({ file }, `“${key.name}”的签名不成立`, `the signature of ${key.name} does not hold`);
  }
  return at;
}

// The head in a checkpoint: origin, size, root, and nothing more.
function readHead(text, file) {
  const [origin, size, root, end, more] = text.split("\n");
  const raw = bytesOfBase64(root);
  if (!origin || !/^(?:0|[1-9][0-9]*)$/.test(size) || raw === null || raw.length !== 32 || end !== "" ||
    more !== undefined || !Number.isSafeInteger(Number(size))) {
    refuse({ file }, "不是检查点", "it is no checkpoint");
  }
  return { origin, size: Number(size), root: raw };
}
