"""Who goes on every visit of a batch (检查组): seats by department, and what an inspector needs to fill one.

Source: 行政处罚法 42 (law enforcers are at least two, of each department that enforces items of its own).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from registry.base import nfc
from registry.departments import get_department
from registry.errors import FieldError
from registry.items import Version

MIN_SEATS = 2
"""行政处罚法 42: law enforcers are at least two."""

MAX_SEATS = 9
"""The draw protocol's limit."""


@dataclass(frozen=True, kw_only=True)
class TeamSeats:
    """How many inspectors of one department go on every visit; the first department of a team leads (主办).

    An inspector may sit only with every field (执法领域) and every tag (专家标签) named.
    """

    department: str
    seats: int
    fields: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def value(self) -> dict[str, object]:
        """Return the entry as it is kept."""
        return {
            "department": self.department,
            "seats": self.seats,
            "fields": [nfc(name) for name in self.fields],
            "tags": [nfc(name) for name in self.tags],
        }


def check_team(session: Session, team: Sequence[TeamSeats]) -> None:
    """Check departments, seats and names. Raises FieldError, AbsentError (department)."""
    for place, entry in enumerate(team):
        get_department(session, entry.department)
        if not MIN_SEATS <= entry.seats <= MAX_SEATS:
            raise FieldError(
                ("team", place, "seats"),
                (f"每个部门 {entry.seats} 人不合规定。", f"{entry.seats} inspectors of a department is not allowed."),
                (
                    "执法人员不得少于两人（行政处罚法第四十二条），至多 9 人。",
                    "At least two (Administrative Penalty Law, article 42), at most 9.",
                ),
            )
    if len({entry.department for entry in team}) < len(team):
        raise FieldError(
            ("team",),
            ("同一部门出现两次。", "A department stands twice."),
            ("请合并为一项。", "Make it one entry."),
        )


def check_enforcers(team: Sequence[TeamSeats], listed: Mapping[str, Version]) -> None:
    """Every item is enforced by a department of the team, and every department of the team enforces an item.

    Raises FieldError.
    """
    departments = {entry.department for entry in team}
    for place, item in enumerate(listed.values()):
        if item.department not in departments:
            raise FieldError(
                ("items", place),
                (
                    f"事项 {item.code} 由部门 {item.department} 实施，而该部门不在检查组中。",
                    f"Item {item.code} is enforced by {item.department}, which is not in the team.",
                ),
                ("请把该部门加入检查组，或去掉该事项。", "Add the department to the team or drop the item."),
            )
    idle = sorted(departments - {item.department for item in listed.values()})
    if idle:
        raise FieldError(
            ("team",),
            (f"部门 {'、'.join(idle)} 没有要实施的事项。", f"The batch has no item for {', '.join(idle)}."),
            ("请加入该部门的事项，或把它移出检查组。", "Add an item of the department, or take it out of the team."),
        )
