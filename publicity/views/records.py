"""Published results and penalties as pages show them, read from their stored projections only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from publicity.disclosure import Disclosure, Subject, content_of, is_late
from publicity.endings import standing, stands
from publicity.origins import RECEIVED, origin_words
from publicity.pages.records import (
    FollowUpLine,
    ItemOutcome,
    PenaltiesPage,
    Penalty,
    PublicationTerm,
    Result,
    ResultsPage,
)
from publicity.pages.site import Paging, Site
from publicity.sequencer import entry_indexes
from publicity.stated_terms import shown_term
from publicity.views.petitions import marks_of, replies_of
from registry.followups import Pending, pending_lines
from registry.visits import Cause

PAGE_ROWS = 50


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What a reader narrowed a list to; ``after`` is the last disclosure of the page before."""

    year: int | None = None
    only: str = "all"
    after: str | None = None


def operator_path(code: str) -> str:
    """Return the address of an operator's page."""
    return f"/operators/{code}"


def draw_path(draw_id: str) -> str:
    """Return the address of a draw's page."""
    return f"/draws/{draw_id}"


def file_path(draw_id: str, name: str) -> str:
    """Return the address of one file of a draw."""
    return f"{draw_path(draw_id)}/files/{name}"


def record_path(disclosure: Disclosure) -> str:
    """Return the address of a published record."""
    return f"/records/{disclosure.disclosure_id}"


def proof_path(index: int) -> str:
    """Return the address of an entry's inclusion proof."""
    return f"/log/proof/inclusion?index={index}"


def evidence_path(disclosure: Disclosure) -> str:
    """Return the address of a record's text and salt, which the log entry's digest covers."""
    return f"/log/evidence/{disclosure.disclosure_id}"


def origin_of(disclosure: Disclosure) -> str | None:
    """Return that no draw led to a record, and what did; None for one that a draw led to."""
    words = origin_words(disclosure.cause)
    if disclosure.cause == RECEIVED:
        return words
    return None if disclosure.cause == Cause.DRAWN else f"非双随机抽取（{words}）"


def results_of(session: Session, disclosures: Sequence[Disclosure], today: date) -> list[Result]:
    """Return results that stand as they are shown, in the order given."""
    indexes = entry_indexes(session, [each.fact_id for each in disclosures])
    pending = pending_lines(session, [each.source_id for each in disclosures])
    beside = _Beside(session, disclosures, today)
    return [
        _result(each, indexes[each.fact_id], pending.get(each.source_id, []), beside.of(each)) for each in disclosures
    ]


def penalties_of(session: Session, disclosures: Sequence[Disclosure], today: date) -> list[Penalty]:
    """Return penalties that stand as they are shown, in the order given."""
    indexes = entry_indexes(session, [each.fact_id for each in disclosures])
    results = _result_paths(session, disclosures, today)
    beside = _Beside(session, disclosures, today)
    return [
        _penalty(each, indexes[each.fact_id], results.get(content_of(each)["finding_id"]), beside.of(each))
        for each in disclosures
    ]


def results_page(session: Session, site: Site, chosen: Filter) -> ResultsPage:
    """Return published results, newest first."""
    rows, paging = _page(session, standing(Subject.RESULT, site.today), chosen, "/results")
    return ResultsPage(
        site=site,
        year=chosen.year,
        years=years_of(session, Subject.RESULT, site.today),
        only="problem" if chosen.only == "problem" else "clear" if chosen.only == "clear" else "all",
        rows=results_of(session, rows, site.today),
        paging=paging,
    )


def penalties_page(session: Session, site: Site, chosen: Filter) -> PenaltiesPage:
    """Return published penalties, newest first."""
    rows, paging = _page(session, standing(Subject.PENALTY, site.today), chosen, "/penalties")
    return PenaltiesPage(
        site=site,
        year=chosen.year,
        years=years_of(session, Subject.PENALTY, site.today),
        rows=penalties_of(session, rows, site.today),
        paging=paging,
    )


def years_of(session: Session, subject: Subject, today: date) -> list[int]:
    """Return the years with records of a kind that stand, newest first."""
    years = select(Disclosure.year).where(Disclosure.subject == subject, stands(today)).distinct()
    return sorted(session.exec(years), reverse=True)


def disclosures_of(session: Session, subject: Subject, codes: Sequence[str], today: date) -> list[Disclosure]:
    """Return what stands of one operator under any of its codes, newest first."""
    # by the operator alone, of whom there are few: SQLite would rather read every record of the kind
    query = select(Disclosure).where(col(Disclosure.unit_id).in_(codes), stands(today))
    rows = session.exec(query.order_by(col(Disclosure.fact_id).desc()))
    return [row for row in rows if row.subject == subject]


def _page(
    session: Session, query: SelectOfScalar[Disclosure], chosen: Filter, path: str
) -> tuple[list[Disclosure], Paging]:
    """Return one page of a list by keyset, newest first: pages do not shift while records are added."""
    if chosen.year is not None:
        query = query.where(Disclosure.year == chosen.year)
    if chosen.only in ("problem", "clear"):
        query = query.where(col(Disclosure.problem).is_(chosen.only == "problem"))
    total = session.exec(select(func.count()).select_from(query.subquery())).one()
    last = session.get(Disclosure, chosen.after) if chosen.after else None
    if last is not None:
        query = query.where(col(Disclosure.fact_id) < last.fact_id)
    rows = list(session.exec(query.order_by(col(Disclosure.fact_id).desc()).limit(PAGE_ROWS + 1)))
    more, rows = len(rows) > PAGE_ROWS, rows[:PAGE_ROWS]
    year = f"year={chosen.year}" if chosen.year is not None else ""
    only = f"only={chosen.only}" if chosen.only != "all" else ""
    return rows, Paging(
        total=total,
        shown=len(rows),
        next_path=_address(path, year, only, f"after={rows[-1].disclosure_id}") if more else None,
        first_path=_address(path, year, only) if last is not None else None,
    )


def _address(path: str, *parts: str) -> str:
    query = "&".join(part for part in parts if part)
    return f"{path}?{query}" if query else path


class _Beside:
    """What stands beside records that are shown together: marks of petitions, replies of operators."""

    def __init__(self, session: Session, disclosures: Sequence[Disclosure], today: date) -> None:
        self._marks = marks_of(session, disclosures, today)
        self._replies = replies_of(session, disclosures)

    def of(self, disclosure: Disclosure) -> dict[str, Any]:
        """Return the fields of one record."""
        key = disclosure.disclosure_id
        return {"petitions": self._marks[key], "replies": self._replies[key]}


def _result(disclosure: Disclosure, index: int, pending: Sequence[Pending], beside: Mapping[str, Any]) -> Result:
    content = content_of(disclosure)
    names = {line["item_code"]: line["item_name"] for line in content["outcomes"]}
    return Result(
        result_id=disclosure.source_id,
        path=record_path(disclosure),
        origin=origin_of(disclosure),
        plan_no=content["plan_no"],
        plan_title=content["plan_title"],
        plan_path=f"/plans/{content['plan_no']}" if content["plan_no"] and "task_title" in content else None,
        task_no=content["task_no"],
        # what was published before plans and their batches were apart names the batch as its plan
        task_title=content.get("task_title", content["plan_title"]),
        draw_id=disclosure.draw_id,
        draw_path=draw_path(disclosure.draw_id) if disclosure.draw_id else None,
        operator_code=disclosure.unit_id,
        operator_name=content["operator_name"],
        operator_path=operator_path(disclosure.unit_id),
        inspected_on=date.fromisoformat(content["inspected_on"]),
        departments=content["departments"],
        problem=disclosure.problem,
        outcomes=[ItemOutcome(**line) for line in content["outcomes"]],
        follow_ups=[
            FollowUpLine(item_code=item, item_name=names[item], open_since=since, closed_on=closed_on)
            for item, since, closed_on in pending
        ],
        **beside,
        published_at=disclosure.published_at,
        due_on=disclosure.due_on,
        late=is_late(disclosure),
        log_index=index,
        proof_path=proof_path(index),
        evidence_path=evidence_path(disclosure),
    )


def _penalty(disclosure: Disclosure, index: int, result_path: str | None, beside: Mapping[str, Any]) -> Penalty:
    content = content_of(disclosure)
    term = shown_term(content)
    plain = ("penalty_id", "decision_no", "operator_name", "violation", "facts", "basis", "kinds", "content")
    return Penalty(
        **{name: content[name] for name in (*plain, "fine_fen", "confiscated_fen", "authority")},
        document=content.get("document"),
        document_digest=content.get("document_digest"),
        delivered_digest=content.get("delivered_digest"),
        path=record_path(disclosure),
        origin=origin_of(disclosure),
        operator_code=disclosure.unit_id,
        operator_path=operator_path(disclosure.unit_id),
        decided_on=date.fromisoformat(content["decided_on"]),
        term=None if term is None else PublicationTerm(**term),
        result_path=result_path,
        **beside,
        published_at=disclosure.published_at,
        due_on=disclosure.due_on,
        late=is_late(disclosure),
        log_index=index,
        proof_path=proof_path(index),
        evidence_path=evidence_path(disclosure),
    )


def _result_paths(session: Session, penalties: Sequence[Disclosure], today: date) -> dict[str, str]:
    """Return finding id → address of its published result, as far as it is published and stands."""
    findings = [own for each in penalties if (own := content_of(each)["finding_id"]) is not None]
    if not findings:
        return {}
    query = standing(Subject.RESULT, today).where(col(Disclosure.source_id).in_(findings))
    return {each.source_id: record_path(each) for each in session.exec(query)}
