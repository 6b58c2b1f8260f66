"use strict";
// Who comes when somebody falls away, section 9: each event is given, everything else follows and is recomputed.

const EMPTY_WORDS = ["没有可以递补的单位", "no alternate is left"];

function replayReplacements(bytes, outcome) {
  const { made } = outcome;
  const whole = new Place(REPLACEMENTS, "", parseCanonical(bytes, REPLACEMENTS));
  const [protocol, drawId, commitment, events, state] = whole.members(
    "protocol", "draw_id", "commitment", "events", "state",
  );
  protocol.same("double-random/1", "不是本协议", "it is another protocol");
  drawId.same(made.drawId, "是另一次抽取", "it is of another draw");
  commitment.same(made.digest, "是另一份锁定书", "it is of another commitment");
  const now = new Replacing(outcome);
  const salts = new Set();
  for (const event of events.list(1)) {
    if (!event.has("kind")) event.refuse("缺少“kind”", "“kind” is missing");
    if (!event.has("before")) event.refuse("缺少“before”", "“before” is missing");
    if (event.at("before").value !== now.state) {
      event.at("before").refuse("与前一状态不符：事件被漏掉、增加、改动或调换", "it is not the state before this event");
    }
    now.take(event, salts);
  }
  state.same(now.state, "与最后一个事件之后的状态不符", "it is not the state after the last event");
  return { drawn: now.drawn, seats: now.seats, events: events.value.length };
}

class Replacing {
  constructor(outcome) {
    this.outcome = outcome;
    this.places = [...outcome.draw.drawn];
    this.teams = new Map([...outcome.teams].map(([place, team]) => [place, team.map((seats) => [...seats])]));
    this.comeIn = new Map();
    this.outFor = new Map();
    this.outAltogether = new Set();
    this.visits = outcome.entries.map(({ posts }) => new Map([...posts.visits].map(([i, units]) => [i, units.size])));
    this.caps = this.visits.map((visits) => Math.max(...visits.values()));
    this.drawn = outcome.drawn;
    this.seats = outcome.seats;
    this.state = this.stateOf("outcome", outcome.made.digest);
  }

  stateOf(what, first) {
    const { hash } = this.outcome.made;
    const lines = [`double-random/1 ${what}`, first, hashText(hash, this.drawn), hashText(hash, this.seats)];
    return hashText(hash, `${lines.join("\n")}\n`);
  }

  take(event, salts) {
    if (event.at("kind").value === "unit") {
      const [, , unit, reason, salt] = event.members("kind", "before", "unit_id", "reason", "salt");
      this.common(reason, salt, salts);
      this.unitFalls(unit);
    } else {
      event.at("kind").same("inspector", "没有这种事件", "an unknown kind of event");
      const [, , inspector, leaves, altogether, reason, salt] = event.members(
        "kind", "before", "inspector_id", "leaves", "altogether", "reason", "salt",
      );
      this.common(reason, salt, salts);
      this.inspectorLeaves(inspector, leaves, altogether);
    }
    const { made, tables, draw } = this.outcome;
    this.drawn = drawnFile(draw, this.places);
    this.seats = teamsFile(made, tables, draw, this.places, this.teams);
    this.state = this.stateOf("replacement", hashText(made.hash, canonicalOf(event.value)));
  }

  common(reason, salt, salts) {
    reason.identifier();
    if (salts.has(salt.digest())) salt.refuse("与另一事件的盐值相同", "another event has this salt");
    salts.add(salt.value);
  }

  placeOf(unit) {
    const { ids } = this.outcome.draw.units;
    const id = unit.identifier();
    return this.places.find((place) => ids[place] === id);
  }

  unitFalls(unit) {
    const { draw, made } = this.outcome;
    const place = this.placeOf(unit);
    if (place === undefined) unit.refuse("不在抽中名单里", "it is not on the drawn list");
    const stratum = draw.units.strata[place];
    const { quota, members } = draw.strata.get(stratum);
    const used = this.comeIn.get(stratum) ?? 0;
    if (quota + used >= members.length) unit.refuse(...EMPTY_WORDS);
    this.comeIn.set(stratum, used + 1);
    this.teams.get(place).forEach((seats, n) => seats.forEach((i) => this.count(n, i, -1)));
    this.teams.delete(place);
    const next = members[quota + used];
    this.places = this.places.filter((each) => each !== place).concat(next);
    this.places.sort((a, b) => compareDrawn(draw, a, b));
    const team = made.team.map(() => []);
    this.teams.set(next, team);
    made.team.forEach(({ seats }, n) => {
      for (let seat = 0; seat < seats; seat += 1) this.fill(next, n, seat, unit);
    });
  }

  inspectorLeaves(inspector, leaves, altogether) {
    const { tables, made } = this.outcome;
    const number = tables.inspectors.numbers.get(inspector.identifier());
    if (number === undefined) inspector.refuse("没有这名检查人员", "there is no such inspector");
    if (typeof altogether.value !== "boolean") altogether.refuse("应为真或假", "true or false is wanted");
    const n = made.team.findIndex(({ department }) => department === tables.inspectors.departments[number]);
    const places = [];
    let before;
    for (const unit of leaves.list(1)) {
      const place = this.placeOf(unit);
      if (before !== undefined && !(before < unit.value)) unit.refuse("重复或没有按顺序排列", "out of order, or twice");
      before = unit.value;
      if (place === undefined || n < 0 || !this.teams.get(place)[n].includes(number)) {
        unit.refuse("该检查人员没有派往这一户", "the inspector is not on this unit");
      }
      places.push(place);
    }
    if (altogether.value) this.outAltogether.add(number);
    const empty = places.map((place) => {
      if (!this.outFor.has(place)) this.outFor.set(place, new Set());
      this.outFor.get(place).add(number);
      const team = this.teams.get(place)[n];
      const seat = team.indexOf(number);
      team[seat] = undefined;
      this.count(n, number, -1);
      return { place, seat };
    });
    empty.sort((a, b) => compareDrawn(this.outcome.draw, a.place, b.place));
    for (const { place, seat } of empty) this.fill(place, n, seat, inspector);
  }

  count(n, inspector, change) {
    this.visits[n].set(inspector, (this.visits[n].get(inspector) ?? 0) + change);
  }

  // The smallest (pair, inspector_id) of those with room; where nobody has room the cap is raised until somebody has.
  fill(place, n, seat, event) {
    const team = this.teams.get(place)[n];
    const out = this.outFor.get(place);
    const may = Array.from(this.outcome.entries[n].staffing.choicesOf(place)).filter(
      (i) => !team.includes(i) && !this.outAltogether.has(i) && !(out && out.has(i)),
    );
    if (may.length === 0) event.refuse("没有人可以接替", "nobody is left to be sent");
    const visits = (i) => this.visits[n].get(i) ?? 0;
    const cap = Math.max(this.caps[n], Math.min(...may.map(visits)) + 1);
    const chosen = may.find((i) => visits(i) < cap);
    team[seat] = chosen;
    this.count(n, chosen, 1);
  }
}
