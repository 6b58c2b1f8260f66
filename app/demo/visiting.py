"""The visits of the case: approved, announced, made; the drawn ones, and one that a complaint led to."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.demo import case, rosters
from app.demo.staff import Bureau, say

Visits = Mapping[int, dict[str, Any]]
"""Number of a drawn visit → the visit as its leading inspector reads it."""


def approve_and_notify(bureau: Bureau, draw_id: str) -> Visits:
    """Let the head of the agency approve the list, and every leading inspector notify the operators."""
    bureau.clock.set(case.at("2020-09-02"))
    path = f"/api/v1/draws/{draw_id}/visits/approval"
    approved = bureau.staff["approver"].post(path, once="demo-approve-visits")["approved"]
    visits = _assignments(bureau)
    for number, visit in visits.items():
        _notify(bureau, visit, case.visit_day(number))
    say("审批和通知", f"{approved} 户，先审批，后通知")
    return visits


def inspect(bureau: Bureau, visits: Visits) -> dict[int, str]:
    """Let every team arrive, file, confirm and tell the operator; return visit number → finding."""
    found = {number: _visit(bureau, visit, case.visit_day(number), number) for number, visit in visits.items()}
    say("检查", f"{len(found)} 户，各由检查人员提交结果，另一人确认，并告知经营者")
    return found


def follow_complaint(bureau: Bureau, visits: Visits) -> None:
    """Play one visit that no draw caused: asked for, approved by another, made, and published as what it is."""
    officer, approver = bureau.staff["draw_officer"], bureau.staff["approver"]
    bureau.clock.set(case.at("2020-10-12"))
    team = [seat["inspector_no"] for seat in visits[1]["team"] if seat["department"] == "market"]
    visit = officer.post("/api/v1/visits", case.complaint(team), once="demo-request-visit")
    path = f"/api/v1/visits/{visit['visit_id']}/decision"
    approver.post(path, {"approved": True}, once="demo-approve-visit")
    day = date(2020, 10, 14)
    _notify(bureau, bureau.staff[team[0]].get(f"/api/v1/assignments/{visit['visit_id']}"), day)
    finding = _visit(bureau, visit, day)
    bureau.clock.set(case.at("2020-10-16"))
    bureau.staff["reviewer"].post(f"/api/v1/findings/{finding}/review", {"approved": True}, once="demo-review-visit")
    bureau.staff["publisher"].post(f"/api/v1/findings/{finding}/publication", once="demo-publish-visit")
    say("投诉举报", "检查一户，标明非双随机抽取，不计入抽查数字")


def _assignments(bureau: Bureau) -> Visits:
    """Let the leading inspector of every visit fetch it; return visit number → visit."""
    led: dict[int, dict[str, Any]] = {}
    for department, count in rosters.INSPECTORS.items():
        for number in range(1, count + 1):
            own = rosters.inspector_no(department, number)
            for visit in bureau.staff[own].get("/api/v1/assignments"):
                if visit["team"][0]["inspector_no"] == own:
                    led[int(visit["visit_id"].rpartition("-")[2])] = visit
    return dict(sorted(led.items()))


def _notify(bureau: Bureau, visit: dict[str, Any], day: date) -> None:
    lead = bureau.staff[visit["team"][0]["inspector_no"]]
    calling = {"visit_on": day.isoformat(), "manner": "onsite", "place": visit["address"]}
    path = f"/api/v1/assignments/{visit['visit_id']}/notice"
    lead.post(path, calling, once=f"demo-notice-{visit['visit_id']}")


def _visit(bureau: Bureau, visit: dict[str, Any], day: date, number: int | None = None) -> str:
    """Arrive, file, confirm and tell; ``number`` is the place of a drawn visit, by which the case has problems."""
    visit_id, team = visit["visit_id"], [seat["inspector_no"] for seat in visit["team"]]
    lead, second = bureau.staff[team[0]], bureau.staff[team[1]]
    path = f"/api/v1/assignments/{visit_id}"
    bureau.reach(day, "09:30")
    met = {"met": "arrived", "happened_at": bureau.clock.now().isoformat(), "present": team}
    lead.post(f"{path}/attempts", met, once=f"demo-arrive-{visit_id}")
    bureau.reach(day, "16:00")
    outcomes = [{"item": item["code"], "outcome": case.CLEAR} for item in visit["items"]]
    problem = case.PROBLEMS.get(number) if number else None
    if problem:
        outcomes = [dict(problem) if line["item"] == problem["item"] else line for line in outcomes]
    filing = {"inspected_on": day.isoformat(), "outcomes": outcomes}
    filed = lead.post(f"{path}/findings", filing, once=f"demo-file-{visit_id}")
    finding = str(filed["finding_id"])
    second.post(f"{path}/confirmation", {"finding_id": finding}, once=f"demo-confirm-{visit_id}")
    told = {"told_at": bureau.clock.now().isoformat(), "how": "in_person"}
    lead.post(f"{path}/telling", told, once=f"demo-tell-{visit_id}")
    return finding
