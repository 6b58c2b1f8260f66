"""A draw as files: recompute it from the six that are its whole input, and compare.

:func:`replay` is the draw itself, from bytes to bytes. :func:`replay_directory` does it for a directory. Nothing is
trusted but the six files; what others published as the outcome is compared, never used.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Final

from sampling.commitment import Commitment
from sampling.draw import Drawing, draw_units, list_alternates
from sampling.eligibility import rosters
from sampling.errors import Fault, RefusedError
from sampling.frame import Inputs
from sampling.names import COMMITMENT, DRAWN, INPUT_FILES, REVEAL, TEAMS, Stratum, UnitId
from sampling.seed import Reveal, Seed, derive
from sampling.teams import Teams, staff_teams

__all__ = ["Replay", "check_outcome", "execute", "replay", "replay_directory"]

OUTPUT_FILES: Final = (DRAWN, TEAMS)


@dataclass(frozen=True)
class Replay:
    """One draw: what was committed, the seed, who is drawn and who visits them."""

    commitment: Commitment
    inputs: Inputs
    digest: str
    seed: Seed
    drawing: Drawing
    teams: Teams

    @cached_property
    def outcome(self) -> dict[str, bytes]:
        """Return ``drawn.csv`` and ``teams.csv``, by their names."""
        return {DRAWN: self.drawing.to_csv(), TEAMS: self.teams.to_csv()}

    def alternates(self) -> dict[Stratum, list[UnitId]]:
        """Return who of each stratum would come next, in order."""
        key, hash_name = self.seed.subject_key, self.commitment.hash_name
        return list_alternates(self.inputs.frame.rows, self.drawing, subject_key=key, hash_name=hash_name)


def execute(commitment: Commitment, inputs: Inputs, reveal: Reveal) -> Replay:
    """Draw operators and inspectors from a commitment that was checked against these inputs.

    Raises:
        RefusedError: when the reveal does not fit the commitment.
    """
    seed = derive(commitment, reveal)
    rules = commitment.rules
    drawing = draw_units(inputs.frame.rows, rules.quotas, subject_key=seed.subject_key, hash_name=rules.hash_name)
    places = {unit_id: at for at, unit_id in enumerate(drawing.drawn.unit_ids)}
    drawn = sorted(
        (unit for unit in inputs.frame.rows if unit.unit_id in places), key=lambda unit: places[unit.unit_id]
    )
    teams = staff_teams(drawn, rules.team, rosters(inputs), team_key=seed.team_key, hash_name=rules.hash_name)
    return Replay(commitment, inputs, commitment.digest, seed, drawing, teams)


def replay(files: Mapping[str, bytes]) -> Replay:
    """Recompute a draw from the bytes of its six files, by their names; others are not looked at.

    The commitment is checked first, then the tables, then the reveal: a commitment that was never lawful is refused
    as such, whatever was revealed later.

    Raises:
        RefusedError: at the first thing that breaks the protocol.
    """
    commitment = Commitment.from_bytes(_file(files, COMMITMENT))
    inputs = Inputs.from_files(files)
    commitment.check_inputs(inputs)
    return execute(commitment, inputs, Reveal.from_bytes(_file(files, REVEAL)))


def check_outcome(replayed: Replay, files: Mapping[str, bytes]) -> None:
    """Compare those of ``drawn.csv`` and ``teams.csv`` that are among ``files`` with what the draw gives.

    Raises:
        RefusedError: at the first row that differs.
    """
    for name, expected in replayed.outcome.items():
        if name in files and files[name] != expected:
            _refuse_difference(name, expected, files[name])


def replay_directory(source: Path, out: Path | None = None) -> Replay:
    """Recompute the draw whose six files are in ``source``, and write ``drawn.csv`` and ``teams.csv`` to ``out``.

    Without ``out`` they are written to ``source``; where they are there already, they are compared and never
    overwritten. Another directory is made if need be, and files of these names in it are replaced. Each file appears
    whole or not at all, and neither before both are computed.

    Raises:
        RefusedError: when the draw is refused, what ``source`` publishes differs, or a file cannot be read or
            written; then nothing was written, unless writing itself failed.
    """
    replayed = replay(_read(source, INPUT_FILES))
    if out is None or _same(out, source):
        published = _read(source, OUTPUT_FILES)
        check_outcome(replayed, published)
        _write(source, {name: data for name, data in replayed.outcome.items() if name not in published})
    else:
        _write(out, replayed.outcome)
    return replayed


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise RefusedError(Fault.MISSING_FILE, file=name)
    return files[name]


def _refuse_difference(name: str, expected: bytes, found: bytes) -> None:
    rows = zip_longest(BytesIO(expected), BytesIO(found), fillvalue=b"")
    for row, (right, wrong) in enumerate(rows, start=1):
        if right == wrong + b"\n":
            raise RefusedError(Fault.LAST_LINE_END, file=name, row=row)
        if right != wrong:
            texts = [line.decode(errors="backslashreplace").removesuffix("\n") for line in (right, wrong)]
            raise RefusedError(Fault.DIFFERS, file=name, row=row, expected=texts[0], found=texts[1])


def _same(out: Path, source: Path) -> bool:
    with _explained(Fault.UNWRITABLE, str(out)):
        return out.exists() and out.samefile(source)


def _read(directory: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    """Read those of the files that are there; a pipe or a device is refused, for it could keep us waiting."""
    with _explained(Fault.UNREADABLE, str(directory)):
        if not directory.is_dir():
            raise RefusedError(Fault.NOT_A_DIRECTORY, file=str(directory))
    files = {}
    for name in names:
        path = directory / name
        with _explained(Fault.UNREADABLE, name):
            if path.is_file():
                files[name] = path.read_bytes()
            elif path.exists() or path.is_symlink():
                raise RefusedError(Fault.NOT_A_FILE, file=name)
    return files


def _write(directory: Path, files: Mapping[str, bytes]) -> None:
    """Write all files beside their places, then move them there: a crash leaves ``.new`` files, never half of one."""
    parts = {directory / f".{name}.new": directory / name for name in files}
    with _explained(Fault.UNWRITABLE, str(directory)):
        try:
            directory.mkdir(parents=True, exist_ok=True)
            for part, data in zip(parts, files.values(), strict=True):
                part.write_bytes(data)
            for part, place in parts.items():
                part.replace(place)
        except OSError:
            for part in parts:
                with suppress(OSError):
                    part.unlink()
            raise


@contextmanager
def _explained(fault: Fault, file: str) -> Iterator[None]:
    """Turn what the operating system refuses into a sentence."""
    try:
        yield
    except OSError as error:
        raise RefusedError(fault, file=file, reason=error.strerror or error) from None
