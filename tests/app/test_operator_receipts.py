"""The operator concerned gets the receipt of what was found and decided about them: by the paper, once told."""

import json
import re

import httpx
import pytest

from publicity.tlog.receipts import Receipt
from publicity.verify import State, verify_receipt
from tests.app.test_receipts import filing, trusted
from tests.building import Bureau
from tests.desks import Desk, made
from tests.papers import penalty
from tests.workshop import Opening


def address(paper: httpx.Response) -> str:
    """Return the path that a paper bears, as its code and as its link."""
    assert paper.status_code == 200, paper.text
    assert "<svg" in paper.text
    (found,) = re.findall(r'href="https?://[^/"]+(/door/receipt/[^"]+)\.json"', paper.text)
    return str(found)


def finding_paper(bureau: Bureau, visit_id: str) -> httpx.Response:
    return bureau.lead(visit_id).get(f"/api/v1/assignments/{visit_id}/receipt.html")


def told(bureau: Bureau) -> str:
    """Let the first visit be filed, confirmed and told of, and return its number."""
    visit_id = bureau.notes.visits[0]
    bureau.settle(visit_id, made(filing(bureau)[1])["finding_id"])
    return visit_id


def checked(bureau: Bureau, path: str) -> Receipt:
    """Return the receipt behind an address, which anybody gets who has it, once it holds."""
    answer = bureau.public.get(f"{path}.json")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert verify_receipt(answer.content, trusted(bureau)).verdict is State.HELD
    return Receipt.parse(answer.content)


def test_the_operator_gets_the_receipt_of_the_finding_once_told(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("arrived")
    visit_id = told(bureau)
    paper = finding_paper(bureau, visit_id)
    path = address(paper)
    assert "提交了检查结果" in paper.text
    assert all(str(key) in paper.text for key in bureau.service.log.keys.keys)
    kept = checked(bureau, path)
    assert json.loads(kept.body)["finding_id"].startswith(visit_id)
    page = bureau.public.get(path)
    assert address(page) == path, "behind the code stands the same sheet"
    assert page.headers["cache-control"] == "no-store"


def test_the_operator_gets_the_receipt_of_the_penalty(opening: Opening) -> None:
    bureau = opening("reviewed")
    approver = bureau.desk("approver")
    penalty_id = made(approver.post("/api/v1/penalties", penalty(bureau.notes.findings[0])))["penalty_id"]
    path = address(approver.get(f"/api/v1/penalties/{penalty_id}/receipt.html"))
    kept = checked(bureau, path)
    assert kept.read_entry().kind == "penalty.decided"
    assert json.loads(kept.body)["penalty_id"] == penalty_id


def test_before_the_operator_was_told_there_is_no_paper(opening: Opening) -> None:
    bureau = opening("arrived")
    filing(bureau)
    answer = finding_paper(bureau, bureau.notes.visits[0])
    assert (answer.status_code, answer.json()["code"]) == (409, "finding_state")
    assert "尚未告知" in answer.json()["detail"]


def test_while_the_list_is_sealed_there_is_no_paper_and_afterwards_there_is(opening: Opening) -> None:
    bureau = opening("reviewed", sealed=True)
    visit_id = bureau.notes.visits[0]
    answer = finding_paper(bureau, visit_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "sealed")
    made(bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/opening"))
    checked(bureau, address(finding_paper(bureau, visit_id)))


def test_only_who_made_the_visit_prints_its_paper(opening: Opening) -> None:
    bureau = opening("arrived")
    visit_id = told(bureau)
    team = bureau.teams()[visit_id]
    stranger = next(own for own in bureau.notes.people if own.startswith(("market-", "cyber-")) and own not in team)
    assert bureau.desk(stranger).get(f"/api/v1/assignments/{visit_id}/receipt.html").status_code == 404
    assert bureau.public.get(f"/api/v1/assignments/{visit_id}/receipt.html").status_code == 401


def test_an_address_that_is_none_looks_like_any_other(opening: Opening) -> None:
    """Almost right, of an entry that has another receipt, of one that has none, of nothing: the same sentence."""
    bureau = opening("arrived")
    right = address(finding_paper(bureau, told(bureau))).rpartition("/")[2]
    index, ending = right.split(".")
    wrong = [
        f"{index}.{ending[:-1]}{'0' if ending[-1] != '0' else '1'}",
        f"0.{ending}",
        f"999999999.{ending}",
        f"{index}.{ending}0",
        f"0{index}.{ending}",
        f"{index}.{ending.upper()}" if ending.upper() != ending else f"{index}.x",
        f"{index}.{0:032x}",
        "nothing-here",
    ]
    for form in ("", ".json"):
        said = set()
        for token in wrong:
            answer = bureau.client.get(f"/door/receipt/{token}{form}", headers={"Accept": "application/json"})
            assert answer.status_code == 404, token
            said.add(answer.text.replace(token, "TOKEN"))
        assert len(said) == 1


def erase(desk: Desk, other: Desk, matter: str, key: str) -> None:
    body = {"matter": matter, "key": key, "basis": "purpose_ended", "text": "当事人要求"}
    number = made(desk.post("/api/v1/erasures", body))["request_id"]
    made(other.post(f"/api/v1/erasures/{number}/confirmation"))


@pytest.mark.parametrize("form", ["", ".json"])
def test_after_an_erasure_the_address_leads_nowhere_and_the_kept_file_still_holds(opening: Opening, form: str) -> None:
    bureau = opening("arrived")
    visit_id = told(bureau)
    path = address(finding_paper(bureau, visit_id))
    kept = checked(bureau, path)
    erase(bureau.desk("publisher"), bureau.desk("approver"), "finding", json.loads(kept.body)["finding_id"])
    answer = bureau.public.get(f"{path}{form}")
    assert answer.status_code == 404
    assert "依法删除" in answer.text
    assert finding_paper(bureau, visit_id).status_code == 410
    assert verify_receipt(kept.to_bytes(), trusted(bureau)).verdict is State.HELD
