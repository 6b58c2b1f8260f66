"""A large sheet, cut between rows into workbooks that are parsed one after the other.

A parser holds every cell of a sheet three times at its worst. Cut into slices, a province's roster is read within the
memory that a small one may take; the price is that the table of shared texts is parsed once for each slice. Where no
place to cut is found the sheet is not cut, and is read or refused whole.
"""

import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from registry.lines import Limits
from registry.packages import CHUNK, SHEET

_ROWS: Final = b"<sheetData>"
_END: Final = b"".join(b"</%s>" % tag for tag in (b"sheetData", b"worksheet"))
_ROW: Final = re.compile(rb'<row [^>]*?\br="([0-9]+)"[^>]*><c [^>]*?\br="[A-Z]+\1"')
"""A row that says where it stands, and so does its first cell: what follows can stand by itself."""


def sliced(path: Path, limits: Limits) -> Iterator[Path]:
    """Yield workbooks that have the rows of one between them, in order; each is gone when the next is asked for.

    Raises MemoryError where two sheets are too large to be parsed whole.
    """
    with zipfile.ZipFile(path) as package:
        large = [
            part for part in package.infolist() if SHEET.fullmatch(part.filename) and part.file_size > limits.slice
        ]
        if len(large) > 1:
            raise MemoryError
        if not large:
            yield path
            return
        size = large[0].file_size
        with package.open(large[0]) as part:
            cutting = _Cutting(path, large[0].filename, part, least=size // -(-size // limits.slice))
            while cutting.rest:
                yield cutting.write_slice()


class _Cutting:
    """A sheet that is being cut: how far it was read, and what each slice begins with."""

    def __init__(self, path: Path, name: str, part: IO[bytes], *, least: int) -> None:
        self.path = path
        self.name = name
        self.part = part
        self.least = least
        self.rest = part.read(CHUNK)
        self.head = b""

    def write_slice(self) -> Path:
        """Write a workbook with the next rows, in the place of the one before."""
        target = self.path.with_name("slice.xlsx")
        head = self.head
        if not head:
            before, mark, _ = self.rest.partition(_ROWS)
            self.head = before + mark
        shutil.copyfile(self.path, target)
        with zipfile.ZipFile(target, "a") as package:
            package.filelist.remove(package.NameToInfo.pop(self.name))  # its bytes stay, and no directory names them
            with package.open(self.name, "w") as out:
                self._write_rows(out, out.write(head))
        return target

    def _write_rows(self, out: IO[bytes], written: int) -> None:
        while self.rest:
            if written >= self.least and (cut := _ROW.search(self.rest)):
                out.write(self.rest[: cut.start()] + _END)
                self.rest = self.rest[cut.start() :]
                return
            written += out.write(self.rest)
            self.rest = self.part.read(CHUNK)
