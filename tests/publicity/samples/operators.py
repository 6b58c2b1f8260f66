"""Pages of operators, as samples."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

from publicity.pages.operators import (
    OperatorDraw,
    OperatorPage,
    OperatorReplaced,
    OtherRecord,
    PendingDraw,
    PlaceOfTrade,
)
from tests.publicity.samples.case import DRAW_ID, START, TITLE, code, company, hexadecimal, site
from tests.publicity.samples.records import penalty, result
from tests.publicity.samples.restrictions import listed, restriction

WAYS: tuple[Literal["came", "out"], ...] = ("came", "out")


def operator() -> OperatorPage:
    """Return an operator that was drawn, inspected and fined, excluded once and an alternate once."""
    ticket = hexadecimal("ticket", 3)
    drawn = OperatorDraw(
        code=code(3),
        draw_id=DRAW_ID,
        title=TITLE,
        draw_path=f"/draws/{DRAW_ID}",
        voided=False,
        place="drawn",
        reason=None,
        row=17,
        rows=52,
        stratum="all",
        stratum_size=52,
        quota=26,
        rank=4,
        ticket=ticket,
        cutoff=hexadecimal("cutoff"),
        command=f'printf %s "{hexadecimal("key")[:32]}:{code(3)}" | sha256sum',
        replaced=[],
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
        as_of=START.date(),
        restrictions=[restriction(), replace(restriction(), ends="on_day", until_on=START.date(), listed=None)],
        listed=[listed()],
        draws=[
            drawn,
            replace(drawn, draw_id="d2", place="alternate", rank=31),
            replace(
                drawn,
                draw_id="d5",
                place="alternate",
                rank=27,
                replaced=[
                    OperatorReplaced(way=way, number=at, reason="closed", text="停业", decided_at=START)
                    for at, way in enumerate(WAYS, start=1)
                ],
            ),
            replace(
                drawn,
                draw_id="d4",
                row=None,
                rows=None,
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
                voided=False,
                place="excluded",
                reason="未开展交易",
                row=1,
                rows=None,
                stratum=None,
                stratum_size=None,
                quota=None,
                rank=None,
                ticket=None,
                cutoff=None,
                command=None,
                replaced=[],
            ),
        ],
        pending=[
            PendingDraw(
                draw_id="d6",
                title=f"{TITLE}（虚构）",
                draw_path="/draws/d6",
                committed_at=START,
                open_by=START + timedelta(days=60),
                commitment_digest=hexadecimal("commitment", 6),
                commitment_path="/draws/d6/files/commitment.json",
                command="sha256sum commitment.json",
                log_index=90,
                proof_path="/log/proof/inclusion?index=90",
            )
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
        restrictions=[],
        listed=[],
        draws=[],
        pending=[],
        results=[],
        penalties=[],
    )
