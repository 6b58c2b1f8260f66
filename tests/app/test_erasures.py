"""What must be forgotten is: asked for by one, confirmed by another, gone everywhere, and the log stays whole."""

from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlmodel import select

from app.command_fsck import run_fsck
from app.db import Database
from app.models import METADATA
from app.record import SYSTEM
from publicity.fsck.check import NOTHING_KEPT
from publicity.fsck.report import Code
from registry.journal import Act, Fact, Kind, write
from tests.building import PEOPLE, Bureau
from tests.desks import made
from tests.insiders import Insider, change, checked
from tests.papers import PROBLEM, penalty
from tests.rosters import credit_code, operator, operators_csv
from tests.workshop import Opening

WORDS = "（内容已依法删除）"


def asked(bureau: Bureau, matter: str, key: str) -> str:
    """Ask for an erasure and return its number."""
    body = {"matter": matter, "key": key, "basis": "purpose_ended", "text": "当事人要求"}
    return str(made(bureau.desk("publisher").post("/api/v1/erasures", body))["request_id"])


def erased(bureau: Bureau, matter: str, key: str) -> dict[str, Any]:
    """Ask for an erasure and let another person confirm it."""
    number = asked(bureau, matter, key)
    found: dict[str, Any] = made(bureau.desk("approver").post(f"/api/v1/erasures/{number}/confirmation"))
    return found


def holds(bureau: Bureau, words: str) -> set[str]:
    """Return the tables that hold some words, in whatever cell."""
    found = set()
    for table, rows in bureau.contents().items():
        for row in rows:
            cells = [bytes(c) if isinstance(c, bytes | memoryview) else str(c).encode() for c in row]
            if any(words.encode() in cell for cell in cells):
                found.add(table)
    return found


def sound(bureau: Bureau) -> None:
    """Fsck finds nothing."""
    report = run_fsck(bureau.service.settings, NOTHING_KEPT, lambda _stage: None)
    assert report.lines()[-1].startswith("一致"), report.lines()


def test_an_erased_finding_is_gone_from_journal_rows_page_and_answers(opening_anywhere: Opening) -> None:
    """The text, its salts, what was published of it, and the stored answer; the log has every entry it had."""
    bureau = opening_anywhere("published")
    number = bureau.notes.findings[0]
    path = f"/results/r-{number}.json"
    page = next(each for each in (path, "/results.json") if bureau.public.get(each).is_success)
    assert {"finding_outcomes", "journal_bodies", "disclosures"} <= holds(bureau, PROBLEM)
    assert PROBLEM in bureau.public.get(page).text
    before = made(bureau.public.get("/log/head"))
    done = erased(bureau, "finding", number)
    assert holds(bureau, PROBLEM) == set()
    assert PROBLEM not in bureau.public.get(page).text
    assert WORDS in bureau.public.get(page).text
    assert len(done["erased"]) >= 4
    after = made(bureau.public.get("/log/head"))
    proof = made(bureau.public.get(f"/log/proof/consistency?old={before['size']}&new={after['size']}"))
    assert proof["old_root"] == before["root"]
    sound(bureau)


def test_the_evidence_of_an_erased_publication_says_so(opening: Opening) -> None:
    bureau = opening("published")
    number = bureau.notes.findings[0]
    erased(bureau, "finding", number)
    answer = bureau.public.get(f"/log/evidence/r-{number}")
    assert (answer.status_code, answer.json()["code"]) == (404, "erased_text")


def test_an_erased_penalty_shows_that_it_was(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("published")
    number = made(bureau.desk("approver2").post("/api/v1/penalties", penalty(bureau.notes.findings[0])))["penalty_id"]
    bureau.clear(number)
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    facts = penalty(bureau.notes.findings[0])["facts"]
    assert holds(bureau, facts)
    erased(bureau, "penalty", number)
    assert holds(bureau, facts) == set()
    assert WORDS in bureau.public.get("/penalties.json").text
    sound(bureau)


def test_erased_contacts_are_gone_from_every_version_of_an_operator(opening_anywhere: Opening) -> None:
    """Parts of imports, bodies of changes and the row; the record stays, and its history says erased."""
    bureau = opening_anywhere("staffed")
    registrar, code = bureau.desk("registrar"), credit_code(1)
    made(registrar.patch(f"/api/v1/operators/{code}", {"contact_name": "要删除的姓名"}))
    made(registrar.post("/api/v1/imports/operators", operators_csv([operator(1, contact_name="另一个姓名")])))
    erased(bureau, "operator", code)
    assert holds(bureau, "要删除的姓名") | holds(bureau, "另一个姓名") == set()
    record = made(registrar.get(f"/api/v1/operators/{code}"))
    assert (record["contact_name"], record["name"]) == ("", operator(1)["name"])
    history = made(registrar.get(f"/api/v1/operators/{code}/history"))
    assert [each["erased"] for each in history] == [True, True, True]
    sound(bureau)


def test_erasure_takes_two_people_and_is_done_once(opening: Opening) -> None:
    bureau = opening("published")
    both = bureau.hire("both", *PEOPLE["publisher"], *PEOPLE["approver"])
    body = {"matter": "finding", "key": bureau.notes.findings[0], "basis": "court", "text": "判决"}
    number = made(both.post("/api/v1/erasures", body))["request_id"]
    path = f"/api/v1/erasures/{number}/confirmation"
    assert both.post(path).status_code == 403
    assert both.post("/api/v1/erasures", body).status_code == 409
    made(bureau.desk("approver").post(path))
    assert bureau.desk("approver").post(path).status_code == 409
    listed = made(bureau.desk("supervisor").get("/api/v1/erasures"))
    assert [(each["request_id"], each["matter"]) for each in listed] == [(number, "finding")]


@pytest.mark.parametrize("matter", ["draw", "commitment", "person", "plan"])
def test_what_is_neutral_and_permanent_is_not_erased(opening: Opening, matter: str) -> None:
    bureau = opening("published")
    body = {"matter": matter, "key": bureau.notes.draw_id, "basis": "court", "text": "判决"}
    answer = bureau.desk("publisher").post("/api/v1/erasures", body)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_erasable")


def test_nothing_of_a_sealed_draw_is_told_by_asking_for_an_erasure(opening: Opening) -> None:
    """A finding under seal is to a publisher as if it were not there."""
    bureau = opening("filed", sealed=True)
    body = {"matter": "finding", "key": bureau.notes.findings[0], "basis": "court", "text": "判决"}
    there = bureau.desk("publisher").post("/api/v1/erasures", body)
    absent = bureau.desk("publisher").post("/api/v1/erasures", body | {"key": "140000202008240999-01-1"})
    assert (there.status_code, there.json()["code"]) == (absent.status_code, absent.json()["code"]) == (404, "absent")


def test_a_text_that_is_gone_without_an_erasure_is_a_difference(opening_anywhere: Opening) -> None:
    """Emptied as an erasure leaves it, removed, or called erased by a row that no fact made."""
    bureau = opening_anywhere("published")
    bodies = METADATA.tables["journal_bodies"]
    with closing(Database(bureau.service.settings.database_url)) as database:
        with Insider(database).at_work() as connection:
            connection.execute(update(bodies).where(bodies.c.fact_id == 5).values(salt=b"", body=b""))
            assert Code.TEXT_MISSING in checked(connection).counts
        with Insider(database).at_work() as connection:
            connection.execute(text("DELETE FROM journal_bodies WHERE fact_id = 5"))
            assert Code.TEXT_MISSING in checked(connection).counts


@pytest.mark.parametrize("kind", [Kind.DRAW_COMMITTED, Kind.DRAW_EXECUTED, Kind.PLAN_APPROVED, Kind.ERASED])
def test_a_draw_is_no_matter_for_erasure_whatever_a_fact_says(opening: Opening, kind: Kind) -> None:
    """Whoever can write facts past the program writes one that calls a draw's text erased: fsck does not believe it."""
    bureau = opening("published")
    erased(bureau, "finding", bureau.notes.findings[0])
    bodies = METADATA.tables["journal_bodies"]

    def forge(act: Act) -> str:
        fact = act.session.exec(select(Fact).where(Fact.kind == kind)).first()
        assert fact is not None
        said = {"fact": fact.fact_id, "part": 0, "key": "", "digest": fact.digest}
        body = {"request_id": "e-9", "basis": "court", "erased": [said]}
        write(act, Kind.ERASED, subject="e-9", body=body)
        return str(fact.fact_id)

    fact_id = bureau.service.recorder.record(SYSTEM, forge).body
    with closing(Database(bureau.service.settings.database_url)) as database, Insider(database).at_work() as connection:
        connection.execute(update(bodies).where(bodies.c.fact_id == int(fact_id), bodies.c.part == 0).values(body=b""))
        report = checked(connection)
    assert f"{fact_id}/0" in {each.key for each in report.differences if each.code is Code.TEXT_MISSING}


def test_an_erased_text_that_comes_back_is_a_difference(opening: Opening) -> None:
    bureau = opening("published")
    bodies = METADATA.tables["journal_bodies"]
    done = erased(bureau, "finding", bureau.notes.findings[0])["erased"][0]
    with closing(Database(bureau.service.settings.database_url)) as database, Insider(database).at_work() as connection:
        row = {"fact_id": done["erased_fact"], "part": done["part"]}
        change(connection, bodies, row, {"salt": b"s" * 32, "body": b"{}"})
        assert not checked(connection).sound


def test_the_guards_let_nothing_go_that_no_erasure_names(opening_anywhere: Opening) -> None:
    """Each on both databases: a body, a row's text, a published content, a fact's digest."""
    bureau = opening_anywhere("published")
    statements = (
        "UPDATE journal_bodies SET salt = '', body = ''",
        "UPDATE finding_outcomes SET text = ''",
        "UPDATE disclosures SET content = '{}'",
        "UPDATE penalties SET facts = ''",
        "UPDATE journal SET digest = 'x'",
        "DELETE FROM journal_bodies",
    )
    before = bureau.contents()
    with closing(Database(bureau.service.settings.database_url)) as database:
        for statement in statements:
            with database.engine.connect() as connection:
                try:
                    touched = connection.execute(text(statement)).rowcount
                except Exception as refused:  # noqa: BLE001 - of either driver
                    assert "append-only" in str(refused)  # noqa: PT017
                else:
                    assert touched == 0, statement
                connection.rollback()
    assert bureau.contents() == before


def test_an_erasure_is_a_fact_that_names_what_went_and_not_what_it_said(opening: Opening) -> None:
    bureau = opening("published")
    erased(bureau, "finding", bureau.notes.findings[0])
    last = made(bureau.desk("supervisor").get("/api/v1/journal?limit=1000"))[-1]
    assert last["kind"] == Kind.ERASED
    assert "digest" in last["body"]
    assert PROBLEM not in last["body"]
