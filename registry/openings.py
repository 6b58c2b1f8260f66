"""Opening a sealed draw (公开名单): by itself when its visits have filed or its term has come, or earlier by two.

A seal keeps the list from the inspected while they are visited, and no longer: what is due is opened by the service in
its own name (``open_due``), so that nobody can keep it shut; an approver may do it by hand. Before that one person
asks for it, with the reason, and another opens it. Both stand in the log.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime, nfc
from registry.draws import (
    Draw,
    DrawCommitment,
    DrawExecution,
    DrawOpening,
    DrawStateError,
    get_draw,
    refuse_voided,
)
from registry.errors import FieldError
from registry.executions import digests_of
from registry.findings import unfiled
from registry.journal import Act, Kind, write
from registry.outbox import Upshot, Work, settle
from registry.people import other_person

OPENING = ("公开名单", "Opening a draw")


class OpeningRequest(Record, table=True):
    """That somebody asked for a sealed draw to be opened before it is due, and why."""

    __tablename__ = "draw_opening_requests"

    draw_id: str = Field(primary_key=True, foreign_key="draw_commitments.draw_id")
    reason: str
    requested_by: str
    requested_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


def request_opening(act: Act, draw_id: str, *, reason: str) -> OpeningRequest:
    """Ask for a sealed draw to be opened before it is due. Raises AbsentError, DrawStateError, FieldError."""
    _sealed(act.session, draw_id)
    if act.session.get(OpeningRequest, draw_id) is not None:
        raise DrawStateError(
            draw_id=draw_id, problem_zh="已有人提出提前公开", problem_en="was asked to be opened early already"
        )
    said = nfc(reason)
    if not said:
        raise FieldError(("reason",), ("没有写明理由。", "No reason is given."), ("请写明理由。", "State the reason."))
    public: dict[str, object] = {"draw_id": draw_id}
    fact_id = write(act, Kind.DRAW_OPENING_REQUESTED, subject=draw_id, public=public, body=public | {"reason": said})
    asked = OpeningRequest(draw_id=draw_id, reason=said, requested_by=act.person, requested_at=act.at, fact_id=fact_id)
    act.session.add(asked)
    return asked


def open_draw(act: Act, draw_id: str) -> Draw:
    """Publish the bundle of a sealed draw that is due, or for which another person asked; not by who executed it.

    Raises AbsentError, DrawStateError, SamePersonError.
    """
    draw, executed = _sealed(act.session, draw_id)
    other_person(act, executed.executed_by, step=OPENING, did=("摇号", "executed it"))
    waiting = unfiled(act.session, draw_id)
    if waiting and act.at < draw.committed.open_by:
        asked = act.session.get(OpeningRequest, draw_id)
        if asked is None:
            raise DrawStateError(
                draw_id=draw_id,
                problem_zh=f"还有 {waiting} 次检查未提交结果，且未到公开期限；提前公开须由另一人先提出",
                problem_en=f"has {waiting} visits that have not filed, its term has not come, and nobody asked for it",
            )
        other_person(act, asked.requested_by, step=OPENING, did=("提出提前公开", "asked for it"))
    return _open(act, draw, executed)


def open_due(act: Act, draw_id: str) -> Upshot | datetime:
    """Open a sealed draw whose visits have all filed or whose term has come; before that, say when it comes."""
    draw = get_draw(act.session, draw_id)
    if draw.voided or draw.opened or draw.executed is None:
        return Upshot.NOTHING
    if act.at < draw.committed.open_by and unfiled(act.session, draw_id):
        return draw.committed.open_by
    _open(act, draw, draw.executed)
    return Upshot.DONE


def sealed_draws(session: Session) -> Iterator[tuple[str, datetime]]:
    """Yield (draw, when it is opened at the latest) of every draw that is sealed, in order of their execution.

    Of one whose visits have all filed that is the time of its execution.
    """
    joined = col(DrawCommitment.draw_id) == col(DrawExecution.draw_id)
    sealed = select(DrawExecution.draw_id, DrawCommitment.open_by, DrawExecution.executed_at)
    opened = select(DrawOpening.draw_id)
    waiting = sealed.join(DrawCommitment, joined).where(col(DrawExecution.draw_id).not_in(opened))
    for draw_id, open_by, executed_at in session.exec(waiting.order_by(col(DrawExecution.fact_id))).all():
        yield draw_id, open_by if unfiled(session, draw_id) else executed_at


def _open(act: Act, draw: Draw, executed: DrawExecution) -> Draw:
    draw_id = draw.committed.draw_id
    public = {"draw_id": draw_id, **digests_of(draw.committed, executed)}
    fact_id = write(act, Kind.DRAW_OPENED, subject=draw_id, public=public, body={"draw_id": draw_id})
    opened = DrawOpening(draw_id=draw_id, opened_by=act.person, opened_at=act.at, fact_id=fact_id)
    act.session.add(opened)
    settle(act, Work.OPENING, draw_id)
    act.session.flush()
    return replace(draw, opened=opened)


def _sealed(session: Session, draw_id: str) -> tuple[Draw, DrawExecution]:
    """Return a draw that was executed and is not open. Raises AbsentError, DrawStateError."""
    draw = get_draw(session, draw_id)
    refuse_voided(draw)
    if draw.executed is None or draw.opened is not None:
        words = ("尚未摇号", "was not executed yet") if draw.executed is None else ("已经公开", "is open already")
        raise DrawStateError(draw_id=draw_id, problem_zh=words[0], problem_en=words[1])
    return draw, draw.executed
