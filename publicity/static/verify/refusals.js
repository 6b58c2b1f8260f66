"use strict";
// What is refused, where, and why, in both languages. Nothing is ever repaired: the first fault ends the check.

class Refused extends Error {
  constructor(where, zh, en) {
    const row = where.row ? [`第 ${where.row} 行`, `row ${where.row}`] : ["", ""];
    const key = where.key ? [`“${where.key}”`, `“${where.key}”`] : ["", ""];
    const place = (n) => [where.file, row[n], key[n]].filter(Boolean).join(" ");
    super(`${place(1)}: ${en}`);
    this.name = "Refused";
    this.where = where;
    this.zh = `${place(0)}：${zh}`;
    this.en = this.message;
  }
}

function refuse(where, zh, en) {
  throw new Refused(where, zh, en);
}

// Text of a file: UTF-8 without a byte-order mark; what is not UTF-8 is refused, not replaced.
function textOf(bytes, file) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    refuse({ file }, "不是 UTF-8 文本", "it is not UTF-8");
  }
  if (text.startsWith("\ufeff")) refuse({ file }, "开头有字节顺序标记", "it begins with a byte-order mark");
  return text;
}

function hexOf(bytes) {
  let hex = "";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return hex;
}

function bytesOfHex(hex) {
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = parseInt(hex.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

function bytesOfText(text) {
  return new TextEncoder().encode(text);
}

function sameBytes(one, other) {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
