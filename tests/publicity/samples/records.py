"""Results and penalties, and the lists of them, as samples."""

from dataclasses import replace
from datetime import date, timedelta

from publicity.pages.record import RecordPage
from publicity.pages.records import (
    FollowUpLine,
    ItemOutcome,
    PenaltiesPage,
    Penalty,
    PublicationTerm,
    Result,
    ResultsPage,
)
from tests.publicity.samples.case import (
    AUTHORITY,
    DRAW_ID,
    START,
    TEAM,
    TITLE,
    code,
    company,
    hexadecimal,
    paging,
    site,
)


def result(number: int = 3, *, problem: bool = True) -> Result:
    """Return a published result with two items."""
    path = f"/operators/{code(number)}"
    return Result(
        result_id=f"f{number:04d}",
        path=f"/records/r-f{number:04d}",
        origin=None,
        plan_no="1400002020" + "0001",
        plan_title=TITLE,
        plan_path="/plans/14000020200001",
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
        petitions=[],
        replies=[],
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
        path=f"/records/p-p{number:04d}",
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
        term=PublicationTerm(
            rules="order-71",
            rule="行政处罚信息",
            basis="《工商行政管理行政处罚信息公示暂行规定》（原国家工商行政管理总局令第71号）（待核）",
            counted_from="公示之日",
            ends_on=date(2025, 11, 2),
            early_from_on=None,
            early_never="所依据的规定没有提前停止公示的内容",
            early_basis="《工商行政管理行政处罚信息公示暂行规定》（原国家工商行政管理总局令第71号）（待核）",
        ),
        document=f"示市监处罚〔2020〕{number}号\n当事人：{company(number)}。\n联系人×××，电话×××。\n罚款人民币2000元。",
        document_digest=hexadecimal(f"published {number}"),
        delivered_digest=hexadecimal(f"delivered {number}"),
        petitions=[],
        replies=[],
        result_path=f"/records/r-f{number:04d}",
        published_at=START + timedelta(days=60),
        due_on=date(2020, 11, 17),
        late=False,
        log_index=200 + number,
        proof_path=f"/log/proof/inclusion?index={200 + number}",
        evidence_path="/log/evidence/r-1",
    )


def record(number: int = 3, *, of_penalty: bool = False) -> RecordPage:
    """Return the page of one record, a result or a penalty."""
    record_id = f"{'p-p' if of_penalty else 'r-f'}{number:04d}"
    return RecordPage(
        site=site(f"/records/{record_id}"),
        record_id=record_id,
        operator_name=company(number),
        operator_path=f"/operators/{code(number)}",
        petition_path=f"/records/{record_id}/petition",
        result=None if of_penalty else result(number, problem=True),
        penalty=penalty(number) if of_penalty else None,
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


def _earlier(number: int) -> Penalty:
    """Return a penalty that was published before documents were, with as little as there may be."""
    bare = replace(penalty(number), document=None, document_digest=None, delivered_digest=None)
    return replace(bare, result_path=None, fine_fen=0, confiscated_fen=0, facts="", basis="")


def penalties() -> PenaltiesPage:
    """Return the list of published penalties."""
    rows = [penalty(3), _earlier(8)]
    return PenaltiesPage(site=site("/penalties"), year=None, years=[2020], rows=rows, paging=paging(2))


def empty_penalties() -> PenaltiesPage:
    """Return a list of penalties narrowed to nothing."""
    return PenaltiesPage(site=site("/penalties?year=2019"), year=2019, years=[2019], rows=[], paging=paging(0))
