"""Caps on inspections (检查频次上限): how often a subject may be inspected in a calendar year, whatever led to it.

A cap is dated and rests on a document; one person drafts it and another approves it. With it stand the risk classes
that the bureau counts as low: a low-risk subject is not drawn twice in a year. Visits of every plan and cause count
for the calendar year of their batch's period, and so does an inspection that the roster tells of.

The outcome of a sealed draw counts for nothing until it is open: what was left out of a later frame would tell it.
``registry.sealed`` refuses a commitment on which it could bear. Source: 54号; 粤市监信监〔2025〕111号.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CTE, JSON, ColumnElement, String, Subquery, and_, false, func, or_, true, type_coerce
from sqlalchemy import select as plain_select
from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime, among, nfc
from registry.batches import Batch
from registry.draws import DrawOpening
from registry.errors import AbsentError, FieldError, RegistryError
from registry.findings import Finding
from registry.journal import Act, Kind, write
from registry.operators import Operator
from registry.people import next_number, other_person
from registry.steps import counted_requests, unmade_visits
from registry.visits import Visit, VisitRequest

MAX_YEARLY = 366
MAX_CLASS_NAME = 32


@dataclass(frozen=True, kw_only=True)
class CapDraft:
    """What a cap says, as drafted; ``low_risk`` are the classes as the bureau writes them."""

    valid_from: date
    yearly: int
    low_risk: tuple[str, ...]
    basis: str


class Cap(Record, table=True):
    """A cap and, once approved, by whom and when; it holds until a later one does."""

    __tablename__ = "inspection_caps"

    cap_id: str = Field(primary_key=True)
    valid_from: date
    yearly: int
    low_risk: list[str] = Field(sa_type=JSON)
    basis: str
    drafted_by: str
    drafted_at: datetime = Field(sa_type=UtcDateTime)
    approved_by: str | None = None
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CapStateError(RegistryError):
    """The cap was approved before."""

    nature = "conflict"
    zh = "频次上限 {cap_id} 已经审批过，未作任何改动。要改动的，请另行拟定新的上限。"
    en = "Cap {cap_id} was approved before; nothing was changed. To change it, draft another."


def draft_cap(act: Act, draft: CapDraft) -> Cap:
    """Draft a cap; it binds nobody until another person has approved it. Raises FieldError."""
    if not 1 <= draft.yearly <= MAX_YEARLY:
        raise FieldError(
            ("yearly",),
            (f"每年 {draft.yearly} 次不合要求。", f"{draft.yearly} a year does not fit."),
            (f"请填 1 至 {MAX_YEARLY}。", f"Give 1 to {MAX_YEARLY}."),
        )
    if not nfc(draft.basis):
        raise FieldError(
            ("basis",), ("没有依据。", "No basis is given."), ("请写明所依据的文件。", "Name the document.")
        )
    classes = list(dict.fromkeys(nfc(name) for name in draft.low_risk))
    for place, name in enumerate(classes):
        if not 0 < len(name) <= MAX_CLASS_NAME:
            raise FieldError(
                ("low_risk", place),
                ("不是风险等级。", "It is no risk class."),
                ("请按名册中的写法填写。", "Write it as the roster does."),
            )
    cap = Cap(
        cap_id=next_number(act.session, Cap.cap_id, "cap"),
        valid_from=draft.valid_from,
        yearly=draft.yearly,
        low_risk=classes,
        basis=nfc(draft.basis),
        drafted_by=act.person,
        drafted_at=act.at,
    )
    act.session.add(cap)
    record = cap.model_dump(mode="json")
    write(act, Kind.CAP_DRAFTED, subject=cap.cap_id, body=record, parts=[(cap.cap_id, record)])
    return cap


def approve_cap(act: Act, cap_id: str) -> Cap:
    """Approve a cap that another person drafted. Raises AbsentError, CapStateError, SamePersonError."""
    cap = get_cap(act.session, cap_id)
    if cap.approved_by is not None:
        raise CapStateError(cap_id=cap_id)
    other_person(act, cap.drafted_by, step=("频次上限审批", "Approving a cap"), did=("拟定该上限", "drafted it"))
    cap.approved_by = act.person
    cap.approved_at = act.at
    act.session.add(cap)
    parts = [(cap_id, cap.model_dump(mode="json"))]
    write(act, Kind.CAP_APPROVED, subject=cap_id, body={"cap_id": cap_id}, parts=parts)
    return cap


def get_cap(session: Session, cap_id: str) -> Cap:
    """Return a cap, approved or not, or raise AbsentError."""
    cap = session.get(Cap, cap_id)
    if cap is None:
        raise AbsentError(what_zh="频次上限", what_en="cap", key=cap_id)
    return cap


def cap_on(session: Session, day: date) -> Cap | None:
    """Return the approved cap that holds on a day: the latest begun, of two on one day the one approved last."""
    return next((cap for cap in approved_caps(session) if cap.valid_from <= day), None)


def approved_caps(session: Session) -> Sequence[Cap]:
    """Return every cap that was approved, the latest begun first, of two on one day the one approved last."""
    approved = select(Cap).where(col(Cap.approved_at).is_not(None))
    return session.exec(approved.order_by(col(Cap.valid_from).desc(), col(Cap.approved_at).desc())).all()


def _merged_into() -> CTE:
    """Return merged key → key of each record it was merged into, directly or by way of another."""
    kept = type_coerce(col(Operator.merged_into), String).label("kept")
    direct = plain_select(col(Operator.unit_id), kept)
    found = direct.where(col(Operator.merged_into).is_not(None)).cte("merged_records", recursive=True)
    further = plain_select(found.c.unit_id, col(Operator.merged_into)).join(
        Operator, col(Operator.unit_id) == found.c.kept
    )
    return found.union(further.where(col(Operator.merged_into).is_not(None)))


MERGED = _merged_into()
"""One expression for all: a statement that names it in several places reads it once."""


def counted_visits() -> Subquery:
    """Return every visit that counts, one row each: unit_id, the year it counts for, the last day of inspection.

    The visits of a draw count once it is open, those that no draw caused once their team has set out. Of a voided draw
    count those that were made.
    A visit that has not filed is taken as inspected on the last day of its period, the latest it may be. A visit of a
    record that was merged counts for the one that was kept; one that was replaced by an alternate's for nobody.
    """
    filed = (
        select(Finding.visit_id, func.max(Finding.inspected_on).label("inspected_on"))
        .group_by(col(Finding.visit_id))
        .subquery()
    )
    return (
        select(
            func.coalesce(MERGED.c.kept, Visit.unit_id).label("unit_id"),
            col(Visit.year).label("year"),
            func.coalesce(filed.c.inspected_on, Batch.period_to, VisitRequest.period_to).label("inspected_on"),
        )
        .outerjoin(DrawOpening, col(DrawOpening.draw_id) == col(Visit.draw_id))
        .outerjoin(Batch, col(Batch.task_no) == col(Visit.task_no))
        .outerjoin(VisitRequest, col(VisitRequest.visit_id) == col(Visit.visit_id))
        .outerjoin(filed, filed.c.visit_id == col(Visit.visit_id))
        .outerjoin(MERGED, MERGED.c.unit_id == col(Visit.unit_id))
        .where(or_(col(DrawOpening.draw_id).is_not(None), col(Visit.visit_id).in_(counted_requests())))
        .where(col(Visit.visit_id).not_in(unmade_visits()))
        .subquery()
    )


class Inspected:
    """Conditions on how often, or since when, an operator was or is to be inspected.

    The visits are looked up when a rule asks and handed to its statement as keys: they are few beside the register,
    and a register is counted several times faster when its rows need no look into other tables.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._years: dict[int, _Year] = {}

    def times(self, year: int, least: int) -> ColumnElement[bool]:
        """Return the condition of at least so many inspections in a calendar year.

        The roster's last inspection counts as one where no visit on record took place on that very day.
        """
        if least <= 0:
            return true()
        found = self._year(year)
        often = self._are([unit_id for unit_id, times in found.times.items() if times >= least])
        if least > 1:  # the roster tells of one inspection, so nobody is here without a visit
            return often
        return or_(often, and_(func.coalesce(_last_in(year), false()), ~self._are(found.of_another_year)))

    def since(self, day: date) -> ColumnElement[bool]:
        """Return the condition of an inspection after a day."""
        visits = counted_visits()
        seen = plain_select(visits.c.unit_id).distinct().where(visits.c.inspected_on > day)
        later = func.coalesce(col(Operator.last_inspected_on) > day, false())
        return or_(self._are(self._session.execute(seen).scalars().all()), later)

    def low_risk_twice(self, cap: Cap, year: int) -> ColumnElement[bool]:
        """Return the condition that a low-risk operator was inspected in the year already."""
        return and_(col(Operator.risk_class).in_(cap.low_risk), self.times(year, 1))

    def _are(self, units: Sequence[str]) -> ColumnElement[bool]:
        return among(self._session, col(Operator.unit_id), units)

    def _year(self, year: int) -> "_Year":
        if year not in self._years:
            self._years[year] = _read_year(self._session, year)
        return self._years[year]


@dataclass(frozen=True, kw_only=True)
class _Year:
    """How often operators with a visit were inspected in a year, the roster's inspection counted with them.

    ``of_another_year`` are those of whom the roster tells a day on which a visit took place that counts for another.
    """

    times: Mapping[str, int]
    of_another_year: Sequence[str]


def _read_year(session: Session, year: int) -> _Year:
    visits = counted_visits()
    within = visits.c.inspected_on.between(date(year, 1, 1), date(year, 12, 31))
    rows = plain_select(visits.c.unit_id, visits.c.year, visits.c.inspected_on)
    found = session.execute(rows.where(or_(visits.c.year == year, within))).all()
    days = {(unit_id, inspected_on) for unit_id, _, inspected_on in found}
    known = among(session, col(Operator.unit_id), sorted({unit_id for unit_id, _ in days}))
    told = plain_select(col(Operator.unit_id), col(Operator.last_inspected_on)).where(known, _last_in(year))
    times = Counter(unit_id for unit_id, of_year, _ in found if of_year == year)
    elsewhere = []
    for unit_id, day in session.execute(told):
        if (unit_id, day) not in days:
            times[unit_id] += 1
        elif unit_id not in times:
            elsewhere.append(unit_id)
    return _Year(times=times, of_another_year=elsewhere)


def _last_in(year: int) -> ColumnElement[bool]:
    return col(Operator.last_inspected_on).between(date(year, 1, 1), date(year, 12, 31))
