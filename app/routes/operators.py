"""The register of operators: found, read and changed."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlmodel import Session, col, select

from app.auth import Allow, Caller
from app.wire.base import read_off
from app.wire.operators import OWN, OperatorChange, OperatorOut, SiteOut
from registry.journal import Act
from registry.operators import Operator, change_operator, get_operator
from registry.people import Role
from registry.sites import Site, sites_of

router = APIRouter(prefix="/api/v1", tags=["名录 register"])

BUREAU = (Role.REGISTER_OFFICER, Role.DRAW_OFFICER, Role.APPROVER, Role.REVIEWER, Role.PUBLISHER, Role.SUPERVISOR)
RegisterOfficer = Annotated[Caller, Depends(Allow(Role.REGISTER_OFFICER))]
Reader = Annotated[Caller, Depends(Allow(*BUREAU, Role.DEPARTMENT_READER))]
After = Annotated[str, Query(max_length=64, description="The last key of the page before; empty for the first page.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="Rows a page.")]


@router.get("/operators")
def list_operators(caller: Reader, response: Response, after: After = "", limit: Limit = 100) -> list[OperatorOut]:
    """Operators by key, contacts for the bureau only; ``Link: rel=next`` leads on (经营者名录)."""
    with caller.service.database.reading() as session:
        rows = session.exec(
            select(Operator).where(Operator.unit_id > after).order_by(col(Operator.unit_id)).limit(limit)
        ).all()
        sites = sites_of(session, [row.unit_id for row in rows])
    if len(rows) == limit:
        response.headers["Link"] = f'</api/v1/operators?after={rows[-1].unit_id}&limit={limit}>; rel="next"'
    return [_for_caller(operator_out(row, sites[row.unit_id]), caller) for row in rows]


@router.get("/operators/{unit_id}")
def read_operator(unit_id: str, caller: Reader) -> OperatorOut:
    """One operator (经营者)."""
    with caller.service.database.reading() as session:
        return _for_caller(_read(session, unit_id), caller)


@router.patch("/operators/{unit_id}", response_model=OperatorOut)
def patch_operator(unit_id: str, body: OperatorChange, caller: RegisterOfficer) -> Response:
    """Change columns of an operator; draws already committed are not touched (变更经营者)."""

    def command(act: Act) -> OperatorOut:
        change_operator(act, unit_id, body.changes(), sites=body.wanted_sites())
        return _read(act.session, unit_id)

    return caller.record(command, status=200)


def operator_out(operator: Operator, sites: Iterable[Site]) -> OperatorOut:
    """Return an operator with its sites."""
    shown = [SiteOut.model_validate(site) for site in sites]
    return OperatorOut(**read_off(OperatorOut, operator, {"sites": shown}))


def _read(session: Session, unit_id: str) -> OperatorOut:
    return operator_out(get_operator(session, unit_id), sites_of(session, [unit_id])[unit_id])


def _for_caller(found: OperatorOut, caller: Caller) -> OperatorOut:
    """Return an operator as the caller may see it: contacts and risk are for the bureau that keeps the register."""
    if set(caller.person.roles) & set(BUREAU):
        return found
    return found.model_copy(update=dict.fromkeys(OWN))
