"""The directory that a demonstration is played into: new, empty, or an earlier demonstration's and nobody else's."""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from app.answer_keys import KEY_FILE
from app.log_keys import DIRECTORY as SIGNER
from sampling.stages import Stage

DATABASE = "double-random.db"
FILES = (
    *(DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", "service.key", KEY_FILE),
    *("bundle.zip", "figures.json", "keys.json"),
)
EVIDENCE = "evidence"
"""Where files lie that somebody added while the demonstration was served."""
DIRECTORIES = (EVIDENCE, SIGNER)


class DemoDirectoryError(Exception):
    """The directory holds something that is not an earlier demonstration."""

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f"{directory} 里有不是演示的文件，未作改动。请用 --dir 指定新目录。/ "
            f"{directory} holds files that are no demonstration and was not changed. Name a new directory with --dir."
        )


def clear_directory(directory: Path) -> None:
    """Make way for a new demonstration: an empty directory, or one that holds an earlier one and nothing else."""
    directory.mkdir(parents=True, exist_ok=True)
    there = [path.name for path in directory.iterdir()]
    if there and (set(there) - {*FILES, *DIRECTORIES} or not _is_demonstration(directory)):
        raise DemoDirectoryError(directory)
    for name in DIRECTORIES:
        shutil.rmtree(directory / name, ignore_errors=True)
    for name in set(there) - set(DIRECTORIES):
        (directory / name).unlink(missing_ok=True)  # to look into the database clears its -wal and -shm


def _is_demonstration(directory: Path) -> bool:
    """Look for the mark and change nothing; a key file without a database may be a bureau's, on PostgreSQL."""
    path = (directory / DATABASE).resolve()
    if not path.is_file():
        return False
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as connection, suppress(sqlite3.Error):
        return (
            connection.execute("SELECT 1 FROM marks WHERE name = ?", (Stage.DEMONSTRATION.value,)).fetchone()
            is not None
        )
    return False
