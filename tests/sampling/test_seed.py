"""The seed: every secret in its place, the public value in its form, and not a hair's breadth else."""

import hashlib
from typing import Any

import pytest

from sampling.commitment import Commitment
from sampling.errors import Fault, RefusedError
from sampling.names import DrawId, Party
from sampling.seed import Reveal, derive, secret_digest
from sampling.sources import Drand, Witnessed
from tests.sampling.builders import DRAW, SECRET, committed, secret_of

ONE, TWO = "1" * 64, "2" * 64
COINS = Witnessed("coins", "HT", 64)
DRAND_TIMES: dict[str, Any] = {
    "committed_at": "2023-08-23T09:00:00+08:00",
    "execute_by": "2023-08-25T18:00:00+08:00",
} | {"open_by": "2023-12-31T18:00:00+08:00"}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def two_parties() -> Commitment:
    return committed(secrets=(secret_of("a", ONE), secret_of("b", TWO)))


def refusal(commitment: Commitment, *secrets: str, value: str | None = None) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        derive(commitment, Reveal(value, secrets))
    assert refused.value.file == "reveal.json"
    return refused.value


def test_seed_and_keys_are_the_hashes_of_the_page() -> None:
    given = committed(secrets=(secret_of("a", ONE), secret_of("b", TWO)), public_source=COINS)

    seed = derive(given, Reveal("HT" * 32, (ONE, TWO)))

    value = sha256(f"double-random/1 seed\n{sha256(given.to_bytes().decode())}\n{ONE}\n{TWO}\n{'HT' * 32}\n")
    assert seed.seed == value
    assert seed.subject_key == sha256(f"double-random/1 subjects\n{value}")[:32]
    assert seed.team_key == sha256(f"double-random/1 teams\n{value}")[:32]


def test_digest_of_a_secret_serves_one_draw_and_one_party() -> None:
    digest = secret_digest(DRAW, Party("a"), ONE, "sha256")

    assert digest == sha256(f"double-random/1 secret\n{DRAW}\na\n{ONE}\n")
    assert digest != secret_digest(DRAW, Party("b"), ONE, "sha256")
    assert digest != secret_digest(DrawId("draw-2"), Party("a"), ONE, "sha256")
    assert digest != secret_digest(DRAW, Party("a"), ONE, "sm3")


@pytest.mark.parametrize("secret", ["", "1" * 63, "1" * 65, "A" * 64, "1" * 63 + "\n", "g" * 64, " " + "1" * 63])
def test_secret_of_another_form_is_refused_and_not_repeated(secret: str) -> None:
    refused = refusal(committed(), secret)

    assert (refused.fault, refused.key) == (Fault.HEX64, "secrets[0]")
    assert not secret or secret not in str(refused)


@pytest.mark.parametrize(
    ("secrets", "fault", "key"),
    [
        ((), Fault.SECRETS_COUNT, "secrets"),
        ((ONE,), Fault.SECRETS_COUNT, "secrets"),
        ((ONE, TWO, TWO), Fault.SECRETS_COUNT, "secrets"),
        ((TWO, ONE), Fault.SECRET_DIGEST, "secrets[0]"),
        ((ONE, ONE), Fault.SECRET_DIGEST, "secrets[1]"),
    ],
)
def test_secrets_are_all_there_in_the_order_of_the_commitment(secrets: tuple[str, ...], fault: Fault, key: str) -> None:
    refused = refusal(two_parties(), *secrets)

    assert (refused.fault, refused.key) == (fault, key)


def test_two_parties_with_one_secret_are_refused() -> None:
    given = committed(secrets=(secret_of("a", ONE), secret_of("b", ONE)))

    assert refusal(given, ONE, ONE).key == "secrets[1]"


@pytest.mark.parametrize("value", ["", "HT", "H" * 63, "H" * 65, "h" * 64, "H" * 63 + " ", "H" * 63 + "\u00cd"])
def test_witnessed_value_is_exactly_in_its_alphabet_and_length(value: str) -> None:
    refused = refusal(committed(public_source=COINS), SECRET, value=value)

    assert (refused.fault, refused.key) == (Fault.VALUE_FORM, "public_value")


@pytest.mark.parametrize("value", ["F" * 64, "f" * 63, "", "0x" + "f" * 62])
def test_drand_value_is_64_lowercase_hex_digits(value: str) -> None:
    given = committed(public_source=Drand(1000), **DRAND_TIMES)

    assert refusal(given, SECRET, value=value).fault is Fault.HEX64
    assert len(derive(given, Reveal("f" * 64, (SECRET,))).seed) == 64


def test_value_is_there_exactly_when_a_source_is() -> None:
    assert refusal(committed(public_source=COINS), SECRET).fault is Fault.VALUE_MISSING
    assert refusal(committed(), SECRET, value="").fault is Fault.VALUE_UNASKED


def test_reveal_is_read_as_it_was_written() -> None:
    for reveal in (Reveal(None, (ONE, TWO)), Reveal("HT", (ONE,))):
        assert Reveal.from_bytes(reveal.to_bytes()) == reveal


def test_reveal_does_not_show_its_secrets_when_printed() -> None:
    assert ONE not in repr(Reveal(None, (ONE,)))


@pytest.mark.parametrize(
    ("data", "fault", "key"),
    [
        (b'{"public_value":null}', Fault.KEY_MISSING, ""),
        (b'{"public_value":null,"salt":"","secrets":[]}', Fault.KEY_UNKNOWN, ""),
        (b'{"public_value":1,"secrets":[]}', Fault.NOT_TEXT, "public_value"),
        (b'{"public_value":null,"secrets":{}}', Fault.NOT_LIST, "secrets"),
        (b'{"public_value":null,"secrets":[null]}', Fault.NOT_TEXT, "secrets[0]"),
        (b"[]", Fault.NOT_OBJECT, ""),
    ],
)
def test_reveal_of_another_shape_is_refused(data: bytes, fault: Fault, key: str) -> None:
    with pytest.raises(RefusedError) as refused:
        Reveal.from_bytes(data)

    assert (refused.value.file, refused.value.fault, refused.value.key) == ("reveal.json", fault, key)
