"""Writing plain text with separators (CSV): UTF-8 with a byte order mark, every cell in quotes, no cell a formula.

A spreadsheet computes a cell that begins with ``=``, ``+``, ``-`` or ``@``, in whatever quotes it stands. Before such a
cell, and before one that begins with a tab or a carriage return, an apostrophe is written; before a cell in which
apostrophes lead up to such a sign, one more. So nothing is computed, and taking one apostrophe away gives back what
was there: :func:`unguarded`. Source: RFC 4180.
"""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from typing import BinaryIO

GUARD = "'"
_COMPUTED = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
"""Beginnings that a spreadsheet computes or drops, the full-width forms among them, which some locales compute too."""
_GUARDED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


def write_separated(out: BinaryIO, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a table under its heading and return its rows."""
    out.write(BOM_UTF8)
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(map(guarded, heading))
    count = 0
    for row in rows:
        writer.writerow(map(guarded, row))
        count += 1
    text.detach()
    return count


def guarded(cell: str) -> str:
    """Return a cell as the file has it.

    >>> guarded("=1+1"), guarded("'=1"), guarded("'tis"), guarded("罚款")
    ("'=1+1", "''=1", "'tis", '罚款')
    """
    return GUARD + cell if _COMPUTED.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return what a cell of a file was before it was guarded.

    >>> unguarded("'=1+1"), unguarded("''=1"), unguarded("'tis"), unguarded("罚款")
    ('=1+1', "'=1", "'tis", '罚款')
    """
    return cell[1:] if _GUARDED.match(cell) else cell
