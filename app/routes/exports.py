"""Exports: every table of the bureau as .xlsx, for those who may read it as a list."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from app.auth import Allow, Caller
from app.routes.callers import BUREAU, READERS, RESULTS
from app.routes.imports import XLSX
from publicity.exports import EXPORTS
from registry.exporting import Export, write_export
from registry.people import Role

router = APIRouter(prefix="/api/v1/exports", tags=["导出 exports"])

ALLOWED: Mapping[str, tuple[Role, ...]] = {
    "operators": (*BUREAU, Role.DEPARTMENT_READER),
    "departments": (*BUREAU, Role.DEPARTMENT_READER),
    "inspectors": BUREAU,
    "recusals": BUREAU,
    "recusal_decisions": BUREAU,
    "mergings": BUREAU,
    "items": BUREAU,
    "holidays": BUREAU,
    "plans": READERS,
    "batches": READERS,
    "plan_changes": READERS,
    "draws": READERS,
    "drawn": READERS,
    "replacements": READERS,
    "caps": READERS,
    "leaves": BUREAU,
    "loans": BUREAU,
    "visits": RESULTS,
    "visit_steps": RESULTS,
    "evidence": RESULTS,
    "followups": RESULTS,
    "findings": RESULTS,
    "cases": RESULTS,
    "penalties": (Role.APPROVER, Role.PUBLISHER, Role.SUPERVISOR),
    "disclosures": RESULTS,
    "journal": (Role.SUPERVISOR,),
    "people": (Role.ADMINISTRATOR, Role.SUPERVISOR),
}
"""Export → roles that may have it: those that may read the same as a list."""

ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "A workbook.", "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}
}


def _route(export: Export, allowed: Allow) -> Callable[..., Response]:
    """Return what answers with one export."""

    def get_export(caller: Annotated[Caller, Depends(allowed)]) -> Response:
        out = BytesIO()
        whole = bool(set(caller.person.roles) & set(BUREAU)) or not export.withheld
        with caller.service.database.reading() as session:
            write_export(out, session, export, at=caller.service.clock.now(), whole=whole, reader=caller.person)
        headers = {"Content-Disposition": f'attachment; filename="{export.name}.xlsx"'}
        return Response(out.getvalue(), media_type=XLSX, headers=headers)

    return get_export


for _name, _export in EXPORTS.items():
    router.add_api_route(
        f"/{_name}.xlsx",
        _route(_export, Allow(*ALLOWED[_name])),
        name=f"export_{_name}",
        summary=f"Export {_export.title[1].lower()} as .xlsx ({_export.title[0]}导出)",
        description="Chinese headings; every cell is text, none a formula. More than 1,048,575 rows go on in a second "
        "sheet, which an import does not take: hand its rows in as a file of their own.",
        response_class=Response,
        responses=ANSWER,
    )
