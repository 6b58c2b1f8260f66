"""Recusals (回避): who must not be sent where, why, and who decided it.

Source: 行政处罚法 43: staff with an interest recuse themselves or are asked to; the head of the agency decides. A
recusal therefore takes two people: one files it, an approver decides. Only an approved one reaches a draw.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime, nfc
from registry.checking import Checker
from registry.credit_code import normalise_credit_code
from registry.errors import AbsentError, FieldError, RegistryError
from registry.inspectors import get_inspector
from registry.journal import Act, Kind, write
from registry.merging import kept_codes
from registry.operators import get_operator
from registry.people import Person, SamePersonError, next_number, other_person


class Recusal(Record, table=True):
    """A recusal and, once decided, by whom and how; ``approved`` is None until then."""

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


def request_recusal(act: Act, *, inspector_no: str, unit_id: str, reason: str) -> Recusal:
    """File a recusal with its reason. It binds nobody until an approver has decided."""
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
    )
    act.session.add(recusal)
    body = {"inspector_no": inspector_no, "unit_id": unit_id, "reason": recusal.reason}
    write(act, Kind.RECUSAL_REQUESTED, subject=recusal.recusal_id, body=body, parts=[_part(recusal)])
    return recusal


def decide_recusal(act: Act, recusal_id: str, *, approved: bool) -> Recusal:
    """Decide a recusal that another person filed. Raises SamePersonError, RecusalDecidedError."""
    recusal = get_recusal(act.session, recusal_id)
    if recusal.approved is not None:
        raise RecusalDecidedError(key=recusal_id)
    other_person(
        act,
        recusal.requested_by,
        step=("回避决定", "Deciding a recusal"),
        did=("提出申请", "filed it"),
    )
    decider = act.session.get_one(Person, act.person)
    if decider.inspector_no == recusal.inspector_no:
        raise SamePersonError(
            person=act.person,
            step_zh="回避决定",
            step_en="Deciding a recusal",
            first_zh="该回避所涉的检查人员",
            first_en="are the inspector it concerns",
        )
    recusal.approved = approved
    recusal.decided_by = act.person
    recusal.decided_at = act.at
    act.session.add(recusal)
    write(act, Kind.RECUSAL_DECIDED, subject=recusal_id, body={"approved": approved}, parts=[_part(recusal)])
    return recusal


def get_recusal(session: Session, recusal_id: str) -> Recusal:
    """Return a recusal or raise AbsentError."""
    found = session.get(Recusal, recusal_id)
    if found is None:
        raise AbsentError(what_zh="回避申请", what_en="recusal", key=recusal_id)
    return found


def approved_recusals(session: Session) -> list[tuple[str, str]]:
    """Return (inspector number, unit) of every approved recusal, each pair once, in no order.

    A recusal from a record that was merged holds for the one it was merged into.
    """
    pairs = select(Recusal.inspector_no, Recusal.unit_id).where(col(Recusal.approved).is_(True)).distinct()
    kept = kept_codes(session)
    return list({(inspector_no, kept.get(unit_id, unit_id)) for inspector_no, unit_id in session.exec(pairs)})


def _part(recusal: Recusal) -> tuple[str, dict[str, object]]:
    """Return the whole record as the journal keeps it, under its key."""
    return recusal.recusal_id, recusal.model_dump(mode="json")
