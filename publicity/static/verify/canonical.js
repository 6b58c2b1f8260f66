"use strict";
// Canonical JSON (RFC 8785). A file is taken only if it is, byte for byte, what its value is written as: so a key that
// stands twice, a space, another spelling of a number or an order of keys of its own is seen.

function canonicalOf(value) {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError("a number out of range");
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalOf).join(",")}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalOf(value[key])}`).join(",")}}`;
}

const LONE_SURROGATE = /\\ud[89a-f]/; // JSON is written with half a sign escaped

function parseCanonical(bytes, file) {
  const text = textOf(bytes, file);
  let value;
  let again;
  try {
    value = JSON.parse(text);
    again = canonicalOf(value);
  } catch {
    refuse({ file }, "不是 JSON，或者有超出范围的数", "it is not JSON, or has a number out of range");
  }
  if (again !== text || LONE_SURROGATE.test(again.replaceAll("\\\\", ""))) {
    refuse({ file }, "不是规范形式的 JSON（RFC 8785）", "it is not JSON in canonical form (RFC 8785)");
  }
  return value;
}

const PLAIN_TOKEN = /"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+/g;

// JSON in any spelling, but with no key twice, of which readers differ on which one counts, and with whole numbers alone.
function parsePlain(bytes, file) {
  const text = textOf(bytes, file);
  let value;
  try {
    value = JSON.parse(text);
    if (LONE_SURROGATE.test(canonicalOf(value).replaceAll("\\\\", ""))) throw new RangeError("half a sign");
  } catch {
    refuse({ file }, "不是 JSON，或者有超出范围的数", "it is not JSON, or has a number out of range");
  }
  const open = [];
  const tokens = text.match(PLAIN_TOKEN);
  tokens.forEach((token, n) => {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (/^-|^[0-9].*[^0-9]/.test(token)) refuse({ file }, `不是整数：${token}`, `“${token}” is no whole number`);
    else if (tokens[n + 1] === ":") {
      const key = JSON.parse(token);
      if (open.at(-1).has(key)) refuse({ file, key }, "出现两次", "it stands twice");
      open.at(-1).add(key);
    }
  });
  return value;
}

// A value in a file and the way to it, for what is refused.
class Place {
  constructor(file, key, value) {
    this.file = file;
    this.key = key;
    this.value = value;
  }

  refuse(zh, en) {
    refuse({ file: this.file, key: this.key }, zh, en);
  }

  at(key) {
    return new Place(this.file, this.key ? `${this.key}.${key}` : String(key), this.value[key]);
  }

  isObject() {
    return typeof this.value === "object" && this.value !== null && !Array.isArray(this.value);
  }

  // Whether it is an object with such a key.
  has(key) {
    return this.isObject() && Object.hasOwn(this.value, key);
  }

  // The values of an object that has exactly these keys.
  members(...keys) {
    if (!this.isObject()) this.refuse("应为对象", "an object is wanted");
    for (const key of keys) if (!this.has(key)) this.refuse(`缺少“${key}”`, `“${key}” is missing`);
    for (const key of Object.keys(this.value)) {
      if (!keys.includes(key)) this.refuse(`多出“${key}”`, `“${key}” is unknown`);
    }
    return keys.map((key) => this.at(key));
  }

  entries() {
    if (!this.isObject()) this.refuse("应为对象", "an object is wanted");
    return Object.keys(this.value).map((key) => [key, this.at(key)]);
  }

  list(least) {
    if (!Array.isArray(this.value)) this.refuse("应为列表", "a list is wanted");
    if (this.value.length < least) this.refuse("不能是空的", "it must not be empty");
    return this.value.map((_, n) => this.at(n));
  }

  integer(least, most = Number.MAX_SAFE_INTEGER) {
    const { value } = this;
    if (!Number.isSafeInteger(value) || value < least || value > most) {
      this.refuse("不是范围内的整数", "it is no integer of the range");
    }
    return value;
  }

  text() {
    if (typeof this.value !== "string") this.refuse("应为文字", "a text is wanted");
    return this.value;
  }

  matching(form, zh, en) {
    if (!form.test(this.text())) this.refuse(zh, en);
    return this.value;
  }

  identifier() {
    return this.matching(IDENTIFIER, "不是标识符", "it is no identifier");
  }

  digest() {
    return this.matching(HEX64, "不是 64 位小写十六进制数", "it is not 64 lowercase hex digits");
  }

  // A text of 1 to 200 characters, NFC, without control characters.
  title() {
    const text = this.text();
    const length = [...text].length;
    if (length < 1 || length > 200) this.refuse("应为 1 至 200 个字符", "it must have 1 to 200 characters");
    if (/\p{Cc}/u.test(text)) this.refuse("含有控制字符", "it has a control character");
    if (text.normalize("NFC") !== text) this.refuse("不是 NFC 形式", "it is not in NFC");
    return text;
  }

  same(expected, zh, en) {
    if (this.value !== expected) this.refuse(zh, en);
    return this.value;
  }
}

const IDENTIFIER = /^[0-9A-Za-z._-]{1,64}$/;
const HEX64 = /^[0-9a-f]{64}$/;
