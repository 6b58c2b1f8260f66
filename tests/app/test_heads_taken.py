"""A signed head is taken from anybody, kept once, and believed for the log's own key alone."""

import pytest
from sqlmodel import select

from app.command_fsck import run_fsck
from app.own_log import OwnLog, keep_signed, sign_own
from app.record import SYSTEM
from publicity import sequencer
from publicity.fsck.check import NOTHING_KEPT
from publicity.fsck.report import Code
from publicity.heads import HeadAheadError, HeadBehindError, HeadBesideError, SignedHead, newest_head, take_head
from publicity.tlog import merkle
from publicity.tlog.checkpoints import Checkpoint, sign_checkpoint
from publicity.tlog.keys import Signature, SigningKey, Use
from publicity.tlog.notes import Note
from registry.journal import Act
from tests.building import Bureau
from tests.desks import made
from tests.signing import ORIGIN, checkpoint, fill, signer_of
from tests.workshop import Opening


@pytest.fixture
def keyed(opening: Opening) -> tuple[Bureau, SigningKey]:
    """Return a bureau whose own log key the test holds too."""
    bureau = opening("staffed")
    keep_signed(bureau.service)
    text = (signer_of(bureau.service).directory / "keys").read_text(encoding="utf-8").strip()
    return bureau, SigningKey.parse(text)


def test_a_signed_head_is_taken_from_anybody_and_kept_once(keyed: tuple[Bureau, SigningKey]) -> None:
    bureau, key = keyed
    fill(bureau, 2)
    head = made(bureau.public.get("/log/head"))
    note = sign_checkpoint(Checkpoint(ORIGIN, head["size"], bytes.fromhex(head["root"])), [key]).to_bytes()
    for _ in range(2):
        answer = bureau.client.post("/log/checkpoint", content=note)
        assert (answer.status_code, answer.content) == (201, note), answer.text
    assert checkpoint(bureau).size == head["size"]
    with bureau.service.database.reading() as session:
        newest = newest_head(session)
    assert newest is not None
    assert newest.checkpoint_id == 2


def test_a_head_that_is_not_this_logs_is_not_taken(keyed: tuple[Bureau, SigningKey]) -> None:
    """Another key, another origin, an older head, more than three lines, junk: nothing changes."""
    bureau, key = keyed
    old = checkpoint(bureau)
    fill(bureau, 2)
    head = made(bureau.public.get("/log/head"))
    size, root = head["size"], bytes.fromhex(head["root"])
    stranger = SigningKey(ORIGIN, Use.SIGNATURE, b"q" * 32)
    earlier = made(bureau.public.get(f"/log/proof/consistency?old={old.size - 1}&new={size}"))["old_root"]
    refused = [
        (sign_checkpoint(Checkpoint(ORIGIN, size, root), [stranger]).to_bytes(), 422),
        (sign_checkpoint(Checkpoint("log.example/other", size, root), [key]).to_bytes(), 422),
        (sign_checkpoint(Checkpoint(ORIGIN, old.size - 1, bytes.fromhex(earlier)), [key]).to_bytes(), 409),
        (sign_checkpoint(Checkpoint(ORIGIN, size, root, ("more",)), [key]).to_bytes(), 422),
        (b"", 422),
        (b"\xff", 422),
        (b"x" * 1_000, 422),
    ]
    for note, status in refused:
        answer = bureau.client.post("/log/checkpoint", content=note)
        assert answer.status_code == status, answer.text
        assert answer.json()["detail"]
    assert checkpoint(bureau) == old


@pytest.mark.parametrize("more", [0, 1, 2**62])
def test_a_signature_of_the_logs_key_over_entries_that_are_not_here_stops_all_writing(
    keyed: tuple[Bureau, SigningKey], more: int
) -> None:
    """Another root, or more entries than there are: whoever kept such a head shows it, and pages stay up."""
    bureau, key = keyed
    old = checkpoint(bureau)
    lost = sign_checkpoint(Checkpoint(ORIGIN, old.size + more, bytes(32)), [key]).to_bytes()
    stranger = SigningKey(ORIGIN, Use.SIGNATURE, b"q" * 32)
    forged = sign_checkpoint(Checkpoint(ORIGIN, old.size + more, bytes(32)), [stranger]).to_bytes()
    assert bureau.client.post("/log/checkpoint", content=forged).status_code == 422
    made(bureau.desk("registrar").post("/api/v1/departments", {"code": "fire", "name": "部门"}))
    assert bureau.client.post("/log/checkpoint", content=lost).status_code == 409
    refused = bureau.desk("registrar").post("/api/v1/departments", {"code": "water", "name": "部门"})
    assert (refused.status_code, refused.json()["code"]) == (503, "read_only")
    assert checkpoint(bureau) == old


def kept_heads(bureau: Bureau) -> list[SignedHead]:
    with bureau.service.database.reading() as session:
        return list(session.exec(select(SignedHead)).all())


def test_lines_that_anybody_adds_to_a_head_are_neither_kept_nor_served(keyed: tuple[Bureau, SigningKey]) -> None:
    """A hundred strangers, or a witness's name over nothing: the table does not grow, and the head bears none."""
    bureau, key = keyed
    before = kept_heads(bureau)
    served = bureau.public.get("/log/checkpoint").content
    own = Note.parse(served)

    def with_strangers(note: Note, number: int) -> bytes:
        more = tuple(Signature(f"stranger{number}-{each}", bytes(4), b"x" * 64) for each in range(99))
        return Note(note.text, (*more, *note.signatures)).to_bytes()

    for number in range(3):
        answer = bureau.client.post("/log/checkpoint", content=with_strangers(own, number))
        assert (answer.status_code, answer.content) == (201, served)
    assert kept_heads(bureau) == before
    fill(bureau, 1)
    head = made(bureau.public.get("/log/head"))
    new = sign_checkpoint(Checkpoint(ORIGIN, head["size"], bytes.fromhex(head["root"])), [key])
    assert bureau.client.post("/log/checkpoint", content=with_strangers(new, 0)).content == new.to_bytes()
    assert bureau.public.get("/log/checkpoint").content == new.to_bytes()


def test_of_a_head_that_several_keys_signed_no_part_is_kept_again(opening: Opening) -> None:
    bureau = opening("staffed")
    signer_of(bureau.service).rotate(b"n" * 32)
    keep_signed(bureau.service)
    before = kept_heads(bureau)
    whole = Note.parse(bureau.public.get("/log/checkpoint").content)
    assert len(whole.signatures) == 2
    for part in (whole.signatures[:1], whole.signatures[1:], whole.signatures[::-1]):
        answer = bureau.client.post("/log/checkpoint", content=Note(whole.text, part).to_bytes())
        assert (answer.status_code, answer.content) == (201, whole.to_bytes())
    assert kept_heads(bureau) == before


def test_a_head_whose_command_failed_leaves_no_gap(opening_anywhere: Opening) -> None:
    """The database may count on after a command that was rolled back; what is missing in between was taken away."""
    bureau = opening_anywhere("staffed")
    keep_signed(bureau.service)
    fill(bureau, 1)
    signer = signer_of(bureau.service)
    log = OwnLog(bureau.service)
    note = signer.sign(Checkpoint(ORIGIN, *log.head()), log.proof)

    def fails(act: Act) -> str:
        take_head(act, note, bureau.service.log.keys)
        raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            bureau.service.recorder.record(SYSTEM, fails)
    sign_own(bureau.service)
    assert [each.checkpoint_id for each in kept_heads(bureau)] == [1, 2]
    assert Code.CHECKPOINT not in run_fsck(bureau.service.settings, NOTHING_KEPT, lambda _stage: None).counts


def test_every_refusal_of_a_head_is_said_by_its_name(keyed: tuple[Bureau, SigningKey]) -> None:
    bureau, key = keyed
    old = checkpoint(bureau)

    def take(head: Checkpoint) -> None:
        note = sign_checkpoint(head, [key]).to_bytes()
        bureau.service.recorder.record(SYSTEM, lambda act: str(take_head(act, note, bureau.service.log.keys).size))

    with pytest.raises(HeadAheadError):
        take(Checkpoint(ORIGIN, old.size + 1, old.root))
    with pytest.raises(HeadBesideError):
        take(Checkpoint(ORIGIN, old.size, bytes(32)))
    with bureau.service.database.reading() as session:
        smaller = merkle.root(old.size - 1, sequencer.TreeReader(session))
    with pytest.raises(HeadBehindError):
        take(Checkpoint(ORIGIN, old.size - 1, smaller))
