"""verify.py keeps all vectors, as a program of its own and as a module."""

import json
from pathlib import Path

import pytest

from publicity.offline import verify
from tests.verifiers.agreement import by_verifier
from tests.verifiers.running import VECTORS, files_of, run, written

ACCEPT = sorted((VECTORS / "draw" / "accept").iterdir())
REFUSE = sorted((VECTORS / "draw" / "refuse").iterdir())
REPLACED = sorted((VECTORS / "replacement" / "accept").iterdir())
NOT_REPLACED = sorted((VECTORS / "replacement" / "refuse").iterdir())


def beside(vector: Path) -> dict[str, bytes]:
    """Return the files of a vector of replacements with those of its draw."""
    draw = vector / "draw"
    name = draw.read_text().strip() if draw.exists() else "shanxi-2020"
    files = files_of(VECTORS / "draw" / "accept" / name)
    return files | {"replacements.json": (vector / "replacements.json").read_bytes()}


def test_there_are_vectors() -> None:
    assert (len(ACCEPT), len(REFUSE), len(REPLACED), len(NOT_REPLACED)) >= (9, 48, 9, 26)


@pytest.mark.parametrize("vector", ACCEPT, ids=lambda path: path.name)
def test_accepted_draw_comes_out_byte_for_byte(vector: Path) -> None:
    files = files_of(vector)
    expected = json.loads(files["expected.json"])

    ran = run(vector, "--json")
    said = by_verifier(files)

    assert (ran.status, ran.complained) == (0, "")
    assert {key: ran.report["result"][key] for key in expected} == expected
    assert (said.drawn, said.teams) == (files["drawn.csv"], files["teams.csv"])


@pytest.mark.parametrize("vector", REFUSE, ids=lambda path: path.name)
def test_broken_draw_is_refused_with_a_sentence(vector: Path) -> None:
    ran = run(vector, "--json")

    assert (ran.status, ran.complained) == (1, "")
    assert ran.report["verdict"] == "refused"
    assert ran.report["result"] == {}
    (why,) = ran.refusals
    said = by_verifier(files_of(vector))
    assert not said.accepted
    assert why.endswith(said.why.partition(": ")[2])


@pytest.mark.parametrize("vector", REPLACED, ids=lambda path: path.name)
def test_replacements_come_out_byte_for_byte(vector: Path, tmp_path: Path) -> None:
    files = beside(vector)

    ran = run(written(tmp_path / "draw", files), "--json")

    assert (ran.status, ran.refusals) == (0, [])
    made_by = verify.hash_named(ran.report["result"]["hash"])
    for name in ("drawn", "teams"):
        expected = made_by((vector / f"{name}.csv").read_bytes()).hexdigest()
        assert ran.report["result"]["replaced"][f"{name}_digest"] == expected


@pytest.mark.parametrize("vector", NOT_REPLACED, ids=lambda path: path.name)
def test_broken_replacements_are_refused_with_a_sentence(vector: Path) -> None:
    said = by_verifier(beside(vector))

    assert not said.accepted
    assert said.why.startswith("replacements.json")


def test_six_files_alone_are_enough_and_what_is_not_there_is_named(tmp_path: Path) -> None:
    files = files_of(VECTORS / "draw" / "accept" / "shanxi-2020")
    source = written(tmp_path / "draw", {name: files[name] for name in verify.INPUTS})

    ran = run(source, "--json")

    assert ran.status == 0
    assert ran.report["verdict"] == "holds"
    unchecked = [step["step"] for step in ran.report["steps"] if step["state"] == "unchecked"]
    assert unchecked == ["drawn.csv", "teams.csv", "public_value", "log", "frame", "visits", "register"]


def test_the_report_tells_every_number_on_the_way() -> None:
    ran = run(VECTORS / "draw" / "accept" / "strata-two-parties", "--json")

    steps = {name: [step["en"] for step in ran.report["steps"] if step["step"] == name] for name in ("drawn", "teams")}
    assert [line.partition(", cut-off ")[0] for line in steps["drawn"]] == [
        "Stratum s1: 2 of 55 drawn",
        "Stratum s2: 2 of 50 drawn",
        "Stratum s3: 5 of 44 drawn",
        "Stratum s4: 51 of 51 drawn (all of them: nothing was left to chance)",
    ]
    assert [line.partition(":")[0] for line in steps["teams"]] == ["Department market", "Department cyber"]


def test_the_report_speaks_chinese_or_english_and_says_what_cannot_be_checked() -> None:
    zh, en = (run(ACCEPT[0], "--lang", lang).said for lang in ("zh", "en"))

    assert "结论：凡能核对的都成立。" in zh
    assert "抽查基数是否完整" in zh
    assert "现场检查是否尽责" in zh
    assert "Verdict: all that could be checked holds." in en
    assert "Whether the frame is complete" in en
    assert "Whether the visits were diligent" in en
    assert len(zh.splitlines()) == len(en.splitlines())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_refusal_is_said_in_words_and_claims_nothing_else(lang: str) -> None:
    ran = run(VECTORS / "draw" / "refuse" / "frame-order", "--lang", lang)

    assert ran.status == 1
    sentence = {"zh": "[拒绝] frame.csv：第 3 行重复或次序不对", "en": "[REFUSED] frame.csv: row 3 is there twice"}[
        lang
    ]
    assert ran.said.startswith(sentence)
    assert ran.said.endswith(
        {"zh": "结论：不成立。文件未作任何改动。\n", "en": "Verdict: refused. No file was changed.\n"}[lang]
    )


@pytest.mark.parametrize(
    "arguments", [[], ["/nowhere"], ["--lang", "fr", "."], [".", "--key", "nobody"], ["--door", "/no"]]
)
def test_a_wrong_call_is_a_matter_of_usage(arguments: list[str]) -> None:
    ran = run(*arguments)

    assert (ran.status, ran.said) == (2, "")
    assert "usage: verify.py" in ran.complained
