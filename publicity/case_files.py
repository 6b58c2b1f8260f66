"""The file of a case (案卷): all that the log holds of one visit and what it led to, for supervisors to take away.

Each entry stands as a receipt of its own, so that every text can be held against a signed head without the service,
and each piece of evidence as it is kept, under the digest that its own entry fixes. A text that was lawfully erased is
named by its entry. What is of the draw and not of the visit is in the draw's own bundle.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from publicity.disclosure import Disclosure, penalty_source
from publicity.receipts import ErasedReceiptError, make_receipt
from publicity.sequencer import Entry
from publicity.tlog.receipts import Receipt
from registry.cases import Case
from registry.evidence import Evidence, evidence_of
from registry.findings import Finding
from registry.journal import Fact
from registry.penalties import Penalty
from registry.visits import get_assignment
from sampling.canonical import jcs

FORM = "double-random/case/1"
CONTENTS, DIGESTS, EXPLAINED = "case.json", "SHA256SUMS", "说明.txt"
KINDS = (
    *("visit.", "finding.", "evidence.", "followup.", "case.", "replacement.", "result."),
    *("penalty.", "withdrawal.", "disclosure."),
)
"""Beginnings of the kinds of facts that speak of a visit: numbers of other things may look the same."""

EXPLANATION = """检查案卷（双随机、一公开）

receipts/ 中每个文件是日志中一条记录的回执：记录全文、盐值、存在证明和签名的日志头。不连接本系统即可核对：
    for file in receipts/*.json; do double-random verify "$file" --key 日志公钥; done
evidence/ 中是检查附件，摘要写在“添加附件”的回执中（stored_sha256）。全部文件的摘要在 SHA256SUMS 中：
    sha256sum -c SHA256SUMS
case.json 列出每条记录和每个附件；erased 是已依法删除文字的记录，条目仍在日志中。
案卷能证明：这些文字当时已记入日志，此后没有改动。不能证明：文字所述属实，也不能证明没有未记入的事项。

The file of one inspection. Every file in receipts/ is the receipt of a log entry: its text, salt, inclusion proof and
signed head; check each with double-random verify and the key of the log, got elsewhere. evidence/ holds the pieces
of evidence under the digests of their own receipts. It shows that these texts were in the log and were not changed,
not that what they say is true, nor that everything was written down.
"""


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """What belongs to one visit: receipts in the order of the log, numbers of erased entries, pieces of evidence."""

    visit_id: str
    draw_id: str | None
    receipts: tuple[Receipt, ...]
    erased: tuple[int, ...]
    evidence: tuple[Evidence, ...]


def case_file(session: Session, visit_id: str) -> CaseFile:
    """Gather the file of a visit. Raises AbsentError, UnsignedEntryError."""
    visit = get_assignment(session, visit_id).visit
    evidence = evidence_of(session, visit_id)
    receipts: list[Receipt] = []
    erased: list[int] = []
    for entry in _entries(session, visit_id, evidence):
        try:
            receipts.append(make_receipt(session, entry))
        except ErasedReceiptError:
            erased.append(entry.index)
    return CaseFile(
        visit_id=visit_id,
        draw_id=visit.draw_id,
        receipts=tuple(receipts),
        erased=tuple(erased),
        evidence=tuple(evidence),
    )


def case_members(case: CaseFile, read: Callable[[Evidence], bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every file, one in memory at a time; ``read`` fetches a piece of evidence.

    Raises what ``read`` raises.
    """
    digests: dict[str, str] = {}
    for name, data in _members(case, read):
        digests[name] = hashlib.sha256(data).hexdigest()
        yield name, data
    yield DIGESTS, "".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode()


def _members(case: CaseFile, read: Callable[[Evidence], bytes]) -> Iterator[tuple[str, bytes]]:
    yield EXPLAINED, EXPLANATION.encode()
    yield CONTENTS, jcs(_contents(case))
    for receipt in case.receipts:
        yield _receipt_name(receipt), receipt.to_bytes()
    for each in case.evidence:
        yield _evidence_name(each), read(each)


def _contents(case: CaseFile) -> dict[str, object]:
    entries = [(receipt, receipt.read_entry()) for receipt in case.receipts]
    return {
        "form": FORM,
        "visit_id": case.visit_id,
        "draw_id": case.draw_id,
        "entries": [
            {"index": entry.index, "at": entry.at, "kind": entry.kind, "file": _receipt_name(receipt)}
            for receipt, entry in entries
        ],
        "erased": list(case.erased),
        "evidence": [
            {"file": _evidence_name(each), "sha256": each.stored_sha256, "name": each.name, "type": each.media_type}
            for each in case.evidence
        ],
    }


def _receipt_name(receipt: Receipt) -> str:
    return f"receipts/{receipt.index}.json"


def _evidence_name(evidence: Evidence) -> str:
    """Return a name that no file system minds: how the file was called stands in the contents."""
    return f"evidence/{evidence.evidence_id}"


def _entries(session: Session, visit_id: str, evidence: Sequence[Evidence]) -> Sequence[Entry]:
    findings = session.exec(select(Finding.finding_id).where(Finding.visit_id == visit_id)).all()
    penalties = session.exec(select(Penalty.penalty_id).where(col(Penalty.finding_id).in_(findings))).all()
    sources = [*findings, *map(penalty_source, penalties)]
    published = select(Disclosure.disclosure_id).where(col(Disclosure.source_id).in_(sources))
    cases = session.exec(select(Case.case_id).where(Case.visit_id == visit_id)).all()
    subjects = {visit_id, *penalties, *sources, *cases, *session.exec(published)}
    subjects |= {each.evidence_id for each in evidence}
    joined = select(Entry, Fact.kind).join(Fact, col(Fact.fact_id) == col(Entry.fact_id))
    rows = session.exec(joined.where(col(Fact.subject).in_(subjects)).order_by(col(Entry.index)))
    return [entry for entry, kind in rows if kind.startswith(KINDS)]
