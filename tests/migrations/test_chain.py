"""The chain of migrations: numbered, linear, forward only, careful with locks, and equal to the models."""

import ast
import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from importlib import resources
from pathlib import Path

import httpx
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from app.clock import RealClock
from app.db import Database
from app.keys import SecretBox
from app.log_keys import log_signing
from app.main import NotMigratedError, create_app, open_service
from app.models import METADATA
from app.record import Recorder
from app.schema import is_current, migrate, newest
from app.service import Service
from app.settings import Settings
from migrations.guards import LOCK_TIMEOUT
from publicity.clocks import Deadlines, load_clock_rules
from publicity.restriction_rules import load_restriction_rules
from publicity.sequencer import Head
from publicity.term_rules import load_rule_sets
from publicity.terms import TermBook
from publicity.workdays import WorkCalendar
from registry.leaves import Leave, away_throughout
from sampling.merkle import EMPTY_ROOT
from sampling.stages import Stage
from tests import demonstration

VERSIONS = Path(str(resources.files("migrations"))) / "versions"
FILES = sorted(path for path in VERSIONS.glob("*.py") if path.stem != "__init__")

OF_ONE_DATABASE = re.compile(r"ix_operators_name_grams|operator_names(_[a-z]+)?")
"""Indexes of the names: GIN on PostgreSQL, a full-text table with its own tables on SQLite. No model knows them."""


LED = ("draw_commitments", "visits")
EARLIER = (
    """INSERT INTO plans VALUES (:no, :task, '甲', :none, :none, '0.5', '乙', :none, :none,
    '2020-09-01', '2020-12-31', false, NULL, 'p0001', :at, NULL, NULL)""",
    "INSERT INTO journal VALUES (1, 'draw.committed', :at, 'p0001', :task, '{}', '')",
    "INSERT INTO draw_commitments VALUES (:task, :no, '', '', '', '', '', '', '{}', false, 'p0001', :at, :at, :at, 1)",
    "INSERT INTO operators VALUES ('x', '甲', 'platform', 'active', true, '140105', '', '', '', '', '', '', '')",
    "INSERT INTO visits VALUES (:task || '-01', :task, :no, 1, 'x', '甲', '140105')",
)
"""A plan that was committed and visited, as version 0005 kept it."""

FOUND = (
    "INSERT INTO departments VALUES ('market', '甲')",
    """INSERT INTO inspectors VALUES ('i1', '乙', 'market', '140000', 'c1', '2019-01-01', '2023-12-31', 'serving')""",
    "INSERT INTO visit_seats VALUES (:task || '-01', 'market', 1, 'r1', 'i1', '乙')",
    "INSERT INTO journal VALUES (2, 'finding.filed', :at, 'p0002', :task || '-01-1', '{}', '')",
    "INSERT INTO journal VALUES (3, 'finding.reviewed', :at, 'p0003', :task || '-01-1', '{}', '')",
    "INSERT INTO journal VALUES (4, 'finding.filed', :at, 'p0002', :task || '-01-2', '{}', '')",
    "INSERT INTO journal VALUES (5, 'finding.reviewed', :at, 'p0003', :task || '-01-2', '{}', '')",
    "INSERT INTO journal VALUES (6, 'result.published', :at, 'p0004', :task || '-01-2', '{}', '')",
    "INSERT INTO findings VALUES (:task || '-01-1', :task || '-01', 1, NULL, '2020-09-15', true, 'p0002', :at)",
    """INSERT INTO findings VALUES
    (:task || '-01-2', :task || '-01', 2, :task || '-01-1', '2020-09-15', true, 'p0002', :at)""",
    "INSERT INTO finding_reviews VALUES (:task || '-01-1', false, '丙', 'p0003', :at)",
    "INSERT INTO finding_reviews VALUES (:task || '-01-2', true, '', 'p0003', :at)",
    """INSERT INTO disclosures VALUES ('r-' || :task || '-01-2', 'result', :task || '-01-2', NULL, 'x', :task, 2020,
    true, '2020-09-15', '2020-10-19', '{}', 'p0004', :at, 6)""",
    """INSERT INTO penalties VALUES ('2020-0001', :task || '-01-2', 'x', '甲', '甲罚1号', 'ordinary', '违法', '事实',
    '依据', '["fine"]', '罚款', 5, 0, 'market', '2020-09-22', 'p0003', :at)""",
)
"""What was found, returned, corrected, approved, published and punished, as version 0005 kept it."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as found:
        yield found


def config() -> Config:
    found = Config()
    found.set_main_option("script_location", str(VERSIONS.parent))
    found.set_main_option("path_separator", "os")
    return found


def of_the_models(name: str | None, _kind: str, _parents: object) -> bool:
    """Return whether a table or an index in the database is one that the models should know."""
    return name is None or OF_ONE_DATABASE.fullmatch(name) is None


def upgrade_to(database: Database, revision: str) -> None:
    chain = config()
    with database.engine.begin() as connection:
        chain.attributes["connection"] = connection
        command.upgrade(chain, revision)


def serve_unready(database: Database, tmp_path: Path) -> Service:
    """Return a service over a database that ``open_service`` would refuse."""
    clock = RealClock()
    settings = Settings(database_url="sqlite://", data_dir=tmp_path)
    return Service(
        settings=settings,
        clock=clock,
        database=database,
        box=SecretBox(bytes(32)),
        recorder=Recorder(database, clock),
        deadlines=Deadlines(rules=load_clock_rules(), calendar=WorkCalendar.load(), region=settings.region),
        consequences=load_restriction_rules(),
        terms=TermBook(rule_sets=load_rule_sets(), chosen="order-45"),
        stage=Stage.REAL,
        log=log_signing(settings, mark=None, newest=None),
    )


def ask(service: Service, path: str) -> httpx.Response:
    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(service))
        async with httpx.AsyncClient(transport=transport, base_url="http://service.example") as client:
            return await client.get(path)

    return asyncio.run(call())


def test_chain_is_linear_and_numbered_as_its_files() -> None:
    chain = list(reversed(list(ScriptDirectory.from_config(config()).walk_revisions())))
    assert len(chain) == len(FILES) >= 5
    assert [each.revision for each in chain] == [f"{number:04d}" for number in range(1, len(chain) + 1)]
    assert [each.down_revision for each in chain] == [None, *(each.revision for each in chain[:-1])]
    assert [Path(each.path).name.partition("_")[0] for each in chain] == [each.revision for each in chain]
    assert newest() == chain[-1].revision


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_migration_bounds_its_locks_first_and_never_goes_back(path: Path) -> None:
    functions = {
        node.name: node
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    assert "downgrade" not in functions
    said, first = functions["upgrade"].body[:2]
    assert isinstance(said, ast.Expr)
    assert isinstance(said.value, ast.Constant)
    assert ast.unparse(first) == "start()"
    assert "batch_alter_table" not in path.read_text(encoding="utf-8")


def test_locks_are_bounded_before_anything_is_touched(database: Database) -> None:
    said: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    migrate(database)
    bounds = [place for place, statement in enumerate(said) if statement.startswith("SET LOCAL lock_timeout")]
    if database.is_sqlite:
        assert bounds == []
        return
    assert [said[place] for place in bounds] == [f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"] * len(FILES)
    changes = [place for place, statement in enumerate(said) if statement.lstrip().startswith(("CREATE", "ALTER"))]
    ours = [place for place in changes if "alembic_version" not in said[place]]
    assert bounds[0] < ours[0]


def test_chain_leads_from_nothing_to_the_models(database: Database) -> None:
    assert not is_current(database)
    assert migrate(database) == newest()
    assert is_current(database)
    tables = {name for name in inspect(database.engine).get_table_names() if of_the_models(name, "table", {})}
    assert tables == set(METADATA.tables) | {"alembic_version"}
    with database.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": of_the_models}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []


def test_comparison_sees_what_is_missing(database: Database) -> None:
    upgrade_to(database, "0004")
    with database.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert {change[1].name for change in found if change[0] == "add_table"} >= {"findings", "penalties"}


def test_log_begins_empty_at_the_root_of_no_leaves(database: Database) -> None:
    migrate(database)
    with database.reading() as session:
        head = session.exec(select(Head)).one()
    assert (head.size, head.root) == (0, EMPTY_ROOT)


def test_migrating_twice_changes_nothing(database: Database) -> None:
    migrate(database)
    with database.engine.begin() as connection:
        connection.execute(text("INSERT INTO departments VALUES ('market', '市场监督管理局')"))
    assert migrate(database) == newest()
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM departments")).scalar_one() == 1
        assert connection.execute(text("SELECT count(*) FROM log_head")).scalar_one() == 1


def test_migration_that_fails_midway_leaves_nothing(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE visits (mine INTEGER)"))
    with pytest.raises(DatabaseError):
        migrate(database)
    assert inspect(database.engine).get_table_names() == ["visits"]
    assert not is_current(database)


def test_earlier_schema_is_not_current_and_is_brought_forward(database: Database) -> None:
    upgrade_to(database, "0003")
    assert not is_current(database)
    migrate(database)
    assert is_current(database)


def test_plan_of_an_earlier_version_becomes_a_plan_and_its_batch(database: Database) -> None:
    """What was committed and visited under the plan is led to the batch, and is guarded as before."""
    upgrade_to(database, "0005")
    given = {"no": "14000020200001", "task": "140000202008240001", "none": "[]", "at": "2020-08-24 01:00:00+00:00"}
    with database.engine.begin() as connection:
        for statement in EARLIER:
            connection.execute(text(statement), given)
    migrate(database)
    with database.engine.connect() as connection:
        plan = connection.execute(text("SELECT plan_no, year, title FROM plans")).one()
        batch = connection.execute(text("SELECT task_no, plan_no, CAST(quotas AS TEXT) FROM batches")).one()
        led = [connection.execute(text(f"SELECT task_no FROM {table}")).scalar_one() for table in LED]  # noqa: S608 - our own names
    assert tuple(plan) == (given["no"], 2020, "甲")
    assert tuple(batch[:2]) == (given["task"], given["no"])
    assert json.loads(batch[2]) == {"default": {"ratio": "0.5"}, "strata": {}}
    assert led == [given["task"]] * 2
    for table in LED:
        with pytest.raises(DatabaseError, match="append-only"), database.engine.begin() as connection:
            connection.execute(text(f"UPDATE {table} SET task_no = task_no"))  # noqa: S608 - our own names


def test_findings_and_reviews_of_an_earlier_version_become_steps_of_their_visits(database: Database) -> None:
    """Each by the fact that told of it, in order; the visit counts as drawn for its year; no step is made up."""
    upgrade_to(database, "0005")
    given = {"no": "14000020200001", "task": "140000202008240001", "none": "[]", "at": "2020-08-24 01:00:00+00:00"}
    with database.engine.begin() as connection:
        for statement in (*EARLIER, *FOUND):
            connection.execute(text(statement), given)
    migrate(database)
    with database.engine.connect() as connection:
        query = "SELECT number, step, finding_id, taken_by, fact_id FROM visit_steps ORDER BY number"
        steps = [tuple(row) for row in connection.execute(text(query))]
        visit = connection.execute(text("SELECT cause, year, draw_id, number FROM visits")).one()
        published = connection.execute(text("SELECT cause, draw_id FROM disclosures")).one()
        punished = connection.execute(text("SELECT finding_id, decision_no, fine_fen, decided_by FROM penalties")).one()
        assert connection.execute(text("SELECT count(*) FROM finding_confirmations")).scalar_one() == 0
    first, second = f"{given['task']}-01-1", f"{given['task']}-01-2"
    assert steps == [
        (1, "filed", first, "p0002", 2),
        (2, "returned", first, "p0003", 3),
        (3, "filed", second, "p0002", 4),
        (4, "passed", second, "p0003", 5),
    ]
    assert tuple(visit) == ("drawn", 2020, given["task"], 1)
    assert tuple(published) == ("drawn", given["task"])
    assert tuple(punished) == (second, "甲罚1号", 5, "p0003")
    guarded = {"visits": "visit_id", "visit_seats": "visit_id", "disclosures": "fact_id", "visit_steps": "fact_id"}
    guarded |= {"penalties": "decision_no"}
    for table, column in guarded.items():
        with pytest.raises(DatabaseError, match="append-only"), database.engine.begin() as connection:
            connection.execute(text(f"UPDATE {table} SET {column} = {column}"))  # noqa: S608 - our own names


def test_leave_of_an_earlier_version_counts_as_it_did_and_was_decided_by_nobody(database: Database) -> None:
    upgrade_to(database, "0013")
    with database.engine.begin() as connection:
        connection.execute(text("INSERT INTO departments VALUES ('market', '甲')"))
        connection.execute(
            text(
                """INSERT INTO inspectors VALUES
                ('i1', '乙', 'market', '140000', 'c1', '2019-01-01', '2023-12-31', 'serving', '', '')"""
            )
        )
        connection.execute(
            text(
                """INSERT INTO inspector_leaves VALUES
                ('l0001', 'i1', '2020-09-01', '2020-12-31', '事假', 'p0001', '2020-08-24 01:00:00+00:00', NULL, NULL)"""
            )
        )
    migrate(database)
    with Session(database.engine) as session:
        leave = session.exec(select(Leave)).one()
        assert (leave.approved, leave.decided_by, leave.decided_at) == (True, None, None)
        assert away_throughout(session, date(2020, 9, 1), date(2020, 12, 31)) == {"i1"}


def test_schema_of_a_later_version_is_not_current(database: Database) -> None:
    migrate(database)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not is_current(database)


def test_database_that_does_not_answer_is_not_current() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=1")
    assert not is_current(database)
    database.close()


def test_service_over_another_schema_lives_and_is_not_ready(database: Database, tmp_path: Path) -> None:
    service = serve_unready(database, tmp_path)
    assert ask(service, "/healthz").status_code == 200
    refused = ask(service, "/readyz")
    assert (refused.status_code, refused.json()["code"]) == (503, "service_unavailable")
    migrate(database)
    assert ask(service, "/readyz").json() == {"status": "ok", "work_due_since": None, "clock_followed_until": None}


def test_service_does_not_open_over_another_schema(database_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=database_url, data_dir=tmp_path)
    with pytest.raises(NotMigratedError):
        open_service(settings)
    assert not (tmp_path / "service.key").exists()


def test_serve_says_what_to_do_about_another_schema(tmp_path: Path) -> None:
    refused = demonstration.run("serve", **demonstration.settings_of(tmp_path))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"{NotMigratedError()}\n"
    assert "double-random migrate" in refused.stderr
