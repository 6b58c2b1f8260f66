"""A receipt is believed as it was handed out, and not with one byte changed."""

from dataclasses import replace

import pytest

from publicity.tlog import merkle
from publicity.tlog.checkpoints import Checkpoint, cosign_checkpoint, sign_checkpoint
from publicity.tlog.keys import SigningKey, Use
from publicity.tlog.receipts import MAX_BYTES, Receipt
from publicity.verify import Report, State, Trusted, verify_receipt
from sampling.canonical import jcs
from sampling.merkle import leaf_hash, tree_root
from sampling.sealing import leaf_data
from tests.publicity.tlog.mangling import Numbers

ORIGIN = "log.example/records"
KEY = SigningKey(ORIGIN, Use.SIGNATURE, bytes(range(32)))
STRANGER = SigningKey(ORIGIN, Use.SIGNATURE, bytes(range(1, 33)))
WITNESS = SigningKey("witness.example", Use.COSIGNATURE, bytes(range(2, 34)))
TRUSTED = Trusted.of((KEY.verifier,), None)
MANGLED = 10_000


def body(index: int) -> bytes:
    return jcs({"actor": "p0001", "subject": f"r{index}", "text": f"检查结果·{index}"})


def salt(index: int) -> bytes:
    return leaf_hash(bytes([index]))


def entry(index: int, **changes: object) -> bytes:
    said = {
        "at": "2020-09-15T08:00:00Z",
        "digest": leaf_data(salt(index), body(index)).hex(),
        "index": index,
        "kind": "finding.filed",
        "public": {},
        "v": 1,
    }
    return jcs(said | changes)


def receipt(index: int = 5, size: int = 11, *, key: SigningKey = KEY, **changes: object) -> Receipt:
    """Return the receipt of an entry of a small log; ``changes`` are to the entry, which the log then holds."""
    entries = [entry(each, **(changes if each == index else {})) for each in range(size)]
    note = sign_checkpoint(Checkpoint(ORIGIN, size, tree_root(entries)), [key])
    return Receipt(
        origin=ORIGIN,
        index=index,
        entry=entries[index],
        salt=salt(index),
        body=body(index),
        proof=tuple(
            merkle.inclusion_proof(index, size, lambda level, at: tree_root(entries[at << level : (at + 1) << level]))
        ),
        checkpoint=note.to_bytes(),
    )


def checked(found: Receipt, trusted: Trusted = TRUSTED) -> Report:
    return verify_receipt(found.to_bytes(), trusted)


def refusal(report: Report) -> str:
    """Return the sentence of a refusal, which is the last step and says it in both languages."""
    assert report.verdict is State.REFUSED, report.lines("en")
    last = report.steps[-1]
    assert last.state is State.REFUSED
    assert all(last.words)
    return last.words[1]


@pytest.mark.parametrize("size", range(1, 20))
def test_every_entry_of_every_small_log_has_its_receipt(size: int) -> None:
    for index in range(size):
        found = receipt(index, size)
        assert Receipt.parse(found.to_bytes()) == found
        assert checked(found).verdict is State.HELD


def test_a_report_says_what_is_shown_and_what_is_not() -> None:
    report = checked(receipt())
    assert "检查结果·5" in "".join(report.lines("zh"))
    assert any("not that what it says is true" in line for line in report.lines("en"))


def test_without_a_key_nothing_is_shown() -> None:
    report = checked(receipt(), Trusted.of((), None))
    assert report.verdict is State.UNCHECKED
    assert "检查结果·5" not in "".join(report.lines("zh"))
    assert report.steps[-1].name == "signature"


def test_a_receipt_of_the_old_key_holds_while_both_are_trusted() -> None:
    trusted = Trusted.of((STRANGER.verifier, KEY.verifier), ORIGIN)
    assert checked(receipt(), trusted).verdict is State.HELD


def test_a_witness_that_is_trusted_is_named_with_its_time() -> None:
    found = receipt()
    note = sign_checkpoint(Checkpoint(ORIGIN, 11, tree_root([entry(each) for each in range(11)])), [KEY])
    cosigned = replace(found, checkpoint=cosign_checkpoint(note, WITNESS, at=1_600_000_000).to_bytes())
    report = checked(cosigned, Trusted.of((KEY.verifier, WITNESS.verifier), None))
    assert report.verdict is State.HELD
    assert "1600000000" in report.steps[-1].words[1]
    assert checked(cosigned).verdict is State.HELD, "a cosignature of somebody unknown changes nothing"


def test_a_witness_alone_is_no_log() -> None:
    report = checked(receipt(), Trusted.of((WITNESS.verifier,), ORIGIN))
    assert report.verdict is State.UNCHECKED


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (replace(receipt(), body=body(6)), "not the one that was recorded"),
        (replace(receipt(), salt=salt(6)), "not the one that was recorded"),
        (replace(receipt(), entry=entry(6), body=body(6), salt=salt(6)), "none of a log"),
        (replace(receipt(), index=6), "none of a log"),
        (replace(receipt(), index=6, entry=entry(6), body=body(6), salt=salt(6)), "leads to the root"),
        (replace(receipt(), proof=receipt().proof[:-1]), "need"),
        (replace(receipt(), proof=(*receipt().proof, bytes(32))), "need"),
        (replace(receipt(), proof=receipt().proof[::-1]), "leads to the root"),
        (replace(receipt(), proof=receipt(5, 12).proof), "leads to the root"),
        (replace(receipt(), checkpoint=receipt(3, 7).checkpoint), "need"),
        (replace(receipt(), origin="log.example/other"), "names the log"),
        (replace(receipt(), checkpoint=receipt(key=STRANGER).checkpoint), "None of the trusted keys"),
        (receipt(key=STRANGER), "None of the trusted keys"),
        (receipt(v=2), "none of a log"),
        (receipt(index_="5"), "none of a log"),
        (receipt(public=[]), "none of a log"),
        (receipt(kind=1), "none of a log"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_a_sentence(found: Receipt, said: str) -> None:
    assert said in refusal(checked(found))


def test_another_log_is_refused() -> None:
    assert "is of the log" in refusal(checked(receipt(), Trusted.of((KEY.verifier,), "log.example/other")))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"{}",
        b"[" * 100_000,
        b"\xff",
        receipt().to_bytes() + b"\n",
        receipt().to_bytes().replace(b'"index":5', b'"index":true'),
        receipt().to_bytes().replace(b'"index":5', b'"index":"5"'),
        receipt().to_bytes().replace(b'"index":5', b'"index":5.0'),
        receipt().to_bytes().replace(b"double-random/receipt/1", b"double-random/receipt/2"),
        receipt().to_bytes().replace(b'"salt":"', b'"salt":"00'),
        receipt().to_bytes().replace(b"{", b'{"about":"","', 1),
        receipt().to_bytes().replace(b"{", b'{"about":"",', 1),
        bytes(MAX_BYTES + 1),
    ],
)
def test_what_is_no_receipt_is_refused(data: bytes) -> None:
    assert "is no receipt" in refusal(verify_receipt(data, TRUSTED))


def test_a_text_cannot_move_the_cursor_of_who_reads_the_report() -> None:
    found = receipt()
    lines = checked(replace(found, origin="log.example/\u202erecords")).lines("en")
    assert all(line.isprintable() for line in lines)


def mangled(data: bytes, numbers: Numbers) -> bytes:
    """Return the bytes with one or more of them changed, left out, put in, doubled or exchanged."""
    found = bytearray(data)
    for _ in range(numbers.one_of((1, 1, 1, 2, 5))):
        at, to, length = numbers.below(len(found)), numbers.below(len(found)), numbers.one_of((1, 2, 64))
        kind = numbers.below(5)
        if kind == 0:
            found[at] ^= 1 << numbers.below(8)
        elif kind == 1:
            del found[at : at + length]
        elif kind == 2:
            found[at:at] = bytes(numbers.below(256) for _ in range(length))
        elif kind == 3:
            found[at:at] = found[to : to + length]
        else:
            found[at], found[to] = found[to], found[at]
        found = found or bytearray(b"{")
    return bytes(found)


def test_no_mangled_receipt_is_believed() -> None:
    """Ten thousand of them, from one seed: each is refused with a sentence, and none is an error of ours."""
    numbers, data = Numbers("mangled receipts"), receipt().to_bytes()
    tried = [each for each in (mangled(data, numbers) for _ in range(MANGLED)) if each != data]
    assert len(tried) > MANGLED * 0.95
    assert [each for each in tried if verify_receipt(each, TRUSTED).verdict is not State.REFUSED] == []


def test_no_part_of_another_receipt_can_stand_in_for_its_own() -> None:
    """Every mixture of two true receipts of one log, and of two sizes of it, but the two themselves."""
    one = receipt(5, 11)
    for other in (receipt(6, 11), receipt(5, 13), receipt(5, 11, at="2020-09-15T08:00:01Z")):
        names = ("entry", "salt", "body", "index", "proof", "checkpoint")
        for mask in range(1, 2 ** len(names) - 1):
            taken = {name: getattr(other, name) for place, name in enumerate(names) if mask >> place & 1}
            mixed = replace(one, **taken)
            if mixed not in (one, other):
                assert checked(mixed).verdict is State.REFUSED, taken.keys()
