"""The file of a case: a supervisor takes away what the log holds of one visit, and checks it without the service."""

import hashlib
import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from app.evidence import EvidenceStore
from app.working import work
from publicity.case_files import CONTENTS, DIGESTS
from publicity.tlog.receipts import Receipt
from publicity.verify import State, verify_receipt
from registry.people import Role
from registry.steps import Step
from tests.app.test_cases import filed, pause, second_problem
from tests.app.test_erasures import erased
from tests.app.test_evidence import jpeg, upload
from tests.app.test_receipts import trusted
from tests.building import Bureau
from tests.desks import made
from tests.papers import penalty
from tests.petitioners import PDF, answer, ask, take_up
from tests.playing import Play, requested
from tests.punishing import all_punished
from tests.workshop import Opening


def archive(bureau: Bureau, visit_id: str) -> zipfile.ZipFile:
    """Return the file of a case as a supervisor gets it."""
    answer = bureau.desk("supervisor").get(f"/api/v1/visits/{visit_id}/case.zip")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return zipfile.ZipFile(io.BytesIO(answer.content))


def with_evidence(opening: Opening) -> Play:
    """Return a visit that has a piece of evidence, was filed with a problem, and was told of."""
    play = requested(opening).through(Step.APPROVED, Step.NOTIFIED, Step.ARRIVED)
    made(upload(play, jpeg(), name="=首页+截图.jpg"))
    return play.through(Step.FILED, Step.CONFIRMED)


def test_every_text_of_the_case_holds_against_the_signed_head_and_every_file_has_its_digest(
    opening_anywhere: Opening, tmp_path: Path
) -> None:
    play = with_evidence(opening_anywhere)
    with archive(play.bureau, play.visit_id) as kept:
        kept.extractall(tmp_path)
    subprocess.run(["sha256sum", "--strict", "--quiet", "-c", DIGESTS], cwd=tmp_path, check=True)
    contents = json.loads((tmp_path / CONTENTS).read_bytes())
    assert contents["visit_id"] == play.visit_id
    kinds = []
    for each in contents["entries"]:
        data = (tmp_path / each["file"]).read_bytes()
        report = verify_receipt(data, trusted(play.bureau))
        assert report.verdict is State.HELD, report.lines("en")
        kinds.append(Receipt.parse(data).read_entry().kind)
    assert {"visit.requested", "visit.decided", "visit.stepped", "evidence.added", "finding.filed"} <= set(kinds)
    assert kinds == [each["kind"] for each in contents["entries"]]


def test_a_piece_of_evidence_is_what_its_own_entry_says(opening: Opening) -> None:
    play = with_evidence(opening)
    with archive(play.bureau, play.visit_id) as kept:
        contents = json.loads(kept.read(CONTENTS))
        (added,) = [each["file"] for each in contents["entries"] if each["kind"] == "evidence.added"]
        said = json.loads(Receipt.parse(kept.read(added)).body)
        (piece,) = contents["evidence"]
        assert piece["name"] == said["name"]
        assert hashlib.sha256(kept.read(piece["file"])).hexdigest() == piece["sha256"] == said["stored_sha256"]
        assert all(name.isascii() for name in kept.namelist() if name != "说明.txt")


def test_the_penalty_is_in_the_file_of_its_case_and_in_no_other(opening: Opening) -> None:
    bureau = opening("reviewed")
    approver = bureau.desk("approver")
    made(approver.post("/api/v1/penalties", penalty(bureau.notes.findings[0])))
    first, second = bureau.notes.visits[:2]
    kinds = {}
    for visit_id in (first, second):
        with archive(bureau, visit_id) as kept:
            listed = json.loads(kept.read(CONTENTS))["entries"]
            kinds[visit_id] = {each["kind"] for each in listed}
            texts = b"".join(Receipt.parse(kept.read(each["file"])).body for each in listed)
        assert visit_id.encode() in texts
        assert {first, second} - {visit_id} == {other for other in (first, second) if other.encode() not in texts}
    assert "penalty.decided" in kinds[first] - kinds[second]


def test_what_was_erased_is_named_by_its_entry_and_its_words_are_gone(opening: Opening) -> None:
    way = (Step.APPROVED, Step.NOTIFIED, Step.ARRIVED, Step.FILED, Step.CONFIRMED, Step.RETURNED)
    play = requested(opening).through(*way)
    with archive(play.bureau, play.visit_id) as kept:
        before = {each["index"] for each in json.loads(kept.read(CONTENTS))["entries"]}
    erased(play.bureau, "review", play.newest)
    with archive(play.bureau, play.visit_id) as kept:
        contents = json.loads(kept.read(CONTENTS))
        assert not any("缺少截图".encode() in kept.read(name) for name in kept.namelist())
    (index,) = contents["erased"]
    assert index in before
    assert index not in {each["index"] for each in contents["entries"]}


def test_a_piece_of_evidence_that_was_changed_on_disk_is_not_handed_out(opening: Opening) -> None:
    play = with_evidence(opening)
    store = EvidenceStore(play.bureau.service.settings.data_dir / "evidence")
    (path,) = [path for path in store.directory.rglob("*") if path.is_file()]
    path.write_bytes(path.read_bytes() + b"x")
    answer = play.bureau.desk("supervisor").get(f"/api/v1/visits/{play.visit_id}/case.zip")
    assert (answer.status_code, answer.json()["code"]) == (503, "altered_file")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SUPERVISOR}))
def test_supervisors_alone_take_a_case_away(opening: Opening, role: Role) -> None:
    bureau = opening("arrived")
    visit_id = bureau.notes.visits[0]
    reader = bureau.lead(visit_id) if role is Role.INSPECTOR else bureau.hire("reader", role)
    assert reader.get(f"/api/v1/visits/{visit_id}/case.zip").status_code == 403


def test_the_file_holds_the_case_its_petitions_and_an_end_that_many_records_share(opening: Opening) -> None:
    """Two terms end in one entry; the rows of the other penalty stand there by their digests alone."""
    bureau = opening("published")
    second_problem(bureau)
    bureau.clock.set("2026-05-06")
    case = filed(bureau)
    made(pause(bureau, case, "2026-05-06", last_on="2026-05-06"))
    found = [{"finding_id": each, "decision_no": f"案〔2026〕{each[-4:]}"} for each in bureau.notes.findings[:2]]
    mine, _another = all_punished(bureau, found)
    bureau.clock.set("2026-05-12")
    objection = ask(bureau, mine)
    path = f"/api/v1/petitions/{objection}/files?name=证据.pdf"
    added = made(bureau.desk("reviewer").post(path, PDF))["file_id"]
    take_up(bureau, objection)
    answer(bureau, objection, upheld=False)
    bureau.clock.set("2029-05-12")
    list(work(bureau.service))
    with archive(bureau, bureau.notes.visits[0]) as kept:
        contents = json.loads(kept.read(CONTENTS))
        kinds = [each["kind"] for each in contents["entries"]]
        assert {"case.filed", "case.paused", "petition.received", "petition.decided", "disclosure.ended"} <= {*kinds}
        assert [each["name"] for each in contents["evidence"]] == ["证据.pdf"]
        assert hashlib.sha256(kept.read(f"evidence/{added}")).hexdigest() == contents["evidence"][0]["sha256"]
        for each in contents["entries"]:
            rows = json.loads(kept.read(each["rows"]))["images"] if each["rows"] else []
            said = json.loads(Receipt.parse(kept.read(each["file"])).body).get("images")
            assert said == (images_digest(rows) if rows else None), each["kind"]
            whole = [row for row in rows if "text" in row]
            assert bool(whole) is bool(rows) or each["kind"] == "disclosure.ended"
        texts = b"".join(kept.read(name) for name in kept.namelist())
    assert "处罚所据事实与实际不符".encode() in texts
    assert found[0]["decision_no"].encode() in texts
    assert found[1]["decision_no"].encode() not in texts


def test_a_file_that_was_erased_is_left_out_and_the_rest_is_there(opening: Opening) -> None:
    play = with_evidence(opening)
    with archive(play.bureau, play.visit_id) as kept:
        (piece,) = json.loads(kept.read(CONTENTS))["evidence"]
    erased(play.bureau, "evidence", piece["file"].rpartition("/")[2])
    with archive(play.bureau, play.visit_id) as kept:
        contents = json.loads(kept.read(CONTENTS))
    assert contents["evidence"] == []
    assert "finding.filed" in {each["kind"] for each in contents["entries"]}


def images_digest(rows: list[dict[str, str]]) -> str:
    """Reckon what a receipt says of the rows beside it, from what is handed out of them."""
    digests = b""
    for row in rows:
        if "text" in row:
            digests += hashlib.sha256(b"\x02" + bytes.fromhex(row["salt"]) + row["text"].encode()).digest()
        else:
            digests += bytes.fromhex(row["digest"])
    return hashlib.sha256(digests).hexdigest()
