"use strict";
// Deflate (RFC 1951) into exactly as many bytes as were announced: what makes more is refused at once, so that a bomb
// takes no memory. Our own, because the browser's stream is not told when to stop.

const LENGTH_BASES = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
  163, 195, 227, 258];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASES = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
  2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
const DISTANCE_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
  13];
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LONGEST = 15;

class Inflater {
  constructor(bytes, size, file) {
    this.bytes = bytes;
    this.file = file;
    this.at = 0;
    this.held = 0;
    this.bits = 0;
    this.out = new Uint8Array(size);
    this.end = 0;
  }

  refuse() {
    refuse({ file: this.file }, "压缩数据损坏，或与所列长度不符", "its compressed data are damaged or not of the size listed");
  }

  take(count) {
    while (this.bits < count) {
      if (this.at >= this.bytes.length) this.refuse();
      this.held |= this.bytes[this.at] << this.bits;
      this.at += 1;
      this.bits += 8;
    }
    const value = this.held & ((1 << count) - 1);
    this.held >>>= count;
    this.bits -= count;
    return value;
  }

  run() {
    let last = 0;
    while (!last) {
      last = this.take(1);
      const kind = this.take(2);
      if (kind === 0) this.stored();
      else if (kind === 1) this.coded(FIXED.lengths, FIXED.distances);
      else if (kind === 2) this.coded(...this.tables());
      else this.refuse();
    }
    if (this.end !== this.out.length || this.at !== this.bytes.length) this.refuse();
    return this.out;
  }

  // What is not there is read as nothing, and leaves `at` behind the end, where everything is refused.
  stored() {
    this.held = 0;
    this.bits = 0;
    const { bytes, at } = this;
    const length = bytes[at] | (bytes[at + 1] << 8);
    const check = bytes[at + 2] | (bytes[at + 3] << 8);
    if ((length ^ check) !== 0xffff || this.end + length > this.out.length) this.refuse();
    this.out.set(bytes.subarray(at + 4, at + 4 + length), this.end);
    this.at += 4 + length;
    this.end += length;
  }

  tables() {
    const literals = this.take(5) + 257;
    const distances = this.take(5) + 1;
    const codes = this.take(4) + 4;
    const first = new Uint8Array(19);
    for (let n = 0; n < codes; n += 1) first[CODE_ORDER[n]] = this.take(3);
    const code = huffman(first, this);
    const lengths = new Uint8Array(literals + distances);
    for (let n = 0; n < lengths.length; ) {
      const symbol = this.symbol(code);
      if (symbol < 16) {
        lengths[n] = symbol;
        n += 1;
        continue;
      }
      if (symbol === 16 && n === 0) this.refuse();
      const value = symbol === 16 ? lengths[n - 1] : 0;
      const times = symbol === 16 ? 3 + this.take(2) : symbol === 17 ? 3 + this.take(3) : 11 + this.take(7);
      if (n + times > lengths.length) this.refuse();
      lengths.fill(value, n, n + times);
      n += times;
    }
    return [huffman(lengths.subarray(0, literals), this), huffman(lengths.subarray(literals), this)];
  }

  symbol({ counts, symbols }) {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST; length += 1) {
      code |= this.take(1);
      const count = counts[length];
      if (code - count < first) return symbols[index + code - first];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return this.refuse();
  }

  coded(lengths, distances) {
    const { out } = this;
    for (;;) {
      const symbol = this.symbol(lengths);
      if (symbol === 256) return;
      if (symbol < 256) {
        if (this.end >= out.length) this.refuse();
        out[this.end] = symbol;
        this.end += 1;
        continue;
      }
      const n = symbol - 257;
      if (n >= LENGTH_BASES.length) this.refuse();
      const length = LENGTH_BASES[n] + this.take(LENGTH_BITS[n]);
      const d = this.symbol(distances);
      if (d >= DISTANCE_BASES.length) this.refuse();
      const distance = DISTANCE_BASES[d] + this.take(DISTANCE_BITS[d]);
      if (distance > this.end || this.end + length > out.length) this.refuse();
      for (let to = this.end + length; this.end < to; this.end += 1) out[this.end] = out[this.end - distance];
    }
  }
}

// A canonical code from the lengths of its symbols; more symbols than a length has room for are refused.
function huffman(lengths, inflater) {
  const counts = new Uint16Array(LONGEST + 1);
  for (const length of lengths) counts[length] += 1;
  counts[0] = 0;
  let left = 1;
  for (let n = 1; n <= LONGEST; n += 1) {
    left = 2 * left - counts[n];
    if (left < 0) inflater.refuse();
  }
  const starts = new Uint16Array(LONGEST + 2);
  for (let n = 1; n <= LONGEST; n += 1) starts[n + 1] = starts[n] + counts[n];
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    symbols[starts[length]] = symbol;
    starts[length] += 1;
  });
  return { counts, symbols };
}

const FIXED = {
  lengths: huffman(Uint8Array.from({ length: 288 }, (_, n) => (n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8)), null),
  distances: huffman(new Uint8Array(30).fill(5), null),
};
