"""The case from its first day to the last, stage by stage."""

from pathlib import Path

import httpx

from app.clock import DemoClock
from app.demo import case
from app.demo.directory import clear_directory
from app.demo.keeping import keep, read_figures
from app.demo.planning import draw, fill_register, hire
from app.demo.publishing import publish, punish
from app.demo.serving import open_marked, serving, wait
from app.demo.staff import Bureau
from app.demo.visiting import approve_and_notify, follow_complaint, inspect


def play(directory: Path, *, serve_after: bool, port: int) -> dict[str, int]:
    """Play the case into a directory and return its figures; with ``serve_after``, serve it until interrupted.

    Leaves the database, ``bundle.zip``, ``figures.json`` and the people's API keys. Raises DemoDirectoryError.
    """
    clear_directory(directory)
    clock = DemoClock(case.at("2020-07-01"))
    service, administrator = open_marked(directory, clock)
    with serving(service, port if serve_after else 0) as (server, address):
        with httpx.Client(base_url=address, timeout=60) as client:
            bureau = Bureau(client, clock)
            bureau.admit("administrator", administrator)
            figures = _play_stages(bureau, directory)
        print("  ".join(f"{name} {value}" for name, value in figures.items()))
        if serve_after:
            print(f"\n演示页面 / demonstration: {address}\n停止 / stop: Ctrl-C", flush=True)
            wait(server)
    return figures


def _play_stages(bureau: Bureau, directory: Path) -> dict[str, int]:
    hire(bureau)
    fill_register(bureau)
    draw_id = draw(bureau)
    visits = approve_and_notify(bureau, draw_id)
    findings = inspect(bureau, visits)
    publish(bureau, findings)
    follow_complaint(bureau, visits)
    punish(bureau, visits, findings)
    figures = read_figures(bureau, draw_id)
    keep(bureau, directory, draw_id, figures)
    return figures
