"""Plans and their batches: draft, approve, preview."""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlmodel import select

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import READERS, Approver, DrawOfficer
from app.routes.days import read_on
from app.routes.operators import AsOf
from app.routes.paging import PageAsked
from app.wire.changes import BatchTermsIn
from app.wire.plans import BatchIn, BatchOut, PlanIn, PlanOut, PreviewOut, SourceIn, StratumOut, TeamSeatsIn
from registry.base import legal_day
from registry.batches import Batch, BatchDraft, get_batch
from registry.changes import approve_proposed, propose_batch
from registry.conditions import USUAL
from registry.frames import Preview, preview_frame
from registry.history import Subject
from registry.plans import Plan, PlanDraft, approve_plan, draft_plan, get_plan
from registry.quotas import read_quotas
from registry.sources import Announced, announce
from registry.teams import TeamSeats

router = APIRouter(prefix="/api/v1", tags=["计划 plans"])
PLAIN = frozenset(
    {
        *("title", "targeted", "kinds", "areas", "stratify", "ratio_floor", "ratio_basis", "items"),
        *("period_from", "period_to", "sealed", "approver"),
    }
)
"""What a batch's draft takes from a body as it is."""

CLEARABLE = frozenset({"ratio_floor", "approver", "public_source"})
"""What may be empty, so that a change may clear it."""

Reader = Annotated[Caller, Depends(Allow(*READERS))]


@router.get("/plans")
def list_plans(caller: Reader, page: PageAsked) -> list[PlanOut]:
    """Plans, newest first (抽查计划)."""
    with caller.service.database.reading() as session:
        rows = page.rows(session, select(Plan), Plan.plan_no, newest_first=True)
        return [PlanOut.model_validate(row) for row in rows]


@router.get("/plans/{plan_no}")
def read_plan(plan_no: str, caller: Reader, as_of: AsOf = None) -> PlanOut:
    """One plan, today or as of a day (计划)."""
    return read_on(caller, PlanOut, (Subject.PLAN, plan_no), as_of, get_plan)


@router.post("/plans", status_code=201, response_model=PlanOut)
def post_plan(body: PlanIn, caller: DrawOfficer) -> Response:
    """Draft a year's plan or a special campaign (拟定计划)."""
    draft = PlanDraft(**body.model_dump())
    region = caller.service.settings.region
    return caller.record(lambda act: PlanOut.model_validate(draft_plan(act, draft, region=region)))


@router.post("/plans/{plan_no}/approval", response_model=PlanOut)
def post_plan_approval(plan_no: str, caller: Approver, key: IdempotencyKey) -> Response:
    """Approve a plan that another person drafted (审批计划)."""
    return caller.record(lambda act: PlanOut.model_validate(approve_plan(act, plan_no)), key=key, status=200)


@router.get("/batches")
def list_batches(caller: Reader, page: PageAsked, plan_no: str | None = None) -> list[BatchOut]:
    """Batches, newest first, of all plans or of one (批次)."""
    query = select(Batch)
    if plan_no is not None:
        query = query.where(Batch.plan_no == plan_no)
    with caller.service.database.reading() as session:
        rows = page.rows(session, query, Batch.task_no, newest_first=True)
        return [BatchOut.model_validate(row) for row in rows]


@router.get("/batches/{task_no}")
def read_batch(task_no: str, caller: Reader, as_of: AsOf = None) -> BatchOut:
    """One batch, today or as of a day (批次详情)."""
    return read_on(caller, BatchOut, (Subject.BATCH, task_no), as_of, get_batch)


@router.post("/plans/{plan_no}/batches", status_code=201, response_model=BatchOut)
def post_batch(plan_no: str, body: BatchIn, caller: DrawOfficer) -> Response:
    """Draft a batch of a plan; of an approved one with the reason, as a change of the plan (拟定批次)."""
    settings = caller.service.settings
    draft, region = _draft(body, settings.drand_margin), settings.region
    return caller.record(
        lambda act: BatchOut.model_validate(propose_batch(act, plan_no, draft, reason=body.reason or "", region=region))
    )


@router.post("/batches/{task_no}/approval", response_model=BatchOut)
def post_batch_approval(task_no: str, caller: Approver, key: IdempotencyKey) -> Response:
    """Approve a batch that another person drafted (审批批次)."""
    region = caller.service.settings.region
    return caller.record(
        lambda act: BatchOut.model_validate(approve_proposed(act, task_no, region=region)), key=key, status=200
    )


@router.get("/batches/{task_no}/preview")
def preview_batch(task_no: str, caller: Reader) -> PreviewOut:
    """What the batch would commit to now, in counts; nothing about an outcome (预览)."""
    with caller.service.database.reading() as session:
        batch = get_batch(session, task_no)
        counted = preview_frame(session, batch, on=legal_day(caller.service.clock.now()))
    return preview_out(counted)


def preview_out(counted: Preview) -> PreviewOut:
    """Return the counts of a batch as staff see them."""
    departments = Counter(each.inspector.department for each in counted.staff.sendable)
    sizes = counted.sizes
    frame, excluded = sum(counted.strata.values()), sum(counted.excluded.values())
    return PreviewOut(
        registered=frame + excluded,
        frame=frame,
        excluded=dict(counted.excluded),
        quota=sum(drawn for _, drawn in sizes.values()),
        strata=[StratumOut(stratum=name, units=units, to_draw=drawn) for name, (units, drawn) in sizes.items()],
        inspectors=dict(sorted(departments.items())),
        narrowings=dict(sorted(counted.staff.narrowings.items())),
        lent=sum(each.lent for each in counted.staff.sendable),
        recusals=counted.recusals,
    )


def batch_terms(body: BatchIn | BatchTermsIn, least_margin: int) -> dict[str, Any]:
    """Return what a body names of a batch, as fields of a draft; ``least_margin`` is the bureau's, in seconds.

    Raises FieldError, sampling's RefusedError.
    """
    named = {name for name in body.model_fields_set if getattr(body, name) is not None or name in CLEARABLE}
    found: dict[str, Any] = {name: getattr(body, name) for name in named & PLAIN}
    if body.criteria is not None:
        found["criteria"] = tuple(each.value() for each in body.criteria)
    if body.quotas is not None:
        found["quotas"] = read_quotas(body.quotas.model_dump(exclude_none=True))
    if body.team is not None:
        found["team"] = tuple(_seats(each) for each in body.team)
    if "public_source" in named:
        found["public_source"] = _announced(body.public_source, least_margin)
    return found | {name: tuple(found[name]) for name in ("kinds", "areas", "items") if name in found}


def _draft(body: BatchIn, least_margin: int) -> BatchDraft:
    usual = USUAL if body.targeted else ()
    defaults = {name: getattr(body, name) for name in ("targeted", "stratify", "ratio_floor", "sealed", "approver")}
    criteria = tuple(dict(each) for each in usual)
    return BatchDraft(**{**defaults, "criteria": criteria, "public_source": None, **batch_terms(body, least_margin)})


def _seats(each: TeamSeatsIn) -> TeamSeats:
    return TeamSeats(department=each.department, seats=each.seats, fields=tuple(each.fields), tags=tuple(each.tags))


def _announced(source: SourceIn | None, least_margin: int) -> Announced | None:
    if source is None:
        return None
    return announce(source.kind, source.model_dump(exclude={"kind"}, exclude_none=True), least_margin)
