"""Restrictions by code: for other departments, one code or up to 200, and as a signed answer to keep or to print."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.answering import answers, signed_answer
from app.auth import Allow, Caller
from app.printing import printed_answer
from app.routes.callers import BUREAU
from app.values import LegalDate
from app.wire.restrictions import AnswersOut, RestrictionsIn
from registry.people import Role

router = APIRouter(prefix="/api/v1", tags=["限制 restrictions"])
Reader = Annotated[Caller, Depends(Allow(Role.DEPARTMENT_READER, *BUREAU))]
Code = Annotated[str, Path(max_length=64, description="A unified social credit code or a register number.")]
AsOf = Annotated[LegalDate | None, Query(description="In force on this day; today where none is given.")]
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {}}, "description": "The signed answer, to be kept byte for byte."}
}


@router.get("/operators/{unit_id}/restrictions")
def read_restrictions(unit_id: Code, caller: Reader, as_of: AsOf = None) -> AnswersOut:
    """What is restricted of one operator on a day, by what is public today (限制查询)."""
    return answers(caller.service, [unit_id], as_of)


@router.post("/restrictions")
def ask_restrictions(body: RestrictionsIn, caller: Reader) -> AnswersOut:
    """The same of up to 200 codes, in their order; a code that is none has an answer of its own (批量限制查询)."""
    return answers(caller.service, body.codes, body.as_of)


@router.get("/operators/{unit_id}/restrictions/receipt", response_class=Response, responses=FILE)
def read_signed_answer(unit_id: Code, caller: Reader, as_of: AsOf = None) -> Response:
    """The answer signed, with the proof of its key (限制查询回执); ``double-random verify`` checks it offline."""
    _, signed = signed_answer(caller.service, unit_id, as_of)
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="restrictions.json"'}
    return Response(signed.to_bytes(), media_type="application/json", headers=headers)


@router.get("/operators/{unit_id}/restrictions/receipt.html", response_class=HTMLResponse)
def print_signed_answer(request: Request, unit_id: Code, caller: Reader, as_of: AsOf = None) -> HTMLResponse:
    """The answer to print, on A4, with its signed text (打印限制查询回执)."""
    return printed_answer(request, *signed_answer(caller.service, unit_id, as_of))
