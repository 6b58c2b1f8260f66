"""Plans and their batches, as samples."""

from dataclasses import replace
from datetime import date

from publicity.pages.plans import BatchLine, ChangedTerm, ChangeLine, PlanPage, PlanRow, PlansPage, PlanYear, RateLine
from publicity.pages.terms import ItemLine, RuleLine
from tests.publicity.samples.case import DRAW_ID, TEAM, TITLE, site


def rates() -> RateLine:
    return RateLine(base=52, drawn=26, published=25, closed=23, completion="96.15%", closure="92.00%")


def no_rates() -> RateLine:
    return RateLine(base=0, drawn=0, published=0, closed=0, completion="—", closure="—")


def plan_rows() -> PlansPage:
    row = PlanRow(
        plan_no="14000020200001",
        path="/plans/14000020200001",
        title="2020年度网络交易监管抽查工作计划",
        campaign=False,
        approved_on=date(2020, 8, 24),
        batches=2,
        rates=rates(),
    )
    other = replace(row, plan_no="14000020200002", title="2020网剑行动", campaign=True, rates=no_rates())
    return PlansPage(site=site("/plans"), years=[PlanYear(year=2020, rates=rates(), rows=[row, other])])


def batch_line(number: int = 1) -> BatchLine:
    return BatchLine(
        task_no=f"14000020200824000{number}",
        title=TITLE,
        targeting="定向",
        kinds=["电商平台经营者"],
        areas=["山西省"],
        criteria=["开展网络交易"],
        stratify="按市分层",
        rules=[
            RuleLine(stratum="未另定的各层", rule="比例 50%，不足一户的进为一户"),
            RuleLine(stratum="太原市", rule="7 户"),
        ],
        ratio_floor="0.5",
        ratio_basis="不低于抽查基数的50%",
        team=TEAM,
        items=[
            ItemLine(
                code="M01",
                name="营业执照信息公示情况",
                level="一般检查事项",
                method="网络检查",
                basis="《电子商务法》第十五条",
                department="示例省市场监督管理局",
            )
        ],
        period_from=date(2020, 9, 1),
        period_to=date(2020, 12, 31),
        sealed=False,
        approved_on=date(2020, 8, 24),
        cancelled_on=None,
        state="opened",
        draw_path=f"/draws/{DRAW_ID}",
        rates=rates(),
    )


def plan_shown() -> PlanPage:
    waiting = replace(
        batch_line(2), state="approved", draw_path=None, criteria=[], ratio_floor=None, sealed=True, rates=no_rates()
    )
    gone = replace(waiting, task_no="140000202008240003", state="cancelled", cancelled_on=date(2020, 9, 2))
    drawn = [replace(batch_line(4), state="committed"), replace(batch_line(5), state="executed")]
    changed = ChangeLine(
        change_id="14000020200001-0001",
        task_no="140000202008240002",
        what="变更批次",
        reason="检查力量调整",
        requested_on=date(2020, 8, 25),
        decided_on=date(2020, 8, 26),
        terms=[ChangedTerm(term="检查期限止", before="2020年12月31日", after="2020年11月30日")],
    )
    basis = replace(
        changed,
        change_id="14000020200001-0002",
        task_no=None,
        what="变更计划",
        terms=[ChangedTerm(term="依据", before="示市监发〔2020〕1号", after="示市监发〔2020〕9号")],
    )
    cancelled = replace(
        changed, change_id="14000020200001-0003", task_no="140000202008240003", what="取消批次", terms=[]
    )
    return PlanPage(
        site=site("/plans/14000020200001"),
        plan_no="14000020200001",
        year=2020,
        title="2020年度网络交易监管抽查工作计划",
        basis="示市监发〔2020〕9号",
        campaign=False,
        approved_on=date(2020, 8, 24),
        rates=rates(),
        batches=[batch_line(), waiting, gone, *drawn],
        changes=[changed, basis, cancelled],
    )
