"""The signer signs one history: it remembers what it signed, checks before it signs, and stops when it must."""

import json
import threading
from pathlib import Path

import pytest

from app.signer import (
    NoSuchKeyError,
    Signer,
    SignerAlarmError,
    SignerExistsError,
    SignerMemoryError,
    SignerStoppedError,
)
from publicity.tlog.checkpoints import Checkpoint, open_checkpoint
from publicity.tlog.errors import NoteError
from publicity.tlog.merkle import consistency_proof, root
from sampling.merkle import EMPTY_ROOT
from tests.publicity.tlog.store import BIG, Store, leaf

ORIGIN = "log.example/log"
FORKED = Store(leaf(number) if number != 3 else b"changed" for number in range(40))


def head(size: int, store: Store = BIG) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root(size, store.node))


def proof(old: int, new: int) -> list[bytes]:
    return consistency_proof(old, new, BIG.node)


def forked_proof(old: int, new: int) -> list[bytes]:
    return consistency_proof(old, new, FORKED.node)


def never(old: int, new: int) -> list[bytes]:
    pytest.fail(f"no proof from {old} to {new} was needed")


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.create(tmp_path / "signer", ORIGIN, bytes(32))


def test_a_new_signer_remembers_the_empty_log_and_is_its_users_alone(signer: Signer) -> None:
    assert signer.last() == Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert [key.name for key in signer.verifiers] == [ORIGIN] == [signer.origin]
    assert signer.directory.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in signer.directory.iterdir()} == {
        "keys": 0o600,
        "head": 0o600,
        "lock": 0o600,
    }


def test_a_second_key_is_not_made_over_the_first(signer: Signer) -> None:
    before = signer.verifiers
    with pytest.raises(SignerExistsError):
        Signer.create(signer.directory, ORIGIN, bytes(31) + b"x")
    assert Signer(signer.directory).verifiers == before


def test_each_head_that_extends_the_last_is_signed_and_remembered(signer: Signer) -> None:
    for size in (1, 2, 7, 40, 300):
        note = signer.sign(head(size), proof if size > 1 else never)
        opened = open_checkpoint(note, ORIGIN, log_keys=signer.verifiers)
        assert opened.checkpoint == head(size) == Signer(signer.directory).last()


def test_the_same_head_gets_the_same_note_again(signer: Signer) -> None:
    """What was signed and never handed in, because the process was killed in between, is there again."""
    note = signer.sign(head(5), never)
    assert Signer(signer.directory).sign(head(5), never) == note


@pytest.mark.parametrize(
    ("offered", "offer", "why"),
    [
        (head(9), never, "a rewind"),
        (head(0), never, "a rewind"),
        (head(10, FORKED), never, "a fork"),
        (head(12, FORKED), forked_proof, "a fork"),
        (head(12, FORKED), proof, "a fork"),
        (head(12), lambda _old, _new: [], "a fork"),
        (Checkpoint("log.example/other", 12, root(12, BIG.node)), proof, "another log"),
    ],
)
def test_a_rewind_or_a_fork_is_refused_with_an_alarm_and_nothing_is_signed_after_it(
    signer: Signer, offered: Checkpoint, offer: object, why: str
) -> None:
    note = signer.sign(head(10), never)
    with pytest.raises(SignerAlarmError, match=why) as alarm:
        signer.sign(offered, offer)  # type: ignore[arg-type]
    assert "警报：日志与已签名的历史不符" in alarm.value.text("zh")
    evidence = json.loads(signer.alarm.read_text(encoding="utf-8"))
    assert evidence["signed"] == note.decode()
    assert evidence["offered"] == offered.text
    assert signer.last() == head(10)
    with pytest.raises(SignerStoppedError, match="alarm"):
        Signer(signer.directory).sign(head(12), proof)
    signer.alarm.unlink()
    assert signer.sign(head(12), proof)


def test_two_processes_over_one_directory_sign_a_growing_log_without_an_alarm(signer: Signer) -> None:
    """What one looks at is never older than what the other has signed: each looks when it has the directory alone."""
    grown = iter(range(1, 41))
    signed: list[int] = []
    together = threading.Barrier(2)

    def newest() -> tuple[int, bytes]:
        size = next(grown)
        threading.Event().wait(0.002)  # time enough for the other to sign something newer, if it could
        return size, root(size, BIG.node)

    def sign() -> None:
        mine = Signer(signer.directory)
        together.wait()
        signed.extend(mine.sign_newest(newest, proof)[0] for _ in range(20))

    threads = [threading.Thread(target=sign) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(signed) == list(range(1, 41))
    assert not signer.alarm.exists()


def test_of_two_signers_at_once_one_history_is_signed(signer: Signer) -> None:
    """Two threads offer two histories over one directory, time and again: all that is signed is of one of them."""
    signed: list[Checkpoint] = []
    together = threading.Barrier(2)

    def offer(store: Store) -> None:
        mine = Signer(signer.directory)
        together.wait()
        for size in range(4, 41):
            try:
                note = mine.sign(head(size, store), lambda old, new: consistency_proof(old, new, store.node))
            except (SignerAlarmError, SignerStoppedError):
                continue
            signed.append(open_checkpoint(note, ORIGIN, log_keys=mine.verifiers).checkpoint)

    threads = [threading.Thread(target=offer, args=(store,)) for store in (BIG, FORKED)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert signed
    assert any(all(each == head(each.size, store) for each in signed) for store in (BIG, FORKED))


def test_a_new_key_signs_beside_the_old_one_until_that_is_retired(signer: Signer) -> None:
    old = signer.verifiers[0]
    signer.sign(head(3), never)
    new = signer.rotate(b"x" * 32)
    assert list(signer.verifiers) == [old, new]
    assert signer.last() == head(3)
    both = signer.sign(head(5), proof)
    for pinned in ([old], [new], [old, new]):
        assert open_checkpoint(both, ORIGIN, log_keys=pinned).checkpoint == head(5)
    signer.retire(old.key_id.hex())
    assert list(signer.verifiers) == [new]
    alone = signer.sign(head(6), proof)
    assert open_checkpoint(alone, ORIGIN, log_keys=[new]).checkpoint == head(6)
    with pytest.raises(NoteError):
        open_checkpoint(alone, ORIGIN, log_keys=[old])


def test_the_last_key_and_an_unknown_one_are_not_retired(signer: Signer) -> None:
    (key,) = signer.verifiers
    for number in (key.key_id.hex(), "00000000"):
        with pytest.raises(NoSuchKeyError):
            signer.retire(number)
    assert signer.verifiers == (key,)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("head", None),
        ("head", b""),
        ("head", b"junk"),
        ("keys", None),
        ("keys", b""),
        ("keys", b"junk\n"),
        ("keys", b"\xff"),
    ],
)
def test_a_signer_that_forgot_something_signs_nothing(signer: Signer, name: str, data: bytes | None) -> None:
    signer.sign(head(3), never)
    path = signer.directory / name
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(SignerMemoryError):
        signer.sign(head(5), proof)
    with pytest.raises(SignerMemoryError):
        signer.rotate(b"x" * 32)


def test_a_memory_that_somebody_else_wrote_is_none(signer: Signer, tmp_path: Path) -> None:
    """Even one that is signed, by another key, and keys of two logs, are refused."""
    other = Signer.create(tmp_path / "other", ORIGIN, b"y" * 32)
    (signer.directory / "head").write_bytes(other.sign(head(2), never))
    with pytest.raises(SignerMemoryError):
        signer.last()
    third = Signer.create(tmp_path / "third", "log.example/third", b"z" * 32)
    keys = (signer.directory / "keys").read_bytes() + (third.directory / "keys").read_bytes()
    (signer.directory / "keys").write_bytes(keys)
    with pytest.raises(SignerMemoryError, match="several logs"):
        _ = signer.verifiers
