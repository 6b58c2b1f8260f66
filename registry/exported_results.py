"""What a bureau takes out of visits and what they came to, under which headings and in which order.

What is under seal stands in the tables of supervisors alone: a workbook is handed on more easily than one finding, and
a reviewer reads that where it is reviewed.
"""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from registry.drafts import blocks
from registry.erasing import erased_rows, row_key, text_in
from registry.evidence import Evidence
from registry.exporting import Asking, Export, Rows, cell_text, table_export
from registry.findings import FINDING_WORDS, Finding, FindingOutcome, FindingReview, finding_state
from registry.followups import FOLLOW_WORDS, FollowStep, FollowUp
from registry.grounds import told_with
from registry.outcomes import follow_ups_on, outcomes_on
from registry.penalties import PENALTY_WORDS, Penalty, PenaltyKind, Procedure
from registry.sealed import readable_visits
from registry.steps import STEP_WORDS, Step, VisitStep
from registry.visits import CAUSE_WORDS, Cause, Visit, with_teams


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _visits(session: Session, asking: Asking) -> Rows:
    ids = session.exec(readable_visits(asking.reader).order_by(Visit.visit_id)).all()
    found = (
        each
        for block in blocks(ids)
        for each in with_teams(
            session, session.exec(select(Visit).where(col(Visit.visit_id).in_(block)).order_by(Visit.visit_id))
        )
    )
    for each in found:
        visit, order = each.visit, each.order
        team = [f"{seat.inspector_name}({seat.inspector_no})" for seat in each.seats]
        yield list(
            map(
                cell_text,
                (
                    visit.visit_id,
                    CAUSE_WORDS[Cause(visit.cause)],
                    order.plan_no,
                    visit.task_no,
                    order.title,
                    visit.number,
                    visit.unit_id,
                    visit.operator_name,
                    visit.area,
                    order.period_from,
                    order.period_to,
                    team,
                ),
            )
        )


def _steps(session: Session, asking: Asking) -> Iterable[VisitStep]:
    told = col(VisitStep.visit_id).in_(readable_visits(asking.reader))
    return session.exec(select(VisitStep).where(told).order_by(VisitStep.visit_id, col(VisitStep.number)))


def _evidence(session: Session, asking: Asking) -> Iterable[Evidence]:
    told = col(Evidence.visit_id).in_(readable_visits(asking.reader))
    return session.exec(select(Evidence).where(told).order_by(Evidence.evidence_id))


def _findings(session: Session, asking: Asking) -> Rows:
    rows = (
        select(Finding, FindingOutcome, Visit)
        .join(FindingOutcome, col(FindingOutcome.finding_id) == col(Finding.finding_id))
        .join(Visit, col(Visit.visit_id) == col(Finding.visit_id))
        .where(col(Finding.visit_id).in_(readable_visits(asking.reader)))
        .order_by(Finding.finding_id, FindingOutcome.item)
    )
    reviews = {each.finding_id: each for each in session.exec(select(FindingReview))}
    erased = erased_rows(session)
    for finding, outcome, visit in session.exec(rows):
        review = reviews.get(finding.finding_id)
        said, after = outcomes_on(finding.inspected_on), follow_ups_on(finding.inspected_on)
        yield list(
            map(
                cell_text,
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
                    text_in(outcome.text, ("finding_outcomes", row_key(outcome.finding_id, outcome.item)), erased),
                    after[outcome.follow_up].zh if outcome.follow_up in after else outcome.follow_up,
                    finding.filed_by,
                    finding.filed_at,
                    FINDING_WORDS[finding_state(session, finding.finding_id)],
                    review and review.reviewed_by,
                    review and review.reviewed_at,
                    review and text_in(review.reason, ("finding_reviews", review.finding_id), erased),
                ),
            )
        )


def _followups(session: Session, asking: Asking) -> Iterable[FollowUp]:
    told = col(FollowUp.visit_id).in_(readable_visits(asking.reader))
    return session.exec(select(FollowUp).where(told).order_by(FollowUp.visit_id, FollowUp.item, col(FollowUp.number)))


def _penalties(session: Session, asking: Asking) -> Iterable[Penalty]:
    return session.exec(select(Penalty).where(told_with(readable_visits(asking.reader))).order_by(Penalty.penalty_id))


RESULTS = (
    Export(
        name="visits",
        title=("检查任务", "Visits"),
        headings=(
            "检查编号",
            "来源",
            "计划编号",
            "任务编号",
            "任务名称",
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
    table_export(
        "visit_steps",
        ("检查过程", "Steps of visits"),
        {
            "检查编号": "visit_id",
            "序号": "number",
            "环节": lambda row: STEP_WORDS[Step(row.step)],
            "结果编号": "finding_id",
            "发生时间": "happened_at",
            "约定日期": "due_on",
            "说明": "text",
            "办理人": "taken_by",
            "登记时间": "taken_at",
        },
        _steps,
    ),
    table_export(
        "evidence",
        ("附件清单", "Evidence"),
        {
            "附件编号": "evidence_id",
            "检查编号": "visit_id",
            "文件名": "name",
            "类型": "media_type",
            "原件SHA-256": "original_sha256",
            "存件SHA-256": "stored_sha256",
            "字节数": "size",
            "上传人": "added_by",
            "上传时间": "added_at",
        },
        _evidence,
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
    table_export(
        "followups",
        ("后续处理", "Follow-up"),
        {
            "检查编号": "visit_id",
            "事项代码": "item",
            "序号": "number",
            "环节": lambda row: FOLLOW_WORDS[FollowStep(row.step)],
            "发生日期": "happened_on",
            "接收单位": "receiver",
            "案号或回执号": "reference",
            "说明": "text",
            "登记人": "recorded_by",
            "登记时间": "recorded_at",
        },
        _followups,
    ),
    table_export(
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
        _penalties,
    ),
)
"""Tables of visits, findings and what follows from them."""
