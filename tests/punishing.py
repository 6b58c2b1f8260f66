"""A bureau that publishes a penalty, and ends it, as the tests of what ends need it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, select

from app.record import SYSTEM
from publicity.disclosure import Disclosure
from publicity.endings import Way, end_disclosures
from registry.journal import Act
from tests.building import Bureau
from tests.desks import made
from tests.papers import penalty

DECIDED, PUBLISHED, LAST = "2026-05-06", "2026-05-11", "2029-05-11"
"""A penalty under Order 45: three years from its publication."""


def punished(bureau: Bureau, *, day: str = DECIDED, published: str = PUBLISHED, **changes: Any) -> str:  # noqa: ANN401 - JSON
    """Decide a penalty, bring it through the gate, publish it days later, and return the publication's id."""
    return all_punished(bureau, [changes], day=day, published=published)[0]


def all_punished(
    bureau: Bureau, decisions: Sequence[Mapping[str, Any]], *, day: str = DECIDED, published: str = PUBLISHED
) -> list[str]:
    """Do the same with several penalties of one day, each with changes of its own."""
    bureau.clock.set(day)
    numbers = []
    for changes in decisions:
        body = penalty(bureau.notes.findings[0], decided_on=day) | dict(changes)
        numbers.append(made(bureau.desk("approver").post("/api/v1/penalties", body))["penalty_id"])
        bureau.clear(numbers[-1])
    bureau.clock.set(published)
    for number in numbers:
        made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    return [f"p-{number}" for number in numbers]


def end(bureau: Bureau, *keys: str, way: Way = Way.REPAIRED, basis: str = "依据") -> None:
    """End publications with one fact."""

    def ending(act: Act) -> str:
        end_disclosures(act, [act.session.get_one(Disclosure, key) for key in keys], way=way, basis=basis)
        return ""

    bureau.service.recorder.record(SYSTEM, ending)


def withdraw(bureau: Bureau, key: str, **changes: str) -> None:
    """Let two people withdraw a publication, as its decision was revoked unless changes say otherwise."""
    asked = made(bureau.desk("publisher").post(f"/api/v1/disclosures/{key}/withdrawal", REVOKED | changes))
    made(bureau.desk("approver").post(f"/api/v1/withdrawals/{asked['withdrawal_id']}/decision", {"approved": True}))


REVOKED = {
    "ground": "revoked",
    "event_on": "2026-05-12",
    "document_no": "测复决〔2026〕1号",
    "reason": "经行政复议撤销",
}
"""A withdrawal as a publisher asks for it, from that day on."""


def content_of(bureau: Bureau, key: str) -> str:
    """Return the stored projection of a publication."""
    with bureau.service.database.reading() as session:
        return content_in(session, key)


def content_in(session: Session, key: str) -> str:
    """Return the same in a session."""
    return session.exec(select(Disclosure.content).where(Disclosure.disclosure_id == key)).one()
