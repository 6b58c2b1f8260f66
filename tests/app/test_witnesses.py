"""Witnesses outside the bureau cosign what extends what they saw; nothing else they answer is stored; a fork stops."""

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlmodel import select
from typer.testing import CliRunner

from app.cli import app
from app.cosigning import WitnessAlarmError, cosign_newest, cosigning
from app.own_log import keep_signed
from app.record import SYSTEM
from app.settings import Settings
from publicity import sequencer
from publicity.tlog import merkle
from publicity.tlog.checkpoints import open_checkpoint
from publicity.tlog.keys import SigningKey, Use, VerifierKey
from publicity.witnessing import Cosignature, announced
from registry.departments import add_department
from registry.journal import Fact, Kind
from sampling.stages import Stage
from tests.relays import nowhere
from tests.watching import Watched, configured, watching
from tests.witness import Witness, serving
from tests.workshop import Opening


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


def test_the_command_line_says_that_there_is_nobody_to_ask(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = opening("empty").service.settings
    monkeypatch.setenv("DOUBLE_RANDOM_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DOUBLE_RANDOM_DATA_DIR", str(settings.data_dir))
    done = CliRunner().invoke(app, ["witness"])
    assert (done.exit_code, "没有见证人可问" in done.stdout) == (0, True)
