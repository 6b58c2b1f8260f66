"""How many are drawn of a stratum: a share, always rounded up, or a number. Exact integers, no floating point.

``round(0.5 * 53)`` is 26 in Python, which is 49.06% and less than the half that was announced.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sampling.errors import Fault, RefusedError, within
from sampling.names import Stratum, check_identifier
from sampling.shape import Node
from sampling.values import check_range

_ratio = re.compile(r"0\.[0-9]{1,6}|1")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A sampling fraction (抽取比例) as the text it was announced by: ``0.`` and one to six digits, or ``1``.

    >>> Ratio("0.5").size(53)
    27
    >>> Ratio("0.03").size(0)
    0
    """

    ratio: str

    def __post_init__(self) -> None:
        """Check the form, and that it is above zero."""
        if not _ratio.fullmatch(self.ratio) or not self.ratio.strip("0."):
            raise RefusedError(Fault.RATIO, ("ratio",), value=self.ratio)

    def size(self, units: int) -> int:
        """Return ceil(ratio × units)."""
        whole, _, decimals = self.ratio.partition(".")
        scale: int = 10 ** len(decimals)
        return -(-int(whole + decimals) * units // scale)

    def value(self) -> dict[str, object]:
        """Return the rule as it stands in the commitment."""
        return {"ratio": self.ratio}


@dataclass(frozen=True, slots=True)
class Count:
    """A number of units, at least one; all of them where the stratum has no more.

    >>> Count(7).size(5)
    5
    """

    count: int

    def __post_init__(self) -> None:
        """Check the range."""
        check_range(self.count, 1, "count")

    def size(self, units: int) -> int:
        """Return min(count, units)."""
        return min(self.count, units)

    def value(self) -> dict[str, object]:
        """Return the rule as it stands in the commitment."""
        return {"count": self.count}


Rule = Ratio | Count


@dataclass(frozen=True, slots=True)
class Quotas:
    """The rule of every stratum: its own where it has one, else the default."""

    default: Rule
    strata: Mapping[Stratum, Rule] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the names, and keep a copy that nobody else can change."""
        for stratum in self.strata:
            check_identifier(stratum, "strata", stratum)
        object.__setattr__(self, "strata", MappingProxyType(dict(self.strata)))

    def size(self, stratum: Stratum, units: int) -> int:
        """Return how many of a stratum's ``units`` are drawn; at least one where there is one."""
        return self.strata.get(stratum, self.default).size(units)

    def value(self) -> dict[str, object]:
        """Return the quotas as they stand in the commitment."""
        return {"default": self.default.value(), "strata": {name: rule.value() for name, rule in self.strata.items()}}


def read_quotas(node: Node) -> Quotas:
    """Read ``{"default": RULE, "strata": {stratum: RULE}}``.

    Raises:
        RefusedError: at the key that is wrong.
    """
    default, strata = node.members("default", "strata")
    rules = {Stratum(name): _read_rule(rule) for name, rule in strata.mapping().items()}
    fallback = _read_rule(default)
    with within(*node.path):
        return Quotas(fallback, rules)


def _read_rule(node: Node) -> Rule:
    keys = list(node.mapping())
    if keys not in (["ratio"], ["count"]):
        raise RefusedError(Fault.RULE, node.path)
    (rule,) = node.members(*keys)
    with within(*node.path):
        return Ratio(rule.text()) if keys == ["ratio"] else Count(rule.integer())
