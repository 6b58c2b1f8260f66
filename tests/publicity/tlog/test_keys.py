"""A key is read in its one text form, and signs and verifies for its one use."""

import json
from pathlib import Path
from typing import Any

import pytest

from publicity.tlog.errors import KeyFormError, SecretKeyFormError, SignatureError
from publicity.tlog.keys import LATEST, SigningKey, Use, VerifierKey, cosigned_message, decode, encode
from tests.publicity.tlog.signing import LOG, STRANGER, WITNESS, key, speaks_chinese

EXTERNAL = Path(__file__).parents[2] / "vectors" / "external"
PUBLISHED: list[dict[str, Any]] = json.loads((EXTERNAL / "signed_note.json").read_text(encoding="utf-8"))["keys"]
TEXT = b"log.example/records\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda each: each["vkey"].partition("+")[0])
def test_published_key_is_read_and_written_again(published: dict[str, Any]) -> None:
    found = VerifierKey.parse(published["vkey"])
    assert str(found) == published["vkey"]
    assert found.name == published["vkey"].partition("+")[0]
    assert found.use is Use.SIGNATURE


def test_published_private_key_is_that_of_its_public_one() -> None:
    published = next(each for each in PUBLISHED if "skey" in each)
    found = SigningKey.parse(published["skey"])
    assert found.seed.hex() == published["seed_hex"]
    assert str(found.verifier) == published["vkey"]
    assert found.secret_text() == published["skey"]


def test_a_private_key_is_not_shown_by_accident() -> None:
    assert repr(LOG) == f"SigningKey(name='{LOG.name}', use={Use.SIGNATURE!r})"


VKEY = str(LOG.verifier)
NAME, NUMBER, MATERIAL = VKEY.split("+", 2)
RAW = decode(MATERIAL)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "three parts"),
        (NAME, "three parts"),
        (f"{NAME}+{NUMBER}", "three parts"),
        (f"{NAME}+{NUMBER}+", "33 bytes"),
        (f"+{NUMBER}+{MATERIAL}", "its name is empty"),
        (f"a b+{NUMBER}+{MATERIAL}", "its name is empty"),
        (f"a\u3000b+{NUMBER}+{MATERIAL}", "its name is empty"),
        (f"a\x1fb+{NUMBER}+{MATERIAL}", "its name is empty"),
        (f"a\x01b+{NUMBER}+{MATERIAL}", "its name is empty"),
        (f"a\ud800b+{NUMBER}+{MATERIAL}", "its name is empty"),
        (f"{NAME}x+{NUMBER}+{MATERIAL}", "its number is not"),
        (f"{NAME}+00000000+{MATERIAL}", "its number is not"),
        (f"{NAME}+{NUMBER.upper()}+{MATERIAL}", "its number is not"),
        (f"{NAME}+0x{NUMBER}+{MATERIAL}", "its number is not"),
        (f"{NAME}+ {NUMBER}+{MATERIAL}", "its number is not"),
        (f"{NAME}+{NUMBER}+{MATERIAL[:-1]}", "33 bytes"),
        (f"{NAME}+{NUMBER}+{MATERIAL}\n", "33 bytes"),
        (f"{NAME}+{NUMBER}+{MATERIAL}=", "33 bytes"),
        (f"{NAME}+{NUMBER}+{encode(RAW + b'0')}", "33 bytes"),
        (f"{NAME}+{NUMBER}+{encode(RAW[:-1])}", "33 bytes"),
        (f"{NAME}+{NUMBER}+{encode(bytes([2]) + RAW[1:])}", "33 bytes"),
        (f"{NAME}+{NUMBER}+{encode(bytes([6]) + RAW[1:])}", "33 bytes"),
        (f"{NAME}+{NUMBER}+{encode(bytes([4]) + RAW[1:])}", "its number is not"),
    ],
)
def test_a_text_that_is_no_key_is_refused_and_repeated(text: str, problem: str) -> None:
    with pytest.raises(KeyFormError, match=problem) as refused:
        VerifierKey.parse(text)
    assert str(refused.value.data["key"]) in text
    assert "不是签名文本的公钥" in refused.value.text("zh")
    assert speaks_chinese(refused.value.data["problem_zh"])


def test_a_wrong_number_is_answered_with_the_right_one() -> None:
    with pytest.raises(KeyFormError, match=NUMBER):
        VerifierKey.parse(f"{NAME}+00000000+{MATERIAL}")
    with pytest.raises(SecretKeyFormError, match=NUMBER):
        SigningKey.parse(LOG.secret_text().replace(NUMBER, "00000000"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "three parts"),
        (VKEY, "number"),
        (LOG.secret_text().removeprefix("PRIVATE+"), "number|three|33"),
        (LOG.secret_text().removeprefix("PRIVATE+KEY+"), "number"),
        (LOG.secret_text() + "\n", "33 bytes"),
        (LOG.secret_text().replace(LOG.name, "another.example"), "number"),
        (f"PRIVATE+KEY+{NAME}+{NUMBER}+{encode(bytes([1]) + bytes(31))}", "33 bytes"),
        (f"PRIVATE+KEY+ +{NUMBER}+{encode(bytes([1]) + bytes(32))}", "its name is empty"),
    ],
)
def test_a_text_that_is_no_private_key_is_refused_and_never_repeated(text: str, problem: str) -> None:
    with pytest.raises(SecretKeyFormError, match=problem) as refused:
        SigningKey.parse(text)
    assert speaks_chinese(refused.value.data["problem_zh"])
    assert "私钥文本不合规" in refused.value.text("zh")
    if text:
        assert text not in str(refused.value)
        assert encode(bytes([1]) + LOG.seed) not in str(refused.value)


@pytest.mark.parametrize("short", [b"", bytes(31), bytes(33)])
def test_a_key_has_32_bytes(short: bytes) -> None:
    with pytest.raises(KeyFormError, match="33 bytes") as refused:
        VerifierKey("a", Use.SIGNATURE, short)
    assert speaks_chinese(refused.value.data["problem_zh"])
    with pytest.raises(SecretKeyFormError, match="33 bytes") as secret:
        SigningKey("a", Use.SIGNATURE, short)
    assert speaks_chinese(secret.value.data["problem_zh"])


@pytest.mark.parametrize("use", list(Use))
def test_the_same_key_has_another_number_for_each_use_and_name(use: Use) -> None:
    numbers = {key("a", each).verifier.key_id for each in Use} | {key("b", use).verifier.key_id}
    assert len(numbers) == 3


def test_a_signature_names_its_key_and_holds_for_its_text_alone() -> None:
    made = LOG.sign(TEXT)
    assert (made.name, made.key_id) == (LOG.name, LOG.verifier.key_id)
    assert len(made.value) == 64
    assert LOG.verifier.verify(TEXT, made.value) is None
    for text, verifier in [(TEXT + b"x", LOG.verifier), (TEXT, STRANGER.verifier), (TEXT, WITNESS.verifier)]:
        with pytest.raises(SignatureError) as refused:
            verifier.verify(text, made.value)
        assert refused.value.data == {"name": verifier.name, "key_id": verifier.key_id.hex()}


@pytest.mark.parametrize("value", [b"", bytes(63), bytes(64), bytes(65), bytes(72)])
def test_what_no_key_made_is_no_signature(value: bytes) -> None:
    for verifier in (LOG.verifier, WITNESS.verifier):
        with pytest.raises(SignatureError):
            verifier.verify(TEXT, value)


def test_a_cosignature_signs_header_time_and_text() -> None:
    """The published example of the message, byte for byte; the time stands before the signature."""
    text = b"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert cosigned_message(text, 1679315147) == b"cosignature/v1\ntime 1679315147\n" + text
    made = WITNESS.sign(text, at=1679315147)
    assert made.value[:8] == (1679315147).to_bytes(8, "big")
    assert len(made.value) == 72
    assert WITNESS.verifier.verify(text, made.value) == 1679315147
    plain = SigningKey(WITNESS.name, Use.SIGNATURE, WITNESS.seed)
    assert plain.verifier.verify(cosigned_message(text, 1679315147), made.value[8:]) is None


def test_a_cosignature_holds_for_its_second_alone() -> None:
    made = WITNESS.sign(TEXT, at=5)
    with pytest.raises(SignatureError):
        WITNESS.verifier.verify(TEXT, (6).to_bytes(8) + made.value[8:])
    with pytest.raises(SignatureError):
        WITNESS.verifier.verify(TEXT, made.value[8:])


def test_a_cosignature_may_name_the_last_second_and_none_after_it() -> None:
    assert WITNESS.verifier.verify(TEXT, WITNESS.sign(TEXT, at=LATEST).value) == LATEST == 9223372036854775807
    assert WITNESS.verifier.verify(TEXT, WITNESS.sign(TEXT).value) == 0
    with pytest.raises(SignatureError):
        WITNESS.verifier.verify(TEXT, WITNESS.sign(TEXT, at=LATEST + 1).value)


@pytest.mark.parametrize("text", ["QQ", "QR==", "QQ==\n", " QQ==", "Q-==", "QQ=", "=QQ=", "é"])
def test_base64_has_one_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"ase64|ASCII|padd"):
        decode(text)


def test_what_has_no_utf8_is_no_name() -> None:
    for sign in (0xD800, 0xDABC, 0xDFFF):
        with pytest.raises(KeyFormError, match="its name is empty"):
            VerifierKey(f"a{chr(sign)}", Use.SIGNATURE, bytes(32))
    for sign in (0xD7FF, 0xE000):
        assert VerifierKey(f"a{chr(sign)}", Use.SIGNATURE, bytes(32)).key_id
