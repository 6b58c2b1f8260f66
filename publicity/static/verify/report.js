"use strict";
// The whole check, step by step, in words. A step is good, bad, or open where it could not be checked here; what is
// checked says `ok` only when nothing was bad.

const MOST_ROWS = 500;

function verifyFiles(files, keyTexts, say) {
  const steps = new Steps(say);
  try {
    const outcome = recompute(files, steps, say);
    compareDrawnRows(outcome, files, steps, say);
    compareTeams(outcome, files, steps);
    stepPublicValue(outcome, files, steps);
    const log = stepLog(outcome, files, steps);
    const keys = keyTexts.map(readVerifierKey);
    stepCheckpoint(log, keys, steps);
    stepCosigned(log, keys, outcome, files, steps);
    stepReplacements(outcome, files, steps);
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    steps.bad(steps.waiting, fault.zh, fault.en, fault.where);
  }
  steps.open("frame", "名单是否漏了该列入的经营者、检查是否尽责，任何核对都看不出来。",
    "Whether the frame left anybody out, and whether the visits were diligent, no check can tell.");
  return steps.end();
}

const HEADINGS = {
  files: ["锁定书和名单", "Commitment and lists"],
  seed: ["秘密、公开值和种子", "Secrets, public value, seed"],
  drawn: ["抽中名单", "Drawn list"],
  teams: ["检查组", "Teams"],
  value: ["公开值的凭据", "Proof of the public value"],
  log: ["透明日志", "Transparency log"],
  checkpoint: ["日志头的签名", "Signed head of the log"],
  cosigned: ["锁定早于轮次", "Commitment before the round"],
  replacements: ["替补和更换", "Replacements"],
  frame: ["核对不了的", "What cannot be checked"],
};

class Steps {
  constructor(say) {
    this.say = say;
    this.waiting = "files";
    this.faults = [];
  }

  tell(id, state, zh, en, where) {
    const [headingZh, headingEn] = HEADINGS[id];
    this.say({ kind: "step", id, state, heading: { zh: headingZh, en: headingEn }, zh, en, where });
  }

  next(id) {
    this.waiting = id;
  }

  good(id, zh, en) {
    this.tell(id, "good", zh, en);
  }

  open(id, zh, en) {
    this.tell(id, "open", zh, en);
  }

  bad(id, zh, en, where) {
    this.faults.push({ zh, en });
    this.tell(id, "bad", zh, en, where);
  }

  end() {
    const ok = this.faults.length === 0;
    const zh = ok
      ? "重新算出的结果与公布的完全相同，能核对的都成立。"
      : `不成立：${this.faults[0].zh}`;
    const en = ok
      ? "What was recomputed is what was published; everything that could be checked holds."
      : `It does not hold: ${this.faults[0].en}`;
    return { kind: "end", ok, zh, en };
  }
}

function recompute(files, steps, say) {
  const outcome = replay(files, (what, done, total) => {
    if (what === "commitment") steps.next("seed");
    say({ kind: "progress", what, done, total });
  });
  const { made, tables, keys } = outcome;
  steps.good("files",
    `${made.title}（${made.drawId}）：锁定书摘要 ${made.digest}（${made.hash.title}）；` +
      `基数 ${tables.rows.frame} 户、排除 ${tables.rows.exclusions} 户、检查人员 ${tables.rows.inspectors} 人、` +
      `回避 ${tables.rows.recusals} 条，与锁定时相同。`,
    `Commitment ${made.digest} (${made.hash.title}); frame ${tables.rows.frame}, exclusions ${tables.rows.exclusions}, ` +
      `inspectors ${tables.rows.inspectors}, recusals ${tables.rows.recusals}: as committed to.`);
  if (made.drawId.startsWith("YL-")) {
    steps.open("files", "编号以 YL- 开头：这是演练，抽查没有发生，结果不作数。",
      "Its number begins with YL-: a rehearsal; what it gives is no draw.");
  }
  steps.good("seed",
    `${made.secrets.length} 方的秘密与锁定的摘要相符；种子 ${keys.seed}。`,
    `Each of the ${made.secrets.length} secrets is what its digest was made of; seed ${keys.seed}.`);
  return outcome;
}

function linesOf(files, file) {
  const lines = textOf(files.get(file), file).split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : [...lines.slice(0, -1), `${lines.at(-1)}（没有换行 no line end）`];
}

// Both files line by line; the rows that differ, by number, with what stands there and what should.
function differingRows(made, published) {
  const wrong = [];
  for (let n = 0; n < Math.max(made.length, published.length); n += 1) {
    if (made[n] !== published[n]) wrong.push({ row: n + 1, published: published[n] ?? "", made: made[n] ?? "" });
  }
  return wrong;
}

function missing(files, file, id, steps) {
  if (files.has(file)) return false;
  steps.open(id, `没有 ${file}，无从比较。`, `There is no ${file} to compare with.`);
  return true;
}

function compareDrawnRows(outcome, files, steps, say) {
  steps.next("drawn");
  const { draw } = outcome;
  if (missing(files, DRAWN, "drawn", steps)) return;
  const made = outcome.drawn.slice(0, -1).split("\n");
  const published = linesOf(files, DRAWN);
  const wrong = differingRows(made, published);
  const bad = new Map(wrong.map((each) => [each.row, each]));
  const shown = [];
  for (let n = 1; n < made.length && shown.length < 2 * MOST_ROWS; n += 1) {
    if (n > MOST_ROWS && !bad.has(n + 1)) continue;
    const [unit, stratum, rank, ticket] = made[n].split(",");
    shown.push({ row: n + 1, unit, stratum, rank, ticket, published: bad.get(n + 1)?.published });
  }
  say({ kind: "table", rows: shown, total: made.length - 1 });
  if (wrong.length > 0) {
    tellWrong("drawn", DRAWN, wrong, steps);
    return;
  }
  const strata = [...draw.strata].map(([stratum, { units, quota, cutoff }]) => ({ stratum, units, quota, cutoff }));
  const certain = strata.every(({ units, quota }) => units === quota);
  steps.good("drawn",
    `${draw.units.ids.length} 个抽签值全部重算；抽中的 ${draw.drawn.length} 户逐行相同。` +
      (certain ? "抽取数等于基数，没有随机。" : ""),
    `All ${draw.units.ids.length} tickets were recomputed; the ${draw.drawn.length} rows drawn are the same.` +
      (certain ? " All were drawn: nothing was left to chance." : ""));
  say({ kind: "cutoffs", strata });
}

function tellWrong(id, file, wrong, steps) {
  const [first] = wrong;
  steps.bad(id,
    `${file} 第 ${first.row} 行：公布的是“${first.published}”，算出的是“${first.made}”。共 ${wrong.length} 行不同。`,
    `${file} row ${first.row}: published “${first.published}”, recomputed “${first.made}”; rows that differ: ${wrong.length}.`,
    { file, row: first.row });
}

function compareTeams(outcome, files, steps) {
  steps.next("teams");
  if (missing(files, TEAMS, "teams", steps)) return;
  const made = outcome.seats.slice(0, -1).split("\n");
  const wrong = differingRows(made, linesOf(files, TEAMS));
  if (wrong.length > 0) tellWrong("teams", TEAMS, wrong, steps);
  else {
    steps.good("teams", `${made.length - 1} 个席位逐行相同；没有派出应回避的人。`,
      `The ${made.length - 1} seats are the same; nobody was sent who is recused.`);
  }
}

function stepPublicValue(outcome, files, steps) {
  steps.next("value");
  if (missing(files, PUBLIC_VALUE, "value", steps)) return;
  const { made, reveal } = outcome;
  const { verified, names, simulated } = checkPublicValue(files.get(PUBLIC_VALUE), made, reveal);
  if (made.source === null) {
    steps.good("value", "本次抽取没有使用公开值。", "This draw used no public value.");
  } else if (simulated) {
    steps.open("value", `公开值“${reveal.value}”由程序模拟，不作为见证。`,
      `The value “${reveal.value}” was made up by a program, and is no witness to anything.`);
  } else if (made.source.kind === "witnessed") {
    steps.open("value", `公开值“${reveal.value}”与事先所列相符；是否当众产生，须问见证人（${names.join("、") || "没有列出"}）。`,
      `The value “${reveal.value}” is of the announced form; whether witnesses saw it, ask them (${names.join(", ") || "none named"}).`);
  } else if (verified) {
    steps.good("value", `drand 第 ${made.source.round} 轮的签名成立，公开值由它得出。`,
      `The signature of drand round ${made.source.round} holds, and gives the value.`);
  } else {
    steps.open("value", `公开值是所附签名的 SHA-256；签名本身没有在这里核验（没有载入曲线程序），请用 verify.py。`,
      "The value is SHA-256 of the signature; the signature was not checked here (curves not loaded): use verify.py.");
  }
}

function stepLog(outcome, files, steps) {
  steps.next("log");
  if (missing(files, LOG, "log", steps)) return null;
  const log = checkLog(files.get(LOG), outcome, files);
  const kept = ["seed", "reveal", "drawn", "teams"].every((key) => log.said.has(key));
  steps.good("log",
    `${log.entries.length} 条日志都在大小为 ${log.size}、根为 ${log.root} 的日志里，锁定书摘要相符` +
      (kept ? "，种子和结果文件的摘要相符。" : "。"),
    `${log.entries.length} entries are in the log of size ${log.size} and root ${log.root}; ` +
      `the commitment${kept ? ", the seed and the outcome are" : " is"} what it says.`);
  return log;
}

function stepCheckpoint(log, keys, steps) {
  steps.next("checkpoint");
  if (log === null) {
    if (keys.length > 0) refuse({ file: LOG }, "没有这个文件，公钥无从核验", "it is missing, so no key can check anything");
    return;
  }
  if (log.checkpoint === null) {
    const zh = "存证包里没有签名的日志头：锁定的时间以抽查机关所述为准。";
    const en = "The bundle has no signed head: the time of commitment rests on the bureau's word.";
    if (keys.length > 0) refuse({ file: "checkpoint" }, zh, en);
    steps.open("checkpoint", zh, en);
    return;
  }
  const { head, signers } = checkCheckpoint(log, keys);
  if (keys.length === 0) {
    steps.open("checkpoint", `“${head.origin}”的日志头与证明相符；没有给出公钥，签名没有核验。`,
      `The head of ${head.origin} is what the proofs lead to; no key was given, so its signature was not checked.`);
    return;
  }
  const names = signers.map(({ key, at }) => (at === null ? key.name : `${key.name} (${instantText(at)})`)).join("、");
  steps.good("checkpoint", `签名成立：${names}。`, `Signed by ${names}.`);
}

function instantText(seconds) {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}

function stepCosigned(log, keys, outcome, files, steps) {
  steps.next("cosigned");
  const { made } = outcome;
  if (!files.has(COSIGNED_FILE)) {
    if (made.source?.kind === "drand") {
      steps.open("cosigned", `没有 ${COSIGNED_FILE}：锁定是否早于该轮次公布，以抽查机关所述为准。`,
        `There is no ${COSIGNED_FILE}: that the commitment is older than the round rests on the bureau's word.`);
    }
    return;
  }
  const { witnesses, published } = checkCosigned(files.get(COSIGNED_FILE), made, log, keys);
  if (witnesses.length === 0) {
    steps.open("cosigned", "没有所给见证人的联署可核验：请给出日志的公钥，以及直接取自见证人的公钥。",
      "No cosignature was checked: give the log's key, and those got from the witnesses themselves.");
    return;
  }
  const names = witnesses.map(({ key, at }) => `${key.name} (${instantText(at)})`).join("、");
  steps.good("cosigned", `该轮次公布（${instantText(published)}）之前已由见证人联署：${names}。`,
    `Cosigned before the round came out (${instantText(published)}) by ${names}.`);
}

function stepReplacements(outcome, files, steps) {
  steps.next("replacements");
  if (!files.has(REPLACEMENTS)) return;
  const { events, drawn } = replayReplacements(files.get(REPLACEMENTS), outcome);
  steps.good("replacements",
    `${events} 个事件首尾相接，递补和更换全部重算；现在名单上有 ${drawn.split("\n").length - 2} 户。`,
    `The ${events} events are one chain; who came was recomputed. ${drawn.split("\n").length - 2} units are on the list now.`);
}

// The same bundle with one drawn operator put in another's place: it has to turn red, and to say where.
function tampered(files) {
  const lines = textOf(files.get(DRAWN), DRAWN).split("\n");
  const drawn = new Set(lines.slice(1).map((line) => line.split(",")[0]));
  const others = textOf(files.get("frame.csv"), "frame.csv").split("\n").slice(1);
  const other = others.map((line) => line.split(",")[0]).find((id) => !drawn.has(id));
  const at = Math.floor((lines.length - 1) / 2);
  const cells = lines[at].split(",");
  // Where all were drawn there is no other to put there: then the ticket is bent.
  if (other !== undefined) cells[0] = other;
  else cells[3] = (cells[3][0] === "0" ? "1" : "0") + cells[3].slice(1);
  lines[at] = cells.join(",");
  return new Map(files).set(DRAWN, bytesOfText(lines.join("\n")));
}
