"""What a bureau takes out of its cases: what was filed, by when it is to be decided, what moved that day, how it ended.

The last day is stated by publicity, so that this table stands here and not with those of the visits. What is under seal
stands in the tables of supervisors alone, as in those.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from publicity.case_terms import due_of
from registry.base import among
from registry.cases import (
    CASE_WAY_WORDS,
    PAUSE_WORDS,
    Case,
    CaseEnding,
    CaseExtension,
    CaseWay,
    Paused,
    cases_of,
    endings_of,
    extensions_of,
    pauses_of,
)
from registry.drafts import blocks
from registry.erasing import erased_rows, row_key, text_in
from registry.exporting import Asking, table_export
from registry.sealed import readable_visits
from registry.visits import Visit

LASTING = "尚未结束"


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One case with its visit, its last day, what moved that, and how it ended."""

    case: Case
    visit: Visit
    due_on: date | None
    extensions: list[str]
    pauses: list[str]
    ending: CaseEnding | None
    reason: str


def _rows(session: Session, asking: Asking) -> Iterator[_Row]:
    told = cases_of(readable_visits(asking.reader)).with_only_columns(col(Case.case_id)).order_by(col(Case.case_id))
    erased = erased_rows(session)
    for block in blocks(session.execute(told).scalars().all()):
        yield from _block(session, block, erased)


def _block(session: Session, case_ids: Sequence[str], erased: Container[tuple[str, str]]) -> Iterator[_Row]:
    query = (
        select(Case, Visit)
        .join(Visit, col(Visit.visit_id) == col(Case.visit_id))
        .where(among(session, col(Case.case_id), case_ids))
    )
    due, endings = due_of(session, case_ids), endings_of(session, case_ids)
    extensions, pauses = extensions_of(session, case_ids), pauses_of(session, case_ids)
    for case, visit in session.exec(query.order_by(col(Case.case_id))):
        key = case.case_id
        ending = endings.get(key)
        yield _Row(
            case=case,
            visit=visit,
            due_on=due[key],
            extensions=[_extension(each, erased) for each in extensions.get(key, [])],
            pauses=[_pause(each) for each in pauses.get(key, [])],
            ending=ending,
            reason="" if ending is None else text_in(ending.reason, ("case_endings", row_key(key)), erased),
        )


def _extension(row: CaseExtension, erased: Container[tuple[str, str]]) -> str:
    basis = text_in(row.basis, ("case_extensions", row_key(row.case_id, row.number)), erased)
    return f"{row.approved_on} 批准延长 {row.days} 日（{basis}）"


def _pause(pause: Paused) -> str:
    return f"{PAUSE_WORDS[pause.kind][0]}：{pause.first_on} 至 {pause.last_on or LASTING}"


def _way(row: _Row) -> str:
    return "" if row.ending is None else CASE_WAY_WORDS[CaseWay(row.ending.way)][0]


CASES = table_export(
    "cases",
    ("案件", "Cases"),
    {
        "案件编号": lambda row: row.case.case_id,
        "案号": lambda row: row.case.case_no,
        "检查编号": lambda row: row.case.visit_id,
        "事项代码": lambda row: row.case.item,
        "结果编号": lambda row: row.case.finding_id,
        "统一社会信用代码/登记编号": lambda row: row.visit.unit_id,
        "名称": lambda row: row.visit.operator_name,
        "立案日期": lambda row: row.case.filed_on,
        "登记人": lambda row: row.case.filed_by,
        "登记时间": lambda row: row.case.filed_at,
        "办案期限至": "due_on",
        "延长": "extensions",
        "不计入期限的时间": "pauses",
        "结案方式": _way,
        "结案日期": lambda row: row.ending and row.ending.ended_on,
        "处罚编号": lambda row: row.ending and row.ending.penalty_id,
        "结案理由": "reason",
        "结案人": lambda row: row.ending and row.ending.ended_by,
        "结案时间": lambda row: row.ending and row.ending.ended_at,
    },
    _rows,
)
"""The table of cases, in order of their numbers; one that a pause keeps open has no last day."""
