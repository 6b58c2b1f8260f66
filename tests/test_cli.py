"""The command line: what it prints, where, with which exit code, and what it leaves alone."""

import json
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from app.auth import person_of
from app.cli import app
from app.clock import RealClock
from app.db import Database
from app.demo import case, rosters
from app.main import NotMigratedError
from app.record import SYSTEM, Recorder
from registry.departments import add_department, department_names
from registry.inspectors import Inspector
from registry.journal import Act
from registry.operators import Operator
from registry.people import Person
from tests import demonstration

VECTOR = Path(__file__).parent / "vectors" / "draw" / "accept" / "shanxi-2020"
INPUTS = ("commitment.json", "frame.csv", "exclusions.csv", "inspectors.csv", "recusals.csv", "reveal.json")
OUTCOME = ("drawn.csv", "teams.csv")
COMMANDS = (
    *(
        "replay",
        "migrate",
        "serve",
        "worker",
        "tick",
        "demo",
        "openapi",
        "generate",
        "import",
        "export",
        "department",
        "person",
        "beacon",
        "secret",
        "verify",
    ),
)

Command = Callable[..., Result]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Return a way to run the program over a database of its own, which is not yet there."""
    monkeypatch.setenv("DOUBLE_RANDOM_DATABASE_URL", f"sqlite:///{tmp_path / 'bureau.db'}")
    monkeypatch.setenv("DOUBLE_RANDOM_DATA_DIR", str(tmp_path))
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, [str(each) for each in arguments])


@pytest.fixture
def database(command: Command, tmp_path: Path) -> Database:
    """Return that database, migrated, with two departments."""
    assert command("migrate").exit_code == 0
    database = Database(f"sqlite:///{tmp_path / 'bureau.db'}")
    recorder = Recorder(database, RealClock())
    for code, name in case.DEPARTMENTS.items():
        recorder.record(SYSTEM, partial(add_department_named, code, name))
    database.close()
    return database


def add_department_named(code: str, name: str, act: Act) -> str:
    return add_department(act, code=code, name=name).code


@pytest.fixture
def draw(tmp_path: Path) -> Path:
    """Return a directory with the six files of a draw."""
    directory = tmp_path / "draw"
    directory.mkdir()
    for name in INPUTS:
        shutil.copy(VECTOR / name, directory)
    return directory


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def count(database: Database, table: type[Operator | Inspector | Person]) -> int:
    with database.reading() as session:
        return len(session.exec(select(table)).all())


def test_replay_writes_the_outcome_beside_the_inputs(command: Command, draw: Path) -> None:
    done = command("replay", draw)
    assert (done.exit_code, done.stderr) == (0, "")
    assert re.match(r"[0-9a-f]{64}\n.+ drawn, .+ seats -> ", done.stdout)
    assert all((draw / name).read_bytes() == (VECTOR / name).read_bytes() for name in OUTCOME)
    assert command("replay", draw).exit_code == 0


def test_replay_writes_elsewhere_and_leaves_the_inputs_alone(command: Command, draw: Path, tmp_path: Path) -> None:
    assert command("replay", draw, "--out", tmp_path / "new" / "out").exit_code == 0
    assert names(tmp_path / "new" / "out") == set(OUTCOME)
    assert names(draw) == set(INPUTS)


def test_refused_replay_says_one_sentence_and_writes_nothing(command: Command, draw: Path, tmp_path: Path) -> None:
    frame = (draw / "frame.csv").read_bytes()
    (draw / "frame.csv").write_bytes(frame.replace(b"\n", b"\r\n", 1))
    for options, word in (((), "frame.csv"), (("--lang", "en"), "carriage return")):
        refused = command("replay", draw, "--out", tmp_path / "out", *options)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.count("\n") == 1
        assert word in refused.stderr
    assert not (tmp_path / "out").exists()
    assert names(draw) == set(INPUTS)


def test_replay_of_a_published_outcome_that_differs_is_refused(command: Command, draw: Path) -> None:
    wrong = (VECTOR / "drawn.csv").read_bytes().replace(b",1,", b",2,", 1)
    (draw / "drawn.csv").write_bytes(wrong)
    refused = command("replay", draw)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "drawn.csv" in refused.stderr
    assert (draw / "drawn.csv").read_bytes() == wrong
    assert names(draw) == {*INPUTS, "drawn.csv"}


def test_replay_checks_the_replacements_that_stand_beside_the_draw(command: Command, draw: Path) -> None:
    told = (VECTOR.parents[2] / "replacement" / "accept" / "mixed" / "replacements.json").read_bytes()
    (draw / "replacements.json").write_bytes(told)
    done = command("replay", draw)
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"replacements.json: {json.loads(told)['state']}" in done.stdout
    (draw / "replacements.json").write_bytes(told.replace(b'"gone"', b'"closed"', 1))
    refused = command("replay", draw)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "replacements.json" in refused.stderr


def test_replay_of_nothing_names_what_is_missing(command: Command, tmp_path: Path) -> None:
    refused = command("replay", tmp_path / "nowhere")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "nowhere" in refused.stderr


def test_replay_needs_no_settings_and_no_database(tmp_path: Path, draw: Path) -> None:
    done = demonstration.run("replay", draw, database_url="nonsense", unknown="x")
    assert done.returncode == 0
    assert names(tmp_path) == {"draw"}


def test_migrating_twice_reaches_the_same_schema(command: Command) -> None:
    first, second = command("migrate"), command("migrate")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout == second.stdout
    assert re.fullmatch(r"schema [0-9]{4}\n", first.stdout)


def test_import_reports_what_it_did(command: Command, database: Database, tmp_path: Path) -> None:
    for name, text, table in (
        ("operators", rosters.operators_csv(), Operator),
        ("inspectors", rosters.inspectors_csv(), Inspector),
    ):
        sheet = tmp_path / f"{name}.csv"
        sheet.write_text(text, encoding="utf-8-sig")
        rows = len(text.splitlines()) - 1
        done = command("import", name, sheet)
        assert (done.exit_code, done.stderr) == (0, "")
        assert f"{rows}" in done.stdout
        assert count(database, table) == rows
        assert command("import", name, sheet).exit_code == 0
        assert count(database, table) == rows
    database.close()


def test_bad_roster_is_refused_whole_and_every_wrong_cell_is_listed(
    command: Command, database: Database, tmp_path: Path
) -> None:
    lines = rosters.operators_csv().splitlines()
    lines[3] = lines[3].replace("电商平台经营者", "小卖部")
    lines[5] = "X" + lines[5][1:]
    sheet = tmp_path / "operators.csv"
    sheet.write_text("\n".join(lines) + "\n", encoding="utf-8")
    refused = command("import", "operators", sheet)
    assert (refused.exit_code, refused.stdout) == (1, "")
    said = refused.stderr.splitlines()
    assert len(said) == 3
    assert "2 处" in said[0]
    assert said[1].startswith("第 4 行 主体类型“小卖部”")
    assert said[2].startswith("第 6 行 统一社会信用代码“X")
    assert count(database, Operator) == 0
    database.close()


def test_check_counts_every_row_and_tells_of_those_that_need_a_look(
    command: Command, database: Database, tmp_path: Path
) -> None:
    lines = rosters.operators_csv().splitlines()
    lines[3] = lines[3].replace("电商平台经营者", "小卖部")
    alike = lines[5].replace("虚构路", "虚构街")
    assert alike != lines[5]
    sheet, report = tmp_path / "operators.csv", tmp_path / "remarks.xlsx"
    sheet.write_text("\n".join([*lines, alike]) + "\n", encoding="utf-8")
    checked = command("import", "operators", sheet, "--check", "--report", report)
    assert (checked.exit_code, checked.stderr) == (0, "")
    head, *told = checked.stdout.splitlines()
    assert head.startswith(f"共 {len(lines)} 行")
    assert f"新增 new {len(lines) - 3}，" in head
    assert [line.split("行")[0] for line in told] == ["第 4 ", "第 6 ", f"第 {len(lines) + 1} "]
    assert "有误 主体类型：" in told[0]
    assert told[1] == f"第 6 行 疑似重复 与第 {len(lines) + 1} 行疑似重复，处理办法见该行。"
    assert "与第 6 行重复" in told[2]
    assert report.read_bytes()[:2] == b"PK"
    assert count(database, Operator) == 0
    database.close()


def test_department_is_added_before_the_rosters_that_name_it(command: Command, database: Database) -> None:
    done = command("department", "add", "--code", "commerce", "--name", "商务部门（示例）")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "commerce\n", "")
    for code, word in (("commerce", "已存在"), ("a b", "不合格式")):
        refused = command("department", "add", "--code", code, "--name", "另一部门")
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert word in refused.stderr
    with database.reading() as session:
        assert department_names(session) == case.DEPARTMENTS | {"commerce": "商务部门（示例）"}
    database.close()


def test_file_that_is_no_roster_is_refused(command: Command, database: Database, tmp_path: Path) -> None:
    sheet = tmp_path / "inspectors.csv"
    for data in (b"", b"a,b\n1,2\n", "姓名\n示例\n".encode("gb18030"), b'"'):
        sheet.write_bytes(data)
        refused = command("import", "inspectors", sheet)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.strip()
        assert refused.exception is None or isinstance(refused.exception, SystemExit)
    assert count(database, Inspector) == 0
    database.close()


def test_person_is_added_with_a_key_that_opens(command: Command, database: Database) -> None:
    done = command("person", "add", "--name", "示例管理员", "--role", "administrator")
    assert (done.exit_code, done.stderr) == (0, "")
    person_id, key = done.stdout.split()
    with database.reading() as session:
        person = person_of(session, key)
        assert (person.person_id, person.name, person.roles) == (person_id, "示例管理员", ["administrator"])
    database.close()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--role", "emperor"], "emperor"),
        (["--role", "administrator", "--role", "approver"], "不得兼任"),
        (["--role", "inspector"], "检查人员"),
        (["--role", "inspector", "--inspector-no", "market-999"], "market-999"),
        (["--role", "approver", "--department", "nowhere"], "nowhere"),
    ],
)
def test_person_who_cannot_be_is_refused(command: Command, database: Database, options: list[str], word: str) -> None:
    refused = command("person", "add", "--name", "示例", *options)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert word in refused.stderr
    assert count(database, Person) == 0
    database.close()


@pytest.mark.parametrize("arguments", [["serve"], ["person", "add", "--name", "示例", "--role", "administrator"]])
def test_command_over_another_schema_says_what_to_do(command: Command, arguments: list[str]) -> None:
    refused = command(*arguments)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == f"{NotMigratedError()}\n"


def test_setting_that_does_not_fit_is_named(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUBLE_RANDOM_PORT", "eighty")
    refused = command("migrate")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "DOUBLE_RANDOM_PORT" in refused.stderr


def test_help_names_every_command_and_says_what_it_does(command: Command) -> None:
    whole = command("--help")
    assert whole.exit_code == 0
    assert all(re.search(rf"^\W*{name}\s+\S", whole.stdout, re.MULTILINE) for name in COMMANDS)
    for arguments in (
        *((name,) for name in COMMANDS),
        ("import", "operators"),
        ("import", "inspectors"),
        ("department", "add"),
        ("person", "add"),
    ):
        each = command(*arguments, "--help")
        assert each.exit_code == 0
        assert any("一" <= letter <= "鿿" for letter in each.stdout), arguments


def test_unknown_command_or_option_is_refused(command: Command, draw: Path) -> None:
    assert command("reply").exit_code == 2
    assert command("replay", draw, "--quick").exit_code == 2
    assert names(draw) == set(INPUTS)
