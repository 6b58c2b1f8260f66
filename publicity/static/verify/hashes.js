"use strict";
// SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016): blocks of 64 bytes, eight words of state, the same padding.
// Written here because a browser offers its own hashes on https alone, and SM3 not at all.

const SCHEDULE = new Int32Array(68);
const BLOCK = new Int32Array(16);
const STATE = new Int32Array(8);

const SHA256_ROUNDS = roundsOfSha256();

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes, by whole numbers alone.
function roundsOfSha256() {
  return Int32Array.from(firstPrimes(64), (prime) => Number(rootOf(BigInt(prime) << 96n, 3n)));
}

function firstPrimes(count) {
  const primes = [];
  for (let n = 2; primes.length < count; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

// The whole part of the k-th root.
function rootOf(number, k) {
  let low = 0n;
  let high = 1n << BigInt(Math.ceil(number.toString(2).length / Number(k)));
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** k <= number) low = middle;
    else high = middle - 1n;
  }
  return low;
}

const SHA256 = {
  title: "SHA-256",
  start: Int32Array.from(firstPrimes(8), (prime) => Number(rootOf(BigInt(prime) << 64n, 2n))),
  compress: compressSha256,
};

const SM3 = {
  title: "SM3",
  start: Int32Array.of(
    0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
  ),
  compress: compressSm3,
};

const HASHES = { sha256: SHA256, sm3: SM3 };

function compressSha256(s, block) {
  const w = SCHEDULE;
  const k = SHA256_ROUNDS;
  for (let t = 0; t < 16; t += 1) w[t] = block[t];
  for (let t = 16; t < 64; t += 1) {
    const x = w[t - 15];
    const y = w[t - 2];
    const near = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const far = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = (far + w[t - 7] + near + w[t - 16]) | 0;
  }
  let a = s[0];
  let b = s[1];
  let c = s[2];
  let d = s[3];
  let e = s[4];
  let f = s[5];
  let g = s[6];
  let h = s[7];
  for (let t = 0; t < 64; t += 1) {
    const big = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + big + ((e & f) ^ (~e & g)) + k[t] + w[t]) | 0;
    const small = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (small + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  s[0] += a;
  s[1] += b;
  s[2] += c;
  s[3] += d;
  s[4] += e;
  s[5] += f;
  s[6] += g;
  s[7] += h;
}

function compressSm3(s, block) {
  const w = SCHEDULE;
  for (let j = 0; j < 16; j += 1) w[j] = block[j];
  for (let j = 16; j < 68; j += 1) {
    const x = w[j - 16] ^ w[j - 9] ^ ((w[j - 3] << 15) | (w[j - 3] >>> 17));
    const p1 = x ^ ((x << 15) | (x >>> 17)) ^ ((x << 23) | (x >>> 9));
    w[j] = p1 ^ ((w[j - 13] << 7) | (w[j - 13] >>> 25)) ^ w[j - 6];
  }
  let a = s[0];
  let b = s[1];
  let c = s[2];
  let d = s[3];
  let e = s[4];
  let f = s[5];
  let g = s[6];
  let h = s[7];
  for (let j = 0; j < 64; j += 1) {
    const r = j % 32;
    const constant = j < 16 ? 0x79cc4519 : 0x7a879d8a;
    const turned = r === 0 ? constant : (constant << r) | (constant >>> (32 - r));
    const a12 = (a << 12) | (a >>> 20);
    const sum = (a12 + e + turned) | 0;
    const ss1 = (sum << 7) | (sum >>> 25);
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    const tt1 = (ff + d + (ss1 ^ a12) + (w[j] ^ w[j + 4])) | 0;
    const tt2 = (gg + h + ss1 + w[j]) | 0;
    d = c;
    c = (b << 9) | (b >>> 23);
    b = a;
    a = tt1;
    h = g;
    g = (f << 19) | (f >>> 13);
    f = e;
    e = tt2 ^ ((tt2 << 9) | (tt2 >>> 23)) ^ ((tt2 << 17) | (tt2 >>> 15));
  }
  s[0] ^= a;
  s[1] ^= b;
  s[2] ^= c;
  s[3] ^= d;
  s[4] ^= e;
  s[5] ^= f;
  s[6] ^= g;
  s[7] ^= h;
}

// Hash the first `length` bytes; the eight words of the digest go to `out` from `at`.
function digestInto(hash, bytes, length, out, at) {
  const s = STATE;
  const b = BLOCK;
  s.set(hash.start);
  let from = 0;
  for (; from + 64 <= length; from += 64) {
    for (let t = 0, p = from; t < 16; t += 1, p += 4) {
      b[t] = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3];
    }
    hash.compress(s, b);
  }
  b.fill(0);
  for (let p = from; p < length; p += 1) b[(p - from) >> 2] |= bytes[p] << (24 - 8 * (p & 3));
  b[(length - from) >> 2] |= 0x80 << (24 - 8 * (length & 3));
  if (length - from >= 56) {
    hash.compress(s, b);
    b.fill(0);
  }
  b[14] = Math.floor(length / 0x20000000);
  b[15] = length << 3;
  hash.compress(s, b);
  for (let t = 0; t < 8; t += 1) out[at + t] = s[t];
}

function digestOf(hash, bytes) {
  const words = new Uint32Array(8);
  digestInto(hash, bytes, bytes.length, words, 0);
  const digest = new Uint8Array(32);
  for (let t = 0; t < 32; t += 1) digest[t] = words[t >> 2] >>> (24 - 8 * (t & 3));
  return digest;
}

function hexDigest(hash, bytes) {
  return hexOf(digestOf(hash, bytes));
}

// H of a text, as the protocol writes it.
function hashText(hash, text) {
  return hexDigest(hash, bytesOfText(text));
}

function wordsHex(words, at) {
  let hex = "";
  for (let t = 0; t < 8; t += 1) hex += words[at + t].toString(16).padStart(8, "0");
  return hex;
}

// Hashes "key:…" for many texts of ASCII signs, without making a text or an array for each.
class KeyedHash {
  constructor(hash, key) {
    this.hash = hash;
    this.bytes = new Uint8Array(256);
    this.start = key.length + 1;
    this.bytes.set(bytesOfText(`${key}:`));
  }

  into(text, out, at) {
    const { bytes, start } = this;
    for (let n = 0; n < text.length; n += 1) bytes[start + n] = text.charCodeAt(n);
    digestInto(this.hash, bytes, start + text.length, out, at);
  }
}

// Order of two digests in one array: below zero, zero, above zero.
function compareWords(words, one, other) {
  for (let t = 0; t < 8; t += 1) {
    const a = words[one + t];
    const b = words[other + t];
    if (a !== b) return a - b;
  }
  return 0;
}
