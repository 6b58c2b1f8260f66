"""Import of rosters; apart from the register's other routes because its bodies may be large."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from io import BytesIO
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from app.auth import Allow, Caller
from app.sentences import language_of
from app.streaming import NDJSON, told_by_lines, wants_lines
from app.wire.imports import CheckOut, ImportOut, check_out
from registry.base import legal_day
from registry.importing import Wanted, check_roster, import_roster, read_roster
from registry.intake import Opinion, Progress, no_progress
from registry.journal import Act
from registry.people import Role
from registry.remarks import write_remarks
from registry.rosters import ROSTERS

router = APIRouter(prefix="/api/v1/imports", tags=["名录 register"])
RegisterOfficer = Annotated[Caller, Depends(Allow(Role.REGISTER_OFFICER))]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RosterName = StrEnum("RosterName", [(name, name) for name in ROSTERS])  # type: ignore[misc]

EXAMPLES: Mapping[str, Mapping[str, str]] = {
    "operators": {
        "统一社会信用代码": "91140000MAFAKE00XN",
        "登记编号": "",
        "名称": "示例网络科技有限公司",
        "是否自然人": "否",
        "主体类型": "电商平台经营者",
        "登记状态": "存续",
        "状态日期": "",
        "是否开展交易": "是",
        "行政区划代码": "140105",
        "住所": "虚构路1号",
        "法定代表人": "示例甲",
        "联系人": "示例乙",
        "联系电话": "000-12345678",
        "平台名称": "示例商城",
        "网站名称": "示例商城",
        "域名": "shop.example",
        "ICP备案号": "",
        "店铺编号": "",
        "店铺链接": "",
        "风险等级": "",
        "风险等级月份": "",
        "风险等级来源": "",
        "列入经营异常名录日期": "",
        "列入严重违法失信名单日期": "",
        "最近检查日期": "",
    },
    "inspectors": {
        "人员编号": "SC-001",
        "姓名": "示例丙",
        "部门代码": "market",
        "行政区划代码": "140000",
        "执法证号": "示例00001",
        "证件有效期起": "2019-01-01",
        "证件有效期止": "2023-12-31",
        "状态": "在岗",
        "执法领域": "网络交易、广告",
        "专家标签": "电子取证",
    },
    "recusals": {
        "人员编号": "SC-001",
        "统一社会信用代码/登记编号": "91140000MAFAKE00XN",
        "回避理由": "近亲属在该单位任职",
    },
    "items": {
        "事项代码": "M01",
        "事项名称": "营业执照信息公示情况",
        "检查依据": "《电子商务法》第十五条",
        "检查对象": "电子商务经营者",
        "检查内容": "首页显著位置是否持续公示营业执照信息",
        "检查方式": "网络检查",
        "事项类别": "一般检查事项",
        "部门代码": "market",
        "生效日期": "2020-01-01",
        "失效日期": "",
    },
    "holidays": {"日期": "2020-10-01", "类型": "放假", "节日": "国庆节", "依据文号": "国办发明电〔2019〕16号"},
}
"""One row of each roster, under the headings it takes."""


def sheet_body() -> dict[str, Any]:
    """Describe a body that is a sheet, by the headings and one row of each roster."""
    texts = {name: "\n".join(map(",".join, (row, row.values()))) + "\n" for name, row in EXAMPLES.items()}
    return {
        "requestBody": {
            "required": True,
            "description": "A sheet with a heading: .xlsx, or CSV in UTF-8 or GB 18030; told apart by content. "
            "Chinese headings or column names, in any order.",
            "content": {
                "text/csv": {"schema": {"type": "string"}, "example": texts["operators"], "x-rosters": texts},
                XLSX: {"schema": {"type": "string", "format": "binary"}, "example": "(the bytes of an .xlsx file)"},
            },
        }
    }


async def raw_body(request: Request) -> bytes:
    """Return the body as it came."""
    return await request.body()


RawBody = Annotated[bytes, Depends(raw_body)]
Duplicates = Annotated[
    Opinion | None,
    Query(description="What to do with every row that looks like another and has no 处理意见 of its own."),
]
GoodRows = Annotated[bool, Query(description="Take the rows that are right and leave the others out, and say which.")]


class HowToImport:
    """The query of an import."""

    def __init__(self, *, good_rows_only: GoodRows = False, duplicates: Duplicates = None) -> None:
        self.good_rows_only = good_rows_only
        self.duplicates = duplicates

    def told_to(self, tell: Progress) -> Wanted:
        """Return what is wanted, with somebody to tell."""
        return Wanted(good_rows_only=self.good_rows_only, duplicates=self.duplicates, progress=tell)


class Page:
    """Which part of a check is answered."""

    def __init__(
        self,
        after: Annotated[int, Query(ge=0, description="The last row number of the page before.")] = 0,
        limit: Annotated[int, Query(ge=1, le=1000, description="Rows a page, and groups.")] = 1000,
    ) -> None:
        self.after = after
        self.limit = limit


@router.post(
    "/{roster}",
    response_model=ImportOut,
    openapi_extra=sheet_body(),
    responses={200: {"content": {NDJSON: {"schema": {"type": "string"}}}}},
)
def post_import(
    roster: RosterName, caller: RegisterOfficer, data: RawBody, wanted: Annotated[HowToImport, Depends()]
) -> Response:
    """Import a roster, all or nothing, or the good rows alone (导入名录).

    With ``Accept: application/x-ndjson`` progress is told line by line; the last line is the report or the problem.
    """

    def command(tell: Progress) -> Callable[[Act], ImportOut]:
        how = wanted.told_to(tell)
        sheet = read_roster(ROSTERS[roster], data, tell)
        return lambda act: ImportOut.model_validate(import_roster(act, ROSTERS[roster], sheet, how))

    if wants_lines(caller.request):
        return told_by_lines(caller.request, lambda tell: caller.run(command(tell)))
    return caller.record(command(no_progress), status=200)


@router.post("/{roster}/check", openapi_extra=sheet_body())
def post_check(
    roster: RosterName,
    caller: RegisterOfficer,
    data: RawBody,
    page: Annotated[Page, Depends()],
    duplicates: Duplicates = None,
) -> CheckOut:
    """Tell what importing a sheet would do, row by row, and change nothing (试导入)."""
    sheet = read_roster(ROSTERS[roster], data)
    with caller.service.database.reading() as session:
        how = Wanted(duplicates=duplicates)
        check = check_roster(session, ROSTERS[roster], sheet, how, today=legal_day(caller.service.clock.now()))
    return check_out(check, language_of(caller.request), after=page.after, limit=page.limit)


@router.post(
    "/{roster}/check.xlsx",
    openapi_extra=sheet_body(),
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
def post_check_sheet(
    roster: RosterName, caller: RegisterOfficer, data: RawBody, duplicates: Duplicates = None
) -> Response:
    """Return the sheet as .xlsx with the remarks in place, to be mended and handed in again (试导入，返回批注表)."""
    out, sheet = BytesIO(), read_roster(ROSTERS[roster], data)
    at, language = caller.service.clock.now(), language_of(caller.request)
    with caller.service.database.reading() as session:
        wanted = Wanted(duplicates=duplicates)
        write_remarks(out, session, ROSTERS[roster], sheet, at=at, language=language, wanted=wanted)
    headers = {"Content-Disposition": f'attachment; filename="{roster.value}-check.xlsx"'}
    return Response(out.getvalue(), media_type=XLSX, headers=headers)
