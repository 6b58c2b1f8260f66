"""Visits that no draw caused: asked for with their cause and source, for items of the list, by inspectors named.

They are approved by another person before anything else (``registry.approvals``), count for their year like any other,
and never count as drawn. The rules of a team hold: two of each department at least, every item enforced by a department
of the team, certificates that hold through the period, no recusal. Source: 优化营商环境条例 54; 行政处罚法 42, 43.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlmodel import Session, col, select

from registry.base import nfc
from registry.errors import FieldError
from registry.inspectors import Inspector, InspectorStatus, get_inspector, holds_certificate
from registry.items import Version, check_listed, items_by_code
from registry.journal import Act, Kind, write
from registry.leaves import away_throughout
from registry.operators import MergedError, get_operator
from registry.plans import get_plan
from registry.recusals import standing_for
from registry.sealed import readable_recusals
from registry.stages import marked_title, stage_of
from registry.teams import MAX_SEATS, MIN_SEATS
from registry.visits import Assignment, Cause, Seat, Visit, VisitRequest, with_teams

ID_DIGITS = 12
"""Hex digits of the id of such a visit. It is no running number: that would tell how many nobody has published yet."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked for; ``team`` names inspectors, those of the leading department first."""

    cause: Cause
    source_no: str
    title: str
    reason: str
    unit_id: str
    items: tuple[str, ...]
    team: tuple[str, ...]
    period_from: date
    period_to: date
    plan_no: str | None = None


def request_visit(act: Act, request: Request) -> Assignment:
    """Ask for a visit that no draw caused. It binds nobody until it is approved.

    Raises FieldError, AbsentError, MergedError.
    """
    operator = get_operator(act.session, request.unit_id)
    if operator.merged_into:
        raise MergedError(unit_id=operator.unit_id, kept=operator.merged_into)
    _check_terms(act, request)
    items = _check_items(act, request)
    team = _check_team(act.session, request)
    departments = list(dict.fromkeys(each.department for each in team))
    _check_departments(departments, items)
    visit = Visit(
        visit_id=f"{stage_of(act.session).prefix}u{act.salt().hex()[:ID_DIGITS]}",
        cause=request.cause,
        year=request.period_from.year,
        unit_id=operator.unit_id,
        operator_name=operator.name,
        area=operator.area,
    )
    act.session.add(visit)
    act.session.flush()
    _keep(act, visit, request, team)
    told = asdict(request) | {"departments": departments, "visit_id": visit.visit_id, "operator": operator.name}
    body = {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}
    write(act, Kind.VISIT_REQUESTED, subject=visit.visit_id, body=body)
    return with_teams(act.session, [visit])[0]


def undrawn_visits(session: Session) -> list[Assignment]:
    """Return every visit that no draw caused, newest request first."""
    query = select(Visit).join(VisitRequest).order_by(col(VisitRequest.requested_at).desc(), col(Visit.visit_id))
    return with_teams(session, session.exec(query))


def _keep(act: Act, visit: Visit, request: Request, team: Sequence[Inspector]) -> None:
    act.session.add(
        VisitRequest(
            visit_id=visit.visit_id,
            plan_no=request.plan_no,
            title=marked_title(act.session, request.title),
            source_no=nfc(request.source_no),
            reason=nfc(request.reason),
            departments=list(dict.fromkeys(each.department for each in team)),
            items=list(request.items),
            period_from=request.period_from,
            period_to=request.period_to,
            requested_by=act.person,
            requested_at=act.at,
        )
    )
    seats: Counter[str] = Counter()
    for each in team:
        seats[each.department] += 1
        act.session.add(
            Seat(
                visit_id=visit.visit_id,
                department=each.department,
                seat=seats[each.department],
                inspector_no=each.inspector_no,
                inspector_name=each.name,
            )
        )
    act.session.flush()


def _check_terms(act: Act, request: Request) -> None:
    if request.cause is Cause.DRAWN:
        raise FieldError(
            ("cause",),
            ("双随机抽取的检查只能由摇号产生。", "A drawn visit comes out of a draw alone."),
            ("请填写其他来源。", "Give another cause."),
        )
    for name in ("source_no", "title", "reason"):
        if not nfc(getattr(request, name)):
            raise FieldError((name,), ("内容为空。", "It is empty."), ("请填写。", "Fill it in."))
    if not act.today <= request.period_to or request.period_to < request.period_from:
        raise FieldError(
            ("period_to",),
            ("检查期限止已过，或早于期限起。", "The period is over, or ends before it begins."),
            ("请核对两个日期。", "Check the two dates."),
        )
    if request.plan_no is not None:
        plan = get_plan(act.session, request.plan_no)
        if plan.approved_by is None or {request.period_from.year, request.period_to.year} != {plan.year}:
            raise FieldError(
                ("plan_no",),
                (
                    "该计划尚未审批，或检查期限不在其年度内。",
                    "The plan is not approved, or the period leaves its year.",
                ),
                ("请填已审批的当年计划，或不填。", "Name an approved plan of the year, or none."),
            )


def _check_items(act: Act, request: Request) -> list[Version]:
    """Return the items asked for, each on the list today and through the whole period. Raises FieldError."""
    check_listed(act.session, request.items, today=act.today, start=request.period_from, end=request.period_to)
    return list(items_by_code(act.session, request.items, on=request.period_from).values())


def _check_team(session: Session, request: Request) -> list[Inspector]:
    team = [get_inspector(session, own) for own in request.team]
    standing = standing_for(session, request.unit_id)
    recused = {each.inspector_no for each in readable_recusals(session, standing)}
    away = away_throughout(session, request.period_from, request.period_to)
    for place, each in enumerate(team):
        if each.inspector_no in recused:
            raise FieldError(
                ("team", place),
                (f"{each.inspector_no} 对该经营者已决定回避。", f"{each.inspector_no} is recused from this operator."),
                ("请换一名检查人员。", "Send another inspector."),
            )
        if each.inspector_no in away:
            raise FieldError(
                ("team", place),
                (
                    f"{each.inspector_no} 在整个检查期限内请假。",
                    f"{each.inspector_no} is on leave all through the period.",
                ),
                ("请换一名检查人员。", "Send another inspector."),
            )
        serves = each.status == InspectorStatus.SERVING
        if not serves or not holds_certificate(each, request.period_from, request.period_to):
            raise FieldError(
                ("team", place),
                (
                    f"{each.inspector_no} 不在岗，或执法证件不覆盖整个检查期限。",
                    f"{each.inspector_no} does not serve, or the certificate does not hold through the period.",
                ),
                ("请换一名检查人员，或更新名录。", "Send another inspector, or mend the roster."),
            )
    _check_seats(team)
    return team


def _check_departments(departments: Sequence[str], items: Sequence[Version]) -> None:
    """A department for every item, an item for every department."""
    enforcing = {item.department for item in items}
    if enforcing != set(departments):
        listed = sorted(enforcing.symmetric_difference(departments))
        raise FieldError(
            ("team",),
            (
                f"部门 {'、'.join(listed)} 有事项而无人，或有人而无事项。",
                f"{', '.join(listed)}: items without inspectors, or inspectors without an item.",
            ),
            ("请使检查组与事项的实施部门一致。", "Let the team and the departments of the items agree."),
        )


def _check_seats(team: Sequence[Inspector]) -> None:
    """Refuse a team with too few or too many of a department. Raises FieldError."""
    for department, seats in Counter(each.department for each in team).items():
        if not MIN_SEATS <= seats <= MAX_SEATS:
            raise FieldError(
                ("team",),
                (
                    f"部门 {department} {seats} 人不合规定。",
                    f"{seats} inspectors of {department} is not allowed.",
                ),
                (
                    "每个部门执法人员不得少于两人（行政处罚法第四十二条），至多 9 人。",
                    "At least two of each (Administrative Penalty Law, article 42), at most 9.",
                ),
            )
