"""The list of results for the national publicity system (国家企业信用信息公示系统): one row an item of a drawn visit.

The public columns of a result in their order, then the name and code of whom it is about; every text is that of the
publication. What no draw caused has no plan and no task, and is not on the list.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import Session, col, select

from publicity.disclosure import Disclosure, content_of
from publicity.standards import Choice, Day, Field, Layout, Source, Text
from registry.batches import Batch
from registry.drafts import blocks
from registry.operators import Operator
from registry.visits import Cause
from sampling.wording import Words

TARGETED, UNTARGETED = "定向", "不定向"
_PLAN: Words = ("请核对计划和任务。", "Check the plan and the task.")
_PARTY: Words = ("请核对经营者名录中该户的名称和代码。", "Check the operator's name and code in the register.")
_RESULT: Words = (
    "请核对检查结果；已公示的，按更正程序办理。",
    "Check the finding; what is published is corrected as a correction.",
)


@dataclass(frozen=True, kw_only=True)
class PublishedOutcome:
    """All that one row is read from: a publication and one of its items."""

    content: Mapping[str, Any]
    outcome: Mapping[str, Any]
    targeted: bool
    unit_id: str


def _said(name: str) -> Any:  # noqa: ANN401 - reads a key of the publication
    return lambda each: each.content[name]


LAYOUT: Final = Layout(
    fields=(
        Field(heading="抽查计划编号", form=Text(), read=_said("plan_no"), required=True, mend=_PLAN),
        Field(heading="计划名称", form=Text(), read=_said("plan_title"), required=True, mend=_PLAN),
        Field(heading="任务编号", form=Text(), read=_said("task_no"), required=True, mend=_PLAN),
        Field(heading="任务名称", form=Text(), read=_said("task_title"), required=True, mend=_PLAN),
        Field(
            heading="类型",
            form=Choice(frozenset({TARGETED, UNTARGETED})),
            read=lambda each: TARGETED if each.targeted else UNTARGETED,
            required=True,
            mend=_PLAN,
        ),
        Field(
            heading="抽查机关",
            form=Text(),
            read=lambda each: "、".join(each.content["departments"]),
            required=True,
            mend=_PLAN,
        ),
        Field(
            heading="完成日期",
            form=Day(),
            read=lambda each: date.fromisoformat(each.content["inspected_on"]),
            required=True,
            mend=_RESULT,
        ),
        Field(
            heading="检查事项",
            form=Text(),
            read=lambda each: each.outcome["item_name"],
            required=True,
            mend=_RESULT,
        ),
        Field(
            heading="检查结果",
            form=Text(),
            read=lambda each: each.outcome["outcome"],
            required=True,
            mend=_RESULT,
        ),
        Field(heading="经营者名称", form=Text(200), read=_said("operator_name"), required=True, mend=_PARTY),
        Field(
            heading="统一社会信用代码/登记编号",
            form=Text(),
            read=lambda each: each.unit_id,
            required=True,
            mend=_PARTY,
        ),
    )
)


def result_sources(session: Session, keys: Sequence[str]) -> Iterator[Source]:
    """Yield what the rows of some publications are made of, in their order, a block in memory at a time."""
    targeted = dict(session.exec(select(Batch.task_no, Batch.targeted)).all())
    for block in blocks(keys):
        yield from _block(session, block, targeted)


def _block(session: Session, keys: Sequence[str], targeted: Mapping[str, bool]) -> Iterator[Source]:
    query = (
        select(Disclosure, Operator)
        .join(Operator, col(Operator.unit_id) == col(Disclosure.unit_id))
        .where(col(Disclosure.disclosure_id).in_(keys), Disclosure.cause == Cause.DRAWN)
    )
    found = {row[0].disclosure_id: row for row in session.exec(query).all()}
    for key in filter(found.__contains__, keys):
        disclosure, operator = found[key]
        content = content_of(disclosure)
        for outcome in content["outcomes"]:
            yield Source(
                record=key,
                named=f"{disclosure.source_id} {outcome['item_code']}",
                of=PublishedOutcome(
                    content=content,
                    outcome=outcome,
                    targeted=targeted[content["task_no"]],
                    unit_id=operator.unit_id,
                ),
            )
