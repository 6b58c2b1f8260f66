"""Executing a draw (摇号).

The outcome is what ``sampling.bundle.replay`` makes of the six files: the service has no other way to draw than the one
that anybody can repeat.
"""

from collections.abc import Callable
from dataclasses import replace

from sqlmodel import Session, col, select

from registry.batches import get_batch
from registry.beacons import awaited_beacon
from registry.draws import (
    Draw,
    DrawBeacon,
    DrawCommitment,
    DrawExecution,
    DrawOpening,
    DrawParty,
    DrawStateError,
    OutcomeSalt,
    RosterNumber,
    committed_files,
    get_draw,
    refuse_voided,
)
from registry.handing_in import handed_secrets, standing_of
from registry.inspectors import Inspector
from registry.journal import Act, Kind, write
from registry.operators import Operator
from registry.outbox import Work, enqueue
from registry.people import other_person
from registry.public_values import confirmed_value
from registry.visits import Cause, Seat, Visit
from sampling import names
from sampling.bundle import Replay, replay
from sampling.canonical import digest
from sampling.commitment import Commitment
from sampling.sealing import outcome_root, outcome_rows
from sampling.seed import Reveal
from sampling.sources import Drand, PublicSource, Witnessed


def execute_draw(act: Act, draw_id: str, unseal: Callable[[bytes], str]) -> Draw:
    """Use the secrets and the public value that were handed in: the draw exists, and so do its visits.

    An unsealed draw opens at once. The executing person is another than the committing one. Raises AbsentError,
    DrawStateError (something is still missing), BeaconAwaitedError, SamePersonError.
    """
    draw = get_draw(act.session, draw_id)
    refuse_voided(draw)
    if draw.executed:
        raise DrawStateError(
            draw_id=draw_id, problem_zh="已经摇号，不得重抽", problem_en="was executed; there is no second try"
        )
    other_person(
        act, draw.committed.committed_by, step=("摇号", "Executing a draw"), did=("锁定本次抽取", "committed it")
    )
    reveal = _reveal(act.session, draw.committed, unseal)
    seen = confirmed_value(act.session, draw_id)
    simulated, witnesses = (seen.simulated, seen.witnesses) if seen else (False, [])
    outcome = replay(committed_files(draw.committed) | {names.REVEAL: reveal})
    drawn, teams = outcome.outcome[names.DRAWN], outcome.outcome[names.TEAMS]
    salts = [act.salt() for _ in outcome.drawing.drawn]
    root = outcome_root(outcome_rows(drawn, teams), salts).hex()
    public: dict[str, object] = {"draw_id": draw_id, "outcome_root": root}
    if not draw.committed.sealed:
        public |= opening_digests(draw.committed, reveal, outcome)
    body = {"draw_id": draw_id, "witnesses": witnesses, "simulated": simulated}
    fact_id = write(act, Kind.DRAW_EXECUTED, subject=draw_id, public=public, body=body)
    executed = DrawExecution(
        draw_id=draw_id,
        reveal=reveal,
        drawn=drawn,
        teams=teams,
        outcome_root=root,
        simulated=simulated,
        witnesses=witnesses,
        executed_by=act.person,
        executed_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(executed)
    act.session.add_all(OutcomeSalt(draw_id=draw_id, number=at, salt=salt) for at, salt in enumerate(salts, start=1))
    opened = None
    if draw.committed.sealed:
        enqueue(act, Work.OPENING, draw_id, draw.committed.open_by)
    else:
        opened = DrawOpening(draw_id=draw_id, opened_by=act.person, opened_at=act.at, fact_id=fact_id)
        act.session.add(opened)
    _send(act.session, draw.committed, outcome)
    return replace(draw, executed=executed, opened=opened)


def digests_of(committed: DrawCommitment, executed: DrawExecution) -> dict[str, object]:
    """Return what the log says of an executed draw when its outcome becomes public."""
    outcome = replay(committed_files(committed) | {names.REVEAL: executed.reveal})
    return opening_digests(committed, executed.reveal, outcome)


def opening_digests(committed: DrawCommitment, reveal: bytes, outcome: Replay) -> dict[str, object]:
    """Return what the log says of an opened outcome: the seed and the digests of its files, in the draw's own hash.

    Of a withheld draw it says the digest of the secrets alone: with the seed anybody could make the tickets, and the
    order of a short ``teams.csv`` could be found by trying. The outcome itself stands behind the root logged before.
    """
    hash_name = outcome.commitment.hash_name
    if committed.withheld:
        return {"reveal": digest(reveal, hash_name)}
    files = {"reveal": reveal, "drawn": outcome.outcome[names.DRAWN], "teams": outcome.outcome[names.TEAMS]}
    return {"seed": outcome.seed.seed, **{name: digest(data, hash_name) for name, data in files.items()}}


def takes_secrets(session: Session, committed: DrawCommitment) -> bool:
    """Return whether secrets may be handed in: a witnessed value has to stand before, a beacon's nobody can choose."""
    return not isinstance(_source(committed), Witnessed) or is_value_fixed(session, committed)


def is_value_fixed(session: Session, committed: DrawCommitment) -> bool:
    """Return whether the public value of a draw stands, or none is needed: before that it is not executed."""
    return _source(committed) is None or _value_of(session, committed) is not None


def _value_of(session: Session, committed: DrawCommitment) -> str | None:
    """Return the public value of a draw as it stands, or None: of drand the received round's, and no other."""
    if isinstance(_source(committed), Drand):
        received = session.get(DrawBeacon, committed.draw_id)
        return received.randomness if received else None
    seen = confirmed_value(session, committed.draw_id)
    return seen.value if seen else None


def _source(committed: DrawCommitment) -> PublicSource | None:
    return Commitment.from_bytes(committed.commitment).rules.public_source


def _reveal(session: Session, committed: DrawCommitment, unseal: Callable[[bytes], str]) -> bytes:
    """Return ``reveal.json``: the secrets in the commitment's order, the service's own among them."""
    draw_id = committed.draw_id
    if not is_value_fixed(session, committed):
        source = _source(committed)
        if isinstance(source, Drand):
            raise awaited_beacon(draw_id, source)
        raise DrawStateError(
            draw_id=draw_id, problem_zh="的公开随机值尚未确定", problem_en="has no public value that stands yet"
        )
    missing = [each.party for each in standing_of(session, draw_id) if not each.own and each.handed_at is None]
    if missing:
        listed = ", ".join(missing)
        raise DrawStateError(
            draw_id=draw_id,
            problem_zh=f"还有一方未交出秘密：{listed}",
            problem_en=f"still waits for the secret of: {listed}",
        )
    parties = session.exec(select(DrawParty).where(DrawParty.draw_id == draw_id)).all()
    secrets = {each.party: unseal(each.own_secret) for each in parties if each.own_secret is not None}
    secrets |= {each.party: unseal(each.secret) for each in handed_secrets(session, draw_id)}
    order = [str(entry.party) for entry in Commitment.from_bytes(committed.commitment).rules.secrets]
    return Reveal(_value_of(session, committed), tuple(secrets[party] for party in order)).to_bytes()


def _send(session: Session, committed: DrawCommitment, outcome: Replay) -> None:
    """Make one visit for each drawn unit and seat its team; numbers follow the drawn order.

    In a withheld draw they follow the codes: a visit's number is in its address, and the drawn order tells tickets.
    """
    of_draw = RosterNumber.draw_id == committed.draw_id
    joined = col(Inspector.inspector_no) == col(RosterNumber.inspector_no)
    roster = dict(session.exec(select(RosterNumber.roster_no, Inspector).join(Inspector, joined).where(of_draw)).all())
    order = [row.unit_id for row in outcome.drawing.drawn]
    drawn = {unit_id: at for at, unit_id in enumerate(sorted(order) if committed.withheld else order, start=1)}
    year = get_batch(session, committed.task_no).period_from.year
    operators = session.exec(select(Operator).where(col(Operator.unit_id).in_(list(drawn))))
    session.add_all(
        Visit(
            visit_id=visit_id(committed.draw_id, drawn[names.UnitId(each.unit_id)]),
            cause=Cause.DRAWN,
            year=year,
            draw_id=committed.draw_id,
            task_no=committed.task_no,
            number=drawn[names.UnitId(each.unit_id)],
            unit_id=each.unit_id,
            operator_name=each.name,
            area=each.area,
        )
        for each in operators
    )
    session.flush()
    session.add_all(
        Seat(
            visit_id=visit_id(committed.draw_id, drawn[row.unit_id]),
            department=row.department,
            seat=row.seat,
            roster_no=row.inspector_id,
            inspector_no=roster[row.inspector_id].inspector_no,
            inspector_name=roster[row.inspector_id].name,
        )
        for row in outcome.teams.assignments
    )


def visit_id(draw_id: str, number: int) -> str:
    """Return the id of a draw's n-th visit, from 1."""
    return f"{draw_id}-{number:02d}"
