"""How far plans and batches have come, for staff: counts, and rates as exact fractions."""

from app.wire.base import Answer


class RatesOut(Answer):
    """Counts of operators, and 完成率 and 完结率 as fractions such as ``25/26``; null where nothing divides."""

    base: int
    drawn: int
    published: int
    closed: int
    completion: str | None
    closure: str | None


class PlanRatesOut(Answer):
    """A plan and each of its approved batches, by task number."""

    plan_no: str
    year: int
    whole: RatesOut
    batches: dict[str, RatesOut]


class YearRatesOut(Answer):
    """A year and each of its approved plans."""

    year: int
    whole: RatesOut
    plans: list[PlanRatesOut]
