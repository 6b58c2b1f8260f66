"""Export of what the bureau holds, each table as one workbook under Chinese headings; never a formula, never a key.

The rosters come out under the headings they go in by: exported and imported again, nothing changes. Who may have which
table is the edge's to say; contacts and risk classes are in ``withheld``, for readers of other departments.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from sqlmodel import Session, col, select

from registry.base import SHANGHAI
from registry.batches import Batch
from registry.books import workbook, write_table
from registry.departments import Department
from registry.drafts import Roster, blocks
from registry.findings import Finding, FindingOutcome, FindingReview, finding_state
from registry.operators import KIND_WORDS
from registry.outcomes import follow_ups_on, outcomes_on
from registry.penalties import PENALTY_WORDS, Penalty, PenaltyKind, Procedure
from registry.people import ROLE_WORDS, Person, Role
from registry.plans import Plan
from registry.recusals import Recusal
from registry.rosters import HOLIDAYS, INSPECTORS, ITEMS, OPERATORS, RECUSALS
from registry.visits import Seat, Visit
from sampling.wording import Words

Rows = Iterator[Sequence[str]]
BUREAU_ONLY = ("联系人", "联系电话", "风险等级", "风险等级月份", "风险等级来源")
"""Headings of operators that other departments do not get."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """One table: its name in addresses, its title, its headings, and how its rows are read, in order."""

    name: str
    title: Words
    headings: tuple[str, ...]
    rows: Callable[[Session], Rows]
    withheld: tuple[str, ...] = ()


def write_export(
    out: BinaryIO,
    session: Session,
    export: Export,
    *,
    at: datetime,
    whole: bool = True,
) -> int:
    """Write a table as .xlsx and return its rows; without ``whole``, the columns for the bureau only are left out."""
    shown = [place for place, word in enumerate(export.headings) if whole or word not in export.withheld]
    heading = [export.headings[place] for place in shown]
    rows = ([row[place] for place in shown] for row in export.rows(session))
    with workbook(out, at=at) as book:
        return write_table(book, export.title[0], heading, rows)


def _of_roster(roster: Roster, withheld: tuple[str, ...] = ()) -> Export:
    def rows(session: Session) -> Rows:
        for block in blocks(list(roster.shelf.keys(session))):
            kept = roster.shelf.find(session, block)
            for key in block:
                yield from roster.sheet_rows(kept[key])

    return Export(name=roster.name, title=roster.title, headings=tuple(roster.headings), rows=rows, withheld=withheld)


def _table(name: str, title: Words, columns: Mapping[str, object], query: Callable[[], Any]) -> Export:
    """Return the export of one query: heading → attribute of a row, or how to read it off."""
    read = [_reader(each) for each in columns.values()]

    def rows(session: Session) -> Rows:
        for row in session.exec(query()):
            yield [_text(each(row)) for each in read]

    return Export(name=name, title=title, headings=tuple(columns), rows=rows)


def _reader(column: object) -> Callable[[Any], object]:
    if callable(column):
        return column
    return lambda row: getattr(row, str(column))


def _text(value: object) -> str:
    """Return a value as a sheet shows it: instants in the time of China, lists with 、 between."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "、".join(map(_text, value))
    return str(value)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _team(batch: Batch) -> str:
    return "、".join(f"{each['department']} {each['seats']} 人" for each in batch.team)


def _rule(rule: Mapping[str, object]) -> str:
    return f"比例 {rule['ratio']}" if "ratio" in rule else f"{rule['count']} 户"


def _quotas(batch: Batch) -> list[str]:
    own = [f"{stratum}：{_rule(rule)}" for stratum, rule in batch.quotas["strata"].items()]
    return [_rule(batch.quotas["default"]), *own]


def _decision(recusal: Recusal) -> str:
    return {None: "", True: "批准", False: "不批准"}[recusal.approved]


def _visits(session: Session) -> Rows:
    teams: dict[str, list[str]] = {}
    for seat in session.exec(select(Seat).order_by(Seat.visit_id, Seat.department, col(Seat.seat))):
        teams.setdefault(seat.visit_id, []).append(f"{seat.inspector_name}({seat.inspector_no})")
    rows = select(Visit, Batch).join(Batch, col(Batch.task_no) == col(Visit.task_no)).order_by(Visit.visit_id)
    for visit, batch in session.exec(rows):
        yield list(
            map(
                _text,
                (
                    visit.visit_id,
                    batch.plan_no,
                    batch.task_no,
                    batch.title,
                    visit.draw_id,
                    visit.number,
                    visit.unit_id,
                    visit.operator_name,
                    visit.area,
                    batch.period_from,
                    batch.period_to,
                    teams.get(visit.visit_id, []),
                ),
            )
        )


STATES = {"filed": "待审核", "returned": "审核退回", "approved": "审核通过"}


def _findings(session: Session) -> Rows:
    rows = (
        select(Finding, FindingOutcome, Visit)
        .join(FindingOutcome, col(FindingOutcome.finding_id) == col(Finding.finding_id))
        .join(Visit, col(Visit.visit_id) == col(Finding.visit_id))
        .order_by(Finding.finding_id, FindingOutcome.item)
    )
    reviews = {each.finding_id: each for each in session.exec(select(FindingReview))}
    for finding, outcome, visit in session.exec(rows):
        review = reviews.get(finding.finding_id)
        said, after = outcomes_on(finding.inspected_on), follow_ups_on(finding.inspected_on)
        yield list(
            map(
                _text,
                (
                    finding.finding_id,
                    finding.visit_id,
                    visit.unit_id,
                    visit.operator_name,
                    finding.version,
                    finding.corrects,
                    finding.inspected_on,
                    outcome.item,
                    said[outcome.outcome].zh if outcome.outcome in said else outcome.outcome,
                    outcome.text,
                    after[outcome.follow_up].zh if outcome.follow_up in after else outcome.follow_up,
                    finding.filed_by,
                    finding.filed_at,
                    STATES[finding_state(session, finding.finding_id)],
                    review and review.reviewed_by,
                    review and review.reviewed_at,
                    review and review.reason,
                ),
            )
        )


EXPORTS: Mapping[str, Export] = {
    each.name: each
    for each in (
        _of_roster(OPERATORS, BUREAU_ONLY),
        _of_roster(INSPECTORS),
        _of_roster(RECUSALS),
        _of_roster(ITEMS),
        _of_roster(HOLIDAYS),
        _table(
            "recusal_decisions",
            ("回避决定", "Decisions on recusals"),
            {
                "回避编号": "recusal_id",
                "人员编号": "inspector_no",
                "统一社会信用代码/登记编号": "unit_id",
                "回避理由": "reason",
                "提出人": "requested_by",
                "提出时间": "requested_at",
                "决定": _decision,
                "决定人": "decided_by",
                "决定时间": "decided_at",
            },
            lambda: select(Recusal).order_by(Recusal.recusal_id),
        ),
        _table(
            "departments",
            ("部门", "Departments"),
            {"部门代码": "code", "部门名称": "name"},
            lambda: select(Department).order_by(Department.code),
        ),
        _table(
            "plans",
            ("抽查计划", "Plans"),
            {
                "计划编号": "plan_no",
                "年度": "year",
                "计划名称": "title",
                "依据": "basis",
                "专项行动": "campaign",
                "拟定人": "drafted_by",
                "拟定时间": "drafted_at",
                "审批人": "approved_by",
                "审批时间": "approved_at",
            },
            lambda: select(Plan).order_by(Plan.plan_no),
        ),
        _table(
            "batches",
            ("抽查批次", "Batches"),
            {
                "任务编号": "task_no",
                "计划编号": "plan_no",
                "任务名称": "title",
                "定向抽查": "targeted",
                "主体类型": lambda batch: [KIND_WORDS.get(kind, kind) for kind in batch.kinds],
                "行政区划代码": "areas",
                "抽查数量": _quotas,
                "比例下限": "ratio_floor",
                "比例依据": "ratio_basis",
                "检查组": _team,
                "抽查事项": "items",
                "检查期限起": "period_from",
                "检查期限止": "period_to",
                "名单密封": "sealed",
                "拟定人": "drafted_by",
                "拟定时间": "drafted_at",
                "审批人": "approved_by",
                "审批时间": "approved_at",
                "取消时间": "cancelled_at",
            },
            lambda: select(Batch).order_by(Batch.task_no),
        ),
        Export(
            name="visits",
            title=("检查任务", "Visits"),
            headings=(
                "检查编号",
                "计划编号",
                "任务编号",
                "任务名称",
                "任务编号",
                "抽取序号",
                "统一社会信用代码/登记编号",
                "名称",
                "行政区划代码",
                "检查期限起",
                "检查期限止",
                "检查人员",
            ),
            rows=_visits,
        ),
        Export(
            name="findings",
            title=("检查结果", "Findings"),
            headings=(
                "结果编号",
                "检查编号",
                "统一社会信用代码/登记编号",
                "名称",
                "版本",
                "更正",
                "检查日期",
                "事项代码",
                "检查结果",
                "发现的问题",
                "后续处理",
                "填报人",
                "填报时间",
                "状态",
                "审核人",
                "审核时间",
                "退回理由",
            ),
            rows=_findings,
        ),
        _table(
            "penalties",
            ("行政处罚", "Penalties"),
            {
                "处罚编号": "penalty_id",
                "行政处罚决定书文号": "decision_no",
                "统一社会信用代码/登记编号": "unit_id",
                "行政相对人名称": "operator_name",
                "结果编号": "finding_id",
                "程序": lambda row: {Procedure.ORDINARY: "普通程序", Procedure.SUMMARY: "简易程序"}[
                    Procedure(row.procedure)
                ],
                "违法行为类型": "violation",
                "违法事实": "facts",
                "处罚依据": "basis",
                "处罚类别": lambda row: [PENALTY_WORDS[PenaltyKind(kind)] for kind in row.kinds],
                "处罚内容": "content",
                "罚款金额(元)": lambda row: _yuan(row.fine_fen),
                "没收金额(元)": lambda row: _yuan(row.confiscated_fen),
                "部门代码": "department",
                "处罚决定日期": "decided_on",
                "登记人": "decided_by",
                "登记时间": "decided_at",
            },
            lambda: select(Penalty).order_by(Penalty.penalty_id),
        ),
        _table(
            "people",
            ("人员", "People"),
            {
                "人员账号": "person_id",
                "姓名": "name",
                "部门代码": "department",
                "角色": lambda person: [ROLE_WORDS[Role(role)] for role in person.roles],
                "检查人员编号": "inspector_no",
                "启用": "active",
            },
            lambda: select(Person).order_by(Person.person_id),
        ),
    )
}
"""Every export by its name."""
