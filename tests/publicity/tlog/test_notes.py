"""A note is opened with pinned keys or not at all: the published notes, good and bad, and what lies between."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from publicity.tlog.errors import (
    AmbiguousKeyError,
    DuplicateSignatureError,
    NoteError,
    NoteFormError,
    NoteSizeError,
    SignatureError,
    TlogError,
    UntrustedNoteError,
)
from publicity.tlog.keys import Signature, SigningKey, VerifierKey, encode
from publicity.tlog.notes import MAX_BYTES, Note, open_note, sign_note
from tests.publicity.tlog.signing import LOG, NEXT, STRANGER, WITNESS, speaks_chinese

EXTERNAL = Path(__file__).parents[2] / "vectors" / "external"
PUBLISHED: dict[str, Any] = json.loads((EXTERNAL / "signed_note.json").read_text(encoding="utf-8"))
TEXT = "一份文本\n\n有空行\n"
NOTE = sign_note(TEXT, [LOG]).to_bytes()
LINE = NOTE.decode().splitlines()[-1]


def keys(texts: Sequence[str]) -> list[VerifierKey]:
    """Return the keys that a vector trusts."""
    return [VerifierKey.parse(text) for text in texts]


def named(case: dict[str, Any]) -> str:
    """Return the name of a vector."""
    return str(case["name"])


@pytest.mark.parametrize("case", PUBLISHED["valid"], ids=named)
def test_published_note_is_opened(case: dict[str, Any]) -> None:
    opened = open_note(case["note"].encode(), keys(case["trusted"]))
    assert [each.key.name for each in opened.verified] == case["want_verified"]
    assert [each.name for each in opened.ignored] == case.get("want_unverified", [])
    assert case["note"].startswith(opened.text + "\n")


REFUSED_AS = {
    "no trusted key": UntrustedNoteError,
    "ambiguous: same key trusted twice and used": AmbiguousKeyError,
    "101 signatures": NoteSizeError,
    "corrupt signature of a KNOWN key fails whole note": SignatureError,
}


@pytest.mark.parametrize("case", PUBLISHED["reject"], ids=named)
def test_published_note_is_refused(case: dict[str, Any]) -> None:
    data = bytes.fromhex(case["note_hex"]) if "note_hex" in case else case["note"].encode()
    with pytest.raises(REFUSED_AS.get(case["name"], NoteFormError)):
        open_note(data, keys(case["trusted"]))


def test_the_published_key_signs_the_published_note() -> None:
    signer = SigningKey.parse(next(each["skey"] for each in PUBLISHED["keys"] if "skey" in each))
    assert sign_note(PUBLISHED["text"], [signer]).to_bytes() == PUBLISHED["valid"][0]["note"].encode()


def test_a_note_is_read_and_written_again() -> None:
    note = Note.parse(NOTE)
    assert note.to_bytes() == NOTE
    assert note.text == TEXT
    assert NOTE.decode() == f"{TEXT}\n— {LOG.name} {encode(LOG.verifier.key_id + LOG.sign(TEXT.encode()).value)}\n"


def test_empty_lines_of_the_text_are_the_texts() -> None:
    for text in ("\n", "\n\n", "a\n\n", "\na\n"):
        opened = open_note(sign_note(text, [LOG]).to_bytes(), [LOG.verifier])
        assert opened.text == text


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "no signature"),
        (b"\n", "no signature"),
        (b"\n\n", "no signature"),
        (b"text\n", "no signature"),
        (b"text\n\n", "no signature"),
        (b"text\n\n\n", "no signature"),
        (f"text\n{LINE}\n".encode(), "no signature"),
        (f"text\n\n{LINE}".encode(), "last line has no line end"),
        (f"text\n\n{LINE}\n\n".encode(), "no signature"),
        (f"text\r\n\r\n{LINE}\n".encode(), "no signature"),
        (f"te\txt\n\n{LINE}\n".encode(), "control sign"),
        (f"te\rxt\n\n{LINE}\n".encode(), "control sign"),
        (f"te\x00xt\n\n{LINE}\n".encode(), "control sign"),
        (f"te\x1fxt\n\n{LINE}\n".encode(), "control sign"),
        (f"text\n\n{LINE}\r\n".encode(), "signature line"),
        (f"text\n\n{LINE} \n".encode(), "signature line"),
        (f"text\n\n{LINE.replace('—', '-')}\n".encode(), "signature line"),
        (f"text\n\n{LINE.replace('—', '–')}\n".encode(), "signature line"),
        (f"text\n\n{LINE.replace('— ', '—')}\n".encode(), "signature line"),
        (f"text\n\n{LINE.replace('— ', '—  ')}\n".encode(), "signature line"),
        (f"text\n\n {LINE}\n".encode(), "signature line"),
        (f"text\n\n{LINE[:-1]}\n".encode(), "signature line"),
        (f"text\n\n{LINE}=\n".encode(), "signature line"),
        ("text\n\n—\n".encode(), "signature line"),
        ("text\n\n— \n".encode(), "signature line"),
        ("text\n\n— a\n".encode(), "signature line"),
        ("text\n\n— a \n".encode(), "signature line"),
        ("text\n\n— a AAAA\n".encode(), "signature line"),
        ("text\n\n— a AAAAAA==\n".encode(), "signature line"),
        ("text\n\n—  AAAAAAA=\n".encode(), "signature line"),
        ("text\n\n— a+b AAAAAAA=\n".encode(), "signature line"),
        ("text\n\n— a\u3000b AAAAAAA=\n".encode(), "signature line"),
        ("text\n\n— a\u00a0b AAAAAAA=\n".encode(), "signature line"),
        ("text\n\n— a\u2028b AAAAAAA=\n".encode(), "signature line"),
        ("text\n\n— a\x01b AAAAAAA=\n".encode(), "signature line"),
        ("text\n\n— a AAAAAAB=\n".encode(), "signature line"),
        (b"text\xff\n\n" + LINE.encode() + b"\n", "UTF-8"),
        (b"text\xc0\xaf\n\n" + LINE.encode() + b"\n", "UTF-8"),
        (b"text\xed\xa0\x80\n\n" + LINE.encode() + b"\n", "UTF-8"),
        (NOTE.decode().encode("utf-16"), "UTF-8"),
    ],
)
def test_what_is_not_a_note_byte_for_byte_is_refused_with_a_reason(data: bytes, problem: str) -> None:
    with pytest.raises(NoteFormError, match=problem) as refused:
        Note.parse(data)
    assert refused.value.text("zh").startswith("签名文本格式不符：")
    assert speaks_chinese(refused.value.data["problem_zh"])
    with pytest.raises(NoteFormError):
        open_note(data, [LOG.verifier])


def test_a_refused_line_is_repeated_up_to_eighty_signs() -> None:
    with pytest.raises(NoteFormError) as refused:
        Note.parse(b"text\n\n" + b"x" * 200 + b"\n")
    assert str(refused.value.data["problem_en"]).endswith(": " + "x" * 80)
    assert "x" * 81 not in str(refused.value)
    with pytest.raises(NoteFormError) as refused:
        Note.parse(b"text\n\n" + b"x" * 100 + b" y AAAAAAA=\n")
    assert "x" * 80 in str(refused.value)
    assert "x" * 81 not in str(refused.value)
    with pytest.raises(NoteFormError, match=": a\\+b"):
        Note.parse("text\n\n— a+b AAAAAAA=\n".encode())


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "line end"), ("text", "line end"), ("a\x0bb\n", "control sign"), ("a\ud800\n", "UTF-8")],
)
def test_only_a_text_that_can_be_read_again_is_signed(text: str, problem: str) -> None:
    with pytest.raises(NoteFormError, match=problem):
        sign_note(text, [LOG])


def test_a_note_without_a_signature_is_none() -> None:
    with pytest.raises(NoteFormError, match="no signature"):
        sign_note(TEXT, [])


def test_signatures_with_a_number_of_another_length_are_not_written() -> None:
    for wrong in (Signature("a", b"123", b"x"), Signature("a", b"12345", b"x"), Signature("a", b"1234", b"")):
        with pytest.raises(NoteFormError):
            Note(TEXT, (wrong,))
    assert Note(TEXT, (Signature("a", b"1234", b"x"),)).signatures[0].value == b"x"


def test_a_hundred_signatures_are_read_and_one_more_is_not() -> None:
    """The specification asks for sixteen at least."""
    strangers = [Signature(f"s{number}", b"1234", b"x") for number in range(99)]
    note = sign_note(TEXT, [LOG])
    full = Note(TEXT, (*note.signatures, *strangers))
    assert len(open_note(full.to_bytes(), [LOG.verifier]).ignored) == 99
    with pytest.raises(NoteSizeError, match="has 101 signatures; 100 are the most") as refused:
        full.signed_by(NEXT)
    assert "101 个签名，最多 100。" in refused.value.text("zh")
    data = full.to_bytes() + LINE.encode() + b"\n"
    with pytest.raises(NoteSizeError):
        open_note(data, [LOG.verifier])


def test_a_note_of_a_million_bytes_is_read_and_one_byte_more_is_not() -> None:
    note = sign_note("x" * 999_000 + "\n", [LOG])
    whole = sign_note("x" * (999_000 + MAX_BYTES - len(note.to_bytes())) + "\n", [LOG]).to_bytes()
    assert len(whole) == MAX_BYTES == 1_000_000
    assert open_note(whole, [LOG.verifier]).verified
    with pytest.raises(NoteSizeError, match="has 1000001 bytes; 1000000 are the most") as refused:
        open_note(b"x" + whole, [LOG.verifier])
    assert "1000001 字节，最多 1000000。" in refused.value.text("zh")


def test_unknown_signers_are_ignored_and_named_when_there_is_nobody_else() -> None:
    note = sign_note(TEXT, [STRANGER, LOG, WITNESS])
    opened = open_note(note.to_bytes(), [LOG.verifier])
    assert [each.key for each in opened.verified] == [LOG.verifier]
    assert [each.name for each in opened.ignored] == [STRANGER.name, WITNESS.name]
    assert opened.verified[0].signature == note.signatures[1]
    with pytest.raises(UntrustedNoteError) as refused:
        open_note(note.to_bytes(), [NEXT.verifier])
    assert f"{STRANGER.name} ({STRANGER.verifier.key_id.hex()}), {LOG.name} (" in str(refused.value)
    with pytest.raises(UntrustedNoteError):
        open_note(note.to_bytes(), [])


def test_who_shares_only_name_or_only_number_with_a_known_key_is_unknown() -> None:
    own = LOG.sign(TEXT.encode())
    for other in (Signature(LOG.name, NEXT.verifier.key_id, b"junk"), Signature("other", own.key_id, b"junk")):
        opened = open_note(Note(TEXT, (other, own)).to_bytes(), [LOG.verifier])
        assert opened.ignored == (other,)
        with pytest.raises(UntrustedNoteError):
            open_note(Note(TEXT, (other,)).to_bytes(), [LOG.verifier])


def test_two_keys_may_sign_while_one_takes_the_others_place() -> None:
    data = sign_note(TEXT, [LOG, NEXT]).to_bytes()
    for pinned in ([LOG], [NEXT], [LOG, NEXT], [NEXT, LOG]):
        opened = open_note(data, [each.verifier for each in pinned])
        assert {each.key.key_id for each in opened.verified} == {each.verifier.key_id for each in pinned}


def test_a_known_keys_false_signature_spoils_the_note_even_beside_a_good_one() -> None:
    good = sign_note(TEXT, [LOG, NEXT])
    false = Signature(NEXT.name, NEXT.verifier.key_id, good.signatures[0].value)
    for order in ((good.signatures[0], false), (false, good.signatures[0])):
        with pytest.raises(SignatureError, match=NEXT.verifier.key_id.hex()):
            open_note(Note(TEXT, order).to_bytes(), [LOG.verifier, NEXT.verifier])


def test_the_same_line_twice_counts_once_and_two_different_ones_are_refused() -> None:
    own = WITNESS.sign(TEXT.encode(), at=1)
    again = WITNESS.sign(TEXT.encode(), at=2)
    assert len(open_note(Note(TEXT, (own, own)).to_bytes(), [WITNESS.verifier]).verified) == 1
    with pytest.raises(DuplicateSignatureError) as refused:
        open_note(Note(TEXT, (own, again)).to_bytes(), [WITNESS.verifier])
    assert refused.value.data == {"name": WITNESS.name, "key_id": WITNESS.verifier.key_id.hex()}
    unknown = open_note(Note(TEXT, (*LOG_SIGNED, own, again, own)).to_bytes(), [LOG.verifier])
    assert unknown.ignored == (own, again)


LOG_SIGNED = sign_note(TEXT, [LOG]).signatures


def test_a_key_listed_twice_is_refused_before_anything_is_read() -> None:
    with pytest.raises(AmbiguousKeyError) as refused:
        open_note(b"junk", [LOG.verifier, STRANGER.verifier, LOG.verifier])
    assert refused.value.data == {"name": LOG.name, "key_id": LOG.verifier.key_id.hex()}


def test_a_cosignature_is_opened_with_its_second() -> None:
    note = sign_note(TEXT, [LOG]).signed_by(WITNESS, at=77)
    opened = open_note(note.to_bytes(), [LOG.verifier, WITNESS.verifier])
    assert [each.at for each in opened.verified] == [None, 77]
    assert sign_note(TEXT, [LOG]).signed_by(WITNESS).signatures[1] == WITNESS.sign(TEXT.encode(), at=0)
    assert sign_note(TEXT, [WITNESS]).signatures == (WITNESS.sign(TEXT.encode(), at=0),)
    assert sign_note(TEXT, [WITNESS], at=78).signatures == (WITNESS.sign(TEXT.encode(), at=78),)


def test_everything_that_opening_refuses_is_a_refusal_of_the_log() -> None:
    assert issubclass(NoteError, TlogError)
    assert issubclass(NoteFormError, NoteError)
