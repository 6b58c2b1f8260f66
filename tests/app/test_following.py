"""What followers are told: all of it once, in the order of the log, and nothing of what is gone but its number."""

from typing import Any

from tests.building import Bureau
from tests.desks import made
from tests.listings import enter, remove
from tests.rosters import credit_code
from tests.workshop import Opening


def followed(bureau: Bureau, limit: int) -> list[dict[str, Any]]:
    """Follow from the first entry on, so many lines a page."""
    found: list[dict[str, Any]] = []
    path: str | None = f"/changes?limit={limit}"
    while path:
        page = made(bureau.public.get(path))
        found += page["changes"]
        path = page["next_path"]
    return found


def test_pages_of_changes_together_are_what_happened_in_order(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("published")
    enter(bureau, 8)
    lines = followed(bureau, 1000)
    assert followed(bureau, 1) == followed(bureau, 2) == lines
    assert [line["change"] for line in lines] == ["published"] * 3 + ["listed"]
    indexes = [line["log_index"] for line in lines]
    assert indexes == sorted(set(indexes))
    assert {line["operator_code"] for line in lines[3:]} == {credit_code(8)}
    after = made(bureau.public.get(f"/changes.json?after={indexes[-1]}"))
    assert (after["changes"], after["last"], after["next_path"]) == ([], indexes[-1], None)


def test_a_removed_entry_is_told_of_and_named_nowhere(opening: Opening) -> None:
    """The earlier line too."""
    bureau = opening("staffed")
    bureau.clock.set("2020-09-23")
    order = enter(bureau)
    assert [line["operator_code"] for line in followed(bureau, 10)] == [credit_code(1)]
    remove(bureau, order)
    lines = followed(bureau, 10)
    assert [(line["change"], line["record_id"]) for line in lines] == [("listed", order), ("delisted", order)]
    assert credit_code(1) not in bureau.public.get("/changes").text
