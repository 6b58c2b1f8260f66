"""The roster of inspectors: listed, and read as of any day."""

from typing import Annotated

from fastapi import APIRouter, Path
from sqlmodel import select

from app.routes.callers import Bureau
from app.routes.days import read_on
from app.routes.operators import AsOf
from app.routes.paging import PageAsked
from app.wire.register import InspectorOut
from registry.history import Subject
from registry.inspectors import Inspector, get_inspector

router = APIRouter(prefix="/api/v1", tags=["名录 register"])


@router.get("/inspectors")
def list_inspectors(caller: Bureau, page: PageAsked) -> list[InspectorOut]:
    """The roster of inspectors (检查人员名录)."""
    with caller.service.database.reading() as session:
        rows = page.rows(session, select(Inspector), Inspector.inspector_no)
        return [InspectorOut.model_validate(row) for row in rows]


@router.get("/inspectors/{inspector_no}")
def read_inspector(
    inspector_no: Annotated[str, Path(max_length=64)], caller: Bureau, as_of: AsOf = None
) -> InspectorOut:
    """One inspector, today or as of a day (检查人员)."""
    return read_on(caller, InspectorOut, (Subject.INSPECTOR, inspector_no), as_of, get_inspector)
