"""The front page and the search."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from publicity.pages.site import Paging, Site

Urgency = Literal["overdue", "soon", "running"]


@dataclass(frozen=True, kw_only=True)
class Headline:
    """The year in figures: the row 53 → 52 → 26 → 5 of the Shanxi case."""

    year: int
    registered: int
    frame: int
    drawn: int
    inspected: int
    published: int
    problems: int
    penalties: int


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One line of news: a result, a penalty or a step of a draw that became public.

    ``origin`` is None where a draw led to it, otherwise it says that none did, and what did.
    """

    kind: Literal["result", "penalty", "draw"]
    at: datetime
    title: str
    path: str
    problem: bool
    origin: str | None


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A legal term that runs or has run out; names no operator, because what is not published yet is not public.

    ``due_on`` is None when the term runs into a year whose holidays no notice has fixed yet.
    """

    duty: str
    basis: str
    count: int
    due_on: date | None
    urgency: Urgency


@dataclass(frozen=True, kw_only=True)
class HomePage:
    """The front page."""

    site: Site
    years: list[int]
    headline: Headline | None
    notices: list[Notice]
    clocks: list[Clock]


@dataclass(frozen=True, kw_only=True)
class OperatorHit:
    """One operator found by a search."""

    code: str
    name: str
    kind: str
    area: str
    path: str
    results: int
    problems: int
    penalties: int


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """Operators by name, code or domain; ``near`` when none fits and these have a code that is one slip away."""

    site: Site
    query: str
    near: bool
    hits: list[OperatorHit]
    paging: Paging
