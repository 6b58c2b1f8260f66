"""The forms of add-checkpoint: every request of the vectors is answered as it should be, and little is believed."""

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from publicity.tlog.checkpoints import Checkpoint, cosign_checkpoint, open_checkpoint, sign_checkpoint
from publicity.tlog.errors import (
    KeyPurposeError,
    NoteError,
    NoteFormError,
    SignatureError,
    TreeRangeError,
    UntrustedNoteError,
)
from publicity.tlog.keys import SigningKey, Use, VerifierKey
from publicity.tlog.notes import Note
from publicity.tlog.witnesses import (
    CosignedTextError,
    WitnessSizeError,
    read_cosignature,
    read_size,
    request_body,
    signature_line,
    with_lines,
)
from tests.witness import SIZE_TYPE, Witness, serving

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "external" / "witness_add_checkpoint.json").read_bytes()
)
ORIGIN = "log.example/witnessed"
LOG = SigningKey(ORIGIN, Use.SIGNATURE, bytes(range(32)))
KEY = SigningKey("witness.example/a", Use.COSIGNATURE, bytes(range(1, 33)))
OTHER = SigningKey("witness.example/b", Use.COSIGNATURE, bytes(range(2, 34)))
HEAD = Checkpoint(ORIGIN, 5, bytes(32))
NOTE = sign_checkpoint(HEAD, [LOG])


def line(key: SigningKey = KEY, text: str = HEAD.text, at: int = 1_700_000_000) -> bytes:
    return f"{signature_line(key.sign(text.encode(), at=at))}\n".encode()


def test_every_request_of_the_vectors_is_answered_as_the_specification_says(tmp_path: Path) -> None:
    witness = Witness(tmp_path, "example.com/witness", {VECTORS["origin"]: (VECTORS["log_vkey"],)})
    requests = VECTORS["ordered_requests"]
    assert {each["want_status"] for each in requests} == {200, 400, 403, 404, 409, 422}
    with serving(witness) as address, httpx.Client(base_url=address, trust_env=False) as client:
        for each in requests:
            answer = client.post("/add-checkpoint", content=each["body"].encode())
            assert answer.status_code == each["want_status"], each["name"]
            assert each["want_body_contains"] in answer.text, each["name"]
            if answer.status_code == 409:
                assert answer.headers["content-type"] == SIZE_TYPE
                assert answer.text == f"{read_size(answer.content)}\n"
            if answer.status_code == 200:
                text = each["body"].partition("\n\n")[2].rpartition("\n\n")[0] + "\n"
                assert read_cosignature(text, answer.content, VerifierKey.parse(witness.vkey)).at


def test_the_requests_of_the_vectors_are_what_is_written_here() -> None:
    written = 0
    for each in VECTORS["ordered_requests"]:
        head, _, note = each["body"].partition("\n\n")
        old, *proof = head.split("\n")
        try:
            parsed = Note.parse(note.encode())
        except NoteFormError:
            assert each["want_status"] in (400, 403)  # two bodies are no notes in their one form, as they should be
            continue
        hashes = [base64.b64decode(one) for one in proof]
        assert request_body(int(old.removeprefix("old ")), hashes, parsed) == each["body"].encode()
        written += 1
    assert written == len(VECTORS["ordered_requests"]) - 2


def test_a_witness_that_starts_again_remembers_what_it_cosigned(tmp_path: Path) -> None:
    first, *_ = VECTORS["ordered_requests"]
    logs: dict[str, tuple[str, ...]] = {VECTORS["origin"]: (VECTORS["log_vkey"],)}
    assert Witness(tmp_path, logs=logs).add_checkpoint(first["body"].encode()).status == 200
    again = Witness(tmp_path, logs=logs).add_checkpoint(first["body"].encode())
    assert (again.status, again.body, again.media_type) == (409, b"1\n", SIZE_TYPE)


@pytest.mark.parametrize(
    "head",
    [
        b"old 01\n\n",
        b"old +1\n\n",
        b"old 1 \n\n",
        b"OLD 1\n\n",
        b"1\n\n",
        b"old 6\n\n",
        b"old 0\nAA==\n\n",
        b"old 0\n!\n\n",
        b"old 0\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64 + b"\n",
    ],
)
def test_the_small_witness_repairs_no_request(tmp_path: Path, head: bytes) -> None:
    witness = Witness(tmp_path, logs={ORIGIN: (str(LOG.verifier),)})
    assert witness.add_checkpoint(head + NOTE.to_bytes()).status == 400
    assert witness.add_checkpoint(b"old 0\n\n" + NOTE.to_bytes()).status == 200


def test_no_more_hashes_are_sent_than_a_witness_takes() -> None:
    assert request_body(1, [bytes(32)] * 63, NOTE).count(b"\n") == 64 + 1 + NOTE.to_bytes().count(b"\n")
    with pytest.raises(TreeRangeError, match=r"^proof is 64, but must be from 0 to 63\."):
        request_body(1, [bytes(32)] * 64, NOTE)


def test_a_cosignature_of_the_pinned_key_is_taken_and_lines_of_others_are_ignored() -> None:
    for answer in (line(), line(OTHER) + line(), line() + line(OTHER), line() + line()):
        found = read_cosignature(HEAD.text, answer, KEY.verifier)
        assert (found.key, found.at) == (KEY.verifier, 1_700_000_000)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", NoteFormError),
        (b"\n", NoteFormError),
        (b"ok\n", NoteFormError),
        (line().rstrip(b"\n"), NoteFormError),
        (b"<html>" * 1000, NoteFormError),
        (b"\xff\xfe", NoteFormError),
        (line(OTHER), UntrustedNoteError),
        (line(LOG), UntrustedNoteError),
        (line(text=Checkpoint(ORIGIN, 6, bytes(32)).text), SignatureError),
        (line(text=NOTE.to_bytes().decode()), SignatureError),
        (line(at=1) + line(at=2), NoteError),
    ],
)
def test_whatever_else_is_answered_is_not_believed(answer: bytes, error: type[NoteError]) -> None:
    with pytest.raises(error):
        read_cosignature(HEAD.text, answer, KEY.verifier)


def test_an_answer_cannot_move_the_end_of_the_text() -> None:
    longer = HEAD.text + "\nextension\n"
    signed = KEY.sign(longer.encode(), at=7)
    with pytest.raises(CosignedTextError):
        read_cosignature(HEAD.text, f"extension\n\n{signature_line(signed)}\n".encode(), KEY.verifier)


def test_a_logs_key_is_no_witness() -> None:
    with pytest.raises(KeyPurposeError) as caught:
        read_cosignature(HEAD.text, line(LOG), LOG.verifier)
    assert str(caught.value).startswith(f"“{ORIGIN}” ({LOG.verifier.key_id.hex()}) is of the wrong kind here")


@pytest.mark.parametrize(
    "answer", [b"", b"5", b"05\n", b"+5\n", b"5\n\n", b" 5\n", "٥\n".encode(), b"-1\n", b"9223372036854775808\n"]
)
def test_a_size_is_read_in_its_one_form(answer: bytes) -> None:
    with pytest.raises(WitnessSizeError):
        read_size(answer)
    assert read_size(b"0\n") == 0
    assert read_size(b"9223372036854775807\n") == 2**63 - 1


def test_lines_are_added_to_a_note_once() -> None:
    lines = [line().decode().rstrip("\n"), line(OTHER).decode().rstrip("\n")]
    cosigned = with_lines(NOTE.to_bytes(), lines)
    assert (
        cosigned
        == cosign_checkpoint(cosign_checkpoint(NOTE, KEY, at=1_700_000_000), OTHER, at=1_700_000_000).to_bytes()
    )
    assert with_lines(cosigned, lines) == cosigned
    assert with_lines(NOTE.to_bytes(), []) == NOTE.to_bytes()
    opened = open_checkpoint(cosigned, ORIGIN, log_keys=[LOG.verifier], witnesses=[KEY.verifier, OTHER.verifier])
    assert [each.key for each in opened.cosigned] == [KEY.verifier, OTHER.verifier]
