"""What bureaus and attackers hand in: every file of ``files/`` is answered as ``expected.toml`` says, and in no time.

``files/`` is written by ``make.py``. A new kind of wrongness is a file there and a sentence here.
"""

import subprocess
import sys
import zipfile
from io import BytesIO
from typing import Any

import pytest

from registry.headings import roster_headings
from registry.inspectors import check_inspector
from registry.sheets import Sheet, SheetError, read_sheet
from tests.hostile.expected import EXPECTED
from tests.hostile.make import FILES, every_file

LEAST = 60
WHOLE_FOLDER = 3 * 1024 * 1024
MEMORY_MIB = 512
BOMBS = [name for name in EXPECTED if "bomb" in name or "million" in name or "far" in name or "laughs" in name]

_PEAK = """
import resource, sys
from pathlib import Path
from registry.headings import roster_headings
from registry.sheets import SheetError, read_sheet
try:
    read_sheet(Path(sys.argv[1]).read_bytes(), roster_headings("inspectors"))
except SheetError:
    pass
# Its own peak from /proc: what getrusage says of a process counts what its parent had before the start.
own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024)
"""


def contents(data: bytes) -> object:
    """Return what a file is, without the bytes that another version of zlib would pack it into."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return [(part.filename, part.CRC, part.file_size, part.flag_bits) for part in package.infolist()]
    except zipfile.BadZipFile:
        return len(data) if data.startswith(b"PK") else data


def wrong_cells(sheet: Sheet) -> list[list[object]]:
    """Return row, heading and sentence of every cell that the roster of inspectors refuses."""
    found: list[list[object]] = []
    for number, cells in zip(sheet.numbers, sheet.rows, strict=True):
        _, problems = check_inspector(dict(zip(sheet.columns, cells, strict=True)))
        found += [[number, sheet.written[str(each.field[0])], each.text("zh")] for each in problems]
    return found


def answer(name: str) -> dict[str, Any]:
    """Return what becomes of a file: the same three words as in ``expected.toml``."""
    roster = EXPECTED[name]["roster"]
    try:
        sheet = read_sheet((FILES / name).read_bytes(), roster_headings(roster))
    except SheetError as refused:
        return {"roster": roster, "refused": refused.text("zh")}
    if roster == "inspectors" and (cells := wrong_cells(sheet)):
        return {"roster": roster, "cells": cells}
    return {"roster": roster, "taken": len(sheet.rows)}


def test_folder_is_what_the_script_writes() -> None:
    written = every_file()
    assert sorted(path.name for path in FILES.iterdir()) == sorted(written) == sorted(EXPECTED)
    assert len(written) >= LEAST
    assert sum(path.stat().st_size for path in FILES.iterdir()) < WHOLE_FOLDER
    assert {name for name, data in written.items() if contents(data) != contents((FILES / name).read_bytes())} == set()


@pytest.mark.parametrize("name", EXPECTED)
def test_file_is_answered_as_expected(name: str) -> None:
    assert answer(name) == EXPECTED[name]


@pytest.mark.parametrize("name", [name for name, each in EXPECTED.items() if "refused" in each])
def test_refusal_is_in_english_too(name: str) -> None:
    with pytest.raises(SheetError) as refused:
        read_sheet((FILES / name).read_bytes(), roster_headings(EXPECTED[name]["roster"]))
    english = refused.value.text("en")
    assert english.startswith("The file cannot be read: ")
    assert english.endswith(". Nothing was changed.")


@pytest.mark.parametrize("name", BOMBS)
def test_memory_is_bounded_whatever_a_file_asks_for(name: str) -> None:
    done = subprocess.run([sys.executable, "-c", _PEAK, str(FILES / name)], check=True, capture_output=True, text=True)
    assert int(done.stdout) < MEMORY_MIB
