"""A draw bound to a round of drand waits for that round, takes no other, and takes it by its signature alone."""

import io
import json
import time
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select
from typer.testing import CliRunner

from app.cli import app
from registry.draws import DrawBeacon
from registry.journal import Fact, Kind
from sampling.bundle import replay
from sampling.errors import RefusedError
from sampling.public_value import check_public_value
from sampling.seed import Reveal
from sampling.sources import QUICKNET_CHAIN, Drand
from tests.building import Bureau
from tests.crowds import at_once, serving
from tests.desks import at, made
from tests.papers import batch
from tests.relays import ROUNDS, SECOND_SIGNATURE, Play, answer_of, drips, endless, nowhere, relay, says, silent
from tests.workshop import Opening

ROUND = 1000
PUBLISHED = datetime.fromtimestamp(Drand(ROUND).published_at, UTC)
MARGIN = 600
SIGNATURE: str = ROUNDS[ROUND]["signature_hex"]
RANDOMNESS: str = ROUNDS[ROUND]["randomness_hex"]
HANDED = {"round": ROUND, "signature": SIGNATURE}
CLIENTS = 64


def announced(bureau: Bureau, **changes: Any) -> str:  # noqa: ANN401 - JSON
    """Draft and approve a batch that is bound to drand, on the day of round 1000."""
    bureau.clock.instant = at("2023-08-23", "22:00")
    terms = {
        "period_from": "2023-08-23",
        "period_to": "2023-12-31",
        "public_source": {"kind": "drand", "margin": MARGIN},
    }
    bureau.notes.task_no = bureau.another_batch(year=2023, **(terms | changes))
    return bureau.notes.task_no


def commit(bureau: Bureau, instant: datetime, *, draw_id: str | None = None, **changes: Any) -> httpx.Response:  # noqa: ANN401 - JSON
    """Commit the batch at an instant."""
    bureau.clock.instant = instant
    terms = bureau.terms(draw_id) | {"execute_by": "2023-08-25T18:00:00+08:00", "open_by": "2023-12-31T18:00:00+08:00"}
    return bureau.desk("officer").post(f"/api/v1/batches/{bureau.notes.task_no}/commitment", terms | changes)


def bound(opening: Opening, **changes: Any) -> Bureau:  # noqa: ANN401 - JSON
    """Open a bureau with a draw bound to round 1000, committed the margin before it."""
    bureau = opening("approved")
    announced(bureau, **changes)
    bureau.notes.draw_id = made(commit(bureau, PUBLISHED - timedelta(seconds=MARGIN)))["draw_id"]
    return bureau


def published(bureau: Bureau) -> Bureau:
    """Let the round's time come."""
    bureau.clock.instant = PUBLISHED + timedelta(seconds=30)
    return bureau


def path(bureau: Bureau, what: str = "beacon") -> str:
    return f"/api/v1/draws/{bureau.notes.draw_id}/{what}"


def receive(bureau: Bureau, body: dict[str, Any] | None = None, name: str = "officer") -> httpx.Response:
    return bureau.desk(name).post(path(bureau), HANDED if body is None else body, once=None)


def hand_in(bureau: Bureau) -> None:
    """Put the other party's envelope on record and hand its secret in."""
    bureau.escrowed()
    made(bureau.desk("supervisor").post(path(bureau, "secrets"), bureau.secret()))


def execute(bureau: Bureau) -> httpx.Response:
    return bureau.desk("officer2").post(path(bureau, "execution"))


def enter(bureau: Bureau, value: str = RANDOMNESS) -> httpx.Response:
    """Enter a value as of an event before witnesses."""
    return bureau.desk("officer").post(path(bureau, "value"), {"value": value, "witnesses": ["见证人甲"]})


def asking(bureau: Bureau, *relays: str, seconds: int = 2) -> Bureau:
    """Set the relays of a bureau."""
    settings = bureau.service.settings.model_copy(
        update={"drand_relays": " ".join(relays) or None, "drand_timeout": seconds}
    )
    bureau.service = replace(bureau.service, settings=settings)
    bureau.client.app.state.service = bureau.service  # type: ignore[attr-defined]
    return bureau


def refused_and_nothing_stored(bureau: Bureau, answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert bureau.contents()["draw_beacons"] == []


# the round follows from the commitment


def test_the_round_is_the_first_that_is_published_the_margin_after_the_commitment(opening_anywhere: Opening) -> None:
    bureau = bound(opening_anywhere)
    commitment = bureau.public.get(f"/draws/{bureau.notes.draw_id}/files/commitment.json").json()
    assert commitment["public_source"] == {"kind": "drand", "round": ROUND}
    told = made(bureau.desk("officer").get(f"/api/v1/draws/{bureau.notes.draw_id}"))["beacon"]
    assert (told["round"], told["signature"], told["received_at"]) == (ROUND, None, None)
    assert datetime.fromisoformat(told["published_at"]) == PUBLISHED


@pytest.mark.parametrize(("later", "number"), [(0, 1000), (1, 1001), (3, 1001), (4, 1002)])
def test_a_later_commitment_gets_a_later_round(opening: Opening, later: int, number: int) -> None:
    bureau = opening("approved")
    announced(bureau)
    answer = made(commit(bureau, PUBLISHED - timedelta(seconds=MARGIN - later)))
    assert answer["beacon"]["round"] == number


def test_nobody_chooses_the_round_after_seeing_it(opening: Opening) -> None:
    """Neither the batch, nor a change of it, nor the commitment takes a round; a published one least of all."""
    bureau = opening("approved")
    task_no = announced(bureau)
    officer = bureau.desk("officer")
    for source in ({"kind": "drand", "round": ROUND}, {"kind": "drand", "margin": MARGIN, "round": ROUND}):
        body = batch(period_from="2023-08-23", period_to="2023-12-31", public_source=source)
        plan_no = made(officer.get(f"/api/v1/batches/{task_no}"))["plan_no"]
        assert officer.post(f"/api/v1/plans/{plan_no}/batches", body).status_code == 422
        change = {"changes": {"public_source": source}, "reason": "另选轮次"}
        assert officer.post(f"/api/v1/batches/{task_no}/changes", change).status_code == 422
    for extra in ({"round": ROUND}, {"public_source": {"kind": "drand", "round": ROUND}}):
        answer = commit(bureau, PUBLISHED, **extra)
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed_request")
    assert bureau.contents()["draw_commitments"] == []


@pytest.mark.parametrize(
    ("source", "pointer"),
    [
        ({"kind": "drand"}, "/public_source/margin"),
        ({"kind": "drand", "margin": MARGIN - 1}, "/public_source/margin"),
        ({"kind": "drand", "margin": 0}, "/public_source/margin"),
        ({"kind": "drand", "margin": -MARGIN}, "/public_source/margin"),
        ({"kind": "drand", "margin": "600"}, "/public_source/margin"),
        ({"kind": "drand", "margin": MARGIN, "length": 30}, "/public_source/length"),
        ({"kind": "witnessed", "margin": MARGIN}, "/public_source/alphabet"),
    ],
)
def test_a_margin_below_the_bureaus_minimum_is_refused(opening: Opening, source: object, pointer: str) -> None:
    """So that a round already published, or about to be, is in no commitment."""
    bureau = opening("planned")
    answer = bureau.desk("officer").post(f"/api/v1/plans/{bureau.notes.plan_no}/batches", batch(public_source=source))
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


def test_a_draw_that_is_due_before_its_round_is_not_committed(opening: Opening) -> None:
    bureau = opening("approved")
    announced(bureau)
    due = (PUBLISHED + timedelta(seconds=0)).isoformat()
    answer = commit(bureau, PUBLISHED - timedelta(seconds=MARGIN), execute_by=due)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/execute_by"]
    assert bureau.contents()["draw_commitments"] == []


# by hand


def test_a_round_handed_in_by_hand_is_verified_recorded_and_drawn_with(opening_anywhere: Opening) -> None:
    bureau = published(bound(opening_anywhere))
    told = made(receive(bureau))["beacon"]
    assert (told["signature"], told["randomness"], told["origin"]) == (SIGNATURE, RANDOMNESS, "by hand")
    assert told["received_by"] == bureau.notes.people["officer"]
    hand_in(bureau)
    assert made(execute(bureau))["value"] == "confirmed"
    with bureau.service.database.reading() as session:
        fact = session.exec(select(Fact).where(Fact.kind == Kind.BEACON_RECEIVED)).one()
    assert json.loads(fact.public) == {
        "draw_id": bureau.notes.draw_id,
        "round": ROUND,
        "signature": SIGNATURE,
        "randomness": RANDOMNESS,
    }


def test_the_bundle_proves_the_value_offline(opening: Opening) -> None:
    bureau = published(bound(opening))
    made(receive(bureau))
    hand_in(bureau)
    made(execute(bureau))
    answer = bureau.public.get(f"/draws/{bureau.notes.draw_id}/bundle.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert json.loads(files["public_value.json"]) == {
        "kind": "drand",
        "chain": QUICKNET_CHAIN,
        "round": ROUND,
        "signature": SIGNATURE,
        "randomness": RANDOMNESS,
    }
    outcome, reveal = replay(files), Reveal.from_bytes(files["reveal.json"])
    assert reveal.public_value == RANDOMNESS
    check_public_value(outcome.commitment, reveal, files["public_value.json"])
    assert [json.loads(each["entry"])["kind"] for each in json.loads(files["log.json"])["entries"]] == [
        "draw.committed",
        "draw.beacon_received",
        "draw.executed",
    ]
    forged = files["public_value.json"].replace(SIGNATURE.encode(), SECOND_SIGNATURE.encode())
    with pytest.raises(RefusedError):
        check_public_value(outcome.commitment, reveal, forged)


def test_replay_checks_the_value_of_an_unpacked_bundle(opening: Opening, tmp_path: Path) -> None:
    bureau = published(bound(opening))
    made(receive(bureau))
    hand_in(bureau)
    made(execute(bureau))
    answer = bureau.public.get(f"/draws/{bureau.notes.draw_id}/bundle.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    assert CliRunner().invoke(app, ["replay", str(tmp_path)]).exit_code == 0
    value = tmp_path / "public_value.json"
    value.write_bytes(value.read_bytes().replace(SIGNATURE.encode(), SECOND_SIGNATURE.encode()))
    done = CliRunner().invoke(app, ["replay", str(tmp_path)])
    assert done.exit_code == 1
    assert "public_value.json 键 signature：不是 drand quicknet 第 1000 轮的签名" in done.stderr


def test_page_says_which_round_when_and_that_its_signature_was_verified(opening: Opening) -> None:
    bureau = bound(opening)
    public = f"/draws/{bureau.notes.draw_id}"
    waiting = bureau.public.get(public).text
    assert "尚未收到 drand 第 1000 轮" in waiting
    assert SIGNATURE not in waiting
    made(receive(published(bureau)))
    page = bureau.public.get(f"{public}.json").json()
    assert page["source"]["beacon"]["signature"] == SIGNATURE
    assert page["source"]["beacon"]["randomness"] == RANDOMNESS
    assert "已核验签名" in bureau.public.get(public).text
    assert "drand" in page["level"]["used"]
    assert "没有指定日志见证人" in page["level"]["leaves_open"]
    assert [line["kind"] for line in page["log"]] == ["draw.committed", "draw.beacon_received"]


def test_page_of_the_plan_says_how_the_round_is_found(opening: Opening) -> None:
    bureau = opening("approved")
    task_no = announced(bureau)
    plan_no = made(bureau.desk("officer").get(f"/api/v1/batches/{task_no}"))["plan_no"]
    change = {"changes": {"public_source": {"kind": "drand", "margin": 900}}, "reason": "延长间隔"}
    asked = made(bureau.desk("officer").post(f"/api/v1/batches/{task_no}/changes", change))
    made(bureau.desk("approver").post(f"/api/v1/changes/{asked['change_id']}/decision", {"approved": True}))
    page = bureau.public.get(f"/plans/{plan_no}").text
    assert "锁定 600 秒之后公布的第一轮" in page
    assert "锁定 900 秒之后公布的第一轮" in page


# attacks


def test_no_value_before_its_time(opening_anywhere: Opening) -> None:
    """Even the true signature is refused by the clock a second early, and taken at the second."""
    bureau = bound(opening_anywhere)
    bureau.clock.instant = PUBLISHED - timedelta(seconds=1)
    refused_and_nothing_stored(bureau, receive(bureau), 409, "beacon_early")
    refused_and_nothing_stored(bureau, receive(bureau, {"fetch": True}), 409, "beacon_early")
    bureau.clock.instant = PUBLISHED
    made(receive(bureau))


@pytest.mark.parametrize("number", [999, 1001, 657413])
def test_no_other_round_takes_the_place_of_the_named_one(opening_anywhere: Opening, number: int) -> None:
    bureau = published(bound(opening_anywhere))
    signature = ROUNDS.get(number, ROUNDS[ROUND])["signature_hex"]
    answer = receive(bureau, {"round": number, "signature": signature})
    refused_and_nothing_stored(bureau, answer, 422, "field")
    assert answer.json()["errors"][0]["pointer"] == "/round"
    assert "1000" in answer.json()["detail"]


@pytest.mark.parametrize("body", [{"round": 0, "signature": SIGNATURE}, {"round": "latest", "signature": SIGNATURE}])
def test_latest_is_no_round(opening: Opening, body: dict[str, Any]) -> None:
    bureau = published(bound(opening))
    refused_and_nothing_stored(bureau, receive(bureau, body), 422, "malformed_request")


def test_a_second_signature_with_another_randomness_is_refused(opening_anywhere: Opening) -> None:
    bureau = published(bound(opening_anywhere))
    answer = receive(bureau, {"round": ROUND, "signature": SECOND_SIGNATURE})
    refused_and_nothing_stored(bureau, answer, 422, "refused")
    assert answer.json()["errors"][0]["pointer"] == "/signature"


@pytest.mark.parametrize("signature", [SIGNATURE[:-2], SIGNATURE.upper(), "c0" + "00" * 47, "", "zz" * 48])
def test_another_spelling_of_the_signature_is_refused(opening: Opening, signature: str) -> None:
    bureau = published(bound(opening))
    refused_and_nothing_stored(bureau, receive(bureau, {"round": ROUND, "signature": signature}), 422, "refused")


@pytest.mark.parametrize("body", [{}, {"round": ROUND}, {"signature": SIGNATURE}, HANDED | {"fetch": True}])
def test_a_round_is_handed_in_whole_or_fetched(opening: Opening, body: dict[str, Any]) -> None:
    bureau = published(bound(opening))
    refused_and_nothing_stored(bureau, receive(bureau, body), 422, "field")


def test_a_round_is_received_once(opening_anywhere: Opening) -> None:
    """Not a second time, by nobody, not even the same; and what stands cannot be changed."""
    bureau = published(bound(opening_anywhere))
    made(receive(bureau))
    before = bureau.contents()
    for name in ("officer", "supervisor"):
        again = receive(bureau, name=name)
        assert (again.status_code, again.json()["code"]) == (409, "draw_state")
    assert bureau.contents() == before


def test_sixty_four_clients_bring_one_round_once(opening_anywhere: Opening) -> None:
    bureau = published(bound(opening_anywhere))
    names = ("officer", "approver", "supervisor", "officer2")
    asked = [
        httpx.Request(
            "POST",
            f"http://bureau{path(bureau)}",
            json=HANDED,
            headers={"Authorization": f"Bearer {bureau.notes.keys[names[n % len(names)]]}"},
        )
        for n in range(CLIENTS)
    ]
    with serving(bureau) as address:
        answers = at_once(address, asked)
    assert Counter(each.status_code for each in answers) == {201: 1, 409: CLIENTS - 1}
    assert len(bureau.contents()[str(DrawBeacon.__tablename__)]) == 1


def test_a_draw_bound_to_drand_waits_for_its_round(opening_anywhere: Opening) -> None:
    """No round, no draw: not without a value, nor with one that somebody hands in instead."""
    bureau = published(bound(opening_anywhere))
    hand_in(bureau)
    before = bureau.contents()
    answer = execute(bureau)
    assert (answer.status_code, answer.json()["code"]) == (409, "beacon_awaited")
    for refused in (enter(bureau), enter(bureau, RANDOMNESS[:30])):
        assert (refused.status_code, refused.json()["code"]) == (409, "draw_state")
    assert bureau.contents() == before
    made(receive(bureau))
    assert enter(bureau).status_code == 409
    made(execute(bureau))


def test_a_secret_may_come_before_the_round_that_nobody_can_choose(opening: Opening) -> None:
    bureau = bound(opening)
    hand_in(bureau)
    told = made(bureau.desk("officer").get(f"/api/v1/draws/{bureau.notes.draw_id}"))
    assert (told["value"], told["beacon"]["received_at"]) == ("awaited", None)
    made(receive(published(bureau)))
    made(execute(bureau))


def test_a_voided_draw_takes_no_round_and_its_redraw_gets_a_later_one(opening_anywhere: Opening) -> None:
    bureau = published(bound(opening_anywhere))
    voided, redraw_id = bureau.notes.draw_id, bureau.void()
    for body in (HANDED, {"fetch": True}):
        refused_and_nothing_stored(bureau, receive(bureau, body), 409, "draw_state")
    answer = made(commit(bureau, bureau.clock.instant, draw_id=redraw_id, replaces=voided))
    assert answer["beacon"]["round"] == Drand.first_from(bureau.clock.instant + timedelta(seconds=MARGIN)).round
    assert answer["beacon"]["round"] > ROUND
    page = bureau.public.get(f"/draws/{voided}").text
    assert "作废之前没有收到 drand 第 1000 轮" in page
    assert "等待随机值" not in page


@pytest.mark.parametrize(("late", "known"), [(-1, False), (0, True)])
def test_a_void_says_whether_the_round_could_be_known_brought_or_not(opening: Opening, late: int, known: bool) -> None:  # noqa: FBT001 - a case
    bureau = bound(opening)
    bureau.clock.instant = PUBLISHED + timedelta(seconds=late)
    bureau.void()
    with bureau.service.database.reading() as session:
        fact = session.exec(select(Fact).where(Fact.kind == Kind.DRAW_VOIDED)).one()
    assert json.loads(fact.public)["known"]["value"] is known
    said = bureau.public.get(f"/draws/{bureau.notes.draw_id}.json").json()["voids"][0]["known"]
    assert ("公开随机值已经录入或者公布" in said) is known


def test_a_draw_that_named_no_round_takes_none(opening: Opening) -> None:
    bureau = opening("committed")
    refused_and_nothing_stored(bureau, receive(bureau), 409, "draw_state")


def test_a_sealed_draw_shows_its_round_and_nothing_else(opening: Opening) -> None:
    bureau = published(bound(opening, sealed=True))
    made(receive(bureau))
    hand_in(bureau)
    made(execute(bureau))
    page = bureau.public.get(f"/draws/{bureau.notes.draw_id}.json").json()
    assert page["source"]["beacon"]["randomness"] == RANDOMNESS
    assert page["source"]["value"] is None
    assert page["outcome"] is None
    assert [line["secret"] for line in page["secrets"]] == [None, None]


def test_who_neither_draws_nor_approves_nor_supervises_brings_no_round(opening: Opening) -> None:
    bureau = published(bound(opening))
    for name in ("reader", "publisher", "registrar", "market-1"):
        refused_and_nothing_stored(bureau, receive(bureau, name=name), 403, "role")


# from relays


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
