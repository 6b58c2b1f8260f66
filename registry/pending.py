"""Draws that are committed and not open yet, and caps: two at once must not bring an operator over the cap together.

Who was inspected as often as the cap allows is left out of a frame by what stands on record at the commitment. A draw
that is committed and not drawn yet has no visits on record, so a second batch over the same operators would not see it.
Where the visits of such draws could bring an operator of its scope to the cap, the later batch waits, as it does for a
sealed outcome (``registry.sealed``). Whether they could is judged by kinds, areas and years, which are public.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from registry.batches import Batch
from registry.caps import cap_on
from registry.draws import DrawCommitment, DrawExecution, DrawOpening, DrawVoid
from registry.errors import RegistryError
from registry.sealed import meets, near_cap


class PendingDrawError(RegistryError):
    """Another draw that is committed and not drawn yet could bring an operator to the cap."""

    nature = "conflict"
    zh = (
        "批次 {task_no} 未锁定：抽取 {draws} 已经锁定、尚未摇号，其范围与本批次重叠，"
        "两次抽取合计可能使同一经营者的检查次数超过频次上限。请在其公开名单或者作废之后，再锁定本批次。未作任何改动。"
    )
    en = (
        "Batch {task_no} was not committed: the draw {draws} is committed and not drawn yet, its scope meets this "
        "batch's, and the two together could bring an operator over the cap. Commit this one once that draw is open, "
        "or voided. Nothing was changed."
    )


def refuse_pending(session: Session, batch: Batch) -> None:
    """Refuse a batch that could pass the cap together with draws that are not drawn yet. Raises PendingDrawError."""
    cap = cap_on(session, batch.period_from)
    if cap is None:
        return
    same_year = [
        (each, executed)
        for each, executed in _standing_not_open(session)
        if each.period_from.year == batch.period_from.year and meets(each, batch)
    ]
    pending = sorted(each.task_no for each, executed in same_year if executed is None)
    if pending and (cap.low_risk or near_cap(session, batch, cap, len(same_year))):
        raise PendingDrawError(task_no=batch.task_no, draws="、".join(pending))


def _standing_not_open(session: Session) -> Sequence[tuple[Batch, str | None]]:
    """Return the batches whose draws stand and are not open, each with its draw where that was executed."""
    ended = (select(DrawVoid.draw_id), select(DrawOpening.draw_id))
    waiting = (
        select(Batch, DrawExecution.draw_id)
        .join(DrawCommitment, col(DrawCommitment.task_no) == col(Batch.task_no))
        .outerjoin(DrawExecution, col(DrawExecution.draw_id) == col(DrawCommitment.draw_id))
        .where(*(col(DrawCommitment.draw_id).not_in(each) for each in ended))
    )
    return session.exec(waiting).all()
