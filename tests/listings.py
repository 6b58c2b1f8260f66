"""Decisions about lists of operators, as the API takes them."""

from typing import Any

from tests.building import Bureau
from tests.desks import made
from tests.rosters import credit_code


def list_decision(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a decision that takes an operator off a list."""
    return {
        "basis": "《企业信息公示暂行条例》第十七条第二款",
        "decision_no": "测市监异移〔2020〕1号",
        "department": "market",
        "decided_on": "2020-09-22",
    } | changes


def listing(number: int = 1, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a decision that puts the n-th operator on the list of abnormal operation."""
    own = {"unit_id": credit_code(number), "listed": "abnormal", "decision_no": "测市监异列〔2020〕1号"}
    return list_decision(**own, decided_on="2020-09-01") | changes


def enter(bureau: Bureau, number: int = 1, **changes: Any) -> str:  # noqa: ANN401 - JSON
    """Put an operator on a list by two people, and return the number of the entry."""
    entered = made(bureau.desk("registrar").post("/api/v1/listings", listing(number, **changes)))
    return confirm(bureau, entered["order_id"])


def remove(bureau: Bureau, order_id: str) -> str:
    """Take an operator off a list by two people, and return the number of the removal."""
    entered = made(bureau.desk("registrar").post(f"/api/v1/listings/{order_id}/removal", list_decision()))
    return confirm(bureau, entered["order_id"])


def confirm(bureau: Bureau, order_id: str, *, approved: bool = True) -> str:
    """Confirm or refuse a decision."""
    made(bureau.desk("approver").post(f"/api/v1/listings/{order_id}/decision", {"approved": approved}))
    return order_id
