"""Who asks about a published record, as the tests of petitions need them."""

from typing import Any

from tests.building import Bureau
from tests.desks import made
from tests.rosters import credit_code

REPAIR_CLAIMS = {
    "duties_done": "罚款已于2026年5月12日缴清。",
    "harm_removed": "已公示协议和规则。",
    "not_repeated": "此后没有再受处罚。",
    "not_listed": "未列入名单。",
}
"""What Order 45 wants of a repair."""
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def petition(kind: str = "objection", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a petition as staff enter it: the operator of the first visit asks, by letter."""
    whole: dict[str, Any] = {
        "kind": kind,
        "asker": "operator",
        "asker_name": "申请人·王经办",
        "asker_office": "法定代表人",
        "contact": "联系方式·某路一号",
        "text": "处罚所据事实与实际不符，请核实。",
        "channel": "letter",
        "received_on": "2026-05-12",
    }
    if kind == "repair":
        whole["claims"] = REPAIR_CLAIMS
    return whole | changes


def unit_of(bureau: Bureau, record: str) -> str:
    """Return the code of the operator that a record is of."""
    page = made(bureau.public.get(f"/records/{record}.json"))
    code: str = (page["penalty"] or page["result"])["operator_code"]
    return code


def ask(bureau: Bureau, record: str, kind: str = "objection", **changes: Any) -> str:  # noqa: ANN401 - JSON
    """Enter a petition and return its number."""
    body = petition(kind, **({"asker_code": unit_of(bureau, record)} | changes))
    return str(made(bureau.desk("reviewer").post(f"/api/v1/disclosures/{record}/petitions", body))["petition_id"])


def take_up(bureau: Bureau, number: str) -> Any:  # noqa: ANN401 - JSON
    """Take a petition up."""
    return made(bureau.desk("reviewer").post(f"/api/v1/petitions/{number}/acceptance", TAKEN_UP))


TAKEN_UP = {"accepted": True, "shown": "licence"}


def answer(bureau: Bureau, number: str, **said: Any) -> Any:  # noqa: ANN401 - JSON
    """Propose an answer and let a second person decide it."""
    made(bureau.desk("reviewer").post(f"/api/v1/petitions/{number}/proposal", {"text": "书面答复。"} | said))
    return made(bureau.desk("approver2").post(f"/api/v1/petitions/{number}/decision", {"approved": True}))


def repair(bureau: Bureau, record: str) -> None:
    """Let an operator ask for the repair of a penalty on the first day on which it may, and grant it."""
    bureau.clock.set(REPAIRABLE)
    number = ask(bureau, record, "repair", received_on=REPAIRABLE)
    take_up(bureau, number)
    answer(bureau, number, upheld=True, met=sorted(REPAIR_CLAIMS))


REPAIRABLE = "2026-11-12"
"""Six months after ``tests.punishing.PUBLISHED``."""
STRANGER = credit_code(999)
"""A valid code that no record bears."""
