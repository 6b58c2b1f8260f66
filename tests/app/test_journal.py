"""Each command is one fact and one leaf in one transaction; the log is an RFC 6962 tree that anybody can check.

The tree is recomputed here from its definition, by a recursion that shares no code with the service.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.record import SYSTEM
from registry.departments import add_department
from registry.journal import Act, Kind
from tests.building import Bureau
from tests.desks import Desk, made
from tests.papers import batch, finding, item, penalty, plan
from tests.rosters import INSPECTORS, credit_code, operator, operators_csv
from tests.workshop import Opening

NEUTRAL = {kind.value for kind in Kind if kind.value.startswith("draw.")}
"""Kinds whose facts say something in clear: numbers, digests and parties of a draw."""


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash of RFC 6962, section 2.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def naive_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the audit path of RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*naive_path(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_consistency(old: int, leaves: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """Return the consistency proof of RFC 6962, section 2.1.2."""
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if old <= split:
        return [*naive_consistency(old, leaves[:split], whole=whole), naive_root(leaves[split:])]
    return [*naive_consistency(old - split, leaves[split:], whole=False), naive_root(leaves[:split])]


def head(bureau: Bureau) -> dict[str, Any]:
    """Return the head as the public reads it."""
    found: dict[str, Any] = made(bureau.public.get("/log/head"))
    return found


def entries(bureau: Bureau) -> list[bytes]:
    """Return every entry, byte for byte as the public reads it."""
    return [bureau.public.get(f"/log/entries/{index}").content for index in range(head(bureau)["size"])]


def test_the_root_is_that_of_the_entries(opening_anywhere: Opening) -> None:
    """Recomputed from the published bytes."""
    bureau = opening_anywhere("published")
    leaves = entries(bureau)
    assert len(leaves) > 60
    assert head(bureau)["root"] == naive_root(leaves).hex()


def test_an_empty_log_has_the_root_of_nothing(opening: Opening) -> None:
    """SHA-256 of the empty string, and no entry 0."""
    bureau = opening("empty")
    assert head(bureau) == {"size": 0, "root": hashlib.sha256(b"").hexdigest(), "stage": "real"}
    assert bureau.public.get("/log/entries/0").status_code == 404
    assert bureau.public.get("/log/proof/inclusion?index=0").status_code in (404, 422)


def test_every_inclusion_proof_is_the_path_of_the_rfc(opening: Opening) -> None:
    """For every entry in the whole log, and in every size of its beginning."""
    bureau = opening("committed")
    leaves = entries(bureau)
    for size in (1, 2, 3, 7, 8, 9, len(leaves)):
        for index in range(size):
            proof = made(bureau.public.get(f"/log/proof/inclusion?index={index}&size={size}"))
            assert proof["leaf_hash"] == hashlib.sha256(b"\x00" + leaves[index]).hexdigest()
            assert proof["proof"] == [each.hex() for each in naive_path(index, leaves[:size])]
            assert proof["root"] == naive_root(leaves[:size]).hex()


def test_every_consistency_proof_is_that_of_the_rfc(opening: Opening) -> None:
    """From every size to the whole log."""
    bureau = opening("committed")
    leaves = entries(bureau)
    for old in range(1, len(leaves) + 1):
        proof = made(bureau.public.get(f"/log/proof/consistency?old={old}&new={len(leaves)}"))
        assert proof["proof"] == [each.hex() for each in naive_consistency(old, leaves)]
        assert (proof["old_root"], proof["new_root"]) == (naive_root(leaves[:old]).hex(), naive_root(leaves).hex())


IMPOSSIBLE = (
    "/log/entries/-1",
    "/log/entries/9007199254740993",
    "/log/entries/99999999999999999999999",
    "/log/entries/abc",
    "/log/proof/inclusion?index=999999",
    "/log/proof/inclusion?index=3&size=3",
    "/log/proof/inclusion?index=0&size=0",
    "/log/proof/inclusion?index=0&size=999999",
    "/log/proof/inclusion",
    "/log/proof/consistency?old=0",
    "/log/proof/consistency?old=5&new=4",
    "/log/proof/consistency?old=1&new=999999",
    "/log/evidence/r-nothing",
)


def test_a_proof_that_cannot_be_given_is_refused(opening_anywhere: Opening) -> None:
    """404 or 422 with the reason, never an error of ours."""
    bureau = opening_anywhere("committed")
    for path in IMPOSSIBLE:
        answer = bureau.public.get(path)
        assert answer.status_code in (404, 422), path
        assert answer.json()["detail"]


def test_entries_follow_the_facts_in_order_and_never_go_back_in_time(opening_anywhere: Opening) -> None:
    """Entry n speaks of the n-th fact: its kind, its digest, its instant in UTC."""
    bureau = opening_anywhere("published")
    journal = sorted(bureau.contents()["journal"])
    read = [json.loads(each) for each in entries(bureau)]
    assert [each["index"] for each in read] == list(range(len(journal)))
    assert [(each["kind"], each["digest"]) for each in read] == [(row[1], row[6]) for row in journal]
    times = [each["at"] for each in read]
    assert times == sorted(times)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", each) for each in times)


def test_a_digest_is_that_of_salt_and_body(opening_anywhere: Opening) -> None:
    """SHA-256(0x02 ‖ salt ‖ body), each salt of 32 bytes its own."""
    bureau = opening_anywhere("published")
    contents = bureau.contents()
    digests = {row[0]: row[6] for row in contents["journal"]}
    whole = [row for row in contents["journal_bodies"] if row[1] == 0]
    assert len(whole) == len(digests)
    for fact_id, _, _, salt, body in whole:
        assert hashlib.sha256(b"\x02" + bytes(salt) + bytes(body)).hexdigest() == digests[fact_id]
    salts = [bytes(row[3]) for row in contents["journal_bodies"]]
    assert len(set(salts)) == len(salts) > len(whole)
    assert {len(each) for each in salts} == {32}


def test_the_evidence_of_a_published_record_checks_against_its_entry(opening: Opening) -> None:
    """Salt and body over HTTP give the digest of the entry; the body holds what the page shows."""
    bureau = opening("published")
    number = made(bureau.desk("approver").post("/api/v1/penalties", penalty(bureau.notes.findings[0])))["penalty_id"]
    bureau.clear(number)
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    rows = made(bureau.public.get("/results.json"))["rows"] + made(bureau.public.get("/penalties.json"))["rows"]
    names = [f"r-{each}" for each in bureau.notes.findings] + [f"p-{number}"]
    assert len(rows) == len(names) == 4
    for name in names:
        evidence = made(bureau.public.get(f"/log/evidence/{name}"))
        entry = made(bureau.public.get(f"/log/entries/{evidence['index']}"))
        whole = b"\x02" + bytes.fromhex(evidence["salt"]) + evidence["body"].encode()
        assert hashlib.sha256(whole).hexdigest() == entry["digest"]
        shown = next(row for row in rows if row["log_index"] == evidence["index"])
        content = json.loads(evidence["body"])["content"]
        assert content["operator_name"] == shown["operator_name"]
        if name.startswith("r-"):
            assert content["outcomes"] == shown["outcomes"]


def test_log_entries_hold_no_names_and_no_credit_codes(opening: Opening) -> None:
    """Only facts of a draw say anything in clear, and that is numbers and digests."""
    bureau = opening("published")
    number = made(bureau.desk("approver").post("/api/v1/penalties", penalty(bureau.notes.findings[0])))["penalty_id"]
    bureau.clear(number)
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    written = entries(bureau)
    clear = {each["kind"] for each in map(json.loads, written) if each["public"]}
    assert clear <= NEUTRAL
    assert {"draw.committed", "draw.executed"} <= clear
    whole = b"\n".join(written).decode()
    assert whole.isascii(), "no Chinese text at all"
    hidden = [*(credit_code(n) for n in range(1, 10)), *INSPECTORS, *bureau.notes.people.values(), "FAKE"]
    hidden += [*bureau.notes.findings, *bureau.notes.visits, number]
    assert [each for each in hidden if each in whole] == []
    keys = {key for each in map(json.loads, written) for key in each}
    assert keys == {"at", "digest", "index", "kind", "public", "v"}


def test_an_entry_is_served_byte_for_byte_and_may_be_kept_for_ever(opening: Opening) -> None:
    """As hashed: the canonical JSON of itself, with a cache header that says it never changes."""
    bureau = opening("committed")
    answer = bureau.public.get("/log/entries/0")
    assert answer.content == json.dumps(answer.json(), sort_keys=True, separators=(",", ":")).encode()
    assert "immutable" in answer.headers["cache-control"]


COMMANDS = {
    Kind.PERSON_ADDED: ("staffed", "administrator", "/api/v1/people", {"name": "新人", "roles": ["reviewer"]}),
    Kind.PERSON_CHANGED: ("staffed", "administrator", "/api/v1/people/{reader}/active", {"active": False}),
    Kind.KEY_ISSUED: ("staffed", "administrator", "/api/v1/people/{reader}/keys", None),
    Kind.DEPARTMENT_ADDED: ("staffed", "registrar", "/api/v1/departments", {"code": "tax", "name": "税务"}),
    Kind.OPERATORS_IMPORTED: ("staffed", "registrar", "/api/v1/imports/operators", operators_csv([operator(21)])),
    Kind.ITEM_ADDED: ("staffed", "registrar", "/api/v1/items", item("M09")),
    Kind.ITEM_CHANGED: (
        "staffed",
        "registrar",
        "/api/v1/items/M01/versions",
        {name: value for name, value in item("M01", valid_from="2020-09-01").items() if name != "code"},
    ),
    Kind.ITEM_ENDED: ("staffed", "registrar", "/api/v1/items/M01/end", {"valid_until": "2020-12-31"}),
    Kind.PLAN_CHANGE_REQUESTED: (
        "approved",
        "officer",
        "/api/v1/batches/{task_no}/changes",
        {"changes": {"period_to": "2020-11-30"}, "reason": "检查力量调整"},
    ),
    Kind.RECUSAL_REQUESTED: (
        "staffed",
        "registrar",
        "/api/v1/recusals",
        {"inspector_no": "market-1", "unit_id": credit_code(1), "reason": "近亲属"},
    ),
    Kind.PLAN_DRAFTED: ("staffed", "officer", "/api/v1/plans", plan()),
    Kind.PLAN_APPROVED: ("planned", "approver", "/api/v1/plans/{plan_no}/approval", None),
    Kind.BATCH_DRAFTED: ("planned", "officer", "/api/v1/plans/{plan_no}/batches", batch()),
    Kind.VISITS_APPROVED: ("executed", "approver", "/api/v1/draws/{task_no}/visits/approval", None),
    Kind.FINDING_REVIEWED: ("filed", "reviewer", "/api/v1/findings/{finding}/review", {"approved": True}),
    Kind.RESULT_PUBLISHED: ("reviewed", "publisher", "/api/v1/findings/{finding}/publication", None),
}


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_command_is_one_fact_and_one_leaf(opening_anywhere: Opening, kind: Kind) -> None:
    """One more fact of its kind in the person's name, one more entry, and a head that is one longer."""
    stage, name, path, body = COMMANDS[kind]
    bureau = opening_anywhere(stage)
    notes = bureau.notes
    first = notes.findings[0] if notes.findings else ""
    path = path.format(plan_no=notes.plan_no, task_no=notes.task_no, reader=notes.people["reader"], finding=first)
    before, size = bureau.contents(), head(bureau)["size"]
    made(bureau.desk(name).post(path, body))
    after = bureau.contents()
    (fact,) = set(after["journal"]) - set(before["journal"])
    assert (fact[1], fact[3]) == (kind, notes.people[name])
    (entry,) = set(after["log_entries"]) - set(before["log_entries"])
    assert (entry[0], entry[1]) == (size, fact[0])
    assert head(bureau)["size"] == size + 1


def test_a_command_that_fails_after_its_fact_leaves_nothing(opening_anywhere: Opening) -> None:
    """Neither row nor fact nor leaf, and the next command goes on from the same head."""
    bureau = opening_anywhere("staffed")
    before = bureau.contents()

    def broken(act: Act) -> str:
        add_department(act, code="tax", name="税务")
        act.session.flush()
        msg = "the power went"
        raise RuntimeError(msg)

    with pytest.raises(RuntimeError, match="the power went"):
        bureau.service.recorder.record(SYSTEM, broken)
    assert bureau.contents() == before
    made(bureau.desk("registrar").post("/api/v1/departments", {"code": "tax", "name": "税务"}))
    assert head(bureau)["size"] == len(before["log_entries"]) + 1
    assert head(bureau)["root"] == naive_root(entries(bureau)).hex()


def test_a_clock_behind_the_log_stops_every_command(opening_anywhere: Opening) -> None:
    """Times in the log never go back: nothing is written until the clock is right."""
    bureau = opening_anywhere("staffed")
    before = bureau.contents()
    bureau.clock.set("2020-08-03", "08:58")
    refused = bureau.desk("registrar").post("/api/v1/departments", {"code": "tax", "name": "税务"})
    assert (refused.status_code, refused.json()["code"]) == (503, "clock_behind")
    assert bureau.contents() == before
    bureau.clock.set("2020-08-03", "09:00")
    made(bureau.desk("registrar").post("/api/v1/departments", {"code": "tax", "name": "税务"}))


def test_a_clock_set_back_a_little_waits_at_the_newest_entry(opening: Opening) -> None:
    """What a time server corrects by itself stops nobody, and times still never go back."""
    bureau = opening("staffed")
    bureau.clock.set("2020-08-03", "08:59")
    made(bureau.desk("registrar").post("/api/v1/departments", {"code": "tax", "name": "税务"}))
    written = [json.loads(each)["at"] for each in entries(bureau)]
    assert written[-1] == written[-2] == "2020-08-03T01:00:00Z"


def test_a_clock_set_back_by_seconds_waits_at_the_newest_entry(opening: Opening) -> None:
    """What a time server corrects by itself stops nothing, and times still never go back."""
    bureau = opening("staffed")
    bureau.clock.set("2020-08-03", "08:59")
    made(bureau.desk("registrar").post("/api/v1/departments", {"code": "tax", "name": "税务"}))
    assert len({entry["at"] for entry in map(json.loads, entries(bureau)[-2:])}) == 1


@pytest.mark.parametrize("table", ["journal", "journal_bodies", "log_entries", "log_nodes", "disclosures", "findings"])
def test_what_is_on_record_cannot_be_changed(opening_anywhere: Opening, table: str) -> None:
    """The database refuses update and delete of journal, log and publications."""
    bureau = opening_anywhere("published")
    column = {"log_entries": "fact_id", "log_nodes": "level", "findings": "version"}.get(table, "fact_id")
    before = bureau.contents()
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):  # noqa: S608 - our own names
        with bureau.service.database.writing() as session, pytest.raises(DBAPIError, match="append-only"):
            session.connection().execute(text(statement))
    assert bureau.contents() == before


def test_a_reader_cannot_write(opening_anywhere: Opening) -> None:
    """The sessions that pages are made in are refused by the database itself."""
    bureau = opening_anywhere("staffed")
    with bureau.service.database.reading() as session, pytest.raises(DBAPIError, match=r"read-?only"):
        session.connection().execute(text("INSERT INTO departments (code, name) VALUES ('x', 'x')"))


def test_the_journal_tells_a_supervisor_who_did_what_and_when(opening: Opening) -> None:
    """Every fact with its text; to nobody else."""
    bureau = opening("published")
    rows = made(bureau.desk("supervisor").get("/api/v1/journal?limit=1000"))
    assert len(rows) == head(bureau)["size"]
    committed = next(row for row in rows if row["kind"] == "draw.committed")
    assert (committed["actor"], committed["subject"]) == (bureau.notes.people["officer"], bureau.notes.draw_id)
    assert "own_secret" not in json.dumps(rows)
    page = made(bureau.desk("supervisor").get(f"/api/v1/journal?after={rows[9]['fact_id']}&limit=5"))
    assert page == rows[10:15]
    others: list[Desk] = [bureau.desk(name) for name in ("administrator", "officer", "approver", "publisher")]
    assert {desk.get("/api/v1/journal").status_code for desk in others} == {403}
    assert bureau.public.get("/api/v1/journal").status_code == 401


def test_the_journal_never_holds_a_key(opening: Opening) -> None:
    """No API key, whole or as digest, in any fact, body or stored answer."""
    bureau = opening("staffed")
    key = made(bureau.desk("administrator").post(f"/api/v1/people/{bureau.notes.people['reader']}/keys"))["key"]
    hidden = [*bureau.notes.keys.values(), key]
    hidden += [hashlib.sha256(each.encode()).hexdigest() for each in hidden]
    for table in ("journal", "journal_bodies", "log_entries", "stored_answers"):
        for row in bureau.contents()[table]:
            cells = b"\n".join(bytes(c) if isinstance(c, bytes | memoryview) else str(c).encode() for c in row)
            assert not [each for each in hidden if each.encode() in cells]


def test_a_filed_finding_is_in_the_journal_whole(opening: Opening) -> None:
    """The text that may have to go stands in the body, not in the entry."""
    bureau = opening("arrived")
    bureau.clock.set("2020-09-15", "16:00")
    visit = bureau.notes.visits[0]
    made(bureau.lead(visit).post(f"/api/v1/assignments/{visit}/findings", finding(problem=True)))
    last = made(bureau.desk("supervisor").get("/api/v1/journal?limit=1000"))[-1]
    body = json.loads(last["body"])
    assert last["kind"] == Kind.FINDING_FILED
    assert [line["outcome"] for line in body["outcomes"]] == ["no_problem", "problem_pending", "no_problem"]
