"""From batch to frame: who can be drawn, who in scope cannot and why, who may be sent, who must not go where.

The scope of a batch is its kinds and areas; whoever in scope is not registered any more or fails a further criterion is
an exclusion with a reason, and is counted in public (``registry.criteria``). An inspector may be sent when serving, of
a department of the team, with a certificate that holds through the whole period.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from registry.areas import protocol_area
from registry.batches import Batch
from registry.criteria import in_scope, reason_of, stratum_of
from registry.inspectors import Inspector, InspectorStatus, holds_certificate
from registry.operators import Operator
from registry.quotas import Stratify, stratum_name
from registry.recusals import approved_recusals
from sampling import frame
from sampling.names import Area, Department, InspectorId, Stratum, UnitId

NumberMaker = Callable[[int], list[str]]
"""Makes that many distinct roster numbers."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The rows of a draw's four tables, and who hides behind each roster number.

    ``strata``: the draw's name of each stratum of the frame, by the name that the bureau's quotas have for it.
    """

    units: tuple[frame.Unit, ...]
    exclusions: tuple[frame.Exclusion, ...]
    inspectors: tuple[frame.Inspector, ...]
    recusals: tuple[frame.Recusal, ...]
    roster: dict[str, Inspector]
    strata: dict[str, Stratum]

    def reasons(self) -> dict[str, int]:
        """Return how many units were excluded, by reason."""
        return dict(sorted(Counter(row.reason for row in self.exclusions).items()))

    def sizes(self) -> dict[Stratum, int]:
        """Return how many units the frame has, by stratum."""
        return dict(sorted(Counter(unit.stratum for unit in self.units).items()))

    def inputs(self) -> frame.Inputs:
        """Return the four files. Raises sampling's RefusedError."""
        return frame.Inputs.from_rows(self.units, self.exclusions, self.inspectors, self.recusals)


def freeze_frame(session: Session, batch: Batch, numbers: NumberMaker, *, on: date) -> Scope:
    """Read the register as it stands on a day into the rows of a draw.

    Each eligible inspector gets a roster number of this draw alone, so that public files do not link an inspector's
    draws; ``numbers`` makes them.
    """
    units, exclusions = _units(session, batch, on)
    eligible = _eligible(session, batch)
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
        strata=_names(batch, {unit.stratum for unit in units}),
    )


def _units(session: Session, batch: Batch, on: date) -> tuple[list[frame.Unit], list[frame.Exclusion]]:
    rows = session.exec(
        select(Operator.unit_id, Operator.area, reason_of(batch, on), stratum_of(batch)).where(in_scope(batch))
    )
    units: list[frame.Unit] = []
    exclusions: list[frame.Exclusion] = []
    for unit_id, area, reason, stratum in rows:
        if reason:
            exclusions.append(frame.Exclusion(UnitId(unit_id), reason))
        else:
            units.append(frame.Unit(UnitId(unit_id), Stratum(stratum), Area(protocol_area(area))))
    return units, exclusions


def _names(batch: Batch, strata: set[Stratum]) -> dict[str, Stratum]:
    """Return the draw's names of the strata that the quotas name and the frame has."""
    stratify = Stratify(batch.stratify)
    named = {name: stratum_name(name, stratify) for name in batch.rules.strata}
    return {name: stratum for name, stratum in named.items() if stratum in strata}


def _eligible(session: Session, batch: Batch) -> list[Inspector]:
    serving = select(Inspector).where(
        col(Inspector.department).in_(batch.departments), Inspector.status == InspectorStatus.SERVING
    )
    found = session.exec(serving.order_by(col(Inspector.inspector_no)))
    return [each for each in found if holds_certificate(each, batch.period_from, batch.period_to)]
