"use strict";
// A proof at the door, section 6: salt and path of one row lead to the root that the log got at the execution.

function checkDoor(bytes, say) {
  const file = "door";
  const page = new Place(file, "", parsePlain(bytes, file));
  if (!page.has("proof")) page.refuse("缺少“proof”", "“proof” is missing");
  const [row, salt, index, size, path, root] = page.at("proof").members("row", "salt", "index", "size", "path", "root");
  const leaf = leafHash(sealedLeaf(bytesOfHex(salt.digest()), row.text()));
  const hashes = path.list(0).map((hash) => bytesOfHex(hash.digest()));
  const found = rootOfProof(index.integer(0), size.integer(1), leaf, hashes);
  if (found === null || hexOf(found) !== root.digest()) {
    root.refuse("这一行与盐值得不到这个根", "the row and its salt do not lead to this root");
  }
  say({
    kind: "step",
    id: "door",
    state: "open",
    heading: { zh: "通知书", en: "Notice" },
    zh: `这一行得到的根是 ${root.value}；请与日志中摇号一条的 outcome_root（更换之后为 rows_root）比较。本行：${row.value}`,
    en: `The row leads to root ${root.value}: compare it with outcome_root (rows_root after a change) in the log.`,
  });
  return { kind: "end", ok: true, zh: "这一行在该根之下。", en: "The row is under this root." };
}
