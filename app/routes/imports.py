"""Import of rosters from CSV; apart from the register's other routes because its bodies may be large."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from app.auth import Allow, Caller
from app.wire.imports import ImportOut
from registry.importing import INSPECTORS, OPERATORS, import_roster
from registry.operators import HEADINGS
from registry.people import Role

router = APIRouter(prefix="/api/v1/imports", tags=["名录 register"])
RegisterOfficer = Annotated[Caller, Depends(Allow(Role.REGISTER_OFFICER))]


def csv_body(example: Mapping[str, str]) -> dict[str, Any]:
    """Describe a body of CSV by the headings it takes and one row."""
    content = {"schema": {"type": "string"}, "example": "\n".join(map(",".join, (example, example.values()))) + "\n"}
    return {
        "requestBody": {
            "required": True,
            "description": "CSV, UTF-8, with a heading: Chinese headings or column names, in any order.",
            "content": {"text/csv": content},
        }
    }


OPERATOR = dict.fromkeys(HEADINGS, "") | {
    "统一社会信用代码": "91140000MAFAKE00XN",
    "名称": "示例网络科技有限公司",
    "是否自然人": "否",
    "主体类型": "电商平台经营者",
    "登记状态": "存续",
    "是否开展交易": "是",
    "行政区划代码": "140105",
    "住所": "虚构路1号",
    "法定代表人": "示例甲",
    "联系人": "示例乙",
    "联系电话": "000-12345678",
    "平台名称": "示例商城",
    "域名": "shop.example",
}
INSPECTOR = {
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
}


async def raw_body(request: Request) -> bytes:
    """Return the body as it came."""
    return await request.body()


RawBody = Annotated[bytes, Depends(raw_body)]


@router.post("/operators", response_model=ImportOut, openapi_extra=csv_body(OPERATOR))
def post_operators(caller: RegisterOfficer, data: RawBody) -> Response:
    """Import operators, all or nothing, with a report of every wrong cell (导入经营者名录)."""
    return caller.record(lambda act: ImportOut.model_validate(import_roster(act, OPERATORS, data)), status=200)


@router.post("/inspectors", response_model=ImportOut, openapi_extra=csv_body(INSPECTOR))
def post_inspectors(caller: RegisterOfficer, data: RawBody) -> Response:
    """Import inspectors, all or nothing, with a report of every wrong cell (导入检查人员名录)."""
    return caller.record(lambda act: ImportOut.model_validate(import_roster(act, INSPECTORS, data)), status=200)
