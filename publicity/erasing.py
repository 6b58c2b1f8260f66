"""Erasure of what is published: the page is projected again from what is left of the record, and says so.

The projection made at the time of publication stays the rule (decision 0007): it is made anew here and nowhere else,
by the command that erases, and the new content stands in the fact of the erasure. What has ended holds nothing.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from publicity.disclosure import Disclosure, penalty_source, project_again
from publicity.endings import ending_of
from registry.erasing import ErasureRequest
from registry.erasures import confirm_erasure, get_erasure
from registry.journal import Act
from sampling.canonical import jcs


def erase(act: Act, request_id: str) -> ErasureRequest:
    """Confirm an erasure and project anew what was published of it. Raises what ``confirm_erasure`` raises."""
    published = _published(act.session, get_erasure(act.session, request_id))
    ended = [each.disclosure_id for each in published if ending_of(act.session, each.disclosure_id)]
    asked = confirm_erasure(act, request_id, ended=ended)
    for disclosure in published:
        if disclosure.disclosure_id not in ended:
            disclosure.content = jcs(project_again(act.session, disclosure)).decode()
            act.session.add(disclosure)
    return asked


def _published(session: Session, asked: ErasureRequest) -> Sequence[Disclosure]:
    """Return what was published of the record that an erasure is about."""
    sources = {"finding": asked.key, "penalty": penalty_source(asked.key)}
    if asked.matter not in sources:
        return []
    return session.exec(select(Disclosure).where(col(Disclosure.source_id) == sources[asked.matter])).all()
