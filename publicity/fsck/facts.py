"""Facts against their entries, texts against the digests that the entries fix; what is verified is replayed.

The entry is what was hashed, so the entry is right. A text that is gone is lawful when a later fact of the log says
that it was erased, names it and gives the digest that it had; that fact also says again what a body held of the texts
beside it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from publicity.fsck.report import Code, Report
from publicity.fsck.state import State
from publicity.fsck.told import PARTS as TELLING
from publicity.fsck.told import told_by
from publicity.fsck.tree import streamed
from publicity.sequencer import Entry, entry_bytes
from registry.images import image_key
from registry.journal import PARTS, ROWS, Body, Fact, Kind, rows_digest, salted_digest

Place = tuple[int, int]
NOTHING = "—"
ERASED = "?"
WITHOUT_ROWS: frozenset[str] = frozenset({Kind.RECUSALS_IMPORTED})
"""Kinds that may change nothing: an import that found everything as it is."""


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
    found: Iterator[tuple[Fact, Entry | None]] = streamed(session, query)
    for fact, entry in found:
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
        _Texts(walk, fact, said).check(texts)
        session.expunge(fact)
        session.expunge(entry)
    bodies.rest(report)
    _check_missing(session, report)
    _check_holes(walk)


def _check_entry(report: Report, fact: Fact, entry: Entry) -> Mapping[str, Any]:
    """Compare a fact with its entry, and return what the entry says."""
    place = ("journal", fact.fact_id)
    try:
        said: dict[str, Any] = json.loads(entry.entry)
        own = entry_bytes(fact, entry.index)
    except ValueError as broken:
        report.differs(Code.FACT, place, log="JSON", found=broken)
        return {"digest": fact.digest}
    held = json.loads(own)
    names = [name for name in {**held, **said} if held.get(name) != said.get(name)]
    for name in names or (["entry"] if own != entry.entry else []):
        report.differs(Code.FACT, place, name, log=said.get(name, "—"), found=held.get(name, "—"))
    return said


class _Texts:
    """The texts of one fact, checked in the order of their parts: images, body, parts."""

    def __init__(self, walk: Walk, fact: Fact, said: Mapping[str, Any]) -> None:
        self._walk, self._said = walk, said
        self._fact, self._kind = fact, str(fact.kind)
        self._fact_id = fact.fact_id or 0
        self._images: list[Body] = []
        self._image_digests: list[str] = []
        self._parts: list[str] = []
        self._body: Mapping[str, Any] | None = None
        self._has_body = False

    def check(self, texts: Iterator[Body]) -> None:
        """Check them all, and what the body says of those that are not there."""
        for text in texts:
            self._walk.report.texts += 1
            digest = salted_digest(text.salt, text.body) if text.body else ""
            if text.part < 0:
                self._images.append(text)
                self._image_digests.append(digest)
            elif text.part == 0:
                self._has_body = True
                self._check_body(text, digest)
            else:
                self._check_part(text, digest)
                self._parts.append(digest)
        if not self._has_body:
            self._hole(0, key="", expected=str(self._said.get("digest")))
        self._check_images()
        for number, (key, expected) in list(enumerate(self._listed, start=1))[len(self._parts) :]:
            self._hole(number, key=key, expected=expected)
        if self._body is None:
            noted = self._walk.unlisted.setdefault(self._fact_id, {})
            noted[PARTS] = " ".join(each or ERASED for each in self._parts)
        elif ROWS not in self._body and self._kind not in TELLING and self._kind not in WITHOUT_ROWS:
            self._walk.report.older_facts += 1

    @property
    def _listed(self) -> list[tuple[str, str]]:
        return [] if self._body is None else self._body.get(PARTS, [])

    def _check_body(self, text: Body, digest: str) -> None:
        """Compare a body with the digest of the entry and with the fact; keep it where it can be trusted."""
        report, place, expected = self._walk.report, self._place(0), str(self._said.get("digest"))
        if not digest:
            self._hole(0, key="", expected=expected)
            return
        if digest != expected:
            report.differs(Code.TEXT_CHANGED, place, log=expected, found=digest)
            return
        body: dict[str, Any] = json.loads(text.body)
        self._body = body
        for name in ("actor", "subject"):
            own = getattr(self._fact, name)
            if body.get(name) != own:
                report.differs(Code.FACT, ("journal", self._fact_id), name, log=body.get(name), found=own)
        if text.key:
            report.differs(Code.TEXT_CHANGED, place, "key", log="", found=text.key)
        if self._kind == Kind.ERASED:
            self._walk.erased |= {(each["fact"], int(each["part"])): each for each in body["erased"]}

    def _check_part(self, text: Body, digest: str) -> None:
        """Compare a part with its place in the list of the body, and replay it."""
        report, place, at = self._walk.report, self._place(text.part), len(self._parts)
        if self._body is None:  # what an erasure says of the list is compared at the end
            key, expected = text.key, digest
        elif text.part != at + 1 or at >= len(self._listed):
            report.differs(Code.TEXT_UNLOGGED, place, log=f"{len(self._listed)} parts", found=text.part)
            return
        else:
            key, expected = self._listed[at]
        if text.key not in (key, ""):  # facts of the first versions have no keys beside their parts
            report.differs(Code.TEXT_CHANGED, place, "key", log=key, found=text.key)
        if not digest:
            self._hole(text.part, key=key, expected=expected or None)
        elif digest != expected:
            report.differs(Code.TEXT_CHANGED, place, log=expected, found=digest)
        elif self._kind in TELLING:
            self._tell(text, key)

    def _check_images(self) -> None:
        """Compare the digest over the images with that of the body, and replay them."""
        report, digests = self._walk.report, self._image_digests[::-1]
        parts = [text.part for text in self._images]
        if parts != list(range(-len(parts), 0)):
            report.differs(Code.TEXT_MISSING, self._place("-"), log="images in a row", found=parts)
        for text, digest in zip(self._images, self._image_digests, strict=True):
            if not digest:
                self._hole(text.part, key=text.key, expected=None)
        expected = None if self._body is None else str(self._body.get(ROWS, NOTHING))
        if expected is None or not all(digests):  # compared at the end with what an erasure says
            noted = self._walk.unlisted.setdefault(self._fact_id, {})
            noted[ROWS] = " ".join(each or ERASED for each in digests)
            if expected is not None:
                noted["expected"] = expected
        else:
            found = rows_digest(digests) if digests else NOTHING
            if found != expected:
                report.differs(Code.TEXT_CHANGED, self._place("-"), ROWS, log=expected, found=found)
                return
        for text, digest in zip(self._images, self._image_digests, strict=True):
            if digest:
                self._replay(text)

    def _replay(self, image: Body) -> None:
        try:
            self._check_key(image)
            self._tell(image, "")
        except (ValueError, LookupError, TypeError) as broken:
            place = self._place(image.part)
            self._walk.report.differs(Code.TEXT_CHANGED, place, log="an image", found=f"cannot be read: {broken}")

    def _check_key(self, image: Body) -> None:
        said = json.loads(image.body)
        own = image_key(said["table"], said["key"])
        if image.key != own:
            self._walk.report.differs(Code.TEXT_CHANGED, self._place(image.part), "key", log=own, found=image.key)

    def _tell(self, text: Body, key: str) -> None:
        for told in told_by(self._kind, text.part, key, json.loads(text.body)):
            self._walk.state.tell(told.table, told.key, (self._fact_id, text.part), told.rows)

    def _hole(self, part: int, *, key: str, expected: str | None) -> None:
        self._walk.holes[self._fact_id, part] = _Hole(kind=self._kind, key=key, expected=expected)

    def _place(self, part: object) -> tuple[str, object]:
        return "journal_bodies", f"{self._fact_id}/{part}"


def _check_missing(session: Session, report: Report) -> None:
    """Find entries whose fact is gone, which a foreign key forbids as long as it is there."""
    query = select(Entry.index, Entry.fact_id).where(col(Entry.fact_id).not_in(select(Fact.fact_id)))
    for index, fact_id in session.exec(query):
        report.differs(Code.FACT_MISSING, ("log_entries", index), "fact_id", log=fact_id, found="—")


def _check_holes(walk: Walk) -> None:
    """Judge every text that is gone by what the log says of it, and tell the state what is not known any more."""
    for (fact_id, part), hole in walk.holes.items():
        said = walk.erased.get((fact_id, part))
        if said is None or hole.expected not in (None, said["digest"]) or hole.key != said["key"]:
            place = ("journal_bodies", f"{fact_id}/{part}")
            walk.report.differs(Code.TEXT_MISSING, place, log=hole.expected or "a text", found="—")
            continue
        walk.report.erased += 1
        for table in _tables(hole.kind, part, said):
            key = hole.key if part > 0 else hole.key.partition("\n")[2]
            walk.state.erase(table, key, (fact_id, part))
    for fact_id, part in walk.erased:
        if (fact_id, part) not in walk.holes:
            place = ("journal_bodies", f"{fact_id}/{part}")
            walk.report.differs(Code.TEXT_UNLOGGED, place, log="erased", found="a text")
    for fact_id, found in walk.unlisted.items():
        _check_unlisted(walk, fact_id, found)


def _tables(kind: str, part: int, said: Mapping[str, Any]) -> list[str]:
    """Return the tables that an erased text told rows of."""
    if part < 0:
        return [str(said["key"]).partition("\n")[0]]
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
    expected = {ROWS: found.get("expected") or str((said or {}).get(ROWS) or NOTHING)}
    if PARTS in found:
        expected[PARTS] = str((said or {}).get(PARTS) or NOTHING)
    for name, sign in ((ROWS, -1), (PARTS, 1)):
        own = _whole(walk, fact_id, found.get(name, "").split(), sign)
        if name in expected and own != expected[name]:
            place = ("journal_bodies", f"{fact_id}/{'-' if sign < 0 else '+'}")
            walk.report.differs(Code.TEXT_CHANGED, place, name, log=expected[name], found=own)


def _whole(walk: Walk, fact_id: int, digests: list[str], sign: int) -> str:
    """Return the digest over texts beside a body; those that were erased have theirs from the erasure."""
    gone = (walk.erased.get((fact_id, sign * number), {}) for number in range(1, len(digests) + 1))
    whole = [str(said.get("digest", "")) if own == ERASED else own for own, said in zip(digests, gone, strict=True)]
    return NOTHING if not whole else rows_digest(whole) if all(whole) else ERASED


def _skip(texts: Iterator[Body]) -> None:
    for _ in texts:
        pass


class _Bodies:
    """All texts in order of fact and part, handed out fact by fact."""

    def __init__(self, session: Session) -> None:
        columns = (Body.fact_id, Body.part, Body.key, Body.salt, Body.body)
        query = select(*columns).order_by(col(Body.fact_id), col(Body.part))  # type: ignore[call-overload]
        self._rows: Iterator[Any] = streamed(session, query)
        self._next: Any = next(self._rows, None)

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
