"""The operator's receipts: the paper that is handed over, and what its code leads to.

There is no way to the receipt but the paper: its address is in no list, is not to be indexed or stored, and one that is
none is answered like any other that is none. Once what it is about is public no more, the address answers 410.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from app.auth import PUBLIC, Allow, Caller
from app.printing import printed_receipt
from app.routes.callers import InspectorCaller
from app.routes.receipts import FILE, receipt_file, signed
from app.service import Service, service_of
from publicity.operator_receipts import (
    PATH,
    find_operator_receipt,
    make_operator_receipt,
    receipt_of_penalty,
    receipt_of_visit,
)
from registry.base import legal_day
from registry.findings import own_visit
from registry.people import Role

router = APIRouter(tags=["回执 receipts"])
ServiceHere = Annotated[Service, Depends(service_of)]
Token = Annotated[str, Path(description="What ends the address on the paper.")]
PenaltyReader = Annotated[Caller, Depends(Allow(Role.APPROVER, Role.PUBLISHER, Role.SUPERVISOR))]


@router.get("/api/v1/assignments/{visit_id}/receipt.html", response_class=HTMLResponse)
def print_finding_receipt(request: Request, visit_id: str, caller: InspectorCaller) -> HTMLResponse:
    """The receipt of the finding of which the operator was told last, to print and hand over (打印回执)."""
    today = legal_day(caller.service.clock.now())
    with caller.service.database.reading() as session:
        own_visit(session, caller.person, visit_id, today)
        receipt = receipt_of_visit(session, visit_id, today)
    return printed_receipt(request, receipt)


@router.get("/api/v1/penalties/{penalty_id}/receipt.html", response_class=HTMLResponse)
def print_penalty_receipt(request: Request, penalty_id: str, caller: PenaltyReader) -> HTMLResponse:
    """The receipt of a penalty, to print and serve with the decision (打印回执)."""
    with caller.service.database.reading() as session:
        receipt = receipt_of_penalty(session, penalty_id, legal_day(caller.service.clock.now()))
    return printed_receipt(request, receipt)


@router.get(f"{PATH}/{{token}}.json", dependencies=[PUBLIC], response_class=Response, responses=FILE)
def read_operator_receipt(token: Token, service: ServiceHere) -> Response:
    """The receipt itself, for whoever holds the paper (当事人的回执); ``double-random verify`` checks it."""
    today = legal_day(service.clock.now())
    return receipt_file(signed(service, lambda session: make_operator_receipt(session, token, today)))


@router.get(f"{PATH}/{{token}}", dependencies=[PUBLIC], response_class=HTMLResponse)
def operator_receipt(request: Request, token: Token, service: ServiceHere) -> HTMLResponse:
    """The same sheet behind its own code, with the file to download (当事人的回执页)."""
    with service.database.reading() as session:
        receipt = find_operator_receipt(session, token, legal_day(service.clock.now()))
    response = printed_receipt(request, receipt)
    response.headers["Cache-Control"] = "no-store"
    return response
