"""Changes of an approved plan: by two people, never after the commitment, published with their reason."""

from typing import Any

from registry.people import Role
from tests.app.test_items import batches, refusal
from tests.building import Bureau
from tests.desks import made
from tests.papers import batch
from tests.workshop import Opening

REASON = "检查力量调整"


def ask(bureau: Bureau, changes: dict[str, Any], name: str = "officer") -> Any:  # noqa: ANN401 - an answer
    path = f"/api/v1/batches/{bureau.notes.task_no}/changes"
    return bureau.desk(name).post(path, {"changes": changes, "reason": REASON})


def decide(bureau: Bureau, change_id: str, *, approved: bool = True, name: str = "approver") -> Any:  # noqa: ANN401
    return bureau.desk(name).post(f"/api/v1/changes/{change_id}/decision", {"approved": approved})


def shown(bureau: Bureau) -> Any:  # noqa: ANN401 - JSON
    return made(bureau.public.get(f"/plans/{bureau.notes.plan_no}.json"))


def read(bureau: Bureau) -> Any:  # noqa: ANN401 - JSON
    return made(bureau.desk("officer").get(f"/api/v1/batches/{bureau.notes.task_no}"))


def test_a_change_takes_effect_when_another_person_approves_it_and_is_published(opening_anywhere: Opening) -> None:
    """With its reason, what was before and what is now, and both dates."""
    bureau = opening_anywhere("approved")
    changes = {"period_to": "2020-11-30", "quotas": {"default": {"count": 4}}}
    asked = made(ask(bureau, changes))
    assert read(bureau)["period_to"] == "2020-12-31"
    assert shown(bureau)["changes"] == []
    bureau.clock.set("2020-08-26")
    made(decide(bureau, asked["change_id"]))
    assert (read(bureau)["period_to"], read(bureau)["quotas"]["default"]) == ("2020-11-30", {"count": 4})
    (line,) = shown(bureau)["changes"]
    assert (line["reason"], line["requested_on"], line["decided_on"]) == (REASON, "2020-08-24", "2020-08-26")
    assert line["terms"] == [
        {"term": "抽查比例或数量", "before": "全部：比例 50%，不足一户的进为一户", "after": "全部：4 户"},
        {"term": "检查期限止", "before": "2020年12月31日", "after": "2020年11月30日"},
    ]
    assert REASON in bureau.public.get(f"/plans/{bureau.notes.plan_no}").text


def test_whoever_asks_for_a_change_does_not_decide_it(opening: Opening) -> None:
    bureau = opening("approved")
    both = bureau.hire("both", Role.DRAW_OFFICER, Role.APPROVER)
    asked = made(ask(bureau, {"title": "改名"}, "both"))
    refused = both.post(f"/api/v1/changes/{asked['change_id']}/decision", {"approved": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")
    assert read(bureau)["title"] != "改名"


def test_a_refused_change_changes_and_publishes_nothing(opening: Opening) -> None:
    bureau = opening("approved")
    asked = made(ask(bureau, {"title": "改名"}))
    made(decide(bureau, asked["change_id"], approved=False))
    assert shown(bureau)["changes"] == []
    assert read(bureau)["title"] == batch()["title"]
    again = decide(bureau, asked["change_id"])
    assert (again.status_code, again.json()["code"]) == (409, "change_state")


def test_there_is_no_change_after_the_commitment(opening_anywhere: Opening) -> None:
    """Neither asked for nor decided."""
    bureau = opening_anywhere("approved")
    asked = made(ask(bureau, {"title": "改名"}))
    bureau.committed()
    for refused in (ask(bureau, {"title": "改名"}), decide(bureau, asked["change_id"])):
        assert (refused.status_code, refused.json()["code"]) == (409, "batch_state")
        assert "锁定" in refused.json()["detail"]
    assert read(bureau)["title"] == batch()["title"]
    assert shown(bureau)["changes"] == []


def test_a_change_is_checked_like_a_draft(opening: Opening) -> None:
    bureau = opening("approved")
    for changes, pointer in (
        ({"period_to": "2020-08-01"}, "/period_to"),
        ({"items": ["M99"]}, "/items/0"),
        ({"ratio_floor": "0.9"}, "/quotas/default"),
        ({"targeted": False}, "/kinds"),
        ({}, "/changes"),
        ({"title": batch()["title"]}, "/changes"),
    ):
        assert refusal(ask(bureau, changes))[:2] == (422, pointer)


def test_a_change_that_rests_on_what_has_changed_since_is_refused(opening: Opening) -> None:
    bureau = opening("approved")
    first, second = (made(ask(bureau, {"title": name}))["change_id"] for name in ("甲", "乙"))
    made(decide(bureau, first))
    refused = decide(bureau, second)
    assert (refused.status_code, refused.json()["code"]) == (409, "change_state")
    assert read(bureau)["title"] == "甲"


def test_a_plan_not_approved_needs_no_change(opening: Opening) -> None:
    bureau = opening("planned")
    assert ask(bureau, {"title": "改名"}).json()["code"] == "batch_state"
    path = f"/api/v1/plans/{bureau.notes.plan_no}/changes"
    answer = bureau.desk("officer").post(path, {"changes": {"title": "改名"}, "reason": REASON})
    assert answer.json()["code"] == "plan_state"


def test_the_plan_itself_changes_the_same_way(opening: Opening) -> None:
    bureau = opening("approved")
    path = f"/api/v1/plans/{bureau.notes.plan_no}/changes"
    asked = made(bureau.desk("officer").post(path, {"changes": {"basis": "测市监发〔2020〕9号"}, "reason": REASON}))
    made(decide(bureau, asked["change_id"]))
    page = shown(bureau)
    assert page["basis"] == "测市监发〔2020〕9号"
    assert [(line["what"], line["task_no"]) for line in page["changes"]] == [("变更计划", None)]


def test_a_batch_added_to_an_approved_plan_needs_a_reason_and_is_published_as_a_change(
    opening_anywhere: Opening,
) -> None:
    """It is drafted with the reason, and approved with the decision: one fact each."""
    bureau = opening_anywhere("approved")
    assert refusal(bureau.desk("officer").post(batches(bureau), batch()))[:2] == (422, "/reason")
    before = bureau.contents()
    added = made(bureau.desk("officer").post(batches(bureau), batch(reason=REASON)))["task_no"]
    assert len(shown(bureau)["batches"]) == 1
    made(bureau.desk("approver").post(f"/api/v1/batches/{added}/approval"))
    after = bureau.contents()
    assert len(after["journal"]) == len(before["journal"]) + 2
    page = shown(bureau)
    assert [line["task_no"] for line in page["batches"]] == [bureau.notes.task_no, added]
    assert [(line["what"], line["task_no"], line["reason"]) for line in page["changes"]] == [
        ("增加批次", added, REASON)
    ]


def test_a_batch_of_a_plan_not_yet_approved_takes_no_reason(opening: Opening) -> None:
    bureau = opening("planned")
    assert refusal(bureau.desk("officer").post(batches(bureau), batch(reason=REASON)))[:2] == (422, "/reason")


def test_a_cancelled_batch_is_never_committed_and_its_cancelling_is_published(opening: Opening) -> None:
    bureau = opening("approved")
    path = f"/api/v1/batches/{bureau.notes.task_no}/cancellation"
    asked = made(bureau.desk("officer").post(path, {"reason": "与其他部门重复"}))
    made(decide(bureau, asked["change_id"]))
    page = shown(bureau)
    assert [(line["state"], line["cancelled_on"]) for line in page["batches"]] == [("cancelled", "2020-08-24")]
    assert [(line["what"], line["reason"]) for line in page["changes"]] == [("取消批次", "与其他部门重复")]
    refused = bureau.desk("officer").post(f"/api/v1/batches/{bureau.notes.task_no}/commitment", bureau.terms())
    assert (refused.status_code, refused.json()["code"]) == (409, "batch_state")


def test_a_change_of_a_batch_by_risk_tells_no_class(opening: Opening) -> None:
    """Not even a class of before, once the batch is no longer by risk."""
    bureau = opening("approved")
    first = {"stratify": "risk", "quotas": {"default": {"ratio": "0.5"}, "strata": {"特高风险": {"ratio": "1"}}}}
    made(decide(bureau, made(ask(bureau, first))["change_id"]))
    second = {"stratify": "whole", "quotas": {"default": {"ratio": "0.5"}}}
    made(decide(bureau, made(ask(bureau, second))["change_id"]))
    for path in (f"/plans/{bureau.notes.plan_no}", f"/plans/{bureau.notes.plan_no}.json"):
        page = bureau.public.get(path)
        assert page.is_success
        assert "特高风险" not in page.text
        assert "等级不公开" in page.text


def test_the_public_sees_no_plan_and_no_batch_before_their_approval(opening: Opening) -> None:
    bureau = opening("planned")
    assert bureau.public.get(f"/plans/{bureau.notes.plan_no}").status_code == 404
    assert made(bureau.public.get("/plans.json"))["years"] == []
    made(bureau.desk("approver").post(f"/api/v1/plans/{bureau.notes.plan_no}/approval"))
    assert shown(bureau)["batches"] == []
