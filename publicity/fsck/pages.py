"""What is published, projected again from what is on record.

The words of a page that later changes lawfully leave as they were (an operator's name of the day, a plan's title) are
fixed by the log alone; what rests on records that never change must agree with them for good.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlmodel import Session, col, select

from publicity.disclosure import Disclosure, Subject, project_again
from publicity.fsck.report import Code, Report
from registry.errors import RegistryError

STANDING: Mapping[Subject, tuple[str, ...]] = {
    Subject.RESULT: ("cause", "drawn", "plan_no", "task_no", "inspected_on", "outcomes"),
    Subject.PENALTY: (
        *("penalty_id", "finding_id", "decision_no", "violation", "facts", "basis", "kinds", "content"),
        *("fine_fen", "confiscated_fen", "decided_on"),
    ),
}
"""The fields of a publication that follow from what never changes."""


def check_pages(session: Session, report: Report) -> None:
    """Compare every publication with the record that it shows."""
    for disclosure in session.exec(select(Disclosure).order_by(col(Disclosure.fact_id))):
        report.pages += 1
        for name, log, found in _differing(session, disclosure):
            report.differs(Code.PAGE, ("disclosures", disclosure.disclosure_id), name, log=log, found=found)


def _differing(session: Session, disclosure: Disclosure) -> Iterator[tuple[str, object, object]]:
    subject = Subject(disclosure.subject)
    try:
        shown: dict[str, Any] = json.loads(disclosure.content)
        again = project_again(session, disclosure)
    except (ValueError, LookupError, RegistryError) as broken:
        yield "content", "a record", broken
        return
    for name in STANDING[subject]:
        if shown.get(name) != again[name]:
            yield name, again[name], shown.get(name, "—")
    for name, own in _COLUMNS[subject].items():
        if getattr(disclosure, name) != own(again):
            yield name, own(again), getattr(disclosure, name)


def _problem(content: Mapping[str, Any]) -> object:
    return any(each["problem"] for each in content["outcomes"])


_COLUMNS: Mapping[Subject, Mapping[str, Callable[[Mapping[str, Any]], object]]] = {
    Subject.RESULT: {"problem": _problem},
    Subject.PENALTY: {"problem": lambda _content: True},
}
