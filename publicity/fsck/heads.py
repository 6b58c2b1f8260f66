"""The signed heads that the service took, beside the tree: what each note says, and who cosigned it.

Whether a note bears the signature of one of the log's keys is checked where keys are given: they are pinned by whoever
asks, never taken from the database. A head that was taken away is for the signer, its readers and its copies to show.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from publicity.fsck.report import Code, OlderHead, Report
from publicity.heads import SignedHead
from publicity.tlog.checkpoints import Checkpoint, open_checkpoint
from publicity.tlog.errors import TlogError
from publicity.tlog.keys import VerifierKey
from publicity.tlog.notes import Note
from publicity.witnessing import Cosignature, checked


def read_heads(session: Session, report: Report, keys: Sequence[VerifierKey] = ()) -> list[OlderHead]:
    """Compare the columns of every signed head with its note, and return what the notes say."""
    found: list[OlderHead] = []
    newest = 0
    for number, row in enumerate(session.exec(select(SignedHead).order_by(col(SignedHead.checkpoint_id))), start=1):
        place = ("log_checkpoints", row.checkpoint_id)
        if row.checkpoint_id != number:
            report.differs(Code.CHECKPOINT, place, "checkpoint_id", log=number, found=row.checkpoint_id)
        try:
            said = Checkpoint.parse(Note.parse(row.note).text)
            if any(key.name == said.origin for key in keys):
                open_checkpoint(row.note, said.origin, log_keys=[key for key in keys if key.name == said.origin])
        except TlogError as refused:
            report.differs(Code.CHECKPOINT, place, "note", log="a signed checkpoint", found=refused.text("en"))
            continue
        for name in ("size", "root", "origin"):
            if getattr(said, name) != getattr(row, name):
                report.differs(Code.CHECKPOINT, place, name, log=getattr(said, name), found=getattr(row, name))
        if said.size < newest:
            report.differs(Code.CHECKPOINT, place, "size", log=f"{newest} or more", found=said.size)
        newest = max(newest, said.size)
        found.append(OlderHead(size=said.size, root=said.root, source=f"log_checkpoints {row.checkpoint_id}"))
    return found


def check_cosignatures(session: Session, report: Report) -> None:
    """Check that each witness signed what the head above its row says, at the second that the row says."""
    query = select(SignedHead, Cosignature).join(Cosignature).order_by(col(Cosignature.cosignature_id))
    for head, row in session.exec(query):
        if checked(head, row) is None:
            place = ("log_cosignatures", row.cosignature_id)
            report.differs(Code.COSIGNATURE, place, "line", log="a cosignature of this head", found=row.line)
