"""The Shanxi 2020 case as data: two departments, one plan with one batch, what the visits found, one complaint.

The figures are those of 《2020年全省网络交易监管工作分析报告》 (山西省市场监督管理局, 2021-05-11).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.demo.rosters import NOT_TRADING, operator_code
from registry.base import SHANGHAI

AUTHORITY = "山西省市场监督管理局（演示）"
TITLE = "2020年电子商务平台经营者部门联合双随机抽查"

DEPARTMENTS = {"market": "市场监督管理部门（演示）", "cyber": "网信部门（演示）"}
ITEMS: tuple[Mapping[str, str], ...] = (
    {
        "code": "M01",
        "name": "营业执照和行政许可信息公示情况",
        "basis": "《电子商务法》第十五条",
        "method": "网络检查",
        "level": "general",
        "department": "market",
        "subject": "平台经营者",
        "content": "首页显著位置是否持续公示营业执照和行政许可信息，或者链接标识",
        "valid_from": "2020-01-01",
    },
    {
        "code": "M02",
        "name": "平台服务协议和交易规则公示情况",
        "basis": "《电子商务法》第三十三条",
        "method": "网络检查",
        "level": "general",
        "department": "market",
        "subject": "平台经营者",
        "content": "首页显著位置是否持续公示平台服务协议和交易规则",
        "valid_from": "2020-01-01",
    },
    {
        "code": "M03",
        "name": "平台内经营者身份核验登记情况",
        "basis": "《电子商务法》第二十七条",
        "method": "现场检查",
        "level": "key",
        "department": "market",
        "subject": "平台经营者",
        "content": "是否核验、登记平台内经营者的身份信息，并定期核验更新",
        "valid_from": "2020-01-01",
    },
    {
        "code": "C01",
        "name": "网络安全事件应急预案制定情况",
        "basis": "《电子商务法》第三十条",
        "method": "现场检查",
        "level": "general",
        "department": "cyber",
        "subject": "平台经营者",
        "content": "是否制定网络安全事件应急预案，并按要求更新",
        "valid_from": "2020-01-01",
    },
)
CLEAR = "no_problem"
PROBLEMS: Mapping[int, Mapping[str, str]] = {
    3: {
        "item": "M02",
        "outcome": "problem_pending",
        "text": "首页显著位置未持续公示平台服务协议和交易规则。",
        "follow_up": "case_opened",
    },
    8: {
        "item": "M01",
        "outcome": "problem_corrected_order",
        "text": "公示的营业执照信息变更后未及时更新，已责令改正。",
        "follow_up": "order_to_correct",
    },
    13: {
        "item": "M02",
        "outcome": "problem_pending",
        "text": "修改交易规则未提前七日公示。",
        "follow_up": "case_opened",
    },
    19: {
        "item": "C01",
        "outcome": "problem_corrected_order",
        "text": "网络安全事件应急预案未更新，已责令改正。",
        "follow_up": "order_to_correct",
    },
    24: {
        "item": "M03",
        "outcome": "problem_corrected_order",
        "text": "部分平台内经营者核验更新记录不全，已责令改正。",
        "follow_up": "order_to_correct",
    },
}
"""What the visits found, by their number in the drawn order; every other item of every visit was clear."""

PENALTIES: Mapping[int, Mapping[str, Any]] = {
    3: {
        "decision_no": "（演示）市监处罚〔2020〕1号",
        "violation": "未持续公示平台服务协议、交易规则信息",
        "facts": "经检查，当事人未在首页显著位置持续公示平台服务协议和交易规则信息，逾期未改正。",
        "basis": "《电子商务法》第八十一条第一款第（一）项",
        "content": "罚款人民币2万元。",
        "fine_fen": 2_000_000,
    },
    13: {
        "decision_no": "（演示）市监处罚〔2020〕2号",
        "violation": "修改交易规则未按照规定的时间提前公示修改内容",
        "facts": "经检查，当事人修改交易规则，未在实施前七日公示修改内容，且未公开征求意见。",
        "basis": "《电子商务法》第八十一条第一款第（二）项",
        "content": "罚款人民币3万元。",
        "fine_fen": 3_000_000,
    },
}
OFFICE_PHONE = "0351-6000000"
OPINION = "不涉及国家秘密和商业秘密，个人信息已经遮盖（演示）"
AGENTS: Mapping[int, tuple[str, str, str]] = {
    3: ("赵示例", "140199199003071015", "13800001234"),
    13: ("钱示例", "14019919851231202X", "13900005678"),
}
"""Who came for the fined operators: invented names and numbers, of an area that has no county."""

AGENTS_HOME = "山西省太原市虚构区示例路1号2号楼3单元401室"
DICE = "123456"
THROWS = 30


def at(day: str, clock: str = "09:00") -> datetime:
    """Return an instant of the case, in the time of China."""
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=SHANGHAI)


def cap() -> dict[str, Any]:
    """Return the year's cap on inspections as the API takes it; no class is named as low."""
    return {"valid_from": "2020-01-01", "yearly": 2, "low_risk": [], "basis": "演示文件，并无文号"}


def plan() -> dict[str, Any]:
    """Return the year's plan as the API takes it."""
    return {"year": 2020, "title": "2020年度网络交易监管双随机抽查工作计划（演示）", "basis": "演示文件，并无文号"}


def batch() -> dict[str, Any]:
    """Return the plan's one batch as the API takes it."""
    return {
        "title": TITLE,
        "kinds": ["platform"],
        "areas": ["140000"],
        "targeted": True,
        "criteria": [{"criterion": "trading"}],
        "stratify": "whole",
        "quotas": {"default": {"ratio": "0.5"}},
        "ratio_floor": "0.5",
        "ratio_basis": "2020年度网络交易监管双随机抽查工作计划（演示）：不低于抽查基数的50%",
        "team": [{"department": "market", "seats": 2}, {"department": "cyber", "seats": 2}],
        "items": [item["code"] for item in ITEMS],
        "period_from": "2020-09-01",
        "period_to": "2020-12-31",
        "sealed": False,
        "public_source": {
            "kind": "witnessed",
            "what": "【演示】2020年9月1日10时掷骰三十枚，自左至右读数；由程序模拟，无人见证",
            "alphabet": DICE,
            "length": THROWS,
        },
    }


def complaint(team: Sequence[str]) -> dict[str, Any]:
    """Return a visit that no draw caused, as the API takes it: a complaint about the operator that does not trade."""
    return {
        "cause": "complaint",
        "source_no": "（演示）举报2020101200001",
        "title": "投诉举报核查（演示）",
        "reason": "举报称其首页未公示营业执照信息（演示）",
        "unit_id": operator_code(NOT_TRADING),
        "items": ["M01"],
        "team": list(team),
        "period_from": "2020-10-12",
        "period_to": "2020-10-30",
    }


def document(decided: Mapping[str, Any], number: int) -> str:
    """Return the decision document of a penalty as it was delivered, with all that must not be published."""
    penalty = PENALTIES[number]
    name, identity, phone = AGENTS[number]
    return "\n".join(
        (
            AUTHORITY,
            "行政处罚决定书",
            decided["decision_no"],
            f"当事人：{decided['operator_name']}，统一社会信用代码：{decided['unit_id']}。",
            f"委托代理人：{name}，身份证号码：{identity}，联系电话：{phone}，住址：{AGENTS_HOME}。",
            f"{penalty['facts']}以上事实，有现场笔录、{name}的询问笔录等证据证明。",
            f"依据{penalty['basis']}，决定：{penalty['content']}",
            "本决定将依照《市场监督管理行政处罚信息公示规定》向社会公示。",
            f"本机关办公电话：{OFFICE_PHONE}。",
            "2020年11月20日",
        )
    )


def visit_day(number: int) -> date:
    """Return the day of the n-th visit: workdays from 7 to 30 September, two a day or fewer."""
    days = [*range(7, 12), *range(14, 19), *range(21, 26), *range(28, 31)]
    return date(2020, 9, days[(number - 1) * len(days) // 26])
