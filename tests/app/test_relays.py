"""A round of drand is got from relays that nobody trusts, or imported from a file."""

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from sampling.sources import QUICKNET_CHAIN
from tests.beacons import (
    RANDOMNESS,
    ROUND,
    asking,
    bound,
    published,
    receive,
    refused_and_nothing_stored,
)
from tests.building import Bureau
from tests.desks import made
from tests.relays import SECOND_SIGNATURE, Play, answer_of, drips, endless, nowhere, relay, says, silent
from tests.workshop import Opening


def test_the_first_relay_that_gives_the_round_is_taken(opening_anywhere: Opening) -> None:
    bureau = published(bound(opening_anywhere))
    with relay(says(answer_of(ROUND))) as good, relay(says(answer_of(ROUND))) as spare:
        told = made(receive(asking(bureau, good.address, spare.address), {"fetch": True}))["beacon"]
    assert good.asked == [f"/{QUICKNET_CHAIN}/public/{ROUND}"]
    assert spare.asked == []
    assert (told["randomness"], told["origin"]) == (RANDOMNESS, good.address.removeprefix("http://"))


LIES: dict[str, Play] = {
    "another randomness": says(answer_of(ROUND, signature=SECOND_SIGNATURE)),
    "another round": says(answer_of(1001)),
    "another round under the right number": says(answer_of(1001, round=ROUND)),
    "round as text": says(answer_of(ROUND, round="1000")),
    "no signature": says(b'{"round":1000}'),
    "no object": says(b"[]"),
    "no JSON": says(b"<html>"),
    "nothing": says(b""),
    "not found": says(b"{}", 404),
    "an error": says(answer_of(ROUND), 500),
    "huge": endless(),
    "late": silent(),
    "a byte at a time": drips(answer_of(ROUND)),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_relay_that_lies_is_late_or_broken_is_passed_over(opening: Opening, lie: str) -> None:
    """And where there is no other, nothing is stored and the draw waits; the wait has an end."""
    bureau = published(bound(opening))
    with relay(LIES[lie]) as bad, relay(says(answer_of(ROUND))) as good:
        began = time.monotonic()
        answer = receive(asking(bureau, bad.address), {"fetch": True})
        assert time.monotonic() - began < 10
        refused_and_nothing_stored(bureau, answer, 503, "beacon_unreachable")
        told = made(receive(asking(bureau, bad.address, good.address), {"fetch": True}))["beacon"]
    assert told["origin"] == good.address.removeprefix("http://")
    assert told["randomness"] == RANDOMNESS


def test_randomness_that_a_relay_states_is_not_used(opening: Opening) -> None:
    bureau = published(bound(opening))
    with relay(says(answer_of(ROUND, randomness="0" * 64))) as careless:
        told = made(receive(asking(bureau, careless.address), {"fetch": True}))["beacon"]
    assert told["randomness"] == RANDOMNESS


def test_a_relay_leads_nobody_elsewhere(opening: Opening) -> None:
    """A redirect is not followed, though the host it names would answer well."""
    bureau = published(bound(opening))
    with relay(says(answer_of(ROUND))) as other:
        with relay(says(b"", 302, Location=f"{other.address}/{QUICKNET_CHAIN}/public/{ROUND}")) as leading:
            answer = receive(asking(bureau, leading.address), {"fetch": True})
        assert other.asked == []
    refused_and_nothing_stored(bureau, answer, 503, "beacon_unreachable")


def test_unreachable_relays_change_nothing_and_say_how_to_go_on(opening_anywhere: Opening) -> None:
    """Wait, or bring the round by hand: nothing else is offered, and by hand it goes through."""
    bureau = asking(published(bound(opening_anywhere)), nowhere(), nowhere())
    before = bureau.contents()
    answer = receive(bureau, {"fetch": True})
    refused_and_nothing_stored(bureau, answer, 503, "beacon_unreachable")
    assert "请稍后再试" in answer.json()["detail"]
    assert "round 和 signature" in answer.json()["detail"]
    assert bureau.contents() == before
    made(receive(bureau))


def test_without_relays_a_round_comes_by_hand(opening: Opening) -> None:
    bureau = published(bound(opening))
    refused_and_nothing_stored(bureau, receive(bureau, {"fetch": True}), 409, "relays_unset")


# on the command line


def run(bureau: Bureau, monkeypatch: pytest.MonkeyPatch, *arguments: str, **settings: str) -> tuple[int, str]:
    own = bureau.service.settings
    for name, value in {"database_url": own.database_url, "data_dir": str(own.data_dir), **settings}.items():
        monkeypatch.setenv(f"DOUBLE_RANDOM_{name.upper()}", value)
    done = CliRunner().invoke(app, ["beacon", *arguments])
    return done.exit_code, done.output


def test_a_round_is_imported_from_a_file(opening: Opening, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The file is what a relay answered on another machine; a wrong one changes nothing."""
    bureau, file = bound(opening), tmp_path / "1000.json"
    for wrong in (answer_of(1001), answer_of(ROUND, signature=SECOND_SIGNATURE), b"{}", b"\xff", b" " * 5000):
        file.write_bytes(wrong)
        assert run(bureau, monkeypatch, "import", bureau.notes.draw_id, str(file))[0] == 1
    assert bureau.contents()["draw_beacons"] == []
    file.write_bytes(answer_of(ROUND))
    code, said = run(bureau, monkeypatch, "import", bureau.notes.draw_id, str(file))
    assert (code, json.loads(said)["beacon"]["randomness"]) == (0, RANDOMNESS)
    assert run(bureau, monkeypatch, "import", bureau.notes.draw_id, str(file))[0] == 1


def test_a_round_is_fetched_on_the_command_line(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau = bound(opening)
    code, said = run(bureau, monkeypatch, "fetch", bureau.notes.draw_id, drand_relays=nowhere())
    assert (code, "没有中继给出 drand 第 1000 轮" in said) == (1, True)
    with relay(says(answer_of(ROUND))) as good:
        code, said = run(bureau, monkeypatch, "fetch", bureau.notes.draw_id, drand_relays=good.address)
    assert (code, json.loads(said)["beacon"]["received_by"]) == (0, "system")


@pytest.mark.parametrize("address", ["http://relay.example", "ftp://relay.example", "https://", "https://u:p@x", "x"])
def test_relays_are_addresses_over_tls(opening: Opening, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    bureau = bound(opening)
    code, said = run(bureau, monkeypatch, "fetch", bureau.notes.draw_id, drand_relays=address)
    assert (code, "DOUBLE_RANDOM_DRAND_RELAYS" in said) == (1, True)
