"""Assignments and findings: inspectors fetch and file, reviewers review, publishers publish."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from sqlmodel import Session, col, select

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import RESULTS, InspectorCaller, Publisher, Reviewer
from app.routes.paging import PageAsked
from app.values import LegalDate
from app.wire.base import read_off
from app.wire.evidence import EvidenceOut
from app.wire.items import ItemOut
from app.wire.operators import SiteOut
from app.wire.penalties import DisclosureOut
from app.wire.visits import (
    ChoicesOut,
    FindingIn,
    FindingOut,
    FollowUpOut,
    ItemFilingIn,
    OutcomeOut,
    ReviewIn,
    SeatOut,
    VisitOut,
)
from publicity.disclosure import Disclosure, is_published, publish_result
from publicity.views.records import record_path
from registry.base import legal_day
from registry.errors import AbsentError
from registry.evidence import evidence_of
from registry.filing import Filing, ItemFiling
from registry.findings import (
    Finding,
    FindingConfirmation,
    FindingReview,
    FindingState,
    file_finding,
    finding_outcomes,
    finding_state,
    get_finding,
    latest_finding,
    open_assignments,
    own_visit,
    review_finding,
)
from registry.items import items_by_code
from registry.journal import Act
from registry.operators import get_operator
from registry.outcomes import follow_ups_on, outcomes_on
from registry.people import Role
from registry.sealed import found_visits, has_visit
from registry.sites import sites_of
from registry.steps import is_told, may_follow, steps_of_visit, visit_state
from registry.visits import Assignment, get_assignment

router = APIRouter(prefix="/api/v1", tags=["检查 visits"])
Reader = Annotated[Caller, Depends(Allow(*RESULTS))]
State = Annotated[FindingState | None, Query(description="Only findings in this state.")]


@router.get("/assignments")
def list_assignments(caller: InspectorCaller) -> list[VisitOut]:
    """The inspector's own visits, in the batch's period only (我的任务)."""
    day = legal_day(caller.service.clock.now())
    with caller.service.database.reading() as session:
        return [visit_out(session, each, caller) for each in open_assignments(session, caller.person, day)]


@router.get("/assignments/{visit_id}")
def read_assignment(visit_id: str, caller: InspectorCaller) -> VisitOut:
    """One of the inspector's own visits; any other answers 404 (任务详情)."""
    day = legal_day(caller.service.clock.now())
    with caller.service.database.reading() as session:
        return visit_out(session, own_visit(session, caller.person, visit_id, day), caller)


@router.post("/assignments/{visit_id}/findings", status_code=201, response_model=FindingOut)
def post_finding(visit_id: str, body: FindingIn, caller: InspectorCaller, key: IdempotencyKey) -> Response:
    """File what the visit found, one outcome an item, or a correction (提交检查结果)."""
    filing = Filing(
        inspected_on=body.inspected_on,
        outcomes=tuple(ItemFiling(**line.model_dump()) for line in body.outcomes),
        corrects=body.corrects,
    )

    def command(act: Act) -> FindingOut:
        return finding_out(act.session, file_finding(act, caller.person, visit_id, filing))

    return caller.record(command, key=key, body=body)


@router.get("/choices")
def list_choices(
    caller: Annotated[Caller, Depends(Allow(*Role))], on: Annotated[LegalDate | None, Query()] = None
) -> ChoicesOut:
    """The outcomes and follow-ups that may be recorded on a day, by default today (检查结果和后续处理的选项)."""
    day = on or legal_day(caller.service.clock.now())
    return ChoicesOut(
        outcomes=[OutcomeOut.model_validate(each) for each in outcomes_on(day).values()],
        follow_ups=[FollowUpOut.model_validate(each) for each in follow_ups_on(day).values()],
    )


@router.get("/findings")
def list_findings(caller: Reader, page: PageAsked, state: State = None) -> list[FindingOut]:
    """Findings, newest first; each visit's newest record only (检查结果)."""
    with caller.service.database.reading() as session:
        corrected = select(Finding.corrects).where(col(Finding.corrects).is_not(None))
        newest = select(Finding).where(col(Finding.finding_id).not_in(corrected))
        rows = page.rows(
            session,
            newest.where(col(Finding.visit_id).in_(found_visits(caller.person))),
            *(Finding.filed_at, Finding.finding_id),
            newest_first=True,
            keep=lambda row: state is None or finding_state(session, row.finding_id) is state,
        )
        return [finding_out(session, finding) for finding in rows]


@router.get("/findings/{finding_id}")
def read_finding(finding_id: str, caller: Reader) -> FindingOut:
    """One finding (检查结果详情)."""
    with caller.service.database.reading() as session:
        finding = get_finding(session, finding_id)
        if not has_visit(session, found_visits(caller.person), finding.visit_id):
            raise AbsentError(what_zh="检查结果", what_en="finding", key=finding_id)
        return finding_out(session, finding)


@router.post("/findings/{finding_id}/review", response_model=FindingOut)
def post_review(finding_id: str, body: ReviewIn, caller: Reviewer, key: IdempotencyKey) -> Response:
    """Approve a finding or return it; nobody who took part in the visit (审核)."""

    def command(act: Act) -> FindingOut:
        review_finding(act, finding_id, approved=body.approved, reason=body.reason)
        return finding_out(act.session, get_finding(act.session, finding_id))

    return caller.record(command, key=key, body=body, status=200)


@router.post("/findings/{finding_id}/publication", status_code=201, response_model=DisclosureOut)
def post_publication(finding_id: str, caller: Publisher, key: IdempotencyKey) -> Response:
    """Publish a reviewed result; neither the team nor the reviewer (公示检查结果)."""
    deadlines = caller.service.deadlines
    return caller.record(lambda act: disclosure_out(publish_result(act, finding_id, deadlines)), key=key)


def disclosure_out(disclosure: Disclosure) -> DisclosureOut:
    """Return a publication with the page on which it stands."""
    return DisclosureOut(**read_off(DisclosureOut, disclosure, {"path": record_path(disclosure)}))


def visit_out(session: Session, assignment: Assignment, caller: Caller) -> VisitOut:
    """Return a visit as its team sees it."""
    visit, order = assignment.visit, assignment.order
    state = visit_state(session, visit.visit_id)
    operator = get_operator(session, visit.unit_id)
    latest = latest_finding(session, visit.visit_id)
    review = session.get(FindingReview, latest.finding_id) if latest else None
    items = items_by_code(session, order.items, on=order.period_from)
    extra: dict[str, Any] = {
        "task_title": order.title,
        "state": state.value,
        "may_follow": [step.value for step in may_follow(session, assignment.visit, state)],
        "period_from": order.period_from,
        "period_to": order.period_to,
        "days_left": max((order.period_to - legal_day(caller.service.clock.now())).days, 0),
        "items": [ItemOut.model_validate(item) for item in items.values()],
        "team": [SeatOut.model_validate(seat) for seat in assignment.seats],
        "finding_id": latest.finding_id if latest else None,
        "finding_state": finding_state(session, latest.finding_id) if latest else None,
        "returned_because": review.reason if review and not review.approved else None,
    }
    extra["sites"] = [SiteOut.model_validate(site) for site in sites_of(session, [visit.unit_id])[visit.unit_id]]
    contact = ("address", "contact_name", "contact_phone")
    extra |= {name: getattr(operator, name) for name in contact}
    return VisitOut(**read_off(VisitOut, visit, extra))


def finding_out(session: Session, finding: Finding) -> FindingOut:
    """Return a finding and where it stands."""
    assignment = get_assignment(session, finding.visit_id)
    items = assignment.order.items
    review = session.get(FindingReview, finding.finding_id)
    confirmation = session.get(FindingConfirmation, finding.finding_id)
    extra = {
        "cause": assignment.visit.cause,
        "evidence": [EvidenceOut.model_validate(each) for each in evidence_of(session, finding.visit_id)],
        "confirmed_by": confirmation.confirmed_by if confirmation else None,
        "told": is_told(steps_of_visit(session, finding.visit_id), finding.finding_id),
        "state": finding_state(session, finding.finding_id),
        "published": is_published(session, finding.finding_id),
        "outcomes": [
            ItemFilingIn(item=line.item, outcome=line.outcome, text=line.text, follow_up=line.follow_up)
            for line in finding_outcomes(session, finding.finding_id, items)
        ],
        "reviewed_by": review.reviewed_by if review else None,
        "reason": review.reason if review else None,
    }
    return FindingOut(**read_off(FindingOut, finding, extra))
