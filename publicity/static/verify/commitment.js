"use strict";
// The commitment, section 2: by itself, and against the tables that it names by digest and number of rows.

const RATIO = /^(?:0\.[0-9]{1,6}|1)$/;
const MOMENT = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})([+-])([0-9]{2}):([0-9]{2})$/;
const PRINTABLE = /^[\x20-\x7e]+$/;
// Quicknet: when its first round was published, in Unix seconds, and how long each takes.
const QUICKNET_START = 1692803367;
const QUICKNET_PERIOD = 3;
const TABLES = ["frame", "exclusions", "inspectors", "recusals"];
const COMMITMENT = "commitment.json";

function readCommitment(bytes) {
  const whole = new Place(COMMITMENT, "", parseCanonical(bytes, COMMITMENT));
  const [
    committedAt, drawId, executeBy, exclusions, frame, hash, inspectors, openBy, protocol, source, quotas, recusals,
    register, replaces, secrets, team, title,
  ] = whole.members(
    "committed_at", "draw_id", "execute_by", "exclusions", "frame", "hash", "inspectors", "open_by", "protocol",
    "public_source", "quotas", "recusals", "register", "replaces", "secrets", "team", "title",
  );
  protocol.same("double-random/1", "不是本协议", "it is another protocol");
  const made = {
    value: whole.value,
    drawId: drawId.identifier(),
    title: title.title(),
    hash: Object.hasOwn(HASHES, hash.text()) ? HASHES[hash.value] : hash.refuse("没有这种散列算法", "an unknown hash"),
    tables: {
      frame: readTableDigest(frame),
      exclusions: readTableDigest(exclusions),
      inspectors: readTableDigest(inspectors),
      recusals: readTableDigest(recusals),
    },
    quotas: readQuotas(quotas),
    team: readTeam(team),
    secrets: readSecrets(secrets),
    committedAt: readMoment(committedAt),
    executeBy: readMoment(executeBy),
    openBy: readMoment(openBy),
  };
  if (replaces.value !== null) {
    replaces.identifier();
    if (replaces.value.toLowerCase() === made.drawId.toLowerCase()) {
      replaces.refuse("不能替换自己", "a draw does not replace itself");
    }
  }
  const [rows, size] = register.members("rows", "log_size");
  made.registered = rows.integer(0);
  made.logSize = size.integer(1);
  if (!(made.committedAt < made.executeBy)) executeBy.refuse("应晚于锁定时间", "it must be later than committed_at");
  if (!(made.executeBy <= made.openBy)) openBy.refuse("不能早于摇号期限", "it must not be before execute_by");
  made.source = readSource(source, made);
  made.digest = hexDigest(made.hash, bytes);
  return made;
}

function readTableDigest(place) {
  const [digest, rows] = place.members("digest", "rows");
  return { digest: digest.digest(), rows: rows.integer(0) };
}

function readQuotas(place) {
  const [usual, strata] = place.members("default", "strata");
  const rules = new Map();
  for (const [stratum, rule] of strata.entries()) {
    if (!IDENTIFIER.test(stratum)) rule.refuse("不是标识符", "it is no identifier");
    rules.set(stratum, readRule(rule));
  }
  return { usual: readRule(usual), rules };
}

// A rule as what it makes of N units: exact, by whole numbers, and always up.
function readRule(place) {
  if (place.has("count")) {
    const [count] = place.members("count");
    const most = count.integer(1);
    return (units) => Math.min(most, units);
  }
  const [ratio] = place.members("ratio");
  ratio.matching(RATIO, "不是抽取比例的写法", "it is no sampling fraction as the protocol writes it");
  const millionths = ratio.value === "1" ? 1000000 : Number(ratio.value.slice(2).padEnd(6, "0"));
  if (millionths === 0) ratio.refuse("应大于零", "it must be above zero");
  return (units) => {
    const parts = BigInt(millionths) * BigInt(units);
    return Number((parts + 999999n) / 1000000n);
  };
}

function readTeam(place) {
  const departments = new Spellings();
  const known = new Set();
  return place.list(1).map((each) => {
    const [department, seats] = each.members("department", "seats");
    distinct(department, department.identifier(), known, departments);
    return { department: department.value, seats: seats.integer(1, 9) };
  });
}

function readSecrets(place) {
  const parties = new Spellings();
  const known = new Set();
  const digests = new Set();
  return place.list(1).map((each) => {
    const [party, digest] = each.members("party", "digest");
    distinct(party, party.identifier(), known, parties);
    if (digests.has(digest.digest())) digest.refuse("重复", "it stands twice");
    digests.add(digest.value);
    return { party: party.value, digest: digest.value };
  });
}

function distinct(place, id, known, spellings) {
  if (known.has(id)) place.refuse("重复", "it stands twice");
  known.add(id);
  spellings.add(id, { file: place.file, key: place.key });
}

// An instant as seconds since the first day of the year 1.
function readMoment(place) {
  const found = MOMENT.exec(place.text());
  if (found === null) place.refuse("不是时间的写法", "it is no time as the protocol writes it");
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number);
  const [zoneHour, zoneMinute] = found.slice(8).map(Number);
  const lawful =
    year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month) &&
    hour < 24 && minute < 60 && second < 60 && zoneHour < 24 && zoneMinute < 60;
  if (!lawful) place.refuse("没有这个时间", "there is no such time");
  const before = year - 1;
  let days = 365 * before + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  for (let n = 1; n < month; n += 1) days += daysOf(year, n);
  days += day - 1;
  const offset = (found[7] === "-" ? -1 : 1) * (zoneHour * 60 + zoneMinute);
  return ((days * 24 + hour) * 60 + minute - offset) * 60 + second;
}

function daysOf(year, month) {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
}

const UNIX_START = (719162 * 24) * 3600; // seconds from the first day of the year 1 to 1970-01-01

// When a round was published, in Unix seconds.
function roundPublished(round) {
  return QUICKNET_START + QUICKNET_PERIOD * (round - 1);
}

function readSource(place, made) {
  if (place.value === null) return null;
  if (!place.has("kind")) place.refuse("缺少“kind”", "“kind” is missing");
  if (place.at("kind").value === "drand") {
    const [, round] = place.members("kind", "round");
    const at = UNIX_START + roundPublished(round.integer(1));
    if (!(at > made.committedAt)) round.refuse("该轮在锁定之前公布", "the round was published before the commitment");
    if (!(at < made.executeBy)) round.refuse("该轮不早于摇号期限", "the round does not come before execute_by");
    return { kind: "drand", round: round.value };
  }
  place.at("kind").same("witnessed", "没有这种来源", "an unknown source");
  const [, what, alphabet, length] = place.members("kind", "what", "alphabet", "length");
  what.title();
  const signs = alphabet.matching(PRINTABLE, "应为可见的 ASCII 字符", "its signs must be printable ASCII");
  const many = new Set(signs).size;
  if (many !== signs.length) alphabet.refuse("有重复的字符", "it has a character twice");
  if (many < 2) alphabet.refuse("至少要有两个字符", "it needs two characters or more");
  const count = length.integer(0);
  if (count < 64 && BigInt(many) ** BigInt(count) < 1n << 64n) {
    length.refuse("可能的值少于 2⁶⁴ 个", "there are fewer than 2⁶⁴ possible values");
  }
  return { kind: "witnessed", what: what.value, alphabet: signs, length: count };
}

// The commitment against the tables: digests, rows, strata, and that every unit of the frame can be staffed.
function checkTables(made, tables, files) {
  for (const name of TABLES) {
    const file = `${name}.csv`;
    const { digest, rows } = made.tables[name];
    if (rows !== tables.rows[name]) {
      refuse({ file: COMMITMENT, key: `${name}.rows` }, `应为 ${tables.rows[name]} 行`, `there are ${tables.rows[name]}`);
    }
    if (hexDigest(made.hash, files.get(file)) !== digest) {
      refuse({ file }, "与锁定书中的摘要不符：锁定之后被改动过", "its digest is not that of the commitment: it was changed");
    }
  }
  if (made.registered !== tables.rows.frame + tables.rows.exclusions) {
    refuse({ file: COMMITMENT, key: "register.rows" }, "不等于基数加排除", "it is not frame plus exclusions");
  }
  const strata = new Set(tables.units.strata);
  for (const stratum of made.quotas.rules.keys()) {
    if (!strata.has(stratum)) {
      refuse({ file: COMMITMENT, key: "quotas.strata" }, `没有“${stratum}”组`, `there is no stratum “${stratum}”`);
    }
  }
  made.team.forEach(({ department, seats }, n) => checkStaffing(tables, department, seats, n));
}

function checkStaffing(tables, department, seats, n) {
  const may = new Eligibility(tables, department);
  const { ids, areas } = tables.units;
  for (let at = 0; at < ids.length; at += 1) {
    if (may.visitors(ids[at], areas[at]).length < seats) {
      refuse(
        { file: COMMITMENT, key: `team.${n}` },
        `“${ids[at]}”没有足够的“${department}”人员可派`,
        `unit ${ids[at]} cannot be staffed by department ${department}`,
      );
    }
  }
}
