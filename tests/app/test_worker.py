"""What has become due is done once: by two workers at once, by one that is killed anywhere, by one that begins late."""

import json
import subprocess
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert
from structlog.testing import capture_logs

from app.clock import RealClock
from app.db import Database
from app.effects import HANDLING
from app.record import SYSTEM
from app.settings import Settings
from app.working import BLOCK, Task, work, working
from publicity.clocks import Duty
from publicity.endings import DisclosureEnding
from publicity.reminders import WATCHES, Reminder
from registry.bulk import table_of
from registry.journal import Act
from registry.outbox import (
    CLAIM,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    WORK_WORDS,
    Job,
    Watched,
    Work,
    claim,
    enqueue,
    settle,
    watch,
)
from registry.penalties import Penalty, get_penalty
from tests.app.test_clocks import decided
from tests.building import Bureau
from tests.demonstration import PROGRAM, environment
from tests.desks import at, made
from tests.punishing import all_punished, content_of
from tests.working import worked
from tests.workshop import LEAP_DAYS, Opening, Workshop

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
NO_DRAW = "no-such-draw"
ROWS = 2 * BLOCK + 20
"""Jobs that are more than one transaction."""


def jobs(bureau: Bureau, query: str = "", who: str = "supervisor") -> list[dict[str, object]]:
    found: list[dict[str, object]] = made(bureau.desk(who).get(f"/api/v1/outbox?limit=1000{query}"))
    return found


def noted(bureau: Bureau) -> list[tuple[str, str, str]]:
    """Return duty, state and record of every reminder, in order."""
    names = [column.name for column in table_of(Reminder).columns]
    rows = [dict(zip(names, row, strict=True)) for row in bureau.contents()["reminders"]]
    return [(each["duty"], each["state"], each["key"]) for each in sorted(rows, key=lambda row: row["reminder_id"])]


def put(bureau: Bureau, kind: Work, key: str, due_at: datetime) -> None:
    """Write a job down."""

    def write_down(act: Act) -> str:
        enqueue(act, kind, key, due_at)
        return ""

    bureau.service.recorder.record(SYSTEM, write_down)


def forget_jobs(bureau: Bureau) -> None:
    """Bring a database to where the migration leaves one that was filled before there was a work list."""
    backlog = {"kind": "backlog", "key": "0029", "enqueued_at": LONG_AGO, "due_at": LONG_AGO, "attempts": 0}
    with bureau.service.database.engine.begin() as connection:
        connection.execute(delete(table_of(Job)))
        connection.execute(insert(table_of(Job)), backlog)


def many_penalties(bureau: Bureau, rows: int = ROWS) -> None:
    """Put copies of one decision on record, each with the job that its decision would have written down."""
    first = decided(bureau)
    with bureau.service.database.reading() as session:
        whole = get_penalty(session, first).model_dump()
    others = range(2, rows + 1)
    copies = [whole | {"penalty_id": f"2020-{at:04d}", "decision_no": f"测〔2020〕{at}号"} for at in others]
    with bureau.service.database.engine.begin() as connection:
        connection.execute(insert(table_of(Penalty)), copies)

    def begin(act: Act) -> str:
        settle(act, Work.DUTY, f"{Watched.UPLOAD}/{first}")
        for each in copies:
            watch(act, Watched.PENALTY, str(each["penalty_id"]))
        return ""

    bureau.service.recorder.record(SYSTEM, begin)


def begun(settings: Settings, *command: str) -> subprocess.Popen[str]:
    """Start a worker as a process of its own, by default once."""
    return subprocess.Popen(
        [PROGRAM, *(command or ("worker", "--once"))],
        env=environment(
            {"database_url": settings.database_url, "data_dir": settings.data_dir, "clock_leap_days": f"{LEAP_DAYS}"}
        ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> list[str]:
    """Return what a worker says until its end, which is a good one."""
    said, wrong = process.communicate(timeout=120)
    assert (process.returncode, wrong) == (0, "")
    return said.splitlines()


def test_every_kind_of_job_has_its_handling_its_words_and_its_duty() -> None:
    assert set(HANDLING) == set(WORK_WORDS) == set(Work)
    assert {Duty(each) for each in Watched} <= set(WATCHES)
    assert LONGEST_PAUSE > CLAIM > FIRST_PAUSE


def test_a_worker_that_begins_after_months_does_all_of_it_in_order_of_its_time(opening_anywhere: Opening) -> None:
    """Of a database that never had a work list too: the same as one that was looked after all along, but later."""
    bureau = opening_anywhere("reviewed", sealed=True)
    forget_jobs(bureau)
    bureau.clock.set("2021-02-01")
    done = [str(task) for task in work(bureau.service)]
    assert done[:2] == ["backlog 0029", f"draw.opening {bureau.notes.draw_id}"], (
        "all had filed: due since its execution"
    )
    assert sorted(done[2:]) == [f"duty result/{visit}" for visit in sorted(bureau.notes.visits)]
    assert Counter(state for _, state, _ in noted(bureau)) == {"overdue": 3}
    assert jobs(bureau) == []
    before = bureau.contents()
    assert list(work(bureau.service)) == []
    assert bureau.contents() == before


def test_what_waits_for_its_time_is_taken_up_with_it(opening: Opening) -> None:
    """The backlog makes nothing due before it is, and no job anew that is there."""
    bureau = opening("executed", sealed=True)
    before = [(job["kind"], job["key"], job["due_at"]) for job in jobs(bureau)]
    forget_jobs(bureau)
    assert [str(task) for task in work(bureau.service)] == ["backlog 0029"]
    assert [(job["kind"], job["key"], job["due_at"]) for job in jobs(bureau)] == before
    put(bureau, Work.BACKLOG, "0029", bureau.clock.instant)
    assert [str(task) for task in work(bureau.service)] == ["backlog 0029"]
    assert [(job["kind"], job["key"], job["due_at"]) for job in jobs(bureau)] == before


def test_terms_that_run_already_are_ended_too(opening_anywhere: Opening) -> None:
    """Each on its own day, though it was published before there was a work list."""
    bureau = opening_anywhere("published")
    keys = all_punished(bureau, [{}, {"decision_no": "测〔2026〕2号"}])
    list(work(bureau.service))
    before = [(job["kind"], job["key"], job["due_at"]) for job in jobs(bureau)]
    uploads = [("duty", f"upload/{key[2:]}", "2026-05-14T16:00:00Z") for key in keys]
    assert sorted(before) == [*uploads, *(("penalty.expiry", key, "2029-05-11T16:00:00Z") for key in keys)]
    forget_jobs(bureau)
    list(work(bureau.service))
    assert sorted((job["kind"], job["key"], job["due_at"]) for job in jobs(bureau)) == sorted(before)


def test_a_job_that_fails_stops_no_other_and_is_tried_later_and_later(opening: Opening) -> None:
    """It stands in the list of what failed, by the name of its error; the one that is right is done beside it."""
    bureau = opening("executed", sealed=True)
    put(bureau, Work.OPENING, NO_DRAW, bureau.clock.instant)
    bureau.clock.set("2020-12-31", "18:00")
    with capture_logs() as logged:
        assert worked(bureau.service) == [bureau.notes.draw_id]
    assert [(line["event"], line["key"], line["problem"]) for line in logged] == [
        ("job_failed", NO_DRAW, "AbsentError")
    ]
    waits = []
    for tries in range(1, 9):
        (failed,) = jobs(bureau, "&state=failed", "administrator")
        assert (failed["attempts"], failed["problem"], failed["state_words"]) == (tries, "absent", "失败，待重试")
        until = datetime.fromisoformat(str(failed["not_before"]))
        waits.append(int((until - bureau.clock.instant).total_seconds() / 60))
        bureau.clock.instant = until - timedelta(seconds=1)
        assert list(work(bureau.service)) == []
        bureau.clock.instant = until
        assert list(work(bureau.service)) == []
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_clock_that_was_set_back_holds_up_nothing_for_longer_than_a_pause(opening: Opening) -> None:
    """A try that failed while the clock ran months ahead is not waited for until then; what was done is not undone."""
    bureau = opening("executed", sealed=True)
    put(bureau, Work.OPENING, NO_DRAW, bureau.clock.instant)
    right = bureau.clock.instant
    bureau.clock.instant = right + timedelta(days=60)
    assert worked(bureau.service) == []
    bureau.clock.instant = right + timedelta(seconds=1)
    assert worked(bureau.service) == []
    (failed,) = jobs(bureau, "&state=failed")
    assert failed["attempts"] == 2
    bureau.clock.set("2020-12-31", "18:00")
    assert worked(bureau.service) == [bureau.notes.draw_id]
    bureau.clock.instant = right
    assert worked(bureau.service) == []
    assert len(bureau.contents()["draw_openings"]) == 1


def test_a_worker_killed_among_its_jobs_and_begun_again_comes_to_the_same_end(opening_anywhere: Opening) -> None:
    """Behind its first block, wherever that is in the second: each is ended once, each is reminded of once."""
    killed_and_begun_again(opening_anywhere("published"), after=BLOCK + 1)


def test_a_worker_killed_as_it_begins_and_begun_again_comes_to_the_same_end(opening: Opening) -> None:
    """Within its first block, or before it."""
    killed_and_begun_again(opening("published"), after=0)


def killed_and_begun_again(bureau: Bureau, *, after: int) -> None:
    """Kill a worker after so many jobs, let another go on, and look at the end."""
    numbers = [f"测〔2022〕{number}号" for number in (1, 2)]
    over = all_punished(bureau, [{"decision_no": no} for no in numbers], day="2022-05-06", published="2022-05-11")
    many_penalties(bureau)
    bureau.service.database.close()
    process = begun(bureau.service.settings)
    assert process.stdout is not None
    first = [process.stdout.readline() for _ in range(after)]
    if after == 0:
        time.sleep(0.8)
    process.kill()
    process.communicate()
    bureau.clock.instant = RealClock().now()
    second = list(work(bureau.service))
    assert list(work(bureau.service)) == []
    assert len(first) + len(second) <= ROWS + 2 * len(over), "these are to be uploaded too"
    with closing(Database(bureau.service.settings.database_url)) as database, database.engine.connect() as connection:
        rows = connection.execute(table_of(Reminder).select()).all()
        endings = connection.execute(table_of(DisclosureEnding).select()).all()
        waiting = connection.execute(table_of(Job).select().where(table_of(Job).c.done_at.is_(None))).all()
    assert len(rows) == len({row.key for row in rows}) == ROWS + len(over)
    assert waiting == []
    assert sorted(row.disclosure_id for row in endings) == over
    assert {content_of(bureau, key) for key in over} == {""}


@pytest.mark.postgres
def test_two_workers_at_once_do_each_job_once(postgres_workshop: Workshop) -> None:
    """What one says it did the other does not say, and together it is all."""
    with postgres_workshop.bureau("published") as bureau:
        many_penalties(bureau)
        bureau.service.database.close()
        both = [begun(bureau.service.settings) for _ in range(2)]
        said = [ended(process) for process in both]
        assert sorted([*said[0], *said[1]]) == sorted(
            f"duty penalty/2020-{number:04d}" for number in range(1, ROWS + 1)
        )
        assert len(noted(bureau)) == ROWS


def test_what_reaches_outside_is_begun_by_one_worker_at_a_time(opening: Opening) -> None:
    """Whoever took it and was killed leaves it to the next, a moment later."""
    bureau = opening("staffed")
    put(bureau, Work.MAIL, "2020-08-03", bureau.clock.instant)
    begun_by = []
    for wait in (timedelta(0), CLAIM / 2, CLAIM / 2):
        bureau.clock.instant += wait
        begun_by.append(bureau.service.recorder.record(SYSTEM, lambda act: str(claim(act, 1))).body)
    assert begun_by == ["True", "False", "True"]


def test_readiness_says_since_when_something_is_due_and_not_done(opening: Opening) -> None:
    """Only once a worker would have done it, and nothing of what the settings do not let this one do."""
    bureau = opening("executed", sealed=True)
    put(bureau, Work.MAIL, "2020-08-03", bureau.clock.instant)
    for clock, since in (("18:00", None), ("18:06", "2020-12-31T10:00:00Z")):
        bureau.clock.set("2020-12-31", clock)
        assert made(bureau.public.get("/readyz")) == {
            "status": "ok",
            "work_due_since": since,
            "clock_followed_until": None,
        }
    worked(bureau.service)
    assert made(bureau.public.get("/readyz"))["work_due_since"] is None


def test_an_administrator_sees_that_duties_wait_and_not_of_which_visit(opening: Opening) -> None:
    bureau = opening("filed")
    for who, keys in (("administrator", {None}), ("supervisor", {f"result/{each}" for each in bureau.notes.visits})):
        assert {job["key"] for job in jobs(bureau, who=who) if job["kind"] == "duty"} == keys
    refused = bureau.desk("supervisor").get("/api/v1/outbox?after=x")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/after")


def test_the_service_goes_on_working_after_a_look_that_failed(opening: Opening) -> None:
    """A clock that stands before the newest entry stops a look and says nothing of the job."""
    bureau = opening("filed", sealed=True)
    put(bureau, Work.OPENING, bureau.notes.draw_id, at("2020-08-01"))
    bureau.clock.set("2020-09-15", "15:00")
    with capture_logs() as logged, working(bureau.service, seconds=0.05):
        until = time.monotonic() + 10
        while not logged and time.monotonic() < until:
            time.sleep(0.02)
        assert {(job["attempts"], job["problem"]) for job in jobs(bureau)} == {(0, None)}
        bureau.clock.set("2020-09-15", "16:00")
        while not bureau.contents()["draw_openings"] and time.monotonic() < until:
            time.sleep(0.02)
    assert len(bureau.contents()["draw_openings"]) == 1
    assert {line["event"] for line in logged} == {"worker", "job_done"}


def test_a_worker_apart_runs_until_it_is_told_to_stop(opening: Opening) -> None:
    """What it does is in its log; SIGTERM ends it well."""
    bureau = opening("executed", sealed=True)
    bureau.service.database.close()
    process = begun(bureau.service.settings, "worker")
    assert process.stdout is not None
    said = [json.loads(process.stdout.readline()) for _ in range(2)]
    process.terminate()
    rest, wrong = process.communicate(timeout=60)
    assert (process.returncode, wrong) == (0, "")
    said += map(json.loads, rest.splitlines())
    assert [(line["event"], line.get("key"), line.get("state")) for line in said] == [
        ("worker", None, "started"),
        ("job_done", bureau.notes.draw_id, None),
        ("worker", None, "stopped"),
    ]


def test_a_task_says_what_it_is_and_about_what() -> None:
    assert str(Task(number=1, kind=Work.OPENING, key="140000202009010001")) == "draw.opening 140000202009010001"


def test_a_job_put_forward_by_hand_opens_nothing_before_its_time(opening: Opening) -> None:
    """Whoever edits the list makes the worker look; it finds that the term has not come, and waits for it."""
    bureau = opening("executed", sealed=True)
    with bureau.service.database.engine.begin() as connection:
        connection.execute(table_of(Job).update().values(due_at=LONG_AGO))
    assert list(work(bureau.service)) == []
    assert bureau.contents()["draw_openings"] == []
    assert {job["due_at"] for job in jobs(bureau)} == {"2020-12-31T10:00:00Z"}
