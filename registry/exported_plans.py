"""What a bureau takes out of plans, batches and draws, under which headings and in which order."""

from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, select

from registry.batches import Batch
from registry.changes import PlanChange
from registry.drafts import blocks
from registry.draws import Draw, DrawCommitment, DrawOpening, DrawState, get_draw
from registry.exporting import Asking, every, table_export
from registry.operator_entries import KIND_WORDS
from registry.plans import Plan
from registry.visits import Assignment, Visit, with_teams


def _team(batch: Batch) -> str:
    return "、".join(f"{each['department']} {each['seats']} 人" for each in batch.team)


def _rule(rule: Mapping[str, object]) -> str:
    return f"比例 {rule['ratio']}" if "ratio" in rule else f"{rule['count']} 户"


def _quotas(batch: Batch) -> list[str]:
    own = [f"{stratum}：{_rule(rule)}" for stratum, rule in batch.quotas["strata"].items()]
    return [_rule(batch.quotas["default"]), *own]


def _changes(row: PlanChange) -> list[str]:
    return [f"{name}：{each['before']} → {each['after']}" for name, each in row.changes.items()]


DRAW_WORDS: Mapping[DrawState, str] = {
    DrawState.COMMITTED: "已锁定",
    DrawState.EXECUTED: "已摇号，名单密封",
    DrawState.OPENED: "已公开名单",
}


def _draws(session: Session, _asking: Asking) -> Iterable[Draw]:
    """Yield every draw; what was committed says how many are drawn, so a sealed outcome is not asked for."""
    for draw_id in session.exec(select(DrawCommitment.draw_id).order_by(DrawCommitment.draw_id)).all():
        yield get_draw(session, draw_id)


def _drawn(session: Session, _asking: Asking) -> Iterable[Assignment]:
    """Yield the drawn units of open draws with their teams, whoever asks."""
    opened = col(Visit.draw_id).in_(select(DrawOpening.draw_id))
    visits = session.exec(select(Visit).where(opened).order_by(col(Visit.draw_id), col(Visit.number))).all()
    for block in blocks(visits):
        yield from with_teams(session, block)


PLANS = (
    table_export(
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
        every(select(Plan).order_by(Plan.plan_no)),
    ),
    table_export(
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
        every(select(Batch).order_by(Batch.task_no)),
    ),
    table_export(
        "plan_changes",
        ("计划变更", "Changes of plans"),
        {
            "变更编号": "change_id",
            "计划编号": "plan_no",
            "任务编号": "task_no",
            "类型": "what",
            "内容": _changes,
            "理由": "reason",
            "提出人": "requested_by",
            "提出时间": "requested_at",
        },
        every(select(PlanChange).order_by(PlanChange.change_id)),
    ),
    table_export(
        "draws",
        ("抽取", "Draws"),
        {
            "抽取编号": lambda draw: draw.committed.draw_id,
            "任务编号": lambda draw: draw.committed.task_no,
            "状态": lambda draw: DRAW_WORDS[draw.state],
            "名单密封": lambda draw: draw.committed.sealed,
            "文件不公开": lambda draw: draw.committed.withheld,
            "抽查基数": lambda draw: sum(draw.strata.values()),
            "抽取户数": "to_draw",
            "锁定摘要": lambda draw: draw.committed.digest,
            "锁定人": lambda draw: draw.committed.committed_by,
            "锁定时间": lambda draw: draw.committed.committed_at,
            "摇号期限": lambda draw: draw.committed.execute_by,
            "公开期限": lambda draw: draw.committed.open_by,
            "摇号人": lambda draw: draw.executed and draw.executed.executed_by,
            "摇号时间": lambda draw: draw.executed and draw.executed.executed_at,
            "公开人": lambda draw: draw.opened and draw.opened.opened_by,
            "公开时间": lambda draw: draw.opened and draw.opened.opened_at,
        },
        _draws,
    ),
    table_export(
        "drawn",
        ("抽取结果", "Units drawn and teams"),
        {
            "抽取编号": lambda each: each.visit.draw_id,
            "抽取序号": lambda each: each.visit.number,
            "统一社会信用代码/登记编号": lambda each: each.visit.unit_id,
            "名称": lambda each: each.visit.operator_name,
            "行政区划代码": lambda each: each.visit.area,
            "检查人员编号": lambda each: [seat.inspector_no for seat in each.seats],
            "检查人员": lambda each: [seat.inspector_name for seat in each.seats],
            "检查编号": lambda each: each.visit.visit_id,
        },
        _drawn,
    ),
)
"""Tables of plans and of what was drawn by them."""
