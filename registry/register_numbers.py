"""Register numbers (登记编号): the key of operators without a credit code, allotted by the service where none is given.

A number is the region, an ``R`` and seven digits: 140000R0000001. It says nothing of whom it stands for. Before a new
one is allotted, the operator is looked for among those that have one: by platform and shop, else by domain, else by
name and address, so that a roster without numbers can be handed in again.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from sqlmodel import Session, col, func, select

from registry.base import begins_with
from registry.naming import name_key
from registry.operator_entries import OperatorEntry
from registry.operators import Operator
from registry.sites import OperatorSite, Site

DIGITS = 7
Mark = tuple[str, str, str]
"""Something an operator without a credit code is known by: what it is, and its two values."""


def is_register_no(text: str) -> bool:
    """Return whether a text has the form of a register number that the service allots.

    >>> is_register_no("140000R0000001"), is_register_no("140000R1")
    (True, False)
    """
    return re.fullmatch(rf"[0-9]{{6}}R[0-9]{{{DIGITS},}}", text) is not None


def next_register_no(session: Session, region: str) -> str:
    """Return the next register number of a region; safe because commands run one after another."""
    stem = f"{region}R"
    shaped = begins_with(col(Operator.unit_id), stem)
    of_length = func.length(Operator.unit_id) == len(stem) + DIGITS
    newest = session.exec(select(func.max(Operator.unit_id)).where(shaped, of_length)).one()
    digits = (newest or "").removeprefix(stem)
    return f"{stem}{int(digits) + 1 if digits.isascii() and digits.isdigit() else 1:0{DIGITS}d}"


class RegisterNumbers:
    """The operators with a register number, by what they are known by, and the next free number of each region.

    Made once an import: it reads the marks of every operator without a credit code, and no other.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._known: dict[Mark, str] = {}
        self._made: dict[OperatorEntry, str] = {}
        self._next: dict[str, int] = {}
        numbered = (col(Operator.credit_code) == "", col(Operator.merged_into).is_(None))
        names = select(Operator.unit_id, Operator.name_key, Operator.address).where(*numbered)
        for unit_id, key, address in session.exec(names):
            self._known.setdefault(("name", key, address), unit_id)
        joined = col(Operator.unit_id) == col(OperatorSite.unit_id)
        sites = select(OperatorSite).join(Operator, joined).where(*numbered)
        for row in session.exec(sites.order_by(col(OperatorSite.unit_id), col(OperatorSite.position))):
            for mark in _marks_of_site(row):
                self._known.setdefault(mark, row.unit_id)

    def numbered(self, entry: OperatorEntry, region: str) -> OperatorEntry:
        """Return a record with a key: its own, that of the operator it is known to be, or the next of the region.

        The strongest thing that a record is known by decides: who has another shop and another telephone is another,
        whatever the name. Records of one import that are equal but for their sites are one operator.
        """
        if entry.unit_id:
            return entry
        mark, alike = _mark(entry), replace(entry, sites=())
        number = self._known.get(mark) or self._made.get(alike) or self._allot(region)
        self._known.setdefault(mark, number)
        self._made.setdefault(alike, number)
        return replace(entry, register_no=number)

    def _allot(self, region: str) -> str:
        stem = f"{region}R"
        if region not in self._next:
            self._next[region] = int(next_register_no(self.session, region).removeprefix(stem))
        number = self._next[region]
        self._next[region] = number + 1
        return f"{stem}{number:0{DIGITS}d}"


def _mark(entry: OperatorEntry) -> Mark:
    """Return the strongest thing that a record is known by."""
    by_site = next((mark for site in entry.sites for mark in _marks_of_site(site)), None)
    return by_site or ("name", name_key(entry.name), entry.address)


def _marks_of_site(site: Site | OperatorSite) -> Iterator[Mark]:
    if site.shop_id:
        yield ("shop", site.platform_name, site.shop_id)
    elif site.domain:
        yield ("domain", site.domain, "")
