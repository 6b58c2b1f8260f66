"""Strict CSV: UTF-8, LF line ends, a header, no quoting, rows in strict order of their first columns.

There is one way to write given rows, and whatever is written in another way is refused, never repaired. Reading is
one pass of a compiled pattern, then a comparison of what was read, written again, with what was there; only when the
two differ are the lines looked at one by one, to name the row (the header is row 1) and what is wrong with it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter, lt
from typing import Final, Generic, NamedTuple, NoReturn, TypeVar

from sampling.errors import Fault, RefusedError, within
from sampling.names import AREA, IDENTIFIER

__all__ = ["AREA_COLUMN", "IDENTIFIER_COLUMN", "Column", "Table"]

FIRST_ROW: Final = 2
"""The row number of the first row after the header."""

RowT = TypeVar("RowT", bound=tuple[str, ...])


class Column(NamedTuple):
    """What may stand in a column, as a pattern, and the fault of everything else."""

    pattern: str
    fault: Fault


IDENTIFIER_COLUMN: Final = Column(IDENTIFIER, Fault.FIELD_IDENTIFIER)
AREA_COLUMN: Final = Column(AREA, Fault.FIELD_AREA)


@dataclass(frozen=True, slots=True)
class Table(Generic[RowT]):
    """One kind of file: its name, its columns in order, its row type, and how many first columns are the key."""

    file: str
    columns: dict[str, Column]
    make: Callable[[Iterable[str]], RowT]
    key_columns: int = 1

    @property
    def header(self) -> str:
        """Return the first line, without its line end."""
        return ",".join(self.columns)

    def write(self, rows: Iterable[RowT]) -> bytes:
        """Sort the rows by their key and return the file.

        Raises:
            RefusedError: when a row could not be read back as it is, or a key is there twice.
        """
        ordered = sorted(rows, key=self._key)
        data = self._join(ordered).encode(errors="surrogatepass")
        for row, (written, given) in enumerate(zip(self.read(data), ordered, strict=False), start=FIRST_ROW):
            if written != given:  # a line end inside a field makes two rows of one
                raise RefusedError(Fault.TWO_ROWS, file=self.file, row=row, value=",".join(given))
        return data

    def read(self, data: bytes) -> tuple[RowT, ...]:
        """Return the rows of a file, in the order of the file.

        Raises:
            RefusedError: at the first row that is not exactly as it must be.
        """
        with within(file=self.file):
            text = _decode(data)
            line = ",".join(f"({column.pattern})" for column in self.columns.values()) + "\n"
            rows = tuple(map(self.make, re.findall(line, text[len(self.header) + 1 :])))
            if self._join(rows) != text:
                self._blame(text)
            self._check_order(rows)
        return rows

    def _join(self, rows: Iterable[RowT]) -> str:
        return "\n".join([self.header, *map(",".join, rows), ""])

    def _key(self, row: RowT) -> tuple[str, ...]:
        return row[: self.key_columns]

    def _check_order(self, rows: Sequence[RowT]) -> None:
        keys = list(map(itemgetter(*range(self.key_columns)), rows))
        if all(map(lt, keys, keys[1:])):
            return
        at = next(at for at in range(1, len(keys)) if not keys[at - 1] < keys[at])
        value, before = (",".join(self._key(rows[i])) for i in (at, at - 1))
        if value == before:
            raise RefusedError(Fault.TWICE, row=at + FIRST_ROW, value=value)
        raise RefusedError(Fault.ORDER, row=at + FIRST_ROW, value=value, before=before)

    def _blame(self, text: str) -> NoReturn:
        """Find the first line that is wrong and say how."""
        lines = text.split("\n")
        for row, line in enumerate(lines[:-1], start=1):
            self._check_line(row, line)
        self._check_line(len(lines), lines[-1])
        raise RefusedError(Fault.LAST_LINE_END, row=len(lines))

    def _check_line(self, row: int, line: str) -> None:
        for mark, fault in (("\ufeff", Fault.BYTE_ORDER_MARK), ("\r", Fault.CARRIAGE_RETURN), ('"', Fault.QUOTED)):
            if mark in line:
                raise RefusedError(fault, row=row)
        if row == 1 and line != self.header:
            raise RefusedError(Fault.HEADER, row=row, expected=self.header, found=line)
        if row > 1:
            self._check_fields(row, line)

    def _check_fields(self, row: int, line: str) -> None:
        if not line:
            raise RefusedError(Fault.BLANK_LINE, row=row)
        fields = line.split(",")
        if len(fields) != len(self.columns):
            raise RefusedError(Fault.FIELDS, row=row, expected=len(self.columns), found=len(fields))
        for (name, column), value in zip(self.columns.items(), fields, strict=True):
            if not re.fullmatch(column.pattern, value):
                raise RefusedError(column.fault, row=row, column=name, value=value)


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise RefusedError(Fault.NOT_UTF8, row=data.count(b"\n", 0, error.start) + 1) from None
