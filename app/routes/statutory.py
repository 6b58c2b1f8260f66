"""Statutory lists (法定数据标准): good rows as .xlsx or CSV, and row by row what is wrong with the others."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from app.auth import Allow, Caller
from app.routes.callers import RESULTS
from app.routes.imports import XLSX
from app.sentences import language_of
from app.service import Service
from app.values import LegalDate
from app.wire.statutory import FaultOut, ReportOut
from publicity.double_publicity import Sender
from publicity.statutory import STANDARDS, WRITERS, Listing, Standard, Wanted, WrongRowsError, write_report
from publicity.uploads import Platform
from registry.errors import FieldError
from registry.people import Role

router = APIRouter(prefix="/api/v1/exports", tags=["导出 exports"])

ALLOWED: Mapping[Platform, tuple[Role, ...]] = {
    Platform.DOUBLE_PUBLICITY: (Role.APPROVER, Role.PUBLISHER, Role.SUPERVISOR),
    Platform.RESULT_LIST: RESULTS,
}
"""List → roles that may have it: those that may take out the records that it is made of."""
MEDIA_TYPES: Mapping[str, str] = {"xlsx": XLSX, "csv": "text/csv"}
LEFT_OUT = "X-Left-Out"
FAULTS = 1000
"""Faults in one answer; the workbook has all of them."""


def wanted_of(
    *,
    on: Annotated[LegalDate | None, Query(description="Only records of decisions or inspections of this day.")] = None,
    year: Annotated[int | None, Query(ge=2000, le=2999, description="Only those of this year.")] = None,
    not_uploaded: Annotated[bool, Query(description="Only what is not at the platform by the uploads.")] = False,
) -> Wanted:
    """Return which records a caller wants. Raises FieldError."""
    if on is not None and year is not None:
        raise FieldError(
            ("year",),
            ("日期和年度不能同时填写。", "A day and a year were both given."),
            ("请只填一项。", "Give one of the two."),
        )
    return Wanted(on=on, year=year, not_uploaded=not_uploaded)


Asked = Annotated[Wanted, Depends(wanted_of)]
Strict = Annotated[bool, Query(description="Refuse the whole list while one row of it is wrong.")]


def listing_of(service: Service, session: Session, standard: Standard, wanted: Wanted) -> Listing:
    """Return a list as it is wanted now; the bureau itself hands it in."""
    sender = Sender(name=service.settings.authority, code=service.settings.authority_code or "")
    return Listing(session=session, standard=standard, wanted=wanted, sender=sender, at=service.clock.now())


def _file_route(standard: Standard, kind: str, allowed: Allow) -> Callable[..., Response]:
    """Return what answers with the good rows of one list as one kind of file."""

    def get_list(
        wanted: Asked,
        caller: Annotated[Caller, Depends(allowed)],
        *,
        strict: Strict = False,
    ) -> Response:
        out = BytesIO()
        service = caller.service
        with service.database.reading() as session:
            report = WRITERS[kind](out, listing_of(service, session, standard, wanted))
        if strict and report.wrong:
            raise WrongRowsError(report)
        headers = {
            "Content-Disposition": f'attachment; filename="{standard.platform}.{kind}"',
            LEFT_OUT: str(report.wrong),
        }
        return Response(out.getvalue(), media_type=MEDIA_TYPES[kind], headers=headers)

    return get_list


def _report_route(standard: Standard, allowed: Allow) -> Callable[..., ReportOut]:
    """Return what answers with the report of one list."""

    def get_report(
        wanted: Asked,
        request: Request,
        caller: Annotated[Caller, Depends(allowed)],
    ) -> ReportOut:
        side = 0 if language_of(request) == "zh" else 1
        with caller.service.database.reading() as session:
            report = listing_of(caller.service, session, standard, wanted).report()
        listed = [
            FaultOut(
                record=each.record,
                named=each.named,
                field=each.field,
                problem=each.problem[side],
                remedy=each.mend[side],
            )
            for each in report.faults[:FAULTS]
        ]
        return ReportOut(
            rows=report.rows, wrong=report.wrong, good=report.good, count=len(report.faults), faults=listed
        )

    return get_report


def _report_book_route(standard: Standard, allowed: Allow) -> Callable[..., Response]:
    """Return what answers with the report of one list as a workbook."""

    def get_report_book(
        wanted: Asked,
        caller: Annotated[Caller, Depends(allowed)],
    ) -> Response:
        out = BytesIO()
        service = caller.service
        with service.database.reading() as session:
            listing = listing_of(service, session, standard, wanted)
            write_report(out, listing, listing.report())
        headers = {"Content-Disposition": f'attachment; filename="{standard.platform}-report.xlsx"'}
        return Response(out.getvalue(), media_type=XLSX, headers=headers)

    return get_report_book


def _answer(media_type: str, *, counted: bool) -> dict[int | str, dict[str, Any]]:
    told: dict[str, Any] = {
        "description": "A file.",
        "content": {media_type: {"schema": {"type": "string", "format": "binary"}}},
    }
    if counted:
        schema = {"type": "integer"}
        told["headers"] = {LEFT_OUT: {"description": "Rows left out because they are wrong.", "schema": schema}}
    return {200: told}


def _add(standard: Standard, allowed: Allow) -> None:
    """Add the four addresses of one list."""
    name, (zh, en) = standard.platform.value, standard.title
    for kind, media_type in MEDIA_TYPES.items():
        router.add_api_route(
            f"/{name}.{kind}",
            _file_route(standard, kind, allowed),
            name=f"export_{name}_{kind}",
            summary=f"{en} as .{kind} ({zh})",
            description="What is published now, under the headings of the standard, every cell text. Records with a "
            f"wrong row are left out: {LEFT_OUT} counts their rows, and the report lists them. In CSV an apostrophe "
            "stands before what a spreadsheet would compute.",
            response_class=Response,
            responses=_answer(media_type, counted=True),
        )
    router.add_api_route(
        f"/{name}/report",
        _report_route(standard, allowed),
        name=f"report_{name}",
        summary=f"{en}: what is wrong ({zh}核对)",
        description=f"Row by row and field by field, with the remedy; ``good`` names the records that an export holds. "
        f"The first {FAULTS} are listed, the workbook has all.",
        response_model=ReportOut,
    )
    router.add_api_route(
        f"/{name}/report.xlsx",
        _report_book_route(standard, allowed),
        name=f"report_{name}_xlsx",
        summary=f"{en}: what is wrong, as .xlsx ({zh}核对表)",
        description="One line a wrong field, in Chinese, with the remedy.",
        response_class=Response,
        responses=_answer(XLSX, counted=False),
    )


for _standard in STANDARDS.values():
    _add(_standard, Allow(*ALLOWED[_standard.platform]))
