"""How many a batch draws (抽取比例、数量): one rule for all, or a rule of its own for a kind, an area or a risk class.

Names are those the bureau writes: the code of a kind, the six digits of an area, a risk class. A floor (比例下限) with
its basis holds in every stratum: for a ratio when the batch is drafted, for a number of operators when the draw is
committed and the frame is known. Source: 企业公示信息抽查办法 (the ratio is the plan's own, not below its floor).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from registry.areas import AreaError, protocol_area
from registry.errors import FieldError, RegistryError
from sampling.errors import SamplingError
from sampling.names import Stratum
from sampling.quotas import Count, Quotas, Ratio, Rule

MAX_CLASS_NAME = 32


class Stratify(StrEnum):
    """By what the frame is cut into strata."""

    WHOLE = "whole"
    KIND = "kind"
    CITY = "city"
    COUNTY = "county"
    RISK = "risk"


STRATIFY_WORDS = {
    Stratify.WHOLE: "不分层",
    Stratify.KIND: "按主体类型分层",
    Stratify.CITY: "按市分层",
    Stratify.COUNTY: "按县（市、区）分层",
    Stratify.RISK: "按风险等级分层（层名不公开）",
}
DIGITS = {Stratify.CITY: 4, Stratify.COUNTY: 6}
"""How many digits of a protocol area make a stratum's name."""


@dataclass(frozen=True, kw_only=True)
class BatchQuotas:
    """The rule of every stratum by the bureau's name for it: its own where it has one, else the default."""

    default: Rule
    strata: Mapping[str, Rule] = field(default_factory=dict)

    def rules(self) -> Iterable[tuple[tuple[str, ...], Rule]]:
        """Yield every rule with its path in what was handed in."""
        yield ("quotas", "default"), self.default
        for name, rule in self.strata.items():
            yield ("quotas", "strata", name), rule

    def value(self) -> dict[str, object]:
        """Return the quotas as they are kept and answered."""
        return {"default": self.default.value(), "strata": {name: rule.value() for name, rule in self.strata.items()}}

    def of_draw(self, names: Mapping[str, Stratum]) -> Quotas:
        """Return the rules under the names of a draw's strata (``names``: the bureau's name → the draw's).

        A stratum of which the frame has no unit is left out: nothing of it could be drawn.
        """
        return Quotas(self.default, {names[name]: rule for name, rule in self.strata.items() if name in names})


class BelowFloorError(RegistryError):
    """The number named for a stratum comes to less than the floor, now that the frame is known."""

    nature = "conflict"
    zh = (
        "批次 {task_no} 的“{stratum}”层有 {units} 户，按所定数量抽取 {drawn} 户，低于比例下限 {floor}。"
        "未作任何改动；请先把该层的数量变更为至少 {least} 户。"
    )
    en = (
        "Of the {units} units of the stratum {stratum} of batch {task_no} {drawn} would be drawn, less than the floor "
        "{floor}. Nothing was changed; change the stratum's number to {least} at least first."
    )


def read_quotas(value: Mapping[str, object]) -> BatchQuotas:
    """Return quotas from ``{"default": RULE, "strata": {name: RULE}}``; RULE is one of {"ratio": …}, {"count": …}.

    Raises FieldError.
    """
    strata = value.get("strata") or {}
    if not isinstance(strata, Mapping):
        raise _no_rule(("quotas", "strata"))
    return BatchQuotas(
        default=_rule(value.get("default"), ("quotas", "default")),
        strata={str(name): _rule(rule, ("quotas", "strata", str(name))) for name, rule in strata.items()},
    )


def check_quotas(quotas: BatchQuotas, stratify: Stratify, *, kinds: Iterable[str], areas: Iterable[str]) -> None:
    """Check that every stratum named lies in the scope and is one that ``stratify`` makes. Raises FieldError."""
    for name in quotas.strata:
        problem = _misnamed(name, stratify, list(kinds), list(areas))
        if problem:
            raise FieldError(
                ("quotas", "strata", name),
                (f"层“{name}”{problem[0]}。", f"The stratum {name!r} {problem[1]}."),
                ("请核对分层方式和层名。", "Check how the batch is stratified and the name."),
            )


def check_floor(quotas: BatchQuotas, floor: str | None) -> None:
    """Check the floor's form, and that no ratio lies below it; numbers wait for the frame. Raises FieldError."""
    if floor is None:
        return
    least = _ratio(floor, ("ratio_floor",))
    for path, rule in quotas.rules():
        if isinstance(rule, Ratio) and parts(rule) < parts(least):
            raise FieldError(
                path,
                (f"比例 {rule.ratio} 低于下限 {floor}。", f"The ratio {rule.ratio} is below the floor {floor}."),
                ("请提高比例，或核对下限及其依据。", "Raise the ratio, or check the floor and its basis."),
            )


def check_numbers(task_no: str, floor: str | None, sizes: Iterable[tuple[str, int, int]]) -> None:
    """Check every stratum (its name, units, how many are drawn) against the floor, now that the frame is known.

    A number is held to it where it stands, as a ratio is: what other strata draw more does not make up for it.
    Raises BelowFloorError.
    """
    for name, units, drawn in sizes:
        if floor is not None and drawn < (least := Ratio(floor).size(units)):
            raise BelowFloorError(task_no=task_no, stratum=name, units=units, drawn=drawn, floor=floor, least=least)


def stratum_name(name: str, stratify: Stratify) -> Stratum:
    """Return the draw's name of a stratum that is no secret: a kind's code, or an area as the protocol writes it."""
    return Stratum(protocol_area(name) if stratify in DIGITS else name)


def parts(ratio: Ratio) -> int:
    """Return a ratio in millionths.

    >>> parts(Ratio("0.03"))
    30000
    """
    return ratio.size(10**6)


def _misnamed(name: str, stratify: Stratify, kinds: list[str], areas: list[str]) -> tuple[str, str] | None:
    if stratify is Stratify.WHOLE:
        return "无从适用，本批次不分层", "has no place: the batch is not stratified"
    if stratify is Stratify.KIND:
        return None if name in kinds else ("不在本批次的主体类型之内", "is not among the batch's kinds")
    if stratify is Stratify.RISK:
        return None if 0 < len(name.strip()) <= MAX_CLASS_NAME else ("不是风险等级", "is no risk class")
    return _misplaced(name, DIGITS[stratify], areas)


def _misplaced(name: str, digits: int, areas: list[str]) -> tuple[str, str] | None:
    try:
        area = protocol_area(name)
    except AreaError:
        return "不是行政区划代码", "is not an area code"
    if not any(area.startswith(protocol_area(scope)) for scope in areas):
        return "不在本批次的地域之内", "lies outside the batch's areas"
    return None if len(area) == digits else ("与分层的级别不符", "is not an area of the level of the strata")


def _rule(value: object, path: tuple[str, ...]) -> Rule:
    if not isinstance(value, Mapping) or set(value) not in ({"ratio"}, {"count"}):
        raise _no_rule(path)
    if "ratio" in value:
        return _ratio(value["ratio"], (*path, "ratio"))
    count = value["count"]
    if type(count) is not int or count < 1:
        raise FieldError(
            (*path, "count"),
            (f"数量“{count}”不合要求。", f"The number {count!r} does not fit."),
            ("请填不小于 1 的整数。", "Give a whole number, 1 or more."),
        )
    return Count(count)


def _ratio(value: object, path: tuple[str, ...]) -> Ratio:
    try:
        return Ratio(value if isinstance(value, str) else "")
    except SamplingError:
        raise FieldError(
            path,
            (f"抽查比例“{value}”不合格式。", f"The ratio {value!r} is not in form."),
            ("请写成 0.5、0.03 这样的小数或 1。", "Write a decimal such as 0.5 or 0.03, or 1."),
        ) from None


def _no_rule(path: tuple[str, ...]) -> FieldError:
    return FieldError(
        path,
        ("须写明比例或数量之一。", "It needs a ratio or a number, one of the two."),
        ('请写成 {"ratio": "0.5"} 或 {"count": 20}。', 'Write {"ratio": "0.5"} or {"count": 20}.'),
    )
