"""The rosters of the case: 53 operators, 52 of them trading, and the inspectors of two departments.

Every operator and person here is invented and says so by its name; the credit codes carry ``FAKE`` where a real one has
its organisation code.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from registry import inspectors, operator_entries
from registry.areas import area_name
from registry.credit_code import check_digit

OPERATORS = 53
NOT_TRADING = 31
"""The one operator of the register that does not trade, by its number."""
INSPECTORS = {"market": 30, "cyber": 16}
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


def operators_csv() -> str:
    """Return the roster of operators with Chinese headings."""
    return _csv(operator_entries.HEADINGS, (_operator(number) for number in range(1, OPERATORS + 1)))


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
