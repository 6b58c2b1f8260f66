"""Further criteria (附加条件) of a batch: what it asks of an operator beyond kind and area, in a closed vocabulary.

Whoever in scope fails one is an exclusion and is counted in public under the criterion's reason code. There is no
criterion by risk class: a class may change how many are drawn, and never makes the chance zero (国市监信发〔2022〕6号).
What the criteria mean in terms of the register is said in ``registry.criteria``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from registry.errors import FieldError
from sampling.wording import Words

MAX_MONTHS = 120


class Criterion(StrEnum):
    """What a batch may ask."""

    TRADING = "trading"
    NOT_INSPECTED_WITHIN = "not_inspected_within"
    LISTED = "listed"
    RUNS_SITE = "runs_site"
    STAFFABLE = "staffable"


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One criterion: the reason code of those who fail it, its words, and what it has to be told."""

    reason: str
    words: Words
    parameters: Mapping[str, tuple[Callable[[object], bool], Words]] = field(default_factory=dict)


def _is_months(value: object) -> bool:
    return type(value) is int and 1 <= value <= MAX_MONTHS


def _is_list(value: object) -> bool:
    return value in LIST_WORDS


LIST_WORDS: Mapping[object, Words] = {
    "abnormal": ("经营异常名录", "the list of abnormal operations"),
    "serious": ("严重违法失信名单", "the list of serious violations"),
}
DEFINITIONS: Mapping[str, Definition] = {
    Criterion.TRADING: Definition(reason="not_trading", words=("开展网络交易", "trades")),
    Criterion.NOT_INSPECTED_WITHIN: Definition(
        reason="inspected_recently",
        words=("近期未受检查", "was not inspected lately"),
        parameters={
            "months": (_is_months, (f"请填 1 至 {MAX_MONTHS} 的整数（月）。", f"Give months, 1 to {MAX_MONTHS}."))
        },
    ),
    Criterion.LISTED: Definition(
        reason="not_listed",
        words=("列入名单", "is on the list"),
        parameters={"list": (_is_list, ("请填 abnormal 或 serious。", "Give abnormal or serious."))},
    ),
    Criterion.RUNS_SITE: Definition(reason="no_site", words=("有网站或网店", "runs a site or a shop")),
    Criterion.STAFFABLE: Definition(reason="no_inspectors", words=("检查人员充足", "has enough inspectors")),
}
USUAL: tuple[Mapping[str, object], ...] = ({"criterion": Criterion.TRADING.value},)
"""What a targeted batch asks unless it says otherwise."""

RISK = frozenset({"risk", "risk_class", "not_low_risk"})


def check_criteria(given: Iterable[Mapping[str, object]]) -> list[dict[str, Any]]:
    """Return the criteria complete with their reason codes, in the order given: the first that fails gives the reason.

    Raises FieldError.
    """
    found: list[dict[str, Any]] = []
    for place, each in enumerate(given):
        name = str(each["criterion"])
        definition = _definition(place, name)
        if any(name == earlier["criterion"] for earlier in found):
            raise FieldError(
                ("criteria", place),
                (f"条件 {name} 出现两次。", f"The criterion {name} stands twice."),
                ("请只保留一项。", "Name it once."),
            )
        found.append({"criterion": name, "reason": definition.reason, **_parameters(place, each, definition)})
    return found


def _definition(place: int, name: str) -> Definition:
    if name in RISK:
        raise FieldError(
            ("criteria", place, "criterion"),
            (
                "不得按风险等级排除：任何等级都不得使被抽中的机会为零。",
                "Nobody is left out by risk class: no class makes the chance zero.",
            ),
            ("请改用按风险等级分层的比例（stratify: risk）。", "Use ratios by risk class instead (stratify: risk)."),
        )
    if name not in DEFINITIONS:
        raise FieldError(
            ("criteria", place, "criterion"),
            (f"没有条件“{name}”。", f"There is no criterion {name!r}."),
            (f"可用：{'、'.join(DEFINITIONS)}。", f"Use one of: {', '.join(DEFINITIONS)}."),
        )
    return DEFINITIONS[name]


def _parameters(place: int, given: Mapping[str, object], definition: Definition) -> dict[str, object]:
    extra = sorted(set(given) - set(definition.parameters) - {"criterion", "reason"})
    if extra or given.get("reason", definition.reason) != definition.reason:
        name = extra[0] if extra else "reason"
        raise FieldError(
            ("criteria", place, name),
            (f"该条件没有参数 {name}。", f"The criterion takes no {name}."),
            ("请删除。", "Drop it."),
        )
    for name, (fits, mend) in definition.parameters.items():
        if not fits(given.get(name)):
            raise FieldError(
                ("criteria", place, name), (f"参数 {name} 不合要求。", f"The parameter {name} does not fit."), mend
            )
    return {name: given[name] for name in definition.parameters}
