"""Replay from a directory: written whole or not at all, and whatever is wrong with the files is one sentence."""

import os
from pathlib import Path

import pytest

from sampling.bundle import check_outcome, replay, replay_directory
from sampling.errors import Fault, RefusedError
from tests.sampling.builders import bundle

OUTCOME = {"drawn.csv", "teams.csv"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    directory = tmp_path / "draw"
    directory.mkdir()
    for name, data in bundle().items():
        (directory / name).write_bytes(data)
    return directory


def refusal(source: Path, out: Path | None = None) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        replay_directory(source, out)
    return refused.value


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def test_outcome_is_written_beside_the_six_files(source: Path) -> None:
    replayed = replay_directory(source)

    assert names(source) == OUTCOME | set(bundle())
    assert {name: (source / name).read_bytes() for name in OUTCOME} == replayed.outcome


def test_outcome_that_is_there_already_is_compared_and_left_alone(source: Path) -> None:
    replay_directory(source)
    before = {name: (source / name).stat().st_mtime_ns for name in OUTCOME}

    replay_directory(source)

    assert {name: (source / name).stat().st_mtime_ns for name in OUTCOME} == before


@pytest.mark.parametrize("out", [None, "same"])
def test_published_outcome_that_differs_is_refused_and_not_overwritten(source: Path, out: str | None) -> None:
    replay_directory(source)
    published = source / "teams.csv"
    rows = published.read_text().splitlines(keepends=True)
    forged = "".join([*rows[:2], rows[2].replace("market", "Market"), *rows[3:]])
    published.write_text(forged)

    refused = refusal(source, source / "." if out else None)

    assert (refused.file, refused.row, refused.fault) == ("teams.csv", 3, Fault.DIFFERS)
    assert "market" in refused.text("zh")
    assert published.read_text() == forged


@pytest.mark.parametrize(
    ("change", "row", "fault"),
    [
        (lambda data: data[:-1], 3, Fault.LAST_LINE_END),
        (lambda data: data + b"\n", 4, Fault.DIFFERS),
        (lambda data: data.rsplit(b"\n", 2)[0] + b"\n", 3, Fault.DIFFERS),
        (lambda data: data.replace(b"\n", b"\r\n"), 1, Fault.DIFFERS),
        (lambda data: b"\xff" + data, 1, Fault.DIFFERS),
        (lambda _: b"", 1, Fault.DIFFERS),
    ],
)
def test_first_row_that_differs_is_named(change: object, row: int, fault: Fault) -> None:
    replayed = replay(bundle())
    assert len(replayed.drawing.drawn) == 2

    with pytest.raises(RefusedError) as refused:
        check_outcome(replayed, {"drawn.csv": change(replayed.outcome["drawn.csv"])})  # type: ignore[operator]

    assert (refused.value.row, refused.value.fault) == (row, fault)


def test_missing_half_of_a_published_outcome_is_added(source: Path) -> None:
    outcome = replay_directory(source).outcome
    (source / "drawn.csv").unlink()

    replay_directory(source)

    assert (source / "drawn.csv").read_bytes() == outcome["drawn.csv"]


def test_another_directory_is_made_and_written_over(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    outcome = replay_directory(source, out).outcome
    (out / "drawn.csv").write_text("old")

    replay_directory(source, out)

    assert names(out) == OUTCOME
    assert (out / "drawn.csv").read_bytes() == outcome["drawn.csv"]
    assert names(source) == set(bundle())


@pytest.mark.parametrize("name", bundle())
def test_missing_file_is_named(source: Path, tmp_path: Path, name: str) -> None:
    (source / name).unlink()

    assert str(refusal(source, tmp_path / "out")) == f"{name}: the file is missing"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", bundle())
@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"\x00", b"[" * 100_000, b"\xed\xa0\x80\n"], ids=repr)
def test_rubbish_in_any_file_is_a_sentence_about_that_file(source: Path, name: str, data: bytes) -> None:
    (source / name).write_bytes(data)

    assert refusal(source).file == name
    assert names(source) == set(bundle())


@pytest.mark.parametrize("name", bundle())
def test_directory_or_pipe_in_place_of_a_file_is_refused(source: Path, name: str) -> None:
    (source / name).unlink()
    (source / name).mkdir()
    assert (refusal(source).file, refusal(source).fault) == (name, Fault.NOT_A_FILE)

    (source / name).rmdir()
    os.mkfifo(source / name)
    assert (refusal(source).file, refusal(source).fault) == (name, Fault.NOT_A_FILE)


def test_link_that_leads_nowhere_or_to_itself_is_refused(source: Path) -> None:
    (source / "frame.csv").unlink()
    (source / "frame.csv").symlink_to("frame.csv")

    assert refusal(source).file == "frame.csv"


@pytest.mark.parametrize(
    "place", ["absent", "draw/frame.csv", "x" * 300, "nul\0"], ids=["absent", "file", "long", "nul"]
)
def test_source_that_is_no_directory_is_refused(source: Path, place: str) -> None:
    refused = refusal(source.parent / place)

    assert refused.fault in {Fault.NOT_A_DIRECTORY, Fault.UNREADABLE}
    assert refused.text("zh")


@pytest.mark.parametrize("place", ["draw/frame.csv", "draw/frame.csv/below", "x" * 300])
def test_out_that_cannot_be_written_is_refused(source: Path, place: str) -> None:
    assert refusal(source, source.parent / place).fault is Fault.UNWRITABLE
    assert names(source) == set(bundle())


def test_failed_write_leaves_nothing_half_done(source: Path, tmp_path: Path) -> None:
    """A directory stands where teams.csv should go, so the second of the two cannot be put in its place."""
    out = tmp_path / "out"
    (out / "teams.csv" / "x").mkdir(parents=True)

    assert refusal(source, out).fault is Fault.UNWRITABLE
    assert not [name for name in names(out) if name.endswith(".new")]


def test_files_beyond_the_six_are_not_looked_at() -> None:
    files = bundle()

    assert replay(files | {"log.json": b"rubbish", "drawn.csv": b"rubbish"}).outcome == replay(files).outcome
