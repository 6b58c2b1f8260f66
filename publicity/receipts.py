"""Receipts as they are handed out (回执): for whoever did a thing, and for supervisors; for nobody else.

A receipt opens the withheld text of one entry, so whoever may not read that text gets none, and is told no more than
that they have none. A text that was lawfully erased cannot be opened again; what was handed out before still holds,
because the log never held more than the digest.
"""

from sqlmodel import Session, select

from publicity.errors import PublicityError
from publicity.heads import SignedHead, newest_head
from publicity.sequencer import Entry, TreeReader
from publicity.tlog import merkle
from publicity.tlog.receipts import Receipt
from publicity.witnessing import cosigned_note, newest_cosigned
from registry.errors import AbsentError
from registry.journal import Body, Fact
from registry.people import Person, Role

PATH = "/api/v1/receipts"
"""Under which receipts are served, by the number of their entry."""


class UnsignedEntryError(PublicityError):
    """No signed head speaks of the entry yet."""

    nature = "unready"
    zh = (
        "第 {index} 条已记入日志，但日志头尚未签到这一条。没有丢失；"
        "通常几秒之内即签，请稍后再取，仍未签名的请联系抽查机关。"
    )
    en = (
        "Entry {index} is in the log, and no head was signed since. Nothing is lost: it is signed within seconds as a "
        "rule. Ask again shortly; if that lasts, ask the bureau for its signer."
    )


class ErasedReceiptError(PublicityError):
    """The text was lawfully erased."""

    nature = "gone"
    zh = "第 {index} 条的正文已依法删除，不再出具回执。条目仍在日志中；此前下载的回执仍可核对。"
    en = (
        "The text of entry {index} was erased as the law provides, and there is no receipt of it any more. The entry "
        "is still in the log; a receipt that was downloaded before still verifies."
    )


def receipt_path(index: int) -> str:
    """Return the address of an entry's receipt."""
    return f"{PATH}/{index}"


def receipt_for(session: Session, index: int, reader: Person) -> Receipt:
    """Return the receipt of an entry for the person who did it, or for a supervisor.

    Raises AbsentError (to everybody else, and where there is no entry), ErasedReceiptError, UnsignedEntryError.
    """
    found = session.exec(select(Entry, Fact).join(Fact).where(Entry.index == index)).first()
    if found is None or not (reader.person_id == found[1].actor or Role.SUPERVISOR in reader.roles):
        raise AbsentError(what_zh="您的回执", what_en="receipt of yours", key=index)
    return make_receipt(session, found[0])


def make_receipt(session: Session, entry: Entry) -> Receipt:
    """Return the receipt of an entry under the newest head that a witness cosigned, else the newest signed.

    Who may have it is for the caller. Raises ErasedReceiptError, UnsignedEntryError.
    """
    own = session.get_one(Body, (entry.fact_id, 0))
    if not own.body:
        raise ErasedReceiptError(index=entry.index)
    head = _head_over(session, entry.index)
    size, nodes = head.size, TreeReader(session)
    nodes.fetch(lambda node: merkle.inclusion_proof(entry.index, size, node))
    return Receipt(
        origin=head.origin,
        index=entry.index,
        entry=entry.entry,
        salt=own.salt,
        body=own.body,
        proof=tuple(merkle.inclusion_proof(entry.index, size, nodes)),
        checkpoint=cosigned_note(session, head),
    )


def _head_over(session: Session, index: int) -> SignedHead:
    cosigned = newest_cosigned(session)
    heads = (None if cosigned is None else cosigned[0], newest_head(session))
    for head in heads:
        if head is not None and head.size > index:
            return head
    raise UnsignedEntryError(index=index)
