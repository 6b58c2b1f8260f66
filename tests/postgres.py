"""A PostgreSQL cluster for the tests: the machine's own binaries, a directory that goes away, a socket and no port."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql
from sqlalchemy import URL

DEBIAN = Path("/usr/lib/postgresql")
OWNER = "postgres"
"""The database's superuser, and the account that runs the server when the tests run as root, which it refuses to."""

SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",  # 64 clients at once, each with a connection to read and one to write
    "fsync": "off",  # no test pulls the plug of the machine; a server that dies loses nothing by this
    "full_page_writes": "off",
}


def find_postgres() -> Path | None:
    """Return the directory of ``initdb`` and ``pg_ctl``: the one on PATH, or else Debian's newest."""
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    installed = [path for path in DEBIAN.glob("*/bin") if (path / "pg_ctl").exists()]
    return max(installed, key=lambda path: float(path.parent.name), default=None)


@dataclass(frozen=True)
class Cluster:
    """A running server. Databases are made from templates, which takes a tenth of a second whatever they hold."""

    socket: Path

    def url(self, name: str) -> str:
        """Return the address of a database, for SQLAlchemy and the service's settings."""
        return URL.create(
            "postgresql+psycopg", username=OWNER, database=name, query={"host": str(self.socket)}
        ).render_as_string()

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database, empty or as a copy of ``template``, to which nobody is connected; return its address."""
        source = sql.Identifier(template or "template0")
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), source))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(host=str(self.socket), user=OWNER, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)


class ServerError(Exception):
    """One of PostgreSQL's programs failed."""

    def __init__(self, command: list[str], said: str) -> None:
        super().__init__(f"{' '.join(command)} failed:\n{said}")


@contextmanager
def running_cluster(binaries: Path) -> Iterator[Cluster]:
    """Start a server and stop it at the end. The directory has a short name: a socket's path may have 107 bytes."""
    with TemporaryDirectory(prefix="pg-") as name:
        home = Path(name)
        if account := _account():
            shutil.chown(home, account, account)
        data, log = ["-D", str(home / "data")], ["-l", str(home / "server.log")]
        initdb, pg_ctl = str(binaries / "initdb"), str(binaries / "pg_ctl")
        options = f"-k {home} " + " ".join(f"-c {key}={value}" for key, value in SETTINGS.items())
        _run(home, [initdb, *data, "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])
        _run(home, [pg_ctl, *data, *log, "-w", "-o", options, "start"])
        try:
            yield Cluster(home)
        finally:
            _run(home, [pg_ctl, *data, "-w", "-m", "immediate", "stop"])


def _account() -> str | None:
    return OWNER if os.geteuid() == 0 else None


def _run(home: Path, command: list[str]) -> None:
    account = _account()
    groups: list[str] | None = [] if account else None
    said = home / "said.log"  # a file, not a pipe: the server inherits it and would keep a pipe open
    with said.open("wb") as out:
        done = subprocess.run(
            command, check=False, cwd=home, stdout=out, stderr=out, user=account, group=account, extra_groups=groups
        )
    if done.returncode:
        raise ServerError(command, "".join(path.read_text() for path in sorted(home.glob("*.log"))))
