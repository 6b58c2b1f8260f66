"""What a batch's scope, criteria and strata mean in terms of the register: SQL expressions over operators.

The frozen frame (rows) and the preview (counts) are made from the same expressions, so they cannot disagree. The order
of the exclusions matters: an operator that fails several criteria is counted under the first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, case, false, func, literal, null, type_coerce
from sqlmodel import and_, col, or_, select

from registry.areas import protocol_area
from registry.base import months_before
from registry.batches import Batch
from registry.caps import Cap, Inspected
from registry.conditions import Criterion
from registry.operator_entries import OperatorStatus
from registry.operators import Operator
from registry.quotas import DIGITS, Stratify
from registry.sites import OperatorSite
from sampling.names import Stratum

WHOLE = Stratum("all")
"""The one stratum of a draw that is not stratified."""

REASON_WORDS = {
    "not_active": ("已注销、吊销或迁出", "not registered any more"),
    "not_trading": ("未开展网络交易", "does not trade"),
    "inspected_recently": ("近期已受检查", "was inspected lately"),
    "not_listed": ("未列入指定的名单", "is not on the list named"),
    "no_site": ("没有登记网站或网店", "has no site or shop on record"),
    "cap_reached": ("本年受检查次数已达上限", "was inspected as often as the year's cap allows"),
    "no_inspectors": ("所在地区检查人员不足", "too few inspectors where it is"),
}
"""Why a unit in scope is not in the frame."""


LOW_RISK = "low_risk"
"""A low-risk operator inspected this year, told apart inside the registry alone: no file and no page says it."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What bounds a batch beside itself: the cap in force, who was inspected, where it cannot be staffed.

    ``short`` are areas of six digits.
    """

    cap: Cap | None
    inspected: Inspected
    short: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """A reason code, and the condition that holds for those whom it keeps out of the frame."""

    reason: str
    holds: ColumnElement[bool]


def in_scope(batch: Batch) -> ColumnElement[bool]:
    """Return the condition that an operator is of the batch's kinds and areas."""
    within = or_(*(col(Operator.area).startswith(protocol_area(area)) for area in batch.areas))
    return and_(col(Operator.kind).in_(batch.kinds), within, col(Operator.merged_into).is_(None))


def exclusions(batch: Batch, on: date, limits: Limits) -> list[Exclusion]:
    """Return who in scope is kept out of the frame on a day, in the order in which reasons are given.

    Low risk comes last, so that it is the reason only where there is no other.
    """
    year, cap = batch.period_from.year, limits.cap
    found = [Exclusion(reason="not_active", holds=col(Operator.status) != OperatorStatus.ACTIVE)]
    if cap is not None:
        found.append(Exclusion(reason="cap_reached", holds=limits.inspected.times(year, cap.yearly)))
    found += [
        Exclusion(reason=entry["reason"], holds=_FAILS[entry["criterion"]](entry, on, limits))
        for entry in batch.criteria
    ]
    if cap is not None and cap.low_risk:
        found.append(Exclusion(reason=LOW_RISK, holds=limits.inspected.low_risk_twice(cap, year)))
    return found


def reason_of(batch: Batch, on: date, limits: Limits) -> ColumnElement[str | None]:
    """Return the expression of an operator's reason; NULL for those in the frame. ``public_reason`` is what is told."""
    return case(*((each.holds, literal(each.reason)) for each in exclusions(batch, on, limits)), else_=null())


def public_reason(reason: str) -> str:
    """Return the reason as files and pages give it: low risk is told as an inspection not long ago."""
    return "inspected_recently" if reason == LOW_RISK else reason


def stratum_of(batch: Batch) -> ColumnElement[str]:
    """Return the expression of an operator's stratum, as the draw names it.

    An operator recorded for a whole city or province is of the stratum of that area when strata are smaller.
    """
    stratify = Stratify(batch.stratify)
    if stratify is Stratify.KIND:
        return type_coerce(col(Operator.kind), String)
    if stratify is Stratify.RISK:
        return type_coerce(col(Operator.risk_class), String)
    if stratify in DIGITS:
        area = col(Operator.area)
        smallest = func.substr(area, 1, DIGITS[stratify])
        return case(
            (area.endswith("0000"), func.substr(area, 1, 2)),
            (area.endswith("00"), func.substr(area, 1, 4)),
            else_=smallest,
        )
    return literal(str(WHOLE))


def _not_trading(_: Mapping[str, Any], __: date, ___: Limits) -> ColumnElement[bool]:
    return col(Operator.trading) == false()


def _inspected_within(entry: Mapping[str, Any], on: date, limits: Limits) -> ColumnElement[bool]:
    return limits.inspected.since(months_before(on, entry["months"]))


def _not_listed(entry: Mapping[str, Any], _: date, __: Limits) -> ColumnElement[bool]:
    return col(_LISTED_ON[entry["list"]]).is_(None)


def _no_site(_: Mapping[str, Any], __: date, ___: Limits) -> ColumnElement[bool]:
    return col(Operator.unit_id).not_in(select(OperatorSite.unit_id))


def _unstaffable(_: Mapping[str, Any], __: date, limits: Limits) -> ColumnElement[bool]:
    return col(Operator.area).in_(sorted(limits.short))


_LISTED_ON: Mapping[str, date | None] = {"abnormal": Operator.abnormal_on, "serious": Operator.serious_on}
_FAILS: Mapping[str, Callable[[Mapping[str, Any], date, Limits], ColumnElement[bool]]] = {
    Criterion.TRADING: _not_trading,
    Criterion.NOT_INSPECTED_WITHIN: _inspected_within,
    Criterion.LISTED: _not_listed,
    Criterion.RUNS_SITE: _no_site,
    Criterion.STAFFABLE: _unstaffable,
}
