"use strict";
// What the reader sees and presses; the check itself runs in the worker. Nothing is sent anywhere.

const MARKS = {
  good: ["○", "成立 holds"],
  bad: ["▲", "不成立 does not hold"],
  open: ["◇", "未核对 not checked"],
};
const DOING = {
  tables: "名单 lists",
  commitment: "锁定书 commitment",
  seed: "种子 seed",
  tickets: "抽签值 tickets",
};

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

// Chinese with English beside it.
function words(zh, en) {
  return [zh, " ", element("span", { lang: "en" }, en)];
}

class VerifierPage {
  constructor(home, worker) {
    this.home = home;
    this.worker = worker;
    this.taken = false;
    this.turn = 0; // counts what was chosen: what arrives late for an earlier turn is let go
    this.curves = home.dataset.curves ?? "";
    this.tampering = false;
    // The worker says when its own scripts are here, and again when the curves are: until then the network is needed.
    this.awaited = this.curves ? 2 : 1;
    this.whole = new Promise((resolve) => {
      this.arrived = resolve;
    });
    this.build();
    worker.onmessage = ({ data }) => this[`${data.kind}`](data);
    worker.onerror = () => this.end({ ok: false, ...UNSTARTED });
    if (this.curves) worker.postMessage({ kind: "curves", curves: this.curves });
    if (home.dataset.bundle) this.fetchAll();
  }

  build() {
    this.run = this.button("核对本次抽取", "Check this draw", () => this.start(false));
    this.tamper = this.button("试一份被改动的样本", "Try a tampered copy", () => this.start(true));
    this.files = element("input", { type: "file", id: "files", multiple: "" });
    this.files.addEventListener("change", () => this.choose());
    this.keys = element("textarea", { id: "keys", rows: "2", spellcheck: "false", autocomplete: "off" });
    this.bar = element("progress", { max: "1", value: "0", "aria-label": "进度 Progress" });
    this.doing = element("p", { class: "fine" });
    this.verdict = element("p", { role: "status", class: "verdict" });
    this.steps = element("ol", { class: "checks", "aria-label": "核对步骤 Steps" });
    this.rows = element("div", { class: "rows", tabindex: "0", role: "region", "aria-label": "抽中名单逐行 Rows drawn" });
    this.rows.hidden = true;
    this.bar.hidden = true;
    this.tamper.disabled = true;
    this.run.disabled = true;
    this.home.replaceChildren(
      element("div", { class: "choose" },
        element("label", { for: "files" }, ...words(
          "从磁盘打开存证包（ZIP，或其中各个文件；cosigned.json、replacements.json 可以一并选）",
          "Open a bundle from disk (the ZIP, or its files; cosigned.json and replacements.json too)")),
        this.files,
        element("label", { for: "keys" }, ...words(
          "日志和见证人的公钥，一行一个，请从别处取得（可以不填）",
          "Verifier keys of the log and its witnesses, one a line, from elsewhere (optional)")),
        this.keys,
        element("p", { class: "press" }, this.run, " ", this.tamper)),
      this.verdict, this.bar, this.doing, this.steps, this.rows,
    );
  }

  button(zh, en, press) {
    const made = element("button", { type: "button" }, ...words(zh, en));
    made.addEventListener("click", press);
    return made;
  }

  // All that is needed is fetched at once: from then on the network may be cut.
  async fetchAll() {
    const { bundle, replacements, cosigned } = this.home.dataset;
    const turn = this.turn;
    this.say("正在取存证包", "Fetching the bundle");
    try {
      const parts = [{ name: "bundle.zip", bytes: await fetched(bundle) }];
      if (replacements) parts.push({ name: "replacements.json", bytes: await fetched(replacements) });
      if (cosigned) parts.push({ name: "cosigned.json", bytes: await fetched(cosigned) });
      await this.whole;
      if (turn === this.turn) this.ready(parts, "存证包已取来，现在可以断网。", "The bundle is here; the network may be cut now.");
    } catch {
      if (turn === this.turn) this.say("取不到存证包；请从磁盘打开。", "The bundle could not be fetched; open one from disk.");
    }
  }

  async choose() {
    const chosen = [...this.files.files];
    if (chosen.length === 0) return;
    // From here on nothing else is checked than what was chosen: not a bundle that is fetched later, nor the last one.
    const turn = this.turn += 1;
    this.taken = false;
    this.tampering = false;
    this.run.disabled = true;
    this.tamper.disabled = true;
    this.clear();
    if (chosen.reduce((sum, file) => sum + file.size, 0) > MOST_CHOSEN) {
      this.end({ ok: false, ...TOO_LARGE });
      return;
    }
    try {
      const parts = await Promise.all(
        chosen.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
      );
      if (turn === this.turn) this.ready(parts, "文件已读入，没有发往任何地方。", "The files are read, and were sent nowhere.");
    } catch {
      if (turn === this.turn) this.end({ ok: false, ...UNREADABLE });
    }
  }

  ready(parts, zh, en) {
    // The bytes move to the worker, which keeps them: one copy of a large bundle is enough.
    this.worker.postMessage({ kind: "take", parts }, parts.map(({ bytes }) => bytes.buffer));
    this.taken = true;
    this.run.disabled = false;
    this.tamper.disabled = false;
    this.say(zh, en);
  }

  say(zh, en) {
    this.doing.replaceChildren(...words(zh, en));
  }

  clear() {
    this.steps.replaceChildren();
    this.rows.hidden = true;
    this.rows.replaceChildren();
    this.verdict.replaceChildren();
    this.verdict.className = "verdict";
  }

  start(tamper) {
    this.tampering = tamper;
    this.files.disabled = true; // a verdict is of the files that are shown beside it
    this.clear();
    this.bar.hidden = false;
    this.bar.value = 0;
    this.run.disabled = true;
    this.tamper.disabled = true;
    const keys = this.keys.value.split("\n").map((line) => line.trim()).filter(Boolean);
    this.worker.postMessage({ kind: "check", keys, tamper, curves: this.curves });
  }

  loaded() {
    this.awaited -= 1;
    if (this.awaited === 0) this.arrived();
  }

  progress({ what, done, total }) {
    this.bar.max = Math.max(total, 1);
    this.bar.value = done;
    const name = DOING[what] ?? `派员 staffing ${what.replace("pairs ", "")}`;
    this.doing.textContent = `${name}: ${done} / ${total}`;
  }

  step({ state, heading, zh, en }) {
    const [sign, said] = MARKS[state];
    const mark = element("span", { class: `mark ${state === "open" ? "wait" : state}` },
      element("span", { "aria-hidden": "true" }, sign), ` ${said}`);
    this.steps.append(element("li", state === "bad" ? { class: state } : {},
      element("h3", {}, ...words(heading.zh, heading.en)), mark,
      element("p", {}, zh), element("p", { lang: "en", class: "fine" }, en)));
  }

  table({ rows, total }) {
    const body = element("tbody");
    for (const { row, unit, stratum, rank, ticket, published } of rows) {
      const wrong = published !== undefined;
      const line = element("tr", wrong ? { class: "wrong" } : {},
        element("td", { class: "figure" }, String(row)),
        element("th", { scope: "row", class: "code" }, unit),
        element("td", { class: "code" }, stratum),
        element("td", { class: "figure" }, rank),
        element("td", { class: "code" }, ticket.slice(0, 16)),
        element("td", {}, wrong
          ? element("span", { class: "mark bad" }, `▲ 公布的是 published: ${published}`)
          : element("span", { class: "mark good" }, "○ 相同 same")));
      body.append(line);
    }
    const heads = ["行 row", "编号 unit", "组 stratum", "位次 rank", "抽签值 ticket", "与公布的比较 published"];
    const caption = rows.length === total ? `算出的 ${total} 户 recomputed` : `算出的 ${total} 户中的 ${rows.length} 户 rows shown`;
    this.rows.append(element("table", {},
      element("caption", {}, caption),
      element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))), body));
    this.rows.hidden = false;
    const wrong = body.querySelector(".wrong");
    if (wrong !== null) this.rows.scrollTop = wrong.offsetTop - 60;
  }

  cutoffs({ strata }) {
    for (const { stratum, units, quota, cutoff } of strata.slice(0, 100)) {
      this.steps.lastElementChild.append(element("p", { class: "fine" },
        `${stratum}: ${quota} / ${units}, 末位抽签值 cut-off `, element("code", {}, cutoff ?? "-")));
    }
  }

  end({ ok, zh, en }) {
    this.bar.hidden = true;
    this.doing.replaceChildren();
    this.verdict.className = `verdict ${ok ? "passed" : "failed"}`;
    this.verdict.replaceChildren(
      ...(this.tampering ? words(...SAMPLE) : []),
      element("strong", {}, ok ? "○ " : "▲ ", zh), element("span", { lang: "en" }, en));
    this.files.disabled = false;
    this.run.disabled = !this.taken;
    this.tamper.disabled = !this.taken;
  }
}

const SAMPLE = ["本页刚刚改动过的样本，不是公布的结果。", "A copy that this page tampered with, not what was published."];
const MOST_CHOSEN = 128 * 1024 * 1024;
const UNREADABLE = { zh: "所选文件读不出来，没有核对。", en: "The files chosen cannot be read; nothing was checked." };
const TOO_LARGE = { zh: "所选文件太大，没有读取。", en: "The files chosen are too large, and were not read." };
const UNSTARTED = {
  zh: "核对程序没有完成，什么也没有证明；请换一个浏览器，或用 verify.py。",
  en: "The check did not finish and proves nothing; use another browser, or verify.py.",
};

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  return new Uint8Array(await answer.arrayBuffer());
}

// From a site the worker is a script of that site; in the single file it stands in the page itself.
function startWorker(home) {
  const inline = document.getElementById("worker");
  if (inline === null) return new Worker(home.dataset.worker);
  return new Worker(URL.createObjectURL(new Blob([inline.textContent], { type: "text/javascript" })));
}

{
  const home = document.getElementById("verifier");
  new VerifierPage(home, startWorker(home));
}
