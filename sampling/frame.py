"""The four input tables of a draw: who can be drawn, who cannot and why, who may be sent, and who not where.

A table is its bytes: what is committed is their digest. Rows given in any order are sorted and checked on the way to
bytes; bytes are read strictly. :class:`Inputs` holds all four and checks what they say about each other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, Generic, NamedTuple, Self, TypeVar

from sampling.canonical import digest
from sampling.errors import Fault, RefusedError
from sampling.names import (
    EXCLUSIONS,
    FRAME,
    INSPECTORS,
    RECUSALS,
    Area,
    Department,
    InspectorId,
    Stratum,
    UnitId,
    twin_positions,
)
from sampling.tables import AREA_COLUMN, FIRST_ROW, IDENTIFIER_COLUMN, Table


class Unit(NamedTuple):
    """A unit that can be drawn."""

    unit_id: UnitId
    stratum: Stratum
    area: Area


class Exclusion(NamedTuple):
    """A unit in the plan's scope that cannot be drawn, and why."""

    unit_id: UnitId
    reason: str


class Inspector(NamedTuple):
    """Someone who may be sent, and the area they work in."""

    inspector_id: InspectorId
    department: Department
    area: Area


class Recusal(NamedTuple):
    """Someone who must not be sent to a unit (回避)."""

    inspector_id: InspectorId
    unit_id: UnitId


RowT = TypeVar("RowT", bound=tuple[str, ...])

_ID: Final = IDENTIFIER_COLUMN
_frame: Final = Table(FRAME, {"unit_id": _ID, "stratum": _ID, "area": AREA_COLUMN}, partial(tuple.__new__, Unit))
_exclusions: Final = Table(EXCLUSIONS, {"unit_id": _ID, "reason": _ID}, partial(tuple.__new__, Exclusion))
_inspectors: Final = Table(
    INSPECTORS, {"inspector_id": _ID, "department": _ID, "area": AREA_COLUMN}, partial(tuple.__new__, Inspector)
)
_recusals: Final = Table(
    RECUSALS, {"inspector_id": _ID, "unit_id": _ID}, partial(tuple.__new__, Recusal), key_columns=2
)

write_frame, read_frame = _frame.write, _frame.read
write_exclusions, read_exclusions = _exclusions.write, _exclusions.read
write_inspectors, read_inspectors = _inspectors.write, _inspectors.read
write_recusals, read_recusals = _recusals.write, _recusals.read


@dataclass(frozen=True, slots=True)
class Sheet(Generic[RowT]):
    """One table: the bytes of its file, and the rows that they say, in the order of the file."""

    file: str
    data: bytes
    rows: tuple[RowT, ...]

    def digest(self, hash_name: str) -> str:
        """Return the digest of the file, 64 lowercase hex digits."""
        return digest(self.data, hash_name)


@dataclass(frozen=True, slots=True)
class Inputs:
    """The four tables of one draw, which fit each other.

    Raises:
        RefusedError: for a frame without units; a unit both framed and excluded; identifiers of one kind that differ
            in case only; a recusal of an inspector or for a unit that is not there.
    """

    frame: Sheet[Unit]
    exclusions: Sheet[Exclusion]
    inspectors: Sheet[Inspector]
    recusals: Sheet[Recusal]

    def __post_init__(self) -> None:
        """Check the tables against each other."""
        if not self.frame.rows:
            raise RefusedError(Fault.FRAME_EMPTY, file=FRAME)
        self._check_exclusions()
        self._check_twins()
        self._check_recusals()

    @classmethod
    def from_rows(
        cls,
        units: Iterable[Unit],
        exclusions: Iterable[Exclusion],
        inspectors: Iterable[Inspector],
        recusals: Iterable[Recusal],
    ) -> Self:
        """Write the four files from rows in any order."""
        return cls.from_files(
            {
                FRAME: write_frame(units),
                EXCLUSIONS: write_exclusions(exclusions),
                INSPECTORS: write_inspectors(inspectors),
                RECUSALS: write_recusals(recusals),
            }
        )

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """Read the four files, by their names; others are not looked at.

        Raises:
            RefusedError: for a missing or a malformed file, the first in the order of the page.
        """
        return cls(
            frame=_sheet(_frame, files),
            exclusions=_sheet(_exclusions, files),
            inspectors=_sheet(_inspectors, files),
            recusals=_sheet(_recusals, files),
        )

    def _check_exclusions(self) -> None:
        excluded = {row.unit_id: at for at, row in enumerate(self.exclusions.rows)}
        both = excluded.keys() & {row.unit_id for row in self.frame.rows}
        for unit_id in sorted(both):
            row = excluded[unit_id] + FIRST_ROW
            raise RefusedError(Fault.EXCLUDED_AND_FRAMED, file=EXCLUSIONS, row=row, value=unit_id)

    def _check_twins(self) -> None:
        units, excluded, inspectors = self.frame.rows, self.exclusions.rows, self.inspectors.rows
        _refuse_twins((FRAME, [row.unit_id for row in units]), (EXCLUSIONS, [row.unit_id for row in excluded]))
        _refuse_twins((FRAME, [row.stratum for row in units]))
        _refuse_twins((EXCLUSIONS, [row.reason for row in excluded]))
        _refuse_twins((INSPECTORS, [row.inspector_id for row in inspectors]))
        _refuse_twins((INSPECTORS, [row.department for row in inspectors]))

    def _check_recusals(self) -> None:
        inspectors = {row.inspector_id for row in self.inspectors.rows}
        units = {row.unit_id for row in self.frame.rows}
        for at, (inspector_id, unit_id) in enumerate(self.recusals.rows, start=FIRST_ROW):
            if inspector_id not in inspectors:
                raise RefusedError(Fault.UNKNOWN_INSPECTOR, file=RECUSALS, row=at, value=inspector_id)
            if unit_id not in units:
                raise RefusedError(Fault.UNKNOWN_UNIT, file=RECUSALS, row=at, value=unit_id)


def _sheet(table: Table[RowT], files: Mapping[str, bytes]) -> Sheet[RowT]:
    if table.file not in files:
        raise RefusedError(Fault.MISSING_FILE, file=table.file)
    data = files[table.file]
    return Sheet(table.file, data, table.read(data))


def _refuse_twins(*columns: tuple[str, list[str]]) -> None:
    """Refuse identifiers of one kind that differ in case only, naming the row of the later one."""
    names = [name for _, column in columns for name in column]
    twins = twin_positions(names)
    if twins:
        first, second = twins
        places = [(file, row) for file, column in columns for row in range(FIRST_ROW, len(column) + FIRST_ROW)]
        file, row = places[second]
        raise RefusedError(Fault.TWINS, file=file, row=row, first=names[first], second=names[second])
