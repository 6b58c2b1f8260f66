"use strict";
// Who is sent where, section 5: each entry of the team by itself, with the smallest cap that fills every seat.

const TEAMS = "teams.csv";
const TEAMS_HEADER = "unit_id,department,seat,inspector_id\n";

function staffTeams(made, keys, tables, draw, progress) {
  return made.team.map(({ department, seats }) => {
    const staffing = new Staffing(made, keys, tables, draw, department, progress);
    return { department, seats, staffing, posts: staffing.smallest(seats) };
  });
}

// For one department: who may visit each drawn unit, in order of (pair, inspector_id).
class Staffing {
  constructor(made, keys, tables, draw, department, progress) {
    this.tables = tables;
    this.draw = draw;
    this.keyed = new KeyedHash(made.hash, keys.teamKey);
    this.may = new Eligibility(tables, department);
    this.pairs = new Uint32Array(0);
    this.choices = this.allChoices((n) => progress(`pairs ${department}`, n, draw.drawn.length));
  }

  // All choices lie in one array, of which each unit has its part.
  allChoices(tell) {
    const { drawn, units } = this.draw;
    const counts = drawn.map((place) => this.may.visitors(units.ids[place], units.areas[place]).length);
    const whole = new Uint32Array(counts.reduce((sum, count) => sum + count, 0));
    let at = 0;
    return drawn.map((place, n) => {
      if (n % 100 === 0) tell(n);
      const part = whole.subarray(at, at + counts[n]);
      at += counts[n];
      this.choicesOf(place, part);
      return part;
    });
  }

  // Inspectors are in order of their ids, so a number stands for an id where two pairs are the same.
  choicesOf(place, out) {
    const { ids, areas } = this.draw.units;
    const all = this.may.visitors(ids[place], areas[place]);
    const chosen = out ?? new Uint32Array(all.length);
    if (this.pairs.length < 8 * all.length) this.pairs = new Uint32Array(8 * all.length);
    const { pairs } = this;
    all.forEach((number, n) => this.keyed.into(`${this.tables.inspectors.ids[number]}:${ids[place]}`, pairs, 8 * n));
    for (let n = 0; n < all.length; n += 1) chosen[n] = n;
    chosen.sort((a, b) => compareWords(pairs, 8 * a, 8 * b) || all[a] - all[b]);
    for (let n = 0; n < all.length; n += 1) chosen[n] = all[chosen[n]];
    return chosen;
  }

  // Steps that double until a cap does, then halves: whatever the search, the cap is the same.
  smallest(seats) {
    const units = this.choices.length;
    let low = Math.ceil((units * seats) / this.may.size);
    let posts = this.fill(low, seats);
    if (posts !== null) return posts;
    let step = 1;
    let high;
    for (;;) {
      high = Math.min(low + step, units);
      posts = this.fill(high, seats);
      if (posts !== null) break;
      if (high === units) throw new Error("a unit that can be staffed was not");
      low = high;
      step *= 2;
    }
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const found = this.fill(middle, seats);
      if (found === null) low = middle;
      else {
        high = middle;
        posts = found;
      }
    }
    return posts;
  }

  // For each unit its inspectors by seat, or null where the cap is too small.
  fill(cap, seats) {
    const posts = { units: this.choices.map(() => []), visits: new Map(), cap };
    for (let seat = 0; seat < seats; seat += 1) {
      for (let u = 0; u < this.choices.length; u += 1) {
        const team = posts.units[u];
        const free = this.choices[u].find((i) => !team.includes(i) && visitsOf(posts, i).size < cap);
        if (free !== undefined) this.seat(posts, free, u, seat);
        else if (!this.makeRoom(posts, u, seat)) return null;
      }
    }
    return posts;
  }

  seat(posts, inspector, u, seat) {
    posts.units[u][seat] = inspector;
    visitsOf(posts, inspector).add(u);
  }

  makeRoom(posts, u, seat) {
    const queue = Array.from(this.choices[u]).filter((i) => !posts.units[u].includes(i));
    const known = new Set(queue);
    const notes = new Map();
    const read = new Set();
    for (let at = 0; at < queue.length; at += 1) {
      const i = queue[at];
      if (visitsOf(posts, i).size < posts.cap) {
        this.walkBack(posts, notes, i, u, seat);
        return true;
      }
      // Whoever could be appended for a unit was appended when it was first read, so that it is read once.
      const visits = Array.from(visitsOf(posts, i)).filter((v) => !read.has(v));
      for (const v of visits.sort((a, b) => a - b)) {
        read.add(v);
        for (const j of this.choices[v]) {
          if (known.has(j) || posts.units[v].includes(j)) continue;
          known.add(j);
          queue.push(j);
          notes.set(j, { i, v });
        }
      }
    }
    return false;
  }

  walkBack(posts, notes, last, u, seat) {
    let taker = last;
    for (let note = notes.get(taker); note !== undefined; note = notes.get(taker)) {
      const { i, v } = note;
      const at = posts.units[v].indexOf(i);
      visitsOf(posts, i).delete(v);
      this.seat(posts, taker, v, at);
      taker = i;
    }
    this.seat(posts, taker, u, seat);
  }
}

function visitsOf(posts, inspector) {
  let visits = posts.visits.get(inspector);
  if (visits === undefined) {
    visits = new Set();
    posts.visits.set(inspector, visits);
  }
  return visits;
}

// The teams by place of the unit: for each entry of the team its inspectors by seat.
function teamsByPlace(draw, entries) {
  const teams = new Map();
  draw.drawn.forEach((place, u) => teams.set(place, entries.map(({ posts }) => posts.units[u])));
  return teams;
}

function teamsLines(made, tables, draw, place, team) {
  return made.team.flatMap(({ department }, n) =>
    team[n].map((i, seat) => `${draw.units.ids[place]},${department},${seat + 1},${tables.inspectors.ids[i]}\n`),
  );
}

function teamsFile(made, tables, draw, places, teams) {
  return TEAMS_HEADER + places.flatMap((place) => teamsLines(made, tables, draw, place, teams.get(place))).join("");
}
