"""A draw bound to drand is older than its round when witnesses cosigned its commitment in time, and not otherwise."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.own_log import keep_signed
from app.record import SYSTEM
from publicity import proof
from publicity.heads import SignedHead
from publicity.tlog.checkpoints import open_checkpoint
from publicity.tlog.keys import SigningKey, Use, VerifierKey
from publicity.tlog.proofs import verify_inclusion
from publicity.tlog.witnesses import signature_line
from publicity.witnessing import Cosignature, Pinned, announce, text_of
from sampling.merkle import leaf_hash
from tests.beacons import MARGIN, PUBLISHED, commit, execute, hand_in, receive
from tests.beacons import announced as announced_batch
from tests.desks import made
from tests.verifiers.running import run as run_verifier
from tests.watching import Watched, configured, garbage, watching
from tests.workshop import Opening


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
