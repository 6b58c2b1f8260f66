"""The notice of a visit (检查通知书): items, day, inspectors and certificates, discipline, right to ask for recusal.

A notice is fixed when it is issued: it holds the words in force on that day (``data/notices.toml``) and the team as it
was, and is kept with the step that issued it. It is for the operator, the team and the bureau, never for the public
page. Source: 行政处罚法 42, 43; 司法部 行政检查文书基本格式文本 (2025).
"""

import tomllib
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from sqlmodel import Session

from registry.departments import department_names
from registry.doors import door_token
from registry.errors import AbsentError
from registry.inspectors import get_inspector
from registry.items import items_by_code
from registry.steps import Step, VisitStep, latest_step, steps_of_visit
from registry.visits import CAUSE_WORDS, Assignment, Cause, get_assignment


class Manner(StrEnum):
    """How a visit is made."""

    ONSITE = "onsite"
    ONLINE = "online"


MANNER_WORDS = {Manner.ONSITE: "现场检查", Manner.ONLINE: "网络检查"}


@dataclass(frozen=True, kw_only=True)
class NoticeItem:
    """One item of a notice."""

    code: str
    name: str
    basis: str
    method: str


@dataclass(frozen=True, kw_only=True)
class NoticeInspector:
    """One inspector of a notice, with the number of the certificate."""

    department: str
    name: str
    certificate_no: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A notice as issued; ``number`` counts the notices of the visit, ``place`` is where it is made.

    ``door`` ends the address where a drawn visit is proved (``registry.doors``).
    """

    number: str
    operator_name: str
    operator_code: str
    cause: str
    title: str
    visit_on: date
    manner: str
    place: str
    items: tuple[NoticeItem, ...]
    inspectors: tuple[NoticeInspector, ...]
    discipline: tuple[str, ...]
    recusal: str
    duty: str
    issued_at: datetime
    door: str | None


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What every notice issued on a day says; the last day is included, None is no end."""

    effective_from: date
    discipline: tuple[str, ...]
    recusal: str
    duty: str
    source: str
    effective_until: date | None = None


def wording_on(day: date) -> Wording:
    """Return the words in force on a day. Raises LookupError for a day before the data begin."""
    for each in _wordings():
        if each.effective_from <= day and (each.effective_until is None or day <= each.effective_until):
            return each
    msg = f"data/notices.toml has no words for {day}"
    raise LookupError(msg)


def word_notice(session: Session, assignment: Assignment, *, manner: Manner, place: str, day: date) -> dict[str, Any]:
    """Return what a notice issued on a day will always say, as it is kept with its step."""
    wording = wording_on(day)
    names = department_names(session)
    items = items_by_code(session, assignment.order.items, on=day).values()
    return {
        "manner": MANNER_WORDS[manner],
        "place": place,
        "cause": CAUSE_WORDS[Cause(assignment.visit.cause)],
        "title": assignment.order.title,
        "items": [asdict(NoticeItem(code=e.code, name=e.name, basis=e.basis, method=e.method)) for e in items],
        "inspectors": [
            {
                "department": names[seat.department],
                "name": seat.inspector_name,
                "certificate_no": get_inspector(session, seat.inspector_no).certificate_no,
            }
            for seat in assignment.seats
        ],
        "discipline": list(wording.discipline),
        "recusal": wording.recusal,
        "duty": wording.duty,
    }


def newest_notice(session: Session, visit_id: str) -> Notice:
    """Return the newest notice of a visit. Raises AbsentError when none was issued."""
    assignment = get_assignment(session, visit_id)
    steps = steps_of_visit(session, visit_id)
    issued = latest_step(steps, Step.NOTIFIED)
    if issued is None or issued.due_on is None:
        raise AbsentError(what_zh="检查通知书", what_en="notice of the visit", key=visit_id)
    count = sum(each.step == Step.NOTIFIED for each in steps)
    door = door_token(session, assignment.visit)
    return _notice(assignment, issued, number=f"{visit_id}-{count}", visit_on=issued.due_on, door=door)


def _notice(assignment: Assignment, issued: VisitStep, *, number: str, visit_on: date, door: str | None) -> Notice:
    said = issued.detail
    plain = ("manner", "place", "cause", "title", "recusal", "duty")
    return Notice(
        **{name: said[name] for name in plain},
        number=number,
        operator_name=assignment.visit.operator_name,
        operator_code=assignment.visit.unit_id,
        visit_on=visit_on,
        items=tuple(NoticeItem(**each) for each in said["items"]),
        inspectors=tuple(NoticeInspector(**each) for each in said["inspectors"]),
        discipline=tuple(said["discipline"]),
        issued_at=issued.taken_at,
        door=door,
    )


@cache
def _wordings() -> tuple[Wording, ...]:
    data = tomllib.loads(resources.files("registry").joinpath("data/notices.toml").read_text(encoding="utf-8"))
    return tuple(Wording(**each | {"discipline": tuple(each["discipline"])}) for each in data["notice"])
