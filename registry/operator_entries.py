"""The checked record of an operator (经营者): its columns, headings and vocabulary, and every rule it has to meet.

A record comes from an import row or an edit, is checked whole, and every problem with it is reported at once. The five
kinds are those of the 2020 Shanxi report. The key of each is its credit code where there is one, otherwise a register
number; never an identity number.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from registry.areas import parse_area
from registry.checking import Checker
from registry.credit_code import parse_credit_code
from registry.errors import FieldError
from registry.identity import MEND, PROBLEM, is_identity_number
from registry.naming import name_grams, name_key
from registry.sites import SITE_COLUMNS, Site, as_site, check_site
from sampling.names import UnitId


class OperatorKind(StrEnum):
    """The five classes of subject."""

    PLATFORM = "platform"
    ON_PLATFORM = "on_platform"
    OWN_SITE = "own_site"
    OTHER_SERVICE = "other_service"
    SOCIAL = "social"


class OperatorStatus(StrEnum):
    """Registration status (登记状态)."""

    ACTIVE = "active"
    DEREGISTERED = "deregistered"
    REVOKED = "revoked"
    MOVED_OUT = "moved_out"


KIND_WORDS = {
    OperatorKind.PLATFORM: "电商平台经营者",
    OperatorKind.ON_PLATFORM: "平台内经营者",
    OperatorKind.OWN_SITE: "自建网站经营者",
    OperatorKind.OTHER_SERVICE: "其他网络服务经营者",
    OperatorKind.SOCIAL: "微商",
}
STATUS_WORDS = {
    OperatorStatus.ACTIVE: "存续",
    OperatorStatus.DEREGISTERED: "注销",
    OperatorStatus.REVOKED: "吊销",
    OperatorStatus.MOVED_OUT: "迁出",
}


@dataclass(frozen=True, kw_only=True)
class OperatorEntry:
    """A checked record of an operator, as it goes into the register; without either number it has no key yet."""

    credit_code: str
    register_no: str
    name: str
    natural_person: bool
    kind: OperatorKind
    status: OperatorStatus
    status_on: date | None
    trading: bool
    area: str
    address: str
    legal_representative: str
    contact_name: str
    contact_phone: str
    risk_class: str
    risk_month: str
    risk_source: str
    abnormal_on: date | None
    serious_on: date | None
    last_inspected_on: date | None
    sites: tuple[Site, ...]

    @property
    def unit_id(self) -> UnitId:
        """Return the key: the credit code, or the register number where there is none."""
        return UnitId(self.credit_code or self.register_no)


COLUMNS = tuple(field.name for field in fields(OperatorEntry) if field.name != "sites")
"""The columns of an operator, without those of its sites."""
PLAIN = ("name", "address", "legal_representative", "contact_name", "contact_phone", "risk_class", "risk_source")
FLAGS = ("natural_person", "trading")
DAYS = ("status_on", "abnormal_on", "serious_on", "last_inspected_on")
_PAST = [COLUMNS.index(name) for name in DAYS]
REQUIRED = ("name", "kind", "status", "trading", "area", "address")
HEADINGS = {
    "统一社会信用代码": "credit_code",
    "登记编号": "register_no",
    "名称": "name",
    "是否自然人": "natural_person",
    "主体类型": "kind",
    "登记状态": "status",
    "状态日期": "status_on",
    "是否开展交易": "trading",
    "行政区划代码": "area",
    "住所": "address",
    "法定代表人": "legal_representative",
    "联系人": "contact_name",
    "联系电话": "contact_phone",
    "平台名称": "platform_name",
    "网站名称": "site_name",
    "域名": "domain",
    "ICP备案号": "icp_no",
    "店铺编号": "shop_id",
    "店铺链接": "shop_url",
    "风险等级": "risk_class",
    "风险等级月份": "risk_month",
    "风险等级来源": "risk_source",
    "列入经营异常名录日期": "abnormal_on",
    "列入严重违法失信名单日期": "serious_on",
    "最近检查日期": "last_inspected_on",
}
REGISTER_NO = re.compile(r"[0-9A-Za-z._-]{1,32}")


def check_operator(raw: Mapping[str, str]) -> tuple[OperatorEntry | None, list[FieldError]]:
    """Check one row as handed in (column → text, one site) and return the record, or every problem with it.

    Words are taken in Chinese or as codes; white space at the ends and Unicode forms are normalised.
    """
    check = Checker(raw, (*COLUMNS, *SITE_COLUMNS), REQUIRED)
    credit_code, register_no = _check_key(check)
    area = check.parsed("area", parse_area)
    kind = check.word("kind", KIND_WORDS)
    status = check.word("status", STATUS_WORDS)
    trading = check.flag("trading")
    natural_person = check.flag("natural_person") or False
    days = {name: check.day(name) for name in DAYS}
    risk_month = check.month("risk_month") or ""
    if check.text["risk_class"] and not check.text["risk_month"]:
        check.refuse(
            "risk_month",
            ("有风险等级而没有月份。", "A risk class is given without its month."),
            ("请填写评定的月份，如 2020-09。", "Give the month it was assigned in, such as 2020-09."),
        )
    site = check_site(check)
    _check_place(check, kind)
    if check.problems or area is None or kind is None or status is None or trading is None:
        return None, check.problems
    columns: dict[str, Any] = {name: check.text[name] for name in PLAIN} | days
    return (
        OperatorEntry(
            credit_code=credit_code,
            register_no=register_no,
            natural_person=natural_person,
            kind=kind,
            status=status,
            trading=trading,
            area=area,
            risk_month=risk_month,
            sites=(site,) if site else (),
            **columns,
        ),
        [],
    )


def _check_key(check: Checker) -> tuple[str, str]:
    """Return the credit code and the register number, either of which may be empty, after noting what is wrong."""
    for name in ("credit_code", "register_no"):
        check.code(name)
        if is_identity_number(check.text[name]):
            check.refuse(name, PROBLEM, MEND, withheld=True)
            return "", ""
    register_no = check.text["register_no"]
    if register_no and not REGISTER_NO.fullmatch(register_no):
        check.refuse(
            "register_no",
            ("登记编号不合格式。", "The register number is not in form."),
            ("请用 1–32 个字母、数字或 . _ -。", "Use 1 to 32 letters, digits or . _ -."),
        )
    return check.parsed("credit_code", parse_credit_code) or "", register_no


def _check_place(check: Checker, kind: OperatorKind | None) -> None:
    """Note what a kind needs to be found by: the platform and the shop, or the domain."""
    if kind is OperatorKind.ON_PLATFORM:
        if not check.text["platform_name"]:
            check.refuse(
                "platform_name",
                ("平台内经营者没有平台名称。", "An operator on a platform has no platform."),
                ("请填写所在平台的名称。", "Name the platform it sells on."),
            )
        if not check.text["shop_id"] and not check.text["shop_url"]:
            check.refuse(
                "shop_id",
                ("平台内经营者没有店铺编号或链接。", "An operator on a platform has no shop number or link."),
                ("请至少填写一项。", "Give at least one of the two."),
            )
    if kind is OperatorKind.OWN_SITE and not check.text["domain"]:
        check.refuse(
            "domain",
            ("自建网站经营者没有域名。", "An operator of its own site has no domain."),
            ("请填写网站域名。", "Give the domain of the site."),
        )


def operator_row(entry: OperatorEntry) -> dict[str, object]:
    """Return the row of ``operators`` for a record, without the database's own serial."""
    key = name_key(entry.name)
    return _columns(entry) | {"unit_id": entry.unit_id, "name_key": key, "name_grams": name_grams(key)}


def record_of(entry: OperatorEntry, *, merged_into: str | None = None) -> dict[str, object]:
    """Return a whole record as the journal keeps it: the columns, dates in ISO form, the sites, and where it went."""
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in _columns(entry).items()}
    return plain | {"sites": [asdict(site) for site in entry.sites], "merged_into": merged_into}


def _columns(entry: OperatorEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in COLUMNS}


def days_ahead(head: Sequence[object], today: date) -> list[FieldError]:
    """Return what is wrong with the days of a record (``COLUMNS`` in order): none of them may lie ahead."""
    return [
        FieldError(
            (COLUMNS[place],),
            (f"日期 {head[place]} 晚于今天。", f"The day {head[place]} lies ahead."),
            ("请填已经发生的日期。", "Give a day on which it happened."),
        )
        for place in _PAST
        if isinstance(day := head[place], date) and day > today
    ]


def distinct_sites(sites: Iterable[Site]) -> tuple[Site, ...]:
    """Return sites in order, each once."""
    return tuple(dict.fromkeys(sites))


def as_text(entry: OperatorEntry) -> dict[str, str]:
    """Return the columns of a record as they would be handed in: column → text, without its sites."""
    columns = _columns(entry)
    return {name: _text(value) for name, value in columns.items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def entry_from(record: Mapping[str, object]) -> OperatorEntry:
    """Return the record that the journal kept, checked by nothing: it was when it was written."""
    columns: dict[str, Any] = {name: record.get(name) or "" for name in COLUMNS}
    columns |= {name: bool(columns[name]) for name in FLAGS}
    columns |= {name: date.fromisoformat(columns[name]) if columns[name] else None for name in DAYS}
    columns |= {"kind": OperatorKind(columns["kind"]), "status": OperatorStatus(columns["status"])}
    listed = record.get("sites")
    return OperatorEntry(**columns, sites=tuple(map(as_site, listed)) if isinstance(listed, list) else ())
