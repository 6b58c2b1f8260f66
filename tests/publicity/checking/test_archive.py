"""What is taken in of a ZIP: exactly the files of a bundle, each as its list and its header say, and never too much."""

import io
import zipfile

import pytest

from publicity.checking.archive import BUNDLE_FILES, CHUNK, Intake, Limits, take_archive
from publicity.checking.errors import ArchiveError, BundleFileError
from publicity.tlog.errors import TlogError
from tests.verifiers.bundles import packed
from tests.verifiers.cases import Dice
from tests.verifiers.test_archives import FILES, HOSTILE


def taken(data: bytes, limits: Limits | None = None) -> dict[str, bytes]:
    intake = Intake(limits or Limits())
    take_archive(io.BytesIO(data), intake)
    return intake.files


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_files_come_out_as_they_went_in(how: int) -> None:
    assert taken(packed(FILES, how=how)) == FILES


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 40 * CHUNK + 7])
@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_file_of_any_length_comes_out_whole(length: int, how: int) -> None:
    dice = Dice(f"{length} {how}")
    for data in (bytes(length), bytes(dice.below(256) for _ in range(min(length, 2 * CHUNK)))):
        files = FILES | {"log.json": data}
        assert taken(packed(files, how=how)) == files


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_archive_is_refused_with_a_sentence_in_both_languages(name: str) -> None:
    with pytest.raises(TlogError) as refused:
        taken(HOSTILE[name][0](FILES))
    assert isinstance(refused.value, ArchiveError | BundleFileError)
    assert refused.value.text("zh")
    assert "No file was written" in str(refused.value) or "no file was written" in str(refused.value)


def test_a_missing_file_is_named() -> None:
    for name in BUNDLE_FILES:
        with pytest.raises(BundleFileError, match=name):
            taken(packed({each: data for each, data in FILES.items() if each != name}))


def test_what_is_published_beside_a_bundle_is_not_in_it() -> None:
    for name in ("replacements.json", "cosigned.json"):
        with pytest.raises(ArchiveError):
            taken(packed(FILES | {name: b"{}"}))


def test_a_file_that_is_listed_at_two_places_or_over_another_is_refused() -> None:
    """Two members that share bytes cost little to pack and much to unpack; and two programs would read two files."""
    data = bytearray(packed(FILES))
    first = data.index(b"PK\1\2")
    second = data.index(b"PK\1\2", first + 1)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    with pytest.raises(ArchiveError, match="two programs would read two files"):
        taken(bytes(data))


def test_a_header_that_says_otherwise_than_the_list_is_refused() -> None:
    """A program that reads from the front would unpack another file, or the same by another method."""
    data = packed(FILES)
    at = data.index(b"frame.csv")
    renamed = data[:at] + b"frame.csw" + data[at + 9 :]
    method = data[:8] + b"\0" + data[9:]
    for wrong in (renamed, method):
        with pytest.raises(ArchiveError, match="two programs would read two files"):
            taken(wrong)


def test_something_hidden_before_or_between_the_list_and_the_end_is_refused() -> None:
    data = packed(FILES)
    end = len(data) - 22
    for wrong in (b"x" + data, data[:end] + b"x" + data[end:], data + data[end:]):
        with pytest.raises(ArchiveError):
            taken(wrong)


def test_what_is_unpacked_is_counted_and_not_what_the_list_says() -> None:
    with pytest.raises(BundleFileError, match="have more than"):
        taken(packed(FILES), Limits(total=sum(map(len, FILES.values())) - 1))
    for name in ("frame.csv", "recusals.csv"):
        rows = b"unit_id,stratum,area\n" + b"u,s,14\n" * 60
        with pytest.raises(BundleFileError, match=f"{name}: it has more than 59 rows"):
            taken(packed(FILES | {name: rows}), Limits(rows=59))
        assert taken(packed(FILES | {name: rows}), Limits(rows=60))[name] == rows


def test_a_row_that_never_ends_is_refused_where_it_grows_too_long() -> None:
    for before in (0, 1, CHUNK - 600, CHUNK - 300, CHUNK, CHUNK + 1):
        head = b"a" * 99 + b"\n"
        lines = head * (before // 100) + b"b" * (before % 100) + b"\n"
        long = packed(FILES | {"frame.csv": lines + b"c" * 513})
        with pytest.raises(BundleFileError, match=f"row {before // 100 + 2} is too long"):
            taken(long)
        assert taken(packed(FILES | {"frame.csv": lines + b"c" * 512}))
