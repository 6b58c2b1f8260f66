"""Penalties that another province pushed here: one gate, one page, one end, and only their beginning another's."""

from contextlib import closing
from typing import Any

import httpx
import pytest
from sqlmodel import Session, select

from app.db import Database
from app.models import METADATA
from app.working import work
from registry.errors import AbsentError
from registry.grounds import readable_penalty, told_with
from registry.penalties import Penalty, get_penalty
from registry.people import Role
from registry.sealed import found_visits
from tests.app.test_clocks import clocks, decided
from tests.app.test_erasures import erased, holds, sound
from tests.app.test_pushes import away, push
from tests.app.test_statutory import coded, report
from tests.app.test_uploads import upload
from tests.building import Bureau
from tests.desks import Desk, made
from tests.insiders import Insider, change, checked, newest_row
from tests.papers import penalty
from tests.punishing import content_of
from tests.rosters import credit_code
from tests.workshop import Opening

RECEIVED, LAST, LATE = "2026-05-12", "2026-05-26", "2026-05-27"
AUTHORITY = "外省某区市场监督管理局"
BANNED_UNTIL = "2027-05-06"
FACTS = "当事人在外省经营的网店未亮照经营。"


def receive(bureau: Bureau, *, desk: Desk | None = None, **changes: object) -> httpx.Response:
    """Ask for a ban that another province decided and pushed to be recorded."""
    body = penalty("", decided_on="2026-05-06", kinds=["fine", "activity_restricted"], restricted_until=BANNED_UNTIL)
    del body["finding_id"]
    body |= {
        "unit_id": credit_code(1),
        "authority_area": "110105",
        "authority": AUTHORITY,
        "sender": "外省市场监督管理局",
        "letter_no": "外市监推〔2026〕12号",
        "received_on": RECEIVED,
    }
    return (desk or bureau.desk("approver")).post("/api/v1/received-penalties", body | changes)


def published(bureau: Bureau, **changes: object) -> str:
    """Receive a penalty, bring it through the gate, publish it, and return its number."""
    number: str = made(receive(bureau, desk=None, **changes))["penalty_id"]
    bureau.clear(number)
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    return number


def test_a_received_penalty_goes_through_the_gate_and_lives_and_ends_like_any_other(opening_anywhere: Opening) -> None:
    """Due in ten working days from its receipt; on page, restrictions, changes; gone everywhere after its term."""
    bureau = opening_anywhere("published")
    coded(bureau)
    bureau.clock.set(RECEIVED)
    got = made(receive(bureau))
    number, publish = got["penalty_id"], f"/api/v1/penalties/{got['penalty_id']}/publication"
    assert (got["finding_id"], got["received"]["authority"], got["published"]) == (None, AUTHORITY, False)
    assert made(bureau.desk("reviewer").get(f"/api/v1/received-penalties/{number}")) == got
    assert [each["penalty_id"] for each in made(bureau.desk("reviewer").get("/api/v1/received-penalties"))] == [number]
    assert number in {each["penalty_id"] for each in made(bureau.desk("reviewer").get("/api/v1/penalties"))}
    (waiting,) = clocks(bureau, "?duty=penalty_received")
    assert (waiting["key"], waiting["event_on"], waiting["due_on"]) == (number, RECEIVED, LAST)
    assert [clocks(bureau, f"?duty={duty}") for duty in ("penalty", "penalty_elsewhere", "upload")] == [[], [], []]
    assert any(each["duty"] == waiting["words"] for each in made(bureau.public.get("/index.json"))["clocks"])
    list(work(bureau.service))
    reminded = made(bureau.desk("publisher").get("/api/v1/reminders"))
    assert ("penalty_received", "arrived", number) in {(e["duty"], e["state"], e["key"]) for e in reminded}
    closed = bureau.desk("publisher").post(publish)
    assert (closed.status_code, closed.json()["code"]) == (409, "gate_closed")
    bureau.clock.set(LATE)
    bureau.clear(number, named="当事人联系电话13812345678。")
    assert [each["state"] for each in clocks(bureau, "?duty=penalty_received")] == ["overdue"]
    shown = made(bureau.desk("publisher").post(publish))
    assert (shown["due_on"], clocks(bureau, "?duty=penalty_received")) == (LAST, [])
    (late,) = clocks(bureau, "?duty=penalty_received&state=late")
    assert (late["key"], late["event_on"]) == (f"p-{number}", RECEIVED)

    (row,) = [each for each in made(bureau.public.get("/penalties.json"))["rows"] if each["penalty_id"] == number]
    assert (row["authority"], row["late"], row["result_path"]) == (AUTHORITY, True, None)
    assert "外省" in row["origin"]
    assert "13812345678" not in row["document"]
    page = bureau.public.get(f"/operators/{credit_code(1)}").text
    assert AUTHORITY in page
    (answer,) = made(bureau.desk("reader").get(f"/api/v1/operators/{credit_code(1)}/restrictions"))["answers"]
    assert BANNED_UNTIL in {each["until_on"] for each in answer["restrictions"]}
    assert f"p-{number}" in {each["record_id"] for each in made(bureau.public.get("/changes.json"))["changes"]}
    assert bureau.desk("supervisor").get("/api/v1/exports/penalties.xlsx").status_code == 200
    assert bureau.desk("supervisor").get("/api/v1/exports/disclosures.xlsx").status_code == 200
    assert report(bureau)["rows"] == 0, "uploaded by who decided it"
    refused = upload(bureau, f"p-{number}")
    assert (refused.status_code, refused.json()["code"]) == (409, "upload_state")
    paper = bureau.desk("approver").get(f"/api/v1/penalties/{number}/receipt.html")
    assert (paper.status_code, paper.json()["code"]) == (409, "received_penalty")

    bureau.clock.set("2029-05-28")
    assert bureau.public.get(f"/records/p-{number}").status_code == 410
    list(work(bureau.service))
    assert content_of(bureau, f"p-{number}") == ""
    sound(bureau)


def test_what_another_authority_decided_ends_early_on_its_word_alone(opening: Opening) -> None:
    """A repair is refused with its name; two people carry out its letter; what it revoked is withdrawn."""
    bureau = opening("published")
    bureau.clock.set(RECEIVED)
    keys = [f"p-{published(bureau, decision_no=f'测市监处罚〔2026〕{number}号')}" for number in (1, 2)]
    asked = {
        "kind": "repair",
        "asker": "operator",
        "asker_code": credit_code(1),
        "asker_name": "当事人",
        "asker_office": "经营者",
        "contact": "电话",
        "text": "已履行",
        "channel": "counter",
        "received_on": RECEIVED,
        "claims": {},
    }
    refused = bureau.desk("reviewer").post(f"/api/v1/disclosures/{keys[0]}/petitions", asked)
    assert (refused.status_code, refused.json()["code"]) == (403, "no_repair")
    assert AUTHORITY in refused.json()["detail"]
    bureau.clock.set("2026-12-01")
    early = {"event_on": "2026-11-30", "document_no": "外市监修〔2026〕3号", "reason": "决定机关准予提前停止公示。"}
    for key, ground in zip(keys, ("ended_early", "revoked"), strict=True):
        path = f"/api/v1/disclosures/{key}/withdrawal"
        got = made(bureau.desk("publisher").post(path, early | {"ground": ground, "reason": "理由。"}))
        assert (got["due_on"] is None) == (ground == "ended_early")
        made(bureau.desk("approver").post(f"/api/v1/withdrawals/{got['withdrawal_id']}/decision", {"approved": True}))
    first, second = (bureau.public.get(f"/records/{key}") for key in keys)
    assert (first.status_code, second.status_code) == (410, 410)
    assert ("理由。" in first.text, "理由。" in second.text) == (False, True)
    sound(bureau)
    own = decided(bureau, decided_on="2026-11-30", decision_no="测市监处罚〔2026〕9号")
    bureau.clear(own)
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{own}/publication"))
    here = bureau.desk("publisher").post(f"/api/v1/disclosures/p-{own}/withdrawal", early | {"ground": "ended_early"})
    assert here.json()["errors"][0]["pointer"] == "/ground"


def test_a_number_is_taken_once_by_each_authority(opening_anywhere: Opening) -> None:
    """Ours, and those of two provinces, may be the same; the same of one authority is refused."""
    bureau = opening_anywhere("published")
    bureau.clock.set(RECEIVED)
    own = decided(bureau, decided_on="2026-05-06")
    others = [made(receive(bureau))["penalty_id"], made(receive(bureau, authority_area="310101"))["penalty_id"]]
    assert len({own, *others}) == 3
    twice = receive(bureau)
    assert (twice.status_code, twice.json()["code"]) == (409, "received_before")
    again = bureau.desk("approver").post("/api/v1/penalties", penalty(bureau.notes.findings[0]))
    assert (again.status_code, again.json()["code"]) == (409, "decision_exists")


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"authority_area": "140100"}, 422, "/authority_area"),
        ({"authority_area": "北京"}, 422, "行政区划代码"),
        ({"authority": " "}, 422, "/authority"),
        ({"sender": ""}, 422, "/sender"),
        ({"received_on": "2026-05-13"}, 422, "/received_on"),
        ({"received_on": "2026-05-05"}, 422, "/decided_on"),
        ({"received_on": "2021-08-31", "decided_on": "2021-08-01"}, 409, "no_clock"),
        ({"unit_id": "911400001123599660"}, 404, "911400001123599660"),
        ({"department": "moon"}, 404, "moon"),
        ({"kinds": ["fine"]}, 422, "/restricted_until"),
        ({"fine_fen": 0}, 422, "/fine_fen"),
        ({"finding_id": "x"}, 422, "/finding_id"),
    ],
)
def test_what_cannot_have_been_received_is_refused_whole(
    opening: Opening, changes: dict[str, Any], status: int, said: str
) -> None:
    bureau = opening("published")
    bureau.clock.set(RECEIVED)
    before = bureau.contents()
    refused = receive(bureau, **changes)
    assert (refused.status_code, said in refused.text) == (status, True), refused.text
    assert bureau.contents() == before


def test_who_entered_it_neither_reviews_nor_publishes_it(opening: Opening) -> None:
    """Whatever roles they have; and once it is erased, its texts are nowhere and the log is whole."""
    bureau = opening("published")
    bureau.clock.set(RECEIVED)
    one = bureau.hire("one", Role.APPROVER, Role.REVIEWER, Role.PUBLISHER)
    number = made(receive(bureau, desk=one, facts=FACTS))["penalty_id"]
    bureau.clear(number)
    for step, body in (("review", {"version": 1, "approved": True}), ("publication", None)):
        refused = one.post(f"/api/v1/penalties/{number}/{step}", body)
        assert (refused.status_code, refused.json()["code"]) == (403, "same_person")
        assert "登记收到该处罚" in refused.json()["detail"]
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    assert FACTS in bureau.public.get(f"/records/p-{number}.json").text
    erased(bureau, "penalty", number)
    assert holds(bureau, FACTS) == set()
    assert bureau.public.get(f"/records/p-{number}.json").status_code == 200
    sound(bureau)


def test_a_received_warning_stays_off_the_page_and_is_not_due(opening: Opening) -> None:
    bureau = opening("published")
    bureau.clock.set(RECEIVED)
    number = made(receive(bureau, kinds=["warning"], fine_fen=0, restricted_until=None))["penalty_id"]
    assert clocks(bureau, "?duty=penalty_received") == []
    bureau.clear(number)
    refused = bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_publishable")
    pushed = push(bureau, number)
    assert (pushed.status_code, pushed.json()["code"]) == (403, "not_pushed")


def test_a_sealed_visit_still_hides_its_penalty_and_what_was_received_is_told(opening: Opening) -> None:
    """Whatever put a penalty on a visit that is not open: it is told as little as the visit."""
    bureau = opening("reviewed", sealed=True)
    bureau.clock.set(RECEIVED)
    number = made(receive(bureau))["penalty_id"]
    with (
        closing(Database(bureau.service.settings.database_url)) as database,
        Insider(database).at_work() as connection,
        Session(connection) as session,
    ):
        own = get_penalty(session, number).model_dump() | {"penalty_id": "x", "finding_id": bureau.notes.findings[0]}
        session.add(Penalty(**own))
        session.flush()
        told = select(Penalty.penalty_id).where(told_with(found_visits()))
        assert list(session.exec(told)) == [number]
        with pytest.raises(AbsentError):
            readable_penalty(session, "x", None)
        assert readable_penalty(session, number, None).penalty_id == number


def test_an_altered_push_or_receipt_is_found(opening: Opening) -> None:
    """The day of a push, the authority and the day of what was received, and what is shown of it."""
    bureau = opening("published")
    bureau.clock.set("2026-05-06")
    published(bureau, received_on="2026-05-06")
    number = away(bureau, decision_no="测市监处罚〔2026〕2号")
    bureau.clock.set(LATE)
    made(push(bureau, number))
    with closing(Database(bureau.service.settings.database_url)) as database:
        insider = Insider(database)
        edits = {
            "penalty_pushes": ("pushed_on", "2026-05-19"),
            "received_penalties": ("received_on", "2026-05-26"),
            "penalties": ("content", "不予处罚"),
        }
        for name, (column, value) in edits.items():
            table = METADATA.tables[name]
            with insider.at_work() as connection:
                assert checked(connection).sound
                kept = table.c[column].type.python_type
                change(connection, table, newest_row(connection, table), {column: _as(kept, value)})
                report_ = checked(connection)
            assert column in {each.column for each in report_.differences if each.table == name}


def _as(kind: type, value: str) -> Any:  # noqa: ANN401 - a cell
    return kind.fromisoformat(value) if hasattr(kind, "fromisoformat") else value
