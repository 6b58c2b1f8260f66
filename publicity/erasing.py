"""Erasure of what is published: the page is projected again from what is left of the record, and says so.

The projection made at the time of publication stays the rule (decision 0007): it is made anew here and nowhere else,
by the command that erases, and the new content stands in the fact of the erasure.
"""

from sqlmodel import col, select

from publicity.disclosure import Disclosure, penalty_source, project_again
from registry.erasing import ErasureRequest
from registry.erasures import confirm_erasure
from registry.journal import Act
from sampling.canonical import jcs


def erase(act: Act, request_id: str) -> ErasureRequest:
    """Confirm an erasure and project anew what was published of it. Raises what ``confirm_erasure`` raises."""
    asked = confirm_erasure(act, request_id)
    sources = {"finding": asked.key, "penalty": penalty_source(asked.key)}
    if asked.matter in sources:
        own = select(Disclosure).where(col(Disclosure.source_id) == sources[asked.matter])
        for disclosure in act.session.exec(own):
            disclosure.content = jcs(project_again(act.session, disclosure)).decode()
            act.session.add(disclosure)
    return asked
