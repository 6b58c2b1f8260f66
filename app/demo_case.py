"""The Shanxi 2020 case as data: 53 fictional operators, 52 of them trading, two departments, one plan.

The figures are those of 《2020年全省网络交易监管工作分析报告》 (山西省市场监督管理局, 2021-05-11).
Every operator and person here is invented and says so by its name; the credit codes carry ``FAKE`` where a real one has
its organisation code.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from registry import inspectors, operators
from registry.areas import area_name
from registry.base import SHANGHAI
from registry.credit_code import check_digit

AUTHORITY = "山西省市场监督管理局（演示）"
TITLE = "2020年电子商务平台经营者部门联合双随机抽查"
OPERATORS = 53
NOT_TRADING = 31
"""The one operator of the register that does not trade, by its number."""

CITIES = ("140100", "140200", "140300", "140400", "140500", "140600", "140700", "140800", "140900", "141000", "141100")
WORDS = (
    "汾水云岗恒岳雁北晋阳太行吕梁河东上党平阳关山青崖长风明川朝晖远航千帆万象"
    "百川九州四海和信同德广源丰穗金禾杏林柳溪槐荫松涛竹影梅园兰亭菊圃荷塘桃源"
    "梨花枣乡核桃小米莜麦陈香老槐古渡新月启明北斗天狼星桥银汉望舒羲和飞廉"
)
"""Two characters a name."""
RISKS = ("甲", "乙", "丙", "丁")
"""Risk classes, which the software knows nothing about and the public never sees."""
TRADES = ("优选", "惠购", "农品", "特产", "集市", "到家", "商城")

DEPARTMENTS = {"market": "市场监督管理部门（演示）", "cyber": "网信部门（演示）"}
INSPECTORS = {"market": 30, "cyber": 16}
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
DICE = "123456"
THROWS = 30


def at(day: str, clock: str = "09:00") -> datetime:
    """Return an instant of the case, in the time of China."""
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=SHANGHAI)


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


def operators_csv() -> str:
    """Return the roster of operators with Chinese headings."""
    return _csv(operators.HEADINGS, (_operator(number) for number in range(1, OPERATORS + 1)))


def inspectors_csv() -> str:
    """Return the roster of inspectors; one certificate of each department has run out and keeps its holder away."""
    rows = (_inspector(code, number) for code, count in INSPECTORS.items() for number in range(1, count + 1))
    return _csv(inspectors.HEADINGS, rows)


def operator_code(number: int) -> str:
    """Return the fictional credit code of the n-th operator, with its check digit."""
    first17 = f"91{_city(number)}FAKE{number:04d}X"
    return first17 + check_digit(first17)


def inspector_no(department: str, number: int) -> str:
    """Return the number of a department's n-th inspector."""
    return f"{department}-{number:03d}"


def visit_day(number: int) -> date:
    """Return the day of the n-th visit: workdays from 7 to 30 September, two a day or fewer."""
    days = [*range(7, 12), *range(14, 19), *range(21, 26), *range(28, 31)]
    return date(2020, 9, days[(number - 1) * len(days) // 26])


def _city(number: int) -> str:
    return CITIES[number % len(CITIES)]


def _operator(number: int) -> dict[str, str]:
    word = WORDS[2 * number - 2 : 2 * number]
    return {
        "credit_code": operator_code(number),
        "register_no": "",
        "natural_person": "否",
        "name": f"{word}{TRADES[number % len(TRADES)]}网络科技有限公司（虚构）",
        "kind": "电商平台经营者",
        "status": "存续",
        "status_on": "",
        "trading": "否" if number == NOT_TRADING else "是",
        "area": _city(number),
        "address": f"{area_name(_city(number))}虚构路{number}号",
        "legal_representative": f"虚构法人{number:02d}",
        "contact_name": f"虚构联系人{number:02d}",
        "contact_phone": f"000-0000{number:04d}",
        "platform_name": f"{word}{TRADES[number % len(TRADES)]}（虚构）",
        "domain": f"platform{number:02d}.example",
        "site_name": "",
        "icp_no": f"晋ICP备000000{number:02d}号（虚构）",
        "shop_id": "",
        "shop_url": "",
        "risk_class": f"演示风险{RISKS[number % len(RISKS)]}级",
        "risk_month": "2020-06",
        "risk_source": "虚构的风险评估（演示）",
        "abnormal_on": "",
        "serious_on": "",
        "last_inspected_on": "",
    }


def _inspector(department: str, number: int) -> dict[str, str]:
    until = "2020-10-31" if number == INSPECTORS[department] else "2023-12-31"
    return {
        "inspector_no": inspector_no(department, number),
        "name": f"示例{'市监' if department == 'market' else '网信'}{number:02d}",
        "department": department,
        "area": "140000",
        "certificate_no": f"演示{department[0].upper()}{number:05d}",
        "certificate_from": "2019-01-01",
        "certificate_until": until,
        "status": "在岗",
        "fields": "网络交易" if department == "market" else "网络安全",
        "tags": "",
    }


def _csv(headings: Mapping[str, str], rows: Iterable[Mapping[str, str]]) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    columns: Sequence[str] = list(headings.values())
    writer.writerow(list(headings))
    writer.writerows([row[column] for column in columns] for row in rows)
    return sheet.getvalue()
