"""Inspection items (抽查事项清单): what may be inspected, of whom, on what basis, how, and on which days.

An item is never rewritten: its change ends the version before and begins another, no earlier than today, so that what
plans and findings used stays what it was. The present version is in ``items``, those before it in ``former_items``.
Sources: 国办发〔2015〕58号 (what is not on the published list may not be inspected); 国市监信〔2019〕38号 (一般, 重点).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
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

DAY = timedelta(days=1)


class Level(StrEnum):
    """一般 or 重点."""

    GENERAL = "general"
    KEY = "key"


LEVEL_WORDS = {Level.GENERAL: "一般检查事项", Level.KEY: "重点检查事项"}


@dataclass(frozen=True, kw_only=True)
class ItemEntry:
    """An item as handed in; without a first day it is on the list from the day of the command."""

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
REQUIRED = ("code", "name", "basis", "method", "level", "department", "valid_from")
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
    """The present version of one item. ``subject``: 检查对象; both days are days on the list.

    Without a first day it was on the list before days were recorded; without a last day it has no end.
    """

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


class FormerItem(Record, table=True):
    """A version that another has followed; it stays as it was on its last day."""

    __tablename__ = "former_items"

    code: str = Field(primary_key=True, foreign_key="items.code")
    valid_until: date = Field(primary_key=True)
    valid_from: date | None
    name: str
    basis: str
    method: str
    level: str
    department: str = Field(foreign_key="departments.code")
    subject: str
    content: str


Version = Item | FormerItem


class ItemExistsError(RegistryError):
    """The code is taken."""

    nature = "conflict"
    zh = "抽查事项代码 {code} 已存在。请换一个代码，或变更该事项。"
    en = "Item code {code} is taken. Choose another, or change that item."


def add_item(act: Act, entry: ItemEntry) -> Item:
    """Put an item on the list. Raises FieldError, ItemExistsError, AbsentError (department)."""
    code = entry.code
    if not is_identifier(code):
        raise FieldError(("code",), *_not_in_form(code))
    if act.session.get(Item, code):
        raise ItemExistsError(code=code)
    item = Item(**_columns(act, entry))
    act.session.add(item)
    _write(act, Kind.ITEM_ADDED, item, {})
    return item


def change_item(act: Act, entry: ItemEntry) -> Item:
    """End the present version of an item and begin another, no earlier than today.

    Raises FieldError, AbsentError (item, department).
    """
    item = get_item(act.session, entry.code)
    columns = _columns(act, entry)
    begins: date = columns["valid_from"]
    if begins < act.today or (item.valid_from is not None and begins <= item.valid_from):
        raise _too_early(item, act.today)
    former = _set_aside(act.session, item, begins)
    item.sqlmodel_update(columns)
    act.session.add(item)
    _write(act, Kind.ITEM_CHANGED, item, {"former": former.model_dump(mode="json")})
    return item


def end_item(act: Act, code: str, *, valid_until: date) -> Item:
    """Take an item off the list after a day, today or later. Raises FieldError, AbsentError."""
    item = get_item(act.session, code)
    if item.valid_until is not None and item.valid_until < act.today:
        raise _too_early(item, act.today)
    if valid_until < max(act.today, item.valid_from or act.today):
        raise FieldError(
            ("valid_until",),
            ("失效日期早于今天或生效日期。", "The last day lies before today or before the first day."),
            ("请填写今天或以后的日期。", "Give today or a later day."),
        )
    item.valid_until = valid_until
    act.session.add(item)
    _write(act, Kind.ITEM_ENDED, item, {})
    return item


def rewriting(session: Session, entry: ItemEntry, today: date) -> list[FieldError]:
    """Return what an import may not do to the item on the list: it may begin a version from today on, or end it."""
    item = session.get(Item, entry.code)
    if item is None or asdict(entry) == item.model_dump():
        return []
    begins = entry.valid_from
    if begins != item.valid_from:
        later = begins is not None and begins >= today and (item.valid_from is None or begins > item.valid_from)
        return [] if later else [_too_early(item, today)]
    ended = item.valid_until is not None and item.valid_until < today
    if ended or asdict(entry) | {"valid_until": None} != item.model_dump() | {"valid_until": None}:
        return [_too_early(item, today)]
    return [] if entry.valid_until is None or entry.valid_until >= today else [_too_early(item, today)]


def set_aside(session: Session, item: Item, *, begins: date) -> None:
    """Keep the present version as a former one, where another begins on a later day; one that only ends stays."""
    if begins != item.valid_from:
        _set_aside(session, item, begins)


def _set_aside(session: Session, item: Item, begins: date) -> FormerItem:
    last = begins - DAY if item.valid_until is None else min(item.valid_until, begins - DAY)
    former = FormerItem(**item.model_dump() | {"valid_until": last})
    session.add(former)
    return former


def _too_early(item: Item, today: date) -> FieldError:
    first = max(today, (item.valid_from or today - DAY) + DAY)
    return FieldError(
        ("valid_from",),
        (f"变更不得早于 {first} 生效。", f"The change may not begin before {first}."),
        ("已经用过的事项内容不改写，请填写以后的日期。", "What was used stays as it was; give a later day."),
    )


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
    """Return the present version of an item or raise AbsentError."""
    found = session.get(Item, code)
    if found is None:
        raise AbsentError(what_zh="抽查事项", what_en="item", key=code)
    return found


def items_on(session: Session, day: date) -> list[Version]:
    """Return the list as it stood, or will stand, on a day, by code."""
    found = [each for each in _versions(session, None) if _holds(each, day)]
    return sorted(found, key=lambda item: item.code)


def item_versions(session: Session, code: str) -> list[Version]:
    """Return every version of an item, the first first. Raises AbsentError."""
    get_item(session, code)
    return _in_order(_versions(session, [code]))


def items_by_code(session: Session, codes: Sequence[str], *, on: date) -> dict[str, Version]:
    """Return the items named, in the order given, each in its version of a day; a code never listed is not there.

    For a day on which a code was not on the list it is the version before that day, or the first.
    """
    found: dict[str, Version] = {}
    for each in _in_order(_versions(session, codes)):
        if each.code not in found or (each.valid_from or date.min) <= on:
            found[each.code] = each
    return {code: found[code] for code in codes if code in found}


def check_listed(session: Session, codes: Sequence[str], *, today: date, start: date, end: date) -> None:
    """Check that every item named is on the list today and on each day from start to end. Raises FieldError."""
    versions = _in_order(_versions(session, codes))
    for place, code in enumerate(codes):
        own = [each for each in versions if each.code == code]
        missing = _first_gap(own, today, today) or _first_gap(own, start, end)
        if missing is not None:
            raise FieldError(
                ("items", place),
                (f"{missing} 的抽查事项清单中没有 {code}。", f"Item {code} is not on the list of items on {missing}."),
                (
                    "清单之外的事项不得检查，请先公布该事项。",
                    "What is not on the list may not be inspected; publish it first.",
                ),
            )


def _columns(act: Act, entry: ItemEntry) -> dict[str, Any]:
    """Return an entry as the list keeps it, checked. Raises FieldError, AbsentError (department)."""
    entry = replace(entry, valid_from=entry.valid_from or act.today)
    if entry.valid_until is not None and entry.valid_from is not None and entry.valid_until < entry.valid_from:
        raise FieldError(
            ("valid_until",),
            ("失效日期早于生效日期。", "The item ends before it begins."),
            ("请核对两个日期。", "Check the two dates."),
        )
    get_department(act.session, entry.department)
    return {name: nfc(value) if isinstance(value, str) else value for name, value in asdict(entry).items()}


def _write(act: Act, kind: Kind, item: Item, more: dict[str, object]) -> None:
    """Write a fact about an item, with the whole record after the change as its part."""
    record = item.model_dump(mode="json")
    write(act, kind, subject=item.code, body=record | more, parts=[(item.code, record)])


def _versions(session: Session, codes: Sequence[str] | None) -> list[Version]:
    """Return the versions of some items, or of all."""
    present, former = select(Item), select(FormerItem)
    if codes is not None:
        present, former = present.where(col(Item.code).in_(codes)), former.where(col(FormerItem.code).in_(codes))
    return [*session.exec(present), *session.exec(former)]


def _in_order(versions: Iterable[Version]) -> list[Version]:
    return sorted(versions, key=lambda each: (each.code, each.valid_from or date.min))


def _holds(version: Version, day: date) -> bool:
    begun = version.valid_from is None or version.valid_from <= day
    return begun and (version.valid_until is None or day <= version.valid_until)


def _first_gap(versions: Iterable[Version], start: date, end: date) -> date | None:
    """Return the first day from start to end on which no version holds, or None; versions come in order."""
    day = start
    for each in versions:
        if day <= end and _holds(each, day):
            if each.valid_until is None:
                return None
            day = each.valid_until + DAY
    return day if day <= end else None
