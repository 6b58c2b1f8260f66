"""Expiry (公示期届满): what is past its term is ended by itself, block by block.

It is hidden from the first moment of the day after its last day without this (``publicity.endings``); here its texts
go. A block is one command with one fact, all of it by one rule. What a crash leaves is whole blocks: whoever runs it
again goes on, and what was ended is not ended again.
"""

from datetime import date

from sqlmodel import Session, col, select

from publicity.disclosure import Disclosure
from publicity.endings import Way, end_disclosures, has_ended, is_newest
from publicity.stated_terms import DisclosureTerm
from registry.base import among
from registry.journal import Act


def over_ids(session: Session, today: date, limit: int) -> list[str]:
    """Return publications whose term is past and that nobody ended yet, all by one rule, the longest past first."""
    waiting = select(Disclosure.disclosure_id, DisclosureTerm.source)
    waiting = waiting.join(DisclosureTerm, col(DisclosureTerm.disclosure_id) == col(Disclosure.disclosure_id))
    waiting = waiting.where(col(DisclosureTerm.ends_on) < today, is_newest(), ~has_ended())
    waiting = waiting.order_by(col(DisclosureTerm.ends_on), col(Disclosure.disclosure_id))
    first = session.exec(waiting.limit(1)).first()
    if first is None:
        return []
    return [key for key, _ in session.exec(waiting.where(DisclosureTerm.source == first[1]).limit(limit))]


def end_over(act: Act, limit: int) -> list[str]:
    """End a block of what is past its term, with one fact, and return its ids; nothing where nothing is due.

    Whoever calls it again ends the next block; what was ended is not ended again.
    """
    keys = over_ids(act.session, act.today, limit)
    if not keys:
        return []
    found = select(Disclosure).where(among(act.session, col(Disclosure.disclosure_id), keys))
    disclosures = sorted(act.session.exec(found), key=lambda each: keys.index(each.disclosure_id))
    basis = act.session.get_one(DisclosureTerm, keys[0]).source
    end_disclosures(act, disclosures, way=Way.EXPIRED, basis=basis)
    return keys
