"""What a batch's scope, criteria and strata mean in terms of the register: SQL expressions over operators.

The frozen frame (rows) and the preview (counts) are made from the same expressions, so they cannot disagree. The order
of the exclusions matters: an operator that fails several criteria is counted under the first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, case, false, func, literal, null, type_coerce
from sqlmodel import col, or_, select

from registry.areas import protocol_area
from registry.base import months_before
from registry.batches import Batch
from registry.conditions import Criterion
from registry.findings import Finding
from registry.operators import Operator, OperatorStatus
from registry.quotas import DIGITS, Stratify
from registry.visits import Visit
from sampling.names import Stratum

WHOLE = Stratum("all")
"""The one stratum of a draw that is not stratified."""

REASON_WORDS = {
    "not_active": ("已注销、吊销或迁出", "not registered any more"),
    "not_trading": ("未开展网络交易", "does not trade"),
    "inspected_recently": ("近期已受检查", "was inspected lately"),
}
"""Why a unit in scope is not in the frame."""


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """A reason code, and the condition that holds for those whom it keeps out of the frame."""

    reason: str
    holds: ColumnElement[bool]


def in_scope(batch: Batch) -> ColumnElement[bool]:
    """Return the condition that an operator is of the batch's kinds and areas."""
    within = or_(*(col(Operator.area).startswith(protocol_area(area)) for area in batch.areas))
    return col(Operator.kind).in_(batch.kinds) & within & col(Operator.merged_into).is_(None)


def exclusions(batch: Batch, on: date) -> list[Exclusion]:
    """Return who in scope is kept out of the frame on a day, in the order in which reasons are given."""
    always = [Exclusion(reason="not_active", holds=col(Operator.status) != OperatorStatus.ACTIVE)]
    return always + [
        Exclusion(reason=entry["reason"], holds=_FAILS[entry["criterion"]](entry, on)) for entry in batch.criteria
    ]


def reason_of(batch: Batch, on: date) -> ColumnElement[str | None]:
    """Return the expression of an operator's reason; NULL for those in the frame."""
    return case(*((each.holds, literal(each.reason)) for each in exclusions(batch, on)), else_=null())


def stratum_of(batch: Batch) -> ColumnElement[str]:
    """Return the expression of an operator's stratum, as the draw names it.

    An operator recorded for a whole city or province is of the stratum of that area when strata are smaller.
    """
    stratify = Stratify(batch.stratify)
    if stratify is Stratify.KIND:
        return type_coerce(col(Operator.kind), String)
    if stratify in DIGITS:
        area = col(Operator.area)
        smallest = func.substr(area, 1, DIGITS[stratify])
        return case(
            (area.endswith("0000"), func.substr(area, 1, 2)),
            (area.endswith("00"), func.substr(area, 1, 4)),
            else_=smallest,
        )
    return literal(str(WHOLE))


def _not_trading(_: Mapping[str, Any], __: date) -> ColumnElement[bool]:
    return col(Operator.trading) == false()


def _inspected_within(entry: Mapping[str, Any], on: date) -> ColumnElement[bool]:
    since = months_before(on, entry["months"])
    inspected = select(Visit.unit_id).join(Finding).where(col(Finding.inspected_on) > since)
    return col(Operator.unit_id).in_(inspected)


_FAILS: Mapping[str, Callable[[Mapping[str, Any], date], ColumnElement[bool]]] = {
    Criterion.TRADING: _not_trading,
    Criterion.NOT_INSPECTED_WITHIN: _inspected_within,
}
