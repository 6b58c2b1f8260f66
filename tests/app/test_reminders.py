"""Reminders: what is due soon or overdue is said once, to those who can act on it, and never what is sealed."""

import email
import email.policy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.reminder_mail import what_to_tell
from app.working import work
from publicity.clocks import Duty
from registry.outbox import Work
from tests.app.test_cases import extend, filed, pause
from tests.app.test_clocks import decided
from tests.app.test_paging import pages
from tests.app.test_statutory import coded
from tests.app.test_uploads import upload
from tests.app.test_withdrawals import request
from tests.app.test_worker import jobs
from tests.building import Bureau
from tests.desks import made
from tests.papers import finding
from tests.postbox import postbox
from tests.punishing import all_punished
from tests.workshop import Opening

SOON, LAST, LATE = "2020-10-14", "2020-10-19", "2020-10-20"
"""Of a result of 15 September 2020: three working days before its last day, that day, and the day after."""


def read(bureau: Bureau, who: str = "publisher") -> list[tuple[str, str, str]]:
    """Return duty, state and record of the reminders that somebody reads."""
    return [(each["duty"], each["state"], each["key"]) for each in made(bureau.desk(who).get("/api/v1/reminders"))]


def on(bureau: Bureau, day: str, clock: str = "09:00") -> list[tuple[str, str, str]]:
    """Let the worker look on a day, and return what a publisher is reminded of then."""
    bureau.clock.set(day, clock)
    list(work(bureau.service))
    return read(bureau)


def overdue(bureau: Bureau) -> Mapping[Duty, int]:
    """Return how many of each duty a mail of this moment would say are overdue."""
    with bureau.service.database.reading() as session:
        deadlines = bureau.service.deadlines.known_to(session)
        return what_to_tell(session, deadlines, bureau.clock.instant).overdue


def test_a_result_is_reminded_of_before_its_last_day_and_when_it_is_overdue(opening_anywhere: Opening) -> None:
    """Once each, however often the worker looks; what was published in between is not."""
    bureau = opening_anywhere("reviewed")
    first, second, third = bureau.notes.visits
    assert on(bureau, "2020-10-13") == []
    soon = [("result", "due_soon", visit) for visit in (first, second, third)]
    assert on(bureau, SOON, "00:00") == on(bureau, SOON) == on(bureau, LAST, "23:59") == soon
    made(bureau.desk("publisher").post(f"/api/v1/findings/{bureau.notes.findings[0]}/publication"))
    late = [("result", "overdue", visit) for visit in (second, third)]
    assert on(bureau, LATE, "00:00") == on(bureau, "2020-12-01") == [*soon, *late]
    assert [page[0]["key"] for page in pages(bureau.desk("publisher"), "/api/v1/reminders")] == [
        key for _, _, key in [*soon, *late]
    ]
    (one, *_) = made(bureau.desk("publisher").get("/api/v1/reminders"))
    assert (one["due_on"], one["words"], one["state_words"]) == (LAST, "检查结果公示", "即将到期")
    assert [job for job in jobs(bureau) if job["kind"] == Work.DUTY] == []


def test_a_penalty_is_reminded_of_by_its_own_clock_and_one_that_law_keeps_off_the_page_is_not(opening: Opening) -> None:
    """To those who publish and review, and to nobody else."""
    bureau = opening("published")
    bureau.clock.set("2020-09-23")
    decided(bureau)
    decided(bureau, procedure="summary", decision_no="测市监处罚〔2020〕2号")
    assert on(bureau, "2020-09-24") == []
    late = [("upload", "overdue", "2020-0001"), ("penalty", "overdue", "2020-0001")]
    assert on(bureau, "2020-11-02") == late, "begun late, it says the last alone"
    assert read(bureau, "supervisor") == read(bureau)
    assert read(bureau, "reviewer") == late[1:]
    assert bureau.desk("reader").get("/api/v1/reminders").status_code == 403


def test_an_upload_is_reminded_of_until_its_receipt_is_on_record(opening: Opening) -> None:
    """Due in seven working days, here on 30 September; what was handed in is said no more."""
    bureau = opening("published")
    coded(bureau)
    bureau.clock.set("2020-09-24")
    first, second = (decided(bureau, decision_no=f"测市监处罚〔2020〕{number}号") for number in (1, 2))

    def uploads(day: str) -> list[tuple[str, str, str]]:
        return [each for each in on(bureau, day) if each[0] == "upload"]

    assert uploads("2020-09-25") == []
    soon = [("upload", "due_soon", first), ("upload", "due_soon", second)]
    assert uploads("2020-09-27") == soon
    bureau.clear(first)
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{first}/publication"))
    made(upload(bureau, f"p-{first}"))
    assert uploads("2020-10-09") == [*soon, ("upload", "overdue", second)]
    assert overdue(bureau)[Duty.UPLOAD] == 1


def test_a_case_is_reminded_of_by_its_last_day_as_it_stands(opening: Opening) -> None:
    """Said to those who decide; not while a pause lasts; its end and an extension begin the watch anew."""
    bureau = opening("reviewed")
    bureau.clock.set("2026-05-06")
    case = filed(bureau)

    def cases(day: str) -> list[str]:
        bureau.clock.set(day)
        list(work(bureau.service))
        assert [each for each in read(bureau, "publisher") if each[0] == "case"] == []
        return [state for duty, state, key in read(bureau, "approver") if duty == "case" and case.endswith(key)]

    assert cases("2026-07-29") == [], "the last day is 4 August, three working days on 30 July"
    assert cases("2026-07-30") == ["due_soon"]
    made(extend(bureau, case, 30, "2026-07-30"))
    assert cases("2026-08-20") == ["due_soon"], "3 September"
    made(pause(bureau, case, "2026-08-20"))
    assert cases("2026-10-20") == ["due_soon"]
    made(bureau.desk("reviewer").post(f"{case}/resumption", {"last_on": "2026-10-19"}))
    assert cases("2026-10-21") == ["due_soon"], "3 November"
    assert cases("2026-10-29") == ["due_soon", "due_soon"]
    assert Duty.CASE not in overdue(bureau)
    assert cases("2026-11-04") == cases("2026-12-01") == ["due_soon", "due_soon", "overdue"]
    assert overdue(bureau)[Duty.CASE] == 1


def test_a_withdrawal_that_arrives_is_said_at_once_to_those_who_decide_it(opening: Opening) -> None:
    """Due within the days before the end already, it is said once; what no law counts days for is never overdue."""
    bureau = opening("published")
    first, second = all_punished(bureau, [{}, {"decision_no": "测〔2026〕2号"}])
    counted, uncounted = made(request(bureau, first)), made(request(bureau, second, ground="inaccurate"))
    arrived = [("withdrawal", "arrived", each["withdrawal_id"]) for each in (counted, uncounted)]
    list(work(bureau.service))
    for who in ("publisher", "approver", "supervisor"):
        assert [each for each in read(bureau, who) if each[0] == "withdrawal"] == arrived
    assert [each for each in read(bureau, "reviewer") if each[0] == "withdrawal"] == []
    on(bureau, "2026-05-18")
    late = [each for each in on(bureau, "2026-06-18") if each[0] == "withdrawal"]
    assert late == [*arrived, ("withdrawal", "overdue", counted["withdrawal_id"])]


def test_a_correction_begins_a_new_watch(opening: Opening) -> None:
    """The term is the old one, so that a result that was published in time can be overdue again."""
    bureau = opening("published")
    assert on(bureau, LATE) == []
    first, published = bureau.notes.visits[0], bureau.notes.findings[0]
    bureau.clock.set("2020-12-01")
    correction = finding(corrects=published)
    made(bureau.lead(first).post(f"/api/v1/assignments/{first}/findings", correction))
    assert on(bureau, "2020-12-01") == [("result", "overdue", first)]


def test_a_reminder_tells_nothing_of_a_sealed_draw(opening: Opening) -> None:
    """Reviewers and supervisors, who read of its visits, are reminded; the others are once it is open."""
    bureau = opening("reviewed", sealed=True)
    bureau.clock.set(LATE)
    with_seal = [task for task in work(bureau.service) if task.kind is Work.DUTY]
    assert len(with_seal) == 3
    opened = [("result", "overdue", visit) for visit in bureau.notes.visits]
    assert read(bureau, "publisher") == opened, "all had filed, so the worker opened the draw before it said so"
    sealed = opening("arrived", sealed=True)
    sealed.clock.set("2020-09-15", "16:00")
    visit = sealed.notes.visits[0]
    made(sealed.lead(visit).post(f"/api/v1/assignments/{visit}/findings", finding()))
    own = [("result", "overdue", visit)]
    assert on(sealed, LATE) == []
    assert {who: read(sealed, who) for who in ("reviewer", "supervisor", "approver")} == {
        "reviewer": own,
        "supervisor": own,
        "approver": [],
    }
    assert on(sealed, "2021-01-01") == own


def test_a_term_without_a_calendar_is_looked_at_again_each_day_and_said_once_the_year_is_there(
    opening: Opening,
) -> None:
    """Nothing is guessed, nothing fails."""
    bureau = opening("reviewed")
    whole, calendar = bureau.service, bureau.service.deadlines.calendar
    short = replace(calendar, years={2019: calendar.years[2019]})
    bureau.service = replace(whole, deadlines=replace(whole.deadlines, calendar=short))
    assert on(bureau, "2020-11-02") == []
    assert {(job["state"], job["due_at"]) for job in jobs(bureau)} == {("waiting", "2020-11-02T16:00:00Z")}
    bureau.service = whole
    assert len(on(bureau, "2020-11-03")) == 3


def mailing(bureau: Bureau, port: int, recipients: str = "clerk@bureau.example") -> None:
    """Let the service mail its reminders to a server on this machine."""
    settings = bureau.service.settings.model_copy(
        update={
            "mail_server": f"smtp://127.0.0.1:{port}",
            "mail_from": "work@bureau.example",
            "reminder_recipients": recipients,
            "public_url": "https://bureau.example",
        }
    )
    bureau.service = replace(bureau.service, settings=settings)


def letters(messages: list[bytes]) -> list[tuple[Any, str]]:
    """Return subject and text of each mail."""
    found = [email.message_from_bytes(each, policy=email.policy.default) for each in messages]
    return [(each["Subject"], each.get_content().replace("\r\n", "\n")) for each in found]


def test_one_mail_a_working_day_says_how_many_and_where(opening: Opening) -> None:
    """Not before half past eight, nothing on a day with nothing new, and no name, visit or code in it."""
    bureau = opening("reviewed")
    with postbox() as box:
        mailing(bureau, box.port)
        on(bureau, SOON, "00:00")
        assert box.messages == []
        for clock in ("08:30", "09:00", "23:00"):
            on(bureau, SOON, clock)
        on(bureau, "2020-10-15")
        assert len(box.messages) == 1
        on(bureau, LATE, "00:00")
        on(bureau, LATE)
    assert box.recipients == ["clerk@bureau.example"] * 2
    (_, soon), (subject, late) = letters(box.messages)
    assert "检查结果公示：即将到期 3 件" in soon
    assert "目前逾期" not in soon
    assert subject == f"双随机提醒 {LATE} / reminders"
    assert "检查结果公示：已逾期 3 件\n检查结果公示：目前逾期共 3 件" in late
    assert "publish the result of an inspection: is overdue: 3" in late
    assert "https://bureau.example/api/v1/reminders" in late
    hidden = {
        *bureau.notes.visits,
        *(each["unit_id"] for each in made(bureau.desk("registrar").get("/api/v1/operators"))),
    }
    assert [word for word in hidden if word in soon + late] == []


def test_a_mail_that_no_server_took_is_sent_later_with_the_next_one(opening: Opening) -> None:
    bureau = opening("reviewed")
    with postbox() as box:
        mailing(bureau, box.port)
    with capture_logs() as logged:
        on(bureau, SOON)
        on(bureau, "2020-10-15")
    assert {(line["event"], line["problem"]) for line in logged} == {("job_failed", "MailError")}
    with postbox(refuses="gone@") as box:
        mailing(bureau, box.port, "gone@bureau.example clerk@bureau.example")
        on(bureau, LATE)
        on(bureau, "2020-10-21")
    ((_, text),) = letters(box.messages)
    assert "即将到期 3 件" in text
    assert "已逾期 3 件" in text
    assert [job for job in jobs(bureau) if job["kind"] == Work.MAIL] == []


@pytest.mark.parametrize("day", ["2020-10-08", "2020-10-11"])
def test_a_mail_waits_over_holidays(opening: Opening, day: str) -> None:
    """What is noted on a day off is mailed on the first working day after it."""
    bureau = opening("reviewed")
    with postbox() as box:
        mailing(bureau, box.port)
        settings = bureau.service.settings.model_copy(update={"remind_workdays": 12})
        bureau.service = replace(bureau.service, settings=settings)
        on(bureau, day)
    (due,) = [job["due_at"] for job in jobs(bureau) if job["kind"] == Work.MAIL]
    assert due == {"2020-10-08": "2020-10-09T00:30:00Z", "2020-10-11": "2020-10-12T00:30:00Z"}[day]
