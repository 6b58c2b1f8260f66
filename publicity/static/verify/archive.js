"use strict";
// The bundle as one ZIP, section 7: only the files that a bundle has, each once, none larger than announced, nothing
// between them. The list at the end counts; what stands before each file has to say the same.

const BUNDLE = ["commitment.json", "drawn.csv", "exclusions.csv", "frame.csv", "inspectors.csv", "log.json",
  "public_value.json", "recusals.csv", "reveal.json", "teams.csv"];
const REPLACEMENTS = "replacements.json";
const MOST_BYTES = 128 * 1024 * 1024;
const END_BYTES = 22;
const LISTED_BYTES = 46;
const LOCAL_BYTES = 30;
const FILE_KIND = 0o170000;
const PLAIN = [0, 0o100000];
const NEWEST = 63; // what a member needs to be unpacked, at most: newer ones are packed in ways of their own

function isArchive(bytes) {
  return bytes.length > 3 && bytes[0] === 0x50 && bytes[1] === 0x4b;
}

function readArchive(bytes) {
  const file = "ZIP";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - END_BYTES;
  const broken = () => refuse({ file }, "不是完整的 ZIP 文件", "it is no whole ZIP file");
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50 || view.getUint16(end + 20, true) !== 0) broken();
  const count = view.getUint16(end + 10, true);
  const from = view.getUint32(end + 16, true);
  if (view.getUint32(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) broken();
  if (from + view.getUint32(end + 12, true) !== end) broken();
  if (count > BUNDLE.length) refuse({ file }, "文件太多", "it has too many files");
  const members = [];
  let at = from;
  for (let n = 0; n < count; n += 1) {
    if (at + LISTED_BYTES > end || view.getUint32(at, true) !== 0x02014b50) broken();
    const member = readListed(bytes, view, at);
    at += LISTED_BYTES + member.nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    members.push(member);
  }
  if (at !== end) broken();
  checkMembers(members);
  return unpack(bytes, view, members, from);
}

function readListed(bytes, view, at) {
  const nameLength = view.getUint16(at + 28, true);
  const name = String.fromCharCode(...bytes.subarray(at + LISTED_BYTES, at + LISTED_BYTES + Math.min(nameLength, 200)));
  return {
    name,
    nameLength,
    needs: bytes[at + 6],
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    mode: view.getUint16(at + 40, true),
    offset: view.getUint32(at + 42, true),
  };
}

function checkMembers(members) {
  const names = new Set();
  let total = 0;
  for (const { name, needs, flags, method, size, mode } of members) {
    if (!BUNDLE.includes(name)) {
      refuse({ file: "ZIP" }, `多出文件“${name}”`, `“${name}” is no file of a bundle`);
    }
    if (names.has(name)) refuse({ file: name }, "在 ZIP 中出现两次", "it stands twice in the ZIP");
    names.add(name);
    if (flags & 0x41) refuse({ file: name }, "已加密", "it is encrypted");
    if ((method !== 0 && method !== 8) || flags & 0x20 || needs > NEWEST) {
      refuse({ file: name }, "压缩方法不支持", "it is packed in another way");
    }
    if (!PLAIN.includes(mode & FILE_KIND)) refuse({ file: name }, "不是普通文件", "it is no plain file");
    total += size;
    if (total > MOST_BYTES) refuse({ file: name }, "解开之后太大", "it is too large unpacked");
  }
  for (const name of BUNDLE) if (!names.has(name)) refuse({ file: name }, "存证包缺少这个文件", "the bundle lacks it");
}

function unpack(bytes, view, members, end) {
  const files = new Map();
  let free = 0;
  for (const member of [...members].sort((a, b) => a.offset - b.offset)) {
    const { name, offset, packed, size } = member;
    const where = { file: name };
    if (offset < free || offset + LOCAL_BYTES > end || view.getUint32(offset, true) !== 0x04034b50) {
      refuse(where, "与 ZIP 的目录不符", "it is not where the ZIP lists it");
    }
    const length = view.getUint16(offset + 26, true);
    const start = offset + LOCAL_BYTES + length + view.getUint16(offset + 28, true);
    const local = bytes.subarray(offset + LOCAL_BYTES, offset + LOCAL_BYTES + length);
    if (!sameBytes(local, bytesOfText(name)) || start + packed > end) {
      refuse(where, "与 ZIP 的目录不符", "it is not what the ZIP lists");
    }
    if (view.getUint16(offset + 8, true) !== member.method) {
      refuse(where, "与 ZIP 的目录不符", "it is not what the ZIP lists");
    }
    free = start + packed;
    const data = bytes.subarray(start, free);
    if (member.method === 0 && packed !== size) refuse(where, "长度不符", "it is not of the size listed");
    const unpacked = member.method === 0 ? data : new Inflater(data, size, name).run();
    if (crc32(unpacked) !== member.crc) refuse(where, "校验和不符", "its checksum is wrong");
    files.set(name, unpacked);
  }
  return files;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
