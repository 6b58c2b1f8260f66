"""How a rehearsal begins: a new directory and database, the bureau's register, and a new key for everybody.

The directory is made beside its place and moved there when it is whole, so that a half-made rehearsal is never found
under its name. No key of the bureau opens the rehearsal, and none of the rehearsal the bureau: keys are made anew, and
neither database knows the other's.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.auth import issue_key
from app.clock import RealClock
from app.db import Database
from app.founding import found_database
from app.main import open_service
from app.record import SYSTEM
from app.rehearsal.register import Newcomer, Told, people_with_access, take_over
from app.schema import newest, revision
from app.service import Service
from app.settings import Settings
from registry.errors import RegistryError
from registry.stages import check_stage
from sampling.stages import Stage

DATABASE = "double-random.db"
KEYS = "keys.json"
KEY_FILE = "service.key"


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where a rehearsal is to be had: a database elsewhere, such as PostgreSQL, its port, the address of its pages."""

    database_url: str | None = None
    port: int = 8001
    public_url: str | None = None


class RehearsalPlaceError(RegistryError):
    """There is something where the rehearsal should be, or nothing where one is looked for."""

    nature = "conflict"
    zh = "{place} {problem_zh}。未作任何改动。"
    en = "{place} {problem_en}. Nothing was changed."


class BureauError(RegistryError):
    """The bureau's database cannot be rehearsed with."""

    nature = "conflict"
    zh = "本单位的数据库{problem_zh}，不能据以演练。没有建立演练库，未作任何改动。"
    en = "The bureau's database {problem_en}, and cannot be rehearsed with. No rehearsal was made; nothing was changed."


def begin_rehearsal(bureau: Settings, directory: Path, places: Places, told: Told) -> Path:
    """Make a rehearsal of a bureau in a new directory and return the file with everybody's keys.

    Raises RehearsalPlaceError, BureauError, NotEmptyError.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise RehearsalPlaceError(
            place=directory, problem_zh="已有内容，请另指定一个新目录", problem_en="is in use; name a new directory"
        )
    directory.parent.mkdir(parents=True, exist_ok=True)
    with _reading(bureau) as source, source.reading() as session:
        if not check_stage(session).is_real:
            raise BureauError(problem_zh="本身是演示或演练", problem_en="is a demonstration or a rehearsal itself")
        making = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
        try:
            settings = settings_of(bureau, making, places)
            found_database(settings.database_url, Stage.REHEARSAL, RealClock())
            service = open_service(settings)
            try:
                _write_keys(service, take_over(session, service.recorder, told), making / KEYS)
            finally:
                service.database.close()
            making.replace(directory)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
    return directory / KEYS


def open_rehearsal(bureau: Settings, directory: Path, places: Places) -> Service:
    """Open a rehearsal to serve it, and nothing else. Raises RehearsalPlaceError and what ``open_service`` raises."""
    settings = settings_of(bureau, directory, places)
    if not (directory / KEY_FILE).is_file() or not _is_there(settings.database_url):
        raise RehearsalPlaceError(place=directory, problem_zh="不是演练目录", problem_en="holds no rehearsal")
    service = open_service(settings)
    if service.stage is not Stage.REHEARSAL:
        service.database.close()
        raise RehearsalPlaceError(
            place=directory, problem_zh="里的数据库不是演练库，没有启动", problem_en="holds a database of another stage"
        )
    return service


def settings_of(bureau: Settings, directory: Path, places: Places) -> Settings:
    """Return the settings of a bureau with a rehearsal's own places, the address of its pages among them.

    A notice's QR code would otherwise lead to the bureau's own pages, and the bureau's signer be asked for two logs.
    """
    home = directory.resolve()
    own = {
        "database_url": places.database_url or f"sqlite:///{home / DATABASE}",
        "data_dir": home,
        "port": places.port,
        "public_url": places.public_url,
        "log_keys": None,
    }
    return Settings.model_validate(bureau.model_dump() | own)


def _is_there(database_url: str) -> bool:
    """Return whether a database can be looked into without making it: one that is a file is there."""
    return not database_url.startswith("sqlite:") or Path(database_url.removeprefix("sqlite:///")).is_file()


@contextmanager
def _reading(bureau: Settings) -> Iterator[Database]:
    """Open the bureau's database, which is only read from. Raises BureauError."""
    if not _is_there(bureau.database_url):
        raise BureauError(problem_zh="不存在", problem_en="is not there")
    database = Database(bureau.database_url)
    try:
        if revision(database) != newest():
            raise BureauError(
                problem_zh="尚未升级到本版本（请先运行 double-random migrate）",
                problem_en="is not at this version's schema (run double-random migrate first)",
            )
        yield database
    finally:
        database.close()


def _new_key(service: Service, person_id: str) -> str:
    return service.recorder.record(SYSTEM, lambda act: issue_key(act, person_id)[1]).body


def _write_keys(service: Service, people: list[Newcomer], path: Path) -> None:
    """Issue a key to everybody with access, and write them once, to a file that only its owner reads."""
    listed = []
    for person_id, person in people_with_access(people).items():
        key = _new_key(service, person_id)
        told = {"name": person.name, "department": person.department, "roles": person.roles}
        listed.append({"person_id": person_id, **told, "inspector_no": person.inspector_no, "key": key})
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(listed, file, ensure_ascii=False, indent=1)
