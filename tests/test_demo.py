"""The demonstration, played by the installed program in an empty environment: what it leaves, and what it refuses."""

import json
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.clock import DemoClock, RealClock
from app.db import Database
from app.demo import case
from app.demo.directory import DemoDirectoryError
from app.demo.play import play
from app.founding import found_database
from app.main import ClockError, open_service
from app.record import SYSTEM
from app.schema import migrate
from app.settings import Settings
from publicity.proof import MAY_TRY, SIMULATED, UNCHANGED
from publicity.tlog.errors import ProofError
from publicity.tlog.proofs import verify_inclusion
from registry.departments import add_department
from registry.stages import NotEmptyError
from sampling.merkle import leaf_hash
from sampling.stages import Stage
from tests import demonstration

FIGURES = {
    "registered": 53,
    "frame": 52,
    "excluded": 1,
    "drawn": 26,
    "seats": 104,
    "findings": 26,
    "problems": 5,
    "published": 26,
    "penalties": 2,
}
INPUTS = {"frame.csv", "exclusions.csv", "inspectors.csv", "recusals.csv", "commitment.json", "reveal.json"}
OUTCOME = {"drawn.csv", "teams.csv"}
BUNDLE = INPUTS | OUTCOME | {"public_value.json", "log.json"}
KEPT = {"double-random.db", "service.key", "answers.key", "signer", "bundle.zip", "figures.json", "keys.json"}


@pytest.fixture(scope="module")
def demo() -> Path:
    return demonstration.played()


@pytest.fixture(scope="module")
def bundle(demo: Path) -> dict[str, bytes]:
    return read_bundle(demo)


def read_bundle(directory: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(directory / "bundle.zip") as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def contents(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_demo_leaves_its_files_and_no_others(demo: Path) -> None:
    assert {path.name for path in demo.iterdir()} == KEPT


def test_figures_are_those_of_the_case(demo: Path) -> None:
    assert json.loads((demo / "figures.json").read_text(encoding="utf-8")) == FIGURES


def test_figures_are_in_the_database_too(demo: Path) -> None:
    with closing(sqlite3.connect(f"file:{demo / 'double-random.db'}?immutable=1", uri=True)) as connection:
        counts = {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608 - our own table names
            for name in ("operators", "visits", "visit_seats", "findings", "penalties", "disclosures")
        }
    # one visit by complaint beside the 26 that were drawn, with a team of two
    expected = {"operators": 53, "visits": 27, "visit_seats": 106, "findings": 27, "penalties": 2, "disclosures": 29}
    assert counts == expected


def test_its_decisions_are_published_without_the_agents_and_with_the_office(demo: Path) -> None:
    """Name, number, telephone and home of the agent are gone; the office's telephone is not."""
    with closing(sqlite3.connect(f"file:{demo / 'double-random.db'}?immutable=1", uri=True)) as connection:
        of_penalty = "disclosures x ON x.source_id = 'penalty:' || d.penalty_id"
        query = f"SELECT d.text, x.content FROM penalty_documents d JOIN {of_penalty}"  # noqa: S608 - our own names
        rows = connection.execute(query).fetchall()
    assert len(rows) == len(case.PENALTIES)
    for delivered, content in rows:
        published = json.loads(content)["document"]
        private = [word for agent in case.AGENTS.values() for word in agent if word in delivered] + [case.AGENTS_HOME]
        assert len(private) == 4
        assert [word for word in private if word in published] == []
        assert case.OFFICE_PHONE in published


def test_keys_and_key_file_are_for_their_owner_alone(demo: Path) -> None:
    for name in ("keys.json", "service.key", "signer/keys", "signer/head"):
        assert stat.S_IMODE((demo / name).stat().st_mode) == 0o600


def test_bundle_holds_exactly_the_files_of_the_protocol(demo: Path, bundle: dict[str, bytes]) -> None:
    with zipfile.ZipFile(demo / "bundle.zip") as archive:
        assert sorted(archive.namelist()) == sorted(BUNDLE)
    assert len(bundle["frame.csv"].splitlines()) == 1 + 52
    assert len(bundle["exclusions.csv"].splitlines()) == 1 + 1
    assert len(bundle["drawn.csv"].splitlines()) == 1 + 26
    assert len(bundle["teams.csv"].splitlines()) == 1 + 104


def test_replay_of_the_six_files_gives_the_published_outcome(bundle: dict[str, bytes], tmp_path: Path) -> None:
    source, out = tmp_path / "six", tmp_path / "out"
    source.mkdir()
    for name in INPUTS:
        (source / name).write_bytes(bundle[name])
    done = demonstration.run("replay", source, "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert contents(out) == {name: bundle[name] for name in OUTCOME}
    assert "26 drawn, 104 seats" in done.stdout


def test_replay_of_the_whole_bundle_agrees_and_writes_nothing(bundle: dict[str, bytes], tmp_path: Path) -> None:
    for name, data in bundle.items():
        (tmp_path / name).write_bytes(data)
    assert demonstration.run("replay", tmp_path).returncode == 0
    assert contents(tmp_path) == bundle


def test_every_step_of_the_draw_is_proven_in_the_log(bundle: dict[str, bytes]) -> None:
    log = json.loads(bundle["log.json"])
    kinds = []
    for each in log["entries"]:
        prove(log, each, each["entry"])
        kinds.append(json.loads(each["entry"])["kind"])
    assert kinds == ["draw.committed", "draw.executed"]
    assert log["checkpoint"].startswith(f"127.0.0.1:8000/log/demo\n{log['size']}\n")
    with pytest.raises(ProofError):
        prove(log, log["entries"][0], log["entries"][0]["entry"].replace("sha256", "sha257"))


def prove(log: dict[str, Any], each: dict[str, Any], entry: str) -> None:
    proof = [bytes.fromhex(step) for step in each["proof"]]
    verify_inclusion(leaf_hash(entry.encode()), each["index"], log["size"], proof, bytes.fromhex(log["root"]))


def test_bundle_says_that_the_public_value_was_simulated(bundle: dict[str, bytes]) -> None:
    value = json.loads(bundle["public_value.json"])
    assert value["simulated"] is True
    assert value["witnesses"] == []


def test_second_run_over_a_crashed_one_is_a_new_draw(demo: Path, bundle: dict[str, bytes], tmp_path: Path) -> None:
    again = tmp_path / "demo"
    crash(demo, again)
    done = demonstration.run("demo", "--no-serve", "--dir", again)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((again / "figures.json").read_text(encoding="utf-8")) == FIGURES
    assert {path.name for path in again.iterdir()} == KEPT
    second = read_bundle(again)
    shown, fresh = json.loads(bundle["reveal.json"]), json.loads(second["reveal.json"])
    assert not set(shown["secrets"]) & set(fresh["secrets"])
    assert shown["public_value"] != fresh["public_value"]
    assert bundle["drawn.csv"] != second["drawn.csv"]
    assert (demo / "service.key").read_bytes() != (again / "service.key").read_bytes()
    keys = [json.loads((each / "keys.json").read_text(encoding="utf-8")) for each in (demo, again)]
    assert not set(keys[0].values()) & set(keys[1].values())


def crash(demo: Path, copy: Path) -> None:
    """Copy a demonstration as a process that was killed leaves it: with what it wrote last still in the WAL."""
    live = copy.with_name("live")
    shutil.copytree(demo, live)
    with closing(sqlite3.connect(live / "double-random.db")) as connection:
        connection.execute("UPDATE people SET active = 0")
        connection.commit()
        shutil.copytree(live, copy)
    assert (copy / "double-random.db-wal").stat().st_size > 0


def test_directory_with_a_foreign_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "accounts.xlsx").write_bytes(b"not ours")
    before = contents(tmp_path)
    done = demonstration.run("demo", "--no-serve", "--dir", tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "不是演示" in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(tmp_path) == before


def refuse(directory: Path) -> None:
    """Check that no demonstration is played into a directory, and that it is left as it was."""
    before = contents(directory)
    with pytest.raises(DemoDirectoryError):
        play(directory, serve_after=False, port=0)
    assert contents(directory) == before


def test_demonstration_beside_a_foreign_file_is_left_as_it_is(demo: Path, tmp_path: Path) -> None:
    shutil.copytree(demo, tmp_path, dirs_exist_ok=True)
    (tmp_path / "notes.txt").write_bytes(b"mine")
    refuse(tmp_path)


def test_key_file_of_a_bureau_on_another_database_is_never_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "service.key").write_bytes(bytes(32))
    refuse(tmp_path)


def test_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "double-random.db")) as other:
        other.execute("CREATE TABLE accounts (name TEXT)")
    refuse(tmp_path)
    (tmp_path / "double-random.db").write_bytes(b"no database at all")
    refuse(tmp_path)


def real_database(directory: Path) -> Settings:
    """Make a database that is in use and no demonstration, under the names a demonstration would use."""
    settings = Settings(database_url=f"sqlite:///{directory / 'double-random.db'}", data_dir=directory)
    database = Database(settings.database_url)
    migrate(database)
    database.close()
    service = open_service(settings)
    service.recorder.record(SYSTEM, lambda act: add_department(act, code="market", name="某局").code)
    service.database.close()
    return settings


def test_database_of_a_bureau_is_never_played_over(tmp_path: Path) -> None:
    real_database(tmp_path)
    refuse(tmp_path)


def test_database_of_a_bureau_cannot_be_marked(tmp_path: Path) -> None:
    with pytest.raises(NotEmptyError):
        found_database(real_database(tmp_path).database_url, Stage.DEMONSTRATION, RealClock())


def test_database_of_a_bureau_refuses_every_other_clock(tmp_path: Path) -> None:
    with pytest.raises(ClockError):
        open_service(real_database(tmp_path), DemoClock(datetime(2020, 9, 1, tzinfo=UTC)))


@pytest.fixture(scope="module")
def pages(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Return a reader of the demonstration, served by the program under the real clock."""
    copy = tmp_path_factory.mktemp("served") / "demo"
    shutil.copytree(demo, copy)
    with demonstration.serving(copy) as address, httpx.Client(base_url=address) as client:
        yield client


def test_pages_of_a_demonstration_say_so_and_are_seen_as_its_year_ended(pages: httpx.Client) -> None:
    """Served again, its time goes on from the last entry: what has ended since by the rules still stands there."""
    site = pages.get("/index.json").json()["site"]
    assert site["stage"] == "demo"
    assert datetime.fromisoformat(site["made_at"]).year == 2020
    assert len(pages.get("/penalties.json").json()["rows"]) == 2
    paths = ["/", "/draws", draw_path(pages), "/results", "/penalties", "/search?q=1"]
    assert [path for path in paths if "演示" not in pages.get(path).text] == []


def test_the_cap_in_force_is_public(pages: httpx.Client) -> None:
    """Its figures are those of the case with it too: nobody was inspected before the draw."""
    told = pages.get("/caps.json?on=2020-09-01").json()["rows"]
    assert [(cap["valid_from"], cap["yearly"], cap["state"]) for cap in told] == [("2020-01-01", 2, "in_force")]
    assert "2 次" in pages.get("/caps?on=2020-09-01").text


def test_page_of_the_draw_says_that_its_value_is_simulated(pages: httpx.Client) -> None:
    path = draw_path(pages)
    draw, page = pages.get(f"{path}.json").json(), pages.get(path).text
    assert draw["source"]["simulated"] is True
    assert draw["source"]["witnesses"] == []
    assert "模拟" in page
    assert "无人见证" in page


def test_simulated_value_proves_no_more_than_one_secret_does(pages: httpx.Client) -> None:
    level = pages.get(f"{draw_path(pages)}.json").json()["level"]
    assert level["used"] == "一方秘密（演示）"
    assert level["proves"] == UNCHANGED
    assert level["leaves_open"] == MAY_TRY
    assert SIMULATED in level["caveats"]


def draw_path(pages: httpx.Client) -> str:
    return str(pages.get("/draws.json").json()["rows"][0]["path"])
