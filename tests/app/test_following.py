"""What followers are told: all of it once, in the order of the log, and nothing of what is gone but its number."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.building import Bureau
from tests.desks import made
from tests.listings import enter, remove
from tests.petitioners import answer, ask, take_up
from tests.punishing import end, punished
from tests.rosters import credit_code
from tests.workshop import Opening, Workshop


@pytest.fixture(scope="module")
def bureau(sqlite_workshop: Workshop) -> Iterator[Bureau]:
    """Return a bureau that published its results; only read."""
    with sqlite_workshop.bureau("published") as bureau:
        yield bureau


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


def test_who_follows_past_the_end_of_the_log_is_told(bureau: Bureau) -> None:
    """The last entry is a place to go on from; the one after it is none, and the answer says how long the log is."""
    size = made(bureau.public.get("/changes"))["log_size"]
    assert made(bureau.public.get(f"/changes?after={size - 1}"))["changes"] == []
    refused = bureau.public.get(f"/changes.json?after={size}")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/after")
    assert f"{size} 条" in refused.json()["detail"]


def test_a_code_in_another_spelling_leads_to_the_page_of_its_operator(bureau: Bureau) -> None:
    code = credit_code(1)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    for asked in (code.lower(), wide, f"%20{code}"):
        for form in ("", ".json"):
            answer = bureau.client.get(f"/operators/{asked}{form}", follow_redirects=False)
            assert (answer.status_code, answer.headers["location"]) == (301, f"/operators/{code}{form}")
    assert bureau.public.get(f"/operators/{credit_code(999).lower()}").status_code == 404


def test_a_head_is_answered_as_its_get_without_a_body(bureau: Bureau) -> None:
    """Of what is there, of what is not, of what needs a login; a form that is only sent takes none."""
    for path in ("/", "/penalties.json", f"/operators/{credit_code(1)}", "/records/p-none", "/api/v1/plans"):
        there, head = bureau.client.get(path), bureau.client.head(path)
        assert (head.status_code, head.content) == (there.status_code, b"")
        assert head.headers.get("etag") == there.headers.get("etag")
        assert head.headers["content-length"] == there.headers["content-length"]
    assert bureau.client.head("/api/v1/restrictions").status_code == 405


def test_what_has_ended_is_told_of_and_named_nowhere_and_restricts_nobody(opening: Opening) -> None:
    """Nor by asking about a day on which it stood; whether it was repaired or expired is not told."""
    bureau = opening("published")
    key = punished(bureau, kinds=["business_suspended"], content="责令停业", fine_fen=0)
    (line,) = [each for each in followed(bureau, 100) if each["record_id"] == key]
    code = line["operator_code"]
    path = f"/api/v1/operators/{code}/restrictions"
    assert made(bureau.desk("reader").get(path))["answers"][0]["state"] == "known_restricted"
    end(bureau, key)
    lines = [each for each in followed(bureau, 100) if each["record_id"] == key]
    assert [(each["change"], each["operator_code"], each["path"]) for each in lines] == [
        ("published", None, None),
        ("ended", None, None),
    ]
    for asked in (path, f"{path}?as_of=2026-05-10"):
        assert made(bureau.desk("reader").get(asked))["answers"][0]["state"] == "known_none_in_force"


def test_a_penalty_past_its_term_is_named_nowhere_before_anything_was_run(opening: Opening) -> None:
    bureau = opening("published")
    key = punished(bureau, kinds=["business_suspended"], content="责令停业", fine_fen=0)
    bureau.clock.set("2029-05-12")
    (line,) = [each for each in followed(bureau, 100) if each["record_id"] == key]
    assert line["operator_code"] is None
    found = made(bureau.desk("reader").post("/api/v1/restrictions", {"codes": [credit_code(n) for n in range(1, 10)]}))
    assert {each["state"] for each in found["answers"]} == {"known_none_in_force"}


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


def test_what_is_disputed_answered_and_replied_to_is_told_and_never_who_asks(opening: Opening) -> None:
    """A mark that comes and goes, a reply that is released; what was only received or refused was never seen."""
    bureau = opening("published")
    key = punished(bureau)
    bureau.clock.set("2026-05-13")
    told: list[str] = ["published"]

    def lines() -> list[str]:
        return [each["change"] for each in followed(bureau, 1) if each["record_id"] == key]

    objection, reply = ask(bureau, key), ask(bureau, key, "reply", text="已整改。")
    assert lines() == told
    take_up(bureau, objection)
    take_up(bureau, reply)
    assert lines() == [*told, "marked"]
    answer(bureau, reply, upheld=True)
    answer(bureau, objection, upheld=False)
    assert lines() == [*told, "marked", "replied", "unmarked"]
    correction = ask(bureau, key, "correction")
    take_up(bureau, correction)
    answer(bureau, correction, upheld=True, remedy="withdraw")
    assert lines() == [*told, "marked", "replied", "unmarked", "marked", "marked"]
    said = bureau.public.get("/changes").text
    assert "王经办" not in said
    assert "已整改" not in said
    end(bureau, key)
    own = [each for each in followed(bureau, 100) if each["record_id"] == key]
    assert {each["operator_code"] for each in own} == {each["path"] for each in own} == {None}
