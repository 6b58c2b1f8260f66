"""Workbooks (.xlsx): opened by a process of its own whose memory has an upper bound, read here as plain rows.

A few kilobytes of .xlsx can ask a parser for a terabyte. Whatever the file holds, this process takes no more than the
rows it gets back, and a process that died is an answer: the file asked for more than it may have.
"""

import json
import subprocess
import sys
import zipfile
from array import array
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from registry.lines import ROW_END, TOO_MUCH, Limits, Lines, Rows, SheetError, unreadable
from registry.packages import column_number, farthest_cells
from registry.spelling import SEPARATOR

_BLANK: Final = f"{SEPARATOR} \t".encode()
_GRACE: Final = 4
"""Times the seconds of the processor that the process may take by the clock, on a machine that is busy."""


def read_workbook(data: bytes, limits: Limits) -> Lines:
    """Return the rows of the only sheet with content. Raises SheetError."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "roster.xlsx"
        path.write_bytes(data)
        about, packed = _open(path, limits)
    if "problem_zh" in about:
        raise SheetError(**about)
    rows = packed.split(ROW_END.encode())
    rows.pop()  # what follows the last end
    filled = [at for at, row in enumerate(rows) if row.strip(_BLANK)]
    return Lines(
        numbers=array("L", (at + 1 for at in filled)),
        rows=Rows(rows if len(filled) == len(rows) else [rows[at] for at in filled]),
        is_even=True,
        name=about["name"],
        merged=[(top + 1, left + 1, bottom + 1, right + 1) for top, left, bottom, right in about["merged"]],
    )


def _open(path: Path, limits: Limits) -> tuple[Mapping[str, Any], bytes]:
    command = [sys.executable, "-I", "-m", "registry.worksheets", str(path), json.dumps(asdict(limits))]
    try:
        done = subprocess.run(command, capture_output=True, timeout=limits.seconds * _GRACE, check=False)  # noqa: S603 - this program
    except subprocess.TimeoutExpired:
        raise _too_large(path, limits) from None
    packed, _, last = done.stdout.rpartition(b"\n")
    if done.returncode < 0 or done.returncode == TOO_MUCH:
        raise _too_large(path, limits)
    if done.returncode != 0:
        message = f"the process that opens workbooks failed: {done.stderr.decode(errors='replace')}"
        raise RuntimeError(message)
    about: Mapping[str, Any] = json.loads(last)
    return about, packed


def _too_large(path: Path, limits: Limits) -> SheetError:
    """Return why the sheet was too much: a cell far off where there is one, its size otherwise."""
    try:
        right, down = farthest_cells(path)
    except (zipfile.BadZipFile, OSError, EOFError):
        right = down = ""
    if right and column_number(right.rstrip("0123456789")) > limits.columns:
        return _far_off(right)
    if down and int(down.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) > limits.rows:
        return _far_off(down)
    mib = limits.memory >> 20
    return unreadable(
        (
            f"打开它需要超过 {mib} MB 内存。请另存为 CSV UTF-8，或分成几个文件导入。",
            f"Opening it takes more than {mib} MB of memory. Save it as CSV UTF-8, or import several files.",
        )
    )


def _far_off(cell: str) -> SheetError:
    return unreadable(
        (
            f"单元格 {cell} 远在名录之外却有内容。请删除其余行列，或把名录复制到新建的工作簿。",
            f"Cell {cell}, far from the roster, has content. Delete it, or copy the roster into a new workbook.",
        )
    )
