"use strict";
// What verifies the public value, beside the six files: the signature of the very round, or who saw what was announced.

const PUBLIC_VALUE = "public_value.json";
// League of Entropy, quicknet: the chain's hash and the group's public key, as its operators publish them.
const QUICKNET = {
  chain: "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
  key:
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc2" +
    "2b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
  suite: "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_",
};
const DIFFERENT = ["与锁定书或交出的值不符", "it is not what the commitment or the reveal says"];

// Returns whether a signature was verified (false where the curves are not at hand, null where none is needed), and of
// an event before witnesses who they were.
function checkPublicValue(bytes, made, reveal) {
  const place = new Place(PUBLIC_VALUE, "", parseCanonical(bytes, PUBLIC_VALUE));
  const { source } = made;
  if (source === null) {
    const [kind] = place.members("kind");
    kind.same("none", ...DIFFERENT);
    return { verified: null };
  }
  if (source.kind === "witnessed") {
    const expected = { ...source, value: reveal.value };
    const announced = Object.keys(expected);
    const [witnesses, simulated] = place.members("witnesses", "simulated", ...announced);
    for (const key of announced) place.at(key).same(expected[key], ...DIFFERENT);
    const names = witnesses.list(0).map((name) => name.text() || name.refuse("缺少姓名", "a name is wanted"));
    if (typeof simulated.value !== "boolean") simulated.refuse("应为真或假", "true or false is wanted");
    return { verified: null, names, simulated: simulated.value };
  }
  const [kind, chain, round, signature, randomness] = place.members(
    "kind", "chain", "round", "signature", "randomness",
  );
  kind.same("drand", ...DIFFERENT);
  chain.same(QUICKNET.chain, ...DIFFERENT);
  round.same(source.round, ...DIFFERENT);
  signature.matching(/^[0-9a-f]{96}$/, "不是 96 位小写十六进制数", "it is not 96 lowercase hex digits");
  randomness.same(hexDigest(SHA256, bytesOfHex(signature.value)), "不是签名的 SHA-256", "it is not SHA-256 of the signature");
  randomness.same(reveal.value, ...DIFFERENT);
  const holds = beaconHolds(source.round, signature.value);
  if (holds === false) signature.refuse("不是该轮的签名", "it is not the signature of this round");
  return { verified: holds !== null };
}

// Whether it is the round's one signature, in the right subgroup; null where the curves are not at hand.
function beaconHolds(round, signature) {
  if (typeof nobleCurves === "undefined") return null;
  const { shortSignatures, G1 } = nobleCurves.bls12_381;
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, BigInt(round));
  try {
    const point = G1.Point.fromHex(signature);
    point.assertValidity();
    const message = shortSignatures.hash(digestOf(SHA256, number), QUICKNET.suite);
    return shortSignatures.verify(point, message, bytesOfHex(QUICKNET.key));
  } catch {
    return false;
  }
}
