"""Sites (网络经营场所): where an operator trades: its own site or app, or a shop on somebody else's platform.

One operator may run several. Rows of a roster with the same key and otherwise equal columns are one operator with as
many sites. A domain is kept as the name system knows it: lower case, without scheme, port and path, Chinese names in
their ASCII form. Source: RFC 1035, RFC 3490.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields

from sqlmodel import Field, Session, col, select

from registry.base import ByteOrdered, Record
from registry.checking import Checker
from registry.errors import RegistryError

MAX_DOMAIN = 253
BLOCK = 500
"""Keys asked for at once: SQLite takes at most 32,766 parameters, PostgreSQL 65,535."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_MARKS = {code + 0xFEE0: chr(code) for code in range(0x21, 0x7F)} | {0x3002: "."}
"""Full-width forms, and the Chinese full stop, as they are typed into domains."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """One place of trade; what does not apply is empty. ``platform_name`` is the platform it is, or is on."""

    platform_name: str = ""
    site_name: str = ""
    domain: str = ""
    icp_no: str = ""
    shop_id: str = ""
    shop_url: str = ""


SITE_COLUMNS = tuple(field.name for field in fields(Site))


class OperatorSite(Record, table=True):
    """One site of an operator, by its place from 1."""

    __tablename__ = "operator_sites"

    unit_id: str = Field(primary_key=True, foreign_key="operators.unit_id", sa_type=ByteOrdered)
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    platform_name: str
    site_name: str
    domain: str = Field(index=True, sa_type=ByteOrdered)
    icp_no: str
    shop_id: str
    shop_url: str


class DomainError(RegistryError):
    """Not a domain name."""

    zh = "域名“{value}”有误：{problem_zh}{mend_zh}"
    en = "{value!r} is not a domain name: {problem_en} {mend_en}"


def parse_domain(text: str) -> str:
    """Return a domain in its one form, or raise DomainError.

    >>> parse_domain("HTTPS://Shop.Example:8443/index.html?a=1")
    'shop.example'
    """
    host = _host(text)
    if re.search(r"[\s,;、，；|]", host):
        raise _wrong(
            text,
            ("一格里有多个域名或空格。", "it holds more than one name, or a space."),
            ("请每行填一个网站，同一经营者可占多行。", "Give one site a row; an operator may have several rows."),
        )
    name = _in_ascii(host)
    if not _is_name(name):
        raise _wrong(
            text,
            ("不是一个域名。", "that is no domain."),
            ("请填网站的主机名，如 www.example.cn。", "Give the host name of the site, such as www.example.cn."),
        )
    return name


def domain_start(text: str) -> str:
    """Return the one form of a text that may begin a domain and has a dot within, or nothing.

    >>> domain_start("http://Shop.ex"), domain_start("58同城")
    ('shop.ex', '')
    """
    name = _in_ascii(_host(text))
    return name if _is_name(name) else ""


def _host(text: str) -> str:
    """Return the host of an address: without scheme, user, port, path, and dot at the end."""
    host = _SCHEME.sub("", text.translate(_MARKS).strip(), count=1)
    host = re.split(r"[/?#]", host, maxsplit=1)[0]
    return re.sub(r":[0-9]+$", "", host.rpartition("@")[2]).rstrip(".")


def _in_ascii(host: str) -> str:
    try:
        return host.lower() if host.isascii() else host.encode("idna").decode().lower()
    except UnicodeError:
        return ""


def _is_name(name: str) -> bool:
    labels = name.split(".")
    return len(name) <= MAX_DOMAIN and len(labels) > 1 and all(map(_LABEL.fullmatch, labels))


def check_site(check: Checker) -> Site | None:
    """Return the site that a checked row names, or None where it names none or a wrong one."""
    domain = check.parsed("domain", parse_domain) or ""
    site = Site(**{name: check.text[name] for name in SITE_COLUMNS} | {"domain": domain})
    return site if site != Site() else None


def site_rows(unit_id: str, sites: Iterable[Site]) -> list[dict[str, object]]:
    """Return the rows of ``operator_sites`` for an operator's sites, in their order."""
    return [{"unit_id": unit_id, "position": at} | asdict(site) for at, site in enumerate(sites, start=1)]


def sites_of(session: Session, unit_ids: Iterable[str]) -> dict[str, tuple[Site, ...]]:
    """Return operator → its sites in order, for every operator named; read in blocks that either database takes."""
    wanted = list(unit_ids)
    found: dict[str, list[Site]] = {unit_id: [] for unit_id in wanted}
    for start in range(0, len(wanted), BLOCK):
        block = col(OperatorSite.unit_id).in_(wanted[start : start + BLOCK])
        rows = select(OperatorSite).where(block).order_by(col(OperatorSite.unit_id), col(OperatorSite.position))
        for row in session.exec(rows):
            found[row.unit_id].append(as_site(row.model_dump()))
    return {unit_id: tuple(sites) for unit_id, sites in found.items()}


def as_site(columns: Mapping[str, object]) -> Site:
    """Return a site from a row or a stored record; what is not there is empty."""
    return Site(**{name: str(columns.get(name) or "") for name in SITE_COLUMNS})


def _wrong(value: str, problem: tuple[str, str], mend: tuple[str, str]) -> DomainError:
    return DomainError(value=value, problem_zh=problem[0], problem_en=problem[1], mend_zh=mend[0], mend_en=mend[1])
