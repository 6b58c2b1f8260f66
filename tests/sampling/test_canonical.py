"""Canonical JSON agrees with another implementation, and what is not canonical is refused; SM3 agrees with OpenSSL."""

import hashlib
import json
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sampling.canonical import MAX_INTEGER, digest, hash_function, jcs, parse_jcs
from sampling.errors import Fault, RefusedError
from sampling.sm3 import Sm3
from tests.sampling.builders import LAWS, attempt

SM3_EXAMPLES = json.loads((Path(__file__).parents[1] / "vectors" / "external" / "sm3.json").read_text())["sm3"]

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(0, MAX_INTEGER) | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


def refusal(data: bytes) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        parse_jcs(data, file="x.json")
    assert refused.value.file == "x.json"
    return refused.value


@LAWS
@given(values)
def test_encoding_is_what_rfc8785_says(value: object) -> None:
    assert jcs(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@LAWS
@given(values)
def test_what_is_encoded_is_read_again(value: object) -> None:
    assert parse_jcs(jcs(value), file="x.json") == value


def test_names_are_sorted_by_utf16_code_units() -> None:
    """The example of RFC 8785, section 3.2.3; by code points the last two would change places."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]

    assert list(json.loads(jcs(dict.fromkeys(names)))) == ["\r", "1", "\u0080", "ö", "\u20ac", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"a": [1.0]}, ("a", 0)),
        ({"a": -1}, ("a",)),
        ({"a": {"b": MAX_INTEGER + 1}}, ("a", "b")),
        ([b""], (0,)),
        pytest.param(10**5000, (), id="huge"),
        (float("nan"), ()),
    ],
)
def test_number_or_type_without_room_is_refused_at_its_path(value: object, path: tuple[str | int, ...]) -> None:
    with pytest.raises(RefusedError) as refused:
        jcs(value)

    assert refused.value.fault is Fault.NUMBER
    assert refused.value.path == path
    assert len(str(refused.value)) < 200


def test_name_that_is_no_text_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        jcs({"a": {1: 2}})

    assert (refused.value.fault, refused.value.path) == (Fault.NOT_TEXT, ("a",))


@pytest.mark.parametrize("value", ["\ud800", {"a": "x\udfff"}, {"\ud800": 1}])
def test_lone_surrogate_is_refused(value: object) -> None:
    with pytest.raises(RefusedError) as refused:
        jcs(value)

    assert refused.value.fault is Fault.SURROGATE


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", Fault.NOT_JSON),
        (b"{", Fault.NOT_JSON),
        (b"{}x", Fault.NOT_JSON),
        (b"\xef\xbb\xbf{}", Fault.NOT_JSON),
        (b"\xff", Fault.NOT_UTF8),
        ('"é"'.encode("utf-16"), Fault.NOT_UTF8),
        (b'"\\ud800"', Fault.SURROGATE),
        (b'{"a":1,"a":1}', Fault.KEY_TWICE),
        (b'{"a":1,"\\u0061":1}', Fault.KEY_TWICE),
        (b'{"a":1.0}', Fault.NUMBER),
        (b'{"a":1e2}', Fault.NUMBER),
        (b'{"a":-1}', Fault.NUMBER),
        (b'{"a":NaN}', Fault.NUMBER),
        (b'{"a":-Infinity}', Fault.NUMBER),
        (b'{"a":9007199254740992}', Fault.NUMBER),
        (b'{"a":' + b"9" * 10_000 + b"}", Fault.NUMBER),
        (b'{"a":-0}', Fault.NOT_CANONICAL),
        (b'{"b":1,"a":1}', Fault.NOT_CANONICAL),
        (b'{"a": 1}', Fault.NOT_CANONICAL),
        (b"{}\n", Fault.NOT_CANONICAL),
        (b'"\\u00e9"', Fault.NOT_CANONICAL),
        (b'"\\/"', Fault.NOT_CANONICAL),
        (b'"\\u001F"', Fault.NOT_CANONICAL),
        (b"[" * 100_000, Fault.DEPTH),
        (b"[" * 700 + b"]" * 700, Fault.DEPTH),
        (b'{"a":' * 100_000, Fault.DEPTH),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else str(value[:12]),
)
def test_anything_but_the_canonical_form_is_refused(data: bytes, fault: Fault) -> None:
    assert refusal(data).fault is fault


def test_largest_integer_is_kept() -> None:
    assert parse_jcs(b'{"a":9007199254740991}', file="x.json") == {"a": 2**53 - 1}


@LAWS
@given(values, st.data())
def test_no_damage_to_a_document_goes_unnoticed(value: object, data: st.DataObject) -> None:
    """Whatever bytes are accepted are the encoding of what was read."""
    whole = jcs({"a": value})
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:at] + data.draw(st.binary(max_size=2)) + whole[at + data.draw(st.integers(0, 2)) :]

    read = attempt(lambda whole: parse_jcs(whole, file="x.json"), damaged)

    if isinstance(read, RefusedError):
        assert read.text("zh").startswith("x.json")
    else:
        assert jcs(read) == damaged


@pytest.mark.parametrize("example", SM3_EXAMPLES, ids=lambda example: example["msg_utf8"][:8])
def test_sm3_gives_the_examples_of_the_standard(example: dict[str, str]) -> None:
    message = example["msg_utf8"].encode()

    assert Sm3(message).hexdigest() == example["digest_hex"]
    assert digest(message, "sm3") == example["digest_hex"]


@LAWS
@given(st.binary(max_size=200), st.binary(max_size=70))
def test_both_sm3_agree_also_piece_by_piece(head: bytes, tail: bytes) -> None:
    start = Sm3(head)
    grown = start.copy()
    grown.update(tail)

    assert grown.hexdigest() == digest(head + tail, "sm3")
    assert start.digest() == hash_function("sm3")(head).digest()


def test_sha256_is_hashlibs() -> None:
    assert hash_function("sha256") is hashlib.sha256
    assert digest(b"abc", "sha256") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("name", ["md5", "SHA256", "sha-256", "", "sm3 "])
def test_no_other_hash_exists(name: str) -> None:
    with pytest.raises(RefusedError) as refused:
        hash_function(name)

    assert refused.value.fault is Fault.HASH
