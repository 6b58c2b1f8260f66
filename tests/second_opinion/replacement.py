"""Section 9 of the protocol once more, as statements over tables, written from the page alone.

It shares no code with ``sampling`` but SM3: every step is a query, every order an ``ORDER BY``, and the cap is what the
page says it is, the most visits that anybody of the department has in ``teams.csv``.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from typing import Any

from sampling.sm3 import Sm3

Event = dict[str, Any]

TABLES = """
CREATE TABLE frame (unit_id, stratum, area);
CREATE TABLE inspectors (inspector_id, department, area);
CREATE TABLE recusals (inspector_id, unit_id);
CREATE TABLE drawn (unit_id, stratum, rank INTEGER, ticket);
CREATE TABLE teams (unit_id, department, seat INTEGER, inspector_id);
CREATE TABLE team (place INTEGER, department, seats INTEGER);
CREATE TABLE gone (unit_id);
CREATE TABLE away (inspector_id, unit_id);
"""
NEXT = """
SELECT unit_id, stratum, 1 + (SELECT count(*) FROM frame AS f WHERE f.stratum = frame.stratum
       AND (h(:key || ':' || f.unit_id), f.unit_id) < (h(:key || ':' || frame.unit_id), frame.unit_id)),
       h(:key || ':' || unit_id)
FROM frame
WHERE stratum = (SELECT stratum FROM drawn WHERE unit_id = :unit)
  AND unit_id NOT IN (SELECT unit_id FROM drawn) AND unit_id NOT IN (SELECT unit_id FROM gone)
ORDER BY h(:key || ':' || unit_id), unit_id LIMIT 1
"""
CHOOSE = """
WITH able AS (
  SELECT i.inspector_id,
         (SELECT count(*) FROM teams AS t WHERE t.inspector_id = i.inspector_id) AS visits,
         h(:key || ':' || i.inspector_id || ':' || :unit) AS pair
  FROM inspectors AS i JOIN frame AS f ON f.unit_id = :unit
  WHERE i.department = :department AND substr(f.area, 1, length(i.area)) = i.area
    AND i.inspector_id NOT IN (SELECT inspector_id FROM recusals WHERE unit_id = :unit)
    AND i.inspector_id NOT IN (SELECT inspector_id FROM teams WHERE unit_id = :unit)
    AND i.inspector_id NOT IN (SELECT inspector_id FROM away WHERE unit_id IN (:unit, '*'))
)
SELECT inspector_id FROM able
WHERE visits < :cap OR (visits = (SELECT min(visits) FROM able) AND NOT EXISTS (SELECT 1 FROM able WHERE visits < :cap))
ORDER BY pair, inspector_id LIMIT 1
"""
DRAWN = "SELECT unit_id, stratum, rank, ticket FROM drawn ORDER BY ticket, unit_id"
TEAMS = """
SELECT teams.unit_id, teams.department, seat, inspector_id FROM teams
JOIN drawn USING (unit_id) JOIN team USING (department)
ORDER BY ticket, unit_id, place, seat
"""


class ImpossibleError(Exception):
    """An event that the page does not allow."""


class Bench:
    """One draw and what came after it."""

    def __init__(self, files: dict[str, bytes]) -> None:
        commitment = json.loads(files["commitment.json"])
        self.h = hasher(commitment["hash"])
        self.commitment = self.h(files["commitment.json"])
        self.draw_id: str = commitment["draw_id"]
        reveal = json.loads(files["reveal.json"])
        lines = ["double-random/1 seed", self.commitment, *reveal["secrets"], reveal["public_value"] or ""]
        seed = self.h("".join(f"{line}\n" for line in lines).encode())
        self.subject_key, self.team_key = (
            self.h(f"double-random/1 {name}\n{seed}".encode())[:32] for name in ("subjects", "teams")
        )
        self.db = sqlite3.connect(":memory:")
        self.db.create_function("h", 1, lambda text: self.h(text.encode()), deterministic=True)
        self.db.executescript(TABLES)
        for table in ("frame", "inspectors", "recusals", "drawn", "teams"):
            rows = [line.split(",") for line in files[f"{table}.csv"].decode().splitlines()[1:]]
            for row in rows:
                self.db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608
        for place, entry in enumerate(commitment["team"]):
            self.db.execute("INSERT INTO team VALUES (?, ?, ?)", (place, entry["department"], entry["seats"]))
        self.caps: dict[str, int] = dict(
            self.db.execute(
                "SELECT department, max(n) FROM (SELECT department, inspector_id, count(*) AS n FROM teams"
                " GROUP BY department, inspector_id) GROUP BY department"
            )
        )
        self.state = self.digest("double-random/1 outcome", self.commitment)
        self.events: list[Event] = []

    def outcome(self) -> tuple[bytes, bytes]:
        """Return both files as they stand."""
        return (
            self.file("unit_id,stratum,rank,ticket", DRAWN),
            self.file("unit_id,department,seat,inspector_id", TEAMS),
        )

    def file(self, header: str, query: str) -> bytes:
        """Return a query as a file."""
        lines = [header, *(",".join(map(str, row)) for row in self.db.execute(query))]
        return ("\n".join(lines) + "\n").encode()

    def digest(self, *lines: str) -> str:
        """Return the digest of some lines, and of both files."""
        listed = [*lines, *map(self.h, self.outcome())]
        return self.h("".join(f"{line}\n" for line in listed).encode())

    def unit_out(self, unit_id: str, *, reason: str, salt: str) -> None:
        """Let a unit fall away."""
        event = {"before": self.state, "kind": "unit", "reason": reason, "salt": salt, "unit_id": unit_id}
        new = self.db.execute(NEXT, {"key": self.subject_key, "unit": unit_id}).fetchone()
        if new is None:
            raise ImpossibleError(unit_id)
        self.db.execute("DELETE FROM drawn WHERE unit_id = ?", (unit_id,))
        self.db.execute("DELETE FROM teams WHERE unit_id = ?", (unit_id,))
        self.db.execute("INSERT INTO gone VALUES (?)", (unit_id,))
        self.db.execute("INSERT INTO drawn VALUES (?, ?, ?, ?)", new)
        for department, seats in self.db.execute("SELECT department, seats FROM team ORDER BY place").fetchall():
            for seat in range(1, seats + 1):
                self.fill(new[0], department, seat)
        self.close(event)

    def inspector_out(
        self, own: str, leaves: list[str], *, altogether: bool = False, reason: str = "leave", salt: str = ""
    ) -> None:
        """Let an inspector fall away."""
        event = {
            "altogether": altogether,
            "before": self.state,
            "inspector_id": own,
            "kind": "inspector",
            "leaves": sorted(leaves),
            "reason": reason,
            "salt": salt,
        }
        empty = [row for row in self.db.execute(TEAMS).fetchall() if row[3] == own and row[0] in leaves]
        if len(empty) != len(leaves):
            raise ImpossibleError(own)
        for unit_id in [*leaves, *(["*"] if altogether else [])]:
            self.db.execute("INSERT INTO away VALUES (?, ?)", (own, unit_id))
        for unit_id, *_ in empty:
            self.db.execute("DELETE FROM teams WHERE unit_id = ? AND inspector_id = ?", (unit_id, own))
        for unit_id, department, seat, _ in empty:
            self.fill(unit_id, department, seat)
        self.close(event)

    def fill(self, unit_id: str, department: str, seat: int) -> None:
        """Fill one empty seat."""
        asked = {"key": self.team_key, "unit": unit_id, "department": department, "cap": self.caps[department]}
        found = self.db.execute(CHOOSE, asked).fetchone()
        if found is None:
            raise ImpossibleError(unit_id)
        self.db.execute("INSERT INTO teams VALUES (?, ?, ?, ?)", (unit_id, department, seat, found[0]))

    def close(self, event: Event) -> None:
        """Write the event down, and what stands after it."""
        self.events.append(event)
        self.state = self.digest("double-random/1 replacement", self.h(canonical(event)))

    def to_bytes(self) -> bytes:
        """Return ``replacements.json``."""
        return canonical(
            {
                "commitment": self.commitment,
                "draw_id": self.draw_id,
                "events": self.events,
                "protocol": "double-random/1",
                "state": self.state,
            }
        )


def canonical(value: object) -> bytes:
    """All names and texts here are ASCII, so this is RFC 8785."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def hasher(name: str) -> Callable[[bytes], str]:
    """Return the hash that the commitment names."""
    return (lambda data: hashlib.sha256(data).hexdigest()) if name == "sha256" else (lambda data: Sm3(data).hexdigest())
