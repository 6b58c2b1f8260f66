"""Committing a draw (锁定): frame, rules and digests of secrets are fixed, publicly, before anyone can know the seed.

Everything that the protocol refuses is refused here, because the commitment is made by ``sampling.commitment``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from registry.amendments import count_amendments
from registry.base import legal_day
from registry.batches import Batch, BatchStateError, check_items, get_batch
from registry.draws import (
    Draw,
    DrawCommitment,
    DrawParty,
    DrawStratum,
    HiddenStratum,
    RosterNumber,
    draws_of,
    standing_draw,
)
from registry.errors import FieldError, RegistryError
from registry.frames import NumberMaker, Scope, freeze_frame
from registry.journal import Act, Kind, write
from registry.outbox import Work, enqueue
from registry.pending import refuse_pending
from registry.quotas import check_numbers
from registry.sealed import refuse_hidden
from registry.sources import committed_source, published_at, read_announced
from registry.staffing import find_staff, refuse_shortage
from registry.stages import marked_title, refuse_foreign
from registry.withholding import Hidden, hide, is_withheld, keep_one_unnamed
from sampling import commitment, names
from sampling.quotas import Quotas
from sampling.rules import Rules, Seats, SecretDigest
from sampling.seed import secret_digest
from sampling.sources import Drand
from sampling.times import format_time

SEALED_AFTER_VISITS = timedelta(days=31)
"""How long after the period of inspection a list may stay sealed: a visit that nobody files must not bury it."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the committing person adds to the batch: deadlines, other parties' digests, the hash, the draw replaced."""

    execute_by: datetime
    open_by: datetime
    parties: tuple[SecretDigest, ...]
    hash_name: str
    replaces: str | None = None


@dataclass(frozen=True, kw_only=True)
class OwnParty:
    """What the service brings: its name as a party, a fresh secret, how to encrypt it, and roster numbers."""

    party: str
    secret: str
    sealed: Callable[[str], bytes]
    numbers: NumberMaker


class BatchDrawnError(RegistryError):
    """A batch is drawn once, unless its draw was voided."""

    nature = "conflict"
    zh = "批次 {task_no} 已由抽取 {draw_id} 锁定。一个批次只抽取一次，未作任何改动；该次抽取经两人作废后才能重抽。"
    en = (
        "Batch {task_no} was committed as draw {draw_id}. A batch is drawn once; nothing was changed. It can be drawn "
        "again only after two people have voided that draw."
    )


def commit_draw(act: Act, task_no: str, terms: Terms, own: OwnParty, *, log_size: int) -> Draw:
    """Fix frame, rules and secret digests of an approved batch; its first draw's id is its task number.

    A redraw (重抽) names the voided draw before it, and its id is numbered: ``next_draw_id``.
    ``log_size`` is the length of the log as of this transaction: its entries make exactly the units in scope.
    Raises AbsentError, BatchStateError, BatchDrawnError, BelowFloorError, HiddenOutcomeError, UnstaffableError,
    FieldError, ForeignNumberError, sampling's RefusedError.
    """
    batch = get_batch(act.session, task_no)
    _check_drawable(act, batch, terms)
    refuse_foreign(act.session, task_no, *([terms.replaces] if terms.replaces else []))
    scope = _scope(act, batch, own)
    draw_id, party = names.DrawId(next_draw_id(act.session, task_no)), names.Party(own.party)
    own_digest = secret_digest(draw_id, party, own.secret, terms.hash_name)
    parties = (SecretDigest(party, own_digest), *terms.parties)
    _check_fresh(act.session, parties)
    withheld = is_withheld(batch, scope)
    hidden = hide(scope, act.salt) if withheld else Hidden(scope=scope, meanings={})
    inputs, strata = hidden.scope.inputs(), hidden.scope.sizes()
    quotas = batch.rules.of_draw(hidden.scope.strata)
    quotas = keep_one_unnamed(quotas, strata) if withheld else quotas
    sizes = [(str(hidden.meanings.get(name, name)), units, quotas.size(name, units)) for name, units in strata.items()]
    check_numbers(task_no, batch.ratio_floor, sizes)
    rules = _rules(act, batch, terms, quotas, draw_id=draw_id, parties=parties)
    made = commitment.commit(inputs, rules, log_size=log_size)
    amended = count_amendments(act.session, batch, act.at)
    public = {"draw_id": draw_id, "commitment": made.digest, "hash": terms.hash_name, **_counted(scope)}
    public |= {"amended": amended} | ({"replaces": terms.replaces} if terms.replaces else {})
    body = {"draw_id": draw_id, "task_no": task_no, "commitment": made.to_bytes().decode()}
    fact_id = write(act, Kind.DRAW_COMMITTED, subject=draw_id, public=public | _said(withheld=withheld), body=body)
    row = DrawCommitment(
        draw_id=draw_id,
        task_no=task_no,
        replaces=terms.replaces,
        digest=made.digest,
        commitment=made.to_bytes(),
        frame=inputs.frame.data,
        exclusions=inputs.exclusions.data,
        inspectors=inputs.inspectors.data,
        recusals=inputs.recusals.data,
        reasons=scope.reasons(),
        sealed=batch.sealed,
        withheld=withheld,
        narrowings=dict(sorted(scope.staff.narrowings.items())),
        recused=scope.recused,
        lent=scope.lent,
        amended=amended,
        committed_by=act.person,
        committed_at=act.at,
        execute_by=terms.execute_by,
        open_by=terms.open_by,
        fact_id=fact_id,
    )
    act.session.add(row)
    act.session.flush()
    _keep_parties(act, draw_id, parties, own)
    _keep_roster(act, draw_id, scope)
    act.session.add_all(DrawStratum(draw_id=draw_id, stratum=name, units=units) for name, units in strata.items())
    act.session.add_all(
        HiddenStratum(draw_id=draw_id, stratum=name, means=means) for name, means in hidden.meanings.items()
    )
    if isinstance(rules.public_source, Drand):
        enqueue(act, Work.ROUND, draw_id, published_at(rules.public_source))
    return Draw(committed=row, strata=strata, executed=None, opened=None)


def next_draw_id(session: Session, task_no: str) -> str:
    """Return the id that the next draw of a batch bears: the task number, then with .2, .3 …"""
    number = len(draws_of(session, task_no)) + 1
    return task_no if number == 1 else f"{task_no}.{number}"


def _scope(act: Act, batch: Batch, own: OwnParty) -> Scope:
    """Freeze the frame, unless a draw that is not open could bear on it or somebody in it could not be visited."""
    refuse_hidden(act.session, batch, on=act.today)
    refuse_pending(act.session, batch)
    scope = freeze_frame(act.session, batch, own.numbers, on=act.today)
    for shortage in scope.shortages(batch):
        unit = min(unit.unit_id for unit in scope.units if unit.area == shortage.area)
        everyone = find_staff(act.session, batch, on=act.today)
        raise refuse_shortage(batch, everyone, shortage, unit)
    return scope


def _counted(scope: Scope) -> dict[str, object]:
    """Return what the log says of who was left out, by whom and why, in counts."""
    return {
        "reasons": scope.reasons(),
        "narrowings": dict(sorted(scope.staff.narrowings.items())),
        "recusals": scope.recused,
        "lent": scope.lent,
    }


def _said(*, withheld: bool) -> dict[str, object]:
    return {"withheld": True} if withheld else {}


def _check_drawable(act: Act, batch: Batch, terms: Terms) -> None:
    if batch.approved_by is None:
        raise BatchStateError(task_no=batch.task_no, problem_zh="尚未审批", problem_en="is not approved")
    if batch.cancelled_at is not None:
        raise BatchStateError(task_no=batch.task_no, problem_zh="已经取消", problem_en="was cancelled")
    _check_replaced(act.session, batch.task_no, terms.replaces)
    check_items(act, batch)
    if legal_day(terms.execute_by) > batch.period_to:
        raise FieldError(
            ("execute_by",),
            ("摇号期限晚于检查期限止。", "The draw would be executed after the period of inspection."),
            (f"请填 {batch.period_to} 或更早。", f"Give {batch.period_to} or earlier."),
        )
    last = batch.period_to + SEALED_AFTER_VISITS
    if legal_day(terms.open_by) > last:
        raise FieldError(
            ("open_by",),
            ("公开期限过晚：检查期满之后，名单无须再密封。", "A list would stay sealed long after its visits."),
            (f"请填 {last} 或更早。", f"Give {last} or earlier."),
        )


def _check_replaced(session: Session, task_no: str, replaces: str | None) -> None:
    """Refuse a second draw beside one that stands, and a redraw that does not name the last one voided."""
    standing = standing_draw(session, task_no)
    if standing:
        raise BatchDrawnError(task_no=task_no, draw_id=standing)
    last = next(reversed(draws_of(session, task_no)), None)
    if replaces != last:
        raise FieldError(
            ("replaces",),
            ("所替换的抽取与记录不符。", "The draw replaced is not the one on record."),
            (
                f"重抽须写明上一次作废的抽取：{last}。" if last else "本批次没有作废的抽取，请勿填写。",
                f"Name the draw voided last: {last}." if last else "No draw of the batch was voided: leave it out.",
            ),
        )


def _check_fresh(session: Session, parties: tuple[SecretDigest, ...]) -> None:
    digests = [each.digest for each in parties]
    used = session.exec(select(DrawParty.digest).where(col(DrawParty.digest).in_(digests))).first()
    if used:
        raise FieldError(
            ("parties", max(digests.index(used) - 1, 0), "digest"),
            ("该摘要已用于另一次抽取。", "The digest was used in another draw."),
            ("每次抽取须重新生成秘密。", "Make a new secret for each draw."),
        )


def _rules(  # noqa: PLR0913 - what the rules are made of
    act: Act,
    batch: Batch,
    terms: Terms,
    quotas: Quotas,
    *,
    draw_id: names.DrawId,
    parties: tuple[SecretDigest, ...],
) -> Rules:
    announced = read_announced(batch.public_source)
    return Rules(
        draw_id=draw_id,
        replaces=names.DrawId(terms.replaces) if terms.replaces else None,
        title=marked_title(act.session, batch.title),
        quotas=quotas,
        team=tuple(Seats(names.Department(entry["department"]), entry["seats"]) for entry in batch.team),
        secrets=parties,
        committed_at=format_time(act.at),
        execute_by=format_time(terms.execute_by),
        open_by=format_time(terms.open_by),
        public_source=committed_source(announced, committed_at=act.at, execute_by=terms.execute_by),
        hash_name=terms.hash_name,
    )


def _keep_parties(act: Act, draw_id: str, parties: tuple[SecretDigest, ...], own: OwnParty) -> None:
    for each in parties:
        sealed = own.sealed(own.secret) if each.party == own.party else None
        act.session.add(DrawParty(draw_id=draw_id, party=each.party, digest=each.digest, own_secret=sealed))


def _keep_roster(act: Act, draw_id: str, scope: Scope) -> None:
    act.session.add_all(
        RosterNumber(draw_id=draw_id, roster_no=number, inspector_no=inspector.inspector_no)
        for number, inspector in scope.roster.items()
    )
