"""The columns of the rosters with the headings they are written under."""

from registry.inspectors import HEADINGS as INSPECTOR_HEADINGS

OPERATORS = {
    "credit_code": "统一社会信用代码",
    "register_no": "登记编号",
    "name": "名称",
    "natural_person": "是否自然人",
    "kind": "主体类型",
    "status": "登记状态",
    "status_on": "状态日期",
    "trading": "是否开展交易",
    "area": "行政区划代码",
    "address": "住所",
    "legal_representative": "法定代表人",
    "contact_name": "联系人",
    "contact_phone": "联系电话",
    "platform_name": "平台名称",
    "site_name": "网站名称",
    "domain": "域名",
    "icp_no": "ICP备案号",
    "shop_id": "店铺编号",
    "shop_url": "店铺链接",
    "risk_class": "风险等级",
    "risk_month": "风险等级月份",
    "risk_source": "风险等级来源",
    "abnormal_on": "列入经营异常名录日期",
    "serious_on": "列入严重违法失信名单日期",
    "last_inspected_on": "最近检查日期",
}

INSPECTORS = {column: heading for heading, column in INSPECTOR_HEADINGS.items()} | {
    "fields": "执法领域",
    "tags": "专家标签",
}
RECUSALS = {"inspector_no": "人员编号", "unit_id": "统一社会信用代码", "reason": "回避理由"}
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
