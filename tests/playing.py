"""Plays the steps of one visit that no draw caused, each by the person whose step it is, over HTTP."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import httpx

from registry.steps import Step, VisitState
from tests.building import Bureau
from tests.desks import Desk, made
from tests.papers import visit_request
from tests.workshop import Opening

DAY = "2020-09-15"
TEAM = ("market-1", "market-2")
OUTCOMES: Mapping[Step, str] = {
    Step.ARRIVED: "problem_pending",
    Step.REFUSED: "uncooperative",
    Step.NOT_FOUND: "unreachable",
    Step.MOVED: "deregistered_or_moved",
}
"""What is filed by default after what was met."""

_ON_THE_WAY = (Step.APPROVED, Step.NOTIFIED)
_CONFIRMED = (*_ON_THE_WAY, Step.ARRIVED, Step.FILED, Step.CONFIRMED)
WAYS: Mapping[VisitState, Sequence[Step]] = {
    VisitState.ASSIGNED: (),
    VisitState.APPROVED: (Step.APPROVED,),
    VisitState.REJECTED: (Step.REJECTED,),
    VisitState.CANCELLED: (Step.CANCELLED,),
    VisitState.NOTIFIED: _ON_THE_WAY,
    VisitState.POSTPONED: (*_ON_THE_WAY, Step.POSTPONED),
    VisitState.ARRIVED: (*_ON_THE_WAY, Step.ARRIVED),
    VisitState.REFUSED: (*_ON_THE_WAY, Step.REFUSED),
    VisitState.NOT_FOUND: (*_ON_THE_WAY, Step.NOT_FOUND),
    VisitState.MOVED: (*_ON_THE_WAY, Step.MOVED),
    VisitState.FILED: (*_ON_THE_WAY, Step.ARRIVED, Step.FILED),
    VisitState.CONFIRMED: _CONFIRMED,
    VisitState.RETURNED: (*_CONFIRMED, Step.RETURNED),
    VisitState.PASSED: (*_CONFIRMED, Step.PASSED),
}
"""A way into every state."""


@dataclass
class Play:
    """One visit as it is played; ``met`` is what the team met last, ``findings`` what it filed."""

    bureau: Bureau
    visit_id: str
    met: Step = Step.ARRIVED
    findings: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Return the address of the visit for its team."""
        return f"/api/v1/assignments/{self.visit_id}"

    @property
    def lead(self) -> Desk:
        """Return the desk of the leading inspector."""
        return self.bureau.desk(TEAM[0])

    @property
    def second(self) -> Desk:
        """Return the desk of the other inspector."""
        return self.bureau.desk(TEAM[1])

    def state(self) -> str:
        """Return where the visit stands, as a supervisor reads it."""
        return str(made(self.bureau.desk("supervisor").get(f"/api/v1/visits/{self.visit_id}"))["state"])

    def take(self, step: Step) -> httpx.Response:
        """Take one step as it is usually taken."""
        return TAKEN[step](self)

    def through(self, *steps: Step) -> "Play":
        """Take steps that must succeed, one after another."""
        for step in steps:
            made(self.take(step))
        return self

    def decide(self, step: Step) -> httpx.Response:
        """Approve or reject."""
        body = {"approved": step is Step.APPROVED, "reason": "线索不实"}
        return self.bureau.desk("approver").post(f"/api/v1/visits/{self.visit_id}/decision", body)

    def cancel(self) -> httpx.Response:
        """Cancel."""
        path = f"/api/v1/visits/{self.visit_id}/cancellation"
        return self.bureau.desk("approver2").post(path, {"reason": "举报人撤回"})

    def notify(self, day: str = DAY) -> httpx.Response:
        """Issue the notice."""
        return self.lead.post(f"{self.path}/notice", {"visit_on": day, "place": "虚构路7号"})

    def postpone(self, until: str = "2020-09-20") -> httpx.Response:
        """Put it off."""
        return self.lead.post(f"{self.path}/postponement", {"until": until, "reason": "负责人住院"})

    def meet(self, step: Step, *, at: str = f"{DAY}T09:00:00+08:00", present: Sequence[str] = TEAM) -> httpx.Response:
        """Set out and meet what there is."""
        body = {"met": step.value, "happened_at": at, "present": list(present), "text": "经过如下"}
        answer = self.lead.post(f"{self.path}/attempts", body)
        if answer.is_success:
            self.met = step
        return answer

    def file(self, outcome: str | None = None) -> httpx.Response:
        """File what the visit found, or a correction of what was filed."""
        line = {"item": "M01", "outcome": outcome or OUTCOMES[self.met], "text": "首页未公示营业执照信息"}
        corrects = {"corrects": self.findings[-1]} if self.findings else {}
        body = {"inspected_on": DAY, "outcomes": [line]} | corrects
        answer = self.lead.post(f"{self.path}/findings", body)
        if answer.is_success:
            self.findings.append(str(answer.json()["finding_id"]))
        return answer

    def confirm(self) -> httpx.Response:
        """Confirm, as the second inspector."""
        return self.second.post(f"{self.path}/confirmation", {"finding_id": self.newest})

    def review(self, *, approved: bool) -> httpx.Response:
        """Review."""
        body = {"approved": approved, "reason": "缺少截图"}
        return self.bureau.desk("reviewer").post(f"/api/v1/findings/{self.newest}/review", body)

    def tell(self) -> httpx.Response:
        """Tell the operator."""
        told = {"told_at": self.bureau.clock.instant.isoformat(), "how": "in_person"}
        return self.lead.post(f"{self.path}/telling", told)

    def publish(self) -> httpx.Response:
        """Publish the newest finding."""
        return self.bureau.desk("publisher").post(f"/api/v1/findings/{self.newest}/publication")

    def replace_operator(self) -> httpx.Response:
        """Ask for an alternate."""
        body = {"reason": "closed", "text": "已停业"}
        return self.lead.post(f"/api/v1/visits/{self.visit_id}/replacement", body)

    def replace_inspector(self) -> httpx.Response:
        """Ask for another in the leading inspector's seat."""
        body = {"reason": "other", "text": "住院"}
        return self.second.post(f"/api/v1/visits/{self.visit_id}/seats/market/1/replacement", body)

    @property
    def newest(self) -> str:
        """Return the newest finding, or a number that nobody has."""
        return self.findings[-1] if self.findings else f"{self.visit_id}-1"


TAKEN: Mapping[Step, Callable[[Play], httpx.Response]] = {
    Step.APPROVED: lambda play: play.decide(Step.APPROVED),
    Step.REJECTED: lambda play: play.decide(Step.REJECTED),
    Step.CANCELLED: Play.cancel,
    Step.NOTIFIED: Play.notify,
    Step.POSTPONED: Play.postpone,
    Step.ARRIVED: lambda play: play.meet(Step.ARRIVED),
    Step.REFUSED: lambda play: play.meet(Step.REFUSED),
    Step.NOT_FOUND: lambda play: play.meet(Step.NOT_FOUND),
    Step.MOVED: lambda play: play.meet(Step.MOVED),
    Step.FILED: Play.file,
    Step.CONFIRMED: Play.confirm,
    Step.RETURNED: lambda play: play.review(approved=False),
    Step.PASSED: lambda play: play.review(approved=True),
    Step.TOLD: Play.tell,
    Step.REPLACED: Play.replace_operator,
    Step.RESEATED: Play.replace_inspector,
}


def requested(opening: Opening, stage: str = "staffed", **changes: object) -> Play:
    """Return a visit that was asked for, in a bureau at its opening hour on the day of the visit."""
    bureau = opening(stage)
    if stage == "staffed":
        bureau.clock.set(DAY, "09:00")
    answer = made(bureau.desk("officer").post("/api/v1/visits", visit_request(**changes)))
    return Play(bureau, answer["visit_id"])


def at_state(opening: Opening, state: VisitState) -> Play:
    """Return a visit in a state."""
    return requested(opening).through(*WAYS[state])
