"use strict";
// Secrets, public value and seed, section 3.

const REVEAL = "reveal.json";

function readReveal(bytes, made) {
  const whole = new Place(REVEAL, "", parseCanonical(bytes, REVEAL));
  const [value, secrets] = whole.members("public_value", "secrets");
  const given = secrets.list(0);
  if (given.length !== made.secrets.length) secrets.refuse("与各方的个数不符", "there is not one for each party");
  given.forEach((secret, n) => {
    const { party, digest } = made.secrets[n];
    const text = `double-random/1 secret\n${made.drawId}\n${party}\n${secret.digest()}\n`;
    if (hashText(made.hash, text) !== digest) {
      secret.refuse(`“${party}”交出的秘密与锁定的摘要不符`, `the secret of ${party} is not what its digest was made of`);
    }
  });
  if (new Set(secrets.value).size !== given.length) secrets.refuse("两方的秘密相同", "two parties have one secret");
  checkValue(value, made.source);
  return { value: value.value, secrets: given.map((secret) => secret.value) };
}

function checkValue(place, source) {
  if (source === null) {
    place.same(null, "锁定书没有公开随机值", "the commitment names no public source");
    return;
  }
  if (source.kind === "drand") {
    place.digest();
    return;
  }
  const text = place.text();
  if (text.length !== source.length) place.refuse(`应为 ${source.length} 个字符`, `it must have ${source.length} characters`);
  for (const sign of text) {
    if (!source.alphabet.includes(sign)) place.refuse(`“${sign}”不在所列字符中`, `“${sign}” is not of the alphabet`);
  }
}

function seedOf(made, reveal) {
  const lines = ["double-random/1 seed", made.digest, ...reveal.secrets, reveal.value ?? ""];
  const seed = hashText(made.hash, `${lines.join("\n")}\n`);
  return {
    seed,
    subjectKey: hashText(made.hash, `double-random/1 subjects\n${seed}`).slice(0, 32),
    teamKey: hashText(made.hash, `double-random/1 teams\n${seed}`).slice(0, 32),
  };
}
