"""Restrictions by code: what published penalties and standing entries restrict, told to departments and signed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.answer_keys import declare_own
from app.command_verify import Asked, verify
from publicity.verify import Report, State, Trusted
from tests.building import Bureau
from tests.desks import made
from tests.listings import enter, listing
from tests.papers import penalty
from tests.petitioners import unit_of
from tests.punishing import punished
from tests.rosters import credit_code
from tests.workshop import Opening, Workshop

UNKNOWN = "911400001123599660"


@pytest.fixture(scope="module")
def restricted(sqlite_workshop: Workshop) -> Iterator[Bureau]:
    """Return a bureau that published a ban until 2021-09-30 and keeps another operator on a list; only read."""
    with sqlite_workshop.bureau("published") as bureau:
        bureau.clock.set("2020-09-24")
        publish_ban(bureau)
        enter(bureau, 8)
        declare_own(bureau.service)
        yield bureau


def publish_ban(bureau: Bureau, **changes: Any) -> str:  # noqa: ANN401 - JSON
    """Decide, clear and publish a ban on business, and return the number of the penalty."""
    decision = penalty(
        bureau.notes.findings[0],
        kinds=["activity_restricted"],
        content="限制开展网络交易经营活动至2021年9月30日",
        fine_fen=0,
        restricted_until="2021-09-30",
    )
    number: str = made(bureau.desk("approver").post("/api/v1/penalties", decision | changes))["penalty_id"]
    bureau.clear(number)
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    return number


def banned(bureau: Bureau) -> str:
    """Return the code of the operator that is banned."""
    (row,) = made(bureau.public.get("/penalties.json"))["rows"]
    return str(row["operator_code"])


def ask(bureau: Bureau, code: str, as_of: str = "") -> dict[str, Any]:
    """Return the answer about one code, as a department reader gets it."""
    query = f"?as_of={as_of}" if as_of else ""
    (answer,) = made(bureau.desk("reader").get(f"/api/v1/operators/{code}/restrictions{query}"))["answers"]
    return dict(answer)


def test_a_published_ban_is_a_restriction_with_its_basis_and_days(restricted: Bureau) -> None:
    answer = ask(restricted, banned(restricted))
    (found,) = answer["restrictions"]
    assert answer["state"] == "known_restricted"
    assert (found["from_on"], found["until_on"], found["ends"]) == ("2020-09-22", "2021-09-30", "on_day")
    assert found["decision_no"] == "测市监处罚〔2020〕1号"
    assert "行政处罚法" in found["source"]
    entry = made(restricted.public.get(f"/log/entries/{found['log_index']}"))
    assert entry["kind"] == "penalty.published"


def test_the_credit_page_says_the_same_as_the_answer(restricted: Bureau) -> None:
    code = banned(restricted)
    shown = made(restricted.public.get(f"/operators/{code}.json"))
    assert shown["restrictions"] == ask(restricted, code)["restrictions"]
    assert "有限制在效" in restricted.public.get(f"/operators/{code}").text
    assert "没有限制在效" in restricted.public.get(f"/operators/{credit_code(9)}").text


def test_each_state_is_apart_and_no_row_spoils_the_others(restricted: Bureau) -> None:
    """One row a code, in order; codes are normalised, and one that is none is told by itself."""
    asked = [
        banned(restricted).lower(),
        credit_code(8),
        credit_code(9),
        UNKNOWN,
        "911400001123599661",
        "x",
        "140000R0000001",
    ]
    found = made(restricted.desk("reader").post("/api/v1/restrictions", {"codes": asked}, once=None))["answers"]
    assert [each["asked"] for each in found] == asked
    assert [each["state"] for each in found] == [
        *("known_restricted", "known_restricted", "known_none_in_force", "unknown_to_this_register"),
        *("malformed", "malformed", "unknown_to_this_register"),
    ]
    assert found[0]["code"] == banned(restricted)
    assert "末位" in found[4]["problem"]


def test_a_batch_of_201_codes_is_refused_and_says_so(restricted: Bureau) -> None:
    refused = restricted.desk("reader").post("/api/v1/restrictions", {"codes": [UNKNOWN] * 201}, once=None)
    assert refused.status_code == 422
    assert "200" in refused.json()["errors"][0]["remedy"]
    whole = made(restricted.desk("reader").post("/api/v1/restrictions", {"codes": [UNKNOWN] * 200}, once=None))
    assert len(whole["answers"]) == 200


def test_a_day_to_come_is_refused_and_a_past_one_answered_from_what_is_public(restricted: Bureau) -> None:
    path = f"/api/v1/operators/{banned(restricted)}/restrictions"
    refused = restricted.desk("reader").get(f"{path}?as_of=2020-09-25")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/as_of")
    assert ask(restricted, banned(restricted), "2020-09-21")["state"] == "known_none_in_force"
    assert "终止公示" in made(restricted.desk("reader").get(f"{path}?as_of=2020-09-22"))["note"]
    early = ask(restricted, banned(restricted), "2000-01-01")
    assert (early["state"], early["restrictions"]) == ("not_yet_on_record", [])


def test_no_answer_says_none_of_what_it_does_not_look_at(opening: Opening) -> None:
    """A ban outlasts the publication of its decision: state, note, signed text and sheet say what is not looked at."""
    bureau = opening("published")
    terms = replace(bureau.service.terms, chosen="order-36")
    bureau.client.app.state.service = replace(bureau.service, terms=terms)  # type: ignore[attr-defined]
    ban = {"kinds": ["activity_restricted"], "fine_fen": 0, "restricted_until": "2031-04-02"}
    record = punished(bureau, day="2026-04-02", published="2026-04-20", severity="general", **ban)
    code = unit_of(bureau, record)
    bureau.clock.set("2027-04-03")
    whole = made(bureau.desk("reader").get(f"/api/v1/operators/{code}/restrictions"))
    (answer,) = whole["answers"]
    assert (answer["state"], answer["restrictions"]) == ("known_none_in_force", [])
    assert ("公示已经结束的不在查询之列" in answer["state_words"], "not looked at" in answer["state_words_en"]) == (
        True,
        True,
    )
    assert ("不能据此认定没有限制" in whole["note"], "not looked at" in whole["note_en"]) == (True, True)
    declare_own(bureau.service)
    signed = json.loads(receipt(bureau, code))["answer"]
    sheet = bureau.desk("reader").get(f"/api/v1/operators/{code}/restrictions/receipt.html").text
    for text in (signed, sheet):
        assert ("公示已经结束的不在查询之列" in text, "not looked at" in text) == (True, True)
    assert "公示已经结束的不在其列" in bureau.public.get(f"/operators/{code}").text


def test_what_is_decided_and_not_published_restricts_nobody_here(opening: Opening) -> None:
    bureau = opening("published")
    decision = penalty(bureau.notes.findings[0], kinds=["business_suspended"], content="责令停业整顿", fine_fen=0)
    number = made(bureau.desk("approver").post("/api/v1/penalties", decision))["penalty_id"]
    code = made(bureau.desk("approver").get(f"/api/v1/penalties/{number}"))["unit_id"]
    assert ask(bureau, code)["state"] == "known_none_in_force"
    waiting = listing(listed="serious") | {"unit_id": code}
    made(bureau.desk("registrar").post("/api/v1/listings", waiting))
    assert ask(bureau, code)["state"] == "known_none_in_force"


def test_a_restriction_is_over_on_the_day_after_its_last(opening: Opening) -> None:
    """The penalty stays public; what it banned does not hold any more."""
    bureau = opening("published")
    bureau.clock.set("2020-09-24")
    publish_ban(bureau)
    code = banned(bureau)
    for day, state in (("2021-09-30", "known_restricted"), ("2021-10-01", "known_none_in_force")):
        bureau.clock.set(day)
        assert ask(bureau, code)["state"] == state
    assert ask(bureau, code, "2021-09-30")["state"] == "known_restricted"


def test_a_merged_record_names_the_one_that_answers_for_it(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("staffed")
    bureau.clock.set("2020-09-23")
    kept, merged = credit_code(1), credit_code(2)
    enter(bureau, 2)
    body = {"step": "merge", "kept": kept, "merged": merged, "reason": "重复"}
    asked = made(bureau.desk("registrar").post("/api/v1/mergings", body))["merging_id"]
    made(bureau.desk("approver").post(f"/api/v1/mergings/{asked}/decision", {"approved": True}))
    assert (ask(bureau, merged)["state"], ask(bureau, merged)["merged_into"]) == ("merged_into", kept)
    assert ask(bureau, kept)["state"] == "known_restricted"


def receipt(bureau: Bureau, code: str) -> bytes:
    """Return a signed answer, byte for byte."""
    answer = bureau.desk("reader").get(f"/api/v1/operators/{code}/restrictions/receipt")
    made(answer)
    return answer.content


def checked(bureau: Bureau, data: bytes, directory: Path) -> Report:
    """Return what a department finds that pins the key of the log and nothing else."""
    path = directory / "restrictions.json"
    path.write_bytes(data)
    trusted = Trusted.of(bureau.service.log.keys.keys, None)
    return verify(Asked(given=str(path), seconds=1), trusted)


def test_a_signed_answer_verifies_offline_with_the_key_of_the_log_alone(restricted: Bureau, tmp_path: Path) -> None:
    report = checked(restricted, receipt(restricted, banned(restricted)), tmp_path)
    assert (report.subject, report.verdict) == ("answer", State.HELD)
    assert any("限制开展生产经营活动" in zh for zh, _ in report.shows)


def test_the_key_for_answers_is_declared_once_and_is_not_that_of_the_log(restricted: Bureau) -> None:
    first, second = (json.loads(receipt(restricted, UNKNOWN)) for _ in range(2))
    assert first["index"] == second["index"]
    shown = made(restricted.public.get(f"/log/entry/{first['index']}.json"))
    key = json.loads(shown["public"][0]["value"])
    assert key.startswith(f"{restricted.service.log.origin}/answers+")
    assert key not in map(str, restricted.service.log.keys.keys)
    page = made(restricted.public.get("/log.json"))
    (listed,) = page["answers_keys"]
    assert (listed["key"], listed["path"]) == (key, f"/log/entry/{first['index']}")
    assert listed["revoked_at"] is None
    assert (restricted.service.settings.data_dir / "answers.key").stat().st_mode & 0o777 == 0o600


def test_a_signed_answer_that_was_changed_is_refused(restricted: Bureau, tmp_path: Path) -> None:
    """A word of the answer, the key that is declared, the head, the place: none is believed."""
    whole = receipt(restricted, banned(restricted))
    changes = {b"2021-09-30": b"2020-09-30", b"known_restricted": b"known_none_in_force", b'"index":': b'"index":1'}
    for one, other in changes.items():
        assert whole.count(one) >= 1
        assert checked(restricted, whole.replace(one, other), tmp_path).verdict is State.REFUSED, one


def test_a_signed_answer_prints_on_one_sheet(restricted: Bureau) -> None:
    answer = restricted.desk("reader").get(f"/api/v1/operators/{banned(restricted)}/restrictions/receipt.html")
    assert answer.status_code == 200
    assert "限制查询回执" in answer.text
    assert "测市监处罚〔2020〕1号" in answer.text


def test_no_answer_names_a_contact_or_a_person(restricted: Bureau) -> None:
    text = restricted.desk("reader").get(f"/api/v1/operators/{banned(restricted)}/restrictions").text
    assert not any(word in text for word in ("联系人", "法人", "姓名·", "检查员·"))
