"""What became of the visits of the case: reviewed and published, fined where a case was opened, and one case closed."""

from collections.abc import Mapping

from app.demo import case
from app.demo.staff import Bureau, say
from app.demo.visiting import Visits


def publish(bureau: Bureau, findings: Mapping[int, str]) -> None:
    """Let a reviewer who was not there approve every finding, and publish the results."""
    reviewer, publisher = bureau.staff["reviewer"], bureau.staff["publisher"]
    bureau.clock.set(case.at("2020-10-09"))
    for number, finding in findings.items():
        reviewer.post(f"/api/v1/findings/{finding}/review", {"approved": True}, once=f"demo-review-{number:02d}")
    say("审核", f"{len(findings)} 份结果，由未参加检查的人审核")
    bureau.clock.set(case.at("2020-10-10"))
    for number, finding in findings.items():
        publisher.post(f"/api/v1/findings/{finding}/publication", once=f"demo-publish-{number:02d}")
    say("公示", f"{len(findings)} 份结果")


def punish(bureau: Bureau, visits: Visits, findings: Mapping[int, str]) -> None:
    """Open the cases, decide and publish the penalties, and close the case that has run its course."""
    reviewer, publisher, approver = (bureau.staff[title] for title in ("reviewer", "publisher", "approver"))
    bureau.clock.set(case.at("2020-10-19"))
    matters = {
        number: f"/api/v1/followups/{visits[number]['visit_id']}/{case.PROBLEMS[number]['item']}"
        for number in case.PENALTIES
    }
    for number, path in matters.items():
        opened = {
            "step": "case_opened",
            "happened_on": "2020-10-19",
            "reference": f"（演示）市监立〔2020〕{number}号",
        }
        reviewer.post(f"{path}/steps", opened, once=f"demo-case-{number:02d}")
    for number, penalty in case.PENALTIES.items():
        bureau.clock.set(max(case.at("2020-11-20"), bureau.clock.now()))
        decision = dict(penalty) | {
            "finding_id": findings[number],
            "procedure": "ordinary",
            "kinds": ["fine"],
            "department": "market",
            "decided_on": "2020-11-20",
        }
        decided = approver.post("/api/v1/penalties", decision, once=f"demo-penalty-{number:02d}")
        publisher.post(f"/api/v1/penalties/{decided['penalty_id']}/publication", once=f"demo-fine-{number:02d}")
    say("处罚", f"{len(case.PENALTIES)} 件，决定后公示")
    bureau.clock.set(case.at("2020-12-10"))
    closing = {"closed_on": "2020-12-10", "how": "罚款已缴纳，问题已改正（演示）"}
    approver.post(f"{next(iter(matters.values()))}/closing", closing, once="demo-close-case")
    say("后续处理", f"立案 {len(matters)} 件，办结 1 件")
    bureau.clock.set(case.at("2020-12-18"))
