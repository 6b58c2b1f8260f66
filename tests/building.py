"""Builders: a small bureau on a fresh database, as far along as a test needs it, with a clock that the test sets.

The bureau has nine operators (six of them the frame of its batch), nine inspectors of two departments, and one person
for a role, two where a rule needs a second. Every stage is played once a session through the service itself, over
HTTP, and kept as a template; a test gets a copy of the template's database and key file.
"""

import csv
import io
import json
import shutil
import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import httpx
import uvicorn
from sqlalchemy import Table

from app.auth import issue_key
from app.db import Database
from app.keys import new_secret
from app.main import create_app, open_service
from app.models import METADATA
from app.record import SYSTEM, Recorder
from app.schema import migrate
from app.service import Service
from app.settings import Settings
from registry import inspectors, operators
from registry.base import SHANGHAI
from registry.credit_code import check_digit
from registry.people import Role, add_person
from sampling.names import DrawId, Party
from sampling.seed import secret_digest
from tests.postgres import Cluster

with warnings.catch_warnings():
    # Starlette would rather have a successor of httpx that this project does not use.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

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

AUTHORITY = "测试市场监督管理局"
ITEMS = ("M01", "M02", "C01")
FRAME = range(1, 7)
NOT_TRADING, DEREGISTERED, OTHER_KIND = 7, 8, 9
PUBLIC_VALUE = "352614163425616263541325246135"
PROBLEM = "首页未公示平台服务协议"
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
INSPECTORS = (*(f"market-{n}" for n in range(1, 6)), *(f"cyber-{n}" for n in range(1, 5)))
INSPECTOR_ROLES: tuple[Role, ...] = (Role.INSPECTOR,)
EXPIRING = "market-5"
"""The one whose certificate ends within the plan's period."""

_names = count(1)
_keys = count(1)


def at(day: str, clock: str = "09:00") -> datetime:
    """Return an instant in the time of China."""
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=SHANGHAI)


class SetClock:
    """A clock that stands where the test sets it."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        """Return the instant in UTC."""
        return self.instant.astimezone(UTC)

    def set(self, day: str, clock: str = "09:00") -> None:
        """Move the clock, either way."""
        self.instant = at(day, clock)


@dataclass(frozen=True)
class Desk:
    """Where one person works: a client and their key; the public has none."""

    client: httpx.Client
    key: str | None = None
    person_id: str = ""

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Read; ``headers`` with underscores for hyphens."""
        return self.client.get(path, headers=self._headers(headers))

    def post(self, path: str, body: Any = None, *, once: str | None = "new", **headers: str) -> httpx.Response:  # noqa: ANN401 - JSON
        """Act. ``once`` is the idempotency key: by default a new one, with None there is no header."""
        sent = self._headers(headers)
        if once is not None:
            sent["Idempotency-Key"] = f"test-key-{next(_keys):06d}" if once == "new" else once
        if isinstance(body, bytes):
            return self.client.post(path, content=body, headers={"Content-Type": "text/csv"} | sent)
        return self.client.post(path, json=body, headers=sent)

    def patch(self, path: str, body: Any) -> httpx.Response:  # noqa: ANN401 - JSON
        """Change."""
        return self.client.patch(path, json=body, headers=self._headers({}))

    def delete(self, path: str) -> httpx.Response:
        """Delete."""
        return self.client.delete(path, headers=self._headers({}))

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        own = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return own | {name.replace("_", "-"): value for name, value in more.items()}


def made(answer: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    """Return the body of an answer that must be a success."""
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
    return answer.json()


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

    def terms(self) -> dict[str, Any]:
        """Return what is handed in at commitment, with a fresh secret of the second party."""
        self.notes.secret = new_secret()
        digest = secret_digest(DrawId(self.notes.task_no), Party("supervision"), self.notes.secret, "sha256")
        return {
            "execute_by": "2020-09-01T18:00:00+08:00",
            "open_by": "2020-12-31T18:00:00+08:00",
            "parties": [{"party": "supervision", "digest": digest}],
        }

    def handed(self) -> dict[str, Any]:
        """Return what is handed in at execution."""
        return {
            "secrets": [{"party": "supervision", "secret": self.notes.secret}],
            "public_value": PUBLIC_VALUE,
            "witnesses": ["见证人甲"],
        }

    def executed(self) -> None:
        """Execute the draw, by another person."""
        self.clock.set("2020-09-01", "10:30")
        made(self.desk("officer2").post(f"/api/v1/draws/{self.notes.draw_id}/execution", self.handed()))
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


class Shelf(Protocol):
    """Where databases come from: templates and their copies."""

    def copy(self, template: str | None, name: str) -> str:
        """Make a database, empty or as a copy, and return its address."""
        ...

    def drop(self, name: str) -> None:
        """Drop a copy."""
        ...


@dataclass(frozen=True)
class SqliteShelf:
    """Databases as files of one directory."""

    directory: Path

    def copy(self, template: str | None, name: str) -> str:
        """Copy a file that nobody has open."""
        path = self.directory / f"{name}.db"
        if template:
            shutil.copyfile(self.directory / f"{template}.db", path)
        return f"sqlite:///{path}"

    def drop(self, name: str) -> None:
        """Delete the file."""
        for path in self.directory.glob(f"{name}.db*"):
            path.unlink()


@dataclass(frozen=True)
class PostgresShelf:
    """Databases of one cluster."""

    cluster: Cluster

    def copy(self, template: str | None, name: str) -> str:
        """Copy a database that nobody is connected to."""
        return self.cluster.create_database(name, template)

    def drop(self, name: str) -> None:
        """Drop the database."""
        self.cluster.drop_database(name)


@dataclass
class Workshop:
    """Templates of every stage, each made when it is first asked for, and copies of them."""

    shelf: Shelf
    directory: Path
    templates: dict[tuple[str, bool], tuple[str, str]] = field(default_factory=dict)
    clients: list[TestClient] = field(default_factory=list)
    """Applications that no bureau uses now; they are handed on, as making the routes takes a tenth of a second."""
    stack: ExitStack = field(default_factory=ExitStack)

    @contextmanager
    def bureau(self, stage: str, *, sealed: bool = False) -> Iterator[Bureau]:
        """Open a copy of a template; it is gone afterwards."""
        template, notes = self._template(stage, sealed=sealed)
        name = f"{template}_{next(_names)}"
        with self._open(name, template, Notes(**json.loads(notes))) as found:
            yield found
        self.shelf.drop(name)

    def _template(self, stage: str, *, sealed: bool) -> tuple[str, str]:
        if (stage, sealed) not in self.templates:
            name = f"{'sealed' if sealed else 'plain'}_{stage}"
            place = STAGES.index(stage)
            before, notes = self._template(STAGES[place - 1], sealed=sealed) if place else (None, "{}")
            with self._open(name, before, replace(Notes(**json.loads(notes)), sealed=sealed)) as bureau:
                if place:
                    getattr(bureau, stage)()
                bureau.notes.instant = bureau.clock.instant.isoformat()
                kept = json.dumps(vars(bureau.notes))
            self.templates[stage, sealed] = (name, kept)
        return self.templates[stage, sealed]

    @contextmanager
    def _open(self, name: str, template: str | None, notes: Notes) -> Iterator[Bureau]:
        settings = Settings(
            database_url=self.shelf.copy(template, name), data_dir=self.directory / name, authority=AUTHORITY
        )
        settings.data_dir.mkdir()
        if template:
            shutil.copy2(self.directory / template / "service.key", settings.data_dir)
        else:
            fresh = Database(settings.database_url)
            migrate(fresh)
            fresh.close()
        clock = SetClock(datetime.fromisoformat(notes.instant))
        service = service_over(settings, clock)
        client = self.clients.pop() if self.clients else self._client(service)
        client.app.state.service = service  # type: ignore[attr-defined]
        try:
            yield Bureau(service, clock, client, notes)
        finally:
            service.database.close()
            self.clients.append(client)

    def _client(self, service: Service) -> TestClient:
        client = TestClient(create_app(service), raise_server_exceptions=False)
        return self.stack.enter_context(client)


def service_over(settings: Settings, clock: SetClock) -> Service:
    """Return a service as the program opens it, but with the test's clock."""
    service = open_service(settings)
    return replace(service, clock=clock, recorder=Recorder(service.database, clock))


Opening = Callable[..., Bureau]
"""``opening(stage, sealed=False)``: a bureau for the length of one test."""


def opening_of(workshop: Workshop, enter: Callable[[AbstractContextManager[Bureau]], Bureau]) -> Opening:
    """Return a function that opens bureaus and leaves closing them to ``enter``'s stack."""
    return lambda stage, *, sealed=False: enter(workshop.bureau(stage, sealed=sealed))


def credit_code(number: int) -> str:
    """Return the fictional credit code of the n-th operator."""
    first17 = f"91140105FAKE{number:04d}X"
    return first17 + check_digit(first17)


def operator(number: int, **changes: str) -> dict[str, str]:
    """Return one operator as a row of an import."""
    row = {
        "credit_code": credit_code(number),
        "register_no": "",
        "name": f"虚构经营者{number:03d}",
        "natural_person": "否",
        "kind": "电商平台经营者" if number != OTHER_KIND else "微商",
        "status": "存续" if number != DEREGISTERED else "注销",
        "status_on": "",
        "trading": "是" if number != NOT_TRADING else "否",
        "area": "140105",
        "address": f"虚构路{number}号",
        "legal_representative": f"法人{number}",
        "contact_name": f"联系人{number}",
        "contact_phone": f"000-{number:08d}",
        "platform_name": f"平台{number}",
        "site_name": "",
        "domain": f"p{number}.example",
        "icp_no": "",
        "shop_id": "",
        "shop_url": "",
        "risk_class": "",
        "risk_month": "",
        "risk_source": "",
        "abnormal_on": "",
        "serious_on": "",
        "last_inspected_on": "",
    }
    return row | changes


def inspector(own: str, **changes: str) -> dict[str, str]:
    """Return one inspector as a row of an import."""
    row = {
        "inspector_no": own,
        "name": f"检查员·{own}",
        "department": own.partition("-")[0],
        "area": "140000",
        "certificate_no": f"证{own}",
        "certificate_from": "2019-01-01",
        "certificate_until": "2020-10-31" if own == EXPIRING else "2023-12-31",
        "status": "在岗",
        "fields": "网络交易",
        "tags": "",
    }
    return row | changes


def operators_csv(rows: Iterable[Mapping[str, str]] | None = None) -> bytes:
    """Return operators as CSV with Chinese headings; by default all nine."""
    return sheet(operators.HEADINGS, rows or [operator(number) for number in range(1, 10)])


def inspectors_csv(rows: Iterable[Mapping[str, str]] | None = None) -> bytes:
    """Return inspectors as CSV with Chinese headings; by default all nine."""
    return sheet(inspectors.HEADINGS, rows or [inspector(own) for own in INSPECTORS])


def sheet(headings: Mapping[str, str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return rows as CSV under the given headings (heading → column)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows([row[column] for column in headings.values()] for row in rows)
    return text.getvalue().encode()


def item(code: str, **changes: str) -> dict[str, str]:
    """Return an item as the API takes it."""
    row = {
        "code": code,
        "name": f"事项{code}",
        "basis": "《电子商务法》第十五条",
        "method": "网络检查",
        "level": "general",
        "department": "market" if code.startswith("M") else "cyber",
    }
    return row | changes


def plan(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a year's plan as the API takes it."""
    return {"year": 2020, "title": "2020年度抽查工作计划", "basis": "测市监发〔2020〕1号"} | changes


def batch(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a batch as the API takes it: half of the platforms of the province, two inspectors of each department."""
    whole: dict[str, Any] = {
        "title": "2020年平台经营者抽查",
        "kinds": ["platform"],
        "areas": ["140000"],
        "targeted": True,
        "criteria": [{"criterion": "trading"}],
        "stratify": "whole",
        "quotas": {"default": {"ratio": "0.5"}},
        "ratio_basis": "年度计划",
        "team": [{"department": "market", "seats": 2}, {"department": "cyber", "seats": 2}],
        "items": list(ITEMS),
        "period_from": "2020-09-01",
        "period_to": "2020-12-31",
        "sealed": False,
        "public_source": {"kind": "witnessed", "what": "掷骰三十枚", "alphabet": "123456", "length": 30},
    }
    return whole | changes


def finding(*, problem: bool = False, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a finding as the API takes it, one outcome an item."""
    outcomes: list[dict[str, str]] = [{"item": code, "outcome": "no_problem"} for code in ITEMS]
    if problem:
        outcomes[1] = {"item": "M02", "outcome": "problem_pending", "text": PROBLEM, "follow_up": "case_opened"}
    return {"inspected_on": "2020-09-15", "outcomes": outcomes} | changes


def visit_request(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a visit that no draw caused, as the API takes it: a complaint about an operator outside the frame."""
    whole: dict[str, Any] = {
        "cause": "complaint",
        "source_no": "测举报2020091500001",
        "title": "投诉举报核查",
        "reason": "举报称首页未公示营业执照信息",
        "unit_id": credit_code(NOT_TRADING),
        "items": ["M01"],
        "team": ["market-1", "market-2"],
        "period_from": "2020-09-15",
        "period_to": "2020-09-30",
    }
    return whole | changes


def penalty(finding_id: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a penalty decision as the API takes it."""
    whole: dict[str, Any] = {
        "finding_id": finding_id,
        "decision_no": "测市监处罚〔2020〕1号",
        "procedure": "ordinary",
        "violation": "未持续公示平台服务协议",
        "facts": "首页显著位置未公示平台服务协议和交易规则。",
        "basis": "《电子商务法》第八十一条第一款第(一)项",
        "kinds": ["fine"],
        "content": "罚款人民币2万元",
        "fine_fen": 2000000,
        "department": "market",
        "decided_on": "2020-09-22",
    }
    return whole | changes


@contextmanager
def serving(bureau: Bureau) -> Iterator[str]:
    """Serve a bureau on the loopback address, as the program does, and return the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(bureau.service), log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def at_once(address: str, requests: Sequence[httpx.Request]) -> list[httpx.Response]:
    """Send every request from a client and a thread of its own, all let go at the same moment."""
    gate = threading.Barrier(len(requests))
    trust = ssl.create_default_context()  # made once: to read the machine's certificates 64 times takes seconds

    def send(request: httpx.Request) -> httpx.Response:
        with httpx.Client(timeout=120, verify=trust) as client:
            request.url = httpx.URL(address).join(request.url.path)
            request.headers["Host"] = request.url.netloc.decode()
            gate.wait()
            return client.send(request)

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(send, requests))
