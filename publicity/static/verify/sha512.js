"use strict";
// SHA-512 (FIPS 180-4), which Ed25519 needs for a few short messages: written to be read, in whole numbers of 64 bits.

const WORD = (1n << 64n) - 1n;
const SHA512_ROUNDS = firstPrimes(80).map((prime) => rootOf(BigInt(prime) << 192n, 3n) & WORD);
const SHA512_START = firstPrimes(8).map((prime) => rootOf(BigInt(prime) << 128n, 2n) & WORD);

function rotated(x, n) {
  return ((x >> n) | (x << (64n - n))) & WORD;
}

function sha512(bytes) {
  const padded = new Uint8Array(Math.ceil((bytes.length + 17) / 128) * 128);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const state = [...SHA512_START];
  for (let from = 0; from < padded.length; from += 128) {
    const w = [];
    for (let t = 0; t < 16; t += 1) w.push(view.getBigUint64(from + 8 * t));
    for (let t = 16; t < 80; t += 1) {
      const x = w[t - 15];
      const y = w[t - 2];
      const near = rotated(x, 1n) ^ rotated(x, 8n) ^ (x >> 7n);
      const far = rotated(y, 19n) ^ rotated(y, 61n) ^ (y >> 6n);
      w.push((far + w[t - 7] + near + w[t - 16]) & WORD);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 80; t += 1) {
      const big = rotated(e, 14n) ^ rotated(e, 18n) ^ rotated(e, 41n);
      const one = h + big + ((e & f) ^ (~e & WORD & g)) + SHA512_ROUNDS[t] + w[t];
      const small = rotated(a, 28n) ^ rotated(a, 34n) ^ rotated(a, 39n);
      const two = small + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & WORD, c, b, a, (one + two) & WORD];
    }
    [a, b, c, d, e, f, g, h].forEach((each, n) => {
      state[n] = (state[n] + each) & WORD;
    });
  }
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((each, n) => digest.setBigUint64(8 * n, each));
  return new Uint8Array(digest.buffer);
}
