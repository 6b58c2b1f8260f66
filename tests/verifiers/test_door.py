"""A row's salt and path prove at the door that this operator was drawn and these inspectors were sent (section 6)."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from publicity.offline import verify
from tests.verifiers.logs import DrawnLog, bundle, path_of, root_of, with_log
from tests.verifiers.running import written

FILES, _LOG = bundle()


def rows() -> list[str]:
    """Return the rows of the outcome: a unit's line of drawn.csv, and then its lines of teams.csv."""
    drawn = FILES["drawn.csv"].decode().splitlines(keepends=True)[1:]
    teams = FILES["teams.csv"].decode().splitlines(keepends=True)[1:]
    per_unit = len(teams) // len(drawn)
    return [line + "".join(teams[at * per_unit : (at + 1) * per_unit]) for at, line in enumerate(drawn)]


ROWS = rows()
SALTS = [hashlib.sha256(f"salt {at}".encode()).digest() for at in range(len(ROWS))]
LEAVES = [
    hashlib.sha256(b"\x00" + hashlib.sha256(b"\x02" + salt + row.encode()).digest()).digest()
    for salt, row in zip(SALTS, ROWS, strict=True)
]
ROOT = root_of(LEAVES).hex()


def proof(index: int) -> dict[str, Any]:
    """Return the proof of a row, as a notice's page has it."""
    return {
        "row": ROWS[index],
        "salt": SALTS[index].hex(),
        "index": index,
        "size": len(ROWS),
        "path": [each.hex() for each in path_of(LEAVES, index)],
        "root": ROOT,
    }


def logged(root: str = ROOT) -> dict[str, bytes]:
    """Return the bundle with this root in the log's entry of execution."""
    made: DrawnLog = bundle()[1]
    made.changes["draw.executed"] = {"outcome_root": root}
    return with_log(FILES, made)


def checked(tmp_path: Path, page: object, files: dict[str, bytes] | None = None) -> verify.Report:
    """Check a page, beside a bundle or alone."""
    door = tmp_path / "door.json"
    door.write_text(page if isinstance(page, str) else json.dumps(page, ensure_ascii=False), encoding="utf-8")
    path = None if files is None else str(written(tmp_path / "bundle", files))
    return verify.verify(path, verify.Options(door=str(door)))


def sentences(report: verify.Report, state: str) -> list[str]:
    return [step.en for step in report.steps if step.state == state and step.step in {"door", "refused"}]


def test_every_row_is_proved_beside_its_bundle(tmp_path: Path) -> None:
    files = logged()
    for index in (0, 1, len(ROWS) // 2, len(ROWS) - 1):
        report = checked(tmp_path, {"proof": proof(index), "title": "…", "team": []}, files)
        unit = ROWS[index].split(",")[0]
        assert report.holds
        assert sentences(report, "held") == [f"The proof at the door holds: {unit}."]


def test_a_row_alone_is_proved_under_a_root_that_is_to_be_compared(tmp_path: Path) -> None:
    report = checked(tmp_path, {"proof": proof(3)})

    assert report.holds
    assert [step.step for step in report.steps] == ["door"], "of a draw nothing was said"
    (sentence,) = sentences(report, "unchecked")
    assert f"under the root {ROOT}; compare it with outcome_root" in sentence


def test_a_root_that_the_log_does_not_have_is_refused(tmp_path: Path) -> None:
    report = checked(tmp_path, {"proof": proof(3)}, logged("0" * 64))

    assert sentences(report, "refused") == ["door.json: its root is not the one in the log"]


BAD: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another salt": lambda said: said | {"salt": SALTS[0].hex()},
    "a salt in capitals": lambda said: said | {"salt": said["salt"].upper()},
    "a salt cut": lambda said: said | {"salt": said["salt"][:-2]},
    "another row": lambda said: said | {"row": ROWS[0]},
    "a row cut": lambda said: said | {"row": said["row"][:-1]},
    "a row that is no text": lambda said: said | {"row": 1},
    "another index": lambda said: said | {"index": said["index"] + 1},
    "an index past the end": lambda said: said | {"index": said["size"]},
    "a negative index": lambda said: said | {"index": -1},
    "an index that is true": lambda said: said | {"index": True},
    "no size": lambda said: said | {"size": 0},
    "a small size": lambda said: said | {"size": said["index"] + 1},
    "a path cut": lambda said: said | {"path": said["path"][:-1]},
    "a path made longer": lambda said: said | {"path": [*said["path"], "0" * 64]},
    "a path turned round": lambda said: said | {"path": said["path"][::-1]},
    "a path that is no list": lambda said: said | {"path": "x"},
    "another root": lambda said: said | {"root": "0" * 64},
    "a key more": lambda said: said | {"why": ""},
    "a key less": lambda said: {key: value for key, value in said.items() if key != "size"},
}


@pytest.mark.parametrize("name", BAD)
def test_bad_proof_is_refused(name: str, tmp_path: Path) -> None:
    report = checked(tmp_path, {"proof": BAD[name](proof(3))})

    assert not report.holds
    assert sentences(report, "held") == sentences(report, "unchecked") == []


@pytest.mark.parametrize("page", ["", "[]", "{}", '{"proof":[]}', '{"proof":{},"proof":{}}', "\ufeff{}", "nul"])
def test_what_is_no_page_is_refused(page: str, tmp_path: Path) -> None:
    assert not checked(tmp_path, page).holds


def test_a_page_that_says_two_things_is_refused(tmp_path: Path) -> None:
    """Readers of JSON differ on which of two equal keys counts."""
    said = json.dumps(proof(3), ensure_ascii=False)

    assert checked(tmp_path, f'{{"proof":{said}}}').holds
    assert not checked(tmp_path, f'{{"proof":null,"proof":{said}}}').holds
    assert not checked(tmp_path, f'{{"proof":{said},"proof":{said}}}').holds


def test_a_root_over_another_outcome_is_found_beside_the_bundle(tmp_path: Path) -> None:
    """Whoever logs a root over other rows, or more of them, proves them at the door, and not beside the bundle."""
    last = len(ROWS) - 1
    swapped = [*ROWS[:last], ROWS[last].replace(",market,1,", ",market,9,")]
    longer = [*ROWS, ROWS[0]]
    for made, index in ((swapped, last), (longer, 0), (longer, len(ROWS))):
        leaves = [
            hashlib.sha256(b"\x00" + hashlib.sha256(b"\x02" + bytes(32) + row.encode()).digest()).digest()
            for row in made
        ]
        said = {
            "row": made[index],
            "salt": "0" * 64,
            "index": index,
            "size": len(made),
            "path": [each.hex() for each in path_of(leaves, index)],
            "root": root_of(leaves).hex(),
        }
        assert checked(tmp_path, {"proof": said}).holds
        report = checked(tmp_path, {"proof": said}, logged(root_of(leaves).hex()))
        assert sentences(report, "refused") == ["door.json: its row is not what was recomputed"]


def test_a_huge_page_is_refused(tmp_path: Path) -> None:
    assert sentences(checked(tmp_path, " " * (verify.JSON_LIMIT + 1)), "refused") == ["door.json: is too large"]
