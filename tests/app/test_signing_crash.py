"""A signer killed at any step of signing loses nothing and signs no second history; the same code goes on.

The steps are the ones at which something is on disk: a child process kills itself with SIGKILL just before or after the
call named, and the next run is the ordinary one.
"""

import json
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from app.own_log import keep_signed
from app.signer import Signer
from app.signing import sign_newest
from publicity.heads import newest_head
from publicity.tlog.checkpoints import Checkpoint, open_checkpoint
from publicity.tlog.merkle import consistency_proof, root
from tests.app.test_crash import ROOT
from tests.building import Bureau
from tests.publicity.tlog.store import BIG
from tests.workshop import Opening

ORIGIN = "log.example/log"
STEPS = {
    "before the new file is made": ("os.open", "before", 2),
    "before it is on disk": ("os.fsync", "before", 1),
    "before it is in place": ("pathlib.Path.replace", "before", 1),
    "after it is in place": ("pathlib.Path.replace", "after", 1),
    "before the directory is on disk": ("os.fsync", "before", 2),
    "after all is on disk": ("os.fsync", "after", 2),
}
"""The n-th call of a function in ``Signer.sign``, and on which side of it the process is killed."""

CHILD = textwrap.dedent("""
    import os, pathlib, signal, sys
    from app.signer import Signer
    from publicity.tlog.checkpoints import Checkpoint
    from publicity.tlog.merkle import consistency_proof, root
    from tests.publicity.tlog.store import BIG

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    directory, name, side, number, size = sys.argv[1:]
    owner, _, attribute = name.rpartition(".")
    owner = {"os": os, "pathlib.Path": pathlib.Path}[owner]
    real, calls = getattr(owner, attribute), []

    def watched(*given, **named):
        calls.append(given)
        if len(calls) == int(number) and side == "before":
            die()
        answer = real(*given, **named)
        if len(calls) == int(number):
            die()
        return answer

    signer = Signer(pathlib.Path(directory))
    signer.last()
    setattr(owner, attribute, watched)
    head = Checkpoint(signer.origin, int(size), root(int(size), BIG.node))
    signer.sign(head, lambda old, new: consistency_proof(old, new, BIG.node))
""")


def head(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root(size, BIG.node))


def proof(old: int, new: int) -> list[bytes]:
    return consistency_proof(old, new, BIG.node)


@pytest.mark.parametrize("step", STEPS)
def test_a_signer_killed_while_it_signs_goes_on_with_one_history(tmp_path: Path, step: str) -> None:
    """It either remembers the new head or the old one, and signs on from there without anybody's help."""
    signer = Signer.create(tmp_path / "signer", ORIGIN, bytes(32))
    signer.sign(head(7), proof)
    name, side, number = STEPS[step]
    child = [sys.executable, "-c", CHILD, str(signer.directory), name, side, str(number), "20"]
    killed = subprocess.run(child, cwd=ROOT, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    again = Signer(signer.directory)
    assert again.last() in (head(7), head(20))
    note = again.sign(head(20), proof)
    assert open_checkpoint(note, ORIGIN, log_keys=again.verifiers).checkpoint == head(20)
    assert again.sign(head(33), proof)
    assert not again.alarm.exists()


def test_a_signature_that_was_never_handed_in_is_handed_in_the_next_time(opening: Opening) -> None:
    """Killed between signing and storing: the signer remembers, the log does not, and the next run closes the gap."""
    bureau = opening("staffed")
    keep_signed(bureau.service)
    signer = bureau.service.log.signer
    assert signer is not None
    add(bureau, "fire")
    size, kept = sign_and_forget(bureau, signer)
    assert newest(bureau) == size - 1
    assert keep_signed(bureau.service) == size
    assert newest(bureau) == size
    with bureau.service.database.reading() as session:
        stored = newest_head(session)
    assert stored is not None
    assert stored.note == kept


def test_a_signature_that_was_never_handed_in_is_outgrown_by_the_next_head(opening: Opening) -> None:
    bureau = opening("staffed")
    keep_signed(bureau.service)
    signer = bureau.service.log.signer
    assert signer is not None
    add(bureau, "fire")
    size, _ = sign_and_forget(bureau, signer)
    add(bureau, "water")
    assert keep_signed(bureau.service) == size + 1 == newest(bureau)


class Deaf:
    """The service's own log, but nothing that is handed in arrives."""

    def __init__(self, bureau: Bureau) -> None:
        from app.own_log import OwnLog  # noqa: PLC0415

        self._log = OwnLog(bureau.service)
        self.head, self.proof = self._log.head, self._log.proof
        self.lost: list[bytes] = []

    def hand_in(self, note: bytes) -> None:
        """Lose a signed head."""
        self.lost.append(note)


def sign_and_forget(bureau: Bureau, signer: Signer) -> tuple[int, bytes]:
    log = Deaf(bureau)
    return sign_newest(signer, log), log.lost[0]


def add(bureau: Bureau, code: str) -> None:
    assert bureau.desk("registrar").post("/api/v1/departments", {"code": code, "name": "部门"}).status_code == 201


def newest(bureau: Bureau) -> int:
    with bureau.service.database.reading() as session:
        head_there = newest_head(session)
    assert head_there is not None
    return head_there.size


SIGN = [sys.executable, "-c", "from app.cli import main; main()", "sign"]


def test_the_command_makes_rotates_shows_and_retires_keys(tmp_path: Path) -> None:
    def run(*arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [*SIGN, "key", *arguments, "--dir", str(tmp_path / "s")],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stderr
        return done.stdout.strip() or done.stderr

    old = run("new", "--origin", ORIGIN)
    assert old.startswith(f"{ORIGIN}+")
    assert "没有改动" in run("new", "--origin", ORIGIN, code=1)
    both = run("rotate").split()
    assert both[0] == old
    assert run("show").split() == both
    assert run("retire", old.split("+")[1]) == both[1]
    assert "没有改动" in run("retire", "00000000", code=1)


def test_the_command_stops_with_an_alarm_in_words(tmp_path: Path) -> None:
    """An alarm that nobody looked at ends the process with a status of its own, before it asks anybody anything."""
    signer = Signer.create(tmp_path / "signer", ORIGIN, bytes(32))
    signer.alarm.write_text(json.dumps({}))
    done = subprocess.run(
        [*SIGN, "--once", "--dir", str(signer.directory), "--service", "http://127.0.0.1:9"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 3, done.stderr
    assert "签名已停止" in done.stderr
    assert "Signing has stopped" in done.stderr
