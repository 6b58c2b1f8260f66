"""What a bureau takes out of plans, batches and draws, under which headings and in which order."""

from collections.abc import Mapping

from sqlmodel import select

from registry.batches import Batch
from registry.changes import PlanChange
from registry.exporting import every, table_export
from registry.operators import KIND_WORDS
from registry.plans import Plan


def _team(batch: Batch) -> str:
    return "、".join(f"{each['department']} {each['seats']} 人" for each in batch.team)


def _rule(rule: Mapping[str, object]) -> str:
    return f"比例 {rule['ratio']}" if "ratio" in rule else f"{rule['count']} 户"


def _quotas(batch: Batch) -> list[str]:
    own = [f"{stratum}：{_rule(rule)}" for stratum, rule in batch.quotas["strata"].items()]
    return [_rule(batch.quotas["default"]), *own]


def _changes(row: PlanChange) -> list[str]:
    return [f"{name}：{each['before']} → {each['after']}" for name, each in row.changes.items()]


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
)
"""Tables of plans and of what was drawn by them."""
