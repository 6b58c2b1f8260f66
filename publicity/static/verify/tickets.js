"use strict";
// Tickets and who is drawn, section 4.

const DRAWN = "drawn.csv";
const DRAWN_HEADER = "unit_id,stratum,rank,ticket\n";
const OFTEN = 5000;

// Every unit by its place in the frame: `order` is that of (ticket, unit_id), `ranks` count within the stratum.
function drawUnits(made, keys, units, progress) {
  const count = units.ids.length;
  const tickets = new Uint32Array(8 * count);
  const keyed = new KeyedHash(made.hash, keys.subjectKey);
  for (let n = 0; n < count; n += 1) {
    keyed.into(units.ids[n], tickets, 8 * n);
    if (n % OFTEN === 0) progress("tickets", n, count);
  }
  progress("tickets", count, count);
  // The frame is in order of unit ids, so a place stands for an id where two tickets are the same.
  const order = new Uint32Array(count);
  for (let n = 0; n < count; n += 1) order[n] = n;
  order.sort((a, b) => compareWords(tickets, 8 * a, 8 * b) || a - b);
  const strata = new Map();
  for (const stratum of units.strata) {
    if (!strata.has(stratum)) strata.set(stratum, { units: 0, seen: 0 });
    strata.get(stratum).units += 1;
  }
  for (const [stratum, each] of strata) {
    each.quota = (made.quotas.rules.get(stratum) ?? made.quotas.usual)(each.units);
    each.members = new Uint32Array(each.units);
  }
  const ranks = new Uint32Array(count);
  const drawn = [];
  for (const place of order) {
    const each = strata.get(units.strata[place]);
    each.members[each.seen] = place;
    each.seen += 1;
    ranks[place] = each.seen;
    if (each.seen <= each.quota) drawn.push(place);
    if (each.seen === each.quota) each.cutoff = wordsHex(tickets, 8 * place);
  }
  return { units, tickets, ranks, strata, drawn };
}

function drawnLine(draw, place) {
  const { ids, strata } = draw.units;
  return `${ids[place]},${strata[place]},${draw.ranks[place]},${wordsHex(draw.tickets, 8 * place)}\n`;
}

function drawnFile(draw, places) {
  return DRAWN_HEADER + places.map((place) => drawnLine(draw, place)).join("");
}

// The drawn order of two places.
function compareDrawn(draw, a, b) {
  return compareWords(draw.tickets, 8 * a, 8 * b) || a - b;
}
