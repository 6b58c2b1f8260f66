"""From plan to frame: who can be drawn, who in scope cannot and why, who may be sent, who must not go where.

The scope of a plan is its kinds and areas; whoever in scope fails a further criterion is an exclusion with a reason,
and is counted in public. Criteria that hold for every plan: the operator is registered and trades. An inspector may be
sent when serving, of a department of the team, with a certificate that holds through the whole period.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from registry.areas import protocol_area
from registry.inspectors import Inspector, InspectorStatus, holds_certificate
from registry.operators import Operator, OperatorStatus
from registry.plans import Plan
from registry.recusals import approved_recusals
from sampling import frame
from sampling.names import Area, Department, InspectorId, Stratum, UnitId

WHOLE = Stratum("all")
"""The one stratum of a draw that is not stratified."""

NumberMaker = Callable[[int], list[str]]
"""Makes that many distinct roster numbers."""

REASON_WORDS = {
    "not_active": ("已注销、吊销或迁出", "not registered any more"),
    "not_trading": ("未开展网络交易", "does not trade"),
}
"""Why a unit in scope is not in the frame."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The rows of a draw's four tables, and who hides behind each roster number."""

    units: tuple[frame.Unit, ...]
    exclusions: tuple[frame.Exclusion, ...]
    inspectors: tuple[frame.Inspector, ...]
    recusals: tuple[frame.Recusal, ...]
    roster: dict[str, Inspector]

    def reasons(self) -> dict[str, int]:
        """Return how many units were excluded, by reason."""
        return dict(sorted(Counter(row.reason for row in self.exclusions).items()))

    def inputs(self) -> frame.Inputs:
        """Return the four files. Raises sampling's RefusedError."""
        return frame.Inputs.from_rows(self.units, self.exclusions, self.inspectors, self.recusals)


def freeze_frame(session: Session, plan: Plan, numbers: NumberMaker) -> Scope:
    """Read the register as it stands now into the rows of a draw.

    Each eligible inspector gets a roster number of this draw alone, so that public files do not link an inspector's
    draws; ``numbers`` makes them.
    """
    units, exclusions = _units(session, plan)
    eligible = _eligible(session, plan)
    roster = dict(zip(numbers(len(eligible)), eligible, strict=True))
    by_person = {inspector.inspector_no: number for number, inspector in roster.items()}
    framed = {unit.unit_id for unit in units}
    return Scope(
        units=tuple(units),
        exclusions=tuple(exclusions),
        inspectors=tuple(
            frame.Inspector(InspectorId(number), Department(each.department), Area(protocol_area(each.area)))
            for number, each in roster.items()
        ),
        recusals=tuple(
            frame.Recusal(InspectorId(by_person[inspector_no]), UnitId(unit_id))
            for inspector_no, unit_id in approved_recusals(session)
            if inspector_no in by_person and unit_id in framed
        ),
        roster=roster,
    )


def _units(session: Session, plan: Plan) -> tuple[list[frame.Unit], list[frame.Exclusion]]:
    within = or_(*(col(Operator.area).startswith(protocol_area(area)) for area in plan.areas))
    rows = session.exec(
        select(Operator.unit_id, Operator.area, Operator.status, Operator.trading).where(
            col(Operator.kind).in_(plan.kinds), within, col(Operator.merged_into).is_(None)
        )
    )
    units: list[frame.Unit] = []
    exclusions: list[frame.Exclusion] = []
    for unit_id, area, status, trading in rows:
        reason = _reason(status, trading=trading)
        if reason:
            exclusions.append(frame.Exclusion(UnitId(unit_id), reason))
        else:
            units.append(frame.Unit(UnitId(unit_id), WHOLE, Area(protocol_area(area))))
    return units, exclusions


def _reason(status: str, *, trading: bool) -> str | None:
    if status != OperatorStatus.ACTIVE:
        return "not_active"
    return None if trading else "not_trading"


def _eligible(session: Session, plan: Plan) -> list[Inspector]:
    serving = select(Inspector).where(
        col(Inspector.department).in_(plan.departments), Inspector.status == InspectorStatus.SERVING
    )
    found = session.exec(serving.order_by(col(Inspector.inspector_no)))
    return [each for each in found if holds_certificate(each, plan.period_from, plan.period_to)]
