"""Witnesses outside the bureau cosign what extends what they saw; nothing else they answer is stored; a fork stops."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlmodel import select
from typer.testing import CliRunner

from app.cli import app
from app.cosigning import WitnessAlarmError, cosign_newest, cosigning, tell
from app.own_log import keep_signed
from app.record import SYSTEM
from app.settings import Settings
from app.witness_client import WitnessError
from publicity import proof, sequencer
from publicity.errors import PublicityError
from publicity.heads import SignedHead, newest_head
from publicity.tlog import merkle
from publicity.tlog.checkpoints import open_checkpoint
from publicity.tlog.errors import NoteError
from publicity.tlog.keys import SigningKey, Use, VerifierKey
from publicity.tlog.proofs import verify_inclusion
from publicity.tlog.witnesses import signature_line
from publicity.witnessing import Cosignature, CosignatureTimeError, Pinned, announce, announced, text_of
from registry.departments import add_department
from registry.journal import Fact, Kind
from sampling.merkle import leaf_hash
from sampling.stages import Stage
from tests.beacons import MARGIN, PUBLISHED, commit, execute, hand_in, receive
from tests.beacons import announced as announced_batch
from tests.building import Bureau
from tests.desks import made
from tests.relays import nowhere
from tests.verifiers.running import run as run_verifier
from tests.witness import SIZE_TYPE, Said, Witness, serving
from tests.workshop import Opening

Instead = Callable[[bytes, Callable[[bytes], Said]], Said]
CLOCK_SKEW = 600
"""Seconds by which a clock is wrong, more than is put up with."""


@dataclass
class Watched:
    """A bureau whose log is watched, and those who watch it."""

    bureau: Bureau
    witnesses: list[Witness]
    addresses: list[str]
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1000)))

    def grow(self, entries: int = 1) -> None:
        """Let something happen in the bureau, and let it be signed."""
        for _ in range(entries):
            code = f"extra{next(self.numbers)}"
            self.bureau.service.recorder.record(SYSTEM, lambda act: add_department(act, code=code, name=code).code)  # noqa: B023 - called at once
        keep_signed(self.bureau.service)

    def cosign(self) -> list[str | None]:
        """Ask every witness once and return the names of the errors."""
        return [None if each.error is None else type(each.error).__name__ for each in cosign_newest(self.service)]

    @property
    def service(self) -> Any:  # noqa: ANN401 - whatever the bureau has
        """Return the service."""
        return self.bureau.service

    def stored(self) -> list[Cosignature]:
        """Return every cosignature that is stored."""
        with self.service.database.reading() as session:
            return list(session.exec(select(Cosignature)).all())

    def newest(self) -> SignedHead:
        """Return the newest signed head."""
        with self.service.database.reading() as session:
            found = newest_head(session)
        assert found is not None
        return found

    def page(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Return a public page as JSON."""
        return made(self.bureau.public.get(path))


def configured(bureau: Bureau, pairs: list[tuple[str, str]], **more: Any) -> None:  # noqa: ANN401 - settings
    """Name witnesses in the bureau's settings."""
    named = "; ".join(" ".join(pair) for pair in pairs) or None
    settings = bureau.service.settings.model_copy(update={"witnesses": named, "witness_timeout": 2} | more)
    bureau.service = replace(bureau.service, settings=settings)
    bureau.client.app.state.service = bureau.service  # type: ignore[attr-defined]


@contextmanager
def watching(bureau: Bureau, directory: Path, number: int = 1, **more: Any) -> Iterator[Watched]:  # noqa: ANN401 - settings
    """Run witnesses that know the bureau's log, and let the bureau know them."""
    service = bureau.service
    logs = {service.log.origin: tuple(str(key) for key in service.log.keys.keys)}

    def now() -> float:
        return bureau.clock.instant.timestamp()

    witnesses = [Witness(directory, f"witness.example/w{place}", logs, clock=now) for place in range(number)]
    directory.mkdir(exist_ok=True)
    with ExitStack() as stack:
        addresses = [stack.enter_context(serving(witness)) for witness in witnesses]
        configured(bureau, [(each.vkey, address) for each, address in zip(witnesses, addresses, strict=True)], **more)
        yield Watched(bureau, witnesses, addresses)


@pytest.fixture
def watched(opening: Opening, tmp_path: Path) -> Iterator[Watched]:
    """Return a bureau on SQLite with one witness."""
    with watching(opening("staffed"), tmp_path / "witness") as found:
        keep_signed(found.service)
        yield found


# cosigning


def test_every_witness_cosigns_the_newest_head_and_it_is_served_with_their_lines(
    opening_anywhere: Opening, tmp_path: Path
) -> None:
    with watching(opening_anywhere("staffed"), tmp_path / "witness", 3) as found:
        found.grow()
        assert found.cosign() == [None, None, None]
        found.grow(3)
        assert found.cosign() == [None, None, None]
        keys = [VerifierKey.parse(each.vkey) for each in found.witnesses]
        served = found.bureau.public.get("/log/checkpoint").content
        opened = open_checkpoint(served, found.service.log.origin, log_keys=found.service.log.keys.keys, witnesses=keys)
        assert {each.key for each in opened.cosigned} == set(keys)
        assert opened.checkpoint.size == found.newest().size
        assert {each.newest(found.service.log.origin)[0] for each in found.witnesses} == {opened.checkpoint.size}
        assert len(found.stored()) == 6
        page = found.page("/log/witnesses.json")
        assert [row["size"] for row in page["rows"]] == [opened.checkpoint.size] * 3
        html = found.bureau.public.get("/log/witnesses").text
        assert all(each.vkey in html for each in found.witnesses)
        assert "即最新日志头" in html
        found.grow()
        assert "此后的日志头尚未联署" in found.bureau.public.get("/log/witnesses").text


def test_a_head_that_is_cosigned_is_not_sent_again(watched: Watched) -> None:
    watched.grow()
    watched.cosign()
    before = len(watched.witnesses[0].asked)
    assert watched.cosign() == [None]
    assert len(watched.witnesses[0].asked) == before


def test_a_checkpoint_is_served_as_it_was_signed_before_anybody_cosigned_it(watched: Watched) -> None:
    watched.grow()
    assert watched.bureau.public.get("/log/checkpoint").content == watched.newest().note


def test_the_log_says_which_witnesses_count_and_says_it_once(watched: Watched) -> None:
    watched.cosign()
    watched.cosign()
    with watched.service.database.reading() as session:
        facts = session.exec(select(Fact).where(Fact.kind == Kind.LOG_WITNESSES_CHANGED)).all()
        assert [json.loads(fact.public) for fact in facts] == [{"quorum": 1, "witnesses": [watched.witnesses[0].vkey]}]
    configured(watched.bureau, [])
    assert watched.cosign() == []
    with watched.service.database.reading() as session:
        assert announced(session).stated == {"quorum": 0, "witnesses": []}
    assert "没有指定见证人" in watched.bureau.public.get("/log/witnesses").text


def test_a_log_without_witnesses_says_nothing_about_them(opening: Opening) -> None:
    bureau = opening("staffed")
    before = len(bureau.contents()["journal"])
    assert cosign_newest(bureau.service) == []
    assert len(bureau.contents()["journal"]) == before


@pytest.mark.parametrize("stage", [each for each in Stage if not each.is_real])
def test_nobody_is_asked_to_watch_a_rehearsal_or_a_demonstration(watched: Watched, stage: Stage) -> None:
    watched.grow()
    before = watched.page("/log/head")
    watched.bureau.service = replace(watched.service, stage=stage)
    assert watched.cosign() == []
    assert watched.witnesses[0].asked == []
    assert watched.page("/log/head") == before


def test_a_cosignature_is_no_entry_of_the_log(watched: Watched) -> None:
    watched.grow()
    watched.cosign()
    keep_signed(watched.service)
    before = watched.page("/log/head")
    watched.cosign()
    assert watched.stored()
    assert watched.page("/log/head") == before


def test_the_thread_cosigns_by_itself(watched: Watched) -> None:
    watched.grow()
    with cosigning(watched.service, seconds=0.01):
        while not watched.stored():
            pass
    assert watched.stored()[0].checkpoint_id == watched.newest().checkpoint_id


# a witness that is further than what is stored, or of another mind


def test_a_process_killed_between_answer_and_storing_goes_on_where_the_witness_is(watched: Watched) -> None:
    watched.grow()
    watched.cosign()
    watched.grow(2)
    head = watched.newest()
    # the answer came, and nobody was left to store it
    request = b"old %d\n" % watched.witnesses[0].newest(head.origin)[0]
    with watched.service.database.reading() as session:
        old = watched.witnesses[0].newest(head.origin)[0]
        hashes = merkle.consistency_proof(old, head.size, sequencer.TreeReader(session))
    request += b"".join(base64.b64encode(each) + b"\n" for each in hashes) + b"\n" + head.note
    assert watched.witnesses[0].add_checkpoint(request).status == 200
    assert [each.checkpoint_id for each in watched.stored()] != [head.checkpoint_id]
    assert watched.cosign() == [None]
    assert watched.stored()[-1].checkpoint_id == head.checkpoint_id
    watched.grow()
    assert watched.cosign() == [None]


def test_a_witness_that_forgot_everything_begins_again(watched: Watched) -> None:
    watched.grow()
    watched.cosign()
    for path in watched.witnesses[0].directory.iterdir():
        path.unlink()
    watched.grow()
    assert watched.cosign() == [None]
    assert len(watched.stored()) == 2


def test_a_witness_that_sees_a_fork_stops_the_service_loudly(watched: Watched) -> None:
    watched.grow(3)
    watched.cosign()
    witness, head = watched.witnesses[0], watched.newest()
    witness.remember(head.origin, head.size, bytes(32))
    watched.grow()
    error = cosign_newest(watched.service)[0].error
    assert isinstance(error, WitnessAlarmError)
    assert "警报" in error.text("zh")
    assert "ALARM" in error.text("en")
    refused = watched.bureau.desk("registrar").post("/api/v1/departments", {"code": "later", "name": "后来"})
    assert (refused.status_code, refused.json()["code"]) == (503, "read_only")
    assert witness.name in refused.json()["detail"]
    assert watched.bureau.public.get("/").status_code == 200
    assert len(watched.stored()) == 1


def test_another_root_at_the_same_size_is_a_fork(watched: Watched) -> None:
    watched.grow()
    head = watched.newest()
    watched.witnesses[0].remember(head.origin, head.size, bytes(32))
    watched.cosign()  # announces, so that the newest head is older than the log
    assert watched.service.database.shut is not None
    assert watched.stored() == []


def test_a_log_that_lost_entries_a_witness_saw_is_read_only(watched: Watched) -> None:
    watched.grow()
    head = watched.newest()
    watched.witnesses[0].remember(head.origin, head.size + 100, bytes(32))
    assert watched.cosign() == ["WitnessAlarmError"]
    assert watched.service.database.shut is not None
    assert f"{head.size + 100}" in watched.service.database.shut.text("zh")
    assert watched.stored() == []


def test_a_witness_that_is_ahead_of_the_newest_head_but_not_of_the_log_is_asked_again_later(watched: Watched) -> None:
    watched.cosign()
    head = watched.newest()
    code = "unsigned"
    watched.service.recorder.record(SYSTEM, lambda act: add_department(act, code=code, name=code).code)
    watched.witnesses[0].remember(head.origin, head.size + 1, bytes(32))
    with watched.service.database.reading() as session:
        assert session.exec(select(Cosignature).where(Cosignature.checkpoint_id == head.checkpoint_id)).all()
    # nothing cosigned is known here, as after a backup was restored
    other = replace(watched.witnesses[0], name="witness.example/other", asked=[])
    other.remember(head.origin, head.size + 1, bytes(32))
    with serving(other) as address:
        configured(watched.bureau, [(other.vkey, address)])
        assert watched.cosign() == ["WitnessError"]
    assert watched.service.database.shut is None


# what is not believed


def says(said: Said) -> Instead:
    return lambda _body, _honest: said


def garbage(status: int) -> Instead:
    return says(Said(status, b"<html>\xff garbage</html>"))


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


# draws that are bound to drand


def bound(found: Watched) -> str:
    """Commit a draw that is bound to drand, the margin before its round, and sign the log."""
    announced_batch(found.bureau)
    instant = PUBLISHED - timedelta(seconds=MARGIN)
    found.bureau.clock.instant = instant
    found.cosign()
    draw_id: str = made(commit(found.bureau, instant))["draw_id"]
    found.bureau.notes.draw_id = draw_id
    keep_signed(found.service)
    return draw_id


def level(found: Watched, draw_id: str) -> tuple[dict[str, Any], dict[str, str]]:
    page = found.page(f"/draws/{draw_id}.json")
    return page["source"]["cosigned"], page["level"]


def moved(found: Watched, instant: datetime) -> None:
    found.bureau.clock.instant = instant


@pytest.fixture
def approved(opening_anywhere: Opening, tmp_path: Path) -> Iterator[Watched]:
    """Return a bureau with two witnesses that must both cosign, and an approved plan."""
    with watching(opening_anywhere("approved"), tmp_path / "witness", 2, witness_quorum=2) as found:
        yield found


def test_a_commitment_cosigned_before_its_round_leaves_its_time_to_nobodys_word(approved: Watched) -> None:
    draw_id = bound(approved)
    waiting, said = level(approved, draw_id)
    assert (waiting["enough"], waiting["closed"], waiting["quorum"]) == (False, False, 2)
    assert "尚未公布" in said["leaves_open"]
    assert approved.cosign() == [None, None]
    cosigned, said = level(approved, draw_id)
    assert cosigned["enough"]
    assert [each["name"] for each in cosigned["cosigners"]] == ["witness.example/w0", "witness.example/w1"]
    assert "含有锁定书的日志头在该轮次公布之前已由见证人联署" in said["proves"]
    assert ROUND_ONLY not in said["proves"]
    assert proof.BELIEVE_COSIGNERS in said["leaves_open"]
    assert "联署早于该轮次" in approved.bureau.public.get(f"/draws/{draw_id}").text


ROUND_ONLY = proof.ROUND_LATER


def test_what_shows_it_is_checked_with_nothing_but_the_keys(approved: Watched) -> None:
    draw_id = bound(approved)
    approved.cosign()
    shown = made(approved.bureau.public.get(level(approved, draw_id)[0]["path"]))
    keys = [VerifierKey.parse(each.vkey) for each in approved.witnesses]
    note = shown["checkpoint"] + "".join(f"{line}\n" for line in shown["cosignatures"])
    log = approved.service.log
    opened = open_checkpoint(note.encode(), log.origin, log_keys=log.keys.keys, witnesses=keys)
    assert all(each.at is not None and each.at < PUBLISHED.timestamp() for each in opened.cosigned)
    assert len(opened.cosigned) == 2
    (entry,) = shown["entries"]
    assert json.loads(entry["entry"])["kind"] == "draw.committed"
    leaf = leaf_hash(entry["entry"].encode())
    hashes = [bytes.fromhex(each) for each in entry["proof"]]
    verify_inclusion(leaf, entry["index"], opened.checkpoint.size, hashes, opened.checkpoint.root)


@pytest.mark.parametrize("late", [0, 1, 3600])
def test_a_cosignature_of_the_rounds_second_or_later_comes_too_late(approved: Watched, late: int) -> None:
    draw_id = bound(approved)
    moved(approved, PUBLISHED + timedelta(seconds=late))
    keep_signed(approved.service)
    assert approved.cosign() == [None, None]
    assert len(approved.stored()) >= 2
    cosigned, said = level(approved, draw_id)
    assert (cosigned["enough"], cosigned["closed"], cosigned["cosigners"]) == (False, True, [])
    assert "实有 0 个" in said["leaves_open"]
    assert ROUND_ONLY in said["proves"]
    assert cosigned["path"] is None
    assert approved.bureau.public.get(f"/draws/{draw_id}/files/cosigned.json").status_code == 404


def cosigned_row(key: SigningKey, head: SignedHead) -> Cosignature:
    """Return what a key's cosignature of a head would be, a minute before the round."""
    at = PUBLISHED - timedelta(minutes=1)
    line = signature_line(key.sign(text_of(head).encode(), at=int(at.timestamp())))
    number = head.checkpoint_id or 0
    return Cosignature(checkpoint_id=number, witness=str(key.verifier), line=line, cosigned_at=at, taken_at=at)


def put(found: Watched, *rows: SignedHead | Cosignature) -> None:
    """Put rows into the tables past the program."""
    with found.service.database.writing() as session:
        for row in rows:
            session.add(row)
            session.flush()
        session.commit()


def test_what_witnesses_cosigned_of_another_history_does_not_count_for_this_one(approved: Watched) -> None:
    """Both did cosign, in time, a head of that size: of a log in which the commitment does not stand."""
    draw_id = bound(approved)
    newest = approved.newest()
    other = SignedHead(**newest.model_dump() | {"checkpoint_id": 1000, "root": bytes(32)})
    keys = [SigningKey(each.name, Use.COSIGNATURE, each.private.private_bytes_raw()) for each in approved.witnesses]
    rows = [cosigned_row(key, other) for key in keys]
    put(approved, other, *rows)
    cosigned, _said = level(approved, draw_id)
    assert (cosigned["enough"], cosigned["cosigners"]) == (False, [])
    assert approved.bureau.public.get(f"/draws/{draw_id}/files/cosigned.json").status_code == 404


def test_a_witness_with_two_names_counts_once(opening: Opening) -> None:
    """The log itself may name a key twice, from before that was refused."""
    found = Watched(opening("approved"), [], [])
    keys = [SigningKey(name, Use.COSIGNATURE, b"w" * 32) for name in ("w.example/a", "w.example/b")]
    pinned = Pinned(keys=tuple(key.verifier for key in keys), quorum=2)
    moved(found, PUBLISHED - timedelta(seconds=MARGIN))
    announced_batch(found.bureau)
    found.service.recorder.record(SYSTEM, lambda act: str(announce(act, pinned)))
    moved(found, PUBLISHED - timedelta(seconds=MARGIN))
    draw_id: str = made(commit(found.bureau, PUBLISHED - timedelta(seconds=MARGIN)))["draw_id"]
    keep_signed(found.service)
    put(found, *(cosigned_row(key, found.newest()) for key in keys))
    cosigned, _said = level(found, draw_id)
    assert (cosigned["quorum"], cosigned["enough"], len(cosigned["cosigners"])) == (2, False, 1)


def test_too_few_witnesses_are_not_enough_and_the_draw_is_executed_all_the_same(approved: Watched) -> None:
    draw_id = bound(approved)
    approved.witnesses[1].instead = garbage(500)
    assert approved.cosign() == [None, "WitnessError"]
    moved(approved, PUBLISHED + timedelta(seconds=30))
    made(receive(approved.bureau))
    hand_in(approved.bureau)
    made(execute(approved.bureau))
    cosigned, said = level(approved, draw_id)
    assert (cosigned["enough"], len(cosigned["cosigners"])) == (False, 1)
    assert "实有 1 个" in said["leaves_open"]
    assert "联署不足" in approved.bureau.public.get(f"/draws/{draw_id}").text


def test_witnesses_named_after_the_commitment_do_not_count_for_it(opening: Opening, tmp_path: Path) -> None:
    with watching(opening("approved"), tmp_path / "witness") as found:
        pairs = [(found.witnesses[0].vkey, found.addresses[0])]
        configured(found.bureau, [])
        draw_id = bound(found)
        configured(found.bureau, pairs)
        found.cosign()
        keep_signed(found.service)
        found.cosign()
        assert found.stored()
        cosigned, said = level(found, draw_id)
        assert (cosigned["quorum"], cosigned["enough"]) == (0, False)
        assert proof.UNNAMED in said["leaves_open"]


def test_a_lower_quorum_afterwards_makes_no_draw_look_better(approved: Watched) -> None:
    draw_id = bound(approved)
    approved.witnesses[1].instead = garbage(500)
    approved.cosign()
    pairs = [(approved.witnesses[0].vkey, approved.addresses[0])]
    configured(approved.bureau, pairs, witness_quorum=1)
    approved.cosign()
    cosigned, _ = level(approved, draw_id)
    assert (cosigned["quorum"], cosigned["enough"]) == (2, False)


def test_a_head_from_before_the_commitment_proves_nothing_about_it(approved: Watched) -> None:
    announced_batch(approved.bureau)
    moved(approved, PUBLISHED - timedelta(seconds=MARGIN))
    approved.cosign()
    keep_signed(approved.service)
    assert approved.cosign() == [None, None]
    draw_id = made(commit(approved.bureau, PUBLISHED - timedelta(seconds=MARGIN)))["draw_id"]
    cosigned, _ = level(approved, draw_id)
    assert (cosigned["enough"], cosigned["cosigners"]) == (False, [])


@pytest.mark.parametrize("named", [False, True])
def test_rows_written_into_the_table_make_no_cosignature(approved: Watched, *, named: bool) -> None:
    draw_id = bound(approved)
    head = approved.newest()
    instant = PUBLISHED - timedelta(seconds=60)
    with approved.service.database.writing() as session:
        for witness in approved.witnesses:
            forger = SigningKey(witness.name, Use.COSIGNATURE, bytes(32))
            line = signature_line(forger.sign(text_of(head).encode(), at=int(instant.timestamp())))
            session.add(
                Cosignature(
                    checkpoint_id=head.checkpoint_id or 0,
                    witness=witness.vkey if named else str(forger.verifier),
                    line=line,
                    cosigned_at=instant,
                    taken_at=instant,
                )
            )
        session.commit()
    cosigned, _ = level(approved, draw_id)
    assert (cosigned["enough"], cosigned["cosigners"]) == (False, [])


def test_another_time_written_beside_a_late_cosignature_does_not_make_it_early(approved: Watched) -> None:
    draw_id = bound(approved)
    head = approved.newest()
    with approved.service.database.writing() as session:
        for witness in approved.witnesses:
            line = witness.cosign(text_of(head).encode(), int(PUBLISHED.timestamp()) + 5).decode().rstrip("\n")
            early = PUBLISHED - timedelta(seconds=60)
            session.add(
                Cosignature(
                    checkpoint_id=head.checkpoint_id or 0,
                    witness=witness.vkey,
                    line=line,
                    cosigned_at=early,
                    taken_at=early,
                )
            )
        session.commit()
    assert level(approved, draw_id)[0]["enough"] is False


def test_whoever_has_the_keys_checks_log_and_witnesses_of_a_bundle_without_this_program(
    opening: Opening, tmp_path: Path
) -> None:
    with watching(opening("published"), tmp_path / "witness", 2) as found:
        keep_signed(found.service)
        found.cosign()
        bundle = tmp_path / "bundle.zip"
        bundle.write_bytes(found.bureau.public.get(f"/draws/{found.bureau.notes.draw_id}/bundle.zip").content)
        keys = [str(key) for key in found.service.log.keys.keys] + [each.vkey for each in found.witnesses]
        ran = run_verifier(bundle, *(word for key in keys for word in ("--key", key)), "--lang", "en")
        assert ran.status == 0, ran.complained
        for witness in found.witnesses:
            assert f"The witness {witness.name} cosigned it" in ran.said


# settings and the command line

VKEY = Witness(Path(), "witness.example/a").vkey
OTHER_NAME = str(replace(VerifierKey.parse(VKEY), name="v.example/another"))
"""The key of the one witness under the name of another."""
LOG_KEY = str(SigningKey("log.example/log", Use.SIGNATURE, bytes(32)).verifier)


@pytest.mark.parametrize(
    ("witnesses", "quorum"),
    [
        (f"{VKEY} https://w.example", None),
        (f" {VKEY}  https://w.example/path ; ", 1),
        (f"{VKEY} http://127.0.0.1:7380;{Witness(Path(), 'other').vkey} https://w.example:8443", 2),
    ],
)
def test_witnesses_are_named_by_key_and_address(witnesses: str, quorum: int | None) -> None:
    settings = Settings(witnesses=witnesses, witness_quorum=quorum)
    assert str(settings.named_witnesses[0].key) == VKEY
    assert settings.quorum == (quorum or 1)


@pytest.mark.parametrize(
    ("witnesses", "quorum"),
    [
        (VKEY, None),
        ("https://w.example", None),
        (f"https://w.example {VKEY}", None),
        (f"{VKEY} http://w.example", None),
        (f"{VKEY} https://user:secret@w.example", None),
        (f"{VKEY} https://w.example/?a=b", None),
        (f"{VKEY} file:///etc/passwd", None),
        (f"{VKEY[:-1]} https://w.example", None),
        (f"{LOG_KEY} https://w.example", None),
        (f"{VKEY} https://w.example; {VKEY} https://v.example", None),
        (f"{VKEY} https://w.example; {OTHER_NAME} https://v.example", None),
        (f"{VKEY} https://w.example; {Witness(Path(), 'other').vkey} https://w.example/", None),
        (f"{VKEY} https://w.example", 2),
        (f"{VKEY} https://w.example", 0),
        (None, 1),
    ],
)
def test_a_witness_that_is_written_wrongly_stops_the_start(witnesses: str | None, quorum: int | None) -> None:
    with pytest.raises(ValidationError):
        Settings(witnesses=witnesses, witness_quorum=quorum)


def test_the_command_line_says_of_each_witness_what_came_of_it(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = watched.service.settings
    gone = Witness(Path(), "witness.example/gone")
    monkeypatch.setenv("DOUBLE_RANDOM_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DOUBLE_RANDOM_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("DOUBLE_RANDOM_WITNESSES", f"{settings.witnesses}; {gone.vkey} {nowhere()}")
    done = CliRunner().invoke(app, ["witness"])
    assert done.exit_code == 1
    assert "witness.example/w0 已联署" in done.stdout
    assert "见证人“witness.example/gone”没有联署：无法连接" in done.stdout
    assert len(watched.stored()) == 1
