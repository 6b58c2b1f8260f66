"""Lists that grow come page by page, the same way everywhere; no page says a row twice, and none leaves one out."""

import re
from typing import Any

import pytest

from app.main import all_routes
from tests.building import Bureau
from tests.desks import Desk, made
from tests.workshop import Opening

WHOLE = {
    "/api/v1/draws/{draw_id}/strata": "the strata of one draw",
    "/api/v1/assignments": "an inspector's own, in the period only",
    "/api/v1/assignments/{visit_id}/steps": "the steps of one visit",
    "/api/v1/assignments/{visit_id}/evidence": "the evidence of one visit",
    "/api/v1/items/{code}": "the versions of one item",
    "/api/v1/rates": "one line a plan and year",
    "/api/v1/penalties/{penalty_id}/pushes": "the pushes of one penalty",
    "/api/v1/replacements/reasons": "a file of the program",
}
"""Lists that are answered whole, with what bounds them; histories of one record are too."""


def pages(desk: Desk, path: str, limit: int = 1) -> list[list[Any]]:
    """Follow the links of a list from its first page on."""
    found = []
    address = f"{path}{'&' if '?' in path else '?'}limit={limit}"
    while True:
        answer = desk.get(address)
        found.append(made(answer))
        link = answer.headers.get("Link")
        if link is None:
            return found
        match = re.fullmatch(r'<(/api/[^>]+)>; rel="next"', link)
        assert match, link
        address = match[1]


def test_every_list_is_paged_or_says_what_bounds_it() -> None:
    lists = {
        route.path_format: {each.name for each in route.dependant.query_params}
        | {each.name for inner in route.dependant.dependencies for each in inner.query_params}
        for route in all_routes()
        if "GET" in (route.methods or ())
        and route.path_format.startswith("/api/")
        and str(route.response_model).startswith("list[")
    }
    assert len(lists) > 20
    unpaged = {path for path, names in lists.items() if not {"after", "limit"} <= names}
    assert {path for path in unpaged if not path.endswith("/history")} <= set(WHOLE)
    assert set(WHOLE) - unpaged <= {"/api/v1/rates"}


LISTS = {
    "operators": "registrar",
    "inspectors": "registrar",
    "departments": "registrar",
    "items": "registrar",
    "people": "administrator",
    "findings": "reviewer",
    "findings?state=approved": "reviewer",
    "findings?state=returned": "reviewer",
    "followups": "reviewer",
    "cases": "reviewer",
    "clocks": "reviewer",
    "clocks?state=in_time": "supervisor",
    "uploads": "supervisor",
    "uploads/takedowns?platform=result-list": "supervisor",
    "draws": "officer",
    "plans": "officer",
    "batches": "officer",
    "leaves": "registrar",
    "caps": "officer",
    "recusals": "registrar",
}


def fill(bureau: Bureau) -> None:
    """Add what a published bureau lacks: leave and caps that begin on the same day, recusals, plans."""
    for number in (1, 2, 3):
        leave = {"inspector_no": f"market-{number}", "from_on": "2021-03-01", "to_on": "2021-03-02", "reason": "事假"}
        made(bureau.desk("registrar").post("/api/v1/leaves", leave))
        cap = {"valid_from": "2022-01-01", "yearly": number, "basis": "示市监发〔2021〕1号"}
        made(bureau.desk("officer").post("/api/v1/caps", cap))
        unit_id = made(bureau.desk("registrar").get("/api/v1/operators"))[number]["unit_id"]
        recusal = {"inspector_no": f"market-{number}", "unit_id": unit_id, "reason": "近亲属任职"}
        made(bureau.desk("registrar").post("/api/v1/recusals", recusal))
    bureau.another_batch(year=2021, period_from="2021-01-04", period_to="2021-06-30")


def test_pages_together_are_the_list(opening_anywhere: Opening) -> None:
    """One row a page, or two: the same rows in the same order as at once, and no page after the last."""
    bureau = opening_anywhere("published")
    fill(bureau)
    for name, who in LISTS.items():
        desk, path = bureau.desk(who), f"/api/v1/{name}"
        whole = made(desk.get(path))
        for limit in (1, 2):
            found = pages(desk, path, limit)
            assert [row for page in found for row in page] == whole, name
            assert len(found) == max(-(-len(whole) // limit), 1), name


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x"])
def test_page_that_cannot_be_is_refused(opening: Opening, query: str) -> None:
    assert opening("staffed").desk("officer").get(f"/api/v1/batches?{query}").status_code == 422


def test_page_after_a_row_that_is_not_there_is_refused(opening: Opening) -> None:
    """Where only the row tells its place in the order; a list by key alone goes on after any key."""
    bureau = opening("staffed")
    refused = bureau.desk("officer").get("/api/v1/caps?after=cap9999")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/after")
    assert made(bureau.desk("officer").get("/api/v1/plans?after=0")) == []
