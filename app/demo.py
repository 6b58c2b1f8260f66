"""The demonstration: plays the Shanxi 2020 case through the real service, over HTTP, with real roles.

Only the clock, the operators and the dice are invented, and the database is marked so that every page says so. All else
is what a bureau would do: each step is a request of the person whose step it is, with that person's key. The only thing
done outside HTTP is what a bureau does on the command line too: migrate, and add the first administrator.
"""

import io
import json
import os
import secrets
import shutil
import socket
import sqlite3
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from app import demo_case as case
from app.auth import issue_key
from app.clock import DemoClock
from app.db import Database
from app.keys import new_secret
from app.main import create_app, open_service
from app.marks import DEMO, mark_demo
from app.record import SYSTEM
from app.schema import migrate
from app.service import Service
from app.settings import Settings
from publicity.tlog.proofs import verify_inclusion
from registry.people import Role, add_person
from sampling.bundle import replay
from sampling.merkle import leaf_hash
from sampling.names import DrawId, Party
from sampling.seed import secret_digest

DATABASE = "double-random.db"
FILES = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", "service.key", "bundle.zip", "figures.json", "keys.json")
EVIDENCE = "evidence"
"""Where files lie that somebody added while the demonstration was served."""
START_SECONDS = 30


class DemoDirectoryError(Exception):
    """The directory holds something that is not an earlier demonstration."""

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f"{directory} 里有不是演示的文件，未作改动。请用 --dir 指定新目录。/ "
            f"{directory} holds files that are no demonstration and was not changed. Name a new directory with --dir."
        )


class StepError(Exception):
    """The service refused a step of the case."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"{answer.request.method} {answer.request.url} -> {answer.status_code}: {answer.text}")


@dataclass(frozen=True)
class Staff:
    """One person's way into the service: a client and their key; the public has none."""

    client: httpx.Client
    key: str | None = None

    def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Read as this person."""
        return _checked(self.client.get(path, headers=self._headers())).json()

    def post(self, path: str, body: Any = None, *, once: str | None = None) -> Any:  # noqa: ANN401 - JSON
        """Act as this person; ``once`` is the idempotency key of a step that needs one."""
        headers = self._headers() | ({"Idempotency-Key": once} if once else {})
        if isinstance(body, str):
            headers["Content-Type"] = "text/csv"
            return _checked(self.client.post(path, content=body.encode(), headers=headers)).json()
        return _checked(self.client.post(path, json=body, headers=headers)).json()

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}


def play(directory: Path, *, serve_after: bool, port: int) -> dict[str, int]:
    """Play the case into a directory and return its figures; with ``serve_after``, serve it until interrupted.

    Leaves the database, ``bundle.zip``, ``figures.json`` and the people's API keys. Raises DemoDirectoryError.
    """
    _clear(directory)
    clock = DemoClock(case.at("2020-07-01"))
    service, administrator = _open(directory, clock)
    with _serving(service, port if serve_after else 0) as (server, address):
        with httpx.Client(base_url=address, timeout=60) as client:
            figures = _Case(client, clock, directory).play(administrator)
        print("  ".join(f"{name} {value}" for name, value in figures.items()))
        if serve_after:
            print(f"\n演示页面 / demonstration: {address}\n停止 / stop: Ctrl-C", flush=True)
            _wait(server)
    return figures


class _Case:
    """The case, step by step."""

    def __init__(self, client: httpx.Client, clock: DemoClock, directory: Path) -> None:
        self.client = client
        self.clock = clock
        self.directory = directory
        self.staff: dict[str, Staff] = {}
        self.keys: dict[str, str] = {}
        self.visits: dict[int, dict[str, Any]] = {}

    def play(self, administrator: str) -> dict[str, int]:
        self.staff["administrator"] = Staff(self.client, administrator)
        self.keys["administrator"] = administrator
        self._hire()
        self._register()
        draw_id = self._draw()
        self._approve_and_notify(draw_id)
        findings = self._inspect()
        self._publish(findings)
        self._follow_complaint()
        self._punish(findings)
        figures = self._figures(draw_id)
        self._keep(draw_id, figures)
        return figures

    def _hire(self) -> None:
        for role in Role:
            if role not in (Role.ADMINISTRATOR, Role.INSPECTOR):
                self._add(role.value, {"name": f"示例·{role.value}", "roles": [role.value]})
        self._add("second_draw_officer", {"name": "示例·second_draw_officer", "roles": ["draw_officer"]})
        _say("人员与密钥", f"{len(self.keys)} 人，各有角色")

    def _add(self, title: str, person: dict[str, Any]) -> None:
        administrator = self.staff["administrator"]
        added = administrator.post("/api/v1/people", person)
        key = administrator.post(f"/api/v1/people/{added['person_id']}/keys")["key"]
        self.staff[title] = Staff(self.client, key)
        self.keys[title] = key

    def _register(self) -> None:
        officer, approver = self.staff["register_officer"], self.staff["approver"]
        for code, name in case.DEPARTMENTS.items():
            officer.post("/api/v1/departments", {"code": code, "name": name})
        report = officer.post("/api/v1/imports/operators", case.operators_csv())
        _say("建库", f"导入经营者 {report['added']} 户")
        report = officer.post("/api/v1/imports/inspectors", case.inspectors_csv())
        _say("建库", f"导入检查人员 {report['added']} 人")
        for department, count in case.INSPECTORS.items():
            for number in range(1, count + 1):
                own = case.inspector_no(department, number)
                person = {"name": f"示例·{own}", "department": department, "roles": ["inspector"], "inspector_no": own}
                self._add(own, person)
        for item in case.ITEMS:
            officer.post("/api/v1/items", dict(item))
        asked = officer.post(
            "/api/v1/recusals",
            {
                "inspector_no": case.inspector_no("market", 1),
                "unit_id": case.operator_code(1),
                "reason": "近亲属在该单位任职（演示）",
            },
        )
        approver.post(f"/api/v1/recusals/{asked['recusal_id']}/decision", {"approved": True}, once="demo-recusal-1")
        _say("回避", "申请一件，由负责人决定")

    def _draw(self) -> str:
        officer, second, approver = (self.staff[title] for title in ("draw_officer", "second_draw_officer", "approver"))
        self.clock.set(case.at("2020-08-24"))
        plan = officer.post("/api/v1/plans", case.plan())
        batch = officer.post(f"/api/v1/plans/{plan['plan_no']}/batches", case.batch())
        approver.post(f"/api/v1/plans/{plan['plan_no']}/approval", once="demo-approve-plan")
        approver.post(f"/api/v1/batches/{batch['task_no']}/approval", once="demo-approve-batch")
        _say("定计划", f"计划 {plan['plan_no']}、批次 {batch['task_no']} 已审批")
        self.clock.set(case.at("2020-08-31"))
        secret = new_secret()
        digest = secret_digest(DrawId(batch["task_no"]), Party("supervision"), secret, "sha256")
        terms = {
            "execute_by": case.at("2020-09-01", "18:00").isoformat(),
            "open_by": case.at("2020-12-31", "18:00").isoformat(),
            "parties": [{"party": "supervision", "digest": digest}],
        }
        draw = officer.post(f"/api/v1/batches/{batch['task_no']}/commitment", terms, once="demo-commit-draw")
        _say("锁定", f"抽查基数 {draw['frame']}，排除 {draw['excluded']}，锁定书 {draw['commitment_digest'][:16]}…")
        self.clock.set(case.at("2020-09-01", "10:30"))
        handed = {
            "secrets": [{"party": "supervision", "secret": secret}],
            "public_value": "".join(secrets.choice(case.DICE) for _ in range(case.THROWS)),
        }
        draw = second.post(f"/api/v1/draws/{draw['draw_id']}/execution", handed, once="demo-execute-draw")
        _say("摇号", f"抽取 {draw['to_draw']} 户")
        return str(draw["draw_id"])

    def _approve_and_notify(self, draw_id: str) -> None:
        """Let the head of the agency approve the list, and every leading inspector notify the operators."""
        self.clock.set(case.at("2020-09-02"))
        path = f"/api/v1/draws/{draw_id}/visits/approval"
        approved = self.staff["approver"].post(path, once="demo-approve-visits")["approved"]
        self.visits = self._assignments()
        for number, visit in self.visits.items():
            self._notify(visit, case.visit_day(number))
        _say("审批和通知", f"{approved} 户，先审批，后通知")

    def _assignments(self) -> dict[int, dict[str, Any]]:
        """Let the leading inspector of every visit fetch it; return visit number → visit."""
        led: dict[int, dict[str, Any]] = {}
        for department, count in case.INSPECTORS.items():
            for number in range(1, count + 1):
                own = case.inspector_no(department, number)
                for visit in self.staff[own].get("/api/v1/assignments"):
                    if visit["team"][0]["inspector_no"] == own:
                        led[int(visit["visit_id"].rpartition("-")[2])] = visit
        return dict(sorted(led.items()))

    def _inspect(self) -> dict[int, str]:
        """Let every team arrive, file, confirm and tell the operator; return visit number → finding."""
        found = {number: self._visit(visit, case.visit_day(number), number) for number, visit in self.visits.items()}
        _say("检查", f"{len(found)} 户，各由检查人员提交结果，另一人确认，并告知经营者")
        return found

    def _notify(self, visit: dict[str, Any], day: date) -> None:
        lead = self.staff[visit["team"][0]["inspector_no"]]
        calling = {"visit_on": day.isoformat(), "manner": "onsite", "place": visit["address"]}
        path = f"/api/v1/assignments/{visit['visit_id']}/notice"
        lead.post(path, calling, once=f"demo-notice-{visit['visit_id']}")

    def _visit(self, visit: dict[str, Any], day: date, number: int | None = None) -> str:
        """Arrive, file, confirm and tell; ``number`` is the place of a drawn visit, by which the case has problems."""
        visit_id, team = visit["visit_id"], [seat["inspector_no"] for seat in visit["team"]]
        lead, second = self.staff[team[0]], self.staff[team[1]]
        path = f"/api/v1/assignments/{visit_id}"
        self._reach(day, "09:30")
        met = {"met": "arrived", "happened_at": self.clock.now().isoformat(), "present": team}
        lead.post(f"{path}/attempts", met, once=f"demo-arrive-{visit_id}")
        self._reach(day, "16:00")
        outcomes = [{"item": item["code"], "outcome": case.CLEAR} for item in visit["items"]]
        problem = case.PROBLEMS.get(number) if number else None
        if problem:
            outcomes = [dict(problem) if line["item"] == problem["item"] else line for line in outcomes]
        filing = {"inspected_on": day.isoformat(), "outcomes": outcomes}
        filed = lead.post(f"{path}/findings", filing, once=f"demo-file-{visit_id}")
        finding = str(filed["finding_id"])
        second.post(f"{path}/confirmation", {"finding_id": finding}, once=f"demo-confirm-{visit_id}")
        told = {"told_at": self.clock.now().isoformat(), "how": "in_person"}
        lead.post(f"{path}/telling", told, once=f"demo-tell-{visit_id}")
        return finding

    def _reach(self, day: date, clock: str) -> None:
        """Move the clock on to a time of a day, or by minutes where it is past it."""
        self.clock.set(max(case.at(day.isoformat(), clock), self.clock.now() + timedelta(minutes=5)))

    def _publish(self, findings: dict[int, str]) -> None:
        reviewer, publisher = self.staff["reviewer"], self.staff["publisher"]
        self.clock.set(case.at("2020-10-09"))
        for number, finding in findings.items():
            reviewer.post(f"/api/v1/findings/{finding}/review", {"approved": True}, once=f"demo-review-{number:02d}")
        _say("审核", f"{len(findings)} 份结果，由未参加检查的人审核")
        self.clock.set(case.at("2020-10-10"))
        for number, finding in findings.items():
            publisher.post(f"/api/v1/findings/{finding}/publication", once=f"demo-publish-{number:02d}")
        _say("公示", f"{len(findings)} 份结果")

    def _follow_complaint(self) -> None:
        """Play one visit that no draw caused: asked for, approved by another, made, and published as what it is."""
        officer, approver = self.staff["draw_officer"], self.staff["approver"]
        self.clock.set(case.at("2020-10-12"))
        team = [seat["inspector_no"] for seat in self.visits[1]["team"] if seat["department"] == "market"]
        visit = officer.post("/api/v1/visits", case.complaint(team), once="demo-request-visit")
        path = f"/api/v1/visits/{visit['visit_id']}/decision"
        approver.post(path, {"approved": True}, once="demo-approve-visit")
        day = date(2020, 10, 14)
        self._notify(self.staff[team[0]].get(f"/api/v1/assignments/{visit['visit_id']}"), day)
        finding = self._visit(visit, day)
        self.clock.set(case.at("2020-10-16"))
        self.staff["reviewer"].post(f"/api/v1/findings/{finding}/review", {"approved": True}, once="demo-review-visit")
        self.staff["publisher"].post(f"/api/v1/findings/{finding}/publication", once="demo-publish-visit")
        _say("投诉举报", "检查一户，标明非双随机抽取，不计入抽查数字")

    def _punish(self, findings: dict[int, str]) -> None:
        """Open the cases, decide and publish the penalties, and close the case that has run its course."""
        reviewer, publisher, approver = (self.staff[title] for title in ("reviewer", "publisher", "approver"))
        self.clock.set(case.at("2020-10-19"))
        matters = {
            number: f"/api/v1/followups/{self.visits[number]['visit_id']}/{case.PROBLEMS[number]['item']}"
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
            self.clock.set(max(case.at("2020-11-20"), self.clock.now()))
            decision = dict(penalty) | {
                "finding_id": findings[number],
                "procedure": "ordinary",
                "kinds": ["fine"],
                "department": "market",
                "decided_on": "2020-11-20",
            }
            decided = approver.post("/api/v1/penalties", decision, once=f"demo-penalty-{number:02d}")
            publisher.post(f"/api/v1/penalties/{decided['penalty_id']}/publication", once=f"demo-fine-{number:02d}")
        _say("处罚", f"{len(case.PENALTIES)} 件，决定后公示")
        self.clock.set(case.at("2020-12-10"))
        closing = {"closed_on": "2020-12-10", "how": "罚款已缴纳，问题已改正（演示）"}
        approver.post(f"{next(iter(matters.values()))}/closing", closing, once="demo-close-case")
        _say("后续处理", f"立案 {len(matters)} 件，办结 1 件")
        self.clock.set(case.at("2020-12-18"))

    def _figures(self, draw_id: str) -> dict[str, int]:
        """Read every figure off the public pages, and the findings as a supervisor."""
        public = Staff(self.client)
        headline = public.get("/index.json")["headline"]
        page = public.get(f"/draws/{draw_id}.json")
        return {
            "registered": headline["registered"],
            "frame": headline["frame"],
            "excluded": page["excluded"],
            "drawn": len(page["outcome"]["drawn"]),
            "seats": sum(len(unit["team"]) for unit in page["outcome"]["drawn"]),
            "findings": sum(each["cause"] == "drawn" for each in self.staff["supervisor"].get("/api/v1/findings")),
            "problems": headline["problems"],
            "published": headline["published"],
            "penalties": public.get("/penalties.json")["paging"]["total"],
        }

    def _keep(self, draw_id: str, figures: dict[str, int]) -> None:
        """Check the bundle as a stranger would, then leave everything in the directory."""
        bundle = _checked(self.client.get(f"/draws/{draw_id}/bundle.zip")).content
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        for name, data in replay(files).outcome.items():
            if files[name] != data:
                msg = f"the bundle's {name} is not what its own inputs give"
                raise AssertionError(msg)
        _check_log(json.loads(files["log.json"]))
        _say("复核", "用公开文件重新计算，结果一致；日志包含证明成立")
        (self.directory / "bundle.zip").write_bytes(bundle)
        (self.directory / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        handle = os.open(self.directory / "keys.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(self.keys, file, indent=1)


def _check_log(log: dict[str, Any]) -> None:
    for entry in log["entries"]:
        proof = [bytes.fromhex(each) for each in entry["proof"]]
        leaf = leaf_hash(entry["entry"].encode())
        verify_inclusion(leaf, entry["index"], log["size"], proof, bytes.fromhex(log["root"]))


def _open(directory: Path, clock: DemoClock) -> tuple[Service, str]:
    """Make and mark the database, and add the first administrator; return the service and the administrator's key."""
    settings = Settings(
        database_url=f"sqlite:///{(directory / DATABASE).resolve()}",
        data_dir=directory.resolve(),
        authority=case.AUTHORITY,
        region="140000",
        party="bureau",
    )
    database = Database(settings.database_url)
    migrate(database)
    with database.writing() as session:
        mark_demo(session)
        session.commit()
    database.close()
    service = open_service(settings, clock)
    person = service.recorder.record(
        SYSTEM,
        lambda act: add_person(act, name="示例·administrator", department=None, roles=[Role.ADMINISTRATOR]).person_id,
    ).body
    return service, service.recorder.record(SYSTEM, lambda act: issue_key(act, person)[1]).body


def _clear(directory: Path) -> None:
    """Make way for a new demonstration: an empty directory, or one that holds an earlier one and nothing else."""
    directory.mkdir(parents=True, exist_ok=True)
    there = [path.name for path in directory.iterdir()]
    if there and (set(there) - {*FILES, EVIDENCE} or not _is_demonstration(directory)):
        raise DemoDirectoryError(directory)
    shutil.rmtree(directory / EVIDENCE, ignore_errors=True)
    for name in set(there) - {EVIDENCE}:
        (directory / name).unlink(missing_ok=True)  # to look into the database clears its -wal and -shm


def _is_demonstration(directory: Path) -> bool:
    """Look for the mark and change nothing; a key file without a database may be a bureau's, on PostgreSQL."""
    path = (directory / DATABASE).resolve()
    if not path.is_file():
        return False
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as connection, suppress(sqlite3.Error):
        return connection.execute("SELECT 1 FROM marks WHERE name = ?", (DEMO,)).fetchone() is not None
    return False


@contextmanager
def _serving(service: Service, port: int) -> Iterator[tuple[threading.Thread, str]]:
    """Run the service in a thread on the loopback address until the block ends."""
    listener = socket.create_server(("127.0.0.1", port))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(create_app(service), log_level="warning", server_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        _until_ready(address)
        yield thread, address
    finally:
        server.should_exit = True
        thread.join()


def _until_ready(address: str) -> None:
    for _ in range(START_SECONDS * 10):
        try:
            if httpx.get(f"{address}/readyz").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    msg = f"the service did not start within {START_SECONDS} s"
    raise TimeoutError(msg)


def _wait(server: threading.Thread) -> None:
    try:
        while server.is_alive():
            server.join(1)
    except KeyboardInterrupt:
        print()


def _checked(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        raise StepError(answer)
    return answer


def _say(step: str, text: str) -> None:
    print(f"{step}：{text}", flush=True)
