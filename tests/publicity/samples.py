"""Page objects as the Shanxi case would show them, in every state; every name in them is made up and says so."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from publicity.pages import (
    AlternateUnit,
    BatchLine,
    ChangedTerm,
    ChangeLine,
    Clock,
    DrawnUnit,
    DrawPage,
    DrawRow,
    DrawsPage,
    FileLine,
    FollowUpLine,
    Headline,
    HomePage,
    ItemLine,
    ItemOutcome,
    ItemsPage,
    ListedItem,
    LogLine,
    MissingPage,
    Notice,
    OperatorDraw,
    OperatorHit,
    OperatorPage,
    OtherRecord,
    Outcome,
    Paging,
    PenaltiesPage,
    Penalty,
    PlaceOfTrade,
    PlanPage,
    PlanRow,
    PlansPage,
    PlanYear,
    ProofLevel,
    QuotaLine,
    RateLine,
    ReasonCount,
    Result,
    ResultsPage,
    RuleLine,
    SearchPage,
    SeatLine,
    SecretLine,
    SentInspector,
    Site,
    SourceLine,
)
from publicity.render import Page

AUTHORITY = "示例省市场监督管理局（虚构）"
DRAW_ID = "1400002020090001"
TITLE = "2020年电子商务平台经营者双随机联合抽查"
START = datetime(2020, 9, 1, 2, 0, tzinfo=UTC)
STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
TEAM = [
    SeatLine(department="scjg", name="示例省市场监督管理局", seats=2),
    SeatLine(department="wx", name="示例省网信办公室", seats=2),
]


def hexadecimal(*words: object) -> str:
    """Return 64 digits that look like a digest, the same for the same words."""
    return sha256(":".join(map(str, words)).encode()).hexdigest()


def code(number: int) -> str:
    """Return an identifier as long as a credit code, without its check digit being right."""
    return f"91140000MA0{number:06d}X"


def company(number: int) -> str:
    """Return a made-up name; numbers differ in the name, too."""
    one, two = divmod(number, len(STEMS))
    return f"示例{STEMS[one]}{STEMS[two]}电子商务有限公司（虚构）"


def site(path: str = "/", *, demo: bool = True) -> Site:
    """Return what stands around a page at an address."""
    name, mark, query = path.partition("?")
    return Site(
        authority=AUTHORITY,
        demo=demo,
        made_at=START + timedelta(days=90),
        path=name,
        json_path=("/index" if name == "/" else name) + ".json" + mark + query,
        log_size=214,
        log_root=hexadecimal("root"),
    )


def paging(shown: int, *, total: int | None = None, path: str | None = None) -> Paging:
    """Return the only page of a list, or one of several when given the path of the next."""
    return Paging(total=shown if total is None else total, shown=shown, next_path=path, first_path=path)


def home() -> HomePage:
    """Return the front page of the year of the case."""
    return HomePage(
        site=site("/"),
        years=[2020, 2019],
        headline=Headline(
            year=2020, registered=53, frame=52, drawn=26, inspected=26, published=26, problems=5, penalties=2
        ),
        notices=[
            Notice(
                kind="penalty",
                at=START + timedelta(days=60),
                title=company(3),
                path="/penalties",
                problem=True,
                origin=None,
            ),
            Notice(
                kind="result",
                at=START + timedelta(days=30),
                title=company(3),
                path="/operators/x",
                problem=True,
                origin=None,
            ),
            Notice(
                kind="result",
                at=START + timedelta(days=29),
                title=company(4),
                path="/operators/y",
                problem=False,
                origin=None,
            ),
            Notice(
                kind="draw",
                at=START,
                title=f"{TITLE}：名单已公开",
                path=f"/draws/{DRAW_ID}",
                problem=False,
                origin=None,
            ),
        ],
        clocks=[
            Clock(
                duty="检查结果公示",
                basis="企业公示信息抽查办法：检查结束之日起20个工作日内公示",
                count=3,
                due_on=date(2020, 11, 20),
                urgency="overdue",
            ),
            Clock(duty="公开名单", basis="锁定时公布的期限", count=1, due_on=date(2020, 12, 1), urgency="soon"),
            Clock(duty="摇号", basis="锁定时公布的期限", count=1, due_on=date(2020, 12, 31), urgency="running"),
        ],
    )


def empty_home() -> HomePage:
    """Return the front page before anything was drawn."""
    return HomePage(site=site("/"), years=[], headline=None, notices=[], clocks=[])


def search(query: str = "示例") -> SearchPage:
    """Return the first of several pages of operators found."""
    hits = [
        OperatorHit(
            code=code(number),
            name=company(number),
            kind="电商平台经营者",
            area="太原市",
            path=f"/operators/{code(number)}",
            results=number % 2,
            problems=int(number == 1),
            penalties=int(number == 1),
        )
        for number in range(20)
    ]
    address = f"/search?q={query}"
    return SearchPage(site=site(address), query=query, near=False, hits=hits, paging=paging(20, total=52, path=address))


def empty_search(query: str = "") -> SearchPage:
    """Return a search that found nothing, or that asked for nothing."""
    return SearchPage(site=site(f"/search?q={query}"), query=query, near=False, hits=[], paging=paging(0))


def result(number: int = 3, *, problem: bool = True) -> Result:
    """Return a published result with two items."""
    path = f"/operators/{code(number)}"
    return Result(
        result_id=f"f{number:04d}",
        path=f"{path}#result-f{number:04d}",
        origin=None,
        plan_no="1400002020" + "0001",
        plan_title=TITLE,
        task_no="14000020200901" + "0001",
        task_title=TITLE,
        draw_id=DRAW_ID,
        draw_path=f"/draws/{DRAW_ID}",
        operator_code=code(number),
        operator_name=company(number),
        operator_path=path,
        inspected_on=date(2020, 9, 18),
        departments=[seat.name for seat in TEAM],
        problem=problem,
        outcomes=[
            ItemOutcome(
                item_code="DS-01",
                item_name="电子商务平台经营者主体信息公示情况的检查",
                level="一般检查事项",
                basis="《中华人民共和国电子商务法》第十五条",
                outcome="未按规定公示应当公示的信息" if problem else "未发现问题",
                problem=problem,
                text="首页显著位置未持续公示营业执照信息的链接标识。" if problem else "",
                follow_up="责令改正" if problem else "",
            ),
            ItemOutcome(
                item_code="WX-02",
                item_name="网站备案信息的检查",
                level="重点检查事项",
                basis="",
                outcome="未发现问题",
                problem=False,
                text="",
                follow_up="",
            ),
        ],
        follow_ups=[
            FollowUpLine(
                item_code="DS-01",
                item_name="电子商务平台经营者主体信息公示情况的检查",
                open_since=date(2020, 9, 18),
                closed_on=None,
            )
        ]
        if problem
        else [],
        published_at=START + timedelta(days=30),
        due_on=date(2020, 10, 23),
        late=problem,
        log_index=120 + number,
        proof_path=f"/log/proof/inclusion?index={120 + number}",
        evidence_path="/log/evidence/r-1",
    )


def penalty(number: int = 3) -> Penalty:
    """Return a published penalty that rests on a result."""
    path = f"/operators/{code(number)}"
    return Penalty(
        penalty_id=f"p{number:04d}",
        path=f"{path}#penalty-p{number:04d}",
        origin=None,
        decision_no=f"示市监处罚〔2020〕{number}号",
        operator_code=code(number),
        operator_name=company(number),
        operator_path=path,
        violation="未在首页显著位置公示营业执照信息",
        facts="经查，当事人未在其网站首页显著位置持续公示营业执照信息，责令限期改正后逾期未改正。",
        basis="《中华人民共和国电子商务法》第七十六条第一款第一项",
        kinds=["罚款", "没收违法所得"],
        content="罚款人民币2000元，没收违法所得123.45元。",
        fine_fen=200_000,
        confiscated_fen=12_345,
        authority=AUTHORITY,
        decided_on=date(2020, 10, 20),
        result_path=f"{path}#result-f{number:04d}",
        published_at=START + timedelta(days=60),
        due_on=date(2020, 11, 17),
        late=False,
        log_index=200 + number,
        proof_path=f"/log/proof/inclusion?index={200 + number}",
        evidence_path="/log/evidence/r-1",
    )


def operator() -> OperatorPage:
    """Return an operator that was drawn, inspected and fined, excluded once and an alternate once."""
    ticket = hexadecimal("ticket", 3)
    drawn = OperatorDraw(
        code=code(3),
        draw_id=DRAW_ID,
        title=TITLE,
        draw_path=f"/draws/{DRAW_ID}",
        place="drawn",
        reason=None,
        stratum="all",
        stratum_size=52,
        quota=26,
        rank=4,
        ticket=ticket,
        cutoff=hexadecimal("cutoff"),
        command=f'printf %s "{hexadecimal("key")[:32]}:{code(3)}" | sha256sum',
    )
    return OperatorPage(
        site=site(f"/operators/{code(3)}"),
        code=code(3),
        licensed=True,
        name=company(3),
        masked=False,
        merged_into=None,
        earlier=[OtherRecord(code=code(4), path=f"/operators/{code(4)}")],
        kind="电商平台经营者",
        status="存续",
        trading=True,
        area="太原市",
        address="示例省示例市示例大街100号（虚构）",
        legal_representative="示例甲（虚构）",
        places=[
            PlaceOfTrade(
                platform_name="示例商城（虚构）",
                site_name="示例站（虚构）",
                domain="shop.example",
                icp_no="示ICP备00000000号",
                shop_id="S-1",
                shop_url="https://shop.example/1",
            ),
        ],
        draws=[
            drawn,
            replace(drawn, draw_id="d2", place="alternate", rank=31),
            replace(
                drawn,
                draw_id="d4",
                stratum=None,
                stratum_size=None,
                quota=None,
                rank=None,
                ticket=None,
                cutoff=None,
                command=None,
            ),
            OperatorDraw(
                code=code(4),
                draw_id="d3",
                title="2019年网络交易抽查",
                draw_path="/draws/d3",
                place="excluded",
                reason="未开展交易",
                stratum=None,
                stratum_size=None,
                quota=None,
                rank=None,
                ticket=None,
                cutoff=None,
                command=None,
            ),
        ],
        results=[result(3)],
        penalties=[penalty(3)],
    )


def bare_operator() -> OperatorPage:
    """Return a natural person, merged into another record, of whom nothing but name, kind and status is known."""
    return replace(
        operator(),
        licensed=False,
        masked=True,
        merged_into=OtherRecord(code=code(3), path=f"/operators/{code(3)}"),
        earlier=[],
        trading=False,
        address="",
        legal_representative="",
        places=[],
        draws=[],
        results=[],
        penalties=[],
    )


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
        registered=53,
        frame=52,
        drawn=26,
    )
    sealed = replace(opened, draw_id="s", state="executed", sealed=True, opened_at=None)
    waiting = replace(opened, draw_id="c", state="committed", executed_at=None, opened_at=None, overdue="逾期未摇号")
    return DrawsPage(site=site("/draws"), rows=[waiting, sealed, opened], paging=paging(3))


def empty_draws() -> DrawsPage:
    """Return the list of draws before the first."""
    return DrawsPage(site=site("/draws"), rows=[], paging=paging(0))


def outcome(drawn: int = 26, alternates: int = 26) -> Outcome:
    """Return an outcome with four inspectors to each drawn operator."""
    tickets = sorted((hexadecimal("ticket", number), number) for number in range(drawn + alternates))
    return Outcome(
        seed=hexadecimal("seed"),
        subject_key=hexadecimal("key")[:32],
        team_key=hexadecimal("team")[:32],
        drawn=[
            DrawnUnit(
                code=code(number),
                name=company(number),
                path=f"/operators/{code(number)}",
                area="太原市",
                stratum="all",
                rank=rank,
                ticket=ticket,
                team=_team(rank),
                outcome="problem" if rank % 6 == 0 else "pending" if rank == 1 else "clear",
                result_path=None if rank == 1 else f"/operators/{code(number)}#result-f{number:04d}",
            )
            for rank, (ticket, number) in enumerate(tickets[:drawn], 1)
        ],
        alternates=[
            AlternateUnit(
                code=code(number),
                name=company(number),
                path=f"/operators/{code(number)}",
                stratum="all",
                rank=rank,
                ticket=ticket,
            )
            for rank, (ticket, number) in enumerate(tickets[drawn:], drawn + 1)
        ],
        files=[
            FileLine(name=name, path=f"/draws/{DRAW_ID}/{name}", size=1000 + len(name), digest=hexadecimal(name))
            for name in (
                "frame.csv",
                "exclusions.csv",
                "inspectors.csv",
                "recusals.csv",
                "commitment.json",
                "reveal.json",
                "drawn.csv",
                "teams.csv",
                "public_value.json",
                "log.json",
            )
        ],
        bundle_path=f"/draws/{DRAW_ID}/bundle.zip",
    )


def _team(rank: int) -> list[SentInspector]:
    return [
        SentInspector(
            department=seat.department,
            seat=number,
            roster_no=f"{seat.department}-{rank:03d}{number}",
            name=f"检查员{STEMS[(rank + 7 * number) % len(STEMS)]}",
            lead=position == 0 and number == 1,
            lent_from="示例市" if position == 1 and number == seat.seats else None,
        )
        for position, seat in enumerate(TEAM)
        for number in range(1, seat.seats + 1)
    ]


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
        open_by=START + timedelta(days=60),
        opened_at=START + timedelta(hours=2),
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
            SecretLine(party=party, digest=hexadecimal("digest", party), secret=hexadecimal("secret", party))
            for party in ("service", "supervisor", "notary")
        ],
        source=SourceLine(
            kind="witnessed",
            what="示例彩票第2020101期开奖号码，按开出顺序（虚构）",
            alphabet="0123456789",
            length=20,
            value="40718829365501927364",
            simulated=True,
            witnesses=["示例公证人（虚构）", "示例纪检人员（虚构）"],
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
            )
            for position, (kind, text) in enumerate(
                [("draw-committed", "锁定"), ("draw-executed", "摇号"), ("draw-opened", "公开名单")]
            )
        ],
        outcome=outcome(),
    )


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
        quotas=[replace(line, cutoff=None) for line in page.quotas],
        secrets=[replace(line, secret=None) for line in page.secrets],
    )


def committed_draw() -> DrawPage:
    """Return the draw before its execution, and late."""
    page = sealed_draw()
    return replace(page, state="committed", overdue="逾期未摇号", executed_at=None, executed_by=None, log=page.log[:1])


def large_draw() -> DrawPage:
    """Return an opened draw of two strata in which 52 operators were drawn, without any public value."""
    page = opened_draw()
    made = outcome(52, 52)
    line = page.quotas[0]
    nothing = SourceLine(kind="none", what="", alphabet="", length=0, value=None, simulated=False, witnesses=[])
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


def results() -> ResultsPage:
    """Return a list of published results narrowed to one year."""
    rows = [result(number, problem=number % 5 == 3) for number in range(26)]
    return ResultsPage(
        site=site("/results?year=2020"),
        year=2020,
        years=[2020, 2019],
        only="all",
        rows=rows,
        paging=paging(26, total=80, path="/results?year=2020&after=x"),
    )


def empty_results() -> ResultsPage:
    """Return a list of results narrowed to nothing."""
    return ResultsPage(
        site=site("/results?only=problem"), year=None, years=[], only="problem", rows=[], paging=paging(0)
    )


def penalties() -> PenaltiesPage:
    """Return the list of published penalties."""
    rows = [penalty(3), replace(penalty(8), result_path=None, fine_fen=0, confiscated_fen=0, facts="", basis="")]
    return PenaltiesPage(site=site("/penalties"), year=None, years=[2020], rows=rows, paging=paging(2))


def empty_penalties() -> PenaltiesPage:
    """Return a list of penalties narrowed to nothing."""
    return PenaltiesPage(site=site("/penalties?year=2019"), year=2019, years=[2019], rows=[], paging=paging(0))


def missing() -> MissingPage:
    """Return what stands where nothing is."""
    return MissingPage(
        site=site("/nowhere"),
        status=404,
        title="没有这个页面",
        detail="这个地址没有公开的内容。请核对地址，或用名称、代码查询。",
    )


def rates() -> RateLine:
    return RateLine(base=52, drawn=26, published=25, closed=23, completion="96.15%", closure="92.00%")


def no_rates() -> RateLine:
    return RateLine(base=0, drawn=0, published=0, closed=0, completion="—", closure="—")


def listed_items() -> ItemsPage:
    whole = ListedItem(
        code="M01",
        name="营业执照信息公示情况",
        level="重点检查事项",
        subject="电子商务经营者",
        content="首页显著位置是否持续公示",
        method="网络检查",
        basis="《电子商务法》第十五条",
        department="示例省市场监督管理局",
        valid_from=date(2020, 1, 1),
        valid_until=date(2020, 12, 31),
    )
    early = replace(whole, code="M02", subject="", content="", valid_from=None, valid_until=None)
    return ItemsPage(site=site("/items"), on=date(2020, 9, 1), rows=[whole, early])


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


def every_page() -> dict[str, Page]:
    """Return every template in every state, by a name of the case."""
    shown: dict[str, Page] = {
        "home": home(),
        "home-empty": empty_home(),
        "search": search(),
        "search-nothing-asked": empty_search(),
        "search-nothing-found": empty_search("查无此名"),
        "operator": operator(),
        "operator-bare": bare_operator(),
        "items": listed_items(),
        "items-empty": replace(listed_items(), rows=[]),
        "plans": plan_rows(),
        "plans-empty": replace(plan_rows(), years=[]),
        "plan": plan_shown(),
        "plan-bare": replace(plan_shown(), campaign=True, batches=[], changes=[], rates=no_rates()),
        "draws": draw_rows(),
        "draws-empty": empty_draws(),
        "draw-opened": opened_draw(),
        "draw-sealed": sealed_draw(),
        "draw-withheld": withheld_draw(),
        "draw-committed": committed_draw(),
        "draw-large": large_draw(),
        "results": results(),
        "results-empty": empty_results(),
        "penalties": penalties(),
        "penalties-empty": empty_penalties(),
        "missing": missing(),
    }
    plain: dict[str, Page] = {
        f"{name}-not-demo": replace(page, site=replace(page.site, demo=False)) for name, page in shown.items()
    }
    return shown | plain
