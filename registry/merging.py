"""Merging duplicates (合并重复主体): one operator that stands in the register twice, under two keys.

A register officer asks for it, an approver decides. The one merged stays as a row that points to the one kept, so that
everything published under its key keeps its page; visits, findings and disclosures are not touched. Its sites join
those of the one kept, and no scope holds it any more. A mistaken merging is undone by another fact, asked for and
decided alike, never by deletion.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String, type_coerce
from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime, among, nfc
from registry.errors import AbsentError, FieldError, RegistryError
from registry.journal import Act, Kind, write
from registry.operator_entries import distinct_sites, record_of
from registry.operators import Operator, entry_of, get_operator, store
from registry.people import next_number, other_person
from registry.sites import as_site, sites_of


class Step(StrEnum):
    """What is asked for: 合并, or 撤销合并."""

    MERGE = "merge"
    UNMERGE = "unmerge"


class Merging(Record, table=True):
    """A request and, once decided, by whom and how; ``joined`` are the sites that came to the one kept by it."""

    __tablename__ = "operator_mergings"

    merging_id: str = Field(primary_key=True)
    step: str
    kept: str = Field(foreign_key="operators.unit_id", index=True)
    merged: str = Field(foreign_key="operators.unit_id", index=True)
    reason: str
    joined: list[dict[str, Any]] = Field(sa_type=JSON)
    requested_by: str
    requested_at: datetime = Field(sa_type=UtcDateTime)
    approved: bool | None = None
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class MergingStateError(RegistryError):
    """The two records, or the request, are not in the state that the step needs."""

    nature = "conflict"
    zh = "{key} {problem_zh}。未作任何改动；{mend_zh}"
    en = "{key} {problem_en}. Nothing was changed. {mend_en}"


def request_merging(act: Act, *, step: Step, kept: str, merged: str, reason: str) -> Merging:
    """Ask that ``merged`` be merged into ``kept``, or that this be undone. Nothing changes before the decision.

    Raises AbsentError, FieldError, MergingStateError.
    """
    _check(act.session, step, kept, merged)
    if not nfc(reason):
        raise FieldError(("reason",), ("没有理由。", "No reason is given."), ("请写明理由。", "State the reason."))
    waiting = select(Merging.merging_id).where(Merging.merged == merged, col(Merging.approved).is_(None))
    if found := act.session.exec(waiting).first():
        raise MergingStateError(
            key=merged,
            problem_zh=f"已有申请 {found} 待决定",
            problem_en=f"has the request {found}, which waits for a decision",
            mend_zh="请先决定该申请。",
            mend_en="Decide that one first.",
        )
    merging = Merging(
        merging_id=next_number(act.session, Merging.merging_id, "m"),
        step=step,
        kept=kept,
        merged=merged,
        reason=nfc(reason),
        joined=[],
        requested_by=act.person,
        requested_at=act.at,
    )
    act.session.add(merging)
    body = {"step": str(step), "kept": kept, "merged": merged, "reason": merging.reason}
    write(act, Kind.OPERATOR_MERGE_REQUESTED, subject=merging.merging_id, body=body)
    return merging


def decide_merging(act: Act, merging_id: str, *, approved: bool) -> Merging:
    """Decide a request that another person filed; approved, it is done at once.

    Raises AbsentError, SamePersonError, MergingStateError.
    """
    merging = act.session.get(Merging, merging_id)
    if merging is None:
        raise AbsentError(what_zh="合并申请", what_en="request to merge", key=merging_id)
    if merging.approved is not None:
        raise MergingStateError(
            key=merging_id,
            problem_zh="已有决定",
            problem_en="was decided before",
            mend_zh="情况有变的，请另行申请。",
            mend_en="If things have changed, file another request.",
        )
    other_person(
        act, merging.requested_by, step=("合并决定", "Deciding a merging"), did=("提出申请", "filed the request")
    )
    if approved:
        _check(act.session, Step(merging.step), merging.kept, merging.merged)
        (_merge if merging.step == Step.MERGE else _unmerge)(act, merging)
    else:
        body = {"merging_id": merging_id, "kept": merging.kept, "merged": merging.merged}
        write(act, Kind.OPERATOR_MERGE_REFUSED, subject=merging_id, body=body)
    merging.approved = approved
    merging.decided_by = act.person
    merging.decided_at = act.at
    act.session.add(merging)
    return merging


def merged_codes(session: Session, unit_id: str) -> list[str]:
    """Return the keys of those merged into an operator, directly or by way of another, in order."""
    return merged_codes_of(session, [unit_id])[unit_id]


def merged_codes_of(session: Session, unit_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return operator → the keys of those merged into it, directly or by way of another, in order.

    A step of the way is one question for all of them.
    """
    found: dict[str, list[str]] = {unit_id: [] for unit_id in unit_ids}
    ways = {unit_id: {unit_id} for unit_id in unit_ids}
    while ways:
        into = type_coerce(col(Operator.merged_into), String)
        merged = select(Operator.unit_id, into).where(among(session, into, [*ways]))
        further: dict[str, set[str]] = {}
        for code, first in session.exec(merged).all():
            for kept in ways[first]:
                if code not in found[kept] and code != kept:
                    found[kept].append(code)
                    further.setdefault(code, set()).add(kept)
        ways = further
    return {unit_id: sorted(codes) for unit_id, codes in found.items()}


def kept_codes(session: Session) -> dict[str, str]:
    """Return merged key → the key under which the operator stands now, for every record that was merged."""
    rows = select(Operator.unit_id, Operator.merged_into).where(col(Operator.merged_into).is_not(None))
    into = {code: str(kept) for code, kept in session.exec(rows)}
    found = {}
    for code, first in into.items():
        kept = first
        while kept in into:
            kept = into[kept]
        found[code] = kept
    return found


def _check(session: Session, step: Step, kept: str, merged: str) -> None:
    """Refuse what cannot be merged, or undone, as the register stands."""
    one, other = get_operator(session, kept), get_operator(session, merged)
    if kept == merged:
        raise FieldError(
            ("merged",),
            ("两个代码相同。", "The two codes are the same."),
            ("请填写重复的另一条记录。", "Name the other record."),
        )
    if step is Step.UNMERGE and other.merged_into != kept:
        raise MergingStateError(
            key=merged,
            problem_zh=f"没有并入 {kept}",
            problem_en=f"is not merged into {kept}",
            mend_zh="请核对两个代码。",
            mend_en="Check the two codes.",
        )
    for each in (one, other) if step is Step.MERGE else (one,):
        if each.merged_into:
            raise MergingStateError(
                key=each.unit_id,
                problem_zh=f"已并入 {each.merged_into}",
                problem_en=f"was merged into {each.merged_into}",
                mend_zh=f"请改用 {each.merged_into}。",
                mend_en=f"Use {each.merged_into} instead.",
            )


def _merge(act: Act, merging: Merging) -> None:
    sites = sites_of(act.session, [merging.kept, merging.merged])
    own = sites[merging.kept]
    together = distinct_sites(own + sites[merging.merged])
    merging.joined = [asdict(site) for site in together[len(distinct_sites(own)) :]]
    _settle(act, merging, Kind.OPERATOR_MERGED, sites=together, merged_into=merging.kept)


def _unmerge(act: Act, merging: Merging) -> None:
    done = select(Merging).where(
        Merging.kept == merging.kept,
        Merging.merged == merging.merged,
        Merging.step == Step.MERGE,
        col(Merging.approved).is_(True),
    )
    newest = act.session.exec(done.order_by(col(Merging.decided_at).desc(), col(Merging.merging_id).desc())).first()
    came = {as_site(each) for each in newest.joined} if newest else set()
    left = tuple(site for site in sites_of(act.session, [merging.kept])[merging.kept] if site not in came)
    _settle(act, merging, Kind.OPERATOR_UNMERGED, sites=left, merged_into=None)


def _settle(act: Act, merging: Merging, kind: Kind, *, sites: tuple[Any, ...], merged_into: str | None) -> None:
    """Give the one kept its sites, point the one merged to it or nowhere, and write both records whole."""
    kept, merged = get_operator(act.session, merging.kept), get_operator(act.session, merging.merged)
    before = sites_of(act.session, [merging.kept, merging.merged])
    entry = replace(entry_of(kept, before[merging.kept]), sites=sites)
    store(act.session, kept, entry)
    merged.merged_into = merged_into
    act.session.add(merged)
    act.session.flush()
    body = {"merging_id": merging.merging_id, "kept": merging.kept, "merged": merging.merged, "reason": merging.reason}
    other = record_of(entry_of(merged, before[merging.merged]), merged_into=merged_into)
    parts = [(merging.kept, record_of(entry)), (merging.merged, other)]
    write(act, kind, subject=merging.kept, body=body, parts=parts)
