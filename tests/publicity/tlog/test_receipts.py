"""A receipt has one form, and what it holds is read as it stands; what is refused is said in both languages."""

import json
from dataclasses import replace

import pytest

from publicity.tlog.errors import ReceiptBodyError, ReceiptEntryError, ReceiptFormError
from publicity.tlog.receipts import Entry, Receipt
from sampling.canonical import jcs
from sampling.sealing import leaf_data
from tests.publicity.test_verify import body, entry, receipt, salt

GOOD = json.loads(receipt().to_bytes())


def test_entry_is_read_as_it_stands() -> None:
    digest = leaf_data(salt(5), body(5)).hex()
    said = receipt(public={"unit": "u1"}).read_entry()
    assert said == Entry(at="2020-09-15T08:00:00Z", digest=digest, index=5, kind="finding.filed", public={"unit": "u1"})


@pytest.mark.parametrize("name", ["origin", "entry", "body", "checkpoint", "index", "proof", "salt", "form"])
@pytest.mark.parametrize("value", [None, 1.5, True, {}, [None], [5], ["zz" * 32], "zz" * 32, "AB" * 32, "", "ab"])
def test_member_of_another_kind_is_refused(name: str, value: object) -> None:
    """One at a time, the others as they were; a text is no hash, and a hash in capitals none either."""
    if isinstance(value, str) and name in ("origin", "entry", "body", "checkpoint"):
        assert getattr(Receipt.parse(jcs(GOOD | {name: value})), name) in (value, value.encode())
        return
    with pytest.raises(ReceiptFormError):
        Receipt.parse(
            json.dumps(GOOD | {name: value}, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        )


def test_refusal_of_a_form_says_what_is_wanted_in_both_languages() -> None:
    with pytest.raises(ReceiptFormError) as caught:
        Receipt.parse(jcs(GOOD | {"more": 1}))
    assert "应恰有 double-random/receipt/1 的各项" in caught.value.text("zh")
    assert "it must have the members of double-random/receipt/1 and no others" in caught.value.text("en")


def test_another_text_is_told_with_both_digests() -> None:
    with pytest.raises(ReceiptBodyError) as caught:
        replace(receipt(), body=body(6)).check_body()
    for lang in ("zh", "en"):
        assert leaf_data(salt(5), body(6)).hex() in caught.value.text(lang)
        assert leaf_data(salt(5), body(5)).hex() in caught.value.text(lang)


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"\xff", entry(6), entry(5) + b"\n", entry(5, more=1)])
def test_what_is_no_entry_of_this_place_is_refused(text: bytes) -> None:
    with pytest.raises(ReceiptEntryError):
        replace(receipt(), entry=text).read_entry()
