"""Receiving the round of drand that a commitment named (公开随机信标): verified, that round alone, once.

Where it came from decides nothing: a relay or a person can withhold it, and can bring no other. Until it is there the
draw waits. There is no other round, no "latest", and no value of our own.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from registry.draws import (
    Draw,
    DrawBeacon,
    DrawCommitment,
    DrawExecution,
    DrawStateError,
    DrawVoid,
    get_draw,
    refuse_voided,
)
from registry.errors import FieldError, RegistryError
from registry.journal import Act, Kind, write
from registry.outbox import Work, settle
from registry.sources import published_at
from sampling.beacon import Beacon
from sampling.commitment import Commitment
from sampling.sources import Drand

BY_HAND = "by hand"
"""The origin of a round that came from no relay."""


class BeaconAwaitedError(RegistryError):
    """The draw waits for its round."""

    nature = "conflict"
    zh = (
        "抽取 {draw_id} 约定的 drand 第 {round} 轮尚未收到，不能摇号，也不得改用其他轮次或其他随机值。未作任何改动。"
        "该轮于 {published} 公布，请在此后取得（POST /api/v1/draws/{draw_id}/beacon）。"
    )
    en = (
        "Round {round} of drand, which the draw {draw_id} is bound to, was not received; no other round and no other "
        "value takes its place. Nothing was changed. It is published at {published}; have it fetched or hand it in "
        "after that (POST /api/v1/draws/{draw_id}/beacon)."
    )


class BeaconEarlyError(RegistryError):
    """The round is not published yet."""

    nature = "conflict"
    zh = "现在是 {now}，drand 第 {round} 轮要到 {published} 才公布。未作任何改动；请在此后再试。"
    en = "It is {now}; round {round} of drand is published at {published}. Nothing was changed; try again after that."


def receive_beacon(act: Act, draw_id: str, beacon: Beacon, *, origin: str) -> Draw:
    """Record the round that the commitment named; its signature was verified when the beacon was made.

    Raises AbsentError, DrawStateError, BeaconEarlyError, FieldError (another round).
    """
    draw = get_draw(act.session, draw_id)
    awaited = check_awaited(draw, act.at)
    check_round(awaited, beacon.round)
    record: dict[str, Any] = {
        "draw_id": draw_id,
        "round": beacon.round,
        "signature": beacon.signature,
        "randomness": beacon.randomness,
    }
    body = {"draw_id": draw_id, "origin": origin}
    fact_id = write(act, Kind.BEACON_RECEIVED, subject=draw_id, public=record, body=body)
    received = DrawBeacon(**record, origin=origin, received_by=act.person, received_at=act.at, fact_id=fact_id)
    act.session.add(received)
    settle(act, Work.ROUND, draw_id)
    act.session.flush()
    return get_draw(act.session, draw_id)


def awaited_round(session: Session, draw_id: str) -> Drand | None:
    """Return the round that a draw waits for; None where it has it, needs none any more, or names none."""
    draw = get_draw(session, draw_id)
    done = draw.beacon is not None or draw.executed is not None or draw.voided is not None
    return None if done else announced_round(draw)


def awaited_rounds(session: Session) -> Iterator[tuple[str, datetime]]:
    """Yield (draw, when its round is published) of every draw that waits for one, in order of their commitment."""
    done = [select(step.draw_id) for step in (DrawBeacon, DrawExecution, DrawVoid)]
    waiting = select(DrawCommitment.draw_id).where(*(col(DrawCommitment.draw_id).not_in(each) for each in done))
    for draw_id in session.exec(waiting.order_by(col(DrawCommitment.fact_id))).all():
        source = announced_round(get_draw(session, draw_id))
        if source is not None:
            yield draw_id, published_at(source)


def check_awaited(draw: Draw, at: datetime) -> Drand:
    """Return the round that a draw waits for. Raises DrawStateError, BeaconEarlyError."""
    draw_id = draw.committed.draw_id
    refuse_voided(draw)
    source = announced_round(draw)
    if source is None:
        raise DrawStateError(draw_id=draw_id, problem_zh="没有约定 drand 轮次", problem_en="names no round of drand")
    if draw.beacon is not None:
        raise DrawStateError(
            draw_id=draw_id,
            problem_zh=f"已经收到 drand 第 {source.round} 轮",
            problem_en=f"has received round {source.round} of drand already",
        )
    published = published_at(source)
    if at < published:
        now = at.astimezone(published.tzinfo)
        raise BeaconEarlyError(round=source.round, now=now.isoformat(), published=published.isoformat())
    return source


def check_round(awaited: Drand, number: int) -> None:
    """Refuse another round than the one that was committed to. Raises FieldError."""
    if number != awaited.round:
        raise FieldError(
            ("round",),
            (
                f"本次抽取锁定的是 drand 第 {awaited.round} 轮，不是第 {number} 轮。",
                f"The draw is bound to round {awaited.round} of drand, not {number}.",
            ),
            (
                f"请提交第 {awaited.round} 轮；不得改用其他轮次。",
                f"Hand in round {awaited.round}; no other takes its place.",
            ),
        )


def announced_round(draw: Draw) -> Drand | None:
    """Return the round in a draw's commitment, if its public value is one."""
    source = Commitment.from_bytes(draw.committed.commitment).rules.public_source
    return source if isinstance(source, Drand) else None


def awaited_beacon(draw_id: str, source: Drand) -> BeaconAwaitedError:
    """Return the refusal of a step that needs the round of a draw before it was received."""
    return BeaconAwaitedError(draw_id=draw_id, round=source.round, published=published_at(source).isoformat())
