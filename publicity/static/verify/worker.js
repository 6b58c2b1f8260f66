"use strict";
// The check in a thread of its own, so that the page stays alive. It reads what it is handed and fetches nothing.

if (typeof verifyFiles === "undefined") {
  importScripts(
    "refusals.js", "hashes.js", "canonical.js", "tables.js", "commitment.js", "seed.js", "tickets.js", "staffing.js",
    "replay.js", "replacements.js", "merkle.js", "sha512.js", "ed25519.js", "notes.js", "public_value.js", "log.js",
    "inflate.js", "archive.js", "cosigned.js", "door.js", "report.js",
  );
}

function filesOf(chosen) {
  const files = new Map();
  const add = (name, bytes) => {
    if (files.has(name)) refuse({ file: name }, "给了两次", "it was given twice");
    if (!BUNDLE.includes(name) && !BESIDE.includes(name)) {
      refuse({ file: name }, "不是存证包里的文件", "it is no file of a bundle");
    }
    files.set(name, bytes);
  };
  for (const { name, bytes } of chosen) {
    if (isArchive(bytes)) for (const [inner, data] of readArchive(bytes)) add(inner, data);
    else add(name, bytes);
  }
  return files;
}

// The page of a notice, saved as JSON under a name of its own.
function isDoor({ name, bytes }) {
  return !isArchive(bytes) && name.endsWith(".json") && !BUNDLE.includes(name) && !BESIDE.includes(name);
}

// What the reader chose last: bytes by name.
let parts = [];

function check({ keys, tamper, curves }) {
  const say = (message) => postMessage(message);
  try {
    if (curves) loadCurves(curves);
    if (parts.length === 1 && isDoor(parts[0])) {
      say(checkDoor(parts[0].bytes, say));
      return;
    }
    const files = filesOf(parts);
    say(verifyFiles(tamper ? tampered(files) : files, keys, say));
  } catch (fault) {
    const refused = fault instanceof Refused;
    const zh = refused ? fault.zh : `核对程序中断：${fault.message}`;
    const en = refused ? fault.en : `The check broke off: ${fault.message}`;
    say({ kind: "end", ok: false, zh: `不成立：${zh}`, en: `It does not hold: ${en}` });
  }
}

// Without the curves a signature of drand is said to be unchecked; the rest of the check does not need them.
function loadCurves(address) {
  try {
    if (typeof nobleCurves === "undefined") importScripts(address);
  } catch {
    // said in the report
  }
}

onmessage = ({ data }) => {
  if (data.kind === "curves") {
    loadCurves(data.curves);
    postMessage({ kind: "loaded" });
  } else if (data.kind === "take") parts = data.parts;
  else if (data.kind === "check") check(data);
};

postMessage({ kind: "loaded" });
