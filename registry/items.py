"""Inspection items (抽查事项): what may be inspected, on what basis, how.

Source: 国办发〔2015〕58号: what is not on the published list may not be inspected.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlmodel import Field, Session, col, select

from registry.base import Record, is_identifier, nfc
from registry.departments import get_department
from registry.errors import AbsentError, FieldError, RegistryError
from registry.journal import Act, Kind, write


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


class Item(Record, table=True):
    """One item of the list."""

    __tablename__ = "items"

    code: str = Field(primary_key=True)
    name: str
    basis: str
    method: str
    level: str
    department: str = Field(foreign_key="departments.code")


class ItemExistsError(RegistryError):
    """The code is taken."""

    nature = "conflict"
    zh = "抽查事项代码 {code} 已存在。请换一个代码。"
    en = "Item code {code} is taken. Choose another."


def add_item(act: Act, entry: ItemEntry) -> Item:
    """Put an item on the list. Raises FieldError, ItemExistsError, AbsentError (department)."""
    code = entry.code
    if not is_identifier(code):
        raise FieldError(
            ("code",),
            (f"事项代码“{code}”不合格式。", f"The item code {code!r} is not in form."),
            ("请用 1–64 个字母、数字或 . _ -。", "Use 1 to 64 letters, digits or . _ -."),
        )
    get_department(act.session, entry.department)
    if act.session.get(Item, code):
        raise ItemExistsError(code=code)
    item = Item(**{name: nfc(value) for name, value in asdict(entry).items()})
    act.session.add(item)
    write(act, Kind.ITEM_ADDED, subject=code, body=item.model_dump(), parts=[(code, item.model_dump())])
    return item


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
