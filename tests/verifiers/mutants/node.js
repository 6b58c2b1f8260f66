"use strict";
// The scripts of the browser's verifier in node, loaded as its worker loads them: classic scripts in one global scope, on
// an insecure address. A line of standard input is {"instead": path, "text": text} (what that script says from now on),
// {"load": path}, {"own": text}, {"call": function, "argument": …} or {"covered": true}; a line of output is the answer.

const fs = require("node:fs");
const inspector = require("node:inspector");
const path = require("node:path");
const readline = require("node:readline");
const vm = require("node:vm");

Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
Object.assign(globalThis, { isSecureContext: false, onmessage: null, postMessage: () => {} });

const changed = new Map();
let directory = "";
const load = (file) => {
  directory = path.dirname(file);
  new vm.Script(changed.get(file) ?? fs.readFileSync(file, "utf8"), { filename: file }).runInThisContext();
};
globalThis.importScripts = (...names) => names.forEach((name) => load(path.join(directory, name)));

const session = new inspector.Session();
session.connect();
const asked = (method, params) => {
  let found;
  session.post(method, params, (fault, result) => { if (fault) throw fault; found = result; });
  return found;
};
if (process.argv.includes("--cover")) {
  asked("Profiler.enable");
  asked("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
}

// The pieces of each script that were run, as [start, end, whether] from the outermost to the innermost.
function covered() {
  const found = {};
  for (const { url, functions } of asked("Profiler.takePreciseCoverage").result) {
    if (!url.endsWith(".js")) continue;
    const ranges = functions.flatMap((each) => each.ranges);
    found[url] = ranges.map(({ startOffset, endOffset, count }) => [startOffset, endOffset, count > 0]);
  }
  return found;
}

function answer({ instead, text, load: file, own, call, argument }) {
  if (instead !== undefined) changed.set(instead, text);
  else if (file !== undefined) load(file);
  else if (own !== undefined) new vm.Script(own, { filename: "own" }).runInThisContext();
  else if (call !== undefined) return new vm.Script(`(${call})`, { filename: "call" }).runInThisContext()(argument);
  else return covered();
  return null;
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  let said;
  try {
    said = { value: answer(JSON.parse(line)) ?? null };
  } catch (fault) {
    said = { fault: String(fault) };
  }
  fs.writeSync(1, `${JSON.stringify(said)}\n`);
});
