"""A clock that leapt empties nothing for good before somebody vouches for the day; all else goes on."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from app.cli import app
from app.cli.running import NOT_VOUCHED
from app.clock_guard import unvouched
from app.command_fsck import run_fsck
from app.own_log import keep_signed
from app.record import SYSTEM
from app.service import Service
from app.working import work
from publicity.clock_watch import ClockDayError, ClockPersonError, vouch_for_day
from publicity.fsck.check import NOTHING_KEPT
from registry.base import PersonId
from registry.outbox import Work
from registry.people import Role
from sampling.stages import Stage
from tests.building import Bureau
from tests.desks import made
from tests.punishing import LAST, content_of, punished
from tests.watching import watching
from tests.workshop import Opening

DAYS = 3
FAR, REAL = "2033-01-01", "2026-05-12"


def guarded(bureau: Bureau) -> Service:
    """Return the service of a bureau with the setting as it is by default."""
    settings = bureau.service.settings.model_copy(update={"clock_leap_days": DAYS})
    service = replace(bureau.service, settings=settings)
    bureau.client.app.state.service = service  # type: ignore[attr-defined]
    return service


def confirm(bureau: Bureau, day: str, by: str) -> None:
    """Vouch for a day."""
    bureau.service.recorder.record(PersonId(by), lambda act: f"{vouch_for_day(act, date.fromisoformat(day))}")


@pytest.fixture
def bureau(opening: Opening) -> Bureau:
    """Return a bureau whose worker follows the clock, and which published one penalty."""
    found = opening("published")
    punished(found)
    list(work(found.service))
    return found


def test_a_clock_far_ahead_for_one_look_empties_nothing_and_hides_until_it_is_right(bureau: Bureau) -> None:
    service, key = guarded(bureau), "p-2026-0001"
    bureau.clock.set(FAR)
    with capture_logs() as logs:
        assert [task for task in work(service) if task.kind is Work.EXPIRY] == []
    assert [each["event"] for each in logs if each["log_level"] == "error"] == ["clock_leapt"]
    assert bureau.public.get(f"/log/evidence/{key}").status_code == 410
    assert made(bureau.public.get("/readyz"))["clock_followed_until"].startswith("2026-05-11")
    bureau.clock.set(REAL)
    assert bureau.public.get(f"/log/evidence/{key}").status_code == 200
    assert content_of(bureau, key)


def test_reminders_after_the_leap_do_not_vouch_for_it(bureau: Bureau) -> None:
    service = guarded(bureau)
    bureau.clock.set(FAR)
    bureau.hire("another", Role.DRAW_OFFICER)
    for _ in range(2):
        assert all(task.kind is not Work.EXPIRY for task in work(service))
    assert unvouched(service) is not None


def test_an_administrator_vouches_for_the_day_and_what_waited_is_ended(bureau: Bureau) -> None:
    service, administrator = guarded(bureau), bureau.notes.people["administrator"]
    bureau.clock.set(FAR)
    for day, by, error in (
        (REAL, administrator, ClockDayError),
        (FAR, bureau.notes.people["officer"], ClockPersonError),
        (FAR, SYSTEM, ClockPersonError),
    ):
        with pytest.raises(error):
            confirm(bureau, day, by)
    list(work(service))
    assert content_of(bureau, "p-2026-0001")
    confirm(bureau, FAR, administrator)
    assert sum(task.kind is Work.EXPIRY for task in work(service)) == 1
    assert content_of(bureau, "p-2026-0001") == ""
    assert made(bureau.public.get("/readyz"))["clock_followed_until"] is None
    size = made(bureau.public.get("/log/head"))["size"]
    entries = [made(bureau.public.get(f"/log/entries/{index}")) for index in range(size)]
    (said,) = [each["public"] for each in entries if each["kind"] == "clock.confirmed"]
    assert said == {"day": FAR, "followed_until": "2026-05-11"}
    assert run_fsck(service.settings, NOTHING_KEPT, lambda _stage: None).sound


def test_a_clock_that_a_running_worker_follows_ends_terms_by_itself(bureau: Bureau) -> None:
    service = guarded(bureau)
    last = date.fromisoformat(LAST)
    bureau.clock.set(f"{last - timedelta(days=2 * DAYS)}")
    confirm(bureau, f"{last - timedelta(days=2 * DAYS)}", bureau.notes.people["administrator"])
    ended = []
    for days in range(1, 2 * DAYS + 2, DAYS):
        bureau.clock.set(f"{last - timedelta(days=2 * DAYS) + timedelta(days=days)}")
        ended += [task for task in work(service) if task.kind is Work.EXPIRY]
    bureau.clock.set(f"{last + timedelta(days=1)}")
    ended += [task for task in work(service) if task.kind is Work.EXPIRY]
    assert len(ended) == 1


def test_a_witness_who_cosigned_lately_vouches_for_the_day(bureau: Bureau, tmp_path: Path) -> None:
    bureau.clock.set(FAR)
    service = guarded(bureau)
    assert unvouched(service) is not None
    with watching(bureau, tmp_path / "witness") as watched:
        keep_signed(watched.service)
        assert watched.cosign() == [None]
        assert unvouched(guarded(watched.bureau)) is None


def test_a_demonstration_is_served_by_any_clock(opening: Opening) -> None:
    bureau = opening("published", kind=Stage.DEMONSTRATION)
    service = guarded(bureau)
    bureau.clock.set(FAR)
    assert unvouched(service) is None


def test_the_command_ends_with_three_and_says_what_to_do(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own clock is years after that of the bureau; a day that is not the machine's is refused."""
    bureau = opening("staffed")
    own, runner = bureau.service.settings, CliRunner()
    monkeypatch.setenv("DOUBLE_RANDOM_DATABASE_URL", own.database_url)
    monkeypatch.setenv("DOUBLE_RANDOM_DATA_DIR", str(own.data_dir))
    said = runner.invoke(app, ("worker", "--once"))
    assert said.exit_code == NOT_VOUCHED
    assert "clock confirm" in said.stderr
    by = bureau.notes.people["administrator"]
    for day in ("1999-01-01", "tomorrow"):
        refused = runner.invoke(app, ("clock", "confirm", "--day", day, "--by", by))
        assert refused.exit_code == 1
        assert day in refused.stderr
