"""Import of rosters from CSV; apart from the register's other routes because its bodies may be large."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from app.auth import Allow, Caller
from app.wire import ImportOut
from registry.importing import INSPECTORS, OPERATORS, import_roster
from registry.people import Role

router = APIRouter(prefix="/api/v1/imports", tags=["名录 register"])
RegisterOfficer = Annotated[Caller, Depends(Allow(Role.REGISTER_OFFICER))]
CSV_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "CSV, UTF-8, with a heading: Chinese headings or column names, in any order.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


async def raw_body(request: Request) -> bytes:
    """Return the body as it came."""
    return await request.body()


RawBody = Annotated[bytes, Depends(raw_body)]


@router.post("/operators", response_model=ImportOut, openapi_extra=CSV_BODY)
def post_operators(data: RawBody, caller: RegisterOfficer) -> Response:
    """Import operators, all or nothing, with a report of every wrong cell (导入经营者名录)."""
    return caller.record(lambda act: ImportOut.model_validate(import_roster(act, OPERATORS, data)), status=200)


@router.post("/inspectors", response_model=ImportOut, openapi_extra=CSV_BODY)
def post_inspectors(data: RawBody, caller: RegisterOfficer) -> Response:
    """Import inspectors, all or nothing, with a report of every wrong cell (导入检查人员名录)."""
    return caller.record(lambda act: ImportOut.model_validate(import_roster(act, INSPECTORS, data)), status=200)
