"""Every table that a bureau takes out: the register and its staff here, plans and results beside it.

What is under seal stands in the tables of supervisors alone, but for recusals, which approvers decide.
"""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from registry.caps import Cap
from registry.departments import Department
from registry.exported_plans import PLANS
from registry.exported_replacements import REPLACEMENTS
from registry.exported_results import RESULTS
from registry.exporting import Asking, every, of_roster, table_export
from registry.leaves import Leave
from registry.loans import Loan
from registry.merging import Merging, Step
from registry.operator_roster import OPERATORS
from registry.people import ROLE_WORDS, Person, Role
from registry.recusals import Recusal
from registry.rosters import HOLIDAYS, INSPECTORS, ITEMS, RECUSALS
from registry.sealed import readable_facts, readable_recusals

BUREAU_ONLY = ("联系人", "联系电话", "风险等级", "风险等级月份", "风险等级来源")
"""Headings of operators that other departments do not get."""


STREAMED = 1_000
"""Facts in memory at once."""


def _decision(row: Recusal | Loan | Leave | Merging) -> str:
    return {None: "", True: "批准", False: "不批准"}[row.approved]


def _recusals_on_file(session: Session, asking: Asking) -> Iterable[Recusal]:
    """Return the requests, open or approved, each once, as the roster goes in again.

    One whose reason was erased cannot go in again, and stands among the decisions alone.
    """
    told = (col(Recusal.approved).is_not(False), col(Recusal.reason) != "")
    query = select(Recusal).where(*told).order_by(Recusal.recusal_id)
    asked: dict[tuple[str, str, str], Recusal] = {}
    for each in readable_recusals(session, query, asking.reader):
        asked.setdefault((each.inspector_no, each.unit_id, each.reason), each)
    return asked.values()


def _recusals(session: Session, asking: Asking) -> Iterable[Recusal]:
    return readable_recusals(session, select(Recusal).order_by(Recusal.recusal_id), asking.reader)


REGISTER = (
    of_roster(OPERATORS, BUREAU_ONLY),
    of_roster(INSPECTORS),
    table_export(RECUSALS.name, RECUSALS.title, RECUSALS.headings, _recusals_on_file),
    of_roster(ITEMS),
    of_roster(HOLIDAYS),
    table_export(
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
        _recusals,
    ),
    table_export(
        "departments",
        ("部门", "Departments"),
        {"部门代码": "code", "部门名称": "name"},
        every(select(Department).order_by(Department.code)),
    ),
    table_export(
        "leaves",
        ("请假", "Leave"),
        {
            "请假编号": "leave_id",
            "人员编号": "inspector_no",
            "起": "from_on",
            "止": "to_on",
            "事由": "reason",
            "登记人": "recorded_by",
            "登记时间": "recorded_at",
            "决定": _decision,
            "决定人": "decided_by",
            "决定时间": "decided_at",
            "撤销时间": "cancelled_at",
        },
        every(select(Leave).order_by(Leave.leave_id)),
    ),
    table_export(
        "loans",
        ("借调", "Loans"),
        {
            "借调编号": "loan_id",
            "任务编号": "task_no",
            "人员编号": "inspector_no",
            "借调至": "area",
            "事由": "reason",
            "提出人": "requested_by",
            "提出时间": "requested_at",
            "决定": _decision,
            "决定人": "decided_by",
            "决定时间": "decided_at",
        },
        every(select(Loan).order_by(Loan.loan_id)),
    ),
    table_export(
        "caps",
        ("检查频次上限", "Caps"),
        {
            "编号": "cap_id",
            "起算日期": "valid_from",
            "每年上限": "yearly",
            "低风险等级": "low_risk",
            "依据": "basis",
            "拟定人": "drafted_by",
            "拟定时间": "drafted_at",
            "审批人": "approved_by",
            "审批时间": "approved_at",
        },
        every(select(Cap).order_by(Cap.cap_id)),
    ),
    table_export(
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
        every(select(Person).order_by(Person.person_id)),
    ),
    table_export(
        "mergings",
        ("合并重复主体", "Mergings of duplicates"),
        {
            "合并编号": "merging_id",
            "事项": lambda row: {Step.MERGE: "合并", Step.UNMERGE: "撤销合并"}[Step(row.step)],
            "保留": "kept",
            "并入": "merged",
            "理由": "reason",
            "提出人": "requested_by",
            "提出时间": "requested_at",
            "决定": _decision,
            "决定人": "decided_by",
            "决定时间": "decided_at",
        },
        every(select(Merging).order_by(Merging.merging_id)),
    ),
    table_export(
        "journal",
        ("履职记录", "Journal"),
        {
            "序号": "fact_id",
            "事项": "kind",
            "时间": "at",
            "办理人": "actor",
            "对象": "subject",
        },
        lambda session, asking: session.exec(readable_facts(asking.reader), execution_options={"yield_per": STREAMED}),
    ),
)
"""Tables of the register, and of who may be sent."""
TABLES = (*REGISTER, *PLANS, *RESULTS, REPLACEMENTS)
"""Every table of the registry."""
