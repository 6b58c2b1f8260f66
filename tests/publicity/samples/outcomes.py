"""Who was drawn and sent, as a sample."""

from datetime import datetime

from publicity.pages.outcomes import (
    AlternateUnit,
    CameLine,
    DrawnUnit,
    FileLine,
    Outcome,
    ReplacementLine,
    SentInspector,
)
from publicity.pages.site import Paging
from publicity.views.drawn import PAGE_ROWS
from registry.base import SHANGHAI
from tests.publicity.samples.case import DRAW_ID, STEMS, TEAM, code, company, hexadecimal


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
                alternate=rank == drawn,
                outcome="replaced"
                if rank == 2
                else "problem"
                if rank % 6 == 0
                else "pending"
                if rank == 1
                else "clear",
                result_path=None if rank <= 2 else f"/records/r-f{number:04d}",
            )
            for rank, (ticket, number) in enumerate(tickets[: min(drawn, PAGE_ROWS)], 1)
        ],
        drawn_paging=_paging(f"/draws/{DRAW_ID}/drawn", [number for _, number in tickets[:drawn]]),
        alternates=[
            AlternateUnit(
                code=code(number),
                name=company(number),
                path=f"/operators/{code(number)}",
                stratum="all",
                rank=rank,
                ticket=ticket,
            )
            for rank, (ticket, number) in enumerate(tickets[drawn:][:PAGE_ROWS], drawn + 1)
        ],
        alternates_paging=_paging(f"/draws/{DRAW_ID}/alternates", [number for _, number in tickets[drawn:]]),
        replacements=_replacements(tickets[1][1], tickets[drawn - 1][1]),
        replacements_paging=Paging(total=2, shown=2, next_path=None, first_path=None),
        files=[
            FileLine(
                name=name, path=f"/draws/{DRAW_ID}/{name}", size=1000 + len(name), digest=hexadecimal(name), step=step
            )
            for name, step in (
                ("frame.csv", 1),
                ("exclusions.csv", 1),
                ("inspectors.csv", 1),
                ("recusals.csv", 1),
                ("commitment.json", 2),
                ("reveal.json", 3),
                ("drawn.csv", 4),
                ("teams.csv", 4),
                ("public_value.json", 3),
                ("log.json", 5),
            )
        ],
        bundle_path=f"/draws/{DRAW_ID}/bundle.zip",
    )


def _paging(path: str, numbers: list[int]) -> Paging:
    shown = numbers[:PAGE_ROWS]
    more = len(numbers) > len(shown)
    return Paging(
        total=len(numbers),
        shown=len(shown),
        next_path=f"{path}?after={code(shown[-1])}" if more else None,
        first_path=None,
    )


def _replacements(gone: int, alternate: int) -> list[ReplacementLine]:
    """Return an operator that an alternate came for, and an inspector that another did."""
    at = datetime(2020, 9, 3, 10, 15, tzinfo=SHANGHAI)
    came = {"code": code(alternate), "name": company(alternate), "path": f"/operators/{code(alternate)}"}
    return [
        ReplacementLine(
            number=1,
            fallen="unit",
            reason="closed",
            text="已关闭停业或正在组织清算",
            decided_at=at,
            out=code(gone),
            out_name=company(gone),
            out_path=f"/operators/{code(gone)}",
            came=[CameLine(**came, inspector=None, department=None, seat=None)],
            came_total=1,
            state=hexadecimal("state", 1),
            entry_path="/log/entries/31",
            proof_path="/log/proof/inclusion?index=31",
        ),
        ReplacementLine(
            number=2,
            fallen="inspector",
            reason="recused",
            text="抽取后决定回避",
            decided_at=at,
            out="499366",
            out_name=None,
            out_path=None,
            came=[CameLine(**came, inspector=f"检查员{STEMS[4]}", department=TEAM[0].name, seat=1)],
            came_total=240,
            state=hexadecimal("state", 2),
            entry_path="/log/entries/32",
            proof_path="/log/proof/inclusion?index=32",
        ),
    ]


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
