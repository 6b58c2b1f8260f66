"""A key for answers that somebody else may have is revoked: nothing that it signed is believed after that."""

import json
from pathlib import Path

import pytest

from app.answer_keys import KEY_FILE, answers_key, declare_own, revoke
from app.command_fsck import run_fsck
from app.command_verify import Asked, verify
from app.keys import renew_bytes
from app.own_log import keep_signed
from app.record import SYSTEM
from publicity.answer_keys import RevokedKeyError, UnknownKeyError, declare_key
from publicity.fsck.check import NOTHING_KEPT
from publicity.tlog.answers import SignedAnswer, answer_text
from publicity.tlog.keys import SigningKey
from publicity.tlog.notes import sign_note
from publicity.verify import Report, State, Trusted
from tests.building import Bureau
from tests.desks import made
from tests.workshop import Opening

UNKNOWN = "911400001123599660"


@pytest.fixture
def bureau(opening: Opening) -> Bureau:
    """Return a bureau that signs answers."""
    found = opening("staffed")
    declare_own(found.service)
    keep_signed(found.service)
    return found


def signed(bureau: Bureau) -> bytes:
    """Return an answer as a department gets it."""
    answer = bureau.desk("reader").get(f"/api/v1/operators/{UNKNOWN}/restrictions/receipt")
    made(answer)
    return answer.content


def revocation(bureau: Bureau) -> bytes:
    """Return the revocation that the page of the log links."""
    paths = [each["revocation_path"] for each in made(bureau.public.get("/log.json"))["answers_keys"]]
    (path,) = filter(None, paths)
    answer = bureau.public.get(path)
    made(answer)
    return answer.content


def checked(bureau: Bureau, directory: Path, answer: bytes, *revocations: bytes) -> Report:
    """Return what a department finds with the key of the log, and what it took from its page."""
    path, beside = directory / "answer.json", [directory / f"{number}.json" for number in range(len(revocations))]
    for file, data in zip([path, *beside], [answer, *revocations], strict=True):
        file.write_bytes(data)
    trusted = Trusted.of(bureau.service.log.keys.keys, None)
    return verify(Asked(given=str(path), beside=beside, seconds=1), trusted)


def antedated(key: SigningKey, whole: bytes) -> bytes:
    """Return an answer that a thief makes of an honest one: another content, the old time and head."""
    honest = json.loads(whole)
    said = json.loads(honest["answer"].split("\n")[2])
    said["answers"][0]["state"] = "known_none_in_force"
    parsed = SignedAnswer.parse(whole)
    note = sign_note(answer_text(key.name, said), [key]).to_bytes()
    own = {name: getattr(parsed, name) for name in ("index", "entry", "proof", "checkpoint")}
    return SignedAnswer(note=note, **own).to_bytes()


def test_a_thiefs_antedated_answer_is_refused_once_the_key_is_revoked(bureau: Bureau, tmp_path: Path) -> None:
    honest, stolen = signed(bureau), answers_key(bureau.service)
    false = antedated(stolen, honest)
    assert checked(bureau, tmp_path, false).verdict is State.HELD, "before that nothing tells it from an honest one"
    revoke(bureau.service)
    keep_signed(bureau.service)
    for each in (false, honest):
        report = checked(bureau, tmp_path, each, revocation(bureau))
        assert report.verdict is State.REFUSED
        assert "无从证明" in report.steps[-1].words[0]
        assert "ask again" in report.steps[-1].words[1]


def test_after_a_revocation_a_new_key_signs_and_its_answers_hold(bureau: Bureau, tmp_path: Path) -> None:
    stolen = answers_key(bureau.service).verifier
    revoked, signing = revoke(bureau.service)
    assert revoked == stolen
    assert signing != stolen
    answer = signed(bureau)
    report = checked(bureau, tmp_path, answer, revocation(bureau))
    assert report.verdict is State.HELD
    assert "revocation" in [step.name for step in report.steps]
    listed = made(bureau.public.get("/log.json"))["answers_keys"]
    assert [(each["key"], each["revoked_at"] is None) for each in listed] == [
        (str(signing), True),
        (str(stolen), False),
    ]
    assert "撤销" in bureau.public.get("/log").text
    assert (bureau.service.settings.data_dir / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert run_fsck(bureau.service.settings, NOTHING_KEPT, lambda _stage: None).sound


def test_a_key_file_that_comes_back_from_a_backup_signs_nothing(bureau: Bureau) -> None:
    path = bureau.service.settings.data_dir / KEY_FILE
    before = path.read_bytes()
    stolen = answers_key(bureau.service).verifier
    revoke(bureau.service)
    path.write_bytes(before)
    refused = bureau.desk("reader").get(f"/api/v1/operators/{UNKNOWN}/restrictions/receipt")
    assert (refused.status_code, refused.json()["code"]) == (404, "undeclared_key")
    with pytest.raises(RevokedKeyError):
        bureau.service.recorder.record(SYSTEM, lambda act: str(declare_key(act, stolen)))
    declare_own(bureau.service)
    assert answers_key(bureau.service).verifier != stolen
    assert made(bureau.desk("reader").get(f"/api/v1/operators/{UNKNOWN}/restrictions/receipt"))


def test_only_a_declared_key_is_revoked_and_only_a_revocation_is_handed_out(bureau: Bureau, tmp_path: Path) -> None:
    size = made(bureau.public.get("/log/head"))["size"]
    renew_bytes(bureau.service.settings.data_dir / KEY_FILE)
    with pytest.raises(UnknownKeyError):
        revoke(bureau.service)
    assert made(bureau.public.get("/log/head"))["size"] == size
    assert bureau.public.get("/log/revocations/0").status_code == 404
    declare_own(bureau.service)
    answer = signed(bureau)
    receipt = bureau.desk("supervisor").get("/api/v1/receipts/0").content
    report = checked(bureau, tmp_path, answer, receipt)
    assert report.verdict is State.REFUSED
    assert "/log" in report.steps[-1].words[1]
