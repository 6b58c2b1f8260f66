"""The front page and the search, as samples."""

from dataclasses import replace
from datetime import date, timedelta

from publicity.pages.front import Clock, Headline, HomePage, Notice, OperatorHit, SearchPage
from tests.publicity.samples.case import DRAW_ID, START, TITLE, code, company, paging, site


def home() -> HomePage:
    """Return the front page of the year of the case."""
    fine = Notice(
        kind="penalty",
        at=START + timedelta(days=60),
        title=company(3),
        path="/penalties",
        problem=True,
        origin=None,
    )
    return HomePage(
        site=site("/"),
        years=[2020, 2019],
        headline=Headline(
            year=2020, registered=53, frame=52, drawn=26, inspected=26, published=26, problems=5, penalties=2
        ),
        notices=[
            fine,
            replace(fine, kind="result", at=START + timedelta(days=30), path="/operators/x"),
            replace(
                fine,
                kind="result",
                at=START + timedelta(days=29),
                title=company(4),
                path="/operators/y",
                problem=False,
            ),
            replace(fine, kind="draw", at=START, title=f"{TITLE}：名单已公开", path=f"/draws/{DRAW_ID}", problem=False),
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
