"""What one notice proves, for whoever holds it. It is linked from nowhere."""

from dataclasses import dataclass
from datetime import datetime

from publicity.pages.site import Site


@dataclass(frozen=True, kw_only=True)
class DoorInspector:
    """One of those sent, as on the notice; ``roster_no`` stands for them in the row."""

    department: str
    name: str
    certificate_no: str
    roster_no: str
    lead: bool


@dataclass(frozen=True, kw_only=True)
class DoorStep:
    """One step of the check by hand: a command for a shell, and the 64 digits that it has to print."""

    text: str
    command: str
    prints: str


@dataclass(frozen=True, kw_only=True)
class DoorProof:
    """The row, its salt and its way to the root, in hex; ``index`` from 0 in drawn order (protocol, section 6)."""

    row: str
    salt: str
    index: int
    size: int
    path: list[str]
    root: str


@dataclass(frozen=True, kw_only=True)
class DoorChange:
    """The row as it stands since a replacement in the team, proved against the root that was logged with it."""

    at: datetime
    proof: DoorProof
    steps: list[DoorStep]
    log_index: int
    entry_path: str
    proof_path: str


@dataclass(frozen=True, kw_only=True)
class DoorPage:
    """This operator was drawn and these inspectors were sent, while the list is sealed and afterwards.

    ``team`` is the team now, nobody where the operator fell away (not ``stands``); ``came_at`` when it came in as an
    alternate, by the fact that ``proof`` leads to. ``changed`` is the team's row now, where that is another.
    """

    site: Site
    draw_id: str
    draw_path: str
    title: str
    operator_name: str
    operator_code: str
    team: list[DoorInspector]
    executed_at: datetime
    opened_at: datetime | None
    open_by: datetime
    withheld: bool
    stands: bool
    came_at: datetime | None
    changed: DoorChange | None
    proof: DoorProof
    steps: list[DoorStep]
    log_index: int
    entry_path: str
    proof_path: str
