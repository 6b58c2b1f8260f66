"""Fictional departments, inspectors and recusals."""

from collections.abc import Iterator
from datetime import date, timedelta

from app.generate.lots import Lots, Shares
from app.generate.names import person_name
from app.generate.operators import FIVE_YEARS, Row, make_operator
from app.generate.province import Province
from app.generate.vocabulary import Vocabulary, vocabulary

WHOLE_PROVINCE = "140000"
LEVELS = {
    "market": Shares({"province": 60, "city": 240, "county": 700}),
    "other": Shares({"province": 150, "city": 850}),
}
"""Where they serve, in a thousand: only market regulation reaches down to the counties."""

CERTIFICATES = Shares({"ended": 30, "ending": 60, "holding": 910})
"""In a thousand: run out before the day of the rosters, running out within ENDING_DAYS after it, neither."""
ENDING_DAYS = 90
LEFT = 30
EXPERTS = 120
RECUSING = 40
"""In a thousand inspectors: no longer serving, with expert tags, with a recusal on file."""
MOST_FIELDS = 3


def department_rows() -> Iterator[Row]:
    """Yield the departments that the inspectors belong to; they have to be in the service before them."""
    for each in vocabulary().departments:
        yield {"code": each.code, "name": each.name}


def inspector_rows(province: Province) -> Iterator[Row]:
    """Yield the roster of inspectors, numbered through within the province."""
    for number in range(1, province.inspectors + 1):
        yield make_inspector(province, number)


def make_inspector(province: Province, number: int) -> Row:
    """Return the n-th inspector of a province."""
    words = vocabulary()
    lots = Lots(province.seed, "inspector", number)
    department = lots.by_share(Shares({each.code: each.share for each in words.departments}))
    start, end = _certificate(lots, province.on)
    return {
        "inspector_no": f"{department}-{number:05d}",
        "name": person_name(lots, words),
        "department": department,
        "area": _area(lots, words, department),
        "certificate_no": f"虚构14{number:06d}",
        "certificate_from": start.isoformat(),
        "certificate_until": end.isoformat(),
        "status": "离岗" if lots.chance(LEFT) else "在岗",
        "fields": "、".join(
            words.fields[place] for place in lots.some(lots.between(1, MOST_FIELDS), len(words.fields))
        ),
        "tags": lots.one_of(words.tags) if lots.chance(EXPERTS) else "",
    }


def recusal_rows(province: Province) -> Iterator[Row]:
    """Yield recusals, each of another inspector and of an operator that has a key."""
    words = vocabulary()
    lots = Lots(province.seed, "recusals")
    if province.operators == 0:
        return
    for place in lots.some(-(-province.inspectors * RECUSING // 1000), province.inspectors):
        operator = make_operator(province, lots.between(1, province.operators))
        if operator.key:
            yield {
                "inspector_no": make_inspector(province, place + 1)["inspector_no"],
                "unit_id": operator.key,
                "reason": lots.one_of(words.recusal_reasons),
            }


def _area(lots: Lots, words: Vocabulary, department: str) -> str:
    level = lots.by_share(LEVELS.get(department, LEVELS["other"]))
    if level == "county":
        return lots.by_share(words.counties)
    return lots.by_share(words.cities) if level == "city" else WHOLE_PROVINCE


def _certificate(lots: Lots, on: date) -> tuple[date, date]:
    """Return a certificate's first and last day, five years apart."""
    after = {
        "ended": -lots.between(1, ENDING_DAYS),
        "ending": lots.below(ENDING_DAYS),
        "holding": lots.between(ENDING_DAYS, FIVE_YEARS - 1),
    }
    last = on + timedelta(days=after[lots.by_share(CERTIFICATES)])
    return last - timedelta(days=FIVE_YEARS - 1), last
