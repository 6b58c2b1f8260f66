"""The preview counts what the commitment would hold, by the same expressions, and tells nothing of an outcome."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from app.keys import new_roster_numbers
from registry.batches import get_batch
from registry.frames import freeze_frame, preview_frame
from tests.building import Bureau
from tests.desks import made
from tests.papers import batch
from tests.rosters import credit_code, operator, operators_csv
from tests.workshop import Opening

DAY = date(2020, 8, 24)
CITIES = ("140105", "140105", "140200", "140212", "141000")


def scattered(bureau: Bureau) -> None:
    """Put forty operators of every kind and status into several areas, some listed, some without a site."""
    kinds = ("电商平台经营者", "自建网站经营者", "其他网络服务经营者", "微商")
    rows = [
        operator(
            number,
            kind=kinds[number % 4],
            status="注销" if number % 7 == 0 else "存续",
            trading="否" if number % 5 == 0 else "是",
            area=CITIES[number % 5],
            abnormal_on="2020-01-01" if number % 3 == 0 else "",
            risk_class="ABC"[number % 3],
            risk_month="2020-06",
        )
        for number in range(21, 61)
    ]
    made(bureau.desk("registrar").post("/api/v1/imports/operators", operators_csv(rows)))


def drafted(bureau: Bureau, **changes: Any) -> str:  # noqa: ANN401 - JSON
    """Draft a batch of the plan and return its number."""
    path = f"/api/v1/plans/{bureau.notes.plan_no}/batches"
    return str(made(bureau.desk("officer").post(path, batch(**changes)))["task_no"])


EVERY_KIND = ["platform", "on_platform", "own_site", "other_service", "social"]
CASES: dict[str, dict[str, Any]] = {
    "whole": {},
    "every kind": {"kinds": EVERY_KIND, "stratify": "kind"},
    "by city": {"kinds": EVERY_KIND, "stratify": "city", "quotas": {"default": {"count": 2}}},
    "by county": {"kinds": EVERY_KIND, "stratify": "county", "areas": ["140100", "140200"]},
    "by risk": {"kinds": EVERY_KIND, "stratify": "risk", "quotas": {"default": {"ratio": "1"}}},
    "untargeted": {"targeted": False, "kinds": EVERY_KIND, "criteria": []},
    "listed": {"kinds": EVERY_KIND, "criteria": [{"criterion": "listed", "list": "abnormal"}]},
    "not listed": {"kinds": EVERY_KIND, "criteria": [{"criterion": "listed", "list": "serious"}]},
    "with a site": {"kinds": EVERY_KIND, "criteria": [{"criterion": "runs_site"}, {"criterion": "trading"}]},
    "lately": {"criteria": [{"criterion": "trading"}, {"criterion": "not_inspected_within", "months": 6}]},
    "staffable": {"kinds": EVERY_KIND, "criteria": [{"criterion": "staffable"}]},
}


@pytest.mark.parametrize("case", CASES)
def test_preview_counts_what_the_frame_would_hold(opening_anywhere: Opening, case: str) -> None:
    """Strata, reasons, inspectors and recusals: the counts of the rows, on both databases."""
    bureau = opening_anywhere("planned")
    scattered(bureau)
    task_no = drafted(bureau, **CASES[case])
    with bureau.service.database.reading() as session:
        found = get_batch(session, task_no)
        scope = freeze_frame(session, found, new_roster_numbers, on=DAY)
        counted = preview_frame(session, found, on=DAY)
    assert dict(counted.strata) == scope.sizes()
    assert dict(counted.excluded) == scope.reasons()
    assert Counter(each.inspector.department for each in counted.staff.sendable) == Counter(
        str(each.department) for each in scope.inspectors
    )
    assert counted.staff.narrowings == scope.staff.narrowings
    assert counted.recusals == len(scope.recusals)


def test_preview_says_how_many_and_never_who(opening_anywhere: Opening) -> None:
    """Counts by stratum and reason; no name, no code, no number of an inspector."""
    bureau = opening_anywhere("planned")
    scattered(bureau)
    task_no = drafted(bureau, kinds=EVERY_KIND, stratify="kind", quotas={"default": {"ratio": "0.5"}})
    answer = bureau.desk("officer").get(f"/api/v1/batches/{task_no}/preview")
    body = made(answer)
    assert body["quota"] == sum(each["to_draw"] for each in body["strata"])
    assert all(each["to_draw"] == -(-each["units"] // 2) for each in body["strata"])
    assert body["frame"] == sum(each["units"] for each in body["strata"])
    assert body["registered"] == body["frame"] + sum(body["excluded"].values())
    hidden = [*(credit_code(number) for number in range(1, 61)), "虚构经营者", "market-1"]
    assert [each for each in hidden if each in answer.text] == []
