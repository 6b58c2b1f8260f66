"""What a witness answers is believed only where its key and the log bear it out; trouble with one stops nobody else."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from app.cosigning import cosign_newest, tell
from app.witness_client import WitnessError
from publicity.errors import PublicityError
from publicity.tlog.errors import NoteError
from publicity.witnessing import CosignatureTimeError
from tests.desks import made
from tests.relays import nowhere
from tests.watching import Instead, Watched, configured, garbage, says, watching
from tests.witness import SIZE_TYPE, Said, Witness
from tests.workshop import Opening

CLOCK_SKEW = 600
"""Seconds by which a clock is wrong, more than is put up with."""


def other_checkpoint(body: bytes, honest: Callable[[bytes], Said]) -> Said:
    honest(body)
    return Said(200, Witness(Path(), "witness.example/w0").cosign(b"log.example/log\n1\nAAAA\n", 1_700_000_000))


def anothers(body: bytes, honest: Callable[[bytes], Said]) -> Said:
    honest(body)
    note = body.partition(b"\n\n")[2].rpartition(b"\n\n")[0] + b"\n"
    return Said(200, Witness(Path(), "witness.example/stranger").cosign(note, 1_700_000_000))


def timed(seconds: int) -> Instead:
    def play(body: bytes, honest: Callable[[bytes], Said]) -> Said:
        line = honest(body).body.split()[-1]
        told = int.from_bytes(base64.b64decode(line)[4:12])
        note = body.partition(b"\n\n")[2].rpartition(b"\n\n")[0] + b"\n"
        return Said(200, Witness(Path(), "witness.example/w0").cosign(note, max(0, min(2**63 - 1, told + seconds))))

    return play


NOTHING_BELIEVED: dict[str, tuple[Instead, type[Exception]]] = {
    "garbage": (garbage(200), NoteError),
    "nothing": (says(Said(200, b"")), NoteError),
    "another's signature": (anothers, NoteError),
    "cosignature of another checkpoint": (other_checkpoint, NoteError),
    "a time long past": (timed(-CLOCK_SKEW), CosignatureTimeError),
    "a time to come": (timed(CLOCK_SKEW), CosignatureTimeError),
    "the end of time": (timed(2**63), CosignatureTimeError),
    "the beginning of time": (timed(-(2**62)), CosignatureTimeError),
    "huge body": (says(Said(200, b"x" * 10_000_000)), WitnessError),
    "redirect": (says(Said(307, b"", headers={"Location": "http://127.0.0.1:1/add-checkpoint"})), WitnessError),
    "bad request": (garbage(400), WitnessError),
    "forbidden": (garbage(403), WitnessError),
    "unknown log": (garbage(404), WitnessError),
    "broken": (garbage(500), WitnessError),
    "a size in words": (says(Said(409, b"five\n", SIZE_TYPE)), WitnessError),
    "no size": (garbage(409), WitnessError),
    "the size just sent": (says(Said(409, b"0\n", SIZE_TYPE)), WitnessError),
    "a proof of nothing": (garbage(422), WitnessError),
}


@pytest.mark.parametrize("name", NOTHING_BELIEVED)
def test_nothing_is_stored_of_a_wrong_answer_and_a_right_one_is_taken_later(watched: Watched, name: str) -> None:
    watched.grow()
    witness = watched.witnesses[0]
    witness.instead, expected = NOTHING_BELIEVED[name]
    (result,) = cosign_newest(watched.service)
    assert isinstance(result.error, expected), result.error
    assert isinstance(result.error, PublicityError | NoteError)
    assert watched.stored() == []
    assert watched.service.database.shut is None
    witness.instead = None
    assert watched.cosign() == [None]
    assert len(watched.stored()) == 1


def test_a_witness_whose_size_changes_for_ever_is_left_for_later(watched: Watched) -> None:
    watched.grow(5)
    sizes = iter([3, 2, 3, 2, 3, 2])
    watched.witnesses[0].instead = lambda _body, _honest: Said(409, b"%d\n" % next(sizes), SIZE_TYPE)
    assert watched.cosign() == ["WitnessError"]
    assert len(watched.witnesses[0].asked) == 3
    assert watched.stored() == []


def test_a_witness_that_is_down_holds_up_nobody_else(watched: Watched) -> None:
    gone = Witness(watched.witnesses[0].directory, "witness.example/gone")
    both = [(gone.vkey, nowhere()), (watched.witnesses[0].vkey, watched.addresses[0])]
    configured(watched.bureau, both)
    watched.grow()
    assert watched.cosign() == ["WitnessError", None]
    made(watched.bureau.desk("registrar").post("/api/v1/departments", {"code": "other", "name": "其他"}))


def test_trouble_is_told_when_it_begins_and_is_over_when_it_ends(watched: Watched) -> None:
    watched.witnesses[0].instead = garbage(404)
    watched.grow()
    said = tell(cosign_newest(watched.service), {})
    assert list(said) == ["witness.example/w0"]
    assert tell(cosign_newest(watched.service), said) == said
    watched.witnesses[0].instead = None
    assert tell(cosign_newest(watched.service), said) == {}


def test_a_stored_cosignature_is_there_for_ever(opening_anywhere: Opening, tmp_path: Path) -> None:
    with watching(opening_anywhere("staffed"), tmp_path / "witness") as found:
        found.grow()
        found.cosign()
        for statement in ("UPDATE log_cosignatures SET line = ''", "DELETE FROM log_cosignatures"):
            with found.service.database.writing() as session, pytest.raises(Exception, match="append-only"):
                session.execute(text(statement))
        assert len(found.stored()) == 1
