"""The columns of the rosters with the headings they are written under."""

from registry.inspectors import HEADINGS as INSPECTOR_HEADINGS
from registry.operator_entries import HEADINGS as OPERATOR_HEADINGS

OPERATORS = {column: heading for heading, column in OPERATOR_HEADINGS.items()}
INSPECTORS = {column: heading for heading, column in INSPECTOR_HEADINGS.items()} | {
    "fields": "执法领域",
    "tags": "专家标签",
}
RECUSALS = {"inspector_no": "人员编号", "unit_id": "统一社会信用代码/登记编号", "reason": "回避理由"}
ITEMS = {
    "code": "事项代码",
    "name": "事项名称",
    "basis": "检查依据",
    "subject": "检查对象",
    "content": "检查内容",
    "method": "检查方式",
    "level": "事项类别",
    "department": "部门代码",
    "valid_from": "生效日期",
    "valid_until": "失效日期",
}
HOLIDAYS = {"day": "日期", "kind": "类型", "name": "节日", "notice": "依据文号"}
DEPARTMENTS = {"code": "部门代码", "name": "部门名称"}
