"""What stands around every page, at the end of every list, and where there is no page."""

from dataclasses import dataclass
from datetime import date, datetime

from registry.base import legal_day
from sampling.stages import Stage


@dataclass(frozen=True, kw_only=True)
class Site:
    """What stands around every page: whose page it is, when it was made, and the head of the log it rests on.

    ``read_only``: the log does not hold what was signed, and nothing is written until somebody found out why.
    """

    authority: str
    stage: Stage
    made_at: datetime
    path: str
    json_path: str
    log_size: int
    log_root: str
    read_only: bool = False

    @property
    def today(self) -> date:
        """Return the legal date of the page."""
        return legal_day(self.made_at)


@dataclass(frozen=True, kw_only=True)
class Paging:
    """Where a list stands: ``next_path`` is None on the last page, ``total`` where counting would cost too much."""

    total: int | None
    shown: int
    next_path: str | None
    first_path: str | None


@dataclass(frozen=True, kw_only=True)
class MissingPage:
    """What a reader sees when there is nothing (or nothing public) at an address, or a request could not be read."""

    site: Site
    status: int
    title: str
    detail: str
