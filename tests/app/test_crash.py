"""A killed process loses nothing that was acknowledged and leaves nothing half done."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from app.db import Database
from app.main import open_service
from app.own_log import keep_signed
from publicity.sequencer import Entry, read_head
from registry.departments import Department
from registry.journal import Fact
from sampling.merkle import tree_root
from tests.building import Bureau
from tests.demonstration import free_port
from tests.desks import Desk, made
from tests.served import served
from tests.workshop import Opening

SERVE = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
ROOT = Path(__file__).parents[2]


def started(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the service answers."""
    for _ in range(300):
        assert process.poll() is None, "the service stopped by itself"
        try:
            if httpx.get(f"{address}/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("the service did not start")


@pytest.mark.parametrize("acknowledged", [1, 10, 40])
def test_a_process_killed_among_commands_keeps_what_it_acknowledged(
    opening_anywhere: Opening, acknowledged: int
) -> None:
    """SIGKILL in a stream from four clients: each 201 is there, facts, leaves, root, head agree; it is signed on."""
    bureau = opening_anywhere("staffed")
    settings = bureau.service.settings
    before = len(bureau.contents()["departments"])
    bureau.service.database.close()
    port = free_port()
    environment = dict(os.environ) | {  # noqa: TID251 - a process of its own gets the test's database
        "DOUBLE_RANDOM_DATABASE_URL": settings.database_url,
        "DOUBLE_RANDOM_DATA_DIR": str(settings.data_dir),
        "DOUBLE_RANDOM_PORT": str(port),
    }
    process = subprocess.Popen(SERVE, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    kept: list[str] = []
    try:
        started(address, process)
        headers = {"Authorization": f"Bearer {bureau.notes.keys['registrar']}"}

        def stream(name: str) -> None:
            with httpx.Client(base_url=address, headers=headers) as client:
                for n in range(10_000):
                    try:
                        answer = client.post("/api/v1/departments", json={"code": f"{name}{n}", "name": "部门"})
                    except httpx.TransportError:
                        return
                    assert answer.status_code == 201, answer.text
                    kept.append(answer.json()["code"])

        threads = [threading.Thread(target=stream, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        while len(kept) < acknowledged:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        for thread in threads:
            thread.join()
    finally:
        process.kill()
        process.wait()
    assert len(kept) >= acknowledged
    database = Database(settings.database_url)
    with database.reading() as session:
        there = set(session.exec(select(Department.code)))
        facts = session.exec(select(Fact).order_by(Fact.fact_id)).all()  # type: ignore[arg-type]
        entries = session.exec(select(Entry).order_by(Entry.index)).all()  # type: ignore[arg-type]
        head = read_head(session)
    database.close()
    assert set(kept) <= there
    assert len(there) - before == sum(fact.kind == "department.added" for fact in facts) - before
    assert [entry.fact_id for entry in entries] == [fact.fact_id for fact in facts]
    assert [json.loads(entry.entry)["digest"] for entry in entries] == [fact.digest for fact in facts]
    assert head.size == len(entries)
    assert head.root == tree_root([entry.entry for entry in entries])
    again = open_service(settings)
    assert again.database.shut is None, "what was signed is in the log, wherever the process was killed"
    assert keep_signed(again) == head.size + (0 if any(fact.kind == "log.keys_changed" for fact in facts) else 1)
    again.database.close()


@pytest.mark.parametrize("waits", [0.0, 0.03, 0.1])
def test_a_process_killed_while_it_executes_has_drawn_whole_or_not_at_all(
    opening_anywhere: Opening, tmp_path: Path, waits: float
) -> None:
    """SIGKILL somewhere in the execution: no visit without a draw, and whoever tries again gets the same list."""
    undisturbed, bureau = opening_anywhere("committed"), opening_anywhere("committed")
    for each in (undisturbed, bureau):
        each.handed_in()
    made(undisturbed.desk("officer2").post(undisturbed.at_draw("execution")))
    bureau.service.database.close()
    with served(bureau.service.settings, tmp_path / "said.log") as service:
        asking = threading.Thread(target=asked_to_execute, args=(bureau, service.address))
        asking.start()
        time.sleep(waits)
        service.killed_and_begun_again()
        asking.join()
        again = asked_to_execute(bureau, service.address)
        assert again is not None
        assert (again.status_code, again.json().get("code")) in {(201, None), (409, "draw_state")}
        page = httpx.get(f"{service.address}/draws/{bureau.notes.draw_id}.json").json()
    assert page["state"] == "opened"
    rows = bureau.contents()
    assert (len(rows["draw_executions"]), len(rows["visits"]), len(rows["visit_seats"])) == (1, 3, 12)
    wanted = made(undisturbed.public.get(f"/draws/{undisturbed.notes.draw_id}.json"))["outcome"]
    assert [unit["code"] for unit in page["outcome"]["drawn"]] == [unit["code"] for unit in wanted["drawn"]]


def asked_to_execute(bureau: Bureau, address: str) -> httpx.Response | None:
    """Let the second officer execute the draw; None where nobody answered any more."""
    with httpx.Client(base_url=address) as client:
        try:
            return Desk(client, bureau.notes.keys["officer2"]).post(bureau.at_draw("execution"))
        except httpx.TransportError:
            return None
