"""Plans and draws: draft, approve, preview, commit (锁定), execute (摇号), open (公开名单)."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlmodel import col, select

from app.auth import Allow, Caller, IdempotencyKey
from app.keys import new_roster_numbers, new_secret
from app.wire.draws import CommitIn, DrawOut, ExecuteIn, SecretIn
from app.wire.plans import PlanIn, PlanOut, PreviewOut
from publicity.sequencer import read_head
from registry.commitments import OwnParty, Terms, commit_draw
from registry.draws import Draw, DrawCommitment, get_draw, to_draw
from registry.errors import FieldError
from registry.executions import HandedIn, execute_draw, open_draw
from registry.frames import freeze_frame
from registry.journal import Act
from registry.people import Role
from registry.plans import Plan, PlanDraft, TeamSeats, approve_plan, draft_plan, get_plan
from sampling.commitment import Commitment
from sampling.errors import within
from sampling.names import Party
from sampling.quotas import Ratio
from sampling.rules import SecretDigest
from sampling.sources import Witnessed

router = APIRouter(prefix="/api/v1", tags=["抽查 draws"])
DrawOfficer = Annotated[Caller, Depends(Allow(Role.DRAW_OFFICER))]
Approver = Annotated[Caller, Depends(Allow(Role.APPROVER))]
READERS = (Role.DRAW_OFFICER, Role.APPROVER, Role.REVIEWER, Role.PUBLISHER, Role.SUPERVISOR)
Reader = Annotated[Caller, Depends(Allow(*READERS))]


@router.get("/plans")
def list_plans(caller: Reader) -> list[PlanOut]:
    """Plans, newest first (抽查计划)."""
    with caller.service.database.reading() as session:
        return [PlanOut.model_validate(row) for row in session.exec(select(Plan).order_by(col(Plan.plan_no).desc()))]


@router.get("/plans/{plan_no}")
def read_plan(plan_no: str, caller: Reader) -> PlanOut:
    """One plan (计划)."""
    with caller.service.database.reading() as session:
        return PlanOut.model_validate(get_plan(session, plan_no))


@router.post("/plans", status_code=201, response_model=PlanOut)
def post_plan(body: PlanIn, caller: DrawOfficer) -> Response:
    """Draft a plan (拟定计划)."""
    draft = _draft(body)
    region = caller.service.settings.region
    return caller.record(lambda act: PlanOut.model_validate(draft_plan(act, draft, region=region)))


@router.post("/plans/{plan_no}/approval", response_model=PlanOut)
def post_approval(plan_no: str, caller: Approver, key: IdempotencyKey) -> Response:
    """Approve a plan that another person drafted (审批计划)."""
    return caller.record(lambda act: PlanOut.model_validate(approve_plan(act, plan_no)), key=key, status=200)


@router.get("/plans/{plan_no}/preview")
def preview_plan(plan_no: str, caller: Reader) -> PreviewOut:
    """What the plan would commit to now, in counts; nothing about an outcome (预览)."""
    with caller.service.database.reading() as session:
        plan = get_plan(session, plan_no)
        scope = freeze_frame(session, plan, new_roster_numbers)
    departments = [each.department for each in scope.inspectors]
    return PreviewOut(
        registered=len(scope.units) + len(scope.exclusions),
        frame=len(scope.units),
        excluded=scope.reasons(),
        quota=Ratio(plan.ratio).size(len(scope.units)),
        inspectors={code: departments.count(code) for code in sorted(set(departments))},
        recusals=len(scope.recusals),
    )


@router.post("/plans/{plan_no}/commitment", status_code=201, response_model=DrawOut)
def post_commitment(plan_no: str, body: CommitIn, caller: DrawOfficer, key: IdempotencyKey) -> Response:
    """Commit the plan's one draw: fix frame, rules and secret digests in public (锁定)."""
    service = caller.service
    terms = Terms(
        execute_by=body.execute_by,
        open_by=body.open_by,
        parties=tuple(SecretDigest(Party(each.party), each.digest) for each in body.parties),
        hash_name=body.hash,
    )

    def command(act: Act) -> DrawOut:
        draw_id = get_plan(act.session, plan_no).task_no
        own = OwnParty(
            party=service.settings.party,
            secret=new_secret(),
            sealed=lambda secret: service.box.seal(secret, about=draw_id),
            numbers=new_roster_numbers,
        )
        size = read_head(act.session).size
        return draw_out(commit_draw(act, plan_no, terms, own, log_size=size))

    return caller.record(command, key=key, body=body)


@router.get("/draws")
def list_draws(caller: Reader) -> list[DrawOut]:
    """Draws, newest first (抽取)."""
    with caller.service.database.reading() as session:
        ids = session.exec(select(DrawCommitment.draw_id).order_by(col(DrawCommitment.committed_at).desc()))
        return [draw_out(get_draw(session, draw_id)) for draw_id in ids]


@router.get("/draws/{draw_id}")
def read_draw(draw_id: str, caller: Reader) -> DrawOut:
    """One draw as far as it has come (抽取)."""
    with caller.service.database.reading() as session:
        return draw_out(get_draw(session, draw_id))


@router.post("/draws/{draw_id}/execution", status_code=201, response_model=DrawOut)
def post_execution(draw_id: str, body: ExecuteIn, caller: DrawOfficer, key: IdempotencyKey) -> Response:
    """Hand in secrets and public value: the draw exists, teams are staffed, visits are assigned (摇号)."""
    service = caller.service
    handed = HandedIn(
        secrets=_by_party(body.secrets),
        public_value=body.public_value,
        witnesses=tuple(body.witnesses),
        simulated=service.demo and body.public_value is not None,
    )

    def unseal(sealed: bytes) -> str:
        return service.box.unseal(sealed, about=draw_id)

    return caller.record(lambda act: draw_out(execute_draw(act, draw_id, handed, unseal)), key=key, body=body)


@router.post("/draws/{draw_id}/opening", status_code=201, response_model=DrawOut)
def post_opening(draw_id: str, caller: Approver, key: IdempotencyKey) -> Response:
    """Publish the bundle of a sealed draw (公开名单)."""
    return caller.record(lambda act: draw_out(open_draw(act, draw_id)), key=key)


def _by_party(secrets: Sequence[SecretIn]) -> dict[str, str]:
    """Return party → secret. Raises FieldError for a party that hands in two: which one would count?"""
    found: dict[str, str] = {}
    for place, each in enumerate(secrets):
        if each.party in found:
            raise FieldError(
                ("secrets", place, "party"),
                (f"{each.party} 提交了两个秘密。", f"{each.party} hands in two secrets."),
                ("每一方只提交一个。", "Hand in one for each party."),
            )
        found[each.party] = each.secret
    return found


def draw_out(draw: Draw) -> DrawOut:
    """Return a draw as staff may see it: no outcome, only the steps."""
    committed, executed, opened = draw.committed, draw.executed, draw.opened
    made = Commitment.from_bytes(committed.commitment)
    return DrawOut(
        draw_id=committed.draw_id,
        plan_no=committed.plan_no,
        state=draw.state.value,
        sealed=committed.sealed,
        commitment_digest=committed.digest,
        frame=made.frame.rows,
        excluded=made.exclusions.rows,
        to_draw=to_draw(made),
        committed_by=committed.committed_by,
        committed_at=committed.committed_at,
        execute_by=committed.execute_by,
        executed_by=executed.executed_by if executed else None,
        executed_at=executed.executed_at if executed else None,
        open_by=committed.open_by,
        opened_at=opened.opened_at if opened else None,
    )


def _draft(body: PlanIn) -> PlanDraft:
    source = body.public_source
    with within("public_source"):
        witnessed = Witnessed(source.what, source.alphabet, source.length) if source else None
    return PlanDraft(
        title=body.title,
        kinds=tuple(body.kinds),
        areas=tuple(body.areas),
        ratio=body.ratio,
        ratio_basis=body.ratio_basis,
        team=tuple(TeamSeats(department=each.department, seats=each.seats) for each in body.team),
        items=tuple(body.items),
        period_from=body.period_from,
        period_to=body.period_to,
        sealed=body.sealed,
        public_source=witnessed,
    )
