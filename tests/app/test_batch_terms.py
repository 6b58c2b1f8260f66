"""What a batch may say: 定向 and 不定向, criteria, strata, quotas with a floor, who approves."""

from typing import Any

import pytest

from tests.app.test_items import batches, refusal
from tests.building import Bureau
from tests.desks import made
from tests.papers import batch, plan
from tests.rosters import credit_code, operator, operators_csv
from tests.workshop import Opening

EVERY_KIND = ["platform", "on_platform", "own_site", "other_service", "social"]
UNTARGETED = {"targeted": False, "kinds": EVERY_KIND, "areas": ["140000"], "criteria": []}


def test_an_untargeted_batch_takes_everybody_registered(opening: Opening) -> None:
    """Who does not trade is in the frame; who is not registered any more is not."""
    bureau = opening("planned")
    task_no = made(bureau.desk("officer").post(batches(bureau), batch(**UNTARGETED)))["task_no"]
    counted = made(bureau.desk("officer").get(f"/api/v1/batches/{task_no}/preview"))
    assert (counted["registered"], counted["frame"], counted["excluded"]) == (9, 8, {"not_active": 1})


@pytest.mark.parametrize(
    ("narrowed", "pointer"),
    [
        ({"kinds": ["platform"]}, "/kinds"),
        ({"areas": ["140100"]}, "/areas"),
        ({"areas": ["140000", "140100"]}, "/areas"),
        ({"criteria": [{"criterion": "trading"}]}, "/criteria"),
    ],
)
def test_an_untargeted_batch_that_chooses_is_refused(opening: Opening, narrowed: dict[str, Any], pointer: str) -> None:
    bureau = opening("planned")
    status, where, words = refusal(bureau.desk("officer").post(batches(bureau), batch(**UNTARGETED | narrowed)))
    assert (status, where) == (422, pointer)
    assert "不定向抽查" in words


def test_a_targeted_batch_asks_that_operators_trade_unless_it_says_otherwise(opening: Opening) -> None:
    bureau = opening("planned")
    silent = batch()
    del silent["criteria"]
    assert made(bureau.desk("officer").post(batches(bureau), silent))["criteria"] == [
        {"criterion": "trading", "reason": "not_trading"}
    ]
    assert made(bureau.desk("officer").post(batches(bureau), batch(criteria=[])))["criteria"] == []


def test_plan_and_task_are_numbered_by_region_year_and_day(opening: Opening) -> None:
    """The region, the year or the day on which it is drafted, four digits counted anew for each."""
    bureau = opening("planned")
    first, second = (made(bureau.desk("officer").post(batches(bureau), batch()))["task_no"] for _ in range(2))
    assert bureau.notes.plan_no == "14000020200001"
    assert (first[:14], int(second) - int(first)) == (f"140000{bureau.clock.now():%Y%m%d}", 1)
    assert len(first) == 18


def frames_of(opening: Opening, *criteria: dict[str, str]) -> list[tuple[int, dict[str, int]]]:
    """Return frame and exclusions under each criterion, of four operators beside the eight that are active."""
    bureau = opening("planned")
    rows = [
        operator(21, abnormal_on="2020-01-01"),
        operator(22, abnormal_on="2020-02-01"),
        operator(23, serious_on="2020-01-01"),
        operator(24, kind="微商", platform_name="", site_name="", domain="", icp_no=""),
    ]
    made(bureau.desk("registrar").post("/api/v1/imports/operators", operators_csv(rows)))
    found = []
    for criterion in criteria:
        drafted = batch(kinds=EVERY_KIND, criteria=[criterion])
        task_no = made(bureau.desk("officer").post(batches(bureau), drafted))["task_no"]
        counted = made(bureau.desk("officer").get(f"/api/v1/batches/{task_no}/preview"))
        found.append((counted["frame"], counted["excluded"]))
    return found


def test_a_batch_may_ask_for_those_on_one_list_and_takes_nobody_else(opening: Opening) -> None:
    abnormal, serious = frames_of(
        opening, {"criterion": "listed", "list": "abnormal"}, {"criterion": "listed", "list": "serious"}
    )
    assert abnormal == (2, {"not_active": 1, "not_listed": 10})
    assert serious == (1, {"not_active": 1, "not_listed": 11})


def test_a_batch_may_leave_out_who_runs_no_site(opening: Opening) -> None:
    (found,) = frames_of(opening, {"criterion": "runs_site"})
    assert found == (11, {"not_active": 1, "no_site": 1})


@pytest.mark.parametrize("name", ["risk", "risk_class"])
def test_nobody_is_left_out_by_risk_class(opening: Opening, name: str) -> None:
    """A class changes how many are drawn and never makes the chance zero."""
    bureau = opening("planned")
    answer = bureau.desk("officer").post(batches(bureau), batch(criteria=[{"criterion": name}]))
    status, pointer, words = refusal(answer)
    assert (status, pointer) == (422, "/criteria/0/criterion")
    assert "机会为零" in words


@pytest.mark.parametrize(
    ("criterion", "pointer"),
    [
        ({"criterion": "beautiful"}, "/criteria/0/criterion"),
        ({"criterion": "not_inspected_within"}, "/criteria/0/months"),
        ({"criterion": "not_inspected_within", "months": 0}, "/criteria/0/months"),
        ({"criterion": "listed", "list": "white"}, "/criteria/0/list"),
        ({"criterion": "trading", "months": 3}, "/criteria/0/months"),
    ],
)
def test_a_criterion_outside_the_vocabulary_is_refused(
    opening_anywhere: Opening, criterion: dict[str, Any], pointer: str
) -> None:
    bureau = opening_anywhere("planned")
    assert refusal(bureau.desk("officer").post(batches(bureau), batch(criteria=[criterion])))[:2] == (422, pointer)


def test_a_criterion_is_named_once(opening: Opening) -> None:
    bureau = opening("planned")
    twice = [{"criterion": "trading"}, {"criterion": "trading"}]
    assert refusal(bureau.desk("officer").post(batches(bureau), batch(criteria=twice)))[:2] == (422, "/criteria/1")


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ({"quotas": {"default": {}}}, "/quotas/default"),
        ({"quotas": {"default": {"ratio": "0.5", "count": 3}}}, "/quotas/default"),
        ({"quotas": {"default": {"count": 0}}}, "/quotas/default/count"),
        ({"quotas": {"default": {"ratio": "0.5"}, "strata": {"platform": {"count": 1}}}}, "/quotas/strata/platform"),
        (
            {"stratify": "kind", "quotas": {"default": {"ratio": "0.5"}, "strata": {"social": {"count": 1}}}},
            "/quotas/strata/social",
        ),
        (
            {"stratify": "city", "quotas": {"default": {"ratio": "0.5"}, "strata": {"140105": {"count": 1}}}},
            "/quotas/strata/140105",
        ),
        (
            {"stratify": "city", "quotas": {"default": {"ratio": "0.5"}, "strata": {"110100": {"count": 1}}}},
            "/quotas/strata/110100",
        ),
        (
            {"stratify": "county", "quotas": {"default": {"ratio": "0.5"}, "strata": {"太原": {"count": 1}}}},
            "/quotas/strata/太原",
        ),
        ({"ratio_floor": "0.6"}, "/quotas/default"),
        ({"ratio_floor": "half"}, "/ratio_floor"),
        (
            {
                "stratify": "kind",
                "ratio_floor": "0.03",
                "quotas": {"default": {"ratio": "0.5"}, "strata": {"platform": {"ratio": "0.02"}}},
            },
            "/quotas/strata/platform",
        ),
    ],
)
def test_quotas_are_checked_against_scope_strata_and_floor(
    opening: Opening, terms: dict[str, Any], pointer: str
) -> None:
    bureau = opening("planned")
    assert refusal(bureau.desk("officer").post(batches(bureau), batch(**terms)))[:2] == (422, pointer)


def commit(opening: Opening, **terms: Any) -> Any:  # noqa: ANN401 - JSON
    """Commit a batch with these terms in a bureau of its own, and return both."""
    bureau = opening("planned")
    return bureau, commit_in(bureau, **terms)


def commit_in(bureau: Bureau, **terms: Any) -> Any:  # noqa: ANN401 - JSON
    """Draft, approve and commit a batch with these terms and return the answer."""
    bureau.notes.task_no = made(bureau.desk("officer").post(batches(bureau), batch(**terms)))["task_no"]
    bureau.approved()
    bureau.clock.set("2020-08-31")
    path = f"/api/v1/batches/{bureau.notes.task_no}/commitment"
    return bureau.desk("officer").post(path, bureau.terms())


def test_a_number_below_the_floor_is_refused_once_the_frame_is_known(opening: Opening) -> None:
    """One of six is less than 20%, two are not."""
    _, refused = commit(opening, ratio_floor="0.2", quotas={"default": {"count": 1}})
    assert (refused.status_code, refused.json()["code"]) == (409, "below_floor")
    _, taken = commit(opening, ratio_floor="0.2", quotas={"default": {"count": 2}})
    assert made(taken)["to_draw"] == 2


def test_a_floor_holds_for_the_number_of_every_stratum_and_another_does_not_make_up_for_it(opening: Opening) -> None:
    """All of six platforms and one of two social sellers: 7 of 8, and yet less than 60% of the social sellers."""
    second = {"kind": "social", "credit_code": credit_code(41)}

    def committed(number: int) -> Any:  # noqa: ANN401 - JSON
        quotas = {"default": {"ratio": "1"}, "strata": {"social": {"count": number}}}
        terms = {"kinds": ["platform", "social"], "stratify": "kind", "ratio_floor": "0.6", "quotas": quotas}
        bureau = opening("planned")
        made(bureau.desk("registrar").post("/api/v1/imports/operators", operators_csv([operator(41, **second)])))
        return commit_in(bureau, **terms)

    refused = committed(1)
    assert (refused.status_code, refused.json()["code"]) == (409, "below_floor")
    assert "“social”层有 2 户，按所定数量抽取 1 户" in refused.json()["detail"]
    assert made(committed(2))["to_draw"] == 8


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ({"period_to": "2021-01-10"}, "/period_to"),
        ({"period_from": "2019-12-20"}, "/period_from"),
        ({"period_from": "2021-01-04", "period_to": "2021-02-26"}, "/period_from"),
    ],
)
def test_a_period_lies_within_the_plans_year(opening: Opening, terms: dict[str, Any], pointer: str) -> None:
    """Its visits count for that year, wherever they are made; over two years it is a batch of each year's plan."""
    bureau = opening("planned")
    status, where, words = refusal(bureau.desk("officer").post(batches(bureau), batch(**terms)))
    assert (status, where) == (422, pointer)
    assert "不在计划年度 2020 内" in words


def test_a_department_without_an_item_of_its_own_has_no_seat(opening: Opening) -> None:
    bureau = opening("planned")
    status, where, words = refusal(bureau.desk("officer").post(batches(bureau), batch(items=["M01", "M02"])))
    assert (status, where) == (422, "/team")
    assert "部门 cyber 没有要实施的事项" in words


@pytest.mark.parametrize("place", [0, 1])
def test_a_department_that_enforces_items_of_its_own_sends_two_inspectors_at_least(
    opening: Opening, place: int
) -> None:
    """Each of them, the one that leads and the one that joins it (行政处罚法 42)."""
    bureau = opening("planned")
    team = [{"department": "market", "seats": 2}, {"department": "cyber", "seats": 2}]
    team[place]["seats"] = 1
    status, where, words = refusal(bureau.desk("officer").post(batches(bureau), batch(team=team)))
    assert (status, where) == (422, f"/team/{place}/seats")
    assert "不得少于两人" in words


@pytest.mark.parametrize(
    ("stratify", "strata"),
    [("city", {"1401": 6, "1402": 2}), ("county", {"140105": 6, "140202": 1, "140212": 1})],
)
def test_strata_are_the_cities_or_the_counties_of_the_frame(
    opening: Opening, stratify: str, strata: dict[str, int]
) -> None:
    """Each draws by the rule, rounded up by itself."""
    bureau = opening("planned")
    rows = [operator(41, area="140202"), operator(42, area="140212")]
    made(bureau.desk("registrar").post("/api/v1/imports/operators", operators_csv(rows)))
    made(commit_in(bureau, stratify=stratify))
    drawn = made(bureau.public.get(f"/draws/{bureau.notes.task_no}.json"))
    told = {line["stratum"]: (line["units"], line["drawn"]) for line in drawn["quotas"]}
    assert told == {name: (units, -(-units // 2)) for name, units in strata.items()}


def test_strata_by_kind_draw_by_their_own_rules(opening: Opening) -> None:
    """Six platforms by half, one social seller by number; the protocol's own quotas say so."""
    quotas = {"default": {"ratio": "0.5"}, "strata": {"social": {"count": 1}}}
    bureau, answer = commit(opening, kinds=["platform", "social"], stratify="kind", quotas=quotas)
    assert made(answer)["to_draw"] == 4
    drawn = made(bureau.public.get(f"/draws/{bureau.notes.task_no}.json"))
    assert [(line["stratum"], line["units"], line["drawn"]) for line in drawn["quotas"]] == [
        ("platform", 6, 3),
        ("social", 1, 1),
    ]


def test_strata_by_area_bear_the_protocol_name_and_an_empty_one_is_left_out(opening: Opening) -> None:
    quotas = {"default": {"ratio": "0.5"}, "strata": {"140100": {"count": 5}, "140200": {"count": 1}}}
    bureau, answer = commit(opening, stratify="city", quotas=quotas)
    assert made(answer)["to_draw"] == 5
    kept = made(bureau.public.get(f"/draws/{bureau.notes.task_no}/files/commitment.json"))
    assert kept["quotas"] == {"default": {"ratio": "0.5"}, "strata": {"1401": {"count": 5}}}


def test_only_the_designated_approver_approves(opening: Opening) -> None:
    """Of a plan and of a batch alike; the name must be that of an approver."""
    bureau = opening("planned")
    officer, second = bureau.desk("officer"), bureau.desk("approver2").person_id
    plan_no = made(officer.post("/api/v1/plans", plan(approver=second)))["plan_no"]
    task_no = made(officer.post(f"/api/v1/plans/{plan_no}/batches", batch(approver=second)))["task_no"]
    for path in (f"/api/v1/plans/{plan_no}/approval", f"/api/v1/batches/{task_no}/approval"):
        refused = bureau.desk("approver").post(path)
        assert (refused.status_code, refused.json()["code"]) == (403, "designated")
        made(bureau.desk("approver2").post(path))
    for nobody in ("p9999", officer.person_id):
        assert refusal(officer.post("/api/v1/plans", plan(approver=nobody)))[:2] == (422, "/approver")


def test_a_batch_that_draws_every_kind_by_risk_names_no_class_in_public(opening: Opening) -> None:
    """The plan's page shows the default rule and that the strata are opaque."""
    bureau = opening("planned")
    quotas = {"default": {"ratio": "0.5"}, "strata": {"特高风险": {"ratio": "1"}}}
    bureau.notes.task_no = made(bureau.desk("officer").post(batches(bureau), batch(stratify="risk", quotas=quotas)))[
        "task_no"
    ]
    bureau.approved()
    shown = bureau.public.get(f"/plans/{bureau.notes.plan_no}.json")
    (line,) = made(shown)["batches"]
    assert [each["stratum"] for each in line["rules"]] == ["各层", "其余各层"]
    assert "特高风险" not in shown.text
    assert "特高风险" not in bureau.public.get(f"/plans/{bureau.notes.plan_no}").text
