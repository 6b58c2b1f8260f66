"""The builders play the whole way, on both databases."""

import pytest

from tests.building import STAGES
from tests.desks import made
from tests.workshop import Opening


@pytest.mark.parametrize("sealed", [False, True])
def test_every_stage_is_reached_from_register_to_public_page(opening_anywhere: Opening, *, sealed: bool) -> None:
    """Three of six drawn, four seats each, three findings, one problem, all on the public page."""
    bureau = opening_anywhere(STAGES[-1], sealed=sealed)
    page = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))
    results = made(bureau.public.get("/results.json"))
    assert (page["registered"], page["frame"], page["excluded"]) == (8, 6, 2)
    assert [len(unit["team"]) for unit in page["outcome"]["drawn"]] == [4, 4, 4]
    assert sorted(each["problem"] for each in results["rows"]) == [False, False, True]
