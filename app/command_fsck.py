"""``double-random fsck``: the database and its evidence files beside the log, read only."""

import dataclasses
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from sqlmodel import Session, select

from app.clock import RealClock
from app.db import Database
from app.evidence import EvidenceReport, EvidenceStore
from app.log_keys import DIRECTORY
from app.main import NotMigratedError
from app.models import METADATA
from app.petition_files import FOLDER
from app.record import SYSTEM, Recorder
from app.schema import newest, revision
from app.settings import Settings
from app.signer import Signer
from publicity.fsck.check import Kept, Progress, check_database
from publicity.fsck.report import Code, OlderHead, Report
from publicity.tlog.checkpoints import open_checkpoint
from publicity.tlog.keys import VerifierKey
from registry.erasing import ErasedRow
from registry.errors import RegistryError
from registry.evidence import all_evidence
from registry.petitions import all_petition_files
from registry.recording import lacks_images, record_state

HEAD = re.compile(r"(0|[1-9][0-9]{0,15}):([0-9a-f]{64})")


class HeadFormError(RegistryError):
    """A head that was kept cannot be read."""

    zh = "“{text}”不是日志头。请按“条数:根”填写，根为 64 位小写十六进制。未作核对。"
    en = "{text!r} is no head. Write SIZE:ROOT, the root in 64 lowercase hex digits. Nothing was checked."


class NoKeyError(RegistryError):
    """A checkpoint without the key that it has to be signed with."""

    zh = "没有给出 {path} 的日志公钥，无法核对签名。请用 --key 给出另行保存的公钥。未作核对。"
    en = "No key of the log was given for {path}. Give the one that you kept, with --key. Nothing was checked."


def parse_head(text: str) -> OlderHead:
    """Return a head as it was noted: ``SIZE:ROOT``. Raises HeadFormError."""
    found = HEAD.fullmatch(text)
    if found is None:
        raise HeadFormError(text=text)
    return OlderHead(size=int(found[1]), root=bytes.fromhex(found[2]))


def read_kept(heads: Sequence[str], checkpoints: Sequence[Path], keys: Sequence[str]) -> Kept:
    """Return what was kept elsewhere; a checkpoint counts under one of the keys, and its origin is their name.

    Raises HeadFormError, NoKeyError, and TlogError of every kind that keys, notes and checkpoints have.
    """
    pinned = [VerifierKey.parse(key) for key in keys]
    found = [parse_head(each) for each in heads]
    for path in checkpoints:
        if not pinned:
            raise NoKeyError(path=path)
        opened = open_checkpoint(path.read_bytes(), pinned[0].name, log_keys=pinned).checkpoint
        found.append(OlderHead(size=opened.size, root=opened.root, source=path.name))
    return Kept(heads=found, keys=pinned)


def run_fsck(settings: Settings, kept: Kept, progress: Progress) -> Report:
    """Check the configured database and its files, and the service's own signer with them.

    Raises NotMigratedError, SignerMemoryError, and what the driver raises.
    """
    kept = dataclasses.replace(kept, heads=[*kept.heads, *remembered(settings)])
    database = Database(settings.database_url)
    try:
        if revision(database) != newest():
            raise NotMigratedError
        with database.reading() as session:
            report = check_database(session, METADATA, kept, progress)
            progress("files")
            files = EvidenceStore(Path(settings.data_dir) / "evidence").check(all_evidence(session))
            check_files(report, "evidence", files, erased={each.key for each in _erased(session, "evidence")})
            kept_files = [(each.file_id, each.stored_sha256) for each in all_petition_files(session)]
            files = EvidenceStore(Path(settings.data_dir) / FOLDER).check_kept(kept_files)
            check_files(report, PETITION_FILES, files, erased={each.key for each in _erased(session, PETITION_FILES)})
    finally:
        database.close()
    return report


def remembered(settings: Settings) -> list[OlderHead]:
    """Return the last head that the service's own signer signed, where there is one. Raises SignerMemoryError."""
    signer = Signer(settings.data_dir / DIRECTORY)
    if settings.verifier_keys or not signer.exists:
        return []
    last = signer.last()
    return [OlderHead(size=last.size, root=last.root, source=DIRECTORY)] if last.size else []


def record_older_state(database: Database) -> int:
    """Record the state of a database whose first facts hold no images, once; return how many rows there are."""
    with database.reading() as session:
        if not lacks_images(session):
            return 0
    return int(Recorder(database, RealClock()).record(SYSTEM, lambda act: str(record_state(act))).body)


PETITION_FILES = "petition_files"


def check_files(report: Report, table: str, files: EvidenceReport, *, erased: Collection[str]) -> None:
    """Note what differs between files and their records; a file whose record was erased has to be gone."""
    report.files += files.checked
    for name in set(files.missing) - set(erased):
        report.differs(Code.FILE, (table, name), "file", log="a file", found="—")
    for name in set(erased) - set(files.missing):
        report.differs(Code.FILE, (table, name), "file", log="erased", found="a file")
    for name in files.altered:
        report.differs(Code.FILE, (table, name), "file", log="its SHA-256", found="another")
    for name in files.orphaned:
        report.differs(Code.FILE, (table, name), "file", log="—", found="a file")


def _erased(session: Session, table: str) -> Sequence[ErasedRow]:
    return session.exec(select(ErasedRow).where(ErasedRow.name == table)).all()
