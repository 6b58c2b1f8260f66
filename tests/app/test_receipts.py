"""Receipts: who did a thing gets the proof of it, nobody else does, and it is checked without the service."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from httpx import Response
from typer.testing import CliRunner

from app.cli import app
from app.log_keys import LogSigning
from app.own_log import is_signed, keep_signed
from publicity.tlog.keys import SigningKey, Use, VerifierKey
from publicity.tlog.receipts import Receipt
from publicity.verify import State, Trusted, verify_receipt
from registry.people import Role
from tests.building import PEOPLE, PUBLIC_VALUE, Bureau
from tests.desks import Desk, made
from tests.papers import PROBLEM, finding, penalty
from tests.rosters import INSPECTORS
from tests.workshop import Opening


def trusted(bureau: Bureau) -> Trusted:
    """Return what a reader pins who got the log's key elsewhere."""
    pinned = bureau.service.log.keys
    return Trusted.of(pinned.keys, pinned.origin)


def address(answer: Response) -> str:
    """Return the one address that an answer names for its receipt."""
    assert answer.is_success, answer.text
    return str(answer.headers["Receipt"])


def receipt(desk: Desk, path: str) -> bytes:
    """Return a receipt as it is downloaded."""
    answer = desk.get(path)
    assert answer.status_code == 200, answer.text
    return answer.content


def filing(bureau: Bureau) -> tuple[Desk, Response]:
    """Let the lead of the first visit file a finding."""
    bureau.clock.set("2020-09-15", "16:00")
    visit_id = bureau.notes.visits[0]
    lead = bureau.lead(visit_id)
    return lead, lead.post(f"/api/v1/assignments/{visit_id}/findings", finding(problem=True))


def test_who_files_a_finding_gets_a_receipt_of_its_text(opening_anywhere: Opening) -> None:
    """The text as it was filed, under the digest in the log, under the signed head: nothing else is needed."""
    bureau = opening_anywhere("arrived")
    lead, answer = filing(bureau)
    data = receipt(lead, address(answer))
    report = verify_receipt(data, trusted(bureau))
    assert report.verdict is State.HELD, report.lines("en")
    assert [step.name for step in report.steps] == ["form", "body", "proof", "signature"]
    kept = Receipt.parse(data)
    said = json.loads(kept.body)
    assert said["finding_id"] == made(answer)["finding_id"]
    assert said["actor"] == lead.person_id
    assert kept.entry == bureau.public.get(f"/log/entries/{kept.index}").content
    assert kept.read_entry().kind == "finding.filed"


def test_every_act_of_a_draw_and_after_it_has_its_receipt(opening: Opening) -> None:
    """The value, the envelope, the secret, the execution, a recusal, a void: each answer says where its receipt is."""
    bureau = opening("committed")
    officer, second, supervisor = bureau.desk("officer"), bureau.desk("officer2"), bureau.desk("supervisor")
    escrow = {"holder": "保管人", "place": "档案室", "sealed_on": "2020-08-31", "party": "supervision"}
    value = {"value": PUBLIC_VALUE, "witnesses": ["见证人甲"]}
    acts = [
        ("draw.value_entered", officer, bureau.at_draw("value"), value),
        ("draw.value_confirmed", second, bureau.at_draw("value/confirmation"), {"value": PUBLIC_VALUE}),
        ("draw.escrowed", officer, bureau.at_draw("escrows"), escrow),
        ("draw.handed_in", supervisor, bureau.at_draw("secrets"), bureau.secret()),
        ("draw.executed", second, bureau.at_draw("execution"), None),
    ]
    bureau.clock.set("2020-09-01", "10:30")
    for kind, desk, path, body in acts:
        data = receipt(desk, address(desk.post(path, body)))
        assert Receipt.parse(data).read_entry().kind == kind
        assert verify_receipt(data, trusted(bureau)).verdict is State.HELD
        assert bureau.notes.secret.encode() not in data


def test_who_decides_a_penalty_gets_a_receipt(opening: Opening) -> None:
    bureau = opening("reviewed")
    approver = bureau.desk("approver")
    answer = approver.post("/api/v1/penalties", penalty(bureau.notes.findings[0]))
    data = receipt(approver, address(answer))
    assert json.loads(Receipt.parse(data).body)["penalty_id"] == made(answer)["penalty_id"]
    assert verify_receipt(data, trusted(bureau)).verdict is State.HELD


def test_a_repeated_call_is_told_of_the_same_receipt(opening_anywhere: Opening) -> None:
    """The answer that got lost on the way may have been the only one to name it."""
    bureau = opening_anywhere("approved")
    officer = bureau.desk("officer")
    path, terms = f"/api/v1/batches/{bureau.notes.task_no}/commitment", bureau.terms()
    first = officer.post(path, terms, once="commit-once")
    made(bureau.desk("registrar").post("/api/v1/departments", {"code": "fire", "name": "部门"}))
    again = officer.post(path, terms, once="commit-once")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert address(again) == address(first)
    assert Receipt.parse(receipt(officer, address(first))).read_entry().kind == "draw.committed"


def test_an_answer_that_recorded_nothing_names_no_receipt(opening: Opening) -> None:
    bureau = opening("staffed")
    path = f"/api/v1/keys/{bureau.notes.keys['reader'].split('_')[1]}"
    administrator = bureau.desk("administrator")
    assert "Receipt" in administrator.delete(path).headers
    assert "Receipt" not in administrator.delete(path).headers


def test_nobody_but_who_did_it_and_supervisors_gets_a_receipt(opening: Opening) -> None:
    """Every role at the receipt of a finding: the others are told the same as of an entry that does not exist."""
    bureau = opening("arrived")
    lead, answer = filing(bureau)
    path = address(answer)
    others = [name for name in (*PEOPLE, *INSPECTORS) if bureau.notes.people[name] != lead.person_id]
    assert len(others) == len(PEOPLE) + len(INSPECTORS) - 1
    nowhere = path.rpartition("/")[0] + "/2147483647"
    for name in others:
        desk = bureau.desk(name)
        found = desk.get(path)
        if name in PEOPLE and Role.SUPERVISOR in PEOPLE[name]:
            assert found.status_code == 200
            continue
        absent = desk.get(nowhere)
        assert (found.status_code, found.json()["code"]) == (404, "absent"), name
        index = path.rpartition("/")[2]
        assert found.text.replace(index, "n") == absent.text.replace("2147483647", "n")
    assert bureau.public.get(path).status_code == 401
    kept = lead.get(path)
    assert kept.status_code == 200
    assert kept.headers["cache-control"] == "no-store"


@contextmanager
def signed_apart(bureau: Bureau) -> Iterator[tuple[Bureau, SigningKey]]:
    """Yield the bureau as it is where another process holds the key."""
    key = SigningKey("127.0.0.1:8000/log", Use.SIGNATURE, bytes(range(32)))
    log = LogSigning(origin=key.name, configured=(key.verifier,), signer=None)
    service = replace(bureau.service, log=log)
    before = bureau.client.app.state.service  # type: ignore[attr-defined]
    bureau.client.app.state.service = service  # type: ignore[attr-defined]
    try:
        yield Bureau(service, bureau.clock, bureau.client, bureau.notes), key
    finally:
        bureau.client.app.state.service = before  # type: ignore[attr-defined]


def test_before_an_external_signer_signed_the_receipt_is_not_ready_and_says_so(opening: Opening) -> None:
    with signed_apart(opening("arrived")) as (bureau, _):
        lead, answer = filing(bureau)
        waiting = lead.get(address(answer))
        assert (waiting.status_code, waiting.json()["code"]) == (503, "unsigned_entry")
        assert "稍后再取" in waiting.json()["detail"]


def test_a_receipt_of_an_earlier_day_comes_with_the_newest_head(opening: Opening) -> None:
    bureau = opening("arrived")
    lead, answer = filing(bureau)
    old = Receipt.parse(receipt(lead, address(answer)))
    made(bureau.desk("registrar").post("/api/v1/departments", {"code": "fire", "name": "部门"}))
    keep_signed(bureau.service)
    new = Receipt.parse(receipt(lead, address(answer)))
    assert (old.entry, old.salt, old.body) == (new.entry, new.salt, new.body)
    assert old.checkpoint != new.checkpoint
    assert {verify_receipt(each.to_bytes(), trusted(bureau)).verdict for each in (old, new)} == {State.HELD}


def test_an_erased_text_has_no_receipt_any_more_and_an_earlier_one_still_holds(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("arrived")
    lead, answer = filing(bureau)
    path, before = address(answer), receipt(lead, address(answer))
    asked = {"matter": "finding", "key": made(answer)["finding_id"], "basis": "purpose_ended", "text": "当事人要求"}
    number = made(bureau.desk("publisher").post("/api/v1/erasures", asked))["request_id"]
    erased = bureau.desk("approver").post(f"/api/v1/erasures/{number}/confirmation")
    gone = lead.get(path)
    assert (gone.status_code, gone.json()["code"]) == (410, "erased_receipt")
    assert PROBLEM.encode() in before
    assert PROBLEM not in gone.text
    assert verify_receipt(before, trusted(bureau)).verdict is State.HELD
    own = receipt(bureau.desk("approver"), address(erased))
    assert Receipt.parse(own).read_entry().kind == "erased"
    made(bureau.desk("registrar").post("/api/v1/departments", {"code": "fire", "name": "部门"}))
    keep_signed(bureau.service)
    entry = bureau.public.get(f"/log/entries/{path.rpartition('/')[2]}")
    assert entry.content == Receipt.parse(before).entry


def test_receipts_asked_for_at_once_raise_no_false_alarm(opening: Opening) -> None:
    """Each reader has the log signed, while it grows: none signs a head that another has outgrown."""
    bureau = opening("staffed")
    registrar = bureau.desk("registrar")

    def keep_asking(reader: int) -> list[int]:
        """Record something and ask for its receipt at once, again and again."""
        found = []
        for number in range(8):
            code = {"code": f"d{reader}{number}", "name": "部门"}
            answer = registrar.post("/api/v1/departments", code)
            found.append(registrar.get(address(answer)).status_code)
        return found

    with ThreadPoolExecutor(4) as readers:
        assert [each for found in readers.map(keep_asking, range(4)) for each in found] == [200] * 32
    assert bureau.service.database.shut is None
    assert is_signed(bureau.service)


def verify(*arguments: object) -> tuple[int, str]:
    """Run the program and return its exit status and what it printed."""
    result = CliRunner().invoke(app, ["verify", *map(str, arguments)])
    return result.exit_code, result.output


@pytest.fixture
def kept(opening: Opening, tmp_path: Path) -> tuple[Path, VerifierKey]:
    """Return a receipt on disk and the log's key."""
    bureau = opening("arrived")
    lead, answer = filing(bureau)
    path = tmp_path / "receipt.json"
    path.write_bytes(receipt(lead, address(answer)))
    return path, bureau.service.log.keys.keys[0]


def test_the_program_checks_a_receipt_in_both_languages(kept: tuple[Path, VerifierKey]) -> None:
    path, key = kept
    status, told = verify(path, "--key", key)
    assert status == 0, told
    assert "提交了检查结果" in told
    assert "不说明文字所述属实" in told
    status, told = verify(path, "--key", key, "--lang", "en", "--origin", key.name)
    assert status == 0
    assert "a finding was filed" in told
    status, told = verify(path, "--key", key, "--json")
    assert (status, json.loads(told)["verdict"]) == (0, "held")


def test_without_a_key_the_program_says_that_nothing_follows(kept: tuple[Path, VerifierKey]) -> None:
    path, _ = kept
    status, told = verify(path)
    assert status == 1
    assert "没有核对签名" in told
    assert "提交了检查结果" not in told, "what nobody signed is not told as if it were known"


def test_the_program_refuses_another_key_another_log_and_a_changed_text(kept: tuple[Path, VerifierKey]) -> None:
    path, key = kept
    stranger = SigningKey(key.name, Use.SIGNATURE, bytes(32)).verifier
    assert verify(path, "--key", stranger)[0] == 1
    assert verify(path, "--key", key, "--origin", "log.example/other")[0] == 1
    found = Receipt.parse(path.read_bytes())
    path.write_bytes(replace(found, body=found.body.replace(b"2020-09-15", b"2020-09-14")).to_bytes())
    status, told = verify(path, "--key", key)
    assert status == 1
    assert "不成立" in told


def test_a_call_that_cannot_be_is_told_from_a_receipt_that_does_not_hold(
    kept: tuple[Path, VerifierKey], tmp_path: Path
) -> None:
    path, key = kept
    assert verify(path, "--key", "no+key")[0] == 2
    assert verify(tmp_path / "nowhere.json", "--key", key)[0] == 2
    assert verify()[0] == 2
