"""A signer apart signs one history over HTTP, and a service that lost it gets no signature."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.own_log import keep_signed
from app.signer import Proof, Signer, SignerAlarmError
from app.signing import LogUnreachableError, ServedLog, keep_signing, sign_newest
from publicity import sequencer
from publicity.heads import newest_head
from publicity.tlog import merkle
from publicity.tlog.checkpoints import Checkpoint, open_checkpoint
from sampling.merkle import leaf_hash
from tests.building import Bureau
from tests.demonstration import free_port
from tests.signing import fill, served
from tests.workshop import Opening


def test_a_signer_apart_signs_over_http_and_the_service_holds_no_key(opening: Opening, tmp_path: Path) -> None:
    """A process of its own, an address and a directory are all it has; what it hands in anybody could hand in."""
    bureau = opening("staffed")
    signer = Signer.create(tmp_path / "signer", "log.example/log", b"s" * 32)
    with served(bureau, str(signer.verifiers[0])) as (service, address):
        log = ServedLog(address)
        assert service.log.signer is None
        size = sign_newest(signer, log)
        keep_signed(service)
        assert sign_newest(signer, log) == size + 1, "the entry that names the keys"
        assert sign_newest(signer, log) == size + 1
        with service.database.reading() as session:
            head = newest_head(session)
            assert head is not None
            assert (head.size, head.held, head.origin) == (size + 1, "apart", "log.example/log")
            opened = open_checkpoint(head.note, "log.example/log", log_keys=signer.verifiers)
            assert opened.checkpoint.root == sequencer.read_head(session).root
        log.close()


def test_the_signer_apart_signs_every_new_head_until_it_is_stopped(opening: Opening, tmp_path: Path) -> None:
    """A service that does not answer is waited for, and said once; nothing new, nothing said."""
    bureau = opening("staffed")
    signer = Signer.create(tmp_path / "signer", "log.example/log", b"s" * 32)
    said: list[str] = []
    looks = 0

    def wait(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 2:
            fill(bureau, 3)
        if looks == 4:
            raise KeyboardInterrupt

    with served(bureau, str(signer.verifiers[0])) as (_, address):
        log = ServedLog(address)
        size, _root = log.head()
        with pytest.raises(KeyboardInterrupt):
            keep_signing(signer, log, said=said.append, wait=wait)
        log.close()
    assert said == [f"signed {size}", f"signed {size + 3}"]
    said.clear()
    looks = 2
    gone = ServedLog(address)
    with pytest.raises(KeyboardInterrupt):
        keep_signing(signer, gone, said=said.append, wait=wait)
    gone.close()
    assert len(said) == 1
    assert "ConnectError" in said[0]


def test_a_rewound_or_forked_service_gets_no_signature(opening: Opening, tmp_path: Path) -> None:
    """The signer's memory is ahead of a service that was put back to an older state; it stops for good."""
    bureau = opening("staffed")
    signer = Signer.create(tmp_path / "signer", "log.example/log", b"s" * 32)
    with bureau.service.database.reading() as session:
        head = sequencer.read_head(session)
        ahead = Checkpoint("log.example/log", head.size, head.root)
    fill(bureau, 2)
    with served(bureau, str(signer.verifiers[0])) as (_, address):
        log = ServedLog(address)
        newest = sign_newest(signer, log)
        assert newest == ahead.size + 2
        signer.sign(*later(bureau))
        with pytest.raises(SignerAlarmError, match="a rewind"):
            sign_newest(signer, log)
        assert signer.alarm.exists()
        log.close()


def later(bureau: Bureau) -> tuple[Checkpoint, Proof]:
    """Return a head of the same log with one entry more than the service has, and its proof."""
    with bureau.service.database.reading() as session:
        nodes = sequencer.TreeReader(session)
        size = sequencer.read_head(session).size
        for each in merkle.append(size, leaf_hash(b"lost"), nodes):
            nodes.remember(each)
        found = Checkpoint("log.example/log", size + 1, merkle.root(size + 1, nodes))
        proof = merkle.consistency_proof(size, size + 1, nodes)
    return found, lambda _old, _new: proof


def test_a_signer_apart_that_alarms_shows_the_service_what_it_lost(opening: Opening, tmp_path: Path) -> None:
    """The database was put back with its signed heads: it holds no sign of it, and the signer does."""
    bureau = opening("staffed")
    signer = Signer.create(tmp_path / "signer", "log.example/log", b"s" * 32)
    with served(bureau, str(signer.verifiers[0])) as (service, address):
        log = ServedLog(address)
        sign_newest(signer, log)
        log.close()
        signer.sign(*later(bureau))
        command = ["sign", "--dir", str(signer.directory), "--service", address, "--once"]
        for _ in range(2):
            assert CliRunner().invoke(app, command).exit_code == 3
            assert service.database.shut is not None
            service.database.shut = None


def test_a_service_that_answers_nonsense_is_not_signed(tmp_path: Path) -> None:
    signer = Signer.create(tmp_path / "signer", "log.example/log", b"s" * 32)
    log = ServedLog(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(LogUnreachableError, match="ConnectError"):
        sign_newest(signer, log)
    log.close()
