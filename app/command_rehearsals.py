"""Rehearsals on the command line: made with a bureau's register, and served beside the real service."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import uvicorn

from app.main import create_app
from app.rehearsal.beginning import Places, begin_rehearsal, open_rehearsal
from app.settings import Settings
from app.ticking import ticking
from registry.errors import RegistryError

Fail = Callable[[str], NoReturn]


def run_new(bureau: Settings, directory: Path, places: Places, fail: Fail) -> str:
    """Make a rehearsal, telling on stderr what is taken over, and return where the keys are."""
    try:
        keys = begin_rehearsal(bureau, directory, places, _tell)
    except RegistryError as refused:
        fail(both(refused))
    return f"演练库已建立；各人的密钥（仅此一次）/ everybody's keys, written this once: {keys}"


def run_serve(bureau: Settings, directory: Path, places: Places, fail: Fail) -> None:
    """Serve a rehearsal until interrupted."""
    try:
        service = open_rehearsal(bureau, directory, places)
    except RegistryError as refused:
        fail(both(refused))
    print(" / ".join(service.stage.marking.says), file=sys.stderr, flush=True)
    with ticking(service):
        uvicorn.run(create_app(service), host=service.settings.host, port=service.settings.port, server_header=False)


def both(refused: RegistryError) -> str:
    """Return a refusal in both languages."""
    return " / ".join((refused.text("zh"), refused.text("en")))


def _tell(what: str, count: int) -> None:
    print(f"{what} {count}", file=sys.stderr, flush=True)
