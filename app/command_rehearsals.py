"""Rehearsals on the command line: made with a bureau's register, and served beside the real service."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from app.command_imports import wrong_cells
from app.main import KeyFileError, NotMigratedError
from app.rehearsal.beginning import Places, begin_rehearsal, open_rehearsal
from app.serving import serve_until_stopped
from app.settings import Settings
from registry.errors import RegistryError
from registry.importing import ImportRefusedError

Fail = Callable[[str], NoReturn]


def run_new(bureau: Settings, directory: Path, places: Places, fail: Fail) -> str:
    """Make a rehearsal, telling on stderr what is taken over, and return where the keys are."""
    with _refusing(fail):
        keys = begin_rehearsal(bureau, directory, places, _tell)
        return f"演练库已建立；各人的密钥（仅此一次）/ everybody's keys, written this once: {keys}"


def run_serve(bureau: Settings, directory: Path, places: Places, fail: Fail) -> None:
    """Serve a rehearsal until interrupted."""
    with _refusing(fail):
        service = open_rehearsal(bureau, directory, places)
    print(" / ".join(service.stage.marking.says), file=sys.stderr, flush=True)
    serve_until_stopped(service)


@contextmanager
def _refusing(fail: Fail) -> Iterator[None]:
    """Say what is wrong with a place, a setting, a database or a roster, and exit."""
    try:
        yield
    except ImportRefusedError as refused:
        fail("\n".join((_both(refused), *wrong_cells(refused))))
    except RegistryError as refused:
        fail(_both(refused))
    except (NotMigratedError, KeyFileError) as missing:
        fail(str(missing))
    except ValidationError as wrong:
        fail("\n".join(f"{each['loc'][0]}: {each['msg']}" for each in wrong.errors()))
    except OperationalError as unreachable:
        fail(f"数据库没有应答：{unreachable.orig} / The database does not answer.")


def _both(refused: RegistryError) -> str:
    """Return a refusal in both languages."""
    return " / ".join((refused.text("zh"), refused.text("en")))


def _tell(what: str, count: int) -> None:
    print(f"{what} {count}", file=sys.stderr, flush=True)
