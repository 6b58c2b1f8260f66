"""Replacements after a draw (section 9 of the protocol): who comes for a unit or an inspector that fell away.

A unit is replaced by the next alternate of its stratum; an inspector by the one whose pair hash is smallest among
those who may go and have room. Nobody who stays is moved. Each event names the digest of what stood before it, so
that none can be left out, added or put elsewhere afterwards.

:func:`start` is what stood after the draw, :func:`follow` one event, :func:`replay_replacements` a whole file.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from sampling import canonical
from sampling.bundle import Replay
from sampling.canonical import digest, hash_function, jcs
from sampling.commitment import PROTOCOL
from sampling.draw import HEADER as DRAWN_HEADER
from sampling.draw import DrawnUnit
from sampling.eligibility import Roster, rosters
from sampling.errors import Fault, RefusedError, within
from sampling.frame import Unit
from sampling.names import REPLACEMENTS, Department, InspectorId, Stratum, UnitId, check_hex64, check_identifier
from sampling.shape import Node
from sampling.teams import HEADER as TEAMS_HEADER
from sampling.teams import Assignment
from sampling.tickets import ticket

__all__ = [
    "Event",
    "InspectorOut",
    "Replacements",
    "Standing",
    "UnitOut",
    "check_directory",
    "follow",
    "read_event",
    "replay_replacements",
    "start",
]

UNIT: Final = "unit"
INSPECTOR: Final = "inspector"


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitOut:
    """A unit fell away; the next alternate of its stratum comes for it. ``salt``: 64 hex digits of this event alone."""

    before: str
    unit_id: UnitId
    reason: str
    salt: str

    def __post_init__(self) -> None:
        """Check the form."""
        _check_form(self.before, self.reason, self.salt)
        check_identifier(self.unit_id, "unit_id")

    def value(self) -> dict[str, object]:
        """Return the event as it stands in the file."""
        return {
            "before": self.before,
            "kind": UNIT,
            "reason": self.reason,
            "salt": self.salt,
            "unit_id": self.unit_id,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class InspectorOut:
    """An inspector fell away from the units ``leaves``, in order of bytes, and is not sent there again.

    ``altogether`` when not anywhere else either; the units that are not named keep the seat that was filled.
    """

    before: str
    inspector_id: InspectorId
    leaves: tuple[UnitId, ...]
    altogether: bool
    reason: str
    salt: str

    def __post_init__(self) -> None:
        """Check the form."""
        _check_form(self.before, self.reason, self.salt)
        check_identifier(self.inspector_id, "inspector_id")
        if not self.leaves:
            raise RefusedError(Fault.EMPTY_LIST, ("leaves",))
        for at, unit_id in enumerate(self.leaves):
            check_identifier(unit_id, "leaves", at)
            before = self.leaves[at - 1] if at else ""
            if unit_id == before:
                raise RefusedError(Fault.TWICE, ("leaves", at), value=unit_id)
            if unit_id < before:
                raise RefusedError(Fault.ORDER, ("leaves", at), value=unit_id, before=before)

    def value(self) -> dict[str, object]:
        """Return the event as it stands in the file."""
        return {
            "altogether": self.altogether,
            "before": self.before,
            "inspector_id": self.inspector_id,
            "kind": INSPECTOR,
            "leaves": list(self.leaves),
            "reason": self.reason,
            "salt": self.salt,
        }


Event = UnitOut | InspectorOut


@dataclass(frozen=True, slots=True)
class Replacements:
    """What ``replacements.json`` says: the events in order, of which draw, and the digest of what stands after them."""

    draw_id: str
    commitment: str
    events: tuple[Event, ...]
    state: str

    @classmethod
    def from_bytes(cls, data: bytes) -> "Replacements":
        """Read ``replacements.json``.

        Raises:
            RefusedError: at the key that is wrong; whether it fits the draw is seen by :func:`replay_replacements`.
        """
        document = Node(canonical.parse_jcs(data, file=REPLACEMENTS))
        with within(file=REPLACEMENTS):
            keys = ("protocol", "draw_id", "commitment", "events", "state")
            protocol, draw_id, commitment, events, state = document.members(*keys)
            if protocol.text() != PROTOCOL:
                raise RefusedError(Fault.PROTOCOL, protocol.path, value=protocol.text())
            check_identifier(draw_id.text(), "draw_id")
            check_hex64(commitment.text(), "commitment")
            listed = tuple(map(_event, events.entries()))
            if not listed:
                raise RefusedError(Fault.EMPTY_LIST, ("events",))
            _refuse_salt_twice(listed)
            check_hex64(state.text(), "state")
            return cls(draw_id.text(), commitment.text(), listed, state.text())

    def to_bytes(self) -> bytes:
        """Return ``replacements.json``: canonical form, without a last line end."""
        return jcs(
            {
                "protocol": PROTOCOL,
                "draw_id": self.draw_id,
                "commitment": self.commitment,
                "events": [event.value() for event in self.events],
                "state": self.state,
            }
        )


@dataclass(frozen=True)
class _Ground:
    """What a draw gives to every event after it, whatever came before."""

    replayed: Replay

    @cached_property
    def units(self) -> dict[UnitId, Unit]:
        return {unit.unit_id: unit for unit in self.replayed.inputs.frame.rows}

    @cached_property
    def rosters(self) -> dict[Department, Roster]:
        return rosters(self.replayed.inputs)

    @cached_property
    def inspectors(self) -> set[InspectorId]:
        return {row.inspector_id for row in self.replayed.inputs.inspectors.rows}

    @cached_property
    def alternates(self) -> dict[Stratum, list[UnitId]]:
        return self.replayed.alternates()

    @cached_property
    def sizes(self) -> dict[Stratum, int]:
        return {entry.stratum: entry.drawn for entry in self.replayed.drawing.strata}


@dataclass(frozen=True)
class Standing:
    """The drawn units and the teams as they stand, in the order of the draw's files, and the digest of both.

    ``used``: how many alternates of each stratum have come in; ``out``: the inspectors who are out altogether;
    ``apart``: who is out for which unit.
    """

    ground: _Ground = field(repr=False)
    drawn: tuple[DrawnUnit, ...]
    assignments: tuple[Assignment, ...]
    digest: str
    used: dict[Stratum, int]
    out: frozenset[InspectorId] = frozenset()
    apart: frozenset[tuple[InspectorId, UnitId]] = frozenset()

    @property
    def outcome(self) -> tuple[bytes, bytes]:
        """Return the drawn list and the teams in the form of ``drawn.csv`` and ``teams.csv``."""
        return _drawn_csv(self.drawn), _teams_csv(self.assignments)

    def next_alternate(self, unit_id: UnitId) -> DrawnUnit:
        """Return who comes for a drawn unit: the first alternate of its stratum that has not come in yet.

        Raises:
            RefusedError: when the unit is not drawn, or no alternate is left.
        """
        stratum = self._drawn(unit_id).stratum
        used, alternates = self.used.get(stratum, 0), self.ground.alternates[stratum]
        if used == len(alternates):
            raise RefusedError(Fault.NO_ALTERNATE, ("unit_id",), value=unit_id, stratum=stratum)
        seed, hash_name = self.ground.replayed.seed, self.ground.replayed.commitment.hash_name
        value = ticket(seed.subject_key, alternates[used], hash_name)
        return DrawnUnit(alternates[used], stratum, self.ground.sizes[stratum] + used + 1, value)

    def _drawn(self, unit_id: UnitId) -> DrawnUnit:
        for row in self.drawn:
            if row.unit_id == unit_id:
                return row
        raise RefusedError(Fault.NOT_DRAWN, ("unit_id",), value=unit_id)


def read_event(data: bytes) -> Event:
    """Read one event in canonical form.

    Raises:
        RefusedError: at the key that is wrong.
    """
    return _event(Node(canonical.parse_jcs(data, file=REPLACEMENTS)))


def start(replayed: Replay) -> Standing:
    """Return what stands after a draw, before any event."""
    lines = ["double-random/1 outcome", replayed.digest, *_digests(replayed, *replayed.outcome.values())]
    return Standing(
        ground=_Ground(replayed),
        drawn=tuple(replayed.drawing.drawn),
        assignments=replayed.teams.assignments,
        digest=_digest_lines(replayed, lines),
        used={},
    )


def follow(standing: Standing, event: Event) -> Standing:
    """Return what stands after one more event.

    Raises:
        RefusedError: when the event names another state before it; a unit that is not drawn, or has no alternate
            left; an inspector who is not there, or not on the unit; when nobody is left for a seat.
    """
    if event.before != standing.digest:
        raise RefusedError(Fault.CHAIN, ("before",), expected=standing.digest)
    after = _replace_unit(standing, event) if isinstance(event, UnitOut) else _replace_inspector(standing, event)
    replayed = standing.ground.replayed
    entry = digest(jcs(event.value()), replayed.commitment.hash_name)
    lines = ["double-random/1 replacement", entry, *_digests(replayed, *after.outcome)]
    return replace(after, digest=_digest_lines(replayed, lines))


def replay_replacements(replayed: Replay, data: bytes) -> Standing:
    """Recompute what stands after all events of ``replacements.json``.

    Raises:
        RefusedError: at the first thing that breaks the protocol.
    """
    told = Replacements.from_bytes(data)
    with within(file=REPLACEMENTS):
        if told.draw_id != replayed.commitment.draw_id:
            raise RefusedError(Fault.OTHER_DRAW, ("draw_id",), expected=replayed.commitment.draw_id)
        if told.commitment != replayed.digest:
            raise RefusedError(Fault.OTHER_DRAW, ("commitment",), expected=replayed.digest)
        standing = start(replayed)
        for at, event in enumerate(told.events):
            with within("events", at):
                standing = follow(standing, event)
        if told.state != standing.digest:
            raise RefusedError(Fault.CHAIN, ("state",), expected=standing.digest)
        return standing


def check_directory(replayed: Replay, directory: Path) -> Standing | None:
    """Recompute the ``replacements.json`` that stands beside a draw's files; None where there is none.

    Raises:
        RefusedError: as :func:`replay_replacements`; when the file cannot be read.
    """
    path = directory / REPLACEMENTS
    if not path.is_file():
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RefusedError(Fault.UNREADABLE, file=REPLACEMENTS, reason=error.strerror or error) from None
    return replay_replacements(replayed, data)


def _replace_unit(standing: Standing, event: UnitOut) -> Standing:
    new = standing.next_alternate(event.unit_id)
    rows = [row for row in standing.drawn if row.unit_id != event.unit_id]
    drawn = tuple(sorted([*rows, new], key=lambda row: (row.ticket, row.unit_id)))
    used = standing.used | {new.stratum: standing.used.get(new.stratum, 0) + 1}
    kept = [row for row in standing.assignments if row.unit_id != event.unit_id]
    team = standing.ground.replayed.commitment.rules.team
    seats = [(new.unit_id, entry.department, seat) for entry in team for seat in range(1, entry.seats + 1)]
    return _fill(replace(standing, drawn=drawn, used=used), kept, seats)


def _replace_inspector(standing: Standing, event: InspectorOut) -> Standing:
    own, ground = event.inspector_id, standing.ground
    if own not in ground.inspectors:
        raise RefusedError(Fault.UNKNOWN_INSPECTOR, ("inspector_id",), value=own)
    held = {row.unit_id for row in standing.assignments if row.inspector_id == own}
    for at, unit_id in enumerate(event.leaves):
        if unit_id not in held:
            raise RefusedError(Fault.NOT_SEATED, ("leaves", at), value=own, unit=unit_id)
    leaving = set(event.leaves)
    empty = [row for row in standing.assignments if row.inspector_id == own and row.unit_id in leaving]
    kept = [row for row in standing.assignments if not (row.inspector_id == own and row.unit_id in leaving)]
    out = standing.out | {own} if event.altogether else standing.out
    apart = standing.apart | {(own, unit_id) for unit_id in event.leaves}
    seats = [(row.unit_id, row.department, row.seat) for row in empty]
    return _fill(replace(standing, out=out, apart=apart), kept, seats)


def _fill(standing: Standing, kept: list[Assignment], seats: Iterable[tuple[UnitId, Department, int]]) -> Standing:
    """Fill the empty seats one after another, and put all rows in the order of ``teams.csv``."""
    rows = list(kept)
    for unit_id, department, seat in seats:
        rows.append(Assignment(unit_id, department, seat, _choose(standing, rows, unit_id, department)))
    units = {row.unit_id: at for at, row in enumerate(standing.drawn)}
    team = standing.ground.replayed.commitment.rules.team
    departments = {entry.department: at for at, entry in enumerate(team)}
    rows.sort(key=lambda row: (units[row.unit_id], departments[row.department], row.seat))
    return replace(standing, assignments=tuple(rows))


def _choose(standing: Standing, rows: list[Assignment], unit_id: UnitId, department: Department) -> InspectorId:
    """Return who takes an empty seat: the smallest (pair, id) of those who have room at the least cap that gives any.

    The least cap is the draw's own, or, where nobody has room at it, one more than the fewest visits of a candidate.
    """
    ground = standing.ground
    roster = ground.rosters[department]
    on_unit = {row.inspector_id for row in rows if row.unit_id == unit_id}
    able = (roster.inspector_ids[at] for at in roster.may_visit(ground.units[unit_id]))
    candidates = [
        own for own in able if own not in on_unit and own not in standing.out and (own, unit_id) not in standing.apart
    ]
    if not candidates:
        raise RefusedError(Fault.NOBODY_LEFT, unit=unit_id, department=department)
    visits = Counter(row.inspector_id for row in rows if row.department == department)
    cap = max(ground.replayed.teams.caps[department], min(visits[own] for own in candidates) + 1)
    make = hash_function(ground.replayed.commitment.hash_name)
    key = ground.replayed.seed.team_key
    return min(
        (own for own in candidates if visits[own] < cap),
        key=lambda own: (make(f"{key}:{own}:{unit_id}".encode()).digest(), own),
    )


def _event(node: Node) -> Event:
    kind = node.mapping().get("kind")
    named = kind.text() if kind else None
    if named == UNIT:
        texts = [entry.text() for entry in node.members("before", "kind", "reason", "salt", "unit_id")]
        with within(*node.path):
            return UnitOut(before=texts[0], reason=texts[2], salt=texts[3], unit_id=UnitId(texts[4]))
    if named == INSPECTOR:
        _, altogether, before, own, leaves, why, salts = node.members(
            "kind", "altogether", "before", "inspector_id", "leaves", "reason", "salt"
        )
        values = before.text(), own.text(), [entry.text() for entry in leaves.entries()], why.text(), salts.text()
        flag = altogether.flag()
        with within(*node.path):
            return InspectorOut(
                before=values[0],
                inspector_id=InspectorId(values[1]),
                leaves=tuple(map(UnitId, values[2])),
                altogether=flag,
                reason=values[3],
                salt=values[4],
            )
    if named is None:
        raise RefusedError(Fault.KEY_MISSING, node.path, key="kind")
    raise RefusedError(Fault.EVENT_KIND, (*node.path, "kind"), value=named)


def _check_form(before: str, reason: str, salt: str) -> None:
    check_hex64(before, "before")
    check_identifier(reason, "reason")
    check_hex64(salt, "salt")


def _refuse_salt_twice(events: Iterable[Event]) -> None:
    seen: set[str] = set()
    for at, event in enumerate(events):
        if event.salt in seen:
            raise RefusedError(Fault.TWICE, ("events", at, "salt"), value=event.salt)
        seen.add(event.salt)


def _digests(replayed: Replay, *files: bytes) -> list[str]:
    return [digest(data, replayed.commitment.hash_name) for data in files]


def _digest_lines(replayed: Replay, lines: Iterable[str]) -> str:
    return digest("".join(f"{line}\n" for line in lines).encode(), replayed.commitment.hash_name)


def _drawn_csv(rows: Iterable[DrawnUnit]) -> bytes:
    return "".join([f"{DRAWN_HEADER}\n", *(f"{r.unit_id},{r.stratum},{r.rank},{r.ticket}\n" for r in rows)]).encode()


def _teams_csv(rows: Iterable[Assignment]) -> bytes:
    return "".join(
        [f"{TEAMS_HEADER}\n", *(f"{r.unit_id},{r.department},{r.seat},{r.inspector_id}\n" for r in rows)]
    ).encode()
