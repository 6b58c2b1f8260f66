"""Builders: a small bureau, as far along as a test needs it; every stage is played through the service, over HTTP.

The bureau has nine operators (six of them the frame of its batch), nine inspectors of two departments, and one person
for a role, two where a rule needs a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import httpx
from sqlalchemy import Table

from app.auth import issue_key
from app.keys import new_secret
from app.models import METADATA
from app.record import SYSTEM
from app.service import Service
from registry.people import Role, add_person
from sampling.names import DrawId, Party
from sampling.seed import secret_digest
from tests.desks import Desk, SetClock, made
from tests.papers import ITEMS, batch, document, finding, item, notice, plan
from tests.rosters import INSPECTORS, inspectors_csv, operators_csv

STAGES = (
    "empty",
    "staffed",
    "planned",
    "approved",
    "committed",
    "executed",
    "arrived",
    "filed",
    "reviewed",
    "published",
)
"""How far a bureau can be along; each stage holds those before it."""

FRAME = range(1, 7)
PUBLIC_VALUE = "352614163425616263541325246135"
PEOPLE: Mapping[str, tuple[Role, ...]] = {
    "administrator": (Role.ADMINISTRATOR,),
    "registrar": (Role.REGISTER_OFFICER,),
    "officer": (Role.DRAW_OFFICER,),
    "officer2": (Role.DRAW_OFFICER,),
    "approver": (Role.APPROVER,),
    "approver2": (Role.APPROVER,),
    "reviewer": (Role.REVIEWER,),
    "reviewer2": (Role.REVIEWER,),
    "publisher": (Role.PUBLISHER,),
    "publisher2": (Role.PUBLISHER,),
    "reader": (Role.DEPARTMENT_READER,),
    "supervisor": (Role.SUPERVISOR,),
}
INSPECTOR_ROLES: tuple[Role, ...] = (Role.INSPECTOR,)


@dataclass
class Notes:
    """What a bureau knows of itself beside its database: keys of its people, numbers, the other party's secret."""

    keys: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    instant: str = "2020-08-03T09:00:00+08:00"
    sealed: bool = False
    plan_no: str = ""
    task_no: str = ""
    draw_id: str = ""
    secret: str = ""
    visits: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


@dataclass
class Bureau:
    """A service with its people; each step of ``STAGES`` is a method that plays it over HTTP."""

    service: Service
    clock: SetClock
    client: httpx.Client
    notes: Notes

    @cached_property
    def public(self) -> Desk:
        """Return somebody without a key."""
        return Desk(self.client)

    def desk(self, name: str) -> Desk:
        """Return a person's desk."""
        return Desk(self.client, self.notes.keys[name], self.notes.people[name])

    def hire(self, name: str, *roles: Role, inspector_no: str | None = None) -> Desk:
        """Add a person with a key, as the command line does."""
        recorder = self.service.recorder
        person_id = recorder.record(
            SYSTEM,
            lambda act: (
                add_person(act, name=f"姓名·{name}", department=None, roles=roles, inspector_no=inspector_no).person_id
            ),
        ).body
        self.notes.people[name] = person_id
        self.notes.keys[name] = self.another_key(person_id)
        return self.desk(name)

    def another_key(self, person_id: str) -> str:
        """Issue one more key to a person and return it."""
        return self.service.recorder.record(SYSTEM, lambda act: issue_key(act, person_id)[1]).body

    def staffed(self) -> None:
        """Fill the register and give everybody a key."""
        for name, roles in PEOPLE.items():
            self.hire(name, *roles)
        registrar = self.desk("registrar")
        for code in ("market", "cyber"):
            made(registrar.post("/api/v1/departments", {"code": code, "name": f"部门·{code}"}))
        made(registrar.post("/api/v1/imports/operators", operators_csv()))
        made(registrar.post("/api/v1/imports/inspectors", inspectors_csv()))
        for own in INSPECTORS:
            self.hire(own, *INSPECTOR_ROLES, inspector_no=own)
        for code in ITEMS:
            made(registrar.post("/api/v1/items", item(code)))

    def planned(self) -> None:
        """Draft the plan and its batch."""
        self.clock.set("2020-08-24")
        officer = self.desk("officer")
        self.notes.plan_no = made(officer.post("/api/v1/plans", plan()))["plan_no"]
        path = f"/api/v1/plans/{self.notes.plan_no}/batches"
        self.notes.task_no = made(officer.post(path, batch(sealed=self.notes.sealed)))["task_no"]

    def approved(self) -> None:
        """Approve the plan and its batch."""
        made(self.desk("approver").post(f"/api/v1/plans/{self.notes.plan_no}/approval"))
        made(self.desk("approver").post(f"/api/v1/batches/{self.notes.task_no}/approval"))

    def committed(self) -> None:
        """Commit the draw."""
        self.clock.set("2020-08-31")
        path = f"/api/v1/batches/{self.notes.task_no}/commitment"
        self.notes.draw_id = made(self.desk("officer").post(path, self.terms()))["draw_id"]

    def another_batch(self, *, year: int = 2020, campaign: bool = False, **changes: Any) -> str:  # noqa: ANN401 - JSON
        """Draft and approve one more batch, of a plan of its own, and return its task number."""
        officer, approver = self.desk("officer"), self.desk("approver")
        body = plan(year=year, campaign=campaign, title="另一计划")
        plan_no = made(officer.post("/api/v1/plans", body))["plan_no"]
        task_no: str = made(officer.post(f"/api/v1/plans/{plan_no}/batches", batch(**changes)))["task_no"]
        made(approver.post(f"/api/v1/plans/{plan_no}/approval"))
        made(approver.post(f"/api/v1/batches/{task_no}/approval"))
        return task_no

    def terms(self, draw_id: str | None = None) -> dict[str, Any]:
        """Return what is handed in at commitment, with a fresh secret of the second party for a draw of that id."""
        self.notes.secret = new_secret()
        own = DrawId(draw_id or self.notes.task_no)
        digest = secret_digest(own, Party("supervision"), self.notes.secret, "sha256")
        return {
            "execute_by": "2020-09-01T18:00:00+08:00",
            "open_by": "2020-12-31T18:00:00+08:00",
            "parties": [{"party": "supervision", "digest": digest}],
        }

    def void(self, reason: str = "wrong_terms") -> str:
        """Void the draw by two people and return the id that a redraw bears."""
        path = f"/api/v1/draws/{self.notes.draw_id}/voids"
        asked = made(self.desk("officer").post(path, {"reason": reason, "text": "经过说明"}))["request_id"]
        redraw_id: str = made(self.desk("approver").post(f"{path}/{asked}/confirmation"))["redraw_id"]
        return redraw_id

    def redraw(self) -> None:
        """Void the draw and commit another of the same batch."""
        voided, redraw_id = self.notes.draw_id, self.void()
        path = f"/api/v1/batches/{self.notes.task_no}/commitment"
        terms = self.terms(redraw_id) | {"replaces": voided}
        self.notes.draw_id = made(self.desk("officer").post(path, terms))["draw_id"]

    def at_draw(self, step: str) -> str:
        """Return the address of a step of the draw."""
        return f"/api/v1/draws/{self.notes.draw_id}/{step}"

    def valued(self) -> None:
        """Enter the public value and let another person confirm it."""
        made(self.desk("officer").post(self.at_draw("value"), {"value": PUBLIC_VALUE, "witnesses": ["见证人甲"]}))
        made(self.desk("officer2").post(self.at_draw("value/confirmation"), {"value": PUBLIC_VALUE}))

    def escrowed(self) -> None:
        """Put the other party's envelope on record."""
        escrow = {"holder": "保管人", "place": "档案室", "sealed_on": "2020-08-31"}
        made(self.desk("officer").post(self.at_draw("escrows"), escrow | {"party": "supervision"}))

    def secret(self) -> dict[str, str]:
        """Return what the other party hands in."""
        return {"party": "supervision", "secret": self.notes.secret, "document": "秘密提交单"}

    def handed_in(self) -> None:
        """Play all that comes before the execution: the value, the envelope, the other party's secret."""
        self.valued()
        self.escrowed()
        made(self.desk("supervisor").post(self.at_draw("secrets"), self.secret()))

    def executed(self) -> None:
        """Execute the draw, by another person."""
        self.clock.set("2020-09-01", "10:30")
        self.handed_in()
        made(self.desk("officer2").post(self.at_draw("execution")))
        self.notes.visits = sorted(self.teams())

    def teams(self) -> dict[str, list[str]]:
        """Return visit → inspectors in team order, from their own lists of assignments."""
        found: dict[str, list[str]] = {}
        for own in INSPECTORS:
            for visit in made(self.desk(own).get("/api/v1/assignments")):
                found[visit["visit_id"]] = [seat["inspector_no"] for seat in visit["team"]]
        return found

    def lead(self, visit_id: str) -> Desk:
        """Return the desk of the inspector who leads a visit."""
        return self.desk(self.teams()[visit_id][0])

    def arrived(self) -> None:
        """Approve the list of visits, notify every operator and arrive, all on the day of the draw."""
        self.clock.set("2020-09-01", "15:00")
        made(self.desk("approver").post(f"/api/v1/draws/{self.notes.draw_id}/visits/approval"))
        for visit_id in self.notes.visits:
            self.arrive(visit_id)

    def arrive(self, visit_id: str) -> None:
        """Notify the operator of a visit for today, and arrive with the whole team at once."""
        now = self.clock.instant
        team = self.teams()[visit_id]
        lead = self.desk(team[0])
        path = f"/api/v1/assignments/{visit_id}"
        made(lead.post(f"{path}/notice", {"visit_on": f"{now:%Y-%m-%d}"}))
        met = {"met": "arrived", "happened_at": now.isoformat(), "present": team}
        made(lead.post(f"{path}/attempts", met))

    def settle(self, visit_id: str, finding_id: str) -> None:
        """Let a second inspector of the team confirm a finding, and tell the operator of it."""
        path = f"/api/v1/assignments/{visit_id}"
        team = self.teams()[visit_id]
        filed_by = made(self.desk("supervisor").get(f"/api/v1/findings/{finding_id}"))["filed_by"]
        second = next(self.desk(own) for own in team if self.notes.people[own] != filed_by)
        made(second.post(f"{path}/confirmation", {"finding_id": finding_id}))
        made(second.post(f"{path}/telling", {"told_at": self.clock.instant.isoformat(), "how": "in_person"}))

    def filed(self) -> None:
        """File every visit, confirm it and tell the operator; the first has a problem."""
        self.clock.set("2020-09-15", "16:00")
        for place, visit_id in enumerate(self.notes.visits):
            filing = finding(problem=place == 0)
            answer = made(self.lead(visit_id).post(f"/api/v1/assignments/{visit_id}/findings", filing))
            self.notes.findings.append(answer["finding_id"])
            self.settle(visit_id, answer["finding_id"])

    def reviewed(self) -> None:
        """Approve every finding."""
        self.clock.set("2020-09-22")
        for each in self.notes.findings:
            made(self.desk("reviewer").post(f"/api/v1/findings/{each}/review", {"approved": True}))

    def published(self) -> None:
        """Publish every result; a sealed draw is opened first."""
        self.clock.set("2020-09-23")
        if self.notes.sealed:
            made(self.desk("approver").post(f"/api/v1/draws/{self.notes.draw_id}/opening"))
        for each in self.notes.findings:
            made(self.desk("publisher").post(f"/api/v1/findings/{each}/publication"))

    def clear(self, penalty_id: str, *, by: str = "reviewer2", named: str = "", **decided: Any) -> Any:  # noqa: ANN401 - JSON
        """Bring a penalty through the gate: its document, the notice to the party, the review; return the review."""
        path = f"/api/v1/penalties/{penalty_id}"
        penalty = made(self.desk("supervisor").get(path))
        day = penalty["decided_on"]
        paper = document(penalty["decision_no"], named=named, delivered_on=day)
        entered = made(self.desk("approver").post(f"{path}/document", paper))
        made(self.desk("approver").post(f"{path}/notice", notice(told_on=day)))
        review = {"version": entered["version"], "approved": True} | decided
        return made(self.desk(by).post(f"{path}/review", review))

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table."""
        with self.service.database.reading() as session:
            run = session.connection().exec_driver_sql
            return {name: sorted(map(tuple, run(query)), key=repr) for name, query in READ_ALL.items()}


def _read_all(table: Table) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return f'SELECT {names} FROM "{table.name}"'  # noqa: S608 - our own names


READ_ALL = {table.name: _read_all(table) for table in METADATA.sorted_tables}
"""Plain statements: what SQLAlchemy would compile anew for each database takes longer than the test."""
