"""A round of drand has one signature, and only that one gives the randomness."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampling import beacon, canonical
from sampling.beacon import Beacon, verify
from sampling.commitment import Commitment
from sampling.errors import Fault, RefusedError
from sampling.public_value import check_public_value, drand_document, no_document, witnessed_document
from sampling.seed import Reveal
from sampling.sources import QUICKNET_CHAIN, QUICKNET_GENESIS, QUICKNET_PERIOD, Drand, PublicSource, Witnessed
from tests.sampling import builders
from tests.sampling.builders import LAWS, SECRET

CHAIN: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "external" / "drand_beacons.json").read_bytes()
)["chains"][0]
FIRST = CHAIN["beacons"][0]
DICE = Witnessed("掷骰三十枚", "123456", 30)
THROWN = "352614163425616263541325246135"


def committed(source: PublicSource | None) -> Commitment:
    times: dict[str, Any] = {
        "committed_at": "2023-08-23T23:49:24+08:00",
        "execute_by": "2023-09-23T18:00:00+08:00",
        "open_by": "2023-12-23T18:00:00+08:00",
    }
    return builders.committed(public_source=source, **times)


def document(**changes: object) -> bytes:
    """Return the file of a draw with round 1000, changed."""
    whole = json.loads(drand_document(Drand(1000), FIRST["signature_hex"], FIRST["randomness_hex"]))
    return canonical.jcs({key: value for key, value in (whole | changes).items() if value is not None})


def test_parameters_are_those_of_the_published_chain() -> None:
    assert CHAIN["chain_hash"] == QUICKNET_CHAIN
    assert CHAIN["public_key_hex"] == beacon.QUICKNET_KEY.hex()
    assert CHAIN["dst"].encode() == beacon.QUICKNET_DST
    assert (CHAIN["genesis_time"], CHAIN["period_s"]) == (QUICKNET_GENESIS, QUICKNET_PERIOD)


@pytest.mark.parametrize("published", CHAIN["beacons"], ids=lambda each: str(each["round"]))
def test_published_rounds_are_verified_and_give_their_randomness(published: dict[str, Any]) -> None:
    found = Beacon.of(Drand(published["round"]), published["signature_hex"])
    assert found.randomness == published["randomness_hex"]


@pytest.mark.parametrize("forged", CHAIN["must_reject"], ids=lambda each: each["why"][:40])
def test_what_must_be_rejected_is_refused(forged: dict[str, Any]) -> None:
    with pytest.raises(RefusedError):
        verify(forged["round"], bytes.fromhex(forged["signature_hex"]))


def test_second_signature_with_another_randomness_is_refused() -> None:
    """A point outside the subgroup passes the pairing; it is refused for what it is, not for its length."""
    forged = CHAIN["must_reject"][0]
    assert len(forged["signature_hex"]) == len(FIRST["signature_hex"])
    with pytest.raises(RefusedError) as refused:
        Beacon.of(Drand(1000), forged["signature_hex"])
    assert refused.value.fault is Fault.SIGNATURE_WRONG


def test_signature_with_any_one_bit_turned_is_refused() -> None:
    for bit in range(8 * beacon.SIGNATURE_BYTES):
        turned = int(FIRST["signature_hex"], 16) ^ (1 << bit)
        with pytest.raises(RefusedError):
            verify(1000, turned.to_bytes(beacon.SIGNATURE_BYTES, "big"))


@pytest.mark.parametrize(
    "spelling", ["", FIRST["signature_hex"].upper(), FIRST["signature_hex"] + "00", " " + FIRST["signature_hex"][1:]]
)
def test_signature_has_one_spelling(spelling: str) -> None:
    with pytest.raises(RefusedError) as refused:
        Beacon.of(Drand(1000), spelling)
    assert refused.value.fault is Fault.SIGNATURE_FORM


@LAWS
@given(st.binary(max_size=100))
def test_any_bytes_are_refused_and_never_more(data: bytes) -> None:
    with pytest.raises(RefusedError):
        verify(1000, data)


@LAWS
@given(st.datetimes(datetime(2000, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_first_round_is_the_first_that_is_not_earlier(instant: datetime) -> None:
    found = Drand.first_from(instant)
    seconds = instant.replace(microsecond=0).timestamp()
    assert found.published_at >= seconds
    assert found.round == 1 or found.published_at - QUICKNET_PERIOD < seconds


def test_round_published_at_the_very_second_is_the_first_from_it() -> None:
    instant = datetime.fromtimestamp(Drand(1000).published_at, UTC)
    assert Drand.first_from(instant).round == 1000
    assert Drand.first_from(instant + timedelta(seconds=1)).round == 1001
    assert Drand.first_from(instant - timedelta(seconds=3)).round == 999


def test_value_of_a_bundle_is_checked_by_its_signature() -> None:
    check_public_value(committed(Drand(1000)), Reveal(FIRST["randomness_hex"], (SECRET,)), document())


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"chain": "0" * 64}, "chain"),
        ({"round": 1001}, "round"),
        ({"round": True}, "round"),
        ({"kind": "none"}, "kind"),
        ({"signature": CHAIN["must_reject"][0]["signature_hex"]}, "signature"),
        ({"signature": CHAIN["beacons"][1]["signature_hex"]}, "signature"),
        ({"randomness": CHAIN["beacons"][1]["randomness_hex"]}, "randomness"),
        ({"randomness": None}, ""),
        ({"note": "x"}, ""),
    ],
)
def test_value_of_a_bundle_that_is_not_the_rounds_is_refused(changes: dict[str, object], key: str) -> None:
    with pytest.raises(RefusedError) as refused:
        check_public_value(committed(Drand(1000)), Reveal(FIRST["randomness_hex"], (SECRET,)), document(**changes))
    assert (refused.value.file, refused.value.key) == ("public_value.json", key)


def test_value_that_was_drawn_with_is_the_verified_one() -> None:
    """A bundle whose seed was made of something else than the round's randomness is found out."""
    with pytest.raises(RefusedError, match="randomness"):
        check_public_value(committed(Drand(1000)), Reveal("0" * 64, (SECRET,)), document())


def test_witnessed_value_is_the_one_announced_and_drawn_with() -> None:
    made, handed = committed(DICE), Reveal(THROWN, (SECRET,))
    check_public_value(made, handed, witnessed_document(DICE, THROWN, ["甲"], simulated=False))
    other = Witnessed("掷骰三十一枚", "123456", 30)
    for wrong in (
        witnessed_document(DICE, THROWN[::-1], ["甲"], simulated=False),
        witnessed_document(other, THROWN, ["甲"], simulated=False),
        no_document(),
        document(),
    ):
        with pytest.raises(RefusedError):
            check_public_value(made, handed, wrong)


def test_draw_without_a_value_says_so() -> None:
    made, handed = committed(None), Reveal(None, (SECRET,))
    check_public_value(made, handed, no_document())
    with pytest.raises(RefusedError):
        check_public_value(made, handed, document())
