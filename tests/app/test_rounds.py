"""A round of drand is fetched by itself once it is published; what could not be had is asked for again."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from app.cli import app
from app.working import working
from sampling.sources import QUICKNET_CHAIN
from tests.beacons import (
    HANDED,
    PUBLISHED,
    RANDOMNESS,
    ROUND,
    asking,
    bound,
    execute,
    hand_in,
    published,
    receive,
)
from tests.building import Bureau
from tests.desks import made
from tests.relays import SECOND_SIGNATURE, answer_of, nowhere, relay, says
from tests.working import without_jobs, worked
from tests.workshop import LEAP_DAYS, Opening

ASKED = f"/{QUICKNET_CHAIN}/public/{ROUND}"


def randomness(bureau: Bureau) -> str | None:
    told: str | None = made(bureau.desk("officer").get(f"/api/v1/draws/{bureau.notes.draw_id}"))["beacon"]["randomness"]
    return told


def test_a_published_round_is_fetched_without_anybody_asking(opening_anywhere: Opening) -> None:
    """Not a second before its time, by ``system``, once."""
    bureau = bound(opening_anywhere)
    with relay(says(answer_of(ROUND))) as good:
        asking(bureau, good.address)
        bureau.clock.instant = PUBLISHED - timedelta(seconds=1)
        assert worked(bureau.service) == []
        assert good.asked == []
        bureau.clock.instant = PUBLISHED
        assert worked(bureau.service) == [bureau.notes.draw_id]
        assert worked(bureau.service) == []
        assert good.asked == [ASKED]
    told = made(bureau.desk("officer").get(f"/api/v1/draws/{bureau.notes.draw_id}"))["beacon"]
    assert (told["randomness"], told["received_by"]) == (RANDOMNESS, "system")
    assert told["origin"] == good.address.removeprefix("http://")
    hand_in(bureau)
    made(execute(bureau))


def test_what_no_relay_gave_is_logged_and_asked_for_again_the_same_round(opening_anywhere: Opening) -> None:
    """Neither silence nor a lie makes it another round, or a value of our own."""
    bureau = asking(published(bound(opening_anywhere)), nowhere())
    before = without_jobs(bureau)
    for tries, answer in enumerate((answer_of(1001), answer_of(ROUND, signature=SECOND_SIGNATURE)), start=1):
        with relay(says(answer)) as liar, capture_logs() as logged:
            asking(bureau, liar.address)
            assert worked(bureau.service) == []
            assert worked(bureau.service) == [], "not again at once"
        assert liar.asked == [ASKED]
        assert [(line["event"], line["log_level"], line["problem"]) for line in logged] == [
            ("job_failed", "warning", "BeaconUnreachableError")
        ]
        (job,) = made(bureau.desk("administrator").get("/api/v1/outbox?state=failed"))
        assert (job["kind"], job["key"], job["attempts"], job["problem"]) == (
            *("draw.round", bureau.notes.draw_id),
            *(tries, "beacon_unreachable"),
        )
        bureau.clock.instant += timedelta(minutes=tries)
    assert without_jobs(bureau) == before
    with relay(says(answer_of(ROUND))) as good:
        asking(bureau, good.address)
        assert worked(bureau.service) == [bureau.notes.draw_id]
    assert randomness(bureau) == RANDOMNESS


def test_commands_do_not_wait_for_a_relay(opening_anywhere: Opening) -> None:
    """While a relay keeps the service waiting, another person brings the round and it is recorded."""
    bureau = published(bound(opening_anywhere))
    asked, let_go = threading.Event(), threading.Event()

    def held(request: BaseHTTPRequestHandler, stopped: threading.Event) -> None:
        asked.set()
        let_go.wait(5)
        says(answer_of(ROUND))(request, stopped)

    with relay(held) as slow:
        asking(bureau, slow.address, seconds=10)
        done: list[list[str]] = []
        worker = threading.Thread(target=lambda: done.append(worked(bureau.service)))
        worker.start()
        assert asked.wait(5)
        made(receive(bureau, HANDED))
        let_go.set()
        worker.join()
    assert done == [[]]
    assert len(bureau.contents()["draw_beacons"]) == 1


@pytest.mark.parametrize("way", ["voided", "by hand", "no relays"])
def test_nothing_is_asked_for_that_no_draw_waits_for(opening: Opening, way: str) -> None:
    bureau = published(bound(opening))
    with relay(says(answer_of(ROUND))) as good:
        asking(bureau, good.address)
        if way == "voided":
            bureau.void()
        elif way == "by hand":
            made(receive(bureau))
        else:
            asking(bureau)
        assert worked(bureau.service) == []
        assert good.asked == []


def test_the_service_fetches_by_itself(opening: Opening) -> None:
    bureau = published(bound(opening))
    with relay(says(answer_of(ROUND))) as good:
        asking(bureau, good.address)
        with working(bureau.service, seconds=0.05):
            waited = threading.Event()
            for _ in range(200):
                if randomness(bureau) is not None:
                    break
                waited.wait(0.05)
    assert randomness(bureau) == RANDOMNESS


def test_the_command_prints_what_it_did_and_logs_what_it_could_not(
    opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, for a timer; `tick` is another name of it."""
    runner = CliRunner()
    with relay(says(answer_of(ROUND))) as good:
        for command, address, printed in ((("worker", "--once"), nowhere(), False), (("tick",), good.address, True)):
            bureau = bound(opening)
            own = bureau.service.settings
            monkeypatch.setenv("DOUBLE_RANDOM_DATABASE_URL", own.database_url)
            monkeypatch.setenv("DOUBLE_RANDOM_DATA_DIR", str(own.data_dir))
            monkeypatch.setenv("DOUBLE_RANDOM_DRAND_RELAYS", address)
            monkeypatch.setenv("DOUBLE_RANDOM_CLOCK_LEAP_DAYS", f"{LEAP_DAYS}")
            said = runner.invoke(app, command)
            assert (said.exit_code, said.stdout) == (0, f"draw.round {bureau.notes.draw_id}\n" if printed else "")
            assert ('"event": "job_failed"' in said.stderr) is not printed
