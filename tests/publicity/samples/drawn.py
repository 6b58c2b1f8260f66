"""The lists of those drawn and of the alternates, as samples."""

from dataclasses import replace
from datetime import datetime

from publicity.pages.drawn import AlternatesPage, DrawnPage, OpenDraw, ReplacementsPage
from registry.base import SHANGHAI
from tests.publicity.samples.case import DRAW_ID, TEAM, hexadecimal, site
from tests.publicity.samples.outcomes import outcome

PATH = f"/draws/{DRAW_ID}"


def _draw() -> OpenDraw:
    return OpenDraw(
        draw_id=DRAW_ID,
        path=PATH,
        title="2020年度网络交易经营者抽查",
        opened_at=datetime(2020, 9, 3, 10, 15, tzinfo=SHANGHAI),
        voided_at=None,
        withheld=False,
        strata=["all"],
        team=TEAM,
    )


def drawn_list() -> DrawnPage:
    """Return the first page of two hundred drawn."""
    made = outcome(200, 3)
    return DrawnPage(
        site=site(f"{PATH}/drawn"),
        draw=_draw(),
        rows=made.drawn,
        paging=made.drawn_paging,
        file_path=f"{PATH}/files/drawn.csv",
        bundle_path=f"{PATH}/bundle.zip",
    )


def drawn_list_withheld() -> DrawnPage:
    """Return a list of a withheld draw, which was voided after."""
    made = outcome(3, 0)
    return DrawnPage(
        site=site(f"{PATH}/drawn"),
        draw=replace(_draw(), withheld=True, strata=[], voided_at=datetime(2020, 9, 4, 9, 0, tzinfo=SHANGHAI)),
        rows=[replace(unit, stratum=None, rank=None, ticket=None) for unit in made.drawn],
        paging=made.drawn_paging,
        file_path=None,
        bundle_path=None,
    )


def alternates_list() -> AlternatesPage:
    """Return a page in the midst of the alternates of one stratum of two."""
    made = outcome(2, 200)
    first = f"{PATH}/alternates?stratum=all"
    return AlternatesPage(
        site=site(f"{PATH}/alternates"),
        draw=replace(_draw(), strata=["all", "b"]),
        stratum="all",
        rows=made.alternates,
        paging=replace(made.alternates_paging, first_path=first),
        subject_key=hexadecimal("key")[:32],
        file_path=f"{PATH}/files/frame.csv",
        bundle_path=f"{PATH}/bundle.zip",
    )


def replacements_list() -> ReplacementsPage:
    """Return the list of what was replaced: an operator, and an inspector who left 240 seats."""
    made = outcome()
    return ReplacementsPage(
        site=site(f"{PATH}/replacements"),
        draw=_draw(),
        rows=made.replacements,
        paging=made.replacements_paging,
        file_path=f"{PATH}/files/replacements.json",
    )
