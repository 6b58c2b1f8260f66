"""Areas (行政区划) by their GB/T 2260 codes: the form of a code, its name, and its shape in the draw protocol.

A code is three pairs of digits: province, city, county; trailing 00 pairs stand for "all of it". Names are data
(``data/areas.toml``) and counties change, so a code is judged by its form and its province only.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import NewType

from registry.errors import RegistryError

AreaCode = NewType("AreaCode", str)
"""Six digits, such as ``140100``."""
ProtocolArea = NewType("ProtocolArea", str)
"""Two, four or six digits without trailing 00 pairs, such as ``1401``: a prefix of every area within it."""

LENGTH = 6
PAIR = 2
_REGIONS = {"1": "12345", "2": "123", "3": "1234567", "4": "123456", "5": "01234", "6": "12345", "7": "1", "8": "12"}
PROVINCES = frozenset(region + number for region, numbers in _REGIONS.items() for number in numbers)
"""The first pairs in use. Source: GB/T 2260-2007."""

_HALF_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF10, 0xFF1A)}


class AreaError(RegistryError):
    """Not an area code; ``value`` as handed in."""

    zh = "行政区划代码“{value}”有误：{problem_zh}{mend_zh}"
    en = "{value!r} is not an area code: {problem_en} {mend_en}"


def parse_area(text: str) -> AreaCode:
    """Return the six-digit code, trimmed and half-width, or raise AreaError; it need not be one with a name here."""
    code = text.translate(_HALF_WIDTH).strip()
    if len(code) != LENGTH or not (code.isascii() and code.isdigit()):
        raise _wrong(text, "应为 6 位数字。", "it must be six digits.")
    if code[:PAIR] not in PROVINCES:
        raise _wrong(text, f"没有以 {code[:PAIR]} 开头的省级行政区。", f"no province begins with {code[:PAIR]}.")
    if code[PAIR : 2 * PAIR] == "00" and code[2 * PAIR :] != "00":
        raise _wrong(
            text,
            "中间两位为 00 时，末两位也应为 00。",
            "a county needs a city, so 00 in the middle goes with 00 at the end.",
        )
    return AreaCode(code)


def protocol_area(code: str) -> ProtocolArea:
    """Return the code as the draw protocol writes it, without trailing 00 pairs: 140100 → 1401. Raises AreaError."""
    area: str = parse_area(code)
    while area[-PAIR:] == "00":
        area = area[:-PAIR]
    return ProtocolArea(area)


def area_name(code: str) -> str:
    """Return an area's name for display, a county's after its city's; takes protocol areas too.

    A code without a name here is shown under the smallest area that has one, or alone: 太原市（140171）.
    """
    full = code.ljust(LENGTH, "0")
    names = area_names()
    city = names.get(AreaCode(full[: 2 * PAIR] + "00"))
    if full in names:
        own = names[AreaCode(full)]
        return own if full.endswith("00") or city is None else city + own
    above = city or names.get(AreaCode(full[:PAIR] + "0000"))
    return f"{above}({code})" if above else code


@cache
def area_names() -> Mapping[AreaCode, str]:
    """Return code → an area's own name, in the order of the codes; read once."""
    data = tomllib.loads(resources.files("registry").joinpath("data/areas.toml").read_text(encoding="utf-8"))
    return MappingProxyType({parse_area(code): name for code, name in data["areas"].items()})


def _wrong(value: str, zh: str, en: str) -> AreaError:
    return AreaError(
        value=value,
        problem_zh=zh,
        problem_en=en,
        mend_zh="请填 6 位 GB/T 2260 代码，如 140100（太原市）。",
        mend_en="Give the six digits of GB/T 2260, such as 140100 (Taiyuan).",
    )
