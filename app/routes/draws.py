"""Draws: commit (锁定), execute (摇号), open (公开名单)."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from sqlmodel import Session, select

from app.auth import Allow, Caller, IdempotencyKey
from app.keys import new_roster_numbers, new_secret
from app.routes.callers import READERS, Approver, DrawOfficer, Supervisor
from app.routes.paging import PageAsked
from app.wire.draws import BeaconOut, CommitIn, DrawOut, HiddenStratumOut, OpeningRequestIn, PartyOut
from publicity.bundle import bundle_files, bundle_zip
from publicity.sequencer import read_head
from registry.batches import get_batch
from registry.beacons import announced_round
from registry.commitments import OwnParty, Terms, commit_draw, next_draw_id
from registry.draws import Draw, DrawCommitment, HiddenStratum, get_draw, without_tables
from registry.errors import AbsentError
from registry.executions import execute_draw, is_value_fixed
from registry.handing_in import standing_of
from registry.journal import Act
from registry.openings import open_draw, request_opening
from registry.overdue import as_of, overdue_of
from registry.people import Role
from registry.public_values import PublicValue
from registry.sources import published_at
from registry.stages import stage_of
from sampling.commitment import Commitment
from sampling.names import Party
from sampling.rules import SecretDigest

router = APIRouter(prefix="/api/v1", tags=["抽查 draws"])
Overseer = Annotated[Caller, Depends(Allow(Role.DRAW_OFFICER, Role.APPROVER, Role.SUPERVISOR))]
Reader = Annotated[Caller, Depends(Allow(*READERS))]


@router.post("/batches/{task_no}/commitment", status_code=201, response_model=DrawOut)
def post_commitment(task_no: str, body: CommitIn, caller: DrawOfficer, key: IdempotencyKey) -> Response:
    """Commit the batch's draw, or a redraw of a voided one: fix frame, rules and secret digests in public (锁定)."""
    service = caller.service
    terms = Terms(
        execute_by=body.execute_by,
        open_by=body.open_by,
        parties=tuple(SecretDigest(Party(each.party), each.digest) for each in body.parties),
        hash_name=body.hash,
        replaces=body.replaces,
    )

    def command(act: Act) -> DrawOut:
        draw_id = next_draw_id(act.session, get_batch(act.session, task_no).task_no)
        own = OwnParty(
            party=service.settings.party,
            secret=new_secret(),
            sealed=lambda secret: service.box.seal(secret, about=draw_id),
            numbers=new_roster_numbers,
        )
        size = read_head(act.session).size
        return draw_out(act.session, commit_draw(act, task_no, terms, own, log_size=size), act.at)

    return caller.record(command, key=key, body=body)


@router.get("/draws")
def list_draws(caller: Reader, page: PageAsked) -> list[DrawOut]:
    """Draws, newest first (抽取)."""
    with caller.service.database.reading() as session:
        order = (DrawCommitment.committed_at, DrawCommitment.draw_id)
        rows = page.rows(session, select(DrawCommitment).options(*without_tables()), *order, newest_first=True)
        return [draw_out(session, get_draw(session, row.draw_id), caller.service.clock.now()) for row in rows]


@router.get("/draws/{draw_id}")
def read_draw(draw_id: str, caller: Reader) -> DrawOut:
    """One draw as far as it has come (抽取)."""
    with caller.service.database.reading() as session:
        return draw_out(session, get_draw(session, draw_id), caller.service.clock.now())


@router.post("/draws/{draw_id}/execution", status_code=201, response_model=DrawOut)
def post_execution(draw_id: str, caller: DrawOfficer, key: IdempotencyKey) -> Response:
    """Use what was handed in: the draw exists, teams are staffed, visits are assigned (摇号)."""
    box = caller.service.box

    def command(act: Act) -> DrawOut:
        draw = execute_draw(act, draw_id, lambda sealed: box.unseal(sealed, about=draw_id))
        return draw_out(act.session, draw, act.at)

    return caller.record(command, key=key)


@router.post("/draws/{draw_id}/opening", status_code=201, response_model=DrawOut)
def post_opening(draw_id: str, caller: Approver, key: IdempotencyKey) -> Response:
    """Publish the bundle of a sealed draw that is due, or whose early opening another person asked for (公开名单)."""
    return caller.record(lambda act: draw_out(act.session, open_draw(act, draw_id), act.at), key=key)


@router.post("/draws/{draw_id}/opening/request", status_code=201, response_model=DrawOut)
def post_opening_request(draw_id: str, body: OpeningRequestIn, caller: Overseer, key: IdempotencyKey) -> Response:
    """Ask for a sealed draw to be opened before it is due; another person has to open it (提出提前公开)."""

    def command(act: Act) -> DrawOut:
        request_opening(act, draw_id, reason=body.reason)
        return draw_out(act.session, get_draw(act.session, draw_id), act.at)

    return caller.record(command, key=key, body=body)


@router.get("/draws/{draw_id}/bundle.zip", response_class=Response)
def read_bundle(draw_id: str, caller: Supervisor) -> Response:
    """Every file of an opened draw, also of one that is withheld from the public (全套文件)."""
    with caller.service.database.reading() as session:
        draw = get_draw(session, draw_id)
        if draw.opened is None:
            raise AbsentError(what_zh="已公开的抽取", what_en="opened draw", key=draw_id)
        data = bundle_zip(bundle_files(session, draw, draw.opened))
    return Response(data, media_type="application/zip", headers={"Cache-Control": "no-store"})


@router.get("/draws/{draw_id}/strata")
def list_strata(draw_id: str, caller: Overseer) -> list[HiddenStratumOut]:
    """What hides behind the names of the strata of a withheld draw; never public (不公开的分组)."""
    with caller.service.database.reading() as session:
        get_draw(session, draw_id)
        rows = session.exec(
            select(HiddenStratum).where(HiddenStratum.draw_id == draw_id).order_by(HiddenStratum.stratum)
        )
        return [HiddenStratumOut.model_validate(row) for row in rows]


def draw_out(session: Session, draw: Draw, at: datetime) -> DrawOut:
    """Return a draw as staff may see it at an instant: no outcome, only the steps."""
    committed, executed, opened = draw.committed, draw.executed, draw.opened
    made = Commitment.from_bytes(committed.commitment)
    return DrawOut(
        draw_id=committed.draw_id,
        stage=stage_of(session),
        task_no=committed.task_no,
        replaces=committed.replaces,
        state=draw.state,
        overdue=overdue_of(draw, as_of(session, at)),
        sealed=committed.sealed,
        withheld=committed.withheld,
        commitment_digest=committed.digest,
        frame=made.frame.rows,
        excluded=made.exclusions.rows,
        narrowings=committed.narrowings,
        recusals=committed.recused,
        lent=committed.lent,
        amended=committed.amended,
        to_draw=draw.to_draw,
        committed_by=committed.committed_by,
        committed_at=committed.committed_at,
        execute_by=committed.execute_by,
        executed_by=executed.executed_by if executed else None,
        executed_at=executed.executed_at if executed else None,
        open_by=committed.open_by,
        opened_at=opened.opened_at if opened else None,
        voided_at=draw.voided.confirmed_at if draw.voided else None,
        value=_value_state(session, draw, made),
        parties=[PartyOut.model_validate(each) for each in standing_of(session, committed.draw_id)],
        beacon=_beacon_out(draw),
    )


def _value_state(session: Session, draw: Draw, made: Commitment) -> Literal["none", "awaited", "entered", "confirmed"]:
    if made.rules.public_source is None:
        return "none"
    if is_value_fixed(session, draw.committed):
        return "confirmed"
    return "entered" if session.get(PublicValue, draw.committed.draw_id) else "awaited"


def _beacon_out(draw: Draw) -> BeaconOut | None:
    source, received = announced_round(draw), draw.beacon
    if source is None:
        return None
    late = ("signature", "randomness", "origin", "received_by", "received_at")
    extra = {name: getattr(received, name, None) for name in late}
    return BeaconOut(round=source.round, published_at=published_at(source), **extra)
