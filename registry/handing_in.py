"""The secrets of the parties (各方秘密): sealed in envelopes before the commitment, handed in before the execution.

Each party keeps its secret on its own device and a copy under seal (封存), so that a lost one can be opened; who holds
the envelope stands on record before the secret is used. A secret is checked against its digest as it comes, kept
encrypted until the execution, and handed in once. None is taken before a witnessed value is fixed: whoever held all
secrets could otherwise see the outcome of a value before it is entered. Who has handed in is public, and who is late.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime, legal_day, nfc
from registry.draws import Draw, DrawParty, DrawStateError, get_draw, refuse_voided
from registry.errors import AbsentError, FieldError
from registry.journal import Act, Kind, write
from sampling.commitment import Commitment
from sampling.names import DrawId, Party
from sampling.seed import secret_digest

FINGERPRINT = b"double-random secret fingerprint\n"


class Escrow(Record, table=True):
    """Who holds a party's envelope, where, and since when it is sealed."""

    __tablename__ = "draw_escrows"

    draw_id: str = Field(primary_key=True, foreign_key="draw_commitments.draw_id")
    party: str = Field(primary_key=True)
    holder: str
    place: str
    sealed_on: date
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


class HandedSecret(Record, table=True):
    """A secret that was handed in, encrypted; ``document`` is the record by which its party gave it.

    ``fingerprint`` tells whether a secret comes a second time, in any draw, and no more of it.
    """

    __tablename__ = "draw_secrets"

    draw_id: str = Field(primary_key=True, foreign_key="draw_commitments.draw_id")
    party: str = Field(primary_key=True)
    secret: bytes = Field(sa_type=LargeBinary)
    fingerprint: str = Field(unique=True)
    document: str
    handed_by: str
    handed_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What is recorded of an envelope."""

    holder: str
    place: str
    sealed_on: date


@dataclass(frozen=True, kw_only=True)
class PartyStanding:
    """How far a party has come: its envelope, its secret and when it came; the service's own needs neither."""

    party: str
    own: bool
    escrowed: bool
    handed_at: datetime | None


def record_escrow(act: Act, draw_id: str, party: str, envelope: Envelope) -> Escrow:
    """Record who holds a party's envelope, sealed by the day of the commitment.

    Raises AbsentError, DrawStateError, FieldError.
    """
    draw, _ = _waiting(act.session, draw_id, party)
    if act.session.get(Escrow, (draw_id, party)):
        raise DrawStateError(
            draw_id=draw_id,
            problem_zh=f"的 {party} 一方已有封存记录",
            problem_en=f"has the envelope of {party} on record",
        )
    holder, place = nfc(envelope.holder), nfc(envelope.place)
    for name, text in (("holder", holder), ("place", place)):
        if not text:
            raise FieldError(
                (name,), ("没有填写。", "It is empty."), ("请写明由谁、在何处保管。", "Say who holds it, and where.")
            )
    committed_on = legal_day(draw.committed.committed_at)
    if envelope.sealed_on > committed_on:
        raise FieldError(
            ("sealed_on",),
            ("封存晚于锁定。", "It was sealed after the commitment."),
            (
                f"请填 {committed_on} 或更早；锁定前没有封存的，应当作废。",
                f"Give {committed_on} or earlier; else void it.",
            ),
        )
    public: dict[str, object] = {"draw_id": draw_id, "party": party}
    told = {"holder": holder, "place": place, "sealed_on": envelope.sealed_on.isoformat()}
    fact_id = write(act, Kind.DRAW_ESCROWED, subject=draw_id, public=public, body=public | told)
    escrow = Escrow(
        draw_id=draw_id,
        party=party,
        holder=holder,
        place=place,
        sealed_on=envelope.sealed_on,
        recorded_by=act.person,
        recorded_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(escrow)
    return escrow


def hand_in(  # noqa: PLR0913 - whose secret, by which record, and how it is kept
    act: Act,
    draw_id: str,
    party: str,
    secret: str,
    *,
    document: str,
    seal: Callable[[str], bytes],
    ready: Callable[[Draw], bool],
) -> HandedSecret:
    """Hand in a party's secret, once, after its envelope is on record; ``ready``: the witnessed value stands.

    Raises AbsentError, DrawStateError, FieldError.
    """
    draw, row = _waiting(act.session, draw_id, party)
    for refused, zh, en in (
        (
            act.session.get(HandedSecret, (draw_id, party)) is not None,
            f"的 {party} 一方已经交出秘密",
            f"has the secret of {party} already",
        ),
        (
            act.session.get(Escrow, (draw_id, party)) is None,
            f"的 {party} 一方没有封存记录，请先登记封存",
            f"has no envelope of {party} on record: record it first",
        ),
        (
            not ready(draw),
            "的公开随机值尚未确定，此前不接受任何秘密",
            "has no public value yet, and takes no secret before it",
        ),
    ):
        if refused:
            raise DrawStateError(draw_id=draw_id, problem_zh=zh, problem_en=en)
    hash_name = Commitment.from_bytes(draw.committed.commitment).hash_name
    if secret_digest(DrawId(draw_id), Party(party), secret, hash_name) != row.digest:
        raise FieldError(
            ("secret",),
            ("与锁定时的摘要不符。", "It does not match the digest of the commitment."),
            ("请核对秘密、抽取编号和一方的代号。", "Check the secret, the draw's id and the party."),
        )
    fingerprint = hashlib.sha256(FINGERPRINT + secret.encode()).hexdigest()
    if act.session.exec(select(HandedSecret.draw_id).where(HandedSecret.fingerprint == fingerprint)).first():
        raise FieldError(
            ("secret",),
            ("该秘密已用过，可能已经公开。", "The secret was used before, and may be public."),
            (
                "每次抽取须用新的秘密；本次抽取只能作废重抽。",
                "Each draw needs a new one; this draw can only be voided.",
            ),
        )
    said = nfc(document)
    if not said:
        raise FieldError(
            ("document",),
            ("没有写明交出的凭证。", "No record of the hand-in is named."),
            ("请写明该方据以交出的文书或记录。", "Name the paper or record by which the party gave it."),
        )
    public: dict[str, object] = {"draw_id": draw_id, "party": party}
    fact_id = write(act, Kind.DRAW_HANDED_IN, subject=draw_id, public=public, body=public | {"document": said})
    handed = HandedSecret(
        draw_id=draw_id,
        party=party,
        secret=seal(secret),
        fingerprint=fingerprint,
        document=said,
        handed_by=act.person,
        handed_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(handed)
    act.session.flush()
    return handed


def standing_of(session: Session, draw_id: str) -> list[PartyStanding]:
    """Return how far each party has come, by party."""
    escrowed = {each.party for each in session.exec(select(Escrow).where(Escrow.draw_id == draw_id))}
    handed = {each.party: each.handed_at for each in handed_secrets(session, draw_id)}
    parties = select(DrawParty).where(DrawParty.draw_id == draw_id).order_by(col(DrawParty.party))
    return [
        PartyStanding(
            party=each.party,
            own=each.own_secret is not None,
            escrowed=each.party in escrowed,
            handed_at=handed.get(each.party),
        )
        for each in session.exec(parties)
    ]


def handed_secrets(session: Session, draw_id: str) -> Sequence[HandedSecret]:
    """Return the secrets that were handed in for a draw, encrypted."""
    return session.exec(select(HandedSecret).where(HandedSecret.draw_id == draw_id)).all()


def _waiting(session: Session, draw_id: str, party: str) -> tuple[Draw, DrawParty]:
    """Return a draw that waits for its execution, and one of the parties that it waits for."""
    draw = get_draw(session, draw_id)
    refuse_voided(draw)
    if draw.executed:
        raise DrawStateError(draw_id=draw_id, problem_zh="已经摇号", problem_en="was executed")
    row = session.get(DrawParty, (draw_id, party))
    if row is None or row.own_secret is not None:
        raise AbsentError(what_zh="交出秘密的一方", what_en="party that hands in a secret", key=party)
    return draw, row
