"""Facts against their entries, texts against the digests that the entries fix; what is verified is replayed.

The entry is what was hashed, so the entry is right. A text that is gone is lawful when a later fact of the log says
that it was erased, or that its publication ended, names it and gives the digest that it had; that fact also says again
what a body held of the texts beside it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import select as sql
from sqlmodel import Session, col, select

from publicity.fsck.report import Code, Report
from publicity.fsck.state import State
from publicity.fsck.told import PARTS as TELLING
from publicity.fsck.told import told_by
from publicity.fsck.tree import streamed
from publicity.sequencer import ENTRY_VERSION, Entry
from registry.bulk import table_of
from registry.images import image_key
from registry.journal import PARTS, ROWS, Body, Fact, Kind, rows_digest, salted_digest
from registry.matters import KINDS_OF_ROWS, MATTERS, SHOWN

Place = tuple[int, int]
ROW_BEGINS, TABLE_BEGINS = b'],"row":', b',"table":"'
"""Where an image's key ends and its row begins, and where that ends: quotes within texts are escaped, so no text can
hold either."""
NOTHING = "—"
ERASED = "?"
EMPTYING: frozenset[str] = frozenset({Kind.ERASED, Kind.DISCLOSURE_ENDED})
"""Kinds of facts that say which texts went."""
WITHOUT_ROWS: frozenset[str] = frozenset(
    {
        *(Kind.RECUSALS_IMPORTED, Kind.STAGE_DECLARED, Kind.LOG_KEYS_CHANGED, Kind.LOG_WITNESSES_CHANGED),
        *(Kind.ANSWERS_KEY_DECLARED, Kind.ANSWERS_KEY_REVOKED, Kind.CLOCK_CONFIRMED),
    }
)
"""Kinds that may change no row: an import that found everything as it is, and what the log says of itself."""


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
    last_index, last_at = -1, BEGINNING
    for logged in _logged_facts(session):
        texts = bodies.of(logged.fact_id, report)
        if logged.place is None:
            report.differs(Code.FACT_UNLOGGED, ("journal", logged.fact_id), log="—", found=logged.kind)
            _skip(texts)
            continue
        if logged.place != last_index + 1 or logged.at < last_at:
            report.differs(Code.ORDER, ("log_entries", logged.place), log=last_index + 1, found=logged.place)
        last_index, last_at = logged.place, logged.at
        _Texts(walk, logged, _check_entry(report, logged)).check(texts)
    bodies.rest(report)
    _check_missing(session, report)
    _check_holes(walk)


class Logged(NamedTuple):
    """One fact with its entry; without one, its place in the log and its bytes are None."""

    fact_id: int
    kind: str
    at: datetime
    actor: str
    subject: str
    public: str
    digest: str
    place: int | None
    entry: bytes | None

    @property
    def instant(self) -> str:
        """Return when it was, as an entry says it."""
        return f"{self.at.isoformat()[:SECONDS]}Z"

    @property
    def own_entry(self) -> bytes:
        """Return the entry of a fact whose columns are in form, put together as its canonical form is."""
        return (
            f'{{"at":"{self.instant}","digest":"{self.digest}","index":{self.place},"kind":"{self.kind}",'
            f'"public":{self.public},"v":{ENTRY_VERSION}}}'
        ).encode()


BEGINNING = datetime.min.replace(tzinfo=UTC)
SECONDS = len("2020-08-31T01:00:00")
KINDS = frozenset(map(str, Kind))


def _logged_facts(session: Session) -> Iterator[Logged]:
    facts, entries = table_of(Fact), table_of(Entry)
    columns = [facts.c[name] for name in Logged._fields[:-2]]
    joined = facts.outerjoin(entries, entries.c.fact_id == facts.c.fact_id)
    query = sql(*columns, entries.c["index"], entries.c.entry).select_from(joined).order_by(facts.c.fact_id)
    for row in streamed(session, query):
        yield Logged(*row)


def _check_entry(report: Report, logged: Logged) -> Mapping[str, Any]:
    """Compare a fact with its entry, and return what the entry says."""
    in_form = logged.kind in KINDS and '"' not in logged.digest
    if in_form and logged.own_entry == logged.entry:
        return {"digest": logged.digest}
    place = ("journal", logged.fact_id)
    try:
        said: dict[str, Any] = json.loads(logged.entry or b"")
        held = {"at": logged.instant, "digest": logged.digest, "index": logged.place, "kind": logged.kind}
        held |= {"public": json.loads(logged.public), "v": ENTRY_VERSION}
    except ValueError as broken:
        report.differs(Code.FACT, place, log="JSON", found=broken)
        return {"digest": logged.digest}
    names = [name for name in {**held, **said} if held.get(name) != said.get(name)]
    for name in names or ["entry"]:
        report.differs(Code.FACT, place, name, log=said.get(name, "—"), found=held.get(name, "—"))
    return said


class _Texts:
    """The texts of one fact, checked in the order of their parts: images, body, parts."""

    def __init__(self, walk: Walk, fact: Logged, said: Mapping[str, Any]) -> None:
        self._walk, self._said = walk, said
        self._fact, self._kind = fact, fact.kind
        self._fact_id = fact.fact_id
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
        body: dict[str, Any] = orjson.loads(text.body)
        self._body = body
        for name in ("actor", "subject"):
            own = getattr(self._fact, name)
            if body.get(name) != own:
                report.differs(Code.FACT, ("journal", self._fact_id), name, log=body.get(name), found=own)
        if text.key:
            report.differs(Code.TEXT_CHANGED, place, "key", log="", found=text.key)
        if self._kind in EMPTYING:
            own = {"by": self._kind}
            self._walk.erased |= {(each["fact"], int(each["part"])): {**each, **own} for each in body["erased"]}

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
        """Tell the state the row of an image: its bytes as they are, for the canonical form of a row is one."""
        text = bytes(image.body)
        try:
            start, end = text.index(ROW_BEGINS), text.rindex(TABLE_BEGINS)
            table = text[end + len(TABLE_BEGINS) : -len(b'"}')].decode()
            own = image_key(table, orjson.loads(text[len(b'{"key":') : start + 1]))
        except ValueError as broken:
            place = self._place(image.part)
            self._walk.report.differs(Code.TEXT_CHANGED, place, log="an image", found=f"cannot be read: {broken}")
            return
        if image.key != own:
            place = self._place(image.part)
            self._walk.report.differs(Code.TEXT_CHANGED, place, "key", log=own, found=image.key)
        key, row = own.partition("\n")[2], text[start + len(ROW_BEGINS) : end]
        self._walk.state.tell_row(table, key, (self._fact_id, image.part), b"" if row == b"null" else row)

    def _tell(self, text: Body, key: str) -> None:
        for told in told_by(self._kind, text.part, key, orjson.loads(text.body)):
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
        is_lawful = said is not None and _may_be_emptied(hole, part, said["by"])
        if not is_lawful or said is None or hole.expected not in (None, said["digest"]) or hole.key != said["key"]:
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


ERASABLE_KINDS = frozenset(
    {*map(str, KINDS_OF_ROWS), *(str(kind) for each in MATTERS.values() for kind in (*each.whole, *each.versions))}
)
ERASABLE_TABLES = frozenset({SHOWN, *(table_of(own.rows).name for each in MATTERS.values() for own in each.texts)})


PUBLISHED_KINDS = frozenset({str(Kind.RESULT_PUBLISHED), str(Kind.PENALTY_PUBLISHED)})


def _may_be_emptied(hole: _Hole, part: int, by: str) -> bool:
    """Return whether a fact of a kind can be the reason: whatever it says, a draw is no matter for erasure.

    A publication that ends takes what was published with it, and nothing of the record that it showed.
    """
    kinds, tables = ERASABLE_KINDS, ERASABLE_TABLES
    if by == Kind.DISCLOSURE_ENDED:
        kinds, tables = PUBLISHED_KINDS, frozenset({SHOWN})
    return hole.key.partition("\n")[0] in tables if part < 0 else hole.kind in kinds


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
        own = table_of(Body).c
        query = sql(own.fact_id, own.part, own.key, own.salt, own.body).order_by(own.fact_id, own.part)
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
