"""Replacing a drawn operator, or an inspector of its team: asked for by one person, decided by another.

Nobody names who comes. The next alternate of the stratum comes for an operator, strictly in order; for an inspector the
protocol's own step over those left. Whoever comes and cannot go either is a replacement of its own, on record and, once
the draw is open, in public. The team as the draw made it is never written over.
Source: 行政处罚法 42, 43; draw protocol, section 9.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlmodel import col, func, select

from registry.approvals import need_reason, refuse_team
from registry.base import nfc
from registry.draws import Draw, DrawState, DrawStateError, RosterNumber, get_draw
from registry.errors import FieldError, RegistryError
from registry.evidence import evidence_of
from registry.executions import visit_id as numbered
from registry.inspectors import Inspector, InspectorStatus, get_inspector, holds_certificate
from registry.journal import Act, Kind, write
from registry.leaves import is_away
from registry.operators import get_operator
from registry.people import next_number, not_concerned, other_person
from registry.recusals import standing_for
from registry.replaced_rows import keep_rows, prove_standing
from registry.replacing import (
    Fallen,
    Replacement,
    ReplacementDecision,
    approved_replacements,
    get_replacement,
    reasons_on,
    standing_of,
)
from registry.steps import RESEATED_IN, Step, Taken, add_step, check_step, is_replaced, visit_state
from registry.visits import Assignment, Cause, ReplacedSeat, Seat, Visit, get_assignment, with_teams
from sampling.canonical import jcs
from sampling.names import InspectorId, UnitId
from sampling.replacement import Event, InspectorOut, Standing, UnitOut, follow

STEPS = {Fallen.UNIT: Step.REPLACED, Fallen.INSPECTOR: Step.RESEATED}
DECIDING = ("替补审批", "Deciding a replacement")


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """Why: the code of the reason, what there is to say of it, and files of the visit."""

    reason: str
    text: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SeatNamed:
    """A seat of a visit; ``altogether`` when whoever holds it is out for all visits of the draw still to be made."""

    department: str
    seat: int
    altogether: bool = False


class ReplacementStateError(RegistryError):
    """The request is not in the state that the step needs."""

    nature = "conflict"
    zh = "替补申请 {key} {problem_zh}。未作任何改动。"
    en = "Replacement {key} {problem_en}. Nothing was changed."


class StratumToldError(RegistryError):
    """To replace an operator would tell that two of them are of one hidden stratum."""

    nature = "conflict"
    zh = (
        "抽取 {draw_id} 的分组不公开，替补经营者会说明两户属于同一组，因此不予替补。"
        "请如实登记检查经过和结果。未作任何改动。"
    )
    en = (
        "The strata of the draw {draw_id} are not public, and to replace an operator would tell that two are of one. "
        "Record what the team meets instead. Nothing was changed."
    )


def request_unit(act: Act, visit_id: str, grounds: Grounds) -> Replacement:
    """Ask that the next alternate of its stratum come for a drawn operator that nobody has visited.

    Raises AbsentError, VisitStateError, DrawStateError, StratumToldError, ReplacementStateError, FieldError.
    """
    assignment = get_assignment(act.session, visit_id)
    check_step(act.session, assignment.visit, Step.REPLACED)
    draw = _drawn(act, assignment)
    if draw.committed.withheld and len(draw.strata) > 1:
        raise StratumToldError(draw_id=draw.committed.draw_id)
    _check_grounds(act, assignment, Fallen.UNIT, grounds)
    return _ask(act, assignment, Fallen.UNIT, grounds)


def request_inspector(act: Act, visit_id: str, named: SeatNamed, grounds: Grounds) -> Replacement:
    """Ask that another come for an inspector who must not or cannot go, before the team arrives.

    A reason of the record (recusal, leave, certificate, service) has to stand there. Raises AbsentError,
    VisitStateError, DrawStateError, ReplacementStateError, FieldError.
    """
    assignment = get_assignment(act.session, visit_id)
    check_step(act.session, assignment.visit, Step.RESEATED)
    _drawn(act, assignment)
    seat = _seat(assignment, named)
    _check_grounds(act, assignment, Fallen.INSPECTOR, grounds)
    if named.altogether and reasons_on(Fallen.INSPECTOR, act.today)[grounds.reason].one:
        raise FieldError(
            ("altogether",),
            ("该理由只涉及一次检查。", "The reason concerns one visit alone."),
            ("请逐次提出。", "Ask for each visit."),
        )
    _check_proof(act, assignment, seat, grounds.reason)
    return _ask(act, assignment, Fallen.INSPECTOR, grounds, seat=seat, altogether=named.altogether)


def decide_replacement(act: Act, replacement_id: str, *, approved: bool, text: str = "") -> ReplacementDecision:
    """Approve a request, so that whoever is next comes, or refuse it with the reason.

    By an approver who neither asked for it, nor is concerned, nor goes on the visit. One fact. Raises AbsentError,
    ReplacementStateError, SamePersonError, VisitStateError, DrawStateError, FieldError, sampling's RefusedError (no
    alternate, or nobody else, is left).
    """
    asked = get_replacement(act.session, replacement_id)
    if act.session.get(ReplacementDecision, replacement_id):
        raise ReplacementStateError(key=replacement_id, problem_zh="已有决定", problem_en="was decided before")
    assignment = get_assignment(act.session, asked.visit_id)
    other_person(act, asked.requested_by, step=DECIDING, did=("提出该申请", "asked for it"))
    refuse_team(act, [assignment])
    if asked.inspector_no is not None:
        not_concerned(act, asked.inspector_no, step=DECIDING)
    if not approved:
        need_reason(text)
        return _decide(act, asked, text)
    check_step(act.session, assignment.visit, STEPS[Fallen(asked.fallen)])
    before = standing_of(act.session, _drawn(act, assignment))
    visits = _standing_visits(act, asked.draw_id)
    event = _event(act, asked, assignment, before, visits)
    after = follow(before, event)
    rows = prove_standing(act, after)
    if isinstance(event, InspectorOut):
        refuse_team(act, with_teams(act.session, [visits[unit_id] for unit_id in event.leaves]))
    decision = _decide(act, asked, text, made=_Made(event, after.digest, rows.root))
    if isinstance(event, UnitOut):
        changed = [_send_alternate(act, assignment, before, after, decision)]
    else:
        changed = _reseat(act, visits, before, after, decision)
    keep_rows(act, rows, decision, changed)
    return decision


def _drawn(act: Act, assignment: Assignment) -> Draw:
    """Return the draw of a drawn visit, as long as it stands."""
    draw = get_draw(act.session, str(assignment.visit.draw_id))
    if draw.state not in (DrawState.EXECUTED, DrawState.OPENED):
        raise DrawStateError(draw_id=draw.committed.draw_id, problem_zh="不再有效", problem_en="does not stand")
    return draw


def _seat(assignment: Assignment, named: SeatNamed) -> Seat:
    for seat in assignment.seats:
        if (seat.department, seat.seat) == (named.department, named.seat):
            return seat
    raise FieldError(
        ("seat",),
        (
            f"检查组没有 {named.department} 的第 {named.seat} 席。",
            f"The team has no seat {named.seat} of {named.department}.",
        ),
        ("请核对检查组名单。", "Look at the team."),
    )


def _check_grounds(act: Act, assignment: Assignment, fallen: Fallen, grounds: Grounds) -> None:
    reasons = reasons_on(fallen, act.today)
    if grounds.reason not in reasons:
        raise FieldError(
            ("reason",),
            (f"没有理由代码 {grounds.reason}。", f"There is no reason {grounds.reason}."),
            (f"可选：{'、'.join(reasons)}。", f"Choose one of: {', '.join(reasons)}."),
        )
    if not nfc(grounds.text):
        raise FieldError(
            ("text",), ("没有说明。", "Nothing is said of it."), ("请写明情况和依据。", "Say what it rests on.")
        )
    files = {each.evidence_id for each in evidence_of(act.session, assignment.visit.visit_id)}
    for place, own in enumerate(grounds.evidence):
        if own not in files:
            raise FieldError(
                ("evidence", place),
                (f"本次检查没有附件 {own}。", f"The visit has no file {own}."),
                ("请填本次检查的附件编号。", "Name a file of this visit."),
            )


def _check_proof(act: Act, assignment: Assignment, seat: Seat, reason: str) -> None:
    """Refuse a reason that the record does not bear out. Raises FieldError."""
    inspector, last = get_inspector(act.session, seat.inspector_no), assignment.order.period_to
    standing = standing_for(act.session, assignment.visit.unit_id)
    borne_out = {
        "recused": lambda: seat.inspector_no in {each.inspector_no for each in act.session.exec(standing)},
        "leave": lambda: is_away(act.session, seat.inspector_no, act.today, last),
        "certificate": lambda: not holds_certificate(inspector, act.today, last),
        "left": lambda: inspector.status == InspectorStatus.LEFT,
    }
    if reason in borne_out and not borne_out[reason]():
        raise FieldError(
            ("reason",),
            ("名录和审批记录中没有这一情形。", "The record does not bear this out."),
            (
                "回避须已准许，请假须已批准，证件到期或离岗须已在名录中更新；其他情形请选 other 并说明。",
                "Recusal or leave must be approved, the end of certificate or service in the roster; else use other.",
            ),
        )


def _ask(  # noqa: PLR0913 - the parts of a request
    act: Act,
    assignment: Assignment,
    fallen: Fallen,
    grounds: Grounds,
    *,
    seat: Seat | None = None,
    altogether: bool = False,
) -> Replacement:
    draw_id, own = str(assignment.visit.draw_id), seat.inspector_no if seat else None
    decided = select(ReplacementDecision.replacement_id)
    waiting = select(Replacement).where(
        Replacement.visit_id == assignment.visit.visit_id,
        Replacement.inspector_no == own,
        col(Replacement.replacement_id).not_in(decided),
    )
    same = act.session.exec(waiting).first()
    if same is not None:
        raise ReplacementStateError(
            key=same.replacement_id, problem_zh="同一申请尚未决定", problem_en="asks for the same and is not decided"
        )
    asked = Replacement(
        replacement_id=next_number(act.session, Replacement.replacement_id, "x"),
        draw_id=draw_id,
        visit_id=assignment.visit.visit_id,
        fallen=fallen.value,
        department=seat.department if seat else None,
        seat=seat.seat if seat else None,
        inspector_no=own,
        altogether=altogether,
        reason=grounds.reason,
        text=nfc(grounds.text),
        evidence=list(grounds.evidence),
        requested_by=act.person,
        requested_at=act.at,
        fact_id=0,
    )
    body = asked.model_dump(mode="json", exclude={"fact_id"})
    asked.fact_id = write(act, Kind.REPLACEMENT_REQUESTED, subject=asked.visit_id, body=body)
    act.session.add(asked)
    act.session.flush()
    return asked


class _Made(NamedTuple):
    """What an approved request makes: the event, the state after it, and the root over the rows as they stand."""

    event: Event
    state: str
    root: str


def _decide(act: Act, asked: Replacement, text: str, *, made: _Made | None = None) -> ReplacementDecision:
    """Write the fact and the row; the log gets number, state and root, which tell nothing without their salts."""
    number = len(approved_replacements(act.session, asked.draw_id)) + 1 if made else None
    public: dict[str, object] = {}
    if made:
        public = {"draw_id": asked.draw_id, "number": number, "state": made.state, "rows_root": made.root}
    body = {"replacement_id": asked.replacement_id, "approved": made is not None, "text": nfc(text)}
    told = body | ({"event": made.event.value()} if made else {})
    fact_id = write(act, Kind.REPLACEMENT_DECIDED, subject=asked.visit_id, public=public, body=told)
    decision = ReplacementDecision(
        replacement_id=asked.replacement_id,
        draw_id=asked.draw_id,
        number=number,
        approved=made is not None,
        text=nfc(text),
        event=jcs(made.event.value()) if made else None,
        state=made.state if made else None,
        decided_by=act.person,
        decided_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(decision)
    act.session.flush()
    return decision


def _standing_visits(act: Act, draw_id: str) -> dict[str, Visit]:
    """Return unit → visit of those of a draw that were not replaced."""
    visits = act.session.exec(select(Visit).where(Visit.draw_id == draw_id)).all()
    return {each.unit_id: each for each in visits if not is_replaced(act.session, each.visit_id)}


def _event(
    act: Act, asked: Replacement, assignment: Assignment, before: Standing, visits: Mapping[str, Visit]
) -> Event:
    if asked.fallen == Fallen.UNIT:
        return UnitOut(
            before=before.digest,
            unit_id=UnitId(assignment.visit.unit_id),
            reason=asked.reason,
            salt=act.salt().hex(),
        )
    seat = next((each for each in assignment.seats if each.inspector_no == asked.inspector_no), None)
    if seat is None or seat.roster_no is None:
        raise ReplacementStateError(
            key=asked.replacement_id, problem_zh="所涉人员已不在检查组中", problem_en="is of somebody who left the team"
        )
    held = {row.unit_id for row in before.assignments if row.inspector_id == seat.roster_no}
    leaves = {unit_id for unit_id in held if visit_state(act.session, visits[unit_id].visit_id) in RESEATED_IN}
    return InspectorOut(
        before=before.digest,
        inspector_id=InspectorId(seat.roster_no),
        leaves=tuple(sorted(leaves)) if asked.altogether else (UnitId(assignment.visit.unit_id),),
        altogether=asked.altogether,
        reason=asked.reason,
        salt=act.salt().hex(),
    )


def _roster(act: Act, draw_id: str) -> dict[str, Inspector]:
    joined = col(Inspector.inspector_no) == col(RosterNumber.inspector_no)
    query = select(RosterNumber.roster_no, Inspector).join(Inspector, joined).where(RosterNumber.draw_id == draw_id)
    return dict(act.session.exec(query).all())


def _send_alternate(
    act: Act, assignment: Assignment, before: Standing, after: Standing, decision: ReplacementDecision
) -> Visit:
    """Mark the old visit as replaced, and return the one made for the alternate that came, with its team."""
    old = assignment.visit
    (new,) = {row.unit_id for row in after.drawn} - {row.unit_id for row in before.drawn}
    operator = get_operator(act.session, new)
    last = act.session.exec(select(func.max(Visit.number)).where(Visit.draw_id == old.draw_id)).one()
    number = (last or 0) + 1
    visit = Visit(
        visit_id=numbered(decision.draw_id, number),
        cause=Cause.DRAWN,
        year=old.year,
        draw_id=old.draw_id,
        task_no=old.task_no,
        number=number,
        unit_id=operator.unit_id,
        operator_name=operator.name,
        area=operator.area,
    )
    act.session.add(visit)
    act.session.flush()
    roster = _roster(act, decision.draw_id)
    act.session.add_all(
        Seat(
            visit_id=visit.visit_id,
            department=row.department,
            seat=row.seat,
            roster_no=row.inspector_id,
            inspector_no=roster[row.inspector_id].inspector_no,
            inspector_name=roster[row.inspector_id].name,
        )
        for row in after.assignments
        if row.unit_id == new
    )
    taken = Taken(text=decision.text, detail={"replacement_id": decision.replacement_id, "visit_id": visit.visit_id})
    add_step(act, old, Step.REPLACED, taken, fact_id=decision.fact_id)
    return visit


def _reseat(
    act: Act,
    visits: Mapping[str, Visit],
    before: Standing,
    after: Standing,
    decision: ReplacementDecision,
) -> list[Visit]:
    """Give each seat that was left to whoever came for it: a row and a step of its visit. Return the visits."""
    came = sorted(set(after.assignments) - set(before.assignments))
    roster = _roster(act, decision.draw_id)
    for row in came:
        visit, inspector = visits[row.unit_id], roster[row.inspector_id]
        earlier = select(func.count()).where(
            ReplacedSeat.visit_id == visit.visit_id,
            ReplacedSeat.department == row.department,
            ReplacedSeat.seat == row.seat,
        )
        act.session.add(
            ReplacedSeat(
                visit_id=visit.visit_id,
                department=row.department,
                seat=row.seat,
                turn=act.session.exec(earlier).one() + 1,
                roster_no=row.inspector_id,
                inspector_no=inspector.inspector_no,
                inspector_name=inspector.name,
                replacement_id=decision.replacement_id,
            )
        )
        detail = {"replacement_id": decision.replacement_id, "department": row.department, "seat": row.seat}
        add_step(act, visit, Step.RESEATED, Taken(text=decision.text, detail=detail), fact_id=decision.fact_id)
    act.session.flush()
    return [visits[unit_id] for unit_id in sorted({row.unit_id for row in came})]
