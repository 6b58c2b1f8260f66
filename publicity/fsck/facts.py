"""Facts against their entries, texts against the digests that the entries fix; what is verified is replayed.

The entry is what was hashed, so the entry is right. A text that is gone is lawful when a later fact of the log says
that it was erased, names it and gives the digest that it had; that fact also says again what a body held of the texts
beside it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from publicity.fsck.report import Code, Report
from publicity.fsck.state import State
from publicity.fsck.told import PARTS as TELLING
from publicity.fsck.told import told_by
from publicity.fsck.tree import STREAMED
from publicity.sequencer import Entry, entry_bytes
from registry.journal import PARTS, ROWS, Body, Fact, Kind, rows_digest, salted_digest

Place = tuple[int, int]


@dataclass(kw_only=True)
class _Hole:
    """A text that is not there; ``expected`` is the digest that it had, where the body still says so."""

    kind: str
    key: str
    expected: str | None


@dataclass(kw_only=True)
class Walk:
    """One walk over all facts: the texts that are gone, and what later facts say of them."""

    report: Report
    state: State
    holes: dict[Place, _Hole] = field(default_factory=dict)
    erased: dict[Place, Mapping[str, Any]] = field(default_factory=dict)
    unlisted: dict[int, dict[str, str]] = field(default_factory=dict)
    """Facts whose body is gone: the digest over its parts and over its images, as they stand."""


def check_facts(session: Session, report: Report, state: State) -> None:
    """Compare every fact and every text with the log, and tell the state what they say."""
    walk = Walk(report=report, state=state)
    bodies = _Bodies(session)
    last_index, last_at = -1, None
    query = select(Fact, Entry).outerjoin(Entry, col(Entry.fact_id) == col(Fact.fact_id)).order_by(col(Fact.fact_id))
    for fact, entry in session.exec(query, execution_options={"yield_per": STREAMED}):
        fact_id = fact.fact_id or 0
        texts = bodies.of(fact_id, report)
        if entry is None:
            report.differs(Code.FACT_UNLOGGED, ("journal", fact_id), log="—", found=fact.kind)
            _skip(texts)
            continue
        if entry.index != last_index + 1 or (last_at is not None and fact.at < last_at):
            report.differs(Code.ORDER, ("log_entries", entry.index), log=last_index + 1, found=entry.index)
        last_index, last_at = entry.index, fact.at
        said = _check_entry(report, fact, entry)
        _check_texts(walk, fact, said, texts)
        session.expunge(fact)
        session.expunge(entry)
    bodies.rest(report)
    _check_missing(session, report)
    _check_holes(walk)


def _check_entry(report: Report, fact: Fact, entry: Entry) -> Mapping[str, Any]:
    """Compare a fact with its entry, and return what the entry says."""
    own = entry_bytes(fact, entry.index)
    try:
        said: dict[str, Any] = json.loads(entry.entry)
    except ValueError:
        report.differs(Code.FACT, ("log_entries", entry.index), "entry", log="JSON", found="no JSON")
        return {"digest": fact.digest, "kind": fact.kind}
    if own != entry.entry:
        held = json.loads(own)
        names = [name for name in {**held, **said} if held.get(name) != said.get(name)] or ["entry"]
        for name in names:
            report.differs(
                Code.FACT, ("journal", fact.fact_id), name, log=said.get(name, "—"), found=held.get(name, "—")
            )
    return said


def _check_texts(walk: Walk, fact: Fact, said: Mapping[str, Any], texts: Iterator[Body]) -> None:
    """Check the texts of one fact in order of their parts: images, body, parts."""
    report, fact_id = walk.report, fact.fact_id or 0
    images: list[str] = []
    image_parts: list[int] = []
    listed: list[tuple[str, str]] | None = None
    parts: list[str] = []
    body: Mapping[str, Any] | None = None
    seen_body = False
    pending: list[tuple[int, Body]] = []
    for each in texts:
        report.texts += 1
        digest = "" if not each.body else salted_digest(each.salt, each.body)
        if each.part < 0:
            image_parts.append(each.part)
            images.append(digest)
            pending.append((each.part, each))
            if not digest:
                walk.holes[fact_id, each.part] = _Hole(kind=str(fact.kind), key="", expected=None)
        elif each.part == 0:
            seen_body = True
            body = _check_body(walk, fact, said, each, digest)
            listed = None if body is None else [(str(key), str(own)) for key, own in body.get(PARTS, [])]
        else:
            _check_part(walk, fact, each, digest, listed, len(parts))
            parts.append(digest)
    if not seen_body:
        walk.holes[fact_id, 0] = _Hole(kind=str(fact.kind), key="", expected=str(said.get("digest")))
    if image_parts != list(range(-len(image_parts), 0)):
        report.differs(Code.TEXT_MISSING, ("journal_bodies", fact_id), log="images in a row", found=image_parts)
    if listed is not None and len(parts) < len(listed):
        for number in range(len(parts) + 1, len(listed) + 1):
            key, own = listed[number - 1]
            walk.holes[fact_id, number] = _Hole(kind=str(fact.kind), key=key, expected=own)
    _check_images(walk, fact, body, images[::-1])
    if body is None:
        walk.unlisted.setdefault(fact_id, {})[PARTS] = rows_digest(parts) if all(parts) and parts else ""
    if body is not None and ROWS not in body and str(fact.kind) not in TELLING and str(fact.kind) not in WITHOUT_ROWS:
        report.older_facts += 1
    for number, each in pending:
        if each.body:
            _tell(walk, fact, number, each)


WITHOUT_ROWS: frozenset[str] = frozenset({Kind.RECUSALS_IMPORTED})
"""Kinds that may change nothing: an import that found everything as it is."""


def _check_body(walk: Walk, fact: Fact, said: Mapping[str, Any], text: Body, digest: str) -> Mapping[str, Any] | None:
    """Compare a body with the digest of the entry and with the fact; return it where it can be trusted."""
    fact_id, expected = fact.fact_id or 0, str(said.get("digest"))
    if not digest:
        walk.holes[fact_id, 0] = _Hole(kind=str(fact.kind), key="", expected=expected)
        return None
    if digest != expected:
        walk.report.differs(Code.TEXT_CHANGED, ("journal_bodies", f"{fact_id}/0"), log=expected, found=digest)
        return None
    body: Mapping[str, Any] = json.loads(text.body)
    for name in ("actor", "subject"):
        if body.get(name) != getattr(fact, name):
            walk.report.differs(Code.FACT, ("journal", fact_id), name, log=body.get(name), found=getattr(fact, name))
    if text.key:
        walk.report.differs(Code.TEXT_CHANGED, ("journal_bodies", f"{fact_id}/0"), "key", log="", found=text.key)
    if fact.kind == Kind.ERASED:
        for each in body["erased"]:
            walk.erased[each["fact"], each["part"]] = each
    return body


def _check_part(  # noqa: PLR0913, PLR0917 - a text, where it stands, and what it is compared with
    walk: Walk, fact: Fact, text: Body, digest: str, listed: list[tuple[str, str]] | None, at: int
) -> None:
    fact_id = fact.fact_id or 0
    place = ("journal_bodies", f"{fact_id}/{text.part}")
    if listed is None:
        if not digest:
            walk.holes[fact_id, text.part] = _Hole(kind=str(fact.kind), key=text.key, expected=None)
        else:
            _tell(walk, fact, text.part, text)
        return
    if text.part != at + 1 or at >= len(listed):
        walk.report.differs(Code.TEXT_UNLOGGED, place, log=f"{len(listed)} parts", found=text.part)
        return
    key, expected = listed[at]
    if text.key not in (key, ""):  # facts of the first versions have no keys beside their parts
        walk.report.differs(Code.TEXT_CHANGED, place, "key", log=key, found=text.key)
    if not digest:
        walk.holes[fact_id, text.part] = _Hole(kind=str(fact.kind), key=key, expected=expected)
    elif digest != expected:
        walk.report.differs(Code.TEXT_CHANGED, place, log=expected, found=digest)
    else:
        _tell(walk, fact, text.part, text, key=key)


def _check_images(walk: Walk, fact: Fact, body: Mapping[str, Any] | None, images: list[str]) -> None:
    """Compare the digest over the images with that of the body; the digests of erased ones come from the erasure."""
    fact_id = fact.fact_id or 0
    if body is None or not all(images):
        walk.unlisted.setdefault(fact_id, {})[ROWS] = "" if not all(images) else rows_digest(images) if images else "—"
        walk.unlisted[fact_id]["images"] = " ".join(each or "?" for each in images)
        if body is not None:
            walk.unlisted[fact_id]["expected"] = str(body.get(ROWS, "—"))
        return
    expected = str(body.get(ROWS, "—"))
    found = rows_digest(images) if images else "—"
    if found != expected:
        walk.report.differs(Code.TEXT_CHANGED, ("journal_bodies", f"{fact_id}/-"), ROWS, log=expected, found=found)


def _tell(walk: Walk, fact: Fact, part: int, text: Body, *, key: str = "") -> None:
    kind = str(fact.kind)
    if part < 0 or kind in TELLING:
        for told in told_by(kind, part, key or text.key, json.loads(text.body)):
            walk.state.tell(told.table, told.key, (fact.fact_id or 0, part), told.rows)


def _check_missing(session: Session, report: Report) -> None:
    """Find entries whose fact is gone, which a foreign key forbids as long as it is there."""
    query = select(Entry.index, Entry.fact_id).where(col(Entry.fact_id).not_in(select(Fact.fact_id)))
    for index, fact_id in session.exec(query):
        report.differs(Code.FACT_MISSING, ("log_entries", index), "fact_id", log=fact_id, found="—")


def _check_holes(walk: Walk) -> None:
    """Judge every text that is gone by what the log says of it, and tell the state what is not known any more."""
    for (fact_id, part), hole in walk.holes.items():
        said = walk.erased.get((fact_id, part))
        if said is None or hole.expected not in (None, said["digest"]):
            place = ("journal_bodies", f"{fact_id}/{part}")
            walk.report.differs(Code.TEXT_MISSING, place, log=hole.expected or "a text", found="—")
            continue
        walk.report.erased += 1
        for table in _tables(hole.kind, part, said):
            key = hole.key if part > 0 else str(said.get("key", ""))
            walk.state.erase(table, key, (fact_id, part))
    for (fact_id, part), _ in walk.erased.items():
        if (fact_id, part) not in walk.holes:
            place = ("journal_bodies", f"{fact_id}/{part}")
            walk.report.differs(Code.TEXT_UNLOGGED, place, log="erased", found="a text")
    for fact_id, found in walk.unlisted.items():
        _check_unlisted(walk, fact_id, found)


def _tables(kind: str, part: int, said: Mapping[str, Any]) -> list[str]:
    """Return the tables that an erased text told rows of."""
    if part < 0:
        return [str(said["table"])]
    if part == 0 or kind not in TELLING:
        return []
    return ["operators", "operator_sites"] if kind.startswith("operator") else [TABLES[kind]]


TABLES: Mapping[str, str] = {
    Kind.INSPECTORS_IMPORTED: "inspectors",
    Kind.ITEMS_IMPORTED: "items",
    Kind.CALENDAR_IMPORTED: "calendar_days",
}


def _check_unlisted(walk: Walk, fact_id: int, found: Mapping[str, str]) -> None:
    """Compare images with what the body said of them, or, where it is erased, with what the erasure repeats of it."""
    said = walk.erased.get((fact_id, 0))
    if "expected" not in found and said is None:
        return  # the body itself is a difference already
    expected = found.get("expected") or str((said or {}).get(ROWS) or "—")
    digests = found["images"].split()
    whole = [
        str(walk.erased.get((fact_id, -number), {}).get("digest", "")) if each == "?" else each
        for number, each in enumerate(digests, start=1)
    ]
    own = (rows_digest(whole) if all(whole) else "?") if whole else "—"
    if own != expected:
        walk.report.differs(Code.TEXT_CHANGED, ("journal_bodies", f"{fact_id}/-"), ROWS, log=expected, found=own)
    if said is not None and str(said.get(PARTS) or "") != found.get(PARTS, ""):
        place = ("journal_bodies", f"{fact_id}/+")
        walk.report.differs(Code.TEXT_CHANGED, place, PARTS, log=said.get(PARTS), found=found.get(PARTS))


def _skip(texts: Iterator[Body]) -> None:
    for _ in texts:
        pass


class _Bodies:
    """All texts in order of fact and part, handed out fact by fact."""

    def __init__(self, session: Session) -> None:
        columns = (Body.fact_id, Body.part, Body.key, Body.salt, Body.body)
        query = select(*columns).order_by(col(Body.fact_id), col(Body.part))  # type: ignore[call-overload]
        rows = session.connection().execution_options(yield_per=STREAMED).execute(query)
        self._rows: Iterator[Body] = iter(rows)
        self._next: Body | None = next(self._rows, None)

    def of(self, fact_id: int, report: Report) -> Iterator[Body]:
        """Yield the texts of one fact; those of facts before it that are not there belong to nothing."""
        while self._next is not None and self._next.fact_id < fact_id:
            self._unlogged(report)
        while self._next is not None and self._next.fact_id == fact_id:
            yield self._next
            self._next = next(self._rows, None)

    def rest(self, report: Report) -> None:
        """Note what is left."""
        while self._next is not None:
            self._unlogged(report)

    def _unlogged(self, report: Report) -> None:
        if self._next is not None:
            place = ("journal_bodies", f"{self._next.fact_id}/{self._next.part}")
            report.differs(Code.TEXT_UNLOGGED, place, log="no such fact", found="a text")
        self._next = next(self._rows, None)


def count_facts(session: Session) -> int:
    """Return how many facts there are."""
    return session.exec(select(func.count()).select_from(Fact)).one()
