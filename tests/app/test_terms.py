"""The term of a published penalty: stated as it is published, kept with its rule, shown to all, found if edited."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from publicity.disclosure import Disclosure
from publicity.stated_terms import DisclosureTerm
from registry.bulk import table_of
from tests.building import Bureau
from tests.desks import made
from tests.insiders import Insider, change, checked, newest_row, unguard
from tests.papers import penalty
from tests.workshop import Opening

BAN: dict[str, Any] = {"kinds": ["activity_restricted"], "fine_fen": 0}
TERMS, DISCLOSURES = table_of(DisclosureTerm), table_of(Disclosure)


def decided(bureau: Bureau, day: str = "2026-05-06", **changes: Any) -> str:  # noqa: ANN401 - JSON
    """Decide a penalty on a day, bring it through the gate, and return its number."""
    bureau.clock.set(day)
    body = penalty(bureau.notes.findings[0], decided_on=day, **changes)
    number = str(made(bureau.desk("approver").post("/api/v1/penalties", body))["penalty_id"])
    bureau.clear(number)
    return number


def publication(bureau: Bureau, number: str, day: str = "2026-05-11") -> Any:  # noqa: ANN401 - a response
    """Publish a penalty on a day."""
    bureau.clock.set(day)
    return bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication")


def choose(bureau: Bureau, **changes: Any) -> None:  # noqa: ANN401 - what the settings hold
    """Run the service with other settings of terms."""
    terms = replace(bureau.service.terms, **changes)
    bureau.client.app.state.service = replace(bureau.service, terms=terms)  # type: ignore[attr-defined]


def shown(bureau: Bureau) -> dict[str, Any]:
    """Return the term of the newest penalty on the public list."""
    term: dict[str, Any] = made(bureau.public.get("/penalties.json"))["rows"][0]["term"]
    return term


def test_a_penalty_is_published_with_its_last_day_and_the_rule(opening_anywhere: Opening) -> None:
    """On the page, in JSON, and to the bureau: one term, three places."""
    bureau = opening_anywhere("published")
    number = decided(bureau)
    assert made(bureau.desk("approver").get(f"/api/v1/penalties/{number}"))["term"] is None, "not published yet"
    made(publication(bureau, number))
    term = shown(bureau)
    assert (term["rules"], term["ends_on"], term["early_from_on"]) == ("order-45", "2029-05-11", "2026-11-12")
    assert term["basis"] == "《市场监督管理行政处罚信息公示规定》（国家市场监督管理总局令第45号）第十三条第一款"
    row = made(bureau.public.get("/penalties.json"))["rows"][0]
    for address in ("/penalties", row["operator_path"]):
        page = bureau.public.get(address).text
        assert "公示至" in page
        assert "2029-05-11" in page
        assert term["basis"] in page
    own = made(bureau.desk("publisher").get(f"/api/v1/penalties/{number}"))["term"]
    assert (own["ends_on"], own["early_from_on"], own["source"]) == ("2029-05-11", "2026-11-12", term["basis"])


def test_a_lower_fine_is_what_the_bureau_set(opening: Opening) -> None:
    """Up to the amount three months; the same fine without a setting three years."""
    bureau = opening("published")
    choose(bureau, lower_fine_fen=2_000_000)
    made(publication(bureau, decided(bureau)))
    assert (shown(bureau)["ends_on"], shown(bureau)["early_from_on"]) == ("2026-08-11", None)
    assert shown(bureau)["early_never"] == "可以申请之前公示期已经届满"


def test_where_two_orders_hold_the_bureaus_setting_says_which(opening: Opening) -> None:
    """From 1 April 2026 on; the record cites it, and it is counted from the decision."""
    bureau = opening("published")
    choose(bureau, chosen="order-36")
    number = decided(bureau, severity="general", sector="food")
    made(publication(bureau, number))
    term = shown(bureau)
    assert (term["rules"], term["counted_from"]) == ("order-36", "决定之日")
    assert (term["ends_on"], term["early_from_on"]) == ("2027-05-06", "2026-08-07")
    own = made(bureau.desk("approver").get(f"/api/v1/penalties/{number}"))["gravity"]
    assert own == {"severity": "general", "sector": "food", "restricted_until": None, "restricted_for_life": False}


def test_what_was_published_keeps_its_term_when_settings_change(opening: Opening) -> None:
    bureau = opening("published")
    made(publication(bureau, decided(bureau)))
    before = shown(bureau)
    choose(bureau, chosen="order-36", lower_fine_fen=2_000_000)
    assert shown(bureau) == before


def test_rules_that_go_by_severity_need_it_and_it_can_be_stated_later(opening_anywhere: Opening) -> None:
    """Refused with what to do; stated by an approver, the newest statement counts; after publication none does."""
    bureau = opening_anywhere("published")
    choose(bureau, chosen="order-36")
    number = decided(bureau)
    before = bureau.contents()
    refused = publication(bureau, number)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_term")
    assert "违法程度（severity）" in refused.json()["detail"]
    assert bureau.contents() == before
    path = f"/api/v1/penalties/{number}/gravity"
    made(bureau.desk("approver").post(path, {"severity": "serious"}))
    assert made(bureau.desk("approver").post(path, {"severity": "minor"}))["gravity"]["severity"] == "minor"
    made(publication(bureau, number))
    assert shown(bureau)["ends_on"] == "2026-08-06"
    kept = bureau.contents()
    late = bureau.desk("approver").post(path, {"severity": "serious"})
    assert (late.status_code, late.json()["code"]) == (409, "term_stands")
    assert bureau.contents() == kept


def test_what_is_over_before_it_is_published_is_not_published(opening: Opening) -> None:
    """Counted from the decision, a year is soon gone."""
    bureau = opening("published")
    choose(bureau, chosen="order-36")
    number = decided(bureau, "2026-01-05", severity="minor")
    before = bureau.contents()
    refused = publication(bureau, number, "2026-04-06")
    assert (refused.status_code, refused.json()["code"]) == (409, "term_over")
    assert "2026-04-05" in refused.json()["detail"]
    assert bureau.contents() == before


@pytest.mark.parametrize(
    ("stated", "ends_on", "words"),
    [
        ({"restricted_until": "2031-05-06"}, "2031-05-06", "2031-05-06"),
        ({"restricted_until": "2027-05-06"}, "2029-05-11", "2029-05-11"),
        ({"restricted_for_life": True}, None, "终身限制，长期公示"),
    ],
)
def test_a_long_ban_is_shown_as_long_as_it_holds(
    opening: Opening, stated: dict[str, Any], ends_on: str | None, words: str
) -> None:
    """Three years at least, and never ended early."""
    bureau = opening("published")
    made(publication(bureau, decided(bureau, **BAN, **stated)))
    assert (shown(bureau)["ends_on"], shown(bureau)["early_never"]) == (ends_on, "该类处罚不得提前停止公示")
    assert words in bureau.public.get("/penalties").text


WRONG: list[tuple[dict[str, Any], str]] = [
    (BAN, "/restricted_until"),
    ({"restricted_until": "2031-05-06"}, "/restricted_until"),
    ({"restricted_for_life": True}, "/restricted_until"),
    (BAN | {"restricted_until": "2026-05-06"}, "/restricted_until"),
    (BAN | {"restricted_until": "2031-05-06", "restricted_for_life": True}, "/restricted_for_life"),
    (BAN | {"restricted_until": "someday"}, "/restricted_until"),
    ({"severity": "grave"}, "/severity"),
    ({"sector": "toys"}, "/sector"),
    ({"restricted_for_life": "yes"}, "/restricted_for_life"),
]


@pytest.mark.parametrize(("changes", "pointer"), WRONG)
def test_what_does_not_go_with_the_decision_is_refused(opening: Opening, changes: dict[str, Any], pointer: str) -> None:
    """A ban has a last day after the decision or is for life, and nothing else has one; the field is named."""
    bureau = opening("published")
    bureau.clock.set("2026-05-06")
    before = bureau.contents()
    body = penalty(bureau.notes.findings[0], decided_on="2026-05-06", **changes)
    refused = bureau.desk("approver").post("/api/v1/penalties", body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert bureau.contents() == before


def test_gravity_stated_later_is_held_to_the_decision_too(opening: Opening) -> None:
    bureau = opening("published")
    path = f"/api/v1/penalties/{decided(bureau)}/gravity"
    before = bureau.contents()
    refused = bureau.desk("approver").post(path, {"restricted_until": "2031-05-06"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/restricted_until")
    assert bureau.desk("approver").post("/api/v1/penalties/2020-0999/gravity", {}).status_code == 404
    assert bureau.contents() == before


def test_a_term_that_was_edited_is_found(opening_anywhere: Opening) -> None:
    """Another last day in the table or on the page no longer fits what the log fixes."""
    bureau = opening_anywhere("published")
    made(publication(bureau, decided(bureau, severity="serious")))
    insider = Insider(bureau.service.database)
    with insider.at_work() as connection:
        assert checked(connection).sound
        row = newest_row(connection, TERMS)
        change(connection, TERMS, row, {"ends_on": date(2026, 6, 1)})
        found = {(each.table, each.column) for each in checked(connection).differences}
    assert {("disclosure_terms", "ends_on"), ("disclosures", "term")} <= found


def test_what_was_published_before_terms_were_kept_says_that_none_is_stated(opening: Opening) -> None:
    """Nothing is added to it afterwards."""
    bureau = opening("published")
    number = decided(bureau)
    made(publication(bureau, number))
    with bureau.service.database.engine.connect() as connection:
        unguard(connection, sqlite=True)
        shown_one = DISCLOSURES.c.disclosure_id == f"p-{number}"
        content = json.loads(connection.execute(select(DISCLOSURES.c.content).where(shown_one)).scalar_one())
        del content["term"]
        connection.execute(update(DISCLOSURES).where(shown_one).values(content=json.dumps(content)))
        connection.execute(delete(TERMS))
        connection.commit()
    assert shown(bureau) is None
    assert "未列明" in bureau.public.get("/penalties").text
    assert made(bureau.desk("approver").get(f"/api/v1/penalties/{number}"))["term"] is None
