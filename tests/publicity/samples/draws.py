"""The list of draws, and a draw in each state, as samples."""

from dataclasses import replace
from datetime import date, timedelta

from publicity.pages.cosigners import CosignedLine, CosignerLine
from publicity.pages.counts import CountsPage, OfficeCount
from publicity.pages.draws import (
    Asked,
    BeaconLine,
    DrawPage,
    DrawRow,
    DrawsPage,
    LogLine,
    OtherDraw,
    ProofLevel,
    QuotaLine,
    ReasonCount,
    SecretLine,
    SourceLine,
    VoidLine,
)
from publicity.pages.terms import ItemLine
from tests.publicity.samples.case import DRAW_ID, START, TEAM, TITLE, hexadecimal, paging, site
from tests.publicity.samples.operators import operator
from tests.publicity.samples.outcomes import outcome


def draw_rows() -> DrawsPage:
    """Return a draw in each state."""
    opened = DrawRow(
        draw_id=DRAW_ID,
        path=f"/draws/{DRAW_ID}",
        title=TITLE,
        state="opened",
        sealed=False,
        overdue=None,
        committed_at=START,
        executed_at=START + timedelta(hours=2),
        opened_at=START + timedelta(hours=2),
        voided_at=None,
        replaces=None,
        registered=53,
        frame=52,
        drawn=26,
    )
    sealed = replace(opened, draw_id="s", state="executed", sealed=True, opened_at=None)
    voided = replace(opened, draw_id="v", state="voided", opened_at=None, voided_at=START + timedelta(hours=3))
    waiting = replace(
        opened, draw_id="c", replaces="v", state="committed", executed_at=None, opened_at=None, overdue="逾期未摇号"
    )
    return DrawsPage(site=site("/draws"), rows=[waiting, voided, sealed, opened], paging=paging(4))


def empty_draws() -> DrawsPage:
    """Return the list of draws before the first."""
    return DrawsPage(site=site("/draws"), rows=[], paging=paging(0))


def opened_draw() -> DrawPage:
    """Return the draw of the case: executed and opened at once, with a simulated public value."""
    return DrawPage(
        site=site(f"/draws/{DRAW_ID}"),
        draw_id=DRAW_ID,
        title=TITLE,
        plan_no="1400002020" + "0001",
        task_no="14000020200901" + "0001",
        plan_title="2020年度网络交易监管双随机抽查计划",
        ratio_basis="本计划规定的抽取比例不低于50%。",
        period_from=date(2020, 9, 2),
        period_to=date(2020, 10, 31),
        state="opened",
        sealed=False,
        withheld=False,
        overdue=None,
        committed_at=START,
        committed_by="示例锁定人（虚构）",
        execute_by=START + timedelta(days=1),
        executed_at=START + timedelta(hours=2),
        executed_by="示例摇号人（虚构）",
        outcome_root=hexadecimal("outcome"),
        open_by=START + timedelta(days=60),
        opened_at=START + timedelta(hours=2),
        voided_at=None,
        voids=[],
        replaces=None,
        replaced_by=None,
        hash_name="sha256",
        commitment_digest=hexadecimal("commitment"),
        commitment_path=f"/draws/{DRAW_ID}/commitment.json",
        frame_digest=hexadecimal("frame.csv"),
        exclusions_digest=hexadecimal("exclusions.csv"),
        inspectors_digest=hexadecimal("inspectors.csv"),
        recusals_digest=hexadecimal("recusals.csv"),
        registered=53,
        frame=52,
        excluded=1,
        inspectors=24,
        recusals=3,
        log_size=61,
        exclusions=[ReasonCount(reason="not-trading", text="未开展交易，不是交易平台", count=1)],
        narrowings=[ReasonCount(reason="certificate", text="执法证件不能覆盖检查期间", count=2)],
        recused=[ReasonCount(reason="declared", text="检查人员自行申请", count=3)],
        lent=1,
        amended=[ReasonCount(reason="operators_changed", text="变更了抽查条件的经营者", count=3)],
        items=[
            ItemLine(
                code="DS-01",
                name="电子商务平台经营者主体信息公示情况的检查",
                level="一般检查事项",
                method="网络监测、实地核查",
                basis="《中华人民共和国电子商务法》第十五条",
                department="示例省市场监督管理局",
            ),
            ItemLine(
                code="WX-02",
                name="网站备案信息的检查",
                level="重点检查事项",
                method="网络监测",
                basis="《互联网信息服务管理办法》",
                department="示例省网信办公室",
            ),
        ],
        quotas=[
            QuotaLine(
                stratum="all",
                units=52,
                rule="抽取比例 50%，不足一户的进为一户",
                drawn=26,
                certain=False,
                cutoff=hexadecimal("cutoff"),
            )
        ],
        team=TEAM,
        secrets=[
            SecretLine(
                party=party,
                digest=hexadecimal("digest", party),
                secret=hexadecimal("secret", party),
                own=party == "service",
                escrowed=party != "service",
                handed_at=None if party == "service" else START + timedelta(hours=1),
                late=False,
            )
            for party in ("service", "supervisor", "notary")
        ],
        source=SourceLine(
            kind="witnessed",
            what="示例彩票第2020101期开奖号码，按开出顺序（虚构）",
            alphabet="0123456789",
            length=20,
            entered_at=START + timedelta(hours=1),
            confirmed_at=START + timedelta(hours=1),
            value="40718829365501927364",
            simulated=True,
            witnesses=["示例公证人（虚构）", "示例纪检人员（虚构）"],
            beacon=None,
            cosigned=None,
        ),
        level=ProofLevel(
            used="三方的秘密值和一个模拟的公开随机值。",
            proves="锁定之后名单、规则没有改动；只要有一方诚实，就没有人能选择结果。",
            leaves_open="最后交出秘密值的一方先看到结果，可以中止；中止会留下记录。",
            caveats=["公开随机值是模拟的，不作为见证。", "没有外部见证人签署日志，锁定时间以公示机关所述为准。"],
        ),
        log=[
            LogLine(
                index=62 + position,
                kind=kind,
                text=text,
                at=START + timedelta(hours=position),
                path=f"/log/entries/{62 + position}",
                proof_path=f"/log/proof/inclusion?index={62 + position}",
                steps=steps,
            )
            for position, (kind, text, steps) in enumerate(
                [("draw-committed", "锁定", [1, 2]), ("draw-executed", "摇号", [3]), ("draw-opened", "公开名单", [4])]
            )
        ],
        outcome=outcome(),
        asked=None,
    )


def asked_draw() -> DrawPage:
    """Return the draw as an operator sees it that asked for its own place."""
    place = operator().draws[0]
    return replace(opened_draw(), asked=Asked(code=place.code, path=f"/operators/{place.code}", place=place))


def sealed_draw() -> DrawPage:
    """Return the draw after its execution while its outcome is not public."""
    page = opened_draw()
    return replace(
        page,
        state="executed",
        sealed=True,
        opened_at=None,
        outcome=None,
        quotas=[replace(line, cutoff=None) for line in page.quotas],
        secrets=[replace(line, secret=None) for line in page.secrets],
        source=replace(page.source, value=None, simulated=False),
        log=page.log[:2],
    )


def withheld_draw() -> DrawPage:
    """Return the draw opened, but with strata that nobody may learn: files, tickets and seed are withheld."""
    page = opened_draw()
    shown = outcome()
    bare = replace(
        shown,
        seed=None,
        subject_key=None,
        team_key=None,
        drawn=sorted(
            (replace(unit, stratum=None, rank=None, ticket=None) for unit in shown.drawn), key=lambda unit: unit.code
        ),
        alternates=[],
        files=[each for each in shown.files if each.name in ("commitment.json", "log.json")],
        bundle_path=None,
    )
    return replace(
        page,
        withheld=True,
        outcome=bare,
        narrowings=[],
        lent=0,
        amended=None,
        quotas=[replace(line, cutoff=None) for line in page.quotas],
        secrets=[replace(line, secret=None) for line in page.secrets],
    )


def voided_draw() -> DrawPage:
    """Return the draw executed under seal, voided and drawn again; its outcome is public since."""
    page = opened_draw()
    asked = VoidLine(
        reason="名单或秘密泄露",
        text="名单在检查前外传（虚构）。",
        requested_at=START + timedelta(hours=3),
        requested_by="经办人 p0004",
        confirmed_at=START + timedelta(hours=4),
        confirmed_by="经办人 p0006",
        known=["已摇号，结果已经算出"],
    )
    return replace(
        page,
        state="voided",
        sealed=True,
        opened_at=START + timedelta(hours=4),
        voided_at=START + timedelta(hours=4),
        voids=[asked],
        replaced_by=OtherDraw(draw_id=f"{DRAW_ID}.2", path=f"/draws/{DRAW_ID}.2"),
    )


def redrawn_draw() -> DrawPage:
    """Return the draw that replaces a voided one; somebody has asked for it to be voided too."""
    page = sealed_draw()
    asked = replace(voided_draw().voids[0], confirmed_at=None, confirmed_by=None, known=[])
    return replace(
        page,
        draw_id=f"{DRAW_ID}.2",
        voids=[asked],
        replaces=OtherDraw(draw_id=DRAW_ID, path=f"/draws/{DRAW_ID}"),
    )


def counts() -> CountsPage:
    """Return the counts of one office and of all."""
    office = OfficeCount(
        department="market",
        name="示例省市场监督管理局",
        committed=4,
        executed=3,
        opened=2,
        voided=1,
        voided_executed=1,
        void_requests=2,
        redraws=1,
        overdue_execution=1,
        overdue_opening=0,
        replaced_units=2,
        replaced_inspectors=1,
    )
    return CountsPage(site=site("/draws/counts"), offices=[office], total=replace(office, department=None, name="全部"))


def committed_draw() -> DrawPage:
    """Return the draw before its execution, and late."""
    page = sealed_draw()
    return replace(
        page,
        state="committed",
        overdue="逾期未摇号",
        executed_at=None,
        executed_by=None,
        log=page.log[:1],
        secrets=[replace(line, handed_at=None, escrowed=False, late=not line.own) for line in page.secrets],
        source=replace(page.source, confirmed_at=None),
    )


def drand_draw() -> DrawPage:
    """Return the draw with a round of drand as its public value, opened."""
    page = opened_draw()
    line = BeaconLine(
        chain=hexadecimal("chain"),
        round=1000,
        published_at=START + timedelta(minutes=10),
        received_at=START + timedelta(minutes=11),
        signature=hexadecimal("signature"),
        randomness=hexadecimal("randomness"),
    )
    source = SourceLine(
        kind="drand",
        what="",
        alphabet="",
        length=0,
        entered_at=None,
        confirmed_at=None,
        value=line.randomness,
        simulated=False,
        witnesses=[],
        beacon=line,
        cosigned=CosignedLine(
            quorum=2,
            enough=True,
            closed=True,
            size=71,
            cosigners=[
                CosignerLine(name=f"witness.example/{each}", cosigned_at=START + timedelta(minutes=1)) for each in "ab"
            ],
            path=f"/draws/{DRAW_ID}/files/cosigned.json",
        ),
    )
    return replace(page, source=source)


def short_draw() -> DrawPage:
    """Return the draw with a round of drand when too few witnesses cosigned its commitment in time."""
    page = drand_draw()
    assert page.source.cosigned is not None
    few = replace(page.source.cosigned, enough=False, cosigners=page.source.cosigned.cosigners[:1], path=None)
    return replace(page, source=replace(page.source, cosigned=few))


def unwatched_draw() -> DrawPage:
    """Return the draw with a round of drand when the log named no witness before its commitment."""
    page = drand_draw()
    nobody = CosignedLine(quorum=0, enough=False, closed=True, size=None, cosigners=[], path=None)
    return replace(page, source=replace(page.source, cosigned=nobody))


def waiting_draw() -> DrawPage:
    """Return the draw while it waits for its round of drand."""
    page, drand = committed_draw(), drand_draw().source
    assert drand.beacon is not None
    line = replace(drand.beacon, received_at=None, signature=None, randomness=None)
    waits = CosignedLine(quorum=1, enough=False, closed=False, size=None, cosigners=[], path=None)
    return replace(page, overdue=None, source=replace(drand, value=None, beacon=line, cosigned=waits))


def large_draw() -> DrawPage:
    """Return an opened draw of two strata in which 52 operators were drawn, without any public value."""
    page = opened_draw()
    made = outcome(52, 52)
    line = page.quotas[0]
    nothing = SourceLine(
        kind="none",
        what="",
        alphabet="",
        length=0,
        entered_at=None,
        confirmed_at=None,
        value=None,
        simulated=False,
        witnesses=[],
        beacon=None,
        cosigned=None,
    )
    return replace(
        page,
        hash_name="sm3",
        outcome=made,
        exclusions=[],
        source=nothing,
        quotas=[
            replace(line, stratum="a", units=100, drawn=48),
            replace(line, stratum="b", units=4, drawn=4, certain=True, cutoff=hexadecimal("cutoff-b")),
        ],
        level=replace(page.level, caveats=[]),
        log=[],
    )
