"""No other round, no other spelling and no other value takes the place of the round that was committed to."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import select

from registry.draws import DrawBeacon
from registry.journal import Fact, Kind
from sampling.sources import Drand
from tests.beacons import (
    CLIENTS,
    HANDED,
    MARGIN,
    PUBLISHED,
    RANDOMNESS,
    ROUND,
    SIGNATURE,
    bound,
    commit,
    enter,
    execute,
    hand_in,
    path,
    published,
    receive,
    refused_and_nothing_stored,
)
from tests.crowds import at_once, serving
from tests.desks import made
from tests.relays import ROUNDS, SECOND_SIGNATURE
from tests.workshop import Opening


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
def test_latest_is_no_round(opening_anywhere: Opening, body: dict[str, Any]) -> None:
    bureau = published(bound(opening_anywhere))
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
