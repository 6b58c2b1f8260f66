"""Completion and closure of a year, its plans and their batches (抽查完成率、完结率), for staff."""

from fractions import Fraction
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from app.auth import Allow, Caller
from app.routes.callers import READERS
from app.wire.rates import PlanRatesOut, RatesOut, YearRatesOut
from publicity.rates import Rates, rates_of_year, total
from registry.base import legal_day

router = APIRouter(prefix="/api/v1/rates", tags=["计划 plans"])
Reader = Annotated[Caller, Depends(Allow(*READERS))]


@router.get("/{year}")
def read_rates(year: Annotated[int, Path(ge=2000, le=2999)], caller: Reader) -> YearRatesOut:
    """Completion and closure of a year's approved plans and batches; nothing is ranked (完成率、完结率)."""
    today = legal_day(caller.service.clock.now())
    with caller.service.database.reading() as session:
        found = rates_of_year(session, year, today)
    plans = [
        PlanRatesOut(
            plan_no=plan_no,
            year=year,
            whole=_out(total(batches.values())),
            batches={task_no: _out(rates) for task_no, rates in batches.items()},
        )
        for plan_no, batches in found.items()
    ]
    whole = total(rates for batches in found.values() for rates in batches.values())
    return YearRatesOut(year=year, whole=_out(whole), plans=plans)


def _out(rates: Rates) -> RatesOut:
    return RatesOut(
        base=rates.base,
        drawn=rates.drawn,
        published=rates.published,
        closed=rates.closed,
        completion=_fraction(rates.completion),
        closure=_fraction(rates.closure),
    )


def _fraction(rate: Fraction | None) -> str | None:
    return None if rate is None else f"{rate.numerator}/{rate.denominator}"
