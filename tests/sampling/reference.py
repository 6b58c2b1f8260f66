"""The draw once more, slow and plain, written from the protocol page alone.

It shares no code with ``sampling``: dictionaries and lists, every cap tried in turn, every search in full. What both
say must be the same.
"""

import hashlib
from fractions import Fraction
from math import ceil

Row = dict[str, str]


def h(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def rows(data: bytes) -> list[Row]:
    header, *lines = data.decode().split("\n")[:-1]
    return [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines]


def drawn_csv(frame: list[Row], rule: dict[str, str | int], subject_key: str) -> str:
    """Section 4, with one rule for all strata."""
    ordered = sorted(frame, key=lambda unit: (h(subject_key + ":" + unit["unit_id"]), unit["unit_id"]))
    lines = []
    for unit in ordered:
        stratum = [other for other in ordered if other["stratum"] == unit["stratum"]]
        size = len(stratum)
        drawn = ceil(Fraction(rule["ratio"]) * size) if "ratio" in rule else min(int(rule["count"]), size)
        rank = stratum.index(unit) + 1
        if rank <= drawn:
            lines.append(f"{unit['unit_id']},{unit['stratum']},{rank},{h(subject_key + ':' + unit['unit_id'])}")
    return "\n".join(["unit_id,stratum,rank,ticket", *lines, ""])


class Department:
    """One department's staffing at one cap (section 5)."""

    def __init__(self, people: list[Row], units: list[Row], recusals: list[Row], team_key: str) -> None:
        self.people = [person["inspector_id"] for person in people]
        self.units = [unit["unit_id"] for unit in units]
        recused = {(row["inspector_id"], row["unit_id"]) for row in recusals}
        self.able = {
            unit["unit_id"]: sorted(
                (
                    person["inspector_id"]
                    for person in people
                    if unit["area"].startswith(person["area"])
                    and (person["inspector_id"], unit["unit_id"]) not in recused
                ),
                key=lambda i, u=unit["unit_id"]: (h(f"{team_key}:{i}:{u}"), i),  # type: ignore[misc]
            )
            for unit in units
        }

    def staff(self, seats: int) -> dict[str, list[str]]:
        """Return each unit's inspectors by seat, with the smallest cap that works."""
        cap = ceil(Fraction(len(self.units) * seats, len(self.people)))
        while (teams := self.try_cap(seats, cap)) is None:
            cap += 1
        return teams

    def try_cap(self, seats: int, cap: int) -> dict[str, list[str]] | None:
        """Return the teams, or None when the cap is too small."""
        teams: dict[str, list[str]] = {unit: [] for unit in self.units}
        for _ in range(seats):
            for unit in self.units:
                if not self.fill(unit, teams, cap):
                    return None
        return teams

    def has_room(self, person: str, teams: dict[str, list[str]], cap: int) -> bool:
        """Count the visits of one person."""
        return sum(person in team for team in teams.values()) < cap

    def fill(self, unit: str, teams: dict[str, list[str]], cap: int) -> bool:
        """Fill the next seat of a unit: step 1, then step 2."""
        candidates = [i for i in self.able[unit] if i not in teams[unit]]
        for i in candidates:
            if self.has_room(i, teams, cap):
                teams[unit].append(i)
                return True
        queue, notes = list(candidates), dict[str, tuple[str, str]]()
        at = 0
        while at < len(queue):
            i = queue[at]
            at += 1
            if self.has_room(i, teams, cap):
                self.walk_back(i, unit, teams, notes)
                return True
            for v in [v for v in self.units if i in teams[v]]:
                for j in self.able[v]:
                    if j not in queue and j not in teams[v]:
                        queue.append(j)
                        notes[j] = (i, v)
        return False

    def walk_back(self, last: str, unit: str, teams: dict[str, list[str]], notes: dict[str, tuple[str, str]]) -> None:
        """Let each take the seat of the one before, and the first join the unit."""
        while last in notes:
            before, v = notes[last]
            teams[v][teams[v].index(before)] = last
            last = before
        teams[unit].append(last)


def teams_csv(files: dict[str, bytes], drawn: str, team: list[tuple[str, int]], team_key: str) -> str:
    """Section 5, for the units of ``drawn``."""
    frame = {row["unit_id"]: row for row in rows(files["frame.csv"])}
    units = [frame[row["unit_id"]] for row in rows(drawn.encode())]
    staffed = {}
    for name, seats in team:
        people = [row for row in rows(files["inspectors.csv"]) if row["department"] == name]
        own = {row["inspector_id"] for row in people}
        recusals = [row for row in rows(files["recusals.csv"]) if row["inspector_id"] in own]
        staffed[name] = Department(people, units, recusals, team_key).staff(seats)
    lines = [
        f"{unit['unit_id']},{name},{seat},{person}"
        for unit in units
        for name, _ in team
        for seat, person in enumerate(staffed[name][unit["unit_id"]], start=1)
    ]
    return "\n".join(["unit_id,department,seat,inspector_id", *lines, ""])
