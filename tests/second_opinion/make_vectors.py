"""Make ``tests/vectors/replacement/`` with the second opinion alone: ``python -m tests.second_opinion.make_vectors``.

Each vector names the accepted draw it goes on from (``draw``). What is refused is an accepted file broken in the one
way that its ``why.txt`` tells.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.second_opinion.replacement import Bench, canonical

WITH_ALTERNATES = """
SELECT unit_id FROM drawn WHERE EXISTS (SELECT 1 FROM frame WHERE frame.stratum = drawn.stratum
  AND unit_id NOT IN (SELECT unit_id FROM drawn) AND unit_id NOT IN (SELECT unit_id FROM gone))
ORDER BY ticket, unit_id
"""
VECTORS = Path(__file__).parents[1] / "vectors"
Broken = Callable[[dict[str, Any]], None]


def bench(draw: str) -> Bench:
    """Return a draw of the published vectors."""
    return Bench({path.name: path.read_bytes() for path in (VECTORS / "draw" / "accept" / draw).iterdir()})


def salt(number: int) -> str:
    """Return the salt of the n-th event."""
    return hashlib.sha256(f"salt {number}".encode()).hexdigest()


def play(made: Bench, number: int) -> None:
    """Let something happen, which depends on the number alone."""
    digits = int(hashlib.sha256(f"event {number}".encode()).hexdigest(), 16)
    drawn = [row[0] for row in made.db.execute(WITH_ALTERNATES)]
    seats = [line.split(",") for line in made.outcome()[1].decode().splitlines()[1:]]
    if number % 3 == 0:
        made.unit_out(drawn[digits % len(drawn)], reason="gone", salt=salt(number))
        return
    unit_id, _, _, own = seats[digits % len(seats)]
    if number % 3 == 1:
        made.inspector_out(own, [unit_id], reason="recused", salt=salt(number))
    else:
        held = [row[0] for row in seats if row[3] == own]
        made.inspector_out(own, held, altogether=True, reason="left", salt=salt(number))


def accepted() -> dict[str, tuple[str, Bench]]:
    """Return name → the draw it goes on from, and what came after it."""
    found: dict[str, tuple[str, Bench]] = {}
    for name, draw, numbers in (
        ("unit", "shanxi-2020", [0]),
        ("recused", "shanxi-2020", [1]),
        ("left", "shanxi-2020", [2]),
        ("mixed", "shanxi-2020", range(9)),
        ("strata", "strata-two-parties", range(9)),
        ("counties", "counties", [0, 3, 1, 2]),
        ("sm3", "sm3-count", [0, 1, 3]),
        ("little-room", "swaps-short", [1, 4, 7]),
    ):
        made = bench(draw)
        for number in numbers:
            play(made, number)
        found[name] = (draw, made)
    again = bench("shanxi-2020")
    first = again.outcome()[0].decode().splitlines()[1].split(",")[0]
    for number in range(3):  # the alternate that came is gone too
        before = set(again.outcome()[0].splitlines())
        again.unit_out(first, reason="closed", salt=salt(number))
        first = next(iter(set(again.outcome()[0].splitlines()) - before)).decode().split(",")[0]
    found["alternate-gone-too"] = ("shanxi-2020", again)
    return found


def refused() -> dict[str, tuple[str, Broken]]:
    """Return name → why, and how to break the accepted file ``mixed``."""
    first = "events", 0

    def put(path: tuple[str | int, ...], value: object) -> Broken:
        def broken(document: dict[str, Any]) -> None:
            at: Any = document
            for step in path[:-1]:
                at = at[step]
            at[path[-1]] = value

        return broken

    def swap(document: dict[str, Any]) -> None:
        events = document["events"]
        events[0], events[1] = events[1], events[0]

    return {
        "event-left-out": ("the second event is missing", lambda d: d["events"].pop(1)),
        "event-added": ("the last event is there twice", lambda d: d["events"].append(dict(d["events"][0]))),
        "last-event-cut": ("the last event is missing", lambda d: d["events"].pop()),
        "events-swapped": ("the first two events change places", swap),
        "no-event": ("there is no event", put(("events",), [])),
        "reason-changed": ("the reason of the first event is another", put((*first, "reason"), "closed")),
        "salt-changed": ("the salt of the first event is another", put((*first, "salt"), salt(99))),
        "salt-form": ("the salt is too short", put((*first, "salt"), "00")),
        "salt-twice": ("two events have one salt", lambda d: d["events"][1].update(salt=d["events"][0]["salt"])),
        "unit-not-drawn": ("the unit is an alternate", put((*first, "unit_id"), "91140100MA3GA2T08X")),
        "inspector-unknown": ("nobody is called so", put(("events", 1, "inspector_id"), "zzz")),
        "not-seated": ("the inspector is not on the unit", put(("events", 1, "leaves"), ["91140100MA3GA2T08X"])),
        "leaves-empty": ("the inspector leaves no unit", put(("events", 1, "leaves"), [])),
        "leaves-order": ("the units are not in order", lambda d: d["events"][2]["leaves"].reverse()),
        "leaves-twice": ("a unit is there twice", lambda d: d["events"][1]["leaves"].extend(d["events"][1]["leaves"])),
        "kind-unknown": ("a swap is no event", put((*first, "kind"), "swap")),
        "kind-missing": ("the event does not say its kind", lambda d: d["events"][0].pop("kind")),
        "key-unknown": ("who comes is chosen by hand", put((*first, "by"), "91140100MA3GA2T087")),
        "flag-form": ("the flag is a text", put(("events", 1, "altogether"), "true")),
        "other-draw": ("it is of another draw", put(("draw_id",), "another")),
        "other-commitment": ("it is of another commitment", put(("commitment",), salt(99))),
        "protocol": ("it is of another protocol", put(("protocol",), "double-random/2")),
        "state": ("the last state is another", put(("state",), salt(99))),
    }


def main() -> None:
    """Write all vectors."""
    place = VECTORS / "replacement"
    made = accepted()
    for name, (draw, after) in made.items():
        drawn, teams = after.outcome()
        files = {"replacements.json": after.to_bytes(), "drawn.csv": drawn, "teams.csv": teams, "draw": draw.encode()}
        write(place / "accept" / name, files)
    for name, (why, broken) in refused().items():
        document = json.loads(made["mixed"][1].to_bytes())
        broken(document)
        files = {"replacements.json": canonical(document), "why.txt": f"{why}\n".encode(), "draw": b"shanxi-2020"}
        write(place / "refuse" / name, files)
    spaced = json.dumps(json.loads(made["mixed"][1].to_bytes()), indent=1).encode()
    write(
        place / "refuse" / "not-jcs",
        {"replacements.json": spaced, "why.txt": b"it is not canonical\n", "draw": b"shanxi-2020"},
    )
    write(place / "refuse" / "no-alternate", no_alternate())
    write(place / "refuse" / "nobody-left", nobody_left())


def no_alternate() -> dict[str, bytes]:
    """Return an event in a draw that drew the whole frame."""
    made = bench("one-unit")
    unit_id = made.outcome()[0].decode().splitlines()[1].split(",")[0]
    event = {"before": made.state, "kind": "unit", "reason": "gone", "salt": salt(0), "unit_id": unit_id}
    return impossible(made, event, "one-unit", "the stratum has no alternate")


def nobody_left() -> dict[str, bytes]:
    """Return an event that takes away the last who may go."""
    made = bench("one-unit")
    unit_id, _, _, own = made.outcome()[1].decode().splitlines()[1].split(",")
    event = {
        "altogether": False,
        "before": made.state,
        "inspector_id": own,
        "kind": "inspector",
        "leaves": [unit_id],
        "reason": "recused",
        "salt": salt(0),
    }
    return impossible(made, event, "one-unit", "nobody else may visit the unit: a recusal is no veto")


def impossible(made: Bench, event: dict[str, Any], draw: str, why: str) -> dict[str, bytes]:
    """Return a file with one event that cannot be."""
    made.events.append(event)
    return {"replacements.json": made.to_bytes(), "why.txt": f"{why}\n".encode(), "draw": draw.encode()}


def write(directory: Path, files: dict[str, bytes]) -> None:
    """Write the files of one vector."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (directory / name).write_bytes(data)


if __name__ == "__main__":
    main()
