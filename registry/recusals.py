"""Recusals (回避): who must not be sent where, why, and who decided it.

Source: 行政处罚法 43: staff with an interest recuse themselves or are asked to; the head of the agency decides. A
recusal therefore takes two people: one files it, an approver decides. Only an approved one that was not withdrawn
reaches a draw, and each draw says in public how many there are of each origin.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.base import Record, UtcDateTime, nfc
from registry.checking import Checker
from registry.credit_code import normalise_credit_code
from registry.errors import AbsentError, FieldError, RegistryError
from registry.inspectors import get_inspector
from registry.journal import Act, Kind, write
from registry.merging import kept_codes, merged_codes
from registry.operators import get_operator
from registry.people import Person, Role, next_number, not_concerned, other_person


class Origin(StrEnum):
    """Who asked that an inspector stay away."""

    DECLARED = "declared"
    ASKED = "asked"
    BUREAU = "bureau"


ORIGIN_WORDS: Mapping[str, tuple[str, str]] = {
    Origin.DECLARED: ("检查人员自行申请", "declared by the inspector"),
    Origin.ASKED: ("被检查人申请", "asked for by the inspected"),
    Origin.BUREAU: ("机关提出", "put forward by the bureau"),
}


class Recusal(Record, table=True):
    """A recusal and, once decided, by whom and how; ``approved`` is None until then.

    ``asked_on`` and ``document`` are the day and the letter of the inspected, where they asked for it.
    """

    __tablename__ = "recusals"

    recusal_id: str = Field(primary_key=True)
    inspector_no: str = Field(foreign_key="inspectors.inspector_no", index=True)
    unit_id: str = Field(foreign_key="operators.unit_id", index=True)
    reason: str
    requested_by: str
    requested_at: datetime = Field(sa_type=UtcDateTime)
    approved: bool | None = None
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    origin: str = Origin.BUREAU.value
    document: str = ""
    asked_on: date | None = None
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_because: str | None = None


@dataclass(frozen=True, kw_only=True)
class RecusalEntry:
    """A request as a roster states it."""

    inspector_no: str
    unit_id: str
    reason: str


COLUMNS = ("inspector_no", "unit_id", "reason")
HEADINGS = {"人员编号": "inspector_no", "统一社会信用代码/登记编号": "unit_id", "回避理由": "reason"}


class RecusalDecidedError(RegistryError):
    """It was decided before."""

    nature = "conflict"
    zh = "回避申请 {key} 已有决定，未作改动。情况有变的，请另行申请。"
    en = "Recusal {key} was decided before; nothing was changed. If things have changed, file another."


class RecusalStateError(RegistryError):
    """The recusal is not in the state that the step needs, or not for whoever takes it."""

    nature = "conflict"
    zh = "回避申请 {key} {problem_zh}。未作任何改动。"
    en = "Recusal {key} {problem_en}. Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Asking:
    """How the inspected asked for a recusal: on which day, in which letter."""

    asked_on: date
    document: str


def request_recusal(act: Act, *, inspector_no: str, unit_id: str, reason: str, asking: Asking | None = None) -> Recusal:
    """File a recusal with its reason: the inspected asked for it (``asking``), or the bureau puts it forward.

    It binds nobody until an approver has decided. Raises AbsentError, FieldError.
    """
    if asking is not None:
        _check_asking(act, asking)
    origin = Origin.BUREAU if asking is None else Origin.ASKED
    return _file(act, origin, inspector_no=inspector_no, unit_id=unit_id, reason=reason, asking=asking)


def declare_recusal(act: Act, *, unit_id: str, reason: str) -> Recusal:
    """File a recusal of the acting inspector's own. Raises AbsentError, FieldError."""
    own = act.session.get_one(Person, act.person).inspector_no
    if own is None:
        raise AbsentError(what_zh="检查人员", what_en="inspector", key=act.person)
    return _file(act, Origin.DECLARED, inspector_no=own, unit_id=unit_id, reason=reason)


def _check_asking(act: Act, asking: Asking) -> None:
    if asking.asked_on > act.today:
        raise FieldError(
            ("asked_on",), ("申请日期晚于今天。", "The day lies ahead."), ("请核对日期。", "Check the date.")
        )
    if not nfc(asking.document):
        raise FieldError(
            ("document",),
            ("没有写明申请文书。", "The letter is not named."),
            ("请填被检查人申请书的名称或文号。", "Name the letter of the inspected, or its number."),
        )


def check_recusal(raw: Mapping[str, str]) -> tuple[RecusalEntry | None, list[FieldError]]:
    """Check one request as handed in (column → text); whether both are on file is looked at beside others."""
    check = Checker(raw, COLUMNS, COLUMNS)
    check.code("inspector_no")
    check.code("unit_id")
    text = check.text
    if check.problems:
        return None, check.problems
    unit_id = normalise_credit_code(text["unit_id"])
    return RecusalEntry(inspector_no=text["inspector_no"], unit_id=unit_id, reason=text["reason"]), []


def _file(  # noqa: PLR0913 - the parts of a request
    act: Act, origin: Origin, *, inspector_no: str, unit_id: str, reason: str, asking: Asking | None = None
) -> Recusal:
    get_inspector(act.session, inspector_no)
    get_operator(act.session, unit_id)
    if not nfc(reason):
        raise FieldError(("reason",), ("没有理由。", "No reason is given."), ("请写明回避理由。", "State the reason."))
    recusal = Recusal(
        recusal_id=next_number(act.session, Recusal.recusal_id, "r"),
        inspector_no=inspector_no,
        unit_id=unit_id,
        reason=nfc(reason),
        requested_by=act.person,
        requested_at=act.at,
        origin=origin.value,
        document="" if asking is None else nfc(asking.document),
        asked_on=None if asking is None else asking.asked_on,
    )
    act.session.add(recusal)
    told = ("inspector_no", "unit_id", "reason", "origin", "document")
    body: dict[str, object] = {name: getattr(recusal, name) for name in told}
    body["asked_on"] = recusal.asked_on and recusal.asked_on.isoformat()
    write(act, Kind.RECUSAL_REQUESTED, subject=recusal.recusal_id, body=body, parts=[_part(recusal)])
    return recusal


def decide_recusal(act: Act, recusal_id: str, *, approved: bool) -> Recusal:
    """Decide a recusal that another person filed; not the inspector whom it concerns.

    Raises AbsentError, RecusalDecidedError, RecusalStateError, SamePersonError.
    """
    recusal = _decided(act, recusal_id, approved=approved)
    write(act, Kind.RECUSAL_DECIDED, subject=recusal_id, body={"approved": approved}, parts=[_part(recusal)])
    return recusal


def decide_recusals(act: Act, recusal_ids: Sequence[str], *, approved: bool) -> list[Recusal]:
    """Decide several recusals alike, all or none, in one fact: what an import of requests leaves to the head.

    Raises what :func:`decide_recusal` raises, for the first that cannot be decided.
    """
    decided = [_decided(act, recusal_id, approved=approved) for recusal_id in recusal_ids]
    body = {"approved": approved, "recusals": list(recusal_ids)}
    write(act, Kind.RECUSALS_DECIDED, subject=recusal_ids[0], body=body, parts=list(map(_part, decided)))
    return decided


def _decided(act: Act, recusal_id: str, *, approved: bool) -> Recusal:
    recusal = get_recusal(act.session, recusal_id)
    if recusal.approved is not None:
        raise RecusalDecidedError(key=recusal_id)
    if recusal.withdrawn_at is not None:
        raise RecusalStateError(key=recusal_id, problem_zh="已经撤回", problem_en="was withdrawn")
    step = ("回避决定", "Deciding a recusal")
    other_person(act, recusal.requested_by, step=step, did=("提出申请", "filed it"))
    not_concerned(act, recusal.inspector_no, step=step)
    recusal.approved = approved
    recusal.decided_by = act.person
    recusal.decided_at = act.at
    act.session.add(recusal)
    return recusal


def withdraw_recusal(act: Act, recusal_id: str, *, reason: str) -> Recusal:
    """Withdraw a recusal: whoever filed it until it is decided, afterwards an approver, another than who filed it.

    What was decided by the head of the agency is not undone by the one it concerns. A draw already committed keeps it.
    Raises AbsentError to anybody else, FieldError, RecusalStateError, SamePersonError.
    """
    recusal = get_recusal(act.session, recusal_id)
    if act.person != recusal.requested_by and Role.APPROVER not in act.session.get_one(Person, act.person).roles:
        raise _absent(recusal_id)
    if recusal.withdrawn_at is not None or recusal.approved is False:
        words = ("已经撤回", "was withdrawn") if recusal.withdrawn_at else ("未获准许，无须撤回", "was not granted")
        raise RecusalStateError(key=recusal_id, problem_zh=words[0], problem_en=words[1])
    if not nfc(reason):
        raise FieldError(("reason",), ("没有理由。", "No reason is given."), ("请写明撤回理由。", "State the reason."))
    if recusal.approved is None:
        _check_filer(act, recusal)
    else:
        _check_head(act, recusal)
    recusal.withdrawn_by = act.person
    recusal.withdrawn_at = act.at
    recusal.withdrawn_because = nfc(reason)
    act.session.add(recusal)
    body = {"reason": recusal.withdrawn_because}
    write(act, Kind.RECUSAL_WITHDRAWN, subject=recusal_id, body=body, parts=[_part(recusal)])
    return recusal


def _check_filer(act: Act, recusal: Recusal) -> None:
    if act.person != recusal.requested_by:
        raise RecusalStateError(
            key=recusal.recusal_id,
            problem_zh="尚未决定，只能由提出申请的人撤回",
            problem_en="is not decided, and is withdrawn by whoever filed it",
        )


def _check_head(act: Act, recusal: Recusal) -> None:
    if Role.APPROVER not in act.session.get_one(Person, act.person).roles:
        raise RecusalStateError(
            key=recusal.recusal_id,
            problem_zh="已经准许，撤回由审批人决定",
            problem_en="was granted; an approver decides whether it is withdrawn",
        )
    step = ("撤回回避", "Withdrawing a recusal")
    other_person(act, recusal.requested_by, step=step, did=("提出申请", "filed it"))
    not_concerned(act, recusal.inspector_no, step=step)


def get_recusal(session: Session, recusal_id: str) -> Recusal:
    """Return a recusal or raise AbsentError."""
    recusal = session.get(Recusal, recusal_id)
    if recusal is None:
        raise _absent(recusal_id)
    return recusal


def standing_recusals() -> SelectOfScalar[Recusal]:
    """Return a query for every recusal that holds, in the order in which they were filed."""
    holding = select(Recusal).where(col(Recusal.approved).is_(True), col(Recusal.withdrawn_at).is_(None))
    return holding.order_by(col(Recusal.requested_at), col(Recusal.recusal_id))


def standing_for(session: Session, unit_id: str) -> SelectOfScalar[Recusal]:
    """Return a query for those that hold for an operator, under whichever of its keys they were filed."""
    kept = kept_codes(session).get(unit_id, unit_id)
    return standing_recusals().where(col(Recusal.unit_id).in_([kept, *merged_codes(session, kept)]))


def recused_pairs(session: Session, recusals: Iterable[Recusal]) -> dict[tuple[str, str], str]:
    """Return (inspector number, unit) → origin of some recusals, the first origin of each pair.

    A recusal from a record that was merged holds for the one it was merged into.
    """
    kept = kept_codes(session)
    found: dict[tuple[str, str], str] = {}
    for each in recusals:
        found.setdefault((each.inspector_no, kept.get(each.unit_id, each.unit_id)), each.origin)
    return found


def _absent(recusal_id: str) -> AbsentError:
    return AbsentError(what_zh="回避申请", what_en="recusal", key=recusal_id)


def _part(recusal: Recusal) -> tuple[str, dict[str, object]]:
    """Return the whole record as the journal keeps it, under its key."""
    return recusal.recusal_id, recusal.model_dump(mode="json")
