"""The witnessed public value of a draw (公开随机值): entered by one person, retyped by another, once and for ever.

The first valid value counts. It is fixed, with the list of witnesses, before any secret is handed in: whoever could
enter it after seeing a secret could choose it. A value that was entered and that the second person does not read in the
same way is not mended: the draw is voided, in public. A simulated value has nobody who saw it and never counts as
witnessed. The value itself is public when the draw is.
"""

from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, Session

from registry.base import Record, UtcDateTime, nfc
from registry.draws import DrawStateError, get_draw, refuse_voided
from registry.errors import FieldError
from registry.journal import Act, Kind, write
from registry.people import other_person
from registry.stages import stage_of
from sampling.commitment import Commitment
from sampling.errors import within
from sampling.sources import Witnessed

CONFIRMING = ("确认公开随机值", "Confirming the public value")


class PublicValue(Record, table=True):
    """The value that was read off, and who saw it; ``simulated`` when nobody did."""

    __tablename__ = "draw_values"

    draw_id: str = Field(primary_key=True, foreign_key="draw_commitments.draw_id")
    value: str
    witnesses: list[str] = Field(sa_type=JSON)
    simulated: bool
    entered_by: str
    entered_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


class ValueConfirmation(Record, table=True):
    """That a second person read the same value."""

    __tablename__ = "draw_value_confirmations"

    draw_id: str = Field(primary_key=True, foreign_key="draw_values.draw_id")
    confirmed_by: str
    confirmed_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


def enter_value(act: Act, draw_id: str, *, value: str, witnesses: tuple[str, ...]) -> PublicValue:
    """Enter the value of a committed draw, exactly as its commitment announces it, with those who saw it.

    Whether it was witnessed at all is decided by the stage of the database, and nobody who calls this.
    Raises AbsentError, DrawStateError, FieldError, sampling's RefusedError (another length or another character).
    """
    source = _source(act.session, draw_id)
    if act.session.get(PublicValue, draw_id):
        raise DrawStateError(
            draw_id=draw_id,
            problem_zh="的公开随机值已经录入，以第一次录入的为准；如有错误，只能将该次抽取作废",
            problem_en="has its public value: the first one counts; a wrong one can only be voided with the draw",
        )
    with within("value"):
        source.check_value(value)
    names = [nfc(name) for name in witnesses]
    marking = stage_of(act.session).marking
    if marking.names_witnesses and not all([names, *names]):
        raise FieldError(
            ("witnesses",),
            ("没有写明见证人。", "No witness is named."),
            ("请逐一写明在场见证人。", "Name every witness who was there."),
        )
    simulated = not marking.witnessed
    body = {"draw_id": draw_id, "value": value, "witnesses": names, "simulated": simulated}
    fact_id = write(act, Kind.DRAW_VALUE_ENTERED, subject=draw_id, public={"draw_id": draw_id}, body=body)
    entered = PublicValue(
        draw_id=draw_id,
        value=value,
        witnesses=names,
        simulated=simulated,
        entered_by=act.person,
        entered_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(entered)
    return entered


def confirm_value(act: Act, draw_id: str, *, value: str) -> ValueConfirmation:
    """Confirm the value that another person entered, by typing it again.

    Raises AbsentError, DrawStateError, SamePersonError, FieldError.
    """
    _source(act.session, draw_id)
    entered = act.session.get(PublicValue, draw_id)
    if entered is None:
        raise DrawStateError(
            draw_id=draw_id, problem_zh="尚未录入公开随机值", problem_en="has no public value to confirm yet"
        )
    if act.session.get(ValueConfirmation, draw_id) is not None:
        raise DrawStateError(
            draw_id=draw_id, problem_zh="的公开随机值已经确认", problem_en="has its public value confirmed already"
        )
    other_person(act, entered.entered_by, step=CONFIRMING, did=("录入该值", "entered it"))
    if value != entered.value:
        raise FieldError(
            ("value",),
            ("与录入的公开随机值不一致。", "It is not the value that was entered."),
            (
                "请对照原始记录再读一遍；录入有误的，只能将该次抽取作废。",
                "Read the original again; a value entered wrongly can only be voided with the draw.",
            ),
        )
    public: dict[str, object] = {"draw_id": draw_id}
    fact_id = write(act, Kind.DRAW_VALUE_CONFIRMED, subject=draw_id, public=public, body=public)
    confirmed = ValueConfirmation(draw_id=draw_id, confirmed_by=act.person, confirmed_at=act.at, fact_id=fact_id)
    act.session.add(confirmed)
    act.session.flush()
    return confirmed


def confirmed_value(session: Session, draw_id: str) -> PublicValue | None:
    """Return the value of a draw once two people have read it."""
    if session.get(ValueConfirmation, draw_id) is None:
        return None
    return session.get(PublicValue, draw_id)


def _source(session: Session, draw_id: str) -> Witnessed:
    """Return the event that a committed draw waits for. Raises AbsentError, DrawStateError."""
    draw = get_draw(session, draw_id)
    refuse_voided(draw)
    if draw.executed:
        raise DrawStateError(draw_id=draw_id, problem_zh="已经摇号", problem_en="was executed")
    source = Commitment.from_bytes(draw.committed.commitment).rules.public_source
    if not isinstance(source, Witnessed):
        raise DrawStateError(
            draw_id=draw_id, problem_zh="没有见证产生的公开随机值", problem_en="has no witnessed public value"
        )
    return source
