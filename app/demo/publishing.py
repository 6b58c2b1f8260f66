"""What became of the visits of the case: reviewed and published, fined where a case was opened, and one case closed."""

from collections.abc import Mapping
from typing import Any

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
        path = f"/api/v1/penalties/{decided['penalty_id']}"
        _clear(bureau, path, case.document(decided, number), number)
        publisher.post(f"{path}/publication", once=f"demo-fine-{number:02d}")
    say("处罚", f"{len(case.PENALTIES)} 件，送达告知、审查遮盖后公示")
    bureau.clock.set(case.at("2020-12-10"))
    closing = {"closed_on": "2020-12-10", "how": "罚款已缴纳，问题已改正（演示）"}
    approver.post(f"{next(iter(matters.values()))}/closing", closing, once="demo-close-case")
    say("后续处理", f"立案 {len(matters)} 件，办结 1 件")
    bureau.clock.set(case.at("2020-12-18"))


def _clear(bureau: Bureau, path: str, text: str, number: int) -> None:
    """Enter the delivered document and the notice, and let a reviewer decide every stretch that is proposed."""
    approver, reviewer = bureau.staff["approver"], bureau.staff["reviewer"]
    delivery = {"text": text, "delivered_on": "2020-11-20"}
    approver.post(f"{path}/document", delivery, once=f"demo-document-{number:02d}")
    notice = {"told_on": "2020-11-20", "how": "in_document", "reference": "决定书末页（演示）"}
    approver.post(f"{path}/notice", notice, once=f"demo-notice-{number:02d}-penalty")
    found = reviewer.get(f"{path}/proposals")
    decisions = [_decide(each) for each in found["proposals"]]
    review = {"version": found["version"], "approved": True, "opinion": case.OPINION, "decisions": decisions}
    reviewer.post(f"{path}/review", review, once=f"demo-clear-{number:02d}")


def _decide(proposal: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the telephone of the office, which is public, and remove everything else."""
    place = {name: proposal[name] for name in ("text", "start", "end")}
    keep = proposal["words"] in case.OFFICE_PHONE
    return place | {"remove": not keep, "reason": "本机关办公电话，应当公开（演示）" if keep else ""}
