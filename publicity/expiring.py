"""Expiry (公示期届满): what is past its term is ended by itself, each by the job written down with its term.

It is hidden from the first moment of the day after its last day without this (``publicity.endings``); here its texts
go. Those of one rule that are due together are ended by one fact.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from sqlmodel import Session, col, select

from publicity.disclosure import Disclosure
from publicity.endings import Way, end_disclosures, has_ended, is_newest
from publicity.stated_terms import DisclosureTerm, over_at
from registry.base import among
from registry.journal import Act
from registry.outbox import Outcome, Upshot


def end_expired(act: Act, keys: Sequence[str]) -> list[Outcome]:
    """End those of some publications whose term is past, and return what came of each, in their order.

    One that ended otherwise comes to nothing; one whose term is not past yet is looked at again when it is.
    """
    found = select(Disclosure, DisclosureTerm).join(
        DisclosureTerm, col(DisclosureTerm.disclosure_id) == col(Disclosure.disclosure_id)
    )
    found = found.where(among(act.session, col(Disclosure.disclosure_id), keys), is_newest(), ~has_ended())
    rows = sorted(act.session.exec(found), key=lambda row: (row[1].source, row[0].disclosure_id))
    outcomes: dict[str, Outcome] = {each.disclosure_id: over_at(term) or Upshot.NOTHING for each, term in rows}
    over = [(each, term) for each, term in rows if (ends := over_at(term)) is not None and ends <= act.at]
    for basis, group in groupby(over, key=lambda row: row[1].source):
        for ended in end_disclosures(act, [each for each, _ in group], way=Way.EXPIRED, basis=basis):
            outcomes[ended.disclosure_id] = Upshot.DONE
    return [outcomes.get(key, Upshot.NOTHING) for key in keys]


def running_terms(session: Session) -> Iterator[tuple[str, datetime]]:
    """Yield (publication, when its term is over) of all that has not ended, in order of their ends."""
    query = select(DisclosureTerm).join(Disclosure, col(Disclosure.disclosure_id) == col(DisclosureTerm.disclosure_id))
    query = query.where(is_newest(), ~has_ended(), col(DisclosureTerm.ends_on).is_not(None))
    order = (col(DisclosureTerm.ends_on), col(DisclosureTerm.disclosure_id))
    for term in session.exec(query.order_by(*order).execution_options(yield_per=1_000)):
        ends = over_at(term)
        if ends is not None:
            yield term.disclosure_id, ends
