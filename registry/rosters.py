"""The five rosters a bureau hands in: operators, inspectors, recusals, inspection items, the days of a year."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from registry import holidays, inspectors, items, recusals
from registry.bulk import insert_rows, table_of
from registry.departments import department_names
from registry.drafts import Draft, Kept, Problems, Roster, TableShelf, Taken, blocks, plain
from registry.errors import FieldError
from registry.holidays import CalendarDay, CalendarEntry, missing_days
from registry.inspectors import Inspector
from registry.items import Item, ItemEntry
from registry.journal import Act, Kind, Parts
from registry.operator_roster import OPERATORS
from registry.operators import Operator
from registry.recusals import Recusal
from registry.sealed import readable_recusals
from registry.stages import stage_of


def _roster_of_inspectors(session: Session, _today: date) -> Problems:
    """Refuse departments that are not there, and certificates that somebody else holds."""
    known = _of_department(session, inspectors.COLUMNS.index("department"))
    at = inspectors.COLUMNS.index("certificate_no")
    holders = dict(session.exec(select(Inspector.certificate_no, Inspector.inspector_no)).all())

    def problems(taken: Taken) -> list[FieldError]:
        found = known(taken)
        number = str(taken.head[at])
        holder = holders.setdefault(number, taken.key) if number else taken.key
        if holder != taken.key:
            found.append(
                FieldError(
                    ("certificate_no",),
                    (f"已登记在 {holder} 名下。", f"It belongs to {holder} already."),
                    ("请核对号码。", "Check the number."),
                )
            )
        return found

    return problems


def _of_department(session: Session, at: int) -> Problems:
    departments = department_names(session)

    def problems(taken: Taken) -> list[FieldError]:
        code = taken.head[at]
        if code in departments:
            return []
        return [
            FieldError(
                ("department",),
                (f"没有部门 {code}。", f"There is no department {code}."),
                ("请先登记该部门，或改正代码。", "Add the department first, or correct the code."),
            )
        ]

    return problems


class ItemShelf(TableShelf):
    """The list of items: a changed one ends the version before, which stays; one that only ends is ended."""

    def keep(self, act: Act, fresh: Iterable[Draft], changed: list[Draft], parts: Parts) -> None:
        """Put new items on the list; keep the versions that others follow."""
        for draft in changed:
            items.set_aside(act.session, items.get_item(act.session, draft.key), begins=_begins(draft))
        act.session.flush()
        super().keep(act, fresh, changed, parts)


def _begins(draft: Draft) -> date:
    begins = draft.head[items.COLUMNS.index("valid_from")]
    if not isinstance(begins, date):
        msg = "the check of a row asks for the day"
        raise TypeError(msg)
    return begins


def _listed_items(session: Session, today: date) -> Problems:
    """Refuse departments that are not there, and changes that would rewrite what the list was."""
    known = _of_department(session, items.COLUMNS.index("department"))

    def problems(taken: Taken) -> list[FieldError]:
        columns: dict[str, Any] = dict(zip(items.COLUMNS, taken.head, strict=True))
        return known(taken) + items.rewriting(session, ItemEntry(**columns), today)

    return problems


class RecusalShelf:
    """Recusals: a row is a request, which an approver decides; one that was refused may be filed again."""

    def keys(self, session: Session) -> Iterable[str]:
        """Return what the requests on file, open or approved, ask for, each once."""
        return dict.fromkeys(map(_asked, readable_recusals(session, _requests())))

    def find(self, session: Session, keys: Sequence[str]) -> dict[str, Kept]:
        """Return the requests on file, open or approved, by what they ask for.

        One that a sealed draw hides is as if it were not there, or a roster would tell who guessed right: filed again,
        it is another request.
        """
        wanted = set(keys)
        found: dict[str, Kept] = {}
        for block in blocks(keys):
            units = {key.split("\n", 2)[1] for key in block}
            for each in readable_recusals(session, _requests().where(col(Recusal.unit_id).in_(units))):
                if (key := _asked(each)) in wanted:
                    found[key] = Kept(tuple(getattr(each, name) for name in recusals.COLUMNS), [])
        return found

    def keep(self, act: Act, fresh: Iterable[Draft], changed: list[Draft], parts: Parts) -> None:
        """File a request for each; what is asked for is the key, so none is ever changed."""
        prefix = stage_of(act.session).prefix
        first = act.session.exec(select(func.count()).select_from(Recusal)).one() + 1
        for number, draft in enumerate(chain(fresh, changed), start=first):
            columns: dict[str, Any] = dict(zip(recusals.COLUMNS, draft.head, strict=True))
            recusal_id = f"{prefix}r{number:04d}"
            recusal = Recusal(recusal_id=recusal_id, requested_by=act.person, requested_at=act.at, **columns)
            act.session.add(recusal)
            parts.add(recusal_id, recusal.model_dump(mode="json"))
        act.session.flush()


def _requests() -> SelectOfScalar[Recusal]:
    return select(Recusal).where(col(Recusal.approved).is_not(False)).order_by(Recusal.recusal_id)


def _asked(recusal: Recusal) -> str:
    return "\n".join(getattr(recusal, name) for name in recusals.COLUMNS)


def _known_pair(session: Session, _today: date) -> Problems:
    """Refuse recusals of inspectors or operators that are not there."""
    inspectors_known = set(session.exec(select(Inspector.inspector_no)))
    operators_known = set(session.exec(select(Operator.unit_id)))

    def problems(taken: Taken) -> list[FieldError]:
        inspector_no, unit_id = str(taken.head[0]), str(taken.head[1])
        known = inspector_no in inspectors_known
        found = [] if known else [_absent("inspector_no", "检查人员", "inspector", inspector_no)]
        return found if unit_id in operators_known else [*found, _absent("unit_id", "经营者", "operator", unit_id)]

    return problems


def _absent(column: str, what_zh: str, what_en: str, key: str) -> FieldError:
    return FieldError(
        (column,),
        (f"没有{what_zh} {key}。", f"There is no {what_en} {key}."),
        ("请先导入名录，或核对编号。", "Import the roster first, or check the number."),
    )


class CalendarShelf:
    """Years of days; a year is one record, and replaced whole."""

    def keys(self, session: Session) -> Iterable[str]:
        """Return the years on file, in order."""
        return dict.fromkeys(f"{each.day.year:04d}" for each in holidays.calendar_days(session))

    def find(self, session: Session, keys: Sequence[str]) -> dict[str, Kept]:
        """Return the years on file."""
        found: dict[str, Kept] = {}
        for each in holidays.calendar_days(session, {int(key) for key in keys}):
            kept = found.setdefault(f"{each.day.year:04d}", Kept((each.day.year,), []))
            kept.lines.append((each.day, each.kind, each.name, each.notice))
        return found

    def keep(self, act: Act, fresh: Iterable[Draft], changed: list[Draft], parts: Parts) -> None:
        """Put years on file, each in the place of what was there of it."""
        for draft in changed:
            year = int(draft.key)
            its = col(CalendarDay.day).between(date(year, 1, 1), date(year, 12, 31))
            act.session.execute(delete(CalendarDay).where(its))
        years = [*fresh, *changed]
        rows = [line for draft in years for line in draft.lines]
        insert_rows(act.session, table_of(CalendarDay), holidays.COLUMNS, rows)
        for draft in years:
            days = [dict(zip(holidays.COLUMNS, map(plain, line), strict=True)) for line in draft.lines]
            parts.add(draft.key, {"year": draft.key, "days": days})


def _take_day(entry: CalendarEntry) -> Taken:
    year = entry.day.year
    return Taken(f"{year:04d}", (year,), (entry.day, entry.kind, entry.name, entry.notice))


def _whole_year(draft: Draft) -> list[FieldError]:
    """Put a year's days in order; refuse a day that stands twice, and a year that lacks a holiday of the law."""
    draft.lines.sort(key=lambda line: str(line[0]))
    kinds: dict[date, set[object]] = defaultdict(set)
    for day, kind, _name, _notice in draft.lines:
        if isinstance(day, date):
            kinds[day].add(kind)
    twice = sorted(day for day in kinds if sum(line[0] == day for line in draft.lines) > 1)
    found = [
        FieldError(
            ("day",),
            (f"{day} 出现两次，内容不同。", f"{day} is there twice, with other content."),
            ("请只保留一行。", "Keep one of the two rows."),
        )
        for day in twice
    ]
    off = {day for day, said in kinds.items() if holidays.DayKind.OFF in said}
    if missing := missing_days(int(draft.key), off):
        listed = "、".join(map(str, missing))
        found.append(
            FieldError(
                ("day",),
                (f"{draft.key} 年不完整，缺少 {listed}。", f"The year {draft.key} is not whole: no {missing[0]}."),
                (
                    "请按国务院办公厅的通知填写全年的放假和上班日期。",
                    "Give every day of the year that the State Council's notice names.",
                ),
            )
        )
    return found


def _take_columns(columns: Sequence[str], *keys: str) -> Callable[[Any], Taken]:
    def take(entry: object) -> Taken:
        values = {name: getattr(entry, name) for name in columns}
        return Taken("\n".join(str(values[name]) for name in keys), tuple(values.values()), None)

    return take


INSPECTORS = Roster(
    name="inspectors",
    title=("检查人员名录", "Inspectors"),
    kind=Kind.INSPECTORS_IMPORTED,
    headings=inspectors.HEADINGS,
    columns=inspectors.COLUMNS,
    words={"status": inspectors.STATUS_WORDS},
    check=inspectors.check_inspector,
    take=_take_columns(inspectors.COLUMNS, "inspector_no"),
    shelf=TableShelf(table=Inspector, key="inspector_no"),
    beside=_roster_of_inspectors,
)
RECUSALS = Roster(
    name="recusals",
    title=("回避申请", "Recusals"),
    kind=Kind.RECUSALS_IMPORTED,
    headings=recusals.HEADINGS,
    columns=recusals.COLUMNS,
    words={},
    check=recusals.check_recusal,
    take=_take_columns(recusals.COLUMNS, *recusals.COLUMNS),
    shelf=RecusalShelf(),
    beside=_known_pair,
)
ITEMS = Roster(
    name="items",
    title=("抽查事项清单", "Inspection items"),
    kind=Kind.ITEMS_IMPORTED,
    headings=items.HEADINGS,
    columns=items.COLUMNS,
    words={"level": items.LEVEL_WORDS},
    check=items.check_item,
    take=_take_columns(items.COLUMNS, "code"),
    shelf=ItemShelf(table=Item, key="code"),
    beside=_listed_items,
)
HOLIDAYS = Roster(
    name="holidays",
    title=("放假与调休", "Holidays"),
    kind=Kind.CALENDAR_IMPORTED,
    headings=holidays.HEADINGS,
    columns=("year",),
    line_columns=holidays.COLUMNS,
    words={"kind": holidays.DAY_WORDS},
    check=holidays.check_day,
    take=_take_day,
    shelf=CalendarShelf(),
    whole=_whole_year,
)
ROSTERS: Mapping[str, Roster] = {each.name: each for each in (OPERATORS, INSPECTORS, RECUSALS, ITEMS, HOLIDAYS)}
"""Every roster by its name."""
