"""How large a fictional province is, and who has which number in it."""

from dataclasses import dataclass
from datetime import date

BUSINESS_DAY = date(2026, 7, 1)
"""The day a province is of unless another is asked for; asking the clock would make each a province of its own."""

LIMITS = {"platforms": 1_600, "shops": 9_000_000, "sites": 9_000_000, "inspectors": 99_999}
"""Up to here names of platforms, credit codes and numbers are all different."""


class ProvinceError(Exception):
    """A number of the province is out of range."""

    def __init__(self, name: str, value: int, limit: int) -> None:
        super().__init__(
            f"{name} 为 {value}，只能在 0 至 {limit} 之间，未作任何改动。请改正该数。/ "
            f"{name} is {value}; it must be between 0 and {limit}, and nothing was written. Correct the number."
        )


@dataclass(frozen=True, kw_only=True)
class Province:
    """A fictional province: its seed, how many of each there are, and the day its rosters are of.

    Operators are numbered from 1: the platforms, then the shops, who sell through others (平台内经营者, 微商), then the
    sites, who have a service of their own (自建网站经营者, 其他网络服务经营者), then those who come
    later and are in no first roster. Raises ProvinceError.
    """

    seed: int
    platforms: int = 53
    shops: int = 157_000
    sites: int = 108_000
    inspectors: int = 1_200
    on: date = BUSINESS_DAY

    def __post_init__(self) -> None:
        for name, limit in LIMITS.items():
            if not 0 <= getattr(self, name) <= limit:
                raise ProvinceError(name, getattr(self, name), limit)

    @property
    def operators(self) -> int:
        """How many operators there are; rosters have more rows, one for each further site."""
        return self.platforms + self.shops + self.sites

    def group(self, number: int) -> str:
        """Return what the n-th operator is counted among: platforms, shops or sites.

        >>> small = Province(seed=1, platforms=2, shops=3, sites=2)
        >>> [small.group(number) for number in range(1, 10)]
        ['platforms', 'platforms', 'shops', 'shops', 'shops', 'sites', 'sites', 'sites', 'shops']
        """
        if number > self.operators:
            return ("shops", "sites")[(number - self.operators) % 2]
        if number <= self.platforms:
            return "platforms"
        return "shops" if number <= self.platforms + self.shops else "sites"
