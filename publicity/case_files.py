"""The file of a case (案卷): all that the log holds of one visit and what it led to, for supervisors to take away.

Each entry stands as a receipt of its own, so that every text can be held against a signed head without the service,
and each piece of evidence, of the visit or of a petition, as it is kept, under the digest that its own entry fixes.
What an entry wrote into the register stands beside its receipt. A text that was lawfully erased is named by its entry
or its digest. What is of the draw and not of the visit is in the draw's own bundle.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from publicity.disclosure import Disclosure, penalty_source
from publicity.endings import DisclosureEnding
from publicity.receipts import ErasedReceiptError, make_receipt
from publicity.sequencer import Entry
from publicity.tlog.receipts import Receipt
from registry.cases import Case
from registry.erasing import Erasure
from registry.evidence import evidence_of
from registry.findings import Finding
from registry.journal import Body, Fact, salted_digest
from registry.penalties import Penalty
from registry.petitions import Petition, files_of
from registry.visits import get_assignment
from sampling.canonical import jcs

FORM = "double-random/case/1"
CONTENTS, DIGESTS, EXPLAINED = "case.json", "SHA256SUMS", "说明.txt"
KINDS = (
    *("visit.", "finding.", "evidence.", "followup.", "case.", "replacement.", "result."),
    *("penalty.", "withdrawal.", "disclosure.", "petition."),
)
"""Beginnings of the kinds of facts that speak of a visit: numbers of other things may look the same."""

EXPLANATION = """检查案卷（双随机、一公开）

receipts/ 中每个文件是日志中一条记录的回执：记录全文、盐值、存在证明和签名的日志头。不连接本系统即可核对：
    for file in receipts/*.json; do double-random verify "$file" --key 日志公钥; done
rows/ 中是同一条记录写入登记簿的各行（编号相同）。每行摘要是 SHA-256(0x02 ‖ 盐值 ‖ 正文)，
依次连接后的 SHA-256 就是回执正文的 images；只列摘要的行已依法删除，或者属于其他案卷。
evidence/ 中是检查附件和申请人提交的附件，摘要写在这些行或者“添加附件”的回执中（stored_sha256）。
全部文件的摘要在 SHA256SUMS 中：
    sha256sum -c SHA256SUMS
case.json 列出每条记录和每个附件；erased 是已依法删除文字的记录，条目仍在日志中。
案卷能证明：这些文字当时已记入日志，此后没有改动。不能证明：文字所述属实，也不能证明没有未记入的事项。

The file of one inspection. Every file in receipts/ is the receipt of a log entry: its text, salt, inclusion proof and
signed head; check each with double-random verify and the key of the log, got elsewhere. rows/ holds what the same
entry wrote into the register: each row's digest is SHA-256(0x02 || salt || text), and the SHA-256 over them in order is
what the receipt's text calls images; a row given by its digest alone was erased, or is of another file. evidence/ holds
what was kept at the visit and handed in with petitions, under the digests (stored_sha256) in these rows or receipts. It
shows that these texts were in the log and were not changed, not that what they say is true, nor that everything was
written down.
"""


@dataclass(frozen=True)
class Piece:
    """A file that is kept: one of the visit, or ``of_petition``; ``sha256`` is of what is kept, in hex."""

    file_id: str
    sha256: str
    name: str
    media_type: str
    of_petition: bool


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """What belongs to one visit: receipts in the order of the log, numbers of erased entries, pieces of evidence.

    ``rows`` has for each entry that changed rows what they say: together they are what its receipt calls ``images``.
    """

    visit_id: str
    draw_id: str | None
    receipts: tuple[Receipt, ...]
    rows: tuple[tuple[int, bytes], ...]
    erased: tuple[int, ...]
    evidence: tuple[Piece, ...]


def case_file(session: Session, visit_id: str) -> CaseFile:
    """Gather the file of a visit. Raises AbsentError, UnsignedEntryError."""
    visit = get_assignment(session, visit_id).visit
    belonging = _Belonging(session, visit_id)
    receipts: list[Receipt] = []
    rows: list[tuple[int, bytes]] = []
    erased: list[int] = []
    for entry, subject in belonging.entries():
        try:
            receipts.append(make_receipt(session, entry))
        except ErasedReceiptError:
            erased.append(entry.index)
            continue
        images = _images(session, entry.fact_id, whole=subject in belonging.subjects)
        if images:
            rows.append((entry.index, jcs({"images": images})))
    return CaseFile(
        visit_id=visit_id,
        draw_id=visit.draw_id,
        receipts=tuple(receipts),
        rows=tuple(rows),
        erased=tuple(erased),
        evidence=tuple(belonging.pieces()),
    )


def case_members(case: CaseFile, read: Callable[[Piece], bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every file, one in memory at a time; ``read`` fetches a piece of evidence.

    Raises what ``read`` raises.
    """
    digests: dict[str, str] = {}
    for name, data in _members(case, read):
        digests[name] = hashlib.sha256(data).hexdigest()
        yield name, data
    yield DIGESTS, "".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode()


def _members(case: CaseFile, read: Callable[[Piece], bytes]) -> Iterator[tuple[str, bytes]]:
    yield EXPLAINED, EXPLANATION.encode()
    yield CONTENTS, jcs(_contents(case))
    for receipt in case.receipts:
        yield _receipt_name(receipt), receipt.to_bytes()
    for index, data in case.rows:
        yield _rows_name(index), data
    for each in case.evidence:
        yield _evidence_name(each), read(each)


def _contents(case: CaseFile) -> dict[str, object]:
    entries = [(receipt, receipt.read_entry()) for receipt in case.receipts]
    with_rows = {index for index, _ in case.rows}
    return {
        "form": FORM,
        "visit_id": case.visit_id,
        "draw_id": case.draw_id,
        "entries": [
            {
                "index": entry.index,
                "at": entry.at,
                "kind": entry.kind,
                "file": _receipt_name(receipt),
                "rows": _rows_name(entry.index) if entry.index in with_rows else None,
            }
            for receipt, entry in entries
        ],
        "erased": list(case.erased),
        "evidence": [
            {"file": _evidence_name(each), "sha256": each.sha256, "name": each.name, "type": each.media_type}
            for each in case.evidence
        ],
    }


def _receipt_name(receipt: Receipt) -> str:
    return f"receipts/{receipt.index}.json"


def _rows_name(index: int) -> str:
    return f"rows/{index}.json"


def _evidence_name(piece: Piece) -> str:
    """Return a name that no file system minds: how the file was called stands in the contents."""
    return f"evidence/{piece.file_id}"


def _images(session: Session, fact_id: int, *, whole: bool) -> list[dict[str, str]]:
    """Return the rows that a fact changed, from part -1 on, each with salt and text, or by its digest alone.

    By the digest where the text was erased, and all of a fact that is of other things too (not ``whole``).
    """
    gone = select(Erasure.part, Erasure.digest).where(Erasure.erased_fact == fact_id)
    digests = dict(session.exec(gone).all())
    own = select(Body).where(Body.fact_id == fact_id, col(Body.part) < 0).order_by(col(Body.part).desc())
    return [
        {"key": each.key, "salt": each.salt.hex(), "text": each.body.decode()}
        if whole and each.body
        else {"digest": digests.get(each.part) or salted_digest(each.salt, each.body)}
        for each in session.exec(own)
    ]


class _Belonging:
    """What of the register belongs to one visit, and which entries of the log speak of it."""

    def __init__(self, session: Session, visit_id: str) -> None:
        self._session = session
        self._evidence = evidence_of(session, visit_id)
        findings = session.exec(select(Finding.finding_id).where(Finding.visit_id == visit_id)).all()
        penalties = session.exec(select(Penalty.penalty_id).where(col(Penalty.finding_id).in_(findings))).all()
        sources = [*findings, *map(penalty_source, penalties)]
        published = session.exec(
            select(Disclosure.disclosure_id).where(col(Disclosure.source_id).in_(sources)),
        ).all()
        self._petitions = session.exec(
            select(Petition.petition_id).where(col(Petition.disclosure_id).in_(published)),
        ).all()
        cases = session.exec(select(Case.case_id).where(Case.visit_id == visit_id)).all()
        ended = select(DisclosureEnding.fact_id).where(col(DisclosureEnding.disclosure_id).in_(published))
        self._endings = session.exec(ended).all()
        self.subjects = {visit_id, *penalties, *sources, *cases, *published, *self._petitions}
        self.subjects |= {each.evidence_id for each in self._evidence}

    def entries(self) -> Iterator[tuple[Entry, str]]:
        """Yield each entry with its subject, in the order of the log; an end of many records is of this one too."""
        speaks = and_(col(Fact.subject).in_(self.subjects), or_(*(col(Fact.kind).startswith(each) for each in KINDS)))
        joined = select(Entry, Fact.subject).join(Fact, col(Fact.fact_id) == col(Entry.fact_id))
        told = or_(speaks, col(Fact.fact_id).in_(self._endings))
        yield from self._session.exec(joined.where(told).order_by(col(Entry.index)))

    def pieces(self) -> Iterator[Piece]:
        """Yield the files of the visit, and then those of petitions, but for what was erased: it has no name left."""
        for each in self._evidence:
            if each.name:
                yield Piece(each.evidence_id, each.stored_sha256, each.name, each.media_type, of_petition=False)
        for petition_id in self._petitions:
            for file in files_of(self._session, petition_id):
                if file.name:
                    yield Piece(file.file_id, file.stored_sha256, file.name, file.media_type, of_petition=True)
