"""Papers: what people hand in beside rosters, each as the API takes it."""

from typing import Any

from tests.rosters import NOT_TRADING, credit_code

ITEMS = ("M01", "M02", "C01")
PROBLEM = "首页未公示平台服务协议"


def item(code: str, **changes: str) -> dict[str, str]:
    """Return an item as the API takes it."""
    row = {
        "code": code,
        "name": f"事项{code}",
        "basis": "《电子商务法》第十五条",
        "method": "网络检查",
        "level": "general",
        "department": "market" if code.startswith("M") else "cyber",
    }
    return row | changes


def plan(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a year's plan as the API takes it."""
    return {"year": 2020, "title": "2020年度抽查工作计划", "basis": "测市监发〔2020〕1号"} | changes


def batch(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a batch as the API takes it: half of the platforms of the province, two inspectors of each department."""
    whole: dict[str, Any] = {
        "title": "2020年平台经营者抽查",
        "kinds": ["platform"],
        "areas": ["140000"],
        "targeted": True,
        "criteria": [{"criterion": "trading"}],
        "stratify": "whole",
        "quotas": {"default": {"ratio": "0.5"}},
        "ratio_basis": "年度计划",
        "team": [{"department": "market", "seats": 2}, {"department": "cyber", "seats": 2}],
        "items": list(ITEMS),
        "period_from": "2020-09-01",
        "period_to": "2020-12-31",
        "sealed": False,
        "public_source": {"kind": "witnessed", "what": "掷骰三十枚", "alphabet": "123456", "length": 30},
    }
    return whole | changes


def finding(*, problem: bool = False, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a finding as the API takes it, one outcome an item."""
    outcomes: list[dict[str, str]] = [{"item": code, "outcome": "no_problem"} for code in ITEMS]
    if problem:
        outcomes[1] = {"item": "M02", "outcome": "problem_pending", "text": PROBLEM, "follow_up": "case_opened"}
    return {"inspected_on": "2020-09-15", "outcomes": outcomes} | changes


def visit_request(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a visit that no draw caused, as the API takes it: a complaint about an operator outside the frame."""
    whole: dict[str, Any] = {
        "cause": "complaint",
        "source_no": "测举报2020091500001",
        "title": "投诉举报核查",
        "reason": "举报称首页未公示营业执照信息",
        "unit_id": credit_code(NOT_TRADING),
        "items": ["M01"],
        "team": ["market-1", "market-2"],
        "period_from": "2020-09-15",
        "period_to": "2020-09-30",
    }
    return whole | changes


def penalty(finding_id: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a penalty decision as the API takes it."""
    whole: dict[str, Any] = {
        "finding_id": finding_id,
        "decision_no": "测市监处罚〔2020〕1号",
        "procedure": "ordinary",
        "violation": "未持续公示平台服务协议",
        "facts": "首页显著位置未公示平台服务协议和交易规则。",
        "basis": "《电子商务法》第八十一条第一款第(一)项",
        "kinds": ["fine"],
        "content": "罚款人民币2万元",
        "fine_fen": 2000000,
        "department": "market",
        "decided_on": "2020-09-22",
    }
    return whole | changes


def document(decision_no: str = "测市监处罚〔2020〕1号", *, named: str = "", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a delivered decision document as the API takes it; ``named`` is put into its text."""
    text = f"测试市场监督管理局\n行政处罚决定书\n{decision_no}\n{named}经查，{PROBLEM}。决定罚款。"
    return {"text": text, "delivered_on": "2020-09-22"} | changes


def notice(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a notice to the party that the penalty will be published, as the API takes it."""
    return {"told_on": "2020-09-22", "how": "in_document", "reference": "决定书第2页"} | changes
