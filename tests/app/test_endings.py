"""What ends ends whole: what was published is emptied everywhere, the bureau's case stays, and the log is whole."""

from contextlib import closing

import pytest
from sqlalchemy import Update, text, update
from sqlmodel import select

from app.db import Database
from app.models import METADATA
from app.record import SYSTEM
from app.working import work
from publicity.endings import Way
from publicity.fsck.check import check_database
from publicity.fsck.report import Code, Report
from registry.emptying import empty_texts
from registry.journal import Act, Body, Fact, Kind, write
from registry.petitions import PetitionKind
from tests.app.test_erasures import erased, sound
from tests.app.test_exports import column, export
from tests.building import Bureau
from tests.desks import made
from tests.insiders import Insider, checked
from tests.petitioners import repair
from tests.punishing import LAST, all_punished, content_of, end, punished, withdraw
from tests.workshop import Opening

PETITIONS, PROPOSALS, DECISIONS, WITHDRAWALS, APPROVALS = (
    METADATA.tables[name]
    for name in (
        *("petitions", "petition_proposals", "petition_decisions"),
        *("withdrawals", "withdrawal_decisions"),
    )
)
ONLY_PUBLISHED = "delivered_digest"
"""A name that stands in what is published of a penalty, and in no record of the bureau."""


def holding(bureau: Bureau, words: str) -> set[str]:
    """Return the tables that hold some words, in whatever cell."""
    found = set()
    for table, rows in bureau.contents().items():
        for row in rows:
            cells = [bytes(c) if isinstance(c, bytes | memoryview) else str(c).encode() for c in row]
            if any(words.encode() in cell for cell in cells):
                found.add(table)
    return found


def test_what_has_ended_is_emptied_and_the_case_stays(opening_anywhere: Opening) -> None:
    """Projection, body and images hold the document's digest no more; decision and document are as they were."""
    bureau = opening_anywhere("published")
    key = punished(bureau)
    own = bureau.desk("approver").get(f"/api/v1/penalties/{key[2:]}")
    content = content_of(bureau, key)
    assert holding(bureau, content) == holding(bureau, ONLY_PUBLISHED) == {"disclosures", "journal_bodies"}
    before = made(bureau.public.get("/log/head"))
    repair(bureau, key)
    assert holding(bureau, content) == holding(bureau, ONLY_PUBLISHED) == set()
    assert content_of(bureau, key) == ""
    assert made(bureau.public.get("/penalties.json"))["rows"] == []
    after = bureau.desk("approver").get(f"/api/v1/penalties/{key[2:]}")
    assert {**after.json(), "version": 0} == {**own.json(), "version": 0}
    head = made(bureau.public.get("/log/head"))
    proof = made(bureau.public.get(f"/log/proof/consistency?old={before['size']}&new={head['size']}"))
    assert proof["old_root"] == before["root"]
    answer = bureau.public.get(f"/log/evidence/{key}")
    assert (answer.status_code, answer.json()["code"]) == (410, "ended")
    sound(bureau)
    with closing(Database(bureau.service.settings.database_url)) as database:
        for statement in ("UPDATE disclosures SET content = '{}'", "UPDATE disclosure_endings SET way = 'repaired'"):
            with database.engine.connect() as connection, pytest.raises(Exception, match="append-only"):
                connection.execute(text(statement))


def test_a_text_that_is_erased_after_its_publication_ended_leaves_nothing_unexplained(opening: Opening) -> None:
    """The case goes by two people; what has ended has nothing left to go."""
    bureau = opening("published")
    key = punished(bureau)
    repair(bureau, key)
    erased(bureau, "penalty", key[2:])
    assert content_of(bureau, key) == ""
    sound(bureau)


def test_a_publication_ends_once(opening: Opening) -> None:
    bureau = opening("published")
    key = punished(bureau)
    end(bureau, key)
    before = bureau.contents()
    with pytest.raises(Exception, match="has ended already"):
        end(bureau, key)
    assert bureau.contents() == before


def test_a_term_that_is_past_hides_at_once_and_empties_when_somebody_comes(opening_anywhere: Opening) -> None:
    """On the last day it stands; at midnight it is gone, though nothing was run; then its texts go."""
    bureau = opening_anywhere("published")
    keys = all_punished(bureau, [{}, {"decision_no": "晋市监罚〔2026〕2号"}])
    bureau.clock.set(LAST, "23:59")
    assert len(made(bureau.public.get("/penalties.json"))["rows"]) == 2
    assert {*keys} < {*column(export(bureau, "disclosures"), "公示编号")}
    list(work(bureau.service))
    assert content_of(bureau, keys[0])
    bureau.clock.set("2029-05-12", "00:00")
    assert made(bureau.public.get("/penalties.json"))["rows"] == []
    assert {*keys}.isdisjoint(column(export(bureau, "disclosures"), "公示编号"))
    assert bureau.public.get(f"/log/evidence/{keys[0]}").status_code == 410
    assert content_of(bureau, keys[0])
    assert [str(task) for task in work(bureau.service)][-2:] == [f"penalty.expiry {key}" for key in keys]
    assert list(work(bureau.service)) == []
    assert [content_of(bureau, key) for key in keys] == ["", ""]
    with bureau.service.database.reading() as session:
        days = session.connection().exec_driver_sql("SELECT DISTINCT way, ended_on FROM disclosure_endings").all()
    assert [(way, str(day)) for way, day in days] == [(Way.EXPIRED, "2029-05-12")]
    sound(bureau)


@pytest.mark.parametrize("kind", [Kind.PENALTY_DECIDED, Kind.FINDING_FILED, Kind.DRAW_COMMITTED])
def test_the_end_of_a_publication_is_no_reason_for_a_text_of_the_case(opening: Opening, kind: Kind) -> None:
    """Whoever writes a fact that calls a decision's own text ended is not believed."""
    bureau = opening("published")
    punished(bureau)

    def forge(act: Act) -> str:
        fact = act.session.exec(select(Fact).where(Fact.kind == kind)).first()
        assert fact is not None
        said = {"fact": fact.fact_id, "part": 0, "key": "", "digest": fact.digest}
        write(act, Kind.DISCLOSURE_ENDED, subject="", body={"way": "expired", "disclosures": [], "erased": [said]})
        return str(fact.fact_id)

    fact_id = bureau.service.recorder.record(SYSTEM, forge).body
    report = emptied(bureau, fact_id)
    assert f"{fact_id}/0" in {each.key for each in report.differences if each.code is Code.TEXT_MISSING}


def emptied(bureau: Bureau, fact_id: str) -> Report:
    """Empty the body of a fact past the guards, and return what fsck says."""
    bodies = METADATA.tables["journal_bodies"]
    with closing(Database(bureau.service.settings.database_url)) as database, Insider(database).at_work() as connection:
        connection.execute(update(bodies).where(bodies.c.fact_id == int(fact_id), bodies.c.part == 0).values(body=b""))
        return checked(connection)


def test_a_publication_that_is_called_ended_and_stands_is_a_difference(opening: Opening) -> None:
    """Its text in the log is gone, by a fact that says so, and the page still shows it."""
    bureau = opening("published")
    key = punished(bureau)

    def forge(act: Act) -> str:
        fact = act.session.exec(select(Fact).where(Fact.kind == Kind.PENALTY_PUBLISHED)).one()
        text = act.session.exec(select(Body).where(Body.fact_id == fact.fact_id, Body.part == 0)).one()
        empty_texts(act, [text], kind=Kind.DISCLOSURE_ENDED, subject="", body={"way": "expired", "disclosures": [key]})
        return ""

    bureau.service.recorder.record(SYSTEM, forge)
    with closing(Database(bureau.service.settings.database_url)) as database, database.reading() as session:
        found = {(each.code, each.key) for each in check_database(session, METADATA).differences}
    assert found == {(Code.PAGE, key)}


@pytest.mark.parametrize("way", [*Way])
def test_an_end_before_the_term_and_without_a_decision_is_a_difference(opening: Opening, way: Way) -> None:
    """A fact of the log that says so is no reason: the term has to be over, or two people to have decided it."""
    bureau = opening("published")
    key = punished(bureau)
    end(bureau, key, way=way)
    with closing(Database(bureau.service.settings.database_url)) as database, database.reading() as session:
        found = {(each.code, each.key) for each in check_database(session, METADATA).differences}
    assert found == {(Code.PAGE, key)}


OF_REPAIR = {
    "the answer was proposed by who decided it": update(PROPOSALS).values(
        proposed_by=select(DECISIONS.c.decided_by).scalar_subquery()
    ),
    "the answer that was decided is another": update(PROPOSALS).values(number=2),
    "no repair was proposed": update(PROPOSALS).values(upheld=False),
    "no repair was decided": update(DECISIONS).values(upheld=False),
    "the repair was decided by another fact": update(DECISIONS).values(fact_id=1),
    "what was decided was no repair": update(PETITIONS).values(kind=PetitionKind.OBJECTION),
    "the repair was of another publication": update(PETITIONS).values(disclosure_id="p-0"),
}
OF_WITHDRAWAL = {
    "the withdrawal was asked for by who decided it": update(WITHDRAWALS).values(
        asked_by=select(APPROVALS.c.decided_by).scalar_subquery()
    ),
    "the withdrawal was of another publication": update(WITHDRAWALS).values(disclosure_id="p-0"),
    "the withdrawal was refused": update(APPROVALS).values(approved=False),
    "the withdrawal was decided by another fact": update(APPROVALS).values(fact_id=1),
}
"""What an edit makes of the decision behind an end → the edit."""


def test_an_end_rests_on_a_decision_of_its_own_that_two_people_made(opening: Opening) -> None:
    """Take any part of that away and the end has no reason: a difference of the page, beside that of the row."""
    bureau = opening("published")
    withdrawn, repaired = all_punished(bureau, [{}, {"decision_no": "晋市监罚〔2026〕2号"}])
    bureau.clock.set("2026-05-13")
    withdraw(bureau, withdrawn)
    repair(bureau, repaired)
    with closing(Database(bureau.service.settings.database_url)) as database:
        insider = Insider(database)
        assert unreasoned(insider, update(PROPOSALS).values(number=1)) == set()
        found = {name: unreasoned(insider, edit) for name, edit in (OF_REPAIR | OF_WITHDRAWAL).items()}
    assert found == {name: {repaired} for name in OF_REPAIR} | {name: {withdrawn} for name in OF_WITHDRAWAL}


def unreasoned(insider: Insider, edit: Update) -> set[str]:
    """Return the publications that no longer follow from what is on record after an edit, which is taken back."""
    with insider.at_work() as connection:
        connection.execute(edit)
        return {each.key for each in checked(connection).differences if each.code is Code.PAGE}
