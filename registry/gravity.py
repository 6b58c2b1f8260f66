"""What of a penalty decision its term of publication hangs on (公示期所依据的情节), beside kinds and amounts.

How grave the violation is (违法程度), whether it lies in food, drugs or special equipment (领域), and until when
a ban on business or occupation holds (限制期限). Stated with the decision, or later and again as long as nothing
is published: each statement is a row, and the newest counts. What follows for the term is publicity's
(``publicity.terms``).
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime
from registry.errors import FieldError
from registry.journal import Act
from sampling.wording import Words


class Severity(StrEnum):
    """How grave the violation is. Source: 信用修复管理办法（国家发展改革委令第36号）, by summary."""

    MINOR = "minor"
    GENERAL = "general"
    SERIOUS = "serious"


SEVERITY_WORDS = {Severity.MINOR: "轻微", Severity.GENERAL: "一般", Severity.SERIOUS: "严重"}


class Sector(StrEnum):
    """Fields with a longer wait before an early end. Source: 国市监信规〔2021〕3号, by summary."""

    FOOD = "food"
    DRUG = "drug"
    SPECIAL_EQUIPMENT = "special_equipment"


SECTOR_WORDS = {Sector.FOOD: "食品", Sector.DRUG: "药品", Sector.SPECIAL_EQUIPMENT: "特种设备"}


@dataclass(frozen=True, kw_only=True)
class Gravity:
    """What is stated of one decision; ``restricted_until`` is the last day of a ban, of one that ends."""

    severity: Severity | None = None
    sector: Sector | None = None
    restricted_until: date | None = None
    restricted_for_life: bool = False

    @property
    def is_stated(self) -> bool:
        """Return whether anything is."""
        return self != NOTHING


NOTHING = Gravity()
BAN_REMEDY: Words = (
    (
        "处罚种类有“限制开展生产经营活动”或“限制从业”的，填限制届满日（restricted_until）或终身限制"
        "（restricted_for_life）；没有的，不填。"
    ),
    (
        "With activity_restricted or occupation_restricted give restricted_until or restricted_for_life, "
        "without them neither."
    ),
)


class PenaltyGravity(Record, table=True):
    """One statement about a decision, in order from 1."""

    __tablename__ = "penalty_gravity"

    penalty_id: str = Field(primary_key=True, foreign_key="penalties.penalty_id")
    number: int = Field(primary_key=True)
    severity: str | None
    sector: str | None
    restricted_until: date | None
    restricted_for_life: bool
    stated_by: str
    stated_at: datetime = Field(sa_type=UtcDateTime)


def check_gravity(gravity: Gravity, *, banned: bool, decided_on: date) -> None:
    """Refuse what does not go with a decision; ``banned`` where it bans a business or an occupation.

    Raises FieldError.
    """
    ends = gravity.restricted_until is not None
    if ends and gravity.restricted_for_life:
        raise _wrong(
            ("既填了限制届满日，又填了终身限制。", "A ban for life has no last day."),
            ("请只填一项。", "Give one of the two."),
            "restricted_for_life",
        )
    if (ends or gravity.restricted_for_life) != banned:
        raise _wrong(
            (
                ("限制类处罚没有限制期限。", "A ban needs its last day.")
                if banned
                else ("没有限制类处罚，却填了限制期限。", "Without a ban there is no last day of one.")
            ),
            BAN_REMEDY,
        )
    if gravity.restricted_until is not None and gravity.restricted_until <= decided_on:
        raise _wrong(
            (
                f"限制届满日 {gravity.restricted_until} 不在决定日期 {decided_on} 之后。",
                f"The ban's last day {gravity.restricted_until} is not after the decision of {decided_on}.",
            ),
            ("请核对限制届满日。", "Correct the last day of the ban."),
        )


def keep_gravity(act: Act, penalty_id: str, gravity: Gravity) -> PenaltyGravity:
    """Keep a statement that was checked; the fact that tells of it is the caller's."""
    row = PenaltyGravity(
        penalty_id=penalty_id,
        number=len(_statements(act.session, penalty_id)) + 1,
        **asdict(gravity),
        stated_by=act.person,
        stated_at=act.at,
    )
    act.session.add(row)
    act.session.flush()
    return row


def gravity_of(session: Session, penalty_id: str) -> Gravity:
    """Return what was stated last of a decision; nothing, where nothing was."""
    rows = _statements(session, penalty_id)
    if not rows:
        return NOTHING
    newest = rows[-1]
    return Gravity(
        severity=Severity(newest.severity) if newest.severity else None,
        sector=Sector(newest.sector) if newest.sector else None,
        restricted_until=newest.restricted_until,
        restricted_for_life=newest.restricted_for_life,
    )


def _statements(session: Session, penalty_id: str) -> list[PenaltyGravity]:
    own = select(PenaltyGravity).where(PenaltyGravity.penalty_id == penalty_id)
    return list(session.exec(own.order_by(col(PenaltyGravity.number))))


def _wrong(problem: Words, remedy: Words, field: str = "restricted_until") -> FieldError:
    return FieldError((field,), problem, remedy)
