"""Committing a draw (锁定): frame, rules and digests of secrets are fixed, publicly, before anyone can know the seed.

Everything that the protocol refuses is refused here, because the commitment is made by ``sampling.commitment``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from registry.amendments import count_amendments
from registry.base import legal_day
from registry.batches import Batch, BatchStateError, check_items, get_batch
from registry.draws import Draw, DrawCommitment, DrawParty, DrawStratum, HiddenStratum, RosterNumber
from registry.errors import FieldError, RegistryError
from registry.frames import NumberMaker, Scope, freeze_frame
from registry.journal import Act, Kind, write
from registry.quotas import check_numbers
from registry.sealed import refuse_hidden
from registry.staffing import find_staff, refuse_shortage
from registry.withholding import Hidden, hide, is_withheld, keep_one_unnamed
from sampling import commitment, names
from sampling.quotas import Quotas
from sampling.rules import Rules, Seats, SecretDigest
from sampling.seed import secret_digest
from sampling.sources import Witnessed
from sampling.times import format_time


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the committing person adds to the batch: deadlines, other parties' digests, the hash."""

    execute_by: datetime
    open_by: datetime
    parties: tuple[SecretDigest, ...]
    hash_name: str


@dataclass(frozen=True, kw_only=True)
class OwnParty:
    """What the service brings: its name as a party, a fresh secret, how to encrypt it, and roster numbers."""

    party: str
    secret: str
    sealed: Callable[[str], bytes]
    numbers: NumberMaker


class BatchDrawnError(RegistryError):
    """A batch is drawn once."""

    nature = "conflict"
    zh = "批次 {task_no} 已由抽取 {draw_id} 锁定。一个批次只抽取一次，未作任何改动。"
    en = "Batch {task_no} was committed as draw {draw_id}. A batch is drawn once; nothing was changed."


def commit_draw(act: Act, task_no: str, terms: Terms, own: OwnParty, *, log_size: int) -> Draw:
    """Fix frame, rules and secret digests of an approved batch; the draw's id is its task number.

    ``log_size`` is the length of the log as of this transaction: its entries make exactly the units in scope.
    Raises AbsentError, BatchStateError, BatchDrawnError, BelowFloorError, HiddenOutcomeError, UnstaffableError,
    FieldError, sampling's RefusedError.
    """
    batch = get_batch(act.session, task_no)
    _check_drawable(act, batch, terms)
    scope = _scope(act, batch, own)
    draw_id, party = names.DrawId(batch.task_no), names.Party(own.party)
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
    made = commitment.commit(inputs, _rules(act, batch, terms, parties, quotas), log_size=log_size)
    amended = count_amendments(act.session, batch, act.at)
    public = {"draw_id": draw_id, "commitment": made.digest, "hash": terms.hash_name, **_counted(scope)}
    public["amended"] = amended
    body = {"draw_id": draw_id, "task_no": task_no, "commitment": made.to_bytes().decode()}
    fact_id = write(act, Kind.DRAW_COMMITTED, subject=draw_id, public=public | _said(withheld=withheld), body=body)
    row = DrawCommitment(
        draw_id=draw_id,
        task_no=task_no,
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
    return Draw(committed=row, strata=strata, executed=None, opened=None)


def _scope(act: Act, batch: Batch, own: OwnParty) -> Scope:
    """Freeze the frame, unless a sealed outcome could bear on it or somebody in it could not be visited."""
    refuse_hidden(act.session, batch, on=act.today)
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
    earlier = act.session.exec(select(DrawCommitment.draw_id).where(DrawCommitment.task_no == batch.task_no)).first()
    if earlier:
        raise BatchDrawnError(task_no=batch.task_no, draw_id=earlier)
    check_items(act, batch)
    if legal_day(terms.execute_by) > batch.period_to:
        raise FieldError(
            ("execute_by",),
            ("摇号期限晚于检查期限止。", "The draw would be executed after the period of inspection."),
            (f"请填 {batch.period_to} 或更早。", f"Give {batch.period_to} or earlier."),
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


def _rules(act: Act, batch: Batch, terms: Terms, parties: tuple[SecretDigest, ...], quotas: Quotas) -> Rules:
    source = batch.public_source
    return Rules(
        draw_id=names.DrawId(batch.task_no),
        title=batch.title,
        quotas=quotas,
        team=tuple(Seats(names.Department(entry["department"]), entry["seats"]) for entry in batch.team),
        secrets=parties,
        committed_at=format_time(act.at),
        execute_by=format_time(terms.execute_by),
        open_by=format_time(terms.open_by),
        public_source=Witnessed(source["what"], source["alphabet"], source["length"]) if source else None,
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
