"""The gate of a penalty: what has to be on record before it is published, and which words of it are."""

import hashlib
from datetime import date
from typing import Any

import pytest

from app.command_fsck import run_fsck
from app.record import SYSTEM
from publicity.disclosure import Disclosure, Subject, penalty_source, project_again
from publicity.fsck.check import NOTHING_KEPT
from publicity.redaction import MARK
from registry.journal import Act, Kind, write
from registry.penalties import get_penalty
from registry.people import Role
from sampling.canonical import jcs
from tests.app.test_erasures import erased, holds
from tests.building import Bureau
from tests.desks import made
from tests.papers import document, notice, penalty
from tests.workshop import Opening

IDENTITY, PHONE = "140199199003071015", "13800001234"
PERSON = "赵示例"
NAMED = (
    f"委托代理人：{PERSON}，身份证号码：{IDENTITY}，联系电话：{PHONE}。{PERSON}陈述了意见。本机关电话：0351-6000000。\n"
)
FACTS = f"经查，当事人由{PERSON}用手机{PHONE}联系买家。"


def decided(bureau: Bureau, **changes: Any) -> str:  # noqa: ANN401 - JSON
    """Decide a penalty on the finding with a problem."""
    answer = made(bureau.desk("approver").post("/api/v1/penalties", penalty(bureau.notes.findings[0], **changes)))
    return str(answer["penalty_id"])


def at(number: str, step: str) -> str:
    """Return the address of a step of a penalty."""
    return f"/api/v1/penalties/{number}/{step}"


def publish(bureau: Bureau, number: str, by: str = "publisher") -> Any:  # noqa: ANN401 - a response
    """Ask for a penalty to be published."""
    return bureau.desk(by).post(at(number, "publication"))


def codes(bureau: Bureau, number: str) -> list[str]:
    """Return what a penalty lacks."""
    return [each["code"] for each in made(bureau.desk("publisher").get(at(number, "gate")))["lacking"]]


def entered(bureau: Bureau, number: str, named: str = NAMED) -> list[dict[str, Any]]:
    """Enter document and notice, and return what is proposed for removal."""
    made(bureau.desk("approver").post(at(number, "document"), document(named=named)))
    made(bureau.desk("approver").post(at(number, "notice"), notice()))
    found: list[dict[str, Any]] = made(bureau.desk("reviewer2").get(at(number, "proposals")))["proposals"]
    return found


def stretch(proposal: dict[str, Any], *, remove: bool, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a decision on a proposal."""
    return {name: proposal[name] for name in ("text", "start", "end")} | {"remove": remove} | changes


def reviewed(bureau: Bureau, number: str, decisions: list[dict[str, Any]], **changes: Any) -> Any:  # noqa: ANN401
    """Review the first version of a document and return the response."""
    body = {"version": 1, "approved": True, "decisions": decisions} | changes
    return bureau.desk("reviewer2").post(at(number, "review"), body)


def shown(bureau: Bureau) -> dict[str, Any]:
    """Return the one published penalty."""
    (row,) = made(bureau.public.get("/penalties.json"))["rows"]
    return dict(row)


@pytest.mark.parametrize("private", [IDENTITY, PHONE, "6222021234567890128"])
def test_a_decision_number_that_holds_a_number_of_a_person_is_refused(opening: Opening, private: str) -> None:
    """It is published whole, so it is not taken: field and remedy are named, and the number is not said again."""
    bureau = opening("reviewed")
    before = bureau.contents()
    whole = penalty(bureau.notes.findings[0], decision_no=f"测市监处罚〔2020〕{private}号")
    refused = bureau.desk("approver").post("/api/v1/penalties", whole)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/decision_no")
    assert private not in refused.text
    assert bureau.contents() == before


def test_a_refusal_lists_everything_that_is_missing_with_its_source(opening: Opening) -> None:
    """Nothing is on record but the decision: document, notice and review, each with its article and what to do."""
    bureau = opening("published")
    number = decided(bureau)
    before = bureau.contents()
    refused = publish(bureau, number)
    assert (refused.status_code, refused.json()["code"]) == (409, "gate_closed")
    detail = refused.json()["detail"]
    for article in ("第四条、第七条", "第八条", "第五条、第六条"):
        assert f"市场监督管理行政处罚信息公示规定{article}" in detail
    assert len(refused.json()["errors"]) == 3
    assert all(each["problem"] and each["remedy"] for each in refused.json()["errors"])
    english = bureau.desk("publisher").post(at(number, "publication"), Accept_Language="en").json()["detail"]
    assert "article 8" in english
    assert bureau.contents() == before
    assert made(bureau.public.get("/penalties.json"))["rows"] == []


def test_the_gate_opens_step_by_step_and_the_page_shows_what_passed(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("published")
    number = decided(bureau, facts=FACTS)
    assert codes(bureau, number) == ["document", "notice", "review"]
    proposals = entered(bureau, number)
    assert codes(bureau, number) == ["review"]
    assert publish(bureau, number).json()["code"] == "gate_closed"
    made(reviewed(bureau, number, [stretch(each, remove=True) for each in proposals]))
    assert codes(bureau, number) == []
    made(publish(bureau, number))
    row = shown(bureau)
    assert f"委托代理人：{MARK}，身份证号码：{MARK}，联系电话：{MARK}。{MARK}陈述了意见。" in row["document"]
    assert row["document_digest"] == hashlib.sha256(row["document"].encode()).hexdigest()
    assert row["facts"] == f"经查，当事人由{MARK}用手机{MARK}联系买家。"
    page = bureau.public.get(row["operator_path"]).text
    for part in row["document"].splitlines():
        assert part in page
    for digest in (row["document_digest"], row["delivered_digest"]):
        assert digest in page.replace("<span>", "").replace("</span>", "").replace("<wbr>", "")
    everything = page + bureau.public.get("/penalties").text + bureau.public.get("/penalties.json").text
    everything += bureau.public.get(f"/log/evidence/p-{number}").text
    assert [each for each in (PERSON, IDENTITY, PHONE) if each in everything] == []
    assert run_fsck(bureau.service.settings, NOTHING_KEPT, lambda _stage: None).lines()[-1].startswith("一致")


def test_what_is_published_is_what_was_delivered_but_for_what_was_removed(opening: Opening) -> None:
    """With nothing to remove the two are the same text, letter for letter (45号令 article 7)."""
    bureau = opening("published")
    number = decided(bureau)
    bureau.clear(number)
    made(publish(bureau, number))
    assert shown(bureau)["document"] == document()["text"]


def test_a_proposal_that_nobody_decided_stays_hidden(opening: Opening) -> None:
    """A review that says nothing of them approves the rest."""
    bureau = opening("published")
    number = decided(bureau, facts=FACTS)
    entered(bureau, number)
    answer = made(reviewed(bureau, number, []))
    assert {each["verdict"] for each in answer["spans"]} == {"undecided", "carried"}
    made(publish(bureau, number))
    row = shown(bureau)
    assert [each for each in (PERSON, IDENTITY, PHONE, "6000000") if each in row["document"] + row["facts"]] == []


def test_what_a_person_adds_is_removed_in_every_text(opening: Opening) -> None:
    bureau = opening("published")
    number = decided(bureau, facts="经查，配方甲在用。", content="罚款，配方甲没收。")
    entered(bureau, number, named="涉案配方甲一份。")
    start = made(bureau.desk("reviewer2").get(at(number, "proposals")))["texts"]["document"].index("配方甲")
    added = {"text": "document", "start": start, "end": start + 3, "remove": True}
    refused = reviewed(bureau, number, [added])
    assert refused.json()["errors"][0]["pointer"] == "/decisions/0/kind"
    answer = made(reviewed(bureau, number, [added | {"kind": "trade_secret"}]))
    assert {each["text"]: each["verdict"] for each in answer["spans"]} == {
        "document": "added",
        "facts": "carried",
        "content": "carried",
    }
    made(publish(bureau, number))
    row = shown(bureau)
    assert "配方甲" not in row["document"] + row["facts"] + row["content"]


def test_a_number_is_kept_with_a_reason_alone(opening: Opening) -> None:
    """A name may be kept without one."""
    bureau = opening("published")
    number = decided(bureau)
    proposals = entered(bureau, number)
    office = next(each for each in proposals if "6000000" in each["words"])
    name = next(each for each in proposals if each["kind"] == "name")
    before = bureau.contents()
    for reason in ("", " \n"):
        refused = reviewed(bureau, number, [stretch(office, remove=False, reason=reason)])
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/decisions/0/reason")
    assert bureau.contents() == before
    kept = [stretch(office, remove=False, reason="本机关电话"), stretch(name, remove=False)]
    made(reviewed(bureau, number, kept))
    made(publish(bureau, number))
    assert "0351-6000000" in shown(bureau)["document"]
    assert shown(bureau)["document"].count(PERSON) == 1, "the other place was not decided"


WRONG = [
    ({"start": 5, "end": 5}, "/decisions/0/end"),
    ({"start": 0, "end": 10**6}, "/decisions/0/end"),
    ({"start": 0, "end": 2, "remove": False}, "/decisions/0/remove"),
]


@pytest.mark.parametrize(("changes", "pointer"), WRONG)
def test_a_decision_on_no_stretch_is_refused(opening: Opening, changes: dict[str, Any], pointer: str) -> None:
    bureau = opening("published")
    number = decided(bureau)
    entered(bureau, number)
    before = bureau.contents()
    decision = {"text": "document", "start": 0, "end": 2, "remove": True, "kind": "other"} | changes
    refused = reviewed(bureau, number, [decision])
    assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (422, [pointer])
    twice = reviewed(bureau, number, [decision | {"start": 0, "end": 2, "remove": True}] * 2)
    assert [each["pointer"] for each in twice.json()["errors"]] == ["/decisions/1/start"]
    assert bureau.contents() == before


def test_who_decided_or_entered_does_not_review_and_who_reviewed_does_not_publish(opening_anywhere: Opening) -> None:
    """Three people: one decides, one reviews, one publishes (45号令 articles 5, 6, 16)."""
    bureau = opening_anywhere("published")
    both = bureau.hire("both", Role.APPROVER, Role.REVIEWER, Role.PUBLISHER)
    number = str(made(both.post("/api/v1/penalties", penalty(bureau.notes.findings[0])))["penalty_id"])
    made(both.post(at(number, "document"), document()))
    made(both.post(at(number, "notice"), notice()))
    body = {"version": 1, "approved": True}
    before = bureau.contents()
    refused = both.post(at(number, "review"), body)
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")
    assert bureau.contents() == before
    third = bureau.hire("third", Role.REVIEWER, Role.PUBLISHER, Role.APPROVER)
    made(third.post(at(number, "document"), document(named="更正。")))
    refused = third.post(at(number, "review"), body | {"version": 2})
    assert refused.json()["code"] == "same_person", "who entered the newest text does not review it"
    made(both.post(at(number, "document"), document()))
    made(third.post(at(number, "review"), body | {"version": 3}))
    refused = publish(bureau, number, "third")
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")
    made(publish(bureau, number))


def test_a_later_document_needs_a_review_of_its_own(opening: Opening) -> None:
    """And a review of a text that was replaced while it was read is refused."""
    bureau = opening("published")
    number = decided(bureau)
    proposals = entered(bureau, number)
    made(reviewed(bureau, number, []))
    made(bureau.desk("approver").post(at(number, "document"), document(named=f"{NAMED}更正。")))
    assert codes(bureau, number) == ["review"]
    assert publish(bureau, number).json()["code"] == "gate_closed"
    refused = reviewed(bureau, number, [stretch(each, remove=True) for each in proposals])
    assert refused.json()["errors"][0]["pointer"] == "/version"
    made(reviewed(bureau, number, [], version=2))
    made(publish(bureau, number))


def test_a_review_that_does_not_approve_says_why_and_keeps_the_gate_closed(opening: Opening) -> None:
    bureau = opening("published")
    number = decided(bureau)
    entered(bureau, number)
    assert reviewed(bureau, number, [], approved=False).json()["errors"][0]["pointer"] == "/opinion"
    made(reviewed(bureau, number, [], approved=False, opinion="涉及未公开的技术参数"))
    assert codes(bureau, number) == ["refused"]
    assert publish(bureau, number).json()["code"] == "gate_closed"
    made(reviewed(bureau, number, []))
    made(publish(bureau, number))


def test_a_notice_after_the_delivery_is_a_paper_of_its_own_and_late(opening: Opening) -> None:
    """Of a decision delivered weeks ago nothing that was handed over then tells later; supervisors see both delays."""
    bureau = opening("published")
    bureau.clock.set("2026-05-06")
    number = decided(bureau, decided_on="2026-05-06")
    bureau.clock.set("2026-06-30")
    approver = bureau.desk("approver")
    made(approver.post(at(number, "document"), document(delivered_on="2026-05-18")))
    before = bureau.contents()
    refused = approver.post(at(number, "notice"), notice(told_on="2026-06-30"))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/told_on")
    assert "第八条" in refused.json()["detail"]
    assert bureau.contents() == before
    made(approver.post(at(number, "notice"), notice(told_on="2026-06-30", how="separate")))
    late = made(bureau.desk("supervisor").get(at(number, "gate")))["late"]
    assert [(each["code"], each["due_on"], each["done_on"]) for each in late] == [
        ("delivery", "2026-05-14", "2026-05-18"),
        ("notice", "2026-05-18", "2026-06-30"),
    ]
    mended = approver.post(at(number, "document"), document(delivered_on="2026-05-14"))
    assert mended.is_success, "a separate notice may come later than any delivery"
    late = made(bureau.desk("supervisor").get(at(number, "gate")))["late"]
    assert [each["code"] for each in late] == ["notice"]


REFUSED = [
    ("document", {"text": " \n"}, "/text"),
    ("document", {"text": "另一份决定书，文号不同"}, "/text"),
    ("document", {"text": "测市监处罚〔2020〕1号" + "长" * 50_000}, "/text"),
    ("document", {"text": "测市监处罚〔2020〕1号\x00"}, "/text"),
    ("document", {"delivered_on": "2020-09-21"}, "/delivered_on"),
    ("document", {"delivered_on": "2020-09-24"}, "/delivered_on"),
    ("notice", {"told_on": "2020-09-21"}, "/told_on"),
    ("notice", {"told_on": "2020-09-24"}, "/told_on"),
    ("notice", {"reference": " "}, "/reference"),
    ("notice", {"how": "by_word_of_mouth"}, "/how"),
]


@pytest.mark.parametrize(("step", "changes", "pointer"), REFUSED)
def test_a_document_or_notice_that_cannot_stand_is_refused(
    opening: Opening, step: str, changes: dict[str, Any], pointer: str
) -> None:
    """Another decision's text, a day before the decision or after today, a notice that is not in writing."""
    bureau = opening("published")
    number = decided(bureau)
    before = bureau.contents()
    body = (document() if step == "document" else notice()) | changes
    refused = bureau.desk("approver").post(at(number, step), body)
    assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (422, [pointer])
    assert bureau.contents() == before


def test_nothing_of_the_gate_changes_once_the_penalty_is_published(opening: Opening) -> None:
    bureau = opening("published")
    number = decided(bureau)
    bureau.clear(number)
    made(publish(bureau, number))
    before = bureau.contents()
    approver = bureau.desk("approver")
    answers = [
        approver.post(at(number, "document"), document()),
        approver.post(at(number, "notice"), notice()),
        reviewed(bureau, number, []),
    ]
    assert {(each.status_code, each.json()["code"]) for each in answers} == {(409, "disclosure_state")}
    assert bureau.contents() == before


def test_the_digest_of_the_delivered_text_tells_nothing_of_what_was_removed(opening: Opening) -> None:
    """Whoever tries every telephone in the place of the mark finds none: the salt is not public."""
    bureau = opening("published")
    number = decided(bureau)
    entered(bureau, number)
    made(reviewed(bureau, number, []))
    made(publish(bureau, number))
    row = shown(bureau)
    delivered = document(named=NAMED)["text"]
    assert row["delivered_digest"] != hashlib.sha256(delivered.encode()).hexdigest()
    kept = made(bureau.desk("supervisor").get(at(number, "proposals")))
    opened = hashlib.sha256(b"\x02" + bytes.fromhex(kept["salt"]) + kept["texts"]["document"].encode()).hexdigest()
    assert opened == row["delivered_digest"], "and a supervisor checks it"


def test_an_erased_penalty_loses_its_document_notice_and_review(opening_anywhere: Opening) -> None:
    """Published or not; what is public says so, and fsck finds nothing amiss."""
    bureau = opening_anywhere("published")
    number = decided(bureau, facts=FACTS)
    proposals = entered(bureau, number)
    office = next(each for each in proposals if "6000000" in each["words"])
    opinion = "审查意见里写了原因"
    made(reviewed(bureau, number, [stretch(office, remove=False, reason="保留理由一则")], opinion=opinion))
    made(publish(bureau, number))
    words = (PERSON, IDENTITY, PHONE, opinion, "保留理由一则", "决定书第2页")
    assert all(holds(bureau, each) for each in words)
    erased(bureau, "penalty", number)
    assert {each: holds(bureau, each) for each in words} == {each: set() for each in words}
    assert shown(bureau)["document"] == "（内容已依法删除）"
    assert run_fsck(bureau.service.settings, NOTHING_KEPT, lambda _stage: None).lines()[-1].startswith("一致")


def test_a_penalty_that_was_erased_before_publication_lacks_its_summary(opening: Opening) -> None:
    bureau = opening("published")
    number = decided(bureau)
    bureau.clear(number)
    erased(bureau, "penalty", number)
    assert codes(bureau, number) == ["summary", "document"]
    refused = publish(bureau, number)
    assert "当事人基本情况、违法行为类型、处罚内容" in refused.json()["detail"]


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>=HYPERLINK(1){{ 7*7 }}"


def test_markup_and_formulas_in_every_text_are_shown_as_text(opening: Opening) -> None:
    """The document and each field of the decision, its number included."""
    bureau = opening("published")
    fields = ("decision_no", "violation", "facts", "basis", "content")
    number = decided(bureau, **{name: f"{name}{HOSTILE}" for name in fields})
    bureau.clear(number, named=f"document{HOSTILE}\n")
    made(publish(bureau, number))
    for address in (shown(bureau)["operator_path"], "/penalties"):
        page = bureau.public.get(address).text
        assert "<script" not in page
        assert "<img" not in page
        shown_there = fields if address == "/penalties" else (*fields, "document")
        assert [each for each in shown_there if f"{each}&lt;script&gt;alert(1)&lt;/script&gt;" not in page] == []
        assert "{{ 7*7 }}" in page


@pytest.mark.parametrize("name", ["publisher", "officer", "registrar", "reader", "administrator", "market-1"])
def test_the_delivered_text_is_read_by_those_alone_who_prepare_the_publication(opening: Opening, name: str) -> None:
    bureau = opening("published")
    number = decided(bureau)
    entered(bureau, number)
    assert bureau.desk(name).get(at(number, "proposals")).status_code == 403
    gate = bureau.desk("publisher").get(at(number, "gate")).text
    assert [each for each in (PERSON, IDENTITY, PHONE) if each in gate] == []


def test_a_penalty_published_by_an_earlier_version_stays_as_it_is(opening_anywhere: Opening) -> None:
    """It has no document; its page says so, nothing can be added, and fsck compares it as before."""
    bureau = opening_anywhere("published")
    number = decided(bureau)

    def publish_as_before(act: Act) -> str:
        source = penalty_source(number)
        penalty_row = get_penalty(act.session, number)
        disclosure = Disclosure(
            disclosure_id=f"p-{number}",
            subject=Subject.PENALTY,
            source_id=source,
            unit_id=penalty_row.unit_id,
            cause="drawn",
            draw_id=bureau.notes.draw_id,
            year=2020,
            problem=True,
            event_on=penalty_row.decided_on,
            due_on=date(2020, 10, 26),
            content="",
            published_by=act.person,
            published_at=act.at,
            fact_id=0,
        )
        content = project_again(act.session, disclosure)
        body = {"disclosure": disclosure.disclosure_id, "content": content}
        disclosure.fact_id = write(act, Kind.PENALTY_PUBLISHED, subject=source, body=body)
        disclosure.content = jcs(content).decode()
        act.session.add(disclosure)
        return number

    bureau.service.recorder.record(SYSTEM, publish_as_before)
    row = shown(bureau)
    assert [row[name] for name in ("document", "document_digest", "delivered_digest")] == [None] * 3
    assert "早于决定书全文公示的要求" in bureau.public.get(row["operator_path"]).text
    assert bureau.desk("approver").post(at(number, "document"), document()).json()["code"] == "disclosure_state"
    assert run_fsck(bureau.service.settings, NOTHING_KEPT, lambda _stage: None).lines()[-1].startswith("一致")
