"""Petitions: one way for corrections, objections, replies and repairs; nothing of them is public but that they are."""

from dataclasses import replace
from typing import Any

import pytest

from app.command_fsck import run_fsck
from app.petition_files import petition_store
from app.working import work
from publicity.fsck.check import NOTHING_KEPT
from tests.app.test_erasures import erased, sound
from tests.building import Bureau
from tests.desks import made
from tests.listings import enter as enter_listing
from tests.petitioners import PDF, REPAIR_CLAIMS, STRANGER, TAKEN_UP, answer, ask, petition, take_up, unit_of
from tests.punishing import all_punished, punished
from tests.workshop import Opening

SECRETS = ("申请人·王经办", "联系方式·某路一号", "处罚所据事实与实际不符")
"""What of a petition is for the bureau alone."""


def shown(bureau: Bureau, record: str) -> dict[str, Any]:
    """Return a penalty as its page shows it, after looking that the page says nothing of who asks."""
    page = bureau.public.get(f"/records/{record}")
    assert page.status_code == 200
    assert not any(each in page.text for each in SECRETS)
    penalty: dict[str, Any] = made(bureau.public.get(f"/records/{record}.json"))["penalty"]
    return penalty


def test_a_penalty_is_walked_from_its_decision_to_its_repair(opening_anywhere: Opening) -> None:
    """Gate, publication, objection, reply, a repair that came too early, one granted, 410; the log is whole."""
    bureau = opening_anywhere("published")
    record = punished(bureau)
    head = made(bureau.public.get("/log/head"))

    bureau.clock.set("2026-05-12")
    objection = ask(bureau, record)
    assert shown(bureau, record)["petitions"] == []
    taken = take_up(bureau, objection)
    assert (taken["state"], taken["due_on"]) == ("accepted", "2026-06-09")
    (mark,) = shown(bureau, record)["petitions"]
    assert (mark["words"], mark["received_on"], mark["answer_by"]) == ("申诉中", "2026-05-12", "2026-06-09")
    assert "申诉中" in bureau.public.get(f"/operators/{unit_of(bureau, record)}").text

    reply = ask(bureau, record, "reply", text="本公司已整改，联系电话13812345678。")
    take_up(bureau, reply)
    answer(bureau, reply, upheld=True)
    (word,) = shown(bureau, record)["replies"]
    assert word["text"] == "本公司已整改，联系电话×××。"

    bureau.clock.set("2026-06-01")
    decided = answer(bureau, objection, upheld=False)
    assert decided["state"] == "refused"
    assert shown(bureau, record)["petitions"] == []

    early = ask(bureau, record, "repair")
    take_up(bureau, early)
    wanted = {"upheld": True, "text": "准予。", "met": sorted(REPAIR_CLAIMS)}
    barred = bureau.desk("reviewer").post(f"/api/v1/petitions/{early}/proposal", wanted)
    assert (barred.status_code, barred.json()["code"]) == (409, "repair_barred")
    refused = answer(bureau, early, upheld=False, met=sorted(REPAIR_CLAIMS))
    assert refused["proposal"]["again_on"] == "2026-11-12"
    assert "2026-11-12 起方可申请（《市场监督管理信用修复管理办法》" in refused["proposal"]["text"]

    bureau.clock.set("2026-11-12")
    repair = ask(bureau, record, "repair", received_on="2026-11-12")
    take_up(bureau, repair)
    assert answer(bureau, repair, upheld=True, met=sorted(REPAIR_CLAIMS))["state"] == "upheld"
    gone = bureau.public.get(f"/records/{record}.json")
    assert (gone.status_code, gone.json()["code"]) == (410, "ended")
    assert "本公司已整改" not in bureau.public.get(f"/operators/{unit_of_ended(bureau)}").text
    newest = made(bureau.public.get("/log/head"))
    proof = made(bureau.public.get(f"/log/proof/consistency?old={head['size']}&new={newest['size']}"))
    assert proof["old_root"] == head["root"]
    sound(bureau)
    erased(bureau, "petition", objection)
    sound(bureau)


def unit_of_ended(bureau: Bureau) -> str:
    """Return the code of the operator of the first visit, whose penalty is shown no more."""
    return str(made(bureau.desk("supervisor").get("/api/v1/penalties"))[0]["unit_id"])


def test_whoever_asks_is_refused_with_words_where_they_may_not(opening: Opening) -> None:
    """A foreign code, somebody else's repair, a second of the same kind, days that cannot be, a record that ended."""
    bureau = opening("published")
    record = punished(bureau)
    bureau.clock.set("2026-05-12")
    code = unit_of(bureau, record)
    ask(bureau, record, "correction")
    before = bureau.contents()
    path = f"/api/v1/disclosures/{record}/petitions"
    cases: list[tuple[dict[str, Any], str, int, str]] = [
        (petition(asker_code=STRANGER), path, 403, "foreign_asker"),
        (petition("repair", asker="other"), path, 403, "operator_only"),
        (petition("correction", asker_code=code), path, 409, "same_petition"),
        (petition(asker_code=code, asker_office=""), path, 422, "field"),
        (petition(asker_code=code, received_on="2026-05-13"), path, 422, "field"),
        (petition(asker_code=code, received_on="2026-02-30"), path, 422, "malformed_request"),
        (petition(asker_code=code, channel="form"), path, 422, "field"),
        (petition("reply", asker_code=code, text="字" * 501), path, 422, "field"),
        (petition("repair", asker_code=code, claims={"duties_done": "已缴"}), path, 422, "field"),
        (petition("repair", asker_code=code, claims=REPAIR_CLAIMS | {"pledged": "已承诺"}), path, 422, "field"),
        (petition(asker_code=code), "/api/v1/disclosures/p-2026-0999/petitions", 404, "absent"),
    ]
    for body, at, status, name in cases:
        refused = bureau.desk("reviewer").post(at, body)
        assert (refused.status_code, refused.json()["code"]) == (status, name), body
    assert bureau.contents() == before


@pytest.mark.parametrize(("kind", "basis"), [("business_suspended", "第十四条第三款"), ("criticism", "")])
def test_what_never_ends_early_is_refused_at_the_door(opening: Opening, kind: str, basis: str) -> None:
    """With the article; a result has no repair at all."""
    bureau = opening("published")
    record = punished(bureau, kinds=[kind], fine_fen=0)
    bureau.clock.set("2026-05-12")
    path = f"/api/v1/disclosures/{record}/petitions"
    refused = bureau.desk("reviewer").post(path, petition("repair", asker_code=unit_of(bureau, record)))
    if basis:
        assert (refused.status_code, refused.json()["code"]) == (403, "no_repair")
        assert basis in refused.json()["detail"]
    result = f"r-{bureau.notes.findings[0]}"
    asked = petition("repair", asker_code=unit_of(bureau, result))
    refused = bureau.desk("reviewer").post(f"/api/v1/disclosures/{result}/petitions", asked)
    assert refused.json()["code"] == "no_repair"


def test_who_proposed_does_not_decide_and_each_step_has_its_turn(opening: Opening) -> None:
    """A decision waits for a proposal, a proposal for the asker's proof; what was sent back is proposed anew."""
    bureau = opening("published")
    record = punished(bureau)
    bureau.clock.set("2026-05-12")
    number = ask(bureau, record)
    path, said = f"/api/v1/petitions/{number}", {"upheld": True, "remedy": "withdraw", "text": "核实有误。"}
    publisher, approver = bureau.desk("publisher"), bureau.desk("approver")
    assert publisher.post(f"{path}/proposal", said).json()["code"] == "petition_state"
    assert publisher.post(f"{path}/acceptance", {"accepted": True}).json()["code"] == "field"
    made(publisher.post(f"{path}/acceptance", TAKEN_UP))
    assert publisher.post(f"{path}/acceptance", TAKEN_UP).json()["code"] == "petition_state"
    assert approver.post(f"{path}/decision", {"approved": True}).json()["code"] == "petition_state"
    assert publisher.post(f"{path}/proposal", said | {"remedy": None}).json()["code"] == "field"
    made(publisher.post(f"{path}/proposal", said))
    own = publisher.post(f"{path}/decision", {"approved": True})
    assert (own.status_code, own.json()["code"]) == (403, "same_person")
    made(approver.post(f"{path}/decision", {"approved": False, "text": "请补充核实经过。"}))
    assert made(publisher.post(f"{path}/proposal", said))["proposal"]["number"] == 2
    assert made(approver.post(f"{path}/decision", {"approved": True}))["state"] == "upheld"
    assert shown(bureau, record)["petitions"][0]["words"] == "申请成立，正在更正或者撤下"
    sound(bureau)


def test_the_register_knows_that_a_violation_was_repeated(opening: Opening) -> None:
    """Whatever is claimed, a later penalty for the same violation stands against it."""
    bureau = opening("published")
    record = punished(bureau)
    punished(bureau, day="2026-07-06", published="2026-07-08", decision_no="测市监处罚〔2026〕9号")
    bureau.clock.set("2026-11-12")
    number = ask(bureau, record, "repair", received_on="2026-11-12")
    take_up(bureau, number)
    path = f"/api/v1/petitions/{number}/proposal"
    said = {"upheld": True, "text": "准予。", "met": sorted(REPAIR_CLAIMS)}
    refused = bureau.desk("reviewer").post(path, said)
    assert refused.status_code == 422
    assert "测市监处罚〔2026〕9号" in refused.json()["detail"]
    met = sorted({*REPAIR_CLAIMS} - {"not_repeated"})
    enter_listing(bureau, unit_id=unit_of(bureau, record))
    listed = bureau.desk("reviewer").post(path, {"upheld": False, "text": "不予修复。", "met": met})
    assert (listed.status_code, listed.json()["errors"][0]["pointer"]) == (422, "/met")
    met.remove("not_listed")
    said = {"upheld": False, "text": "不予修复。", "met": met}
    proposed = made(bureau.desk("reviewer").post(path, said))["proposal"]
    assert "未因同类违法行为再受处罚" in proposed["text"]


def test_a_decision_that_was_annulled_is_no_repetition(opening: Opening) -> None:
    """Revoked, unlawful, void: nobody was punished by it. One that was changed is still a penalty."""
    bureau = opening("published")
    record = punished(bureau)
    grounds = ("revoked", "unlawful", "void", "changed")
    numbers = {ground: f"测市监处罚〔2026〕{ground}号" for ground in grounds}
    decisions = [{"decision_no": number} for number in numbers.values()]
    for ground, key in zip(
        grounds, all_punished(bureau, decisions, day="2026-07-06", published="2026-07-08"), strict=True
    ):
        body = {"ground": ground, "event_on": "2026-07-08", "document_no": "测复决1号", "reason": "经行政复议"}
        asked = made(bureau.desk("publisher").post(f"/api/v1/disclosures/{key}/withdrawal", body))["withdrawal_id"]
        made(bureau.desk("approver").post(f"/api/v1/withdrawals/{asked}/decision", {"approved": True}))
    bureau.clock.set("2026-11-12")
    number = ask(bureau, record, "repair", received_on="2026-11-12")
    take_up(bureau, number)
    said = {"upheld": True, "text": "准予。", "met": sorted(REPAIR_CLAIMS)}
    refused = bureau.desk("reviewer").post(f"/api/v1/petitions/{number}/proposal", said)
    assert refused.status_code == 422
    assert [ground for ground in grounds if numbers[ground] in refused.json()["detail"]] == ["changed"]


def test_a_credit_pledge_is_public_with_its_day_while_the_repair_is_decided(opening: Opening) -> None:
    """36号令 wants a public one: that it was made stands on the record, what it says and who made it does not."""
    bureau = opening("published")
    terms = replace(bureau.service.terms, chosen="order-36")
    bureau.client.app.state.service = replace(bureau.service, terms=terms)  # type: ignore[attr-defined]
    record = punished(bureau, day="2026-04-02", published="2026-04-20", severity="general")
    bureau.clock.set("2026-05-12")
    claims = {"duties_done": "罚款已缴清。", "pledged": "承诺书·守法经营"}
    number = ask(bureau, record, "repair", claims=claims)
    assert shown(bureau, record)["petitions"] == []
    take_up(bureau, number)
    (mark,) = shown(bureau, record)["petitions"]
    assert mark["pledged_on"] == "2026-05-12"
    page = bureau.public.get(f"/records/{record}").text
    assert ("已作出信用承诺" in page, "守法经营" in page) == (True, False)


def test_a_file_is_what_its_content_says(opening: Opening) -> None:
    """PDF, JPEG, PNG by content and by name; text and a false extension are refused, and HTML stays text."""
    bureau = opening("published")
    record = punished(bureau)
    bureau.clock.set("2026-05-12")
    words = '<script>alert(1)</script> =HYPERLINK("http://x")'
    number = ask(bureau, record, text=words, asker_name="=1+1<b>甲</b>")
    kept = made(bureau.desk("reviewer").get(f"/api/v1/petitions/{number}"))
    assert (kept["text"], kept["asker_name"]) == (words, "=1+1<b>甲</b>")
    path = f"/api/v1/petitions/{number}/files?name="
    added = made(bureau.desk("reviewer").post(path + "a", PDF))
    assert (added["media_type"], added["name"]) == ("application/pdf", "a.pdf")
    handed = bureau.desk("approver").get(f"/api/v1/petitions/{number}/files/{added['file_id']}")
    assert handed.content == PDF
    assert handed.headers["Content-Disposition"].startswith("attachment")
    before = bureau.contents()
    false = ((b"<html>", "a.pdf", "petition_file_type"), (b"MZ\x00", "a.png", "file_type"), (PDF, "a.hta", "field"))
    for data, name, code in false:
        assert bureau.desk("reviewer").post(path + name, data).json()["code"] == code
    assert bureau.contents() == before
    sound(bureau)
    kept_at = petition_store(bureau.service).directory / added["file_id"][:2] / added["file_id"]
    kept_at.write_bytes(b"%PDF-")
    report = run_fsck(bureau.service.settings, NOTHING_KEPT, lambda _stage: None)
    assert [(each.table, each.key) for each in report.differences] == [("petition_files", added["file_id"])]
    asked_for = bureau.desk("approver").get(f"/api/v1/petitions/{number}/files/{added['file_id']}")
    assert asked_for.json()["code"] == "altered_file"
    erased(bureau, "petition", number)
    assert not kept_at.exists()
    sound(bureau)


def test_a_correction_waits_in_the_clocks_until_it_is_decided(opening: Opening) -> None:
    """From its receipt, taken up or not; past the last day it is overdue, and once answered it was late."""
    bureau = opening("published")
    record = punished(bureau)
    bureau.clock.set("2026-05-20")
    number = ask(bureau, record, "correction")
    reader, path = bureau.desk("supervisor"), "/api/v1/clocks?duty=correction"
    (waits,) = made(reader.get(path))
    assert (waits["key"], waits["due_on"], waits["state"]) == (number, "2026-06-09", "open")
    take_up(bureau, number)
    bureau.clock.set("2026-06-10")
    assert [each["state"] for each in made(reader.get(path))] == ["overdue"]
    list(work(bureau.service))
    reminded = [(each["state"], each["key"]) for each in made(reader.get("/api/v1/reminders"))]
    assert ("overdue", number) in reminded
    assert shown(bureau, record)["petitions"][0]["late"] is True
    answer(bureau, number, upheld=True, remedy="correct")
    assert made(reader.get(path)) == []
    (late,) = made(reader.get(f"{path}&state=late"))
    assert (late["key"], late["done_on"]) == (number, "2026-06-10")
    repair = ask(bureau, record, "repair")
    assert made(reader.get("/api/v1/clocks?duty=repair")) == []
    take_up(bureau, repair)
    (left,) = made(reader.get("/api/v1/clocks?duty=repair"))
    assert (left["key"], left["due_on"], left["state"]) == (repair, None, "open")
