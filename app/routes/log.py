"""The transparency log: head, entries, proofs; and the withheld text of what is public, so that it can be checked."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, Field
from sqlmodel import Session, col, select

from app.auth import PUBLIC
from app.routes.callers import Supervisor
from app.service import Service, service_of
from app.values import Place
from publicity import sequencer
from publicity.disclosure import Disclosure
from publicity.endings import refuse_ended
from publicity.heads import note_of_size
from publicity.tlog import merkle
from registry.base import legal_day
from registry.erasing import ErasedTextError
from registry.errors import AbsentError
from registry.journal import Body, Fact
from registry.listings import confirming_fact
from registry.stages import stage_of
from sampling.merkle import leaf_hash
from sampling.stages import Stage

router = APIRouter(tags=["日志 log"])
ServiceHere = Annotated[Service, Depends(service_of)]
Number = Annotated[Place, Query()]
IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}


class HeadOut(BaseModel):
    """How many entries, and the RFC 6962 root over them, in hex, unsigned: the signed one is /log/checkpoint."""

    size: int
    root: str
    stage: Stage = Field(description="`real`, or what else the log is of: `demo` (演示) or `rehearsal` (演练).")


class InclusionOut(BaseModel):
    """RFC 9162 inclusion proof, hashes from the leaf upwards, in hex; with the signed head of that size, if any."""

    index: int
    size: int
    leaf_hash: str
    root: str
    proof: list[str]
    checkpoint: str | None


class ConsistencyOut(BaseModel):
    """RFC 9162 consistency proof between two sizes, in hex; with the signed head of the newer, if there is one."""

    old: int
    new: int
    old_root: str
    new_root: str
    proof: list[str]
    checkpoint: str | None


class EvidenceOut(BaseModel):
    """A published record's withheld text: SHA-256(0x02 ‖ salt ‖ body) is the ``digest`` of log entry ``index``."""

    index: int
    salt: str
    body: str


class FactOut(BaseModel):
    """One fact of the journal with its body, for supervisors."""

    fact_id: int
    index: int
    kind: str
    at: str
    actor: str
    subject: str
    body: str


@router.get("/log/head", dependencies=[PUBLIC])
def read_head(service: ServiceHere) -> HeadOut:
    """Size and root of the log (日志头)."""
    with service.database.reading() as session:
        head = sequencer.read_head(session)
        return HeadOut(size=head.size, root=head.root.hex(), stage=stage_of(session))


@router.get(
    "/log/entries/{index}",
    dependencies=[PUBLIC],
    response_class=Response,
    responses={200: {"content": {"application/json": {}}, "description": "The entry, byte for byte as hashed."}},
)
def read_entry(index: Annotated[Place, Path()], service: ServiceHere) -> Response:
    """One entry, byte for byte as it was hashed (日志条目)."""
    with service.database.reading() as session:
        entry = sequencer.read_entry(session, index)
    return Response(entry, media_type="application/json", headers=IMMUTABLE)


@router.get("/log/proof/inclusion", dependencies=[PUBLIC])
def read_inclusion(service: ServiceHere, index: Number, size: Number | None = None) -> InclusionOut:
    """Proof that an entry is in the log of ``size`` entries; by default, of all (包含证明)."""
    with service.database.reading() as session:
        return inclusion(session, index, size)


@router.get("/log/proof/consistency", dependencies=[PUBLIC])
def read_consistency(service: ServiceHere, old: Number, new: Number | None = None) -> ConsistencyOut:
    """Proof that the log of ``old`` entries is the beginning of the log of ``new`` (一致性证明)."""
    with service.database.reading() as session:
        nodes = sequencer.TreeReader(session)
        top = _within(session, new)
        nodes.fetch(
            lambda node: (merkle.consistency_proof(old, top, node), merkle.root(old, node), merkle.root(top, node))
        )
        proof = merkle.consistency_proof(old, top, nodes)
        return ConsistencyOut(
            old=old,
            new=top,
            old_root=merkle.root(old, nodes).hex(),
            new_root=merkle.root(top, nodes).hex(),
            proof=[each.hex() for each in proof],
            checkpoint=note_of_size(session, top),
        )


@router.get("/log/evidence/{disclosure_id}", dependencies=[PUBLIC])
def read_evidence(disclosure_id: str, service: ServiceHere) -> EvidenceOut:
    """The withheld text and salt of a published record, to check its page against the log (公示内容的存证)."""
    with service.database.reading() as session:
        disclosure = session.get(Disclosure, disclosure_id)
        if disclosure is None:
            raise AbsentError(what_zh="公示", what_en="disclosure", key=disclosure_id)
        refuse_ended(session, disclosure_id, legal_day(service.clock.now()))
        return _evidence(session, disclosure.fact_id, disclosure_id)


@router.get("/log/evidence/listings/{order_id}", dependencies=[PUBLIC])
def read_listing_evidence(order_id: str, service: ServiceHere) -> EvidenceOut:
    """The same of an entry on a list, while it stands (名录决定的存证)."""
    with service.database.reading() as session:
        return _evidence(session, confirming_fact(session, order_id), order_id)


@router.get("/api/v1/journal")
def read_journal(
    caller: Supervisor, after: Number = 0, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> list[FactOut]:
    """Every fact in order, who did what and when, with its text (履职全程记录)."""
    query = select(Fact, Body, sequencer.Entry.index).join(Body).join(sequencer.Entry)
    query = query.where(col(Fact.fact_id) > after, Body.part == 0).order_by(col(Fact.fact_id)).limit(limit)
    with caller.service.database.reading() as session:
        return [
            FactOut(
                fact_id=body.fact_id,
                index=index,
                kind=fact.kind,
                at=fact.at.isoformat(),
                actor=fact.actor,
                subject=fact.subject,
                body=body.body.decode(),
            )
            for fact, body, index in session.exec(query)
        ]


def _evidence(session: Session, fact_id: int, key: str) -> EvidenceOut:
    body = session.get_one(Body, (fact_id, 0))
    if not body.body:
        raise ErasedTextError(key=key)
    index = sequencer.entry_indexes(session, [fact_id])[fact_id]
    return EvidenceOut(index=index, salt=body.salt.hex(), body=body.body.decode())


def inclusion(session: Session, index: int, size: int | None) -> InclusionOut:
    """Return the proof of one entry."""
    top = _within(session, size)
    nodes = sequencer.TreeReader(session)
    entry = sequencer.read_entry(session, index)
    nodes.fetch(lambda node: (merkle.inclusion_proof(index, top, node), merkle.root(top, node)))
    proof = merkle.inclusion_proof(index, top, nodes)
    return InclusionOut(
        index=index,
        size=top,
        leaf_hash=leaf_hash(entry).hex(),
        root=merkle.root(top, nodes).hex(),
        proof=[each.hex() for each in proof],
        checkpoint=note_of_size(session, top),
    )


def _within(session: Session, size: int | None) -> int:
    """Return the size asked for, which the log must have reached; by default, all of it."""
    head = sequencer.read_head(session)
    if size is None:
        return head.size
    if size > head.size:
        raise sequencer.NoSuchEntryError(index=size - 1, size=head.size)
    return size
