"""How many draws were committed, executed, opened, voided, redrawn and overdue, by office."""

from dataclasses import dataclass

from publicity.pages.site import Site


@dataclass(frozen=True, kw_only=True)
class OfficeCount:
    """The draws of one office: the department that leads the team, as the commitments say.

    Replacements are counted once their draw is open: before, that there was one is in the log, and what is not told.
    """

    department: str | None
    name: str
    committed: int
    executed: int
    opened: int
    voided: int
    voided_executed: int
    void_requests: int
    redraws: int
    overdue_execution: int
    overdue_opening: int
    replaced_units: int
    replaced_inspectors: int


@dataclass(frozen=True, kw_only=True)
class CountsPage:
    """Every office that ever committed a draw, and all of them together; nothing is ever taken off."""

    site: Site
    offices: list[OfficeCount]
    total: OfficeCount
