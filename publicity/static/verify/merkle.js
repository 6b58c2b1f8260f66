"use strict";
// The tree of the log and of a sealed outcome: RFC 6962 hashes, RFC 9162 inclusion proofs; SHA-256 whatever `hash` is.

function leafHash(data) {
  return digestOf(SHA256, joined(Uint8Array.of(0), data));
}

function nodeHash(left, right) {
  return digestOf(SHA256, joined(Uint8Array.of(1), left, right));
}

// The root that a leaf and its proof lead to, or null where the proof is of another length (RFC 9162, 2.1.3.2).
function rootOfProof(index, size, leaf, proof) {
  if (!(index < size) || leaf.length !== 32) return null;
  let fn = index;
  let sn = size - 1;
  let hash = leaf;
  for (const each of proof) {
    if (sn === 0) return null;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(each, hash);
      while (fn % 2 === 0) {
        fn /= 2;
        sn /= 2;
      }
    } else {
      hash = nodeHash(hash, each);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 ? hash : null;
}

// Leaf data of a sealed row, section 6: its own salt, then its lines of drawn.csv and teams.csv.
function sealedLeaf(salt, row) {
  return digestOf(SHA256, joined(Uint8Array.of(2), salt, bytesOfText(row)));
}
