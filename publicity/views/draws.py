"""The list of draws and the page of one draw. A sealed outcome is not read here at all before it is opened."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, and_, col, func, or_, select

from publicity.bundle import cosigned_commitment
from publicity.frames import opened_frame
from publicity.heads import first_head_over
from publicity.pages.cosigners import CosignedLine
from publicity.pages.draws import (
    Asked,
    BeaconLine,
    DrawPage,
    DrawRow,
    DrawsPage,
    LogLine,
    OtherDraw,
    QuotaLine,
    ReasonCount,
    SecretLine,
    SourceLine,
    VoidLine,
)
from publicity.pages.site import Paging, Site
from publicity.proof import proof_level
from publicity.render import percent
from publicity.sequencer import entry_indexes
from publicity.views.cosigners import cosigner_lines, watched_line
from publicity.views.operator_draws import part_in
from publicity.views.outcomes import outcome_shown
from publicity.views.records import draw_path, file_path, operator_path, proof_path
from publicity.views.terms import item_lines, seat_lines
from publicity.witnessing import first_cosigned_over
from registry.amendments import AMENDMENT_WORDS
from registry.batches import get_batch
from registry.criteria import REASON_WORDS, WHOLE
from registry.draws import Draw, DrawCommitment, get_draw, replaced_by, without_tables
from registry.handing_in import standing_of
from registry.journal import Fact, Kind
from registry.overdue import OVERDUE_WORDS, as_of, overdue_of
from registry.plans import get_plan
from registry.public_values import PublicValue, ValueConfirmation
from registry.recusals import ORIGIN_WORDS
from registry.replacing import approved_replacements
from registry.sources import published_at
from registry.staffing import NARROWING_WORDS
from registry.voids import VOID_WORDS, VoidReason, known_words, void_requests
from sampling.commitment import Commitment
from sampling.names import COSIGNED, UnitId
from sampling.quotas import Ratio, Rule
from sampling.seed import Reveal
from sampling.sources import QUICKNET_CHAIN, Drand, Witnessed

PAGE_ROWS = 50
PAGE_ENTRIES = 100
"""How many replacements have their entry among the log's on the page of a draw; the list of them has all."""
SEVERAL = "分组抽取，各组的规则见锁定书，组名和各组户数不公开"
KIND_TEXTS = {
    Kind.DRAW_COMMITTED: "锁定：名单、规则和秘密摘要",
    Kind.BEACON_RECEIVED: "收到 drand 轮次，签名已核验",
    Kind.DRAW_VALUE_ENTERED: "录入公开随机值",
    Kind.DRAW_VALUE_CONFIRMED: "第二人复核公开随机值",
    Kind.DRAW_ESCROWED: "登记一方秘密的封存",
    Kind.DRAW_HANDED_IN: "一方交出秘密",
    Kind.DRAW_EXECUTED: "摇号：结果存证",
    Kind.DRAW_OPENING_REQUESTED: "提出提前公开名单",
    Kind.DRAW_OPENED: "公开名单",
    Kind.REPLACEMENT_DECIDED: "替补或更换检查人员",
    Kind.DRAW_VOID_REQUESTED: "提出作废",
    Kind.DRAW_VOIDED: "作废",
}

STEPS_OF: Mapping[Kind, tuple[int, ...]] = {
    Kind.DRAW_COMMITTED: (1, 2),
    Kind.DRAW_ESCROWED: (2,),
    Kind.BEACON_RECEIVED: (3,),
    Kind.DRAW_VALUE_ENTERED: (3,),
    Kind.DRAW_VALUE_CONFIRMED: (3,),
    Kind.DRAW_HANDED_IN: (3,),
    Kind.DRAW_EXECUTED: (3,),
    Kind.DRAW_OPENED: (4,),
    Kind.REPLACEMENT_DECIDED: (4,),
}
"""Which of the five steps an entry of the log proves: names (1), rules (2), the seed (3), the outcome (4)."""
OUTCOME_STEP = 4


def draws_page(session: Session, site: Site, after: str | None) -> DrawsPage:
    """Return every draw ever committed, newest first, by keyset."""
    query = select(DrawCommitment).options(*without_tables()).order_by(col(DrawCommitment.fact_id).desc())
    total = session.exec(select(func.count()).select_from(DrawCommitment)).one()
    last = session.get(DrawCommitment, after, options=without_tables()) if after else None
    if last is not None:
        query = query.where(col(DrawCommitment.fact_id) < last.fact_id)
    rows, at = list(session.exec(query.limit(PAGE_ROWS + 1))), as_of(session, site.made_at)
    more, rows = len(rows) > PAGE_ROWS, rows[:PAGE_ROWS]
    return DrawsPage(
        site=site,
        rows=[_row(get_draw(session, each.draw_id), at) for each in rows],
        paging=Paging(
            total=total,
            shown=len(rows),
            next_path=f"/draws?after={rows[-1].draw_id}" if more else None,
            first_path="/draws" if last is not None else None,
        ),
    )


def draw_page(session: Session, site: Site, draw_id: str, asked: str = "") -> DrawPage:
    """Return the page of one draw, and on it the place of the operator that was asked for. Raises AbsentError."""
    draw = get_draw(session, draw_id)
    committed, executed, opened = draw.committed, draw.executed, draw.opened
    made = Commitment.from_bytes(committed.commitment)
    batch = get_batch(session, committed.task_no)
    plan = get_plan(session, batch.plan_no)
    rules, at = made.rules, as_of(session, site.made_at)
    source = _source(session, draw, made, site.made_at)
    return DrawPage(
        site=site,
        draw_id=draw_id,
        title=rules.title,
        plan_no=plan.plan_no,
        task_no=batch.task_no,
        plan_title=plan.title,
        ratio_basis=batch.ratio_basis,
        period_from=batch.period_from,
        period_to=batch.period_to,
        state=draw.state.value,
        sealed=committed.sealed,
        withheld=committed.withheld,
        overdue=_overdue(draw, at),
        committed_at=committed.committed_at,
        committed_by=f"经办人 {committed.committed_by}",
        execute_by=committed.execute_by,
        executed_at=executed.executed_at if executed else None,
        executed_by=f"经办人 {executed.executed_by}" if executed else None,
        outcome_root=executed.outcome_root if executed else None,
        open_by=committed.open_by,
        opened_at=opened.opened_at if opened else None,
        voided_at=draw.voided.confirmed_at if draw.voided else None,
        voids=_voids(session, draw),
        replaces=_other(committed.replaces),
        replaced_by=_other(replaced_by(session, draw_id)),
        hash_name=rules.hash_name,
        commitment_digest=committed.digest,
        commitment_path=file_path(draw_id, "commitment.json"),
        frame_digest=made.frame.digest,
        exclusions_digest=made.exclusions.digest,
        inspectors_digest=made.inspectors.digest,
        recusals_digest=made.recusals.digest,
        registered=made.register.rows,
        frame=made.frame.rows,
        excluded=made.exclusions.rows,
        inspectors=made.inspectors.rows,
        recusals=made.recusals.rows,
        log_size=made.register.log_size,
        exclusions=_counts(committed.reasons, REASON_WORDS),
        narrowings=_counts(committed.narrowings, NARROWING_WORDS),
        recused=_counts(committed.recused, ORIGIN_WORDS),
        lent=committed.lent,
        amended=None if committed.amended is None else _counts(committed.amended, AMENDMENT_WORDS),
        items=item_lines(session, batch),
        quotas=_quotas(draw),
        team=seat_lines(session, made),
        secrets=_secrets(session, draw, made, at),
        source=source,
        level=proof_level(
            made,
            certain=draw.to_draw == made.frame.rows,
            withheld=committed.withheld,
            stage=site.stage,
            held=_held(session, draw),
            watched=watched_line(first_cosigned_over(session, _place(session, draw) + 1)),
            cosigned=source.cosigned,
        ),
        log=_log_lines(session, draw),
        outcome=outcome_shown(session, draw, executed, site.today) if opened and executed else None,
        asked=_asked(session, draw, asked.strip()),
    )


def _asked(session: Session, draw: Draw, code: str) -> Asked | None:
    """Return the place of an operator in an open draw; nothing of one whose files are not for everybody."""
    if not code or draw.committed.withheld or draw.opened is None or draw.executed is None:
        return None
    found = part_in(session, draw.committed, draw.executed.reveal, UnitId(code))
    return Asked(code=code, path=operator_path(code) if found else None, place=found[0] if found else None)


def _held(session: Session, draw: Draw) -> str | None:
    """Return where the key lies that signed the first head over the commitment; None while nobody did."""
    signed = first_head_over(session, _place(session, draw) + 1)
    return None if signed is None else signed.held


def _place(session: Session, draw: Draw) -> int:
    """Return the index of the commitment's entry."""
    fact = draw.committed.fact_id
    return entry_indexes(session, [fact])[fact]


def _counts(counted: Mapping[str, int], words: Mapping[str, tuple[str, str]]) -> list[ReasonCount]:
    return [ReasonCount(reason=reason, text=words[reason][0], count=count) for reason, count in counted.items()]


def _row(draw: Draw, at: datetime) -> DrawRow:
    made = Commitment.from_bytes(draw.committed.commitment)
    return DrawRow(
        draw_id=draw.committed.draw_id,
        path=draw_path(draw.committed.draw_id),
        title=made.rules.title,
        state=draw.state.value,
        sealed=draw.committed.sealed,
        overdue=_overdue(draw, at),
        committed_at=draw.committed.committed_at,
        executed_at=draw.executed.executed_at if draw.executed else None,
        opened_at=draw.opened.opened_at if draw.opened else None,
        voided_at=draw.voided.confirmed_at if draw.voided else None,
        replaces=draw.committed.replaces,
        registered=made.register.rows,
        frame=made.frame.rows,
        drawn=draw.to_draw,
    )


def _overdue(draw: Draw, at: datetime) -> str | None:
    """Return in words which of its own terms a draw has missed, or None."""
    overdue = overdue_of(draw, at)
    return OVERDUE_WORDS[overdue] if overdue else None


def _voids(session: Session, draw: Draw) -> list[VoidLine]:
    """Return every request to void a draw, also those that nobody confirmed."""
    voided = draw.voided
    return [
        VoidLine(
            reason=VOID_WORDS[VoidReason(each.reason)],
            text=each.text,
            requested_at=each.requested_at,
            requested_by=f"经办人 {each.requested_by}",
            confirmed_at=voided.confirmed_at if voided and voided.request_id == each.request_id else None,
            confirmed_by=f"经办人 {voided.confirmed_by}" if voided and voided.request_id == each.request_id else None,
            known=known_words(voided.known) if voided and voided.request_id == each.request_id else [],
        )
        for each in void_requests(session, draw.committed.draw_id)
    ]


def _other(draw_id: str | None) -> OtherDraw | None:
    return OtherDraw(draw_id=draw_id, path=draw_path(draw_id)) if draw_id else None


def _quotas(draw: Draw) -> list[QuotaLine]:
    made = Commitment.from_bytes(draw.committed.commitment)
    quotas = made.rules.quotas
    if draw.committed.withheld:
        return [
            QuotaLine(
                stratum=WHOLE,
                units=made.frame.rows,
                rule=_rule(quotas.default) if len(draw.strata) == 1 else SEVERAL,
                drawn=draw.to_draw,
                certain=draw.to_draw == made.frame.rows,
                cutoff=None,
            )
        ]
    executed = draw.executed if draw.opened else None
    frame = opened_frame(draw.committed, executed.reveal).frame if executed else None
    return [
        QuotaLine(
            stratum=stratum,
            units=units,
            rule=_rule(quotas.strata.get(stratum, quotas.default)),
            drawn=drawn,
            certain=drawn == units,
            cutoff=frame.cut_off(stratum, drawn) if frame else None,
        )
        for stratum, (units, drawn) in draw.sizes.items()
    ]


def _rule(rule: Rule) -> str:
    if isinstance(rule, Ratio):
        return f"抽取比例 {percent(rule.ratio)}，不足一户的进为一户"
    return f"抽取 {rule.count} 户"


def _secrets(session: Session, draw: Draw, made: Commitment, at: datetime) -> list[SecretLine]:
    shown = draw.opened and not draw.committed.withheld
    used = Reveal.from_bytes(draw.executed.reveal).secrets if draw.executed and shown else None
    standing = {each.party: each for each in standing_of(session, draw.committed.draw_id)}
    lines = []
    for place, entry in enumerate(made.rules.secrets):
        party = standing[entry.party]
        end = draw.voided.confirmed_at if draw.voided else draw.executed.executed_at if draw.executed else at
        lines.append(
            SecretLine(
                party=entry.party,
                digest=entry.digest,
                secret=used[place] if used else None,
                own=party.own,
                escrowed=party.escrowed,
                handed_at=party.handed_at,
                late=not party.own and (party.handed_at or end) > draw.committed.execute_by,
            )
        )
    return lines


def _source(session: Session, draw: Draw, made: Commitment, at: datetime) -> SourceLine:
    source, draw_id = made.rules.public_source, draw.committed.draw_id
    shown = draw.executed if draw.opened else None
    value = Reveal.from_bytes(shown.reveal).public_value if shown else None
    entered, confirmed = session.get(PublicValue, draw_id), session.get(ValueConfirmation, draw_id)
    return SourceLine(
        kind="witnessed" if isinstance(source, Witnessed) else "drand" if isinstance(source, Drand) else "none",
        what=source.what if isinstance(source, Witnessed) else "",
        alphabet=source.alphabet if isinstance(source, Witnessed) else "",
        length=source.length if isinstance(source, Witnessed) else 0,
        entered_at=entered.entered_at if entered else None,
        confirmed_at=confirmed.confirmed_at if confirmed else None,
        value=value,
        simulated=bool(shown and shown.simulated),
        witnesses=list(shown.witnesses) if shown else [],
        beacon=_beacon(draw, source) if isinstance(source, Drand) else None,
        cosigned=_cosigned(session, draw, source, at) if isinstance(source, Drand) else None,
    )


def _cosigned(session: Session, draw: Draw, source: Drand, at: datetime) -> CosignedLine:
    """Return who cosigned the commitment before its round was published."""
    found = cosigned_commitment(session, draw, source)
    return CosignedLine(
        quorum=found.quorum,
        enough=found.enough,
        closed=published_at(source) <= at,
        size=found.head.size if found.head else None,
        cosigners=cosigner_lines(found.given),
        path=file_path(draw.committed.draw_id, COSIGNED) if found.enough else None,
    )


def _beacon(draw: Draw, source: Drand) -> BeaconLine:
    """Return the round and what came of it: it is as public as the beacon itself, whatever is sealed or withheld."""
    received = draw.beacon
    return BeaconLine(
        chain=QUICKNET_CHAIN,
        round=source.round,
        published_at=published_at(source),
        received_at=received.received_at if received else None,
        signature=received.signature if received else None,
        randomness=received.randomness if received else None,
    )


def _log_lines(session: Session, draw: Draw) -> list[LogLine]:
    replaced = approved_replacements(session, draw.committed.draw_id)[:PAGE_ENTRIES] if draw.opened else []
    of_draw = and_(Fact.subject == draw.committed.draw_id, col(Fact.kind).in_(list(KIND_TEXTS)))
    told = or_(of_draw, col(Fact.fact_id).in_([decision.fact_id for _, decision in replaced]))
    facts = session.exec(select(Fact).where(told).order_by(col(Fact.fact_id))).all()
    indexes = entry_indexes(session, [fact.fact_id for fact in facts if fact.fact_id])
    lines = []
    for fact in facts:
        index = indexes[fact.fact_id or 0]
        opens = draw.opened is not None and draw.opened.fact_id == fact.fact_id
        both = opens and fact.kind != Kind.DRAW_OPENED
        steps = STEPS_OF.get(Kind(fact.kind), ())
        text = KIND_TEXTS[Kind(fact.kind)] + ("并公开名单" if both else "")
        lines.append(
            LogLine(
                index=index,
                kind=fact.kind,
                text=text,
                at=fact.at,
                path=f"/log/entries/{index}",
                proof_path=proof_path(index),
                steps=[*steps, OUTCOME_STEP] if both and OUTCOME_STEP not in steps else list(steps),
            )
        )
    return lines
