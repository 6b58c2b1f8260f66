"""From batch to frame: who can be drawn, who in scope cannot and why, who may be sent, who must not go where.

The scope of a batch is its kinds and areas; whoever in scope is not registered any more or fails a further criterion is
an exclusion with a reason, and is counted in public (``registry.criteria``). So is every inspector of the team's
departments who may not be sent (``registry.staffing``).
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from registry.areas import protocol_area
from registry.batches import Batch
from registry.caps import Inspected, cap_on
from registry.conditions import Criterion
from registry.criteria import LOW_RISK, Limits, in_scope, public_reason, reason_of, stratum_of
from registry.inspectors import Inspector
from registry.operators import Operator
from registry.quotas import Stratify, stratum_name
from registry.recusals import recused_pairs, standing_recusals
from registry.sealed import readable_recusals
from registry.staffing import Shortage, Staff, find_staff
from sampling import frame
from sampling.names import Area, Department, InspectorId, Stratum, UnitId
from sampling.quotas import Quotas

NumberMaker = Callable[[int], list[str]]
"""Makes that many distinct roster numbers."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The rows of a draw's four tables, and who hides behind each roster number.

    ``strata``: the draw's name of each stratum of the frame, by the name that the bureau's quotas have for it.
    ``recused``: how many recusals by origin. ``low_risk``: whether low risk kept somebody out, which must not be told.
    """

    units: tuple[frame.Unit, ...]
    exclusions: tuple[frame.Exclusion, ...]
    inspectors: tuple[frame.Inspector, ...]
    recusals: tuple[frame.Recusal, ...]
    roster: dict[str, Inspector]
    strata: dict[str, Stratum]
    staff: Staff
    recused: dict[str, int]
    low_risk: bool

    @property
    def lent(self) -> int:
        """Return how many of those who may be sent are lent by a neighbour."""
        return sum(each.lent for each in self.staff.sendable)

    def shortages(self, batch: Batch) -> list[Shortage]:
        """Return where too few could visit a unit of the frame, recusals apart."""
        return self.staff.shortages(batch.team, {str(unit.area) for unit in self.units})

    def reasons(self) -> dict[str, int]:
        """Return how many units were excluded, by reason."""
        return dict(sorted(Counter(row.reason for row in self.exclusions).items()))

    def sizes(self) -> dict[Stratum, int]:
        """Return how many units the frame has, by stratum."""
        return dict(sorted(Counter(unit.stratum for unit in self.units).items()))

    def inputs(self) -> frame.Inputs:
        """Return the four files. Raises sampling's RefusedError."""
        return frame.Inputs.from_rows(self.units, self.exclusions, self.inspectors, self.recusals)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a batch would commit to, in counts: units of the frame by stratum, exclusions by reason, who may be sent.

    ``strata`` bear the bureau's names, which for risk classes are not those that a draw will use.
    """

    strata: Mapping[Stratum, int]
    excluded: Mapping[str, int]
    quotas: Quotas
    staff: Staff
    recusals: int

    @property
    def sizes(self) -> dict[Stratum, tuple[int, int]]:
        """Return (units, to draw) of every stratum, in order of their names."""
        return {name: (units, self.quotas.size(name, units)) for name, units in sorted(self.strata.items())}


def preview_frame(session: Session, batch: Batch, *, on: date) -> Preview:
    """Count what ``freeze_frame`` would read, by one grouped statement over the register and no row of it.

    Scope, reasons and strata are the expressions of ``registry.criteria``, as for the rows.
    """
    staff = find_staff(session, batch, on=on)
    limits = limits_of(session, batch, staff)
    strata: Counter[Stratum] = Counter()
    excluded: Counter[str] = Counter()
    areas: set[str] = set()
    for reason, stratum, area, count in session.exec(count_scope(batch, on, limits)):
        if reason:
            excluded[public_reason(reason)] += count
        else:
            strata[Stratum(stratum)] += count
            areas.add(protocol_area(area))
    staff = staff.within(areas)
    return Preview(
        strata=strata,
        excluded=dict(sorted(excluded.items())),
        quotas=batch.rules.of_draw(_names(batch, set(strata))),
        staff=staff,
        recusals=_count_recusals(session, batch, on, limits, staff),
    )


def count_scope(batch: Batch, on: date, limits: Limits) -> Select[str | None, str, str, int]:
    """Return the statement that counts a scope by reason (NULL in the frame), stratum and area."""
    reason, stratum = reason_of(batch, on, limits).label("reason"), stratum_of(batch).label("stratum")
    counted = select(reason, stratum, col(Operator.area), func.count())
    return counted.where(in_scope(batch)).group_by("reason", "stratum", col(Operator.area))


def freeze_frame(session: Session, batch: Batch, numbers: NumberMaker, *, on: date) -> Scope:
    """Read the register as it stands on a day into the rows of a draw.

    Each eligible inspector gets a roster number of this draw alone, so that public files do not link an inspector's
    draws; ``numbers`` makes them.
    """
    staff = find_staff(session, batch, on=on)
    units, exclusions, low_risk = _units(session, batch, on, limits_of(session, batch, staff))
    staff = staff.within(str(unit.area) for unit in units)
    roster = dict(zip(numbers(len(staff.sendable)), staff.sendable, strict=True))
    by_person = {each.inspector.inspector_no: number for number, each in roster.items()}
    framed = {unit.unit_id for unit in units}
    recusals = {
        (by_person[inspector_no], unit_id): origin
        for (inspector_no, unit_id), origin in recused_pairs(session, session.exec(standing_recusals())).items()
        if inspector_no in by_person and unit_id in framed
    }
    return Scope(
        units=tuple(units),
        exclusions=tuple(exclusions),
        inspectors=tuple(
            frame.Inspector(InspectorId(number), Department(each.inspector.department), Area(each.area))
            for number, each in roster.items()
        ),
        recusals=tuple(frame.Recusal(InspectorId(number), UnitId(unit_id)) for number, unit_id in recusals),
        roster={number: each.inspector for number, each in roster.items()},
        strata=_names(batch, {unit.stratum for unit in units}),
        staff=staff,
        recused=dict(sorted(Counter(recusals.values()).items())),
        low_risk=low_risk,
    )


def limits_of(session: Session, batch: Batch, staff: Staff) -> Limits:
    """Return what bounds a batch beside itself: the cap when its period begins, and where it cannot be staffed."""
    short: set[str] = set()
    if any(entry["criterion"] == Criterion.STAFFABLE for entry in batch.criteria):
        codes = session.exec(select(Operator.area).where(in_scope(batch)).distinct())
        places = {code: str(protocol_area(code)) for code in codes}
        lacking = {each.area for each in staff.shortages(batch.team, places.values())}
        short = {code for code, area in places.items() if area in lacking}
    return Limits(cap=cap_on(session, batch.period_from), inspected=Inspected(session), short=frozenset(short))


def _units(
    session: Session, batch: Batch, on: date, limits: Limits
) -> tuple[list[frame.Unit], list[frame.Exclusion], bool]:
    """Return units, exclusions, and whether low risk excluded anybody."""
    rows = session.exec(
        select(Operator.unit_id, Operator.area, reason_of(batch, on, limits), stratum_of(batch)).where(in_scope(batch))
    )
    units: list[frame.Unit] = []
    exclusions: list[frame.Exclusion] = []
    low_risk = False
    for unit_id, area, reason, stratum in rows:
        if reason:
            low_risk = low_risk or reason == LOW_RISK
            exclusions.append(frame.Exclusion(UnitId(unit_id), public_reason(reason)))
        else:
            units.append(frame.Unit(UnitId(unit_id), Stratum(stratum), Area(protocol_area(area))))
    return units, exclusions, low_risk


def _count_recusals(session: Session, batch: Batch, on: date, limits: Limits, staff: Staff) -> int:
    """Return how many recusals that may be told keep one of those who may be sent from a unit of the frame."""
    sendable = {each.inspector.inspector_no for each in staff.sendable}
    told = recused_pairs(session, readable_recusals(session, standing_recusals()))
    recused = [unit_id for inspector_no, unit_id in told if inspector_no in sendable]
    framed = select(Operator.unit_id).where(
        in_scope(batch), reason_of(batch, on, limits).is_(None), col(Operator.unit_id).in_(set(recused))
    )
    units = set(session.exec(framed))
    return sum(unit_id in units for unit_id in recused)


def _names(batch: Batch, strata: set[Stratum]) -> dict[str, Stratum]:
    """Return the draw's names of the strata that the quotas name and the frame has."""
    stratify = Stratify(batch.stratify)
    named = {name: stratum_name(name, stratify) for name in batch.rules.strata}
    return {name: stratum for name, stratum in named.items() if stratum in strata}
