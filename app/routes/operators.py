"""The register of operators: found, read and changed."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlmodel import Session, select

from app.auth import Allow, Caller
from app.routes.callers import BUREAU, RegisterOfficer
from app.routes.paging import Page, PageAsked
from app.values import LegalDate
from app.wire.base import read_off
from app.wire.operators import OWN, OperatorChange, OperatorOut, SiteOut, StatusOut
from registry.history import Subject, record_as_of, status_as_of
from registry.journal import Act
from registry.near_codes import find_operator
from registry.operator_entries import entry_from
from registry.operators import Operator, change_operator
from registry.people import Role
from registry.searching import Found, find_operators
from registry.sites import Site, sites_of

router = APIRouter(prefix="/api/v1", tags=["名录 register"])

Reader = Annotated[Caller, Depends(Allow(*BUREAU, Role.DEPARTMENT_READER))]
Text = Annotated[str, Query(max_length=100, description="Part of a name, or the beginning of a code or a domain.")]
AsOf = Annotated[LegalDate | None, Query(description="As the record stood at the end of this day (Asia/Shanghai).")]
On = Annotated[LegalDate, Query(description="The day (Asia/Shanghai).")]


@router.get("/operators")
def list_operators(caller: Reader, page: PageAsked, q: Text = "") -> list[OperatorOut]:
    """Operators by key, or those that ``q`` may mean; ``Link: rel=next`` leads on (经营者名录).

    ``q`` is part of a name, two characters or more, or the beginning of a code or a domain. Where a code fits nothing,
    those one slip away are listed. Contacts and risk classes are for the bureau only.
    """
    with caller.service.database.reading() as session:
        found = find_operators(session, q, after=page.after, limit=page.limit) if q.strip() else _all(session, page)
        sites = sites_of(session, [row.unit_id for row in found.operators])
    if found.after is not None:
        page.lead_on(found.after)
    return [_for_caller(operator_out(row, sites[row.unit_id]), caller) for row in found.operators]


@router.get("/operators/{unit_id}")
def read_operator(unit_id: str, caller: Reader, as_of: AsOf = None) -> OperatorOut:
    """One operator, today or as of a day; where there is none, those whose code is one slip away are named (经营者)."""
    with caller.service.database.reading() as session:
        if as_of is None:
            return _for_caller(_read(session, unit_id), caller)
        return _for_caller(_as_of(session, unit_id, as_of), caller)


@router.get("/operators/{unit_id}/status")
def read_status(unit_id: str, caller: Reader, on: On) -> StatusOut:
    """The registration status that an operator had on a day, by all that is known now (某日登记状态)."""
    with caller.service.database.reading() as session:
        found = find_operator(session, unit_id)
        return StatusOut(unit_id=found.unit_id, on=on, status=status_as_of(session, found.unit_id, on))


@router.patch("/operators/{unit_id}", response_model=OperatorOut)
def patch_operator(unit_id: str, body: OperatorChange, caller: RegisterOfficer) -> Response:
    """Change columns of an operator; draws already committed are not touched (变更经营者)."""

    def command(act: Act) -> OperatorOut:
        find_operator(act.session, unit_id)
        change_operator(act, unit_id, body.changes(), sites=body.wanted_sites())
        return _read(act.session, unit_id)

    return caller.record(command, status=200)


def operator_out(operator: Operator, sites: Iterable[Site]) -> OperatorOut:
    """Return an operator with its sites."""
    shown = [SiteOut.model_validate(site) for site in sites]
    return OperatorOut(**read_off(OperatorOut, operator, {"sites": shown}))


def _all(session: Session, page: Page) -> Found:
    return Found(operators=tuple(page.rows(session, select(Operator), Operator.unit_id)), after=None)


def _read(session: Session, unit_id: str) -> OperatorOut:
    return operator_out(find_operator(session, unit_id), sites_of(session, [unit_id])[unit_id])


def _as_of(session: Session, unit_id: str, day: date) -> OperatorOut:
    """Return the record of a day; what the register did not know then is null or empty."""
    record = record_as_of(session, Subject.OPERATOR, unit_id, day)
    entry = entry_from(record)
    sites = [SiteOut.model_validate(site) for site in entry.sites]
    return OperatorOut(**read_off(OperatorOut, entry, {"sites": sites, "merged_into": record.get("merged_into")}))


def _for_caller(found: OperatorOut, caller: Caller) -> OperatorOut:
    """Return an operator as the caller may see it: contacts and risk are for the bureau that keeps the register."""
    if set(caller.person.roles) & set(BUREAU):
        return found
    return found.model_copy(update=dict.fromkeys(OWN))
