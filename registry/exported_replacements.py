"""What a bureau takes out of replacements of operators and inspectors: what was asked, what was decided, who came.

What is under seal stands in the tables of supervisors alone, as in those of visits.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from registry.erasing import shown_text
from registry.exporting import Asking, table_export
from registry.replacing import (
    FALLEN_WORDS,
    Fallen,
    Replacement,
    ReplacementDecision,
    came_of,
    reason_words,
)
from registry.sealed import readable_visits
from registry.visits import Visit, get_visit


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One request with its visit, its decision, and who came by it: units, or inspectors with the visits they go on."""

    asked: Replacement
    visit: Visit
    decided: ReplacementDecision | None
    text: str
    decision_text: str
    came: list[str]


def _rows(session: Session, asking: Asking) -> Iterable[_Row]:
    told = select(Replacement).where(col(Replacement.visit_id).in_(readable_visits(asking.reader)))
    for asked in session.exec(told.order_by(Replacement.replacement_id)).all():
        key, decided = asked.replacement_id, session.get(ReplacementDecision, asked.replacement_id)
        said = decided.text if decided else ""
        yield _Row(
            asked=asked,
            visit=get_visit(session, asked.visit_id),
            decided=decided,
            text=shown_text(session, asked.text, table="replacements", key=key),
            decision_text=shown_text(session, said, table="replacement_decisions", key=key),
            came=_came(session, asked),
        )


def _came(session: Session, asked: Replacement) -> list[str]:
    came = came_of(session, asked.replacement_id)
    if asked.fallen == Fallen.UNIT:
        return [f"{each.visit.operator_name}（{each.visit.unit_id}）" for each, _ in came]
    return [
        f"{seat.inspector_name}（{seat.inspector_no}，{each.visit.visit_id}）" for each, seats in came for seat in seats
    ]


def _decision(row: _Row) -> str:
    return "" if row.decided is None else "批准" if row.decided.approved else "不批准"


REPLACEMENTS = table_export(
    "replacements",
    ("替补和更换", "Replacements"),
    {
        "替补编号": lambda row: row.asked.replacement_id,
        "抽取编号": lambda row: row.asked.draw_id,
        "检查编号": lambda row: row.asked.visit_id,
        "统一社会信用代码/登记编号": lambda row: row.visit.unit_id,
        "名称": lambda row: row.visit.operator_name,
        "事项": lambda row: FALLEN_WORDS[Fallen(row.asked.fallen)],
        "部门代码": lambda row: row.asked.department,
        "席位": lambda row: row.asked.seat,
        "人员编号": lambda row: row.asked.inspector_no,
        "退出全部检查": lambda row: row.asked.altogether,
        "理由代码": lambda row: row.asked.reason,
        "理由": lambda row: reason_words(row.asked.reason)[0],
        "说明": "text",
        "附件": lambda row: row.asked.evidence,
        "提出人": lambda row: row.asked.requested_by,
        "提出时间": lambda row: row.asked.requested_at,
        "决定": _decision,
        "决定说明": "decision_text",
        "决定人": lambda row: row.decided and row.decided.decided_by,
        "决定时间": lambda row: row.decided and row.decided.decided_at,
        "序号": lambda row: row.decided and row.decided.number,
        "接替": lambda row: row.came,
    },
    _rows,
)
"""The table of replacements, in order of the requests."""
