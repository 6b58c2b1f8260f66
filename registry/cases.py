"""Cases (案件): what is filed (立案) about a finding with a problem, what lengthens its term, and how it ended.

A case rests on a step ``case_opened`` of a follow-up, whose day and number are its own. Extensions (延长), pauses
(不计入期限的时间) and their ends are rows that are added and never changed. At most one case of a visit is open at a
time, and at most one pause of a case lasts. By when a case is to be decided is publicity's (``publicity.case_terms``).
Source: 行政处罚法 57, 60.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.base import Record, UtcDateTime, among
from registry.errors import AbsentError, RegistryError


class PauseKind(StrEnum):
    """What takes days that do not count: 检测、检验、检疫、鉴定、听证、公告."""

    TESTING = "testing"
    INSPECTION = "inspection"
    QUARANTINE = "quarantine"
    APPRAISAL = "appraisal"
    HEARING = "hearing"
    ANNOUNCEMENT = "announcement"


PAUSE_WORDS = {
    PauseKind.TESTING: ("检测", "testing"),
    PauseKind.INSPECTION: ("检验", "inspection"),
    PauseKind.QUARANTINE: ("检疫", "quarantine"),
    PauseKind.APPRAISAL: ("鉴定", "appraisal"),
    PauseKind.HEARING: ("听证", "hearing"),
    PauseKind.ANNOUNCEMENT: ("公告", "announcement"),
}


class CaseWay(StrEnum):
    """How a case ends: 作出处罚决定, 不予处罚, 撤销案件."""

    PENALTY = "penalty"
    NOT_PUNISHED = "not_punished"
    DROPPED = "dropped"


CASE_WAY_WORDS = {
    CaseWay.PENALTY: ("作出处罚决定", "a penalty was decided"),
    CaseWay.NOT_PUNISHED: ("不予处罚", "not punished"),
    CaseWay.DROPPED: ("撤销案件", "dropped"),
}


class Case(Record, table=True):
    """One case as filed; ``item`` and ``step`` name the step of the follow-up that opened it."""

    __tablename__ = "cases"
    __table_args__ = (
        ForeignKeyConstraint(
            ["visit_id", "item", "step"], ["followups.visit_id", "followups.item", "followups.number"]
        ),
    )

    case_id: str = Field(primary_key=True)
    visit_id: str = Field(foreign_key="visits.visit_id", index=True)
    item: str
    step: int
    finding_id: str = Field(foreign_key="findings.finding_id")
    case_no: str = Field(unique=True)
    filed_on: date
    filed_by: str
    filed_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class CaseExtension(Record, table=True):
    """Days that were added to the term of a case, in order from 1."""

    __tablename__ = "case_extensions"

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    number: int = Field(primary_key=True)
    days: int
    approved_on: date
    basis: str
    approved_by: str
    approved_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class CasePause(Record, table=True):
    """Days that do not count, from the first on, in order from 1; without ``last_on`` they last until a resumption."""

    __tablename__ = "case_pauses"

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    number: int = Field(primary_key=True)
    kind: str
    first_on: date
    last_on: date | None = None
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class CaseResumption(Record, table=True):
    """The last day of a pause that lasted when it was recorded."""

    __tablename__ = "case_resumptions"
    __table_args__ = (ForeignKeyConstraint(["case_id", "number"], ["case_pauses.case_id", "case_pauses.number"]),)

    case_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    last_on: date
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class CaseEnding(Record, table=True):
    """How a case ended: by a penalty, whose fact is this one's too, or without one and why."""

    __tablename__ = "case_endings"

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    way: str
    ended_on: date
    penalty_id: str | None = Field(default=None, foreign_key="penalties.penalty_id")
    reason: str = ""
    ended_by: str
    ended_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class CaseStateError(RegistryError):
    """The case, or what it is to rest on, is not in the state that the step needs."""

    nature = "conflict"
    zh = "{key} {problem_zh}。未作任何改动；{mend_zh}"
    en = "{key} {problem_en}. Nothing was changed. {mend_en}"


@dataclass(frozen=True, kw_only=True)
class Paused:
    """A pause as it stands: with its last day, however that was told."""

    number: int
    kind: PauseKind
    first_on: date
    last_on: date | None


def get_case(session: Session, case_id: str) -> Case:
    """Return a case or raise AbsentError."""
    found = session.get(Case, case_id)
    if found is None:
        raise absent_case(case_id)
    return found


def absent_case(case_id: str) -> AbsentError:
    """Return the refusal of a case that is not there."""
    return AbsentError(what_zh="案件", what_en="case", key=case_id)


def running_case(session: Session, case_id: str) -> Case:
    """Return a case that has not ended. Raises AbsentError, CaseStateError."""
    case = get_case(session, case_id)
    ending = session.get(CaseEnding, case_id)
    if ending is not None:
        raise CaseStateError(
            key=case_id,
            problem_zh=f"已于 {ending.ended_on} 结案",
            problem_en=f"ended on {ending.ended_on}",
            mend_zh="如有新情况，请另行立案。",
            mend_en="If things have changed, file another case.",
        )
    return case


def cases_of(visits: SelectOfScalar[str]) -> SelectOfScalar[Case]:
    """Return a query for the cases of some visits."""
    return select(Case).where(col(Case.visit_id).in_(visits))


def open_case_of(session: Session, visit_id: str) -> Case | None:
    """Return the case of a visit that has not ended."""
    ended = select(CaseEnding.case_id)
    return session.exec(select(Case).where(Case.visit_id == visit_id, col(Case.case_id).not_in(ended))).first()


def extensions_of(session: Session, case_ids: Sequence[str]) -> dict[str, list[CaseExtension]]:
    """Return case → its extensions in order."""
    query = select(CaseExtension).where(among(session, col(CaseExtension.case_id), case_ids))
    found: dict[str, list[CaseExtension]] = defaultdict(list)
    for each in session.exec(query.order_by(col(CaseExtension.case_id), col(CaseExtension.number))):
        found[each.case_id].append(each)
    return found


def pauses_of(session: Session, case_ids: Sequence[str]) -> dict[str, list[Paused]]:
    """Return case → its pauses in order, each with its last day; None while it lasts."""
    told = select(CaseResumption).where(among(session, col(CaseResumption.case_id), case_ids))
    ends = {(each.case_id, each.number): each.last_on for each in session.exec(told)}
    query = select(CasePause).where(among(session, col(CasePause.case_id), case_ids))
    found: dict[str, list[Paused]] = defaultdict(list)
    for each in session.exec(query.order_by(col(CasePause.case_id), col(CasePause.number))):
        last_on = each.last_on or ends.get((each.case_id, each.number))
        kind = PauseKind(each.kind)
        found[each.case_id].append(Paused(number=each.number, kind=kind, first_on=each.first_on, last_on=last_on))
    return found


def lasting_pause(session: Session, case_id: str) -> Paused | None:
    """Return the pause of a case that has no last day yet."""
    return next((each for each in pauses_of(session, [case_id])[case_id] if each.last_on is None), None)


def endings_of(session: Session, case_ids: Sequence[str]) -> dict[str, CaseEnding]:
    """Return case → how it ended, for those that did."""
    rows = session.exec(select(CaseEnding).where(among(session, col(CaseEnding.case_id), case_ids)))
    return {row.case_id: row for row in rows}
