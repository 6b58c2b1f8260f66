"""The province some weeks later: a known share of its operators changed, each in one way, and some that are new."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from app.generate.codes import phone
from app.generate.lots import Lots
from app.generate.names import address
from app.generate.operators import ACTIVE, NO, PLATFORM, FictionalOperator, make_operator, make_site
from app.generate.province import Province
from app.generate.vocabulary import vocabulary

LATER = timedelta(days=31)
NEW_OF_CHANGED = 10
"""For so many operators that changed, one is new."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What became of one operator; for a new one, ``column`` and the texts are empty."""

    key: str
    change: str
    column: str = ""
    before: str = ""
    after: str = ""


def changed_numbers(province: Province, share: Fraction) -> dict[int, str]:
    """Return number → the way it changes, for that share of the operators, rounded down to a whole one.

    The ways follow one another, so that each is had equally often.
    """
    lots = Lots(province.seed, "changes")
    ways = list(_WAYS)
    numbers = lots.some(int(province.operators * share), province.operators)
    return {number + 1: ways[place % len(ways)] for place, number in enumerate(numbers)}


def changed_operators(province: Province, share: Fraction) -> Iterator[tuple[FictionalOperator, list[Change]]]:
    """Yield every operator as it is some weeks later, with what changed; new ones come last.

    An operator without a key stays as it was, since nothing would tell that it is the same one; one to whom the way of
    its number cannot happen has another phone instead.
    """
    numbers = changed_numbers(province, share)
    for number in range(1, province.operators + 1):
        operator = make_operator(province, number)
        changes: list[Change] = []
        if number in numbers and operator.key:
            changes = _change(province, operator, numbers[number]) or _change(province, operator, "contact")
        yield operator, changes
    for number in range(province.operators + 1, province.operators + 1 + len(numbers) // NEW_OF_CHANGED):
        operator = make_operator(province, number)
        yield operator, [Change(key=operator.key, change="new")]


def _change(province: Province, operator: FictionalOperator, way: str) -> list[Change]:
    before, sites = dict(operator.own), len(operator.sites)
    _WAYS[way](Lots(province.seed, way, operator.number), province, operator)
    found = [
        Change(key=operator.key, change=way, column=column, before=before[column], after=text)
        for column, text in operator.own.items()
        if text != before[column]
    ]
    if len(operator.sites) != sites:
        counts = str(sites), str(len(operator.sites))
        found.append(Change(key=operator.key, change=way, column="sites", before=counts[0], after=counts[1]))
    return found


def _rename(lots: Lots, _province: Province, operator: FictionalOperator) -> None:
    own, mark = operator.own, vocabulary().mark
    if not own["credit_code"]:
        return
    new = lots.one_of(vocabulary().names["second"])
    own["name"] = own["name"].removesuffix(mark) + f"{new}记{mark}"


def _close(_lots: Lots, province: Province, operator: FictionalOperator) -> None:
    own = operator.own
    if own["status"] == ACTIVE and own["kind"] != PLATFORM:
        own |= {"status": "注销", "status_on": province.on.isoformat(), "trading": NO}


def _move(lots: Lots, _province: Province, operator: FictionalOperator) -> None:
    own = operator.own
    own["address"] = address(lots, vocabulary(), form="company", area=own["area"])


def _answer_another_phone(lots: Lots, _province: Province, operator: FictionalOperator) -> None:
    operator.own["contact_phone"] = phone(lots)


def _be_classed_anew(lots: Lots, province: Province, operator: FictionalOperator) -> None:
    words = vocabulary()
    choices = [each for each in words.risk_classes if each not in ("", operator.own["risk_class"])]
    operator.own |= {
        "risk_class": lots.one_of(choices),
        "risk_month": (province.on + LATER).isoformat()[:7],
        "risk_source": lots.one_of(words.risk_sources),
    }


def _open_a_site(lots: Lots, province: Province, operator: FictionalOperator) -> None:
    operator.sites.append(make_site(lots, province, operator.own, (operator.number, len(operator.sites) + 1)))


_WAYS: dict[str, Callable[[Lots, Province, FictionalOperator], None]] = {
    "renamed": _rename,
    "closed": _close,
    "moved": _move,
    "contact": _answer_another_phone,
    "risk": _be_classed_anew,
    "site_added": _open_a_site,
}
