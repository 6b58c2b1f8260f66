"""What was entered or changed in the register shortly before a commitment, in counts that are published with it.

One officer may change what a frame is made of: whether an operator trades, its kind, area, status, class, lists and
last inspection; where an inspector works, what they know, until when their certificate holds. Each such change is a
fact, but facts are the bureau's. So a commitment says how many records of its own scope stand otherwise than thirty
days before. What was changed and changed back counts for nothing: it did not bear on the frame.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, func, select

from registry.areas import protocol_area
from registry.batches import Batch
from registry.criteria import in_scope
from registry.history import KINDS, Subject
from registry.inspectors import Inspector
from registry.journal import Body, Fact
from registry.operators import Operator
from sampling.wording import Words

WINDOW: Final = timedelta(days=30)
STREAMED: Final = 1_000
"""Pairs of records in memory at once."""
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
    scopes: Mapping[Subject, tuple[Any, ColumnElement[bool], Callable[[Record], bool]]] = {
        Subject.OPERATOR: (
            Operator.unit_id,
            in_scope(batch),
            lambda one: one["kind"] in batch.kinds and one["area"].startswith(areas),
        ),
        Subject.INSPECTOR: (
            Inspector.inspector_no,
            col(Inspector.department).in_(batch.departments),
            lambda one: one["department"] in batch.departments,
        ),
    }
    found: Counter[str] = Counter()
    for subject, (key, scope, is_within) in scopes.items():
        written = _Written.since(session, subject, at - WINDOW)
        if written is not None:
            found[f"{subject}s_added"] = written.added(session, key, scope)
            for before, now in written.changed(session):
                if is_within(now) or is_within(before):
                    found[f"{subject}s_changed"] += any(now.get(name) != before.get(name) for name in COLUMNS[subject])
    return {reason: found[reason] for reason in AMENDMENT_WORDS if found[reason]}


@dataclass(frozen=True, kw_only=True)
class _Written:
    """The records of a subject that were written since an instant: in its fact ``first`` or a later one.

    A record that has no version from before is new, and counted by what stands in the register: its text is not read.
    Both statements begin with what was written since, so that a quiet month costs nothing in however old a journal.
    """

    subject: Subject
    first: int

    @classmethod
    def since(cls, session: Session, subject: Subject, at: datetime) -> "_Written | None":
        """Return what was written since an instant, or None where nothing was."""
        of_subject = select(func.min(Fact.fact_id)).where(col(Fact.kind).in_(KINDS[subject]), Fact.at >= at)
        first = session.exec(of_subject).one()
        return None if first is None else cls(subject=subject, first=first)

    def added(self, session: Session, key: Any, scope: ColumnElement[bool]) -> int:  # noqa: ANN401 - a column
        """Count the records of a scope that were written since then and not before."""
        now, before = aliased(Body), aliased(Body)
        older = select(before.fact_id).where(
            before.key == now.key, self._is_version(before), before.fact_id < self.first
        )
        new = select(func.count(func.distinct(now.key))).where(key == now.key)
        return session.exec(new.where(self._is_version(now), now.fact_id >= self.first, scope, ~older.exists())).one()

    def changed(self, session: Session) -> Iterator[tuple[Record, Record]]:
        """Yield each record that has a version from before, as it stood then and as it stands now, one by one."""
        now, before, other = aliased(Body), aliased(Body), aliased(Body)
        versions = select(func.max(other.fact_id)).where(other.key == now.key, self._is_version(other))
        newest = versions.correlate(now).scalar_subquery()
        newest_before = versions.where(other.fact_id < self.first).correlate(now).scalar_subquery()
        pairs = (
            select(before.body, now.body)
            .join(before, and_(before.key == now.key, before.fact_id == newest_before, before.part > 0))
            .where(self._is_version(now), now.fact_id >= self.first, now.fact_id == newest)
        )
        for old, new in session.exec(pairs, execution_options={"yield_per": STREAMED}):
            yield json.loads(old), json.loads(new)

    def _is_version(self, body: Any) -> ColumnElement[bool]:  # noqa: ANN401 - an alias of the table
        of_subject = select(Fact.fact_id).where(col(Fact.kind).in_(KINDS[self.subject]))
        return and_(body.part > 0, body.key != "", func.length(body.body) > 0, body.fact_id.in_(of_subject))
