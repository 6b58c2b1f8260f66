"""Inspection items (抽查事项): what may be inspected, on what basis, how.

Source: 国办发〔2015〕58号: what is not on the published list may not be inspected.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlmodel import Field, Session, col, select

from registry.base import Record, is_identifier, nfc
from registry.checking import Checker
from registry.departments import get_department
from registry.errors import AbsentError, FieldError, RegistryError
from registry.journal import Act, Kind, write
from sampling.wording import Words


class Level(StrEnum):
    """一般 or 重点."""

    GENERAL = "general"
    KEY = "key"


LEVEL_WORDS = {Level.GENERAL: "一般检查事项", Level.KEY: "重点检查事项"}


@dataclass(frozen=True, kw_only=True)
class ItemEntry:
    """An item as handed in."""

    code: str
    name: str
    basis: str
    method: str
    level: Level
    department: str
    subject: str = ""
    content: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


COLUMNS = tuple(field.name for field in fields(ItemEntry))
REQUIRED = ("code", "name", "basis", "method", "level", "department")
HEADINGS = {
    "事项代码": "code",
    "事项名称": "name",
    "检查依据": "basis",
    "检查对象": "subject",
    "检查内容": "content",
    "检查方式": "method",
    "事项类别": "level",
    "部门代码": "department",
    "生效日期": "valid_from",
    "失效日期": "valid_until",
}


class Item(Record, table=True):
    """One item of the list."""

    __tablename__ = "items"

    code: str = Field(primary_key=True)
    name: str
    basis: str
    method: str
    level: str
    department: str = Field(foreign_key="departments.code")
    subject: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    content: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    valid_from: date | None = None
    valid_until: date | None = None


class ItemExistsError(RegistryError):
    """The code is taken."""

    nature = "conflict"
    zh = "抽查事项代码 {code} 已存在。请换一个代码。"
    en = "Item code {code} is taken. Choose another."


def add_item(act: Act, entry: ItemEntry) -> Item:
    """Put an item on the list. Raises FieldError, ItemExistsError, AbsentError (department)."""
    code = entry.code
    if not is_identifier(code):
        raise FieldError(("code",), *_not_in_form(code))
    get_department(act.session, entry.department)
    if act.session.get(Item, code):
        raise ItemExistsError(code=code)
    values: dict[str, Any] = {
        name: nfc(value) if isinstance(value, str) else value for name, value in asdict(entry).items()
    }
    item = Item(**values)
    act.session.add(item)
    write(
        act,
        Kind.ITEM_ADDED,
        subject=code,
        body=item.model_dump(mode="json"),
        parts=[(code, item.model_dump(mode="json"))],
    )
    return item


def check_item(raw: Mapping[str, str]) -> tuple[ItemEntry | None, list[FieldError]]:
    """Check one item as handed in (column → text) and return it, or every problem with it."""
    check = Checker(raw, COLUMNS, REQUIRED)
    code = check.code("code")
    if code and not is_identifier(code):
        check.refuse("code", *_not_in_form(code))
    level = check.word("level", LEVEL_WORDS)
    start, end = check.day("valid_from"), check.day("valid_until")
    if start and end and end < start:
        check.refuse(
            "valid_until",
            ("失效日期早于生效日期。", "The item ends before it begins."),
            ("请核对两个日期。", "Check the two dates."),
        )
    if check.problems or level is None:
        return None, check.problems
    texts = {name: check.text[name] for name in COLUMNS if name not in ("level", "valid_from", "valid_until")}
    return ItemEntry(level=level, valid_from=start, valid_until=end, **texts), []


def _not_in_form(code: str) -> tuple[Words, Words]:
    return (
        (f"事项代码“{code}”不合格式。", f"The item code {code!r} is not in form."),
        ("请用 1–64 个字母、数字或 . _ -。", "Use 1 to 64 letters, digits or . _ -."),
    )


def get_item(session: Session, code: str) -> Item:
    """Return an item or raise AbsentError."""
    found = session.get(Item, code)
    if found is None:
        raise AbsentError(what_zh="抽查事项", what_en="item", key=code)
    return found


def items_by_code(session: Session, codes: list[str]) -> dict[str, Item]:
    """Return the items named, in the order of the list, by code; a code not on the list is simply not there."""
    found = {each.code: each for each in session.exec(select(Item).where(col(Item.code).in_(codes)))}
    return {code: found[code] for code in codes if code in found}
