"""Texts that go (删除正文和盐值): the one way in which the journal loses bodies, parts and images.

Whoever decides that a text has to go names the texts; here they are emptied, the fact that tells of it is written, and
a row of ``erasures`` for each of them lets the guards allow just that. The log stays whole: it never held more than
salted digests, and what an emptied body said of the digests beside it is said again by the fact.
"""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from registry.erasing import Erasure
from registry.images import plain_value
from registry.journal import PARTS, ROWS, Act, Body, Kind, rows_digest, salted_digest, write


def empty_texts(  # noqa: PLR0913 - a fact and what goes with it
    act: Act,
    texts: Sequence[Body],
    *,
    kind: Kind,
    subject: str,
    body: Mapping[str, object],
    request_id: str | None = None,
) -> int:
    """Empty texts of the journal with one fact, whose body also says which they were, and return the fact's number.

    ``request_id`` is the request by two people that led to it, if one did.
    """
    session = act.session
    beside = _Beside(session, texts)
    fact_id = write(act, kind, subject=subject, body={**body, "erased": [beside.said(text) for text in texts]})
    session.add_all(
        Erasure(
            erased_fact=text.fact_id,
            part=text.part,
            digest=salted_digest(text.salt, text.body),
            confirmed_by=act.person,
            confirmed_at=act.at,
            request_id=request_id,
            fact_id=fact_id,
        )
        for text in texts
    )
    session.flush()
    for text in texts:
        text.salt, text.body = b"", b""
        session.add(text)
    session.flush()
    return fact_id


class _Beside:
    """The digests of all texts beside those that go, fact by fact, read before anything is emptied."""

    def __init__(self, session: Session, texts: Sequence[Body]) -> None:
        self._session = session
        self._digests: dict[int, dict[int, str]] = {text.fact_id: {} for text in texts if text.part == 0}
        facts = sorted(self._digests)
        for start in range(0, len(facts), BLOCK):
            self._read(facts[start : start + BLOCK])

    def _read(self, facts: Sequence[int]) -> None:
        gone = select(Erasure.erased_fact, Erasure.part, Erasure.digest).where(col(Erasure.erased_fact).in_(facts))
        for fact_id, part, digest in self._session.exec(gone):
            self._digests[fact_id][part] = digest
        columns = select(Body.fact_id, Body.part, Body.salt, Body.body)
        for fact_id, part, salt, body in self._session.exec(columns.where(col(Body.fact_id).in_(facts))):
            if body:
                self._digests[fact_id][part] = salted_digest(salt, body)

    def said(self, text: Body) -> dict[str, object]:
        """Return what the fact says of one text; of a body, also what it said of those beside it."""
        said: dict[str, object] = {
            "fact": text.fact_id,
            "part": plain_value(text.part),
            "key": text.key,
            "digest": salted_digest(text.salt, text.body),
        }
        if text.part == 0:
            own = self._digests[text.fact_id]
            images, parts = sorted((part for part in own if part < 0), reverse=True), sorted(p for p in own if p > 0)
            said |= {ROWS: rows_digest(own[part] for part in images)} if images else {}
            said |= {PARTS: rows_digest(own[part] for part in parts)} if parts else {}
        return said


BLOCK = 200
"""Facts read at once."""
