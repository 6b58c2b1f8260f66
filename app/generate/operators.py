"""Fictional operators: each is a function of the province and its number, so one can be made without the others."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.generate.codes import credit_code, icp_no, phone, register_no
from app.generate.columns import OPERATORS
from app.generate.lots import Lots
from app.generate.names import address, business_name, domain, person_name, platform_name
from app.generate.province import Province
from app.generate.vocabulary import Vocabulary, vocabulary

PLATFORM = "电商平台经营者"
ON_PLATFORM = "平台内经营者"
SOCIAL = "微商"
ACTIVE = "存续"
YES, NO = "是", "否"

NOT_TRADING, OF = 31, 53
"""Of each 53 platforms the 31st does not trade: the 2020 case, 52 of 53."""
FIVE_YEARS, THREE_YEARS, ONE_YEAR = 1826, 1096, 366
SEVERAL = 3
"""An operator with several sites has two or three."""
SHOPS_ELSEWHERE = 700
"""In a thousand shops, those on platforms of other provinces."""

Row = dict[str, str]
"""Column → text, as a roster's row is handed in."""


@dataclass(kw_only=True)
class FictionalOperator:
    """An operator and its sites (网络经营场所), as texts of a roster."""

    number: int
    own: Row
    sites: list[Row]

    @property
    def key(self) -> str:
        """The key it has in the register, or nothing where the service has to allot one."""
        return self.own["credit_code"] or self.own["register_no"]

    def rows(self) -> list[Row]:
        """Return its rows of the roster: one for each site, every column in each."""
        return [
            {column: self.own.get(column, "") or site.get(column, "") for column in OPERATORS} for site in self.sites
        ]


def operator_rows(province: Province) -> Iterator[Row]:
    """Yield the rows of the roster of operators, in the order of their numbers."""
    for number in range(1, province.operators + 1):
        yield from make_operator(province, number).rows()


def make_operator(province: Province, number: int) -> FictionalOperator:
    """Return the n-th operator of a province."""
    words = vocabulary()
    lots = Lots(province.seed, "operator", number)
    group = province.group(number)
    kind = PLATFORM if group == "platforms" else lots.by_share(words.kinds[group])
    form = lots.by_share(words.forms[kind])
    area = lots.by_share(words.counties)
    own = _identity(lots, words, number, (province.seed, form, area))
    own |= _standing(lots, words, province.on, kind, number)
    own |= {
        "kind": kind,
        "area": area,
        "address": address(lots, words, form=form, area=area),
        "contact_name": person_name(lots, words),
        "contact_phone": phone(lots),
    }
    several = own["credit_code"] and kind != PLATFORM and lots.chance(words.shares["several_sites"])
    count = lots.between(2, SEVERAL) if several else 1
    return FictionalOperator(
        number=number,
        own=own,
        sites=[make_site(lots, province, own, (number, place)) for place in range(1, count + 1)],
    )


def make_site(lots: Lots, province: Province, own: Row, place: tuple[int, int]) -> Row:
    """Return a site of an operator: (number of the operator, place of the site)."""
    return _SITES[own["kind"]](lots, province, own, place)


def day_within(lots: Lots, until: date, days: int) -> str:
    """Return a day of so many before a day, as text."""
    return (until - timedelta(days=lots.below(days))).isoformat()


def _identity(lots: Lots, words: Vocabulary, number: int, origin: tuple[int, str, str]) -> Row:
    seed, form, area = origin
    if form == "person":
        name = person_name(lots, words)
        given = lots.chance(words.shares["register_no_given"])
        return {
            "credit_code": "",
            "register_no": register_no(number, area) if given else "",
            "name": name,
            "natural_person": YES,
            "legal_representative": name,
        }
    return {
        "credit_code": credit_code(seed, number, form=form, area=area),
        "register_no": "",
        "name": business_name(lots, words, form=form, area=area),
        "natural_person": NO,
        "legal_representative": person_name(lots, words),
    }


def _standing(lots: Lots, words: Vocabulary, on: date, kind: str, number: int) -> Row:
    """Return status, trading, risk, lists and last inspection; platforms are all active."""
    shares = words.shares
    status = ACTIVE if kind == PLATFORM else lots.by_share(words.statuses)
    trading = number % OF != NOT_TRADING if kind == PLATFORM else not lots.chance(shares["not_trading"])
    since_known = status != ACTIVE or lots.chance(shares["active_since_known"])
    risk = lots.by_share(words.risk_classes)
    return {
        "status": status,
        "status_on": day_within(lots, on, FIVE_YEARS) if since_known else "",
        "trading": YES if trading and status == ACTIVE else NO,
        "risk_class": risk,
        "risk_month": day_within(lots, on, ONE_YEAR)[:7] if risk else "",
        "risk_source": lots.one_of(words.risk_sources) if risk else "",
        "abnormal_on": day_within(lots, on, THREE_YEARS) if lots.chance(shares["abnormal"]) else "",
        "serious_on": day_within(lots, on, THREE_YEARS) if lots.chance(shares["serious"]) else "",
        "last_inspected_on": day_within(lots, on, THREE_YEARS) if lots.chance(shares["inspected_before"]) else "",
    }


def _own_platform(lots: Lots, _province: Province, _own: Row, place: tuple[int, int]) -> Row:
    name = platform_name(place[0], vocabulary())
    return _web(lots, place) | {"platform_name": name, "site_name": name}


def _shop(lots: Lots, province: Province, _own: Row, place: tuple[int, int]) -> Row:
    """Return a shop on one of the province's platforms, the small numbers more often, or on one elsewhere."""
    words = vocabulary()
    number, shop = place
    if province.platforms == 0 or lots.chance(SHOPS_ELSEWHERE):
        chosen = lots.below(len(words.elsewhere["platforms"]))
        name, host = words.elsewhere["platforms"][chosen], f"elsewhere{chosen + 1}.example"
    else:
        chosen = 1 + lots.below(1 + lots.below(province.platforms))
        name, host = platform_name(chosen, words), f"platform{chosen}.example"
    shop_id = f"S{lots.below(10**6):06d}{number:07d}{shop}"
    return {"platform_name": name, "shop_id": shop_id, "shop_url": f"https://{host}/shop/{shop_id}"}


def _account(lots: Lots, _province: Province, _own: Row, place: tuple[int, int]) -> Row:
    messengers = vocabulary().elsewhere["messengers"]
    return {"platform_name": lots.one_of(messengers), "shop_id": f"fake_{place[0]}_{place[1]}"}


def _website(lots: Lots, _province: Province, own: Row, place: tuple[int, int]) -> Row:
    mark = vocabulary().mark
    called = own["name"].removesuffix(mark).removesuffix("有限公司")
    return _web(lots, place) | {"site_name": f"{called}{'官网' if place[1] == 1 else '商城'}{mark}"}


def _web(lots: Lots, place: tuple[int, int]) -> Row:
    number, site = place
    return {
        "domain": domain(lots, vocabulary(), number * (SEVERAL + 1) + site),
        "icp_no": icp_no(number, site) if lots.chance(900) else "",
    }


_SITES: dict[str, Callable[[Lots, Province, Row, tuple[int, int]], Row]] = {
    PLATFORM: _own_platform,
    ON_PLATFORM: _shop,
    SOCIAL: _account,
    "自建网站经营者": _website,
    "其他网络服务经营者": _website,
}
