"""What was entered or changed in the register shortly before a commitment, in counts that are published with it.

One officer may change what a frame is made of: whether an operator trades, its kind, area, status, class, lists and
last inspection; where an inspector works, what they know, until when their certificate holds. Each such change is a
fact, but facts are the bureau's. So a commitment says how many records of its own scope stand otherwise than thirty
days before. What was changed and changed back counts for nothing: it did not bear on the frame.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, Final

from sqlmodel import Session, col, select

from registry.areas import protocol_area
from registry.batches import Batch
from registry.drafts import blocks
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
        for before, now in _standing(session, subject, since=at - WINDOW):
            if before is None:
                found[f"{subject}s_added"] += is_within(now)
            elif is_within(now) or is_within(before):
                found[f"{subject}s_changed"] += any(now.get(name) != before.get(name) for name in COLUMNS[subject])
    return {reason: found[reason] for reason in AMENDMENT_WORDS if found[reason]}


def _standing(session: Session, subject: Subject, *, since: datetime) -> Iterator[tuple[Record | None, Record]]:
    """Yield each record that was written since an instant, as it stood before, if it did, and as it stands now.

    Block by block and one table at a time: the journal of a province is never in memory, and each step has its index.
    """
    told = session.exec(select(Fact.fact_id, Fact.at).where(col(Fact.kind).in_(KINDS[subject])))
    facts = {fact_id: at for fact_id, at in told if fact_id is not None}
    first = min((fact_id for fact_id, at in facts.items() if at >= since), default=None)
    if first is None:
        return
    keys = select(Body.key).distinct().where(col(Body.fact_id) >= first, col(Body.part) > 0, Body.key != "")
    for block in blocks(list(session.exec(keys))):
        versions = select(Body.key, Body.fact_id, Body.body).where(col(Body.key).in_(block), col(Body.part) > 0)
        before: dict[str, bytes] = {}
        now: dict[str, bytes] = {}
        for key, fact_id, text in sorted(session.exec(versions), key=itemgetter(1)):
            if fact_id in facts and text:
                now[key] = text
                if facts[fact_id] < since:
                    before[key] = text
        for key, text in now.items():
            yield json.loads(before[key]) if key in before else None, json.loads(text)
