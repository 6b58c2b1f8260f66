"""Caps, low risk, and inspections not long ago: who may not be drawn again, and that sealed outcomes do not tell."""

import json
from datetime import date
from typing import Any

import httpx
import pytest
from sqlmodel import select

from app.keys import new_secret
from registry.draws import DrawCommitment, get_draw
from registry.journal import Fact, Kind
from registry.people import Role
from sampling.names import DrawId, Party
from sampling.seed import secret_digest
from tests.building import FRAME, Bureau
from tests.desks import made
from tests.rosters import credit_code, operator, operators_csv
from tests.workshop import Opening

ALWAYS = {"not_active": 1, "not_trading": 1}
MONTHS = [{"criterion": "trading"}, {"criterion": "not_inspected_within", "months": 6}]


def cap(bureau: Bureau, *, approved: bool = True, **changes: Any) -> str:  # noqa: ANN401 - JSON
    """Put a cap in force: by default one inspection a year, no class counted as low."""
    body = {"valid_from": "2020-01-01", "yearly": 1, "low_risk": [], "basis": "测市监发〔2020〕2号"} | changes
    cap_id: str = made(bureau.desk("officer").post("/api/v1/caps", body))["cap_id"]
    if approved:
        made(bureau.desk("approver").post(f"/api/v1/caps/{cap_id}/approval"))
    return cap_id


def commit(bureau: Bureau, task_no: str) -> httpx.Response:
    """Try to commit a batch."""
    day = bureau.clock.instant.date().isoformat()
    digest = secret_digest(DrawId(task_no), Party("supervision"), new_secret(), "sha256")
    terms = {
        "execute_by": f"{day}T20:00:00+08:00",
        "open_by": f"{day}T20:00:00+08:00",
        "parties": [{"party": "supervision", "digest": digest}],
    }
    return bureau.desk("officer").post(f"/api/v1/batches/{task_no}/commitment", terms)


def reasons(bureau: Bureau, task_no: str) -> dict[str, int]:
    """Commit a batch and return the exclusions by reason as the log tells them, beyond those there always are."""
    made(commit(bureau, task_no))
    with bureau.service.database.reading() as session:
        facts = session.exec(select(Fact).where(Fact.kind == Kind.DRAW_COMMITTED, Fact.subject == task_no)).one()
        told: dict[str, int] = json.loads(facts.public)["reasons"]
        row = session.get_one(DrawCommitment, task_no)
        assert row.reasons == told
    assert ALWAYS.items() <= told.items()
    return {reason: count for reason, count in told.items() if reason not in ALWAYS}


def preview(bureau: Bureau, task_no: str) -> dict[str, Any]:
    """Return the preview of a batch."""
    found: dict[str, Any] = made(bureau.desk("officer").get(f"/api/v1/batches/{task_no}/preview"))
    return found


def drawn(bureau: Bureau) -> list[str]:
    """Return the codes that the bureau's first draw drew."""
    with bureau.service.database.reading() as session:
        executed = get_draw(session, bureau.notes.draw_id).executed
        assert executed is not None
        return [line.partition(",")[0] for line in executed.drawn.decode().splitlines()[1:]]


def record(bureau: Bureau, *rows: dict[str, str]) -> None:
    """Hand rows of operators in."""
    made(bureau.desk("registrar").post("/api/v1/imports/operators", operators_csv(rows)))


def low_risk(bureau: Bureau) -> None:
    """Make every operator of the frame low risk."""
    risk = {"risk_class": "A", "risk_month": "2020-06", "risk_source": "测评"}
    record(bureau, *(operator(number, **risk) for number in FRAME))


def test_subject_inspected_as_often_as_the_cap_allows_is_excluded(opening_anywhere: Opening) -> None:
    """Whatever plan the visits came from: the second batch is of another plan, a special campaign."""
    bureau = opening_anywhere("executed")
    cap(bureau)
    assert reasons(bureau, bureau.another_batch(campaign=True)) == {"cap_reached": 3}


def test_subject_below_the_cap_may_be_drawn(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("executed")
    cap(bureau, yearly=2)
    assert reasons(bureau, bureau.another_batch()) == {}


def test_cap_counts_by_the_calendar_year_of_the_period(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("executed")
    cap(bureau)
    task_no = bureau.another_batch(year=2021, period_from="2021-01-04", period_to="2021-06-30")
    assert reasons(bureau, task_no) == {}


@pytest.mark.parametrize("changes", [{"approved": False}, {"valid_from": "2020-09-02"}], ids=["draft", "later"])
def test_cap_binds_once_approved_and_from_its_day_on(opening: Opening, changes: dict[str, Any]) -> None:
    bureau = opening("executed")
    cap(bureau, **changes)
    assert reasons(bureau, bureau.another_batch()) == {}


def test_later_cap_takes_the_place_of_the_earlier(opening: Opening) -> None:
    bureau = opening("executed")
    cap(bureau)
    cap(bureau, valid_from="2020-07-01", yearly=4)
    assert reasons(bureau, bureau.another_batch()) == {}


def test_cap_is_decided_by_two_persons_and_once(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    both = bureau.hire("both", Role.DRAW_OFFICER, Role.APPROVER)
    body = {"valid_from": "2020-01-01", "yearly": 1, "basis": "测市监发〔2020〕2号"}
    cap_id = made(both.post("/api/v1/caps", body))["cap_id"]
    path = f"/api/v1/caps/{cap_id}/approval"
    refused = both.post(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")
    made(bureau.desk("approver2").post(path))
    twice = bureau.desk("approver2").post(path)
    assert (twice.status_code, twice.json()["code"]) == (409, "cap_state")


def test_inspection_that_the_roster_tells_of_counts_for_its_year(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    cap(bureau)
    record(bureau, operator(1, last_inspected_on="2020-03-02"), operator(2, last_inspected_on="2019-12-31"))
    assert reasons(bureau, bureau.notes.task_no) == {"cap_reached": 1}


def test_inspection_both_on_record_and_in_the_roster_counts_once(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("filed")
    cap(bureau, yearly=2)
    numbers = {credit_code(number): number for number in FRAME}
    first, second, _ = drawn(bureau)
    record(
        bureau,
        operator(numbers[first], last_inspected_on="2020-09-15"),
        operator(numbers[second], last_inspected_on="2020-02-03"),
    )
    assert reasons(bureau, bureau.another_batch()) == {"cap_reached": 1}


def test_low_risk_subject_is_not_drawn_twice_in_a_year(opening_anywhere: Opening) -> None:
    """And stays in the frame until it was inspected: the class makes no chance zero."""
    bureau = opening_anywhere("executed")
    low_risk(bureau)
    cap(bureau, yearly=4, low_risk=["A"])
    task_no = bureau.another_batch()
    assert preview(bureau, task_no)["frame"] == 3
    assert reasons(bureau, task_no) == {"inspected_recently": 3}


def test_low_risk_is_what_the_cap_says_it_is(opening: Opening) -> None:
    bureau = opening("executed")
    low_risk(bureau)
    cap(bureau, yearly=4, low_risk=["B"])
    assert reasons(bureau, bureau.another_batch()) == {}


def test_draw_is_withheld_where_low_risk_alone_excluded_somebody(opening: Opening) -> None:
    bureau = opening("executed")
    low_risk(bureau)
    cap(bureau, yearly=4, low_risk=["A"])
    plain, asked = bureau.another_batch(), bureau.another_batch(criteria=MONTHS)
    assert made(commit(bureau, plain))["withheld"] is True
    bureau.notes.draw_id = plain
    bureau.void()
    answer = made(commit(bureau, asked))
    assert answer["withheld"] is False, "everybody was excluded by the batch's own criterion, which tells no class"
    assert made(bureau.public.get(f"/draws/{asked}.json"))["exclusions"][0]["count"] == 3


def test_subject_inspected_within_the_months_named_is_excluded(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("filed")
    assert reasons(bureau, bureau.another_batch(criteria=MONTHS)) == {"inspected_recently": 3}


def test_subject_drawn_and_not_inspected_yet_counts_as_inspected_at_the_end_of_its_period(opening: Opening) -> None:
    bureau = opening("executed")
    assert reasons(bureau, bureau.another_batch(criteria=MONTHS)) == {"inspected_recently": 3}


def test_inspection_longer_ago_than_the_months_named_does_not_count(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    record(bureau, operator(1, last_inspected_on="2020-02-24"), operator(2, last_inspected_on="2020-02-25"))
    task_no = bureau.another_batch(criteria=MONTHS)
    assert date(2020, 8, 24) == bureau.clock.instant.date()
    assert reasons(bureau, task_no) == {"inspected_recently": 1}


def test_batch_that_a_sealed_outcome_could_bear_on_waits_until_it_is_open(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("filed", sealed=True)
    cap(bureau)
    task_no = bureau.another_batch()
    refused = commit(bureau, task_no)
    assert (refused.status_code, refused.json()["code"]) == (409, "hidden_outcome")
    assert bureau.notes.draw_id in refused.json()["detail"]
    made(bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/opening"))
    assert reasons(bureau, task_no) == {"cap_reached": 3}


@pytest.mark.parametrize(
    ("cap_of", "criteria"),
    [({"yearly": 1}, None), ({"yearly": 4, "low_risk": ["A"]}, None), (None, MONTHS)],
    ids=["cap", "low-risk", "months"],
)
def test_each_rule_that_looks_at_visits_waits_for_the_sealed_draw(
    opening: Opening, cap_of: dict[str, Any] | None, criteria: list[dict[str, Any]] | None
) -> None:
    bureau = opening("executed", sealed=True)
    if cap_of is not None:
        cap(bureau, **cap_of)
    refused = commit(bureau, bureau.another_batch(criteria=criteria))
    assert (refused.status_code, refused.json()["code"]) == (409, "hidden_outcome")


def test_refusal_tells_nothing_of_who_was_drawn(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("executed", sealed=True)
    cap(bureau)
    task_no = bureau.another_batch()
    said = commit(bureau, task_no).json()["detail"].replace(task_no, "").replace(bureau.notes.draw_id, "")
    assert not any(credit_code(number) in said for number in FRAME)
    assert not any(letter.isdigit() for letter in said)


def test_preview_is_the_same_before_and_after_a_sealed_draw_was_executed(opening_anywhere: Opening) -> None:
    """No count that anybody reads moves with a sealed outcome, whichever rule looks at visits."""
    bureau = opening_anywhere("committed", sealed=True)
    low_risk(bureau)
    cap(bureau, low_risk=["A"])
    tasks = [bureau.another_batch(criteria=criteria) for criteria in (None, MONTHS)]
    before = [preview(bureau, task_no) for task_no in tasks]
    bureau.executed()
    assert [preview(bureau, task_no) for task_no in tasks] == before
    assert before[0]["frame"] == 6


def test_sealed_draw_that_cannot_bear_on_a_batch_does_not_hold_it_up(opening: Opening) -> None:
    """One visit more brings nobody to a cap of four; and the frame leaves nobody out."""
    bureau = opening("executed", sealed=True)
    cap(bureau, yearly=4)
    assert reasons(bureau, bureau.another_batch()) == {}


def test_sealed_draw_of_other_kinds_does_not_hold_a_batch_up(opening: Opening) -> None:
    bureau = opening("executed", sealed=True)
    cap(bureau)
    assert commit(bureau, bureau.another_batch(kinds=["social"])).status_code == 201


def test_sealed_draw_holds_a_batch_up_only_where_it_could_reach_the_cap(opening: Opening) -> None:
    """At a cap of two, one hidden visit bears on whoever was inspected once, as the roster tells."""
    bureau = opening("executed", sealed=True)
    cap(bureau, yearly=2)
    free, held = bureau.another_batch(), bureau.another_batch()
    assert commit(bureau, free).status_code == 201
    record(bureau, operator(1, last_inspected_on="2020-03-02"))
    assert commit(bureau, held).json()["code"] == "hidden_outcome"


def test_visit_of_a_record_that_was_merged_counts_for_the_one_kept(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("executed")
    cap(bureau)
    merged = drawn(bureau)[0]
    kept, last, _ = (credit_code(number) for number in FRAME if credit_code(number) not in drawn(bureau))
    for one, other in ((kept, merged), (last, kept)):
        body = {"step": "merge", "kept": one, "merged": other, "reason": "重复登记"}
        asked = made(bureau.desk("registrar").post("/api/v1/mergings", body))
        path = f"/api/v1/mergings/{asked['merging_id']}/decision"
        made(bureau.desk("approver").post(path, {"approved": True}))
    task_no = bureau.another_batch()
    assert preview(bureau, task_no)["frame"] == 1
    assert reasons(bureau, task_no) == {"cap_reached": 3}
