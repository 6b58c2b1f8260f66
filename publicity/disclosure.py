"""Disclosure (公示): what of a result or a penalty becomes public, by whom, when, and by when it had to.

What is published is a stored projection made from an allow-list of fields at the moment of publication, never a filter
at query time: a new column in the registry publishes nothing. Nobody publishes what they did themselves.

Source: 市场监督管理行政处罚信息公示规定 (45号令) articles 2 (ordinary procedure only; a warning alone is not published)
and 4 (six-field summary). What else a penalty has to pass is in ``publicity.gating``, by when is ``publicity.clocks``',
for how long ``publicity.terms``'.
"""

import json
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any

from sqlmodel import Field, Session, col, select

from publicity.clocks import Deadlines, Duty
from publicity.errors import PublicityError
from publicity.gating import DOCUMENT, FIELDS, cleared_texts, is_erased, pass_gate
from publicity.origins import RECEIVED
from publicity.stated_terms import DisclosureTerm, keep_term, kept_term, stated, term_today
from publicity.terms import TermBook
from registry.base import Record, UtcDateTime, legal_day
from registry.departments import department_names
from registry.draws import is_open
from registry.erasing import ERASED_WORDS, row_key, shown_text
from registry.findings import (
    Finding,
    FindingReview,
    FindingState,
    finding_outcomes,
    finding_state,
    first_inspected_on,
    get_finding,
    latest_finding,
    refuse_own,
)
from registry.gravity import gravity_of
from registry.grounds import authority_of, check_ground, refuse_decider, refuse_involved, visit_of
from registry.items import LEVEL_WORDS, Level, items_by_code
from registry.journal import Act, Kind, write
from registry.operators import masked_codes, shown_name
from registry.outcomes import follow_ups_on, outcomes_on
from registry.penalties import BANS, PENALTY_WORDS, Penalty, PenaltyKind, Procedure, get_penalty
from registry.people import other_person
from registry.plans import get_plan
from registry.received import find_received
from registry.steps import is_told, steps_of_visit
from registry.visits import CAUSE_WORDS, Assignment, Cause, get_assignment
from sampling.canonical import jcs


class Subject(StrEnum):
    """What is disclosed."""

    RESULT = "result"
    PENALTY = "penalty"


class Disclosure(Record, table=True):
    """One publication: ``content`` is the stored projection (JSON), empty once it has ended (``publicity.endings``).

    ``replaces`` is the disclosure that it corrects.
    """

    __tablename__ = "disclosures"

    disclosure_id: str = Field(primary_key=True)
    subject: str = Field(index=True)
    source_id: str = Field(unique=True)
    replaces: str | None = Field(default=None, foreign_key="disclosures.disclosure_id", unique=True)
    unit_id: str = Field(index=True)
    cause: str = Field(index=True)
    draw_id: str | None = Field(default=None, index=True)
    year: int = Field(index=True)
    problem: bool
    event_on: date
    due_on: date = Field(index=True)
    content: str
    published_by: str
    published_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class DisclosureStateError(PublicityError):
    """What was named cannot be published now."""

    nature = "conflict"
    zh = "{key} {problem_zh}。未公示。"
    en = "{key} {problem_en}. Nothing was published."


class NotPublishableError(PublicityError):
    """The law keeps this off the public page."""

    nature = "forbidden"
    zh = "{key} 依法不予公示：{problem_zh}（市场监督管理行政处罚信息公示规定第二条）。"
    en = "{key} is not to be published: {problem_en} (State Administration for Market Regulation Order 45, article 2)."


def publish_result(act: Act, finding_id: str, deadlines: Deadlines) -> Disclosure:
    """Publish a reviewed result, by a third person. Raises DisclosureStateError, SamePersonError, AbsentError."""
    finding = get_finding(act.session, finding_id)
    assignment = get_assignment(act.session, finding.visit_id)
    replaces = _check_result(act, finding, assignment)
    refuse_own(act, finding, step=("公示", "Publishing a result"))
    review = act.session.get(FindingReview, finding_id)
    other_person(
        act, review.reviewed_by if review else "", step=("公示", "Publishing a result"), did=("审核", "reviewed it")
    )
    content = _result_content(act.session, finding, assignment)
    return _publish(
        act,
        Subject.RESULT,
        Kind.RESULT_PUBLISHED,
        source_id=finding_id,
        disclosure_id=f"r-{finding_id}",
        replaces=replaces,
        unit_id=assignment.visit.unit_id,
        cause=assignment.visit.cause,
        draw_id=assignment.visit.draw_id,
        year=assignment.visit.year,
        problem=finding.problem,
        event_on=finding.inspected_on,
        due_on=deadlines.known_to(act.session).due_on(Duty.RESULT, first_inspected_on(act.session, finding.visit_id)),
        content=content,
    )


def publish_penalty(act: Act, penalty_id: str, deadlines: Deadlines, book: TermBook) -> Disclosure:
    """Publish a penalty decision that passes the gate, by somebody who neither decided nor reviewed it.

    Raises DisclosureStateError, NotPublishableError, GateClosedError, NoTermError, TermOverError, SamePersonError,
    AbsentError.
    """
    penalty = get_penalty(act.session, penalty_id)
    _check_publishable(act.session, penalty)
    check_ground(act.session, penalty)
    step = ("公示", "Publishing a penalty")
    refuse_decider(act, penalty, step=step)
    refuse_involved(act, penalty, step=step)
    visit = visit_of(act.session, penalty)
    draw_id = None if visit is None else visit.draw_id
    _refuse_sealed(act.session, key=penalty.decision_no, draw_id=draw_id)
    cleared = pass_gate(act.session, penalty)
    other_person(act, cleared.review.reviewed_by, step=step, did=("作公示前审查", "reviewed it"))
    duty, event_on = publication_duty(act.session, penalty)
    disclosure_id = f"p-{penalty_id}"
    term = term_today(act, penalty, disclosure_id, book)
    disclosure = _publish(
        act,
        Subject.PENALTY,
        Kind.PENALTY_PUBLISHED,
        source_id=penalty_source(penalty_id),
        disclosure_id=disclosure_id,
        replaces=None,
        unit_id=penalty.unit_id,
        cause=RECEIVED if visit is None else visit.cause,
        draw_id=draw_id,
        year=penalty.decided_on.year,
        problem=True,
        event_on=event_on,
        due_on=deadlines.known_to(act.session).due_on(duty, event_on),
        content=_penalty_content(act.session, penalty, term),
    )
    keep_term(act, term)
    return disclosure


def publication_duty(session: Session, penalty: Penalty) -> tuple[Duty, date]:
    """Return by which duty a penalty is published here, and the day that it is counted from."""
    received = find_received(session, penalty.penalty_id)
    if received is not None:
        return Duty.PENALTY_RECEIVED, received.received_on
    return Duty.PENALTY, penalty.decided_on


def penalty_source(penalty_id: str) -> str:
    """Return what a penalty's disclosure calls its source; a result's is the finding's id."""
    return f"penalty:{penalty_id}"


def is_published(session: Session, source_id: str) -> bool:
    """Return whether a finding or a penalty was ever published."""
    return find_disclosure(session, source_id) is not None


def find_disclosure(session: Session, source_id: str) -> Disclosure | None:
    """Return the publication of a finding or a penalty, or None."""
    return session.exec(select(Disclosure).where(Disclosure.source_id == source_id)).first()


def is_publishable(penalty: Penalty) -> bool:
    """Return whether the law puts a penalty on the public page: ordinary procedure, and more than a warning."""
    return penalty.procedure == Procedure.ORDINARY and penalty.kinds != [PenaltyKind.WARNING]


def is_late(disclosure: Disclosure) -> bool:
    """Return whether it was published after its last day."""
    return legal_day(disclosure.published_at) > disclosure.due_on


def content_of(disclosure: Disclosure) -> dict[str, Any]:
    """Return the stored projection of what has not ended."""
    found: dict[str, Any] = json.loads(disclosure.content)
    return found


def project_again(session: Session, disclosure: Disclosure) -> dict[str, Any]:
    """Return what a disclosure would hold if it were made now, from the record that it shows. Raises AbsentError."""
    if disclosure.subject == Subject.PENALTY:
        penalty = get_penalty(session, disclosure.source_id.removeprefix(penalty_source("")))
        return _penalty_content(session, penalty, kept_term(session, disclosure.disclosure_id))
    finding = get_finding(session, disclosure.source_id)
    return _result_content(session, finding, get_assignment(session, finding.visit_id))


def _check_result(act: Act, finding: Finding, assignment: Assignment) -> str | None:
    """Check that a result can be published now, and return the disclosure that it will replace, if any."""
    key = finding.finding_id
    latest = latest_finding(act.session, finding.visit_id)
    if latest is None or latest.finding_id != key:
        raise DisclosureStateError(
            key=key, problem_zh="已被更正后的记录取代", problem_en="was replaced by a correction"
        )
    if finding_state(act.session, key) is not FindingState.APPROVED:
        raise DisclosureStateError(key=key, problem_zh="尚未审核通过", problem_en="has not passed review")
    _refuse_sealed(act.session, key=key, draw_id=assignment.visit.draw_id)
    if not is_told(steps_of_visit(act.session, finding.visit_id), key):
        raise DisclosureStateError(key=key, problem_zh="尚未告知经营者", problem_en="was not told to the operator yet")
    _refuse_twice(act.session, key)
    return act.session.exec(
        select(Disclosure.disclosure_id)
        .join(Finding, col(Finding.finding_id) == col(Disclosure.source_id))
        .where(Finding.visit_id == finding.visit_id)
        .order_by(col(Finding.version).desc())
    ).first()


def _check_publishable(session: Session, penalty: Penalty) -> None:
    against = []
    if penalty.procedure != Procedure.ORDINARY:
        against.append(("适用简易程序", "it was decided in summary procedure"))
    if penalty.kinds == [PenaltyKind.WARNING]:
        against.append(("仅受到警告", "a warning is all it holds"))
    if against:
        zh, en = ("、".join(each[0] for each in against), " and ".join(each[1] for each in against))
        raise NotPublishableError(key=penalty.decision_no, problem_zh=zh, problem_en=en)
    _refuse_twice(session, penalty_source(penalty.penalty_id))


def _refuse_sealed(session: Session, *, key: str, draw_id: str | None) -> None:
    """Refuse to publish what would tell who was drawn before the draw is opened."""
    if draw_id is not None and not is_open(session, draw_id):
        raise DisclosureStateError(
            key=key,
            problem_zh="所属抽查尚在密封，名单公开后方可公示",
            problem_en="belongs to a sealed draw; open it first",
        )


def _refuse_twice(session: Session, source_id: str) -> None:
    if is_published(session, source_id):
        raise DisclosureStateError(key=source_id, problem_zh="已经公示", problem_en="is published already")


def _publish(act: Act, subject: Subject, kind: Kind, *, content: dict[str, Any], **columns: Any) -> Disclosure:  # noqa: ANN401 - the table's own columns
    fact_id = write(
        act, kind, subject=columns["source_id"], body={"disclosure": columns["disclosure_id"], "content": content}
    )
    disclosure = Disclosure(
        subject=subject,
        content=jcs(content).decode(),
        published_by=act.person,
        published_at=act.at,
        fact_id=fact_id,
        **columns,
    )
    act.session.add(disclosure)
    act.session.flush()
    return disclosure


def _result_content(session: Session, finding: Finding, assignment: Assignment) -> dict[str, Any]:
    """Return the allow-listed public fields of a result."""
    order, visit = assignment.order, assignment.visit
    plan = get_plan(session, order.plan_no) if order.plan_no else None
    names = department_names(session)
    items = items_by_code(session, order.items, on=finding.inspected_on)
    outcomes, follow_ups = outcomes_on(finding.inspected_on), follow_ups_on(finding.inspected_on)
    return {
        "cause": CAUSE_WORDS[Cause(visit.cause)],
        "drawn": assignment.drawn,
        "plan_no": plan.plan_no if plan else None,
        "plan_title": plan.title if plan else None,
        "task_no": visit.task_no,
        "task_title": order.title,
        "operator_name": _operator_name(session, visit.unit_id, visit.operator_name),
        "inspected_on": finding.inspected_on.isoformat(),
        "departments": [names[code] for code in order.departments],
        "outcomes": [
            {
                "item_code": line.item,
                "item_name": items[line.item].name,
                "level": LEVEL_WORDS[Level(items[line.item].level)],
                "basis": items[line.item].basis,
                "outcome": outcomes[line.outcome].zh,
                "problem": outcomes[line.outcome].problem,
                "text": shown_text(
                    session, line.text, table="finding_outcomes", key=row_key(finding.finding_id, line.item)
                ),
                "follow_up": follow_ups[line.follow_up].zh,
            }
            for line in finding_outcomes(session, finding.finding_id, order.items)
        ],
    }


def _penalty_content(session: Session, penalty: Penalty, term: DisclosureTerm | None) -> dict[str, Any]:
    """Return the allow-listed public fields of a penalty: the summary of 45号令 article 4, public text and term.

    Every text is as the approved review leaves it. What was published before there were reviews has no document.
    """
    said = partial(shown_text, session, table="penalties", key=penalty.penalty_id)
    cleared = cleared_texts(session, penalty)
    texts = {name: getattr(penalty, name) for name in FIELDS} if cleared is None else cleared.texts
    document: dict[str, Any] = {}
    if cleared is not None:
        erased = is_erased(session, cleared.document)
        document = {
            "document": ERASED_WORDS if erased else texts[DOCUMENT],
            "delivered_digest": cleared.document.digest,
            "document_digest": cleared.review.published_digest,
        }
    return (
        document
        | {
            "penalty_id": penalty.penalty_id,
            "finding_id": penalty.finding_id,
            "decision_no": penalty.decision_no,
            "operator_name": said(_operator_name(session, penalty.unit_id, penalty.operator_name)),
            "violation": said(texts["violation"]),
            "facts": said(texts["facts"]),
            "basis": texts["basis"],
            "kinds": [PENALTY_WORDS[PenaltyKind(kind)] for kind in penalty.kinds],
            "content": said(texts["content"]),
            "fine_fen": penalty.fine_fen,
            "confiscated_fen": penalty.confiscated_fen,
            "authority": authority_of(session, penalty),
            "decided_on": penalty.decided_on.isoformat(),
            "term": stated(term),
        }
        | _ban(session, penalty)
    )


def _ban(session: Session, penalty: Penalty) -> dict[str, Any]:
    """Return for how long a business or an occupation is banned, of a penalty that bans one."""
    if BANS.isdisjoint(penalty.kinds):
        return {}
    gravity = gravity_of(session, penalty.penalty_id)
    until = gravity.restricted_until
    return {"ban": {"until": until.isoformat() if until else None, "for_life": gravity.restricted_for_life}}


def _operator_name(session: Session, unit_id: str, name: str) -> str:
    """Return an operator's name of the day as the public sees it."""
    return shown_name(name, masked=bool(masked_codes(session, [unit_id])))
