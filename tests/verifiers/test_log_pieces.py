"""Log, receipt and report, piece by piece."""

import hashlib
import json
import sys
from pathlib import Path

import pytest

from publicity.offline import verify
from tests.publicity.test_verify import KEY, receipt
from tests.verifiers.agreement import files_in_memory
from tests.verifiers.cases import (
    canonical,
)
from tests.verifiers.logs import bundle, with_log
from tests.verifiers.running import VECTORS, files_of, run, written
from tests.verifiers.test_pieces import FILES, LOG, WITNESS, refused


@pytest.mark.parametrize("at", [0, 1, 2**63 - 1, 2**63, 2**64 - 1])
def test_time_of_a_cosignature_ends_where_a_witness_can_write_no_more(at: int) -> None:
    made = bundle()[1]
    made.signed(LOG)
    made.cosignatures = [WITNESS.line(made.text(), at=at)]
    found = json.loads(canonical(made.value()))
    seen = verify.read_log("log.json", found)
    trusted = verify.Trusted(tuple(verify.parse_key(each.vkey) for each in (LOG, WITNESS)))
    report = verify.Report()
    sentence = refused(verify.check_checkpoint, "log.json", found, seen, trusted, report)
    assert (sentence is None) is (at < 2**63)
    if sentence is None:
        assert report.steps[-1].en == f"The witness {WITNESS.name} cosigned it at Unix time {at}."


@pytest.mark.parametrize("value", [1, True, {}, ["x"], ""])
def test_checkpoint_that_is_no_note_is_refused(value: object) -> None:
    found = json.loads(FILES["log.json"]) | {"checkpoint": value}
    seen = verify.read_log("log.json", found)
    act = lambda: verify.check_checkpoint("log.json", found, seen, verify.Trusted(), verify.Report())  # noqa: E731
    assert refused(act) == "log.json checkpoint: is not a signed note"


@pytest.mark.parametrize("cosignatures", [None, "", "x", {}, 5])
def test_cosignatures_are_a_list(cosignatures: object) -> None:
    found = json.loads(FILES["log.json"]) | {"cosignatures": cosignatures}
    seen = verify.read_log("log.json", found)
    sentence = refused(verify.check_checkpoint, "log.json", found, seen, verify.Trusted(), verify.Report())
    assert sentence == "log.json cosignatures: is not a list"


@pytest.mark.parametrize("change", [{"more": 1}, {"index": True}, {"entry": 1}, {"proof": "x"}, {"proof": ["0"]}])
def test_entry_of_a_log_has_its_form(change: dict[str, object]) -> None:
    found = json.loads(FILES["log.json"])
    found["entries"][0] |= change
    assert refused(verify.read_log, "log.json", found) is not None


def test_log_of_one_entry_needs_no_step_and_no_text_for_one(tmp_path: Path) -> None:
    """An empty text or object has no steps, and is no list of them; so at the door."""
    entry = json.loads(FILES["log.json"])["entries"][0]["entry"].replace('"index":500', '"index":0')
    root = verify.leaf_hash(entry.encode()).hex()
    row = "u,s,1,0\n"
    leaf = hashlib.sha256(b"\x02" + bytes(32) + row.encode()).digest()
    door = {"row": row, "salt": "0" * 64, "index": 0, "size": 1, "root": verify.leaf_hash(leaf).hex()}
    path = tmp_path / "door.json"
    for steps, sound in (([], True), ("", False), ({}, False)):
        held = [{"index": 0, "entry": entry, "proof": steps}]
        found = {"size": 1, "root": root, "entries": held, "checkpoint": None, "cosignatures": []}
        assert (refused(verify.read_log, "log.json", found) is None) is sound
        path.write_text(json.dumps({"proof": door | {"path": steps}}), encoding="utf-8")
        assert verify.verify(None, verify.Options(door=str(path))).holds is sound


@pytest.mark.parametrize("line", [5, None, ["— a b"], {"a": 1}, "", "— a", b"x".decode()])
def test_cosignature_is_a_line(line: object) -> None:
    made = bundle()[1]
    made.signed(LOG)
    found = json.loads(canonical(made.value())) | {"cosignatures": [line]}
    seen = verify.read_log("log.json", found)
    sentence = refused(verify.check_checkpoint, "log.json", found, seen, verify.Trusted(), verify.Report())
    assert sentence == "log.json cosignatures: has a signature line of another form"


@pytest.mark.parametrize("name", ["body", "checkpoint", "entry", "form", "index", "origin", "proof", "salt"])
def test_member_of_a_receipt_of_another_kind_is_refused(name: str, tmp_path: Path) -> None:
    good = json.loads(receipt().to_bytes())
    path = tmp_path / "receipt.json"
    options = verify.Options(trusted=verify.Trusted((verify.parse_key(str(KEY.verifier)),)), receipt=str(path))
    path.write_bytes(canonical(good))
    assert verify.verify(None, options).holds
    values: tuple[object, ...] = (5, None, True, "x", "", [], [5], {})
    for value in values:
        if good[name] != value:
            path.write_bytes(canonical(good | {name: value}))
            assert not verify.verify(None, options).holds, value


def test_report_on_a_whole_bundle_says_every_step(tmp_path: Path) -> None:
    made = bundle()[1]
    made.signed(LOG, WITNESS)
    path = written(tmp_path / "bundle", with_log(FILES, made))
    ran = run(path, "--json", "--key", LOG.vkey, "--key", WITNESS.vkey)
    assert ran.said.startswith('{\n "protocol": "double-random/1",\n "verdict": "holds",\n')
    assert [(step["step"], step["state"]) for step in ran.report["steps"]] == [
        ("commitment", "held"),
        ("tables", "held"),
        ("seed", "held"),
        ("drawn", "held"),
        ("teams", "held"),
        ("teams", "held"),
        ("drawn.csv", "held"),
        ("teams.csv", "held"),
        ("public_value", "held"),
        ("public_value", "unchecked"),
        ("log", "held"),
        ("checkpoint", "held"),
        ("cosignature", "held"),
        ("frame", "unchecked"),
        ("visits", "unchecked"),
        ("register", "unchecked"),
    ]
    assert all(step["zh"] and step["en"] for step in ran.report["steps"])
    en = "\n".join(step["en"] for step in ran.report["steps"])
    assert "frame.csv 52, exclusions.csv" in en
    assert f"1 secrets match their digests; seed {ran.report['result']['seed']}." in en
    drawn = [line for line in en.splitlines() if line.startswith("Stratum ")]
    numbers = [line.split(",")[1:] for line in FILES["drawn.csv"].decode().splitlines()[1:]]
    assert len(drawn) == len({stratum for stratum, _rank, _ticket in numbers})
    for line in drawn:
        stratum = line.split()[1].rstrip(":")
        mine = [ticket for each, _rank, ticket in numbers if each == stratum]
        assert f" {len(mine)} of " in line
        assert line.endswith(f", cut-off {mine[-1]}.")


def test_all_of_a_stratum_is_said_to_leave_nothing_to_chance() -> None:
    for name, certain in (("one-unit", True), ("shanxi-2020", False)):
        ran = run(VECTORS / "draw" / "accept" / name, "--json")
        for lang, words in (
            ("zh", "（全部抽中，没有随机），"),
            ("en", " drawn (all of them: nothing was left to chance), cut-off"),
        ):
            sentences = [step[lang] for step in ran.report["steps"] if step["step"] == "drawn"]
            assert [words in each for each in sentences] == [certain] * len(sentences)
            assert not any("X" in each for each in sentences)


def test_replacements_are_a_step_with_their_number() -> None:
    vector = min((VECTORS / "replacement" / "accept").iterdir())
    draw = vector / "draw"
    files = files_of(VECTORS / "draw" / "accept" / (draw.read_text().strip() if draw.exists() else "shanxi-2020"))
    data = (vector / "replacements.json").read_bytes()
    source = files_in_memory({name: files[name] for name in verify.INPUTS} | {"replacements.json": data})
    report = verify.Report()
    verify._tell_replacements(source, verify.recompute(source, verify.Progress(None)), report)  # noqa: SLF001 - the piece itself
    number = len(json.loads(data)["events"])
    (step,) = report.steps
    assert (step.step, step.state) == ("replacements", "held")
    assert step.zh == f"{number} 次替补均按规约得出"
    assert step.en == f"{number} replacements follow from the protocol, event by event."
    assert report.result["replaced"]["events"] == number


def test_report_in_words_is_a_line_for_each_step_and_the_verdict(tmp_path: Path) -> None:
    path = written(tmp_path / "bundle", FILES)
    report = verify.verify(str(path), verify.Options())
    for lang, held, open_, end in (
        ("zh", "[成立]", "[未核]", "结论：凡能核对的都成立。"),
        ("en", "[holds]", "[not checked]", "Verdict: all that could be checked holds."),
    ):
        marks = {verify.HELD: held, verify.UNCHECKED: open_}
        lines = [f"{marks[step.state]} {getattr(step, lang)}" for step in report.steps]
        assert report.as_text(lang).split("\n") == [*lines, end]
    assert sorted(report.result) == [
        *("commitment_digest", "draw_id", "drawn", "drawn_digest", "hash", "seats", "seed", "subject_key"),
        *("team_key", "teams_digest"),
    ]


def test_signs_of_life_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.PROGRESS == 50_000
    progress = verify.Progress(sys.stderr)
    for number in (1, verify.PROGRESS - 2, 1, 1, verify.PROGRESS):
        progress.pass_many("rows", number)
    progress.pass_one("seats")
    assert capsys.readouterr().err == f"rows: {verify.PROGRESS}\nrows: {2 * verify.PROGRESS + 1}\n"
