#!/usr/bin/env python3
"""Score a verifier of ``double-random/1`` with the vectors: ``python3 run.py VECTORS -- COMMAND…``.

The contract is docs/conformance.md. Standard library only; knows no verifier in particular. For every vector the
command is run with one argument more, a directory, and has to exit with 0 or 1. Exit status here: 0 if all are kept, 1
if not, 2 if it was called wrongly.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SIX = ("commitment.json", "frame.csv", "exclusions.csv", "inspectors.csv", "recusals.csv", "reveal.json")
OUTCOME = ("drawn.csv", "teams.csv")
ACCEPTED, REFUSED = 0, 1
SECONDS = 120


def main() -> int:
    """Run the command over all vectors and print the score."""
    parser = argparse.ArgumentParser(description="Score a verifier.", usage="%(prog)s [--json] VECTORS -- COMMAND…")
    parser.add_argument("vectors", type=Path, help="the directory that holds draw/ and replacement/")
    parser.add_argument("command", nargs="+", help="the verifier; a directory is put behind it")
    parser.add_argument("--json", action="store_true", help="the score for machines")
    asked = parser.parse_args()
    accept = asked.vectors / "draw" / "accept"
    if not accept.is_dir():
        parser.error(f"there are no vectors in {asked.vectors}")
    with tempfile.TemporaryDirectory() as place:
        results = [
            (name, wanted, run([*asked.command, write(Path(place) / str(number), files)]))
            for number, (name, wanted, files) in enumerate(cases(asked.vectors))
        ]
    missed = [{"vector": name, "wanted": wanted, "got": got} for name, wanted, got in results if got != wanted]
    if asked.json:
        print(json.dumps({"vectors": len(results), "kept": len(results) - len(missed), "missed": missed}, indent=1))
    else:
        for miss in missed:
            print("{vector}: exit status {wanted} wanted, {got} got".format(**miss))
        print(f"{len(results) - len(missed)} of {len(results)} kept")
    return 1 if missed else 0


def cases(vectors: Path) -> Iterator[tuple[str, int, dict[str, bytes]]]:
    """Yield (name, wanted exit status, files) of every vector, and of outcomes that were tampered with."""
    for path in sorted((vectors / "draw" / "accept").iterdir()):
        files = {name: (path / name).read_bytes() for name in (*SIX, *OUTCOME)}
        yield f"draw/accept/{path.name}", ACCEPTED, files
        for name in OUTCOME:
            for how, data in tampered(files[name]):
                yield f"draw/accept/{path.name} with {name} {how}", REFUSED, {**files, name: data}
    for path in sorted((vectors / "draw" / "refuse").iterdir()):
        yield f"draw/refuse/{path.name}", REFUSED, {name: (path / name).read_bytes() for name in SIX}
    for verdict, wanted in (("accept", ACCEPTED), ("refuse", REFUSED)):
        for path in sorted((vectors / "replacement" / verdict).iterdir()):
            draw = vectors / "draw" / "accept" / (path / "draw").read_text().strip()
            files = {name: (draw / name).read_bytes() for name in (*SIX, *OUTCOME)}
            files["replacements.json"] = (path / "replacements.json").read_bytes()
            yield f"replacement/{verdict}/{path.name}", wanted, files


def tampered(table: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield an outcome that is another: a verifier that recomputes nothing accepts it."""
    header, *rows = table.splitlines(keepends=True)
    last = rows[-1].rstrip(b"\n")
    other = last[:-1] + (b"1" if last.endswith(b"0") else b"0") + b"\n"
    yield "without its last row", b"".join([header, *rows[:-1]])
    yield "with a row twice", b"".join([header, *rows, rows[-1]])
    yield "with its last sign changed", b"".join([header, *rows[:-1], other])
    yield "without its last line end", table[:-1]


def write(directory: Path, files: Mapping[str, bytes]) -> Path:
    """Write files into a new directory and return it."""
    directory.mkdir()
    for name, data in files.items():
        (directory / name).write_bytes(data)
    return directory


def run(command: Sequence[str | Path]) -> int | str:
    """Return the exit status, or what kept the command from having one."""
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
