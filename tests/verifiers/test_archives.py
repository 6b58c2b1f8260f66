"""A truncated, mangled, foreign, huge or malicious archive is refused with a sentence, and costs little."""

import io
import stat
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from publicity.offline import verify
from tests.verifiers.bundles import EARLY, mangled_archive, packed
from tests.verifiers.cases import Dice
from tests.verifiers.logs import bundle as bundle_and_log
from tests.verifiers.running import FILE, VECTORS, files_of, run, written

FILES, _LOG = bundle_and_log()
DRAW = VECTORS / "draw" / "accept" / "shanxi-2020"
Change = Callable[[dict[str, bytes]], bytes]


def with_member(info: zipfile.ZipInfo, data: bytes, *, instead_of: str | None = None) -> Change:
    """Return a change that packs one member more, or another instead of one."""

    def change(files: dict[str, bytes]) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for name, content in files.items():
                if name != instead_of:
                    archive.writestr(zipfile.ZipInfo(name, EARLY), content)
            archive.writestr(info, data)
        return made.getvalue()

    return change


def link(name: str, leads_to: str) -> Change:
    info = zipfile.ZipInfo(name, EARLY)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return with_member(info, leads_to.encode(), instead_of=name)


def edited(old: bytes, new: bytes, *, times: int = -1) -> Change:
    """Return a change of the bytes of the finished archive; both have one length."""

    def change(files: dict[str, bytes]) -> bytes:
        data = packed(files)
        assert old in data
        assert len(old) == len(new)
        return data.replace(old, new, times)

    return change


def encrypted(files: dict[str, bytes]) -> bytes:
    """Return an archive with the flag of encryption on its first member, in both places."""
    data = bytearray(packed(files))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def packed_strangely(files: dict[str, bytes]) -> bytes:
    return packed(files, how=zipfile.ZIP_LZMA)


def twice(files: dict[str, bytes]) -> bytes:
    """Return an archive with two members of one name: unpackers differ on which of them counts."""
    data = packed(files | {"frame.csw": b"unit_id,stratum,area\n"} | {"frame.csv": files["frame.csv"]})
    return data.replace(b"frame.csw", b"frame.csv")


def bomb(files: dict[str, bytes]) -> bytes:
    return packed(files | {"frame.csv": b"unit_id,stratum,area\n" + bytes(200 * 2**20)})


def bomb_of_rows(files: dict[str, bytes]) -> bytes:
    rows = b"".join(b"%07d,s,14\n" % number for number in range(1_200_000))
    return packed(files | {"frame.csv": b"unit_id,stratum,area\n" + rows})


def bomb_that_lies(files: dict[str, bytes]) -> bytes:
    """Return an archive whose frame unpacks to more than is written in its directory."""
    data = packed(files | {"frame.csv": b"unit_id,stratum,area\n" + bytes(50 * 2**20)})
    true = struct.pack("<I", 50 * 2**20 + 21)
    assert true in data
    return data.replace(true, struct.pack("<I", 1000))


def too_much_in_all(files: dict[str, bytes]) -> bytes:
    return packed(files | {"teams.csv": bytes(300 * 2**20)})


def huge_json(files: dict[str, bytes]) -> bytes:
    return packed(files | {"log.json": b" " * (20 * 2**20)})


def many_members(files: dict[str, bytes]) -> bytes:
    return packed({f"{number:05d}": b"" for number in range(30_000)} | files)


def zip64(files: dict[str, bytes]) -> bytes:
    """Return an archive with the larger form of the directory, which could hold any number of members."""
    data = packed(files)
    end = data[-22:]
    entries, length, start = struct.unpack("<HII", end[10:20])
    larger = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, length, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(data) - 22, 1)
    return data[:-22] + larger + locator + end


def first_member_elsewhere(files: dict[str, bytes]) -> bytes:
    """Return an archive whose directory says that a member begins within the last bytes."""
    data = bytearray(packed(files))
    entry = data.index(b"PK\x01\x02")
    data[entry + 42 : entry + 46] = struct.pack("<I", len(data) - 10)
    return bytes(data)


def name_that_is_no_text(files: dict[str, bytes]) -> bytes:
    """Return an archive whose first member says that its name is UTF-8, which it is not where the member begins."""
    data = bytearray(packed(files))
    data[6:8] = struct.pack("<H", 0x800)
    data[30] = 0xFF
    return bytes(data)


def without(name: str) -> Change:
    return lambda files: packed({key: data for key, data in files.items() if key != name})


HOSTILE: dict[str, tuple[Change, str]] = {
    "no archive": (lambda _files: b"%PDF-1.7\n" * 100, "is no ZIP, or is cut short"),
    "nothing": (lambda _files: b"", "is no ZIP, or is cut short"),
    "cut short": (lambda files: packed(files)[:-30], "is no ZIP, or is cut short"),
    "beginning cut": (lambda files: packed(files)[200:], ""),
    "an empty archive": (lambda _files: packed({}), "commitment.json: is missing"),
    "a comment": (lambda files: packed(files)[:-2] + b"\x05\x00hello", "bears a comment"),
    "something behind": (lambda files: packed(files) + b"PK", "is no ZIP, or is cut short"),
    "a name twice": (twice, "has a name twice"),
    "a path outside": (with_member(zipfile.ZipInfo("../frame.csv", EARLY), b"x"), "is none of a bundle's files"),
    "a path from the root": (with_member(zipfile.ZipInfo("/etc/passwd", EARLY), b"x"), "is none of a bundle's files"),
    "a path of Windows": (with_member(zipfile.ZipInfo("..\\frame.csv", EARLY), b"x"), "is none of a bundle's files"),
    "a directory": (with_member(zipfile.ZipInfo("draw/", EARLY), b""), "is none of a bundle's files"),
    "a name that ends early": (
        edited(b"frame.csv\x00"[:9], b"frame.cs\x00"),
        "is none of a bundle's files",
    ),
    "an unknown member": (with_member(zipfile.ZipInfo("readme.txt", EARLY), b"x"), "is none of a bundle's files"),
    "a member in capitals": (edited(b"frame.csv", b"Frame.csv"), "is none of a bundle's files"),
    "a link": (link("frame.csv", "/etc/passwd"), "frame.csv: is not a plain file"),
    "a missing member": (without("teams.csv"), "teams.csv: is missing"),
    "a missing log": (without("log.json"), "log.json: is missing"),
    "encrypted": (encrypted, "is encrypted"),
    "another way of packing": (packed_strangely, "is packed in a way that is not supported"),
    "a bomb": (bomb, "frame.csv: row 2 is too long"),
    "a bomb of rows": (bomb_of_rows, "frame.csv: has more than 1000000 rows"),
    "a bomb that lies": (bomb_that_lies, "frame.csv: cannot be read"),
    "too much in all": (too_much_in_all, "unpacks to more than"),
    "a huge JSON": (huge_json, "log.json: is too large"),
    "many members": (many_members, "holds too many files"),
    "a member that begins at the end": (first_member_elsewhere, "cannot be read"),
    "a name that is no text": (name_that_is_no_text, "cannot be read"),
    "a larger directory": (zip64, "holds too many files"),
}

_PEAK = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.exit(done.returncode)
"""


def test_the_bundle_without_a_change_holds(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(packed(FILES))

    ran = run(path, "--json")

    assert (ran.status, ran.refusals) == (0, [])


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_archive_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    change, sentence = HOSTILE[name]
    path = tmp_path / "bundle.zip"
    path.write_bytes(change(FILES))

    ran = run(path, "--json", "--quiet")

    assert (ran.status, ran.complained) == (1, "")
    (refusal,) = ran.refusals
    assert sentence in refusal
    assert [each.name for each in tmp_path.iterdir()] == ["bundle.zip"], "nothing was unpacked"


@pytest.mark.parametrize("name", ["a bomb", "a bomb of rows", "a bomb that lies", "too much in all", "many members"])
def test_hostile_archive_costs_little_memory(name: str, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(HOSTILE[name][0](FILES))

    done = subprocess.run(
        [sys.executable, "-c", _PEAK, sys.executable, "-I", "-S", str(FILE), str(path)],
        capture_output=True,
        check=False,
    )

    assert done.returncode == 1
    assert int(done.stdout) < 300


def test_archive_with_any_bytes_changed_is_refused_or_says_the_same(tmp_path: Path) -> None:
    """A flipped bit may fall where a ZIP keeps a time; it never makes another outcome, and never a crash."""
    path = tmp_path / "bundle.zip"
    good = packed(FILES)
    path.write_bytes(good)
    options = verify.Options()
    said = verify.verify(str(path), options)
    accepted = 0
    for number in range(600):
        dice = Dice(f"archive {number}")
        path.write_bytes(mangled_archive(dice, good))
        report = verify.verify(str(path), options)
        if report.holds:
            accepted += 1
            assert (report.steps, report.result) == (said.steps, said.result), number
    assert accepted < 60


def test_directory_with_a_link_or_a_pipe_is_refused(tmp_path: Path) -> None:
    source = written(tmp_path / "draw", files_of(DRAW))
    (source / "frame.csv").unlink()
    (source / "frame.csv").symlink_to(DRAW / "frame.csv")
    assert run(source, "--json").refusals == ["frame.csv: is not a plain file"]
    (source / "frame.csv").unlink()
    assert run(source, "--json").refusals == ["frame.csv: is missing"]
    (source / "frame.csv").mkdir()
    assert run(source, "--json").refusals == ["frame.csv: is not a plain file"]


def test_what_else_lies_in_a_directory_is_not_looked_at(tmp_path: Path) -> None:
    source = written(tmp_path / "draw", files_of(DRAW) | {"notes.txt": b"\xff", "frame.csv.bak": b""})

    assert run(source).status == 0


def test_limits_are_the_callers(tmp_path: Path) -> None:
    source = written(tmp_path / "draw", files_of(DRAW))

    assert run(source, "--rows", "52", "--json").status == 0
    assert run(source, "--rows", "51", "--json").refusals == [
        "frame.csv: has more than 51 rows; allow more with --rows",
    ]
    assert run(source, "--limit", "0", "--json").refusals == ["*: unpacks to more than 0 bytes"]
