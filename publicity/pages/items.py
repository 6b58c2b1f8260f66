"""The list of inspection items (抽查事项清单)."""

from dataclasses import dataclass
from datetime import date

from publicity.pages.site import Site


@dataclass(frozen=True, kw_only=True)
class ListedItem:
    """One item of the list of inspection items, as it stands on a day; ``entered_on`` is when this version was."""

    code: str
    name: str
    level: str
    subject: str
    content: str
    method: str
    basis: str
    department: str
    valid_from: date | None
    entered_on: date | None
    valid_until: date | None


@dataclass(frozen=True, kw_only=True)
class ItemsPage:
    """The list of inspection items (抽查事项清单) in force on a day: what is not on it may not be inspected."""

    site: Site
    on: date
    rows: list[ListedItem]
