"""The service hands out verify.py, and what it publishes of a draw holds before that file, run by a stranger."""

import hashlib
import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from app.own_log import keep_signed
from tests.app.test_door import doorsteps
from tests.app.test_replacements import ask_seat, ask_unit, decide
from tests.app.test_withheld import by_risk
from tests.beacons import RANDOMNESS, bound, hand_in, published, receive
from tests.building import Bureau
from tests.desks import made
from tests.relays import ROUNDS, SECOND_SIGNATURE
from tests.verifiers.logs import Signer
from tests.verifiers.running import FILE, Ran, run, written
from tests.workshop import Opening

ROOT = Path(__file__).parents[2]


def bundle_of(bureau: Bureau, tmp_path: Path) -> Path:
    """Return the bundle of an open draw as the public fetches it."""
    answer = bureau.public.get(f"/draws/{bureau.notes.draw_id}/bundle.zip")
    assert answer.is_success, answer.text
    path = tmp_path / "bundle.zip"
    path.write_bytes(answer.content)
    return path


def unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def holds(ran: Ran) -> bool:
    """Return whether everything that could be checked holds; what was refused is in the failure otherwise."""
    assert (ran.status, ran.refusals) == (0, [])
    return True


def states(ran: Ran, step: str) -> list[str]:
    return [each["state"] for each in ran.report["steps"] if each["step"] == step]


def test_verifier_is_served_as_it_is_shipped_with_its_digest(opening: Opening) -> None:
    public = opening("empty").public

    served, digest = public.get("/verify.py"), public.get("/verify.py.sha256")

    assert served.content == FILE.read_bytes()
    assert served.headers["content-type"] == "text/plain; charset=utf-8"
    assert digest.text == f"{hashlib.sha256(served.content).hexdigest()}  verify.py\n"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_readme_says_the_digest_of_the_verifier(page: str) -> None:
    """Written anew by ``make digest`` after every change of the file."""
    said = re.findall(r"\b[0-9a-f]{64}\b", (ROOT / page).read_text(encoding="utf-8"))

    assert said == [hashlib.sha256(FILE.read_bytes()).hexdigest()]


def test_published_bundle_holds(opening_anywhere: Opening, tmp_path: Path) -> None:
    ran = run(bundle_of(opening_anywhere("executed"), tmp_path), "--json")

    assert holds(ran)
    assert states(ran, "log") == ["held"]
    assert states(ran, "public_value") == ["held", "unchecked"]


def test_published_bundle_holds_under_the_logs_key_and_under_no_other(opening: Opening, tmp_path: Path) -> None:
    bureau = opening("executed")
    keep_signed(bureau.service)
    log = made(bureau.public.get("/log.json"))
    given = [part for key in log["keys"] for part in ("--key", key)]
    path = bundle_of(bureau, tmp_path)

    ran = run(path, "--json", *given)

    assert holds(ran)
    assert states(ran, "checkpoint") == ["held"]
    assert states(run(path, "--json"), "checkpoint") == ["unchecked"]
    for stranger in (Signer(log["origin"]), Signer("log.example/another")):
        assert run(path, "--key", stranger.vkey).status == 1
    (refusal,) = run(path, "--json", *given, "--origin", "log.example/another").refusals
    assert refusal.endswith(f"its origin is {log['origin']}, not the log given")


def test_bundle_of_a_sealed_draw_holds_once_it_is_open(opening: Opening, tmp_path: Path) -> None:
    bureau = opening("filed", sealed=True)
    made(bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/opening"))

    ran = run(bundle_of(bureau, tmp_path), "--json")

    assert holds(ran)
    assert states(ran, "log") == ["held"]


def test_bundle_of_a_withheld_draw_holds_for_the_supervisor(opening: Opening, tmp_path: Path) -> None:
    bureau = opening("approved")
    by_risk(bureau)
    bureau.committed()
    bureau.executed()
    answer = bureau.desk("supervisor").get(f"/api/v1/draws/{bureau.notes.draw_id}/bundle.zip")
    path = tmp_path / "bundle.zip"
    path.write_bytes(answer.content)

    ran = run(path, "--json")

    assert holds(ran)
    assert states(ran, "log") == ["held", "unchecked"]


def test_bundle_with_a_round_of_drand_holds_without_a_library_for_it(opening: Opening, tmp_path: Path) -> None:
    bureau = published(bound(opening))
    made(receive(bureau))
    hand_in(bureau)
    made(bureau.desk("officer2").post(f"/api/v1/draws/{bureau.notes.draw_id}/execution"))
    path = bundle_of(bureau, tmp_path)

    ran = run(path, "--json")

    assert holds(ran)
    assert states(ran, "public_value") == ["held", "unchecked"]
    files = unpacked(path)
    value = json.loads(files["public_value.json"])
    for signature in (SECOND_SIGNATURE, ROUNDS[1001]["signature_hex"], value["signature"][:-2]):
        forged = json.dumps(value | {"signature": signature}, sort_keys=True, separators=(",", ":")).encode()
        source = written(tmp_path / "forged", files | {"public_value.json": forged})
        assert run(source, "--json").status == 1
    assert value["randomness"] == RANDOMNESS


def test_replacements_hold_beside_their_draw(opening: Opening, tmp_path: Path) -> None:
    bureau = opening("executed")
    decide(bureau, ask_unit(bureau, bureau.notes.visits[0]))
    decide(bureau, ask_seat(bureau, bureau.notes.visits[1]))
    path = f"/draws/{bureau.notes.draw_id}/files/replacements.json"
    chain = bureau.public.get(path).content
    source = written(tmp_path / "draw", unpacked(bundle_of(bureau, tmp_path)) | {"replacements.json": chain})

    ran = run(source, "--json")

    assert holds(ran)
    assert ran.report["result"]["replaced"]["events"] == 2
    assert run(written(source, {"replacements.json": chain.replace(b"closed", b"moved_")})).status == 1


def test_proof_at_the_door_holds_alone_and_with_the_bundle(opening: Opening, tmp_path: Path) -> None:
    bureau = opening("arrived")
    for step in doorsteps(bureau):
        door = tmp_path / "door.json"
        door.write_text(json.dumps(step.page, ensure_ascii=False), encoding="utf-8")
        alone = run("--door", door, "--json")
        assert holds(alone)
        assert states(alone, "door") == ["unchecked"]
        assert step.page["proof"]["root"] in alone.said
        both = run(bundle_of(bureau, tmp_path), "--door", door, "--json")
        assert holds(both)
        assert states(both, "door") == ["held"]


def test_mangled_proof_at_the_door_is_refused(opening: Opening, tmp_path: Path) -> None:
    first, second, _third = doorsteps(opening("arrived"))
    proof, other = first.page["proof"], second.page["proof"]
    door = tmp_path / "door.json"
    for change in (
        {"salt": other["salt"]},
        {"row": other["row"]},
        {"row": proof["row"][:-1]},
        {"index": other["index"]},
        {"size": proof["index"]},
        {"path": proof["path"][:-1]},
        {"path": [*proof["path"], "0" * 64]},
        {"root": "0" * 64},
        {"salt": proof["salt"].upper()},
        {"index": -1},
        {"extra": 1},
    ):
        door.write_text(json.dumps({"proof": proof | change}), encoding="utf-8")
        assert run("--door", door).status == 1, change
    for text in ("[]", "{}", '{"proof":null}', "", '{"proof":1,"proof":1}'):
        door.write_text(text, encoding="utf-8")
        assert run("--door", door).status == 1, text


def test_proof_of_another_draw_is_refused_beside_this_bundle(opening: Opening, tmp_path: Path) -> None:
    bureau, other = opening("arrived"), opening("arrived", sealed=True)
    door = tmp_path / "door.json"
    door.write_text(json.dumps(doorsteps(other)[0].page, ensure_ascii=False), encoding="utf-8")

    ran = run(bundle_of(bureau, tmp_path), "--door", door, "--json")

    assert ran.refusals == ["door.json: its root is not the one in the log"]


def test_every_mangled_file_of_a_published_bundle_is_refused(opening: Opening, tmp_path: Path) -> None:
    files = unpacked(bundle_of(opening("executed"), tmp_path))
    for name, data in files.items():
        middle = len(data) // 2
        for mangled in (data[:-1], data + b"\n", data[:middle] + b"0" + data[middle:], data[1:], b""):
            made_into = io.BytesIO()
            with zipfile.ZipFile(made_into, "w") as archive:
                for each, content in (files | {name: mangled}).items():
                    archive.writestr(each, content)
            path = tmp_path / "mangled.zip"
            path.write_bytes(made_into.getvalue())
            assert run(path).status == 1, name


def test_digest_is_checked_by_the_usual_tool(opening: Opening, tmp_path: Path) -> None:
    public = opening("empty").public
    for name in ("verify.py", "verify.py.sha256"):
        (tmp_path / name).write_bytes(public.get(f"/{name}").content)

    done = subprocess.run(["sha256sum", "-c", "verify.py.sha256"], cwd=tmp_path, capture_output=True, check=False)

    assert done.stdout == b"verify.py: OK\n"
