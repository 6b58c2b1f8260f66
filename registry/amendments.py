"""What was entered or changed in the register shortly before a commitment, in counts that are published with it.

One officer may change what a frame is made of: whether an operator trades, its kind, area, status, class, lists and
last inspection; where an inspector works, what they know, until when their certificate holds. Each such change is a
fact, but facts are the bureau's. So a commitment says how many records of its own scope stand otherwise than thirty
days before. What was changed and changed back counts for nothing: it did not bear on the frame.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, col, func, select

from registry.areas import protocol_area
from registry.batches import Batch
from registry.history import KINDS, Subject
from registry.journal import Body, Fact
from sampling.wording import Words

WINDOW: Final = timedelta(days=30)
COLUMNS: Final[Mapping[Subject, tuple[str, ...]]] = {
    Subject.OPERATOR: (
        *("kind", "area", "status", "trading", "risk_class", "abnormal_on", "serious_on", "last_inspected_on"),
        *("sites", "merged_into"),
    ),
    Subject.INSPECTOR: (*("department", "area", "status", "certificate_from", "certificate_until", "fields", "tags"),),
}
"""What of a record decides whether it is in a frame."""
AMENDMENT_WORDS: Final[Mapping[str, Words]] = {
    "operators_added": ("新登记的经营者", "operators entered"),
    "operators_changed": ("变更了抽查条件的经营者", "operators changed in what a frame looks at"),
    "inspectors_added": ("新登记的检查人员", "inspectors entered"),
    "inspectors_changed": ("变更了派员条件的检查人员", "inspectors changed in what sending looks at"),
}

Record = Mapping[str, Any]


def count_amendments(session: Session, batch: Batch, at: datetime) -> dict[str, int]:
    """Return how many records in the scope of a batch stand otherwise at an instant than thirty days before it."""
    areas = tuple(protocol_area(area) for area in batch.areas)
    scopes: Mapping[Subject, Callable[[Record], bool]] = {
        Subject.OPERATOR: lambda one: one["kind"] in batch.kinds and str(one["area"]).startswith(areas),
        Subject.INSPECTOR: lambda one: one["department"] in batch.departments,
    }
    found: Counter[str] = Counter()
    for subject, is_within in scopes.items():
        before = _newest(session, subject, since=at - WINDOW, until=at - WINDOW)
        for key, record in _newest(session, subject, since=at - WINDOW, until=None).items():
            earlier = before.get(key)
            if earlier is None:
                found[f"{subject}s_added"] += is_within(record)
            elif is_within(record) or is_within(earlier):
                columns = COLUMNS[subject]
                found[f"{subject}s_changed"] += any(record.get(name) != earlier.get(name) for name in columns)
    return {reason: found[reason] for reason in AMENDMENT_WORDS if found[reason]}


def _newest(session: Session, subject: Subject, *, since: datetime, until: datetime | None) -> dict[str, Record]:
    """Return key → newest record of before ``until``, or of now, for all that were written since an instant."""
    written = select(Body.key, Body.fact_id).join(Fact, col(Fact.fact_id) == col(Body.fact_id))
    written = written.where(col(Fact.kind).in_(KINDS[subject]), col(Body.part) > 0, Body.key != "")
    touched = written.where(col(Fact.at) >= since).subquery()
    found = written.where(col(Body.key).in_(select(touched.c.key)))
    found = found if until is None else found.where(col(Fact.at) < until)
    kept = found.subquery()
    newest = select(kept.c.key, func.max(kept.c.fact_id).label("fact_id")).group_by(kept.c.key).subquery()
    rows = select(Body.key, Body.body).join(
        newest, (newest.c.key == col(Body.key)) & (newest.c.fact_id == col(Body.fact_id))
    )
    wanted = set(COLUMNS[subject])
    parsed = ((key, json.loads(text)) for key, text in session.exec(rows.where(col(Body.part) > 0)) if text)
    return {key: {name: record.get(name) for name in wanted} for key, record in parsed}
