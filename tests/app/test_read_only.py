"""A service whose log does not hold what was signed shows everything, says so loudly, and writes nothing."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from app.command_fsck import run_fsck
from app.db import Database, ReadOnlyError
from app.gate import faults
from app.main import all_routes, open_service
from app.own_log import keep_signed
from app.record import SYSTEM
from app.service import Service
from publicity import sequencer
from publicity.fsck.check import NOTHING_KEPT
from publicity.fsck.report import Code
from publicity.heads import newest_head
from publicity.sequencer import TreeNode
from sampling.merkle import leaf_hash, node_hash
from tests.app.test_access import FILLED
from tests.building import Bureau
from tests.working import worked
from tests.workshop import Opening


def again(bureau: Bureau) -> Service:
    """Open the same database and directory once more, as a later start does."""
    return open_service(bureau.service.settings)


def saved(bureau: Bureau, name: str) -> Path:
    """Return a copy of the database and of the signer's memory as they are now."""
    place = bureau.service.settings.data_dir / name
    place.mkdir()
    database = Path(str(bureau.service.database.url.database))
    bureau.service.database.close()
    shutil.copyfile(database, place / "db")
    shutil.copytree(bureau.service.settings.data_dir / "signer", place / "signer")
    return place


def restore_database(bureau: Bureau, place: Path) -> None:
    """Put the database back, and nothing else."""
    database = Path(str(bureau.service.database.url.database))
    bureau.service.database.close()
    for rest in database.parent.glob(f"{database.name}-*"):
        rest.unlink()
    shutil.copyfile(place / "db", database)


def add(bureau: Bureau, code: str) -> None:
    answer = bureau.desk("registrar").post("/api/v1/departments", {"code": code, "name": "部门"})
    assert answer.status_code == 201


@pytest.fixture
def signed(opening: Opening) -> Bureau:
    """Return a bureau whose log is signed."""
    bureau = opening("staffed")
    keep_signed(bureau.service)
    return bureau


@contextmanager
def over(bureau: Bureau, service: Service) -> Iterator[httpx.Client]:
    """Put another service behind the bureau's client, and close its database afterwards."""
    application = bureau.client.app  # type: ignore[attr-defined]
    application.state.service = service
    try:
        yield bureau.client
    finally:
        service.database.close()
        application.state.service = bureau.service


def test_a_sound_log_starts_writable(signed: Bureau) -> None:
    with closing(again(signed).database) as database:
        assert database.shut is None


def test_an_older_backup_of_the_database_is_read_only(signed: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    """The signer remembers a head that the restored table of heads does not know: the log was cut."""
    place = saved(signed, "before")
    add(signed, "fire")
    keep_signed(signed.service)
    restore_database(signed, place)
    service = again(signed)
    with closing(service.database):
        assert service.database.shut is not None
        assert "只读" in service.database.shut.text("zh")
        assert "the log may have been cut" in service.database.shut.text("en")
        said = capsys.readouterr()
        assert '"event": "read-only"' in said.out + said.err


def test_fsck_asks_the_services_own_signer_what_it_remembers(signed: Bureau) -> None:
    """Entries and signed heads went out of the database together: it agrees with itself, and not with the signer."""
    place = saved(signed, "before")
    add(signed, "fire")
    keep_signed(signed.service)
    settings = signed.service.settings
    assert run_fsck(settings, NOTHING_KEPT, lambda _stage: None).sound
    restore_database(signed, place)
    report = run_fsck(settings, NOTHING_KEPT, lambda _stage: None)
    assert [(each.code, each.table) for each in report.differences] == [(Code.OLDER_HEAD, "signer")]


def test_a_backup_of_database_and_signer_together_starts_but_an_older_head_of_others_shows_it(signed: Bureau) -> None:
    """What nobody outside kept cannot be missed: both were put back, and the service alone cannot know."""
    place = saved(signed, "before")
    with signed.service.database.reading() as session:
        kept = newest_head(session)
    add(signed, "fire")
    keep_signed(signed.service)
    restore_database(signed, place)
    shutil.rmtree(signed.service.settings.data_dir / "signer")
    shutil.copytree(place / "signer", signed.service.settings.data_dir / "signer")
    service = again(signed)
    with closing(service.database), service.database.reading() as session:
        assert service.database.shut is None
        assert kept is not None
        assert sequencer.read_head(session).size == kept.size


def test_a_changed_tree_under_a_signed_head_is_read_only(signed: Bureau) -> None:
    """Guards off, one leaf's hash changed with everything above it: another root at the signed size."""
    with signed.service.database.reading() as session:
        size = sequencer.read_head(session).size
    rebuilt(signed.service.database, size - 1)
    service = again(signed)
    with closing(service.database):
        assert service.database.shut is not None
        assert "two histories" in service.database.shut.text("en")


def rebuilt(database: Database, index: int) -> None:
    """Change one leaf and every complete node above it, as somebody with all rights would."""
    with database.engine.begin() as connection:
        for event in ("update", "delete", "replace"):
            connection.execute(text(f"DROP TRIGGER log_nodes_no_{event}"))  # our own table

        def put(level: int, at: int, value: bytes) -> None:
            connection.execute(
                text('UPDATE log_nodes SET hash = :hash WHERE level = :level AND "index" = :at'),
                {"hash": value, "level": level, "at": at},
            )

        def read(level: int, at: int) -> bytes | None:
            query = text('SELECT hash FROM log_nodes WHERE level = :level AND "index" = :at')
            return connection.execute(query, {"level": level, "at": at}).scalar()

        level, value = 0, leaf_hash(b"changed")
        while read(level, index) is not None:
            put(level, index, value)
            sibling = read(level, index ^ 1)
            if sibling is None:
                return
            value = node_hash(sibling, value) if index % 2 else node_hash(value, sibling)
            level, index = level + 1, index // 2


def test_a_cut_table_of_nodes_is_read_only(signed: Bureau) -> None:
    with signed.service.database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER log_nodes_no_delete"))
        connection.execute(text("DELETE FROM log_nodes"))
    service = again(signed)
    with closing(service.database):
        assert service.database.shut is not None
        assert "缺少内部节点" in service.database.shut.text("zh")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda place: (place / "alarm.json").write_text("{}"),
        lambda place: (place / "head").unlink(),
        lambda place: (place / "head").write_bytes(b"junk"),
    ],
    ids=["an alarm nobody looked at", "a memory that is gone", "a memory somebody wrote over"],
)
def test_a_signer_that_must_not_sign_makes_the_service_read_only(
    signed: Bureau, spoil: Callable[[Path], object]
) -> None:
    spoil(signed.service.settings.data_dir / "signer")
    service = again(signed)
    with closing(service.database):
        assert service.database.shut is not None


def read_only(bureau: Bureau) -> Service:
    (bureau.service.settings.data_dir / "signer" / "alarm.json").write_text("{}")
    return again(bureau)


def test_every_writing_route_answers_503_with_a_sentence(signed: Bureau) -> None:
    service = read_only(signed)
    before = signed.contents()
    writing = [
        (method, route.path_format.format(**(FILLED | {"path": "x"})))
        for route in all_routes()
        for method in sorted((route.methods or set()) - {"GET", "HEAD"})
    ]
    assert len(writing) > 40
    with over(signed, service) as client:
        for method, path in writing:
            for name in ("registrar", "supervisor"):
                answer = client.request(method, path, headers={"Authorization": f"Bearer {signed.notes.keys[name]}"})
                assert answer.status_code == 503, path
                assert answer.json()["code"] == "read_only"
                assert "未作任何改动" in answer.json()["detail"]
    assert signed.contents() == before


def test_pages_stay_up_with_a_bar_that_says_so(signed: Bureau) -> None:
    service = read_only(signed)
    with over(signed, service) as client:
        for path in ("/", "/plans", "/draws", "/results", "/penalties", "/items", "/caps", "/log", "/log/entry/0"):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert "日志与已签名的历史不符" in answer.text
            assert 'lang="en">The log differs from what was signed' in answer.text
        assert client.get("/index.json").json()["site"]["read_only"] is True
        assert client.get("/log/checkpoint").status_code == 200
        assert client.get("/readyz").status_code == 200
    assert "日志与已签名的历史不符" not in signed.public.get("/").text


def test_nothing_is_written_past_the_routes_either(signed: Bureau) -> None:
    """The clock, the command line and the service's own signer go through the same door."""
    service = read_only(signed)
    with pytest.raises(ReadOnlyError):
        service.recorder.record(SYSTEM, lambda _: "")
    assert worked(service) == []
    service.database.close()


def test_a_fork_at_run_time_shuts_the_service_at_once(signed: Bureau) -> None:
    """The signer refuses a head that is beside what it signed, and from then on nothing is written."""
    with signed.service.database.reading() as session:
        size = sequencer.read_head(session).size
    rebuilt(signed.service.database, size - 1)
    with signed.service.database.reading() as session:
        assert session.get(TreeNode, (0, size - 1)) is not None
        assert list(faults(session, signed.service.log))
    with signed.service.database.engine.begin() as connection:
        nodes = connection.execute(text("SELECT root FROM log_head")).scalar()
        connection.execute(text("UPDATE log_head SET root = :root"), {"root": bytes(32)})
    assert nodes
    with pytest.raises(Exception, match="ALARM"):
        keep_signed(signed.service)
    evidence = json.loads((signed.service.settings.data_dir / "signer" / "alarm.json").read_text(encoding="utf-8"))
    assert set(evidence) == {"signed", "offered", "why"}
    answer = signed.desk("registrar").post("/api/v1/departments", {"code": "fire", "name": "部门"})
    assert answer.status_code == 503
