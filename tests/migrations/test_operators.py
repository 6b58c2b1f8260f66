"""What the sixth migration carries over: operators with their site, what refers to them, the journal and its guards."""

# ruff: noqa: S608 - the statements are made of our own tables' names

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.db import Database
from app.schema import migrate
from migrations.guards import MESSAGE
from registry.searching import find_operators
from registry.sites import Site, sites_of
from tests.migrations.test_chain import upgrade_to

BEFORE = """
INSERT INTO departments VALUES ('market', '市场监督管理局');
INSERT INTO inspectors VALUES ('i-1', '甲', 'market', '140000', '证1', '2019-01-01', '2023-12-31', 'serving');
INSERT INTO operators (unit_id, name, kind, status, trading, area, address, legal_representative, contact_name,
    contact_phone, platform_name, domain, icp_no) VALUES
    ('B', '汾水优选（虚构）', 'platform', 'active', true, '140105', '路1号', '', '', '', '优选', 'Shop.example', ''),
    ('A', '云岗惠购（虚构）', 'social', 'active', false, '140105', '路2号', '', '', '', '', '', '');
INSERT INTO recusals (recusal_id, inspector_no, unit_id, reason, requested_by, requested_at)
    VALUES ('r0001', 'i-1', 'B', '近亲属', 'p0001', '2020-09-01 00:00:00+00');
INSERT INTO journal (fact_id, kind, at, actor, subject, public, digest)
    VALUES (1, 'operator.changed', '2020-09-01 00:00:00+00', 'p0001', 'B', '{}', 'd');
"""
"""A register as it was before: two operators, one of which somebody must not inspect."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Return a database of before, with what it held, brought forward."""
    with closing(Database(database_url)) as found:
        upgrade_to(found, "0005")
        with found.engine.begin() as connection:
            for statement in BEFORE.split(";\n"):
                if statement.strip():
                    connection.exec_driver_sql(statement)
            body = {"salt": bytes(32), "body": b"{}"}
            connection.execute(text("INSERT INTO journal_bodies VALUES (1, 0, :salt, :body)"), body)
        migrate(found)
        yield found


def test_register_is_carried_over_with_its_sites_and_found_by_name(database: Database) -> None:
    """Domains in lower case; no site where none was named."""
    with database.reading() as session:
        assert sites_of(session, ["A", "B"]) == {"A": (), "B": (Site(platform_name="优选", domain="shop.example"),)}
        (found,) = find_operators(session, "水优", limit=5).operators
    assert (found.unit_id, found.credit_code, found.trading, found.natural_person) == ("B", "B", True, False)
    assert (found.name_key, found.merged_into, found.status_on) == ("汾水优选虚构", None, None)


def test_what_refers_to_operators_still_does(database: Database) -> None:
    """A recusal of nobody in the register is refused by the database, and the register keeps whom one names."""
    kept = "inspector_no, reason, requested_by, requested_at, origin, document"
    stranger = f"INSERT INTO recusals (recusal_id, unit_id, {kept}) SELECT 'r0002', 'C', {kept} FROM recusals"
    for statement in (stranger, "DELETE FROM operators WHERE unit_id = 'B'"):
        with pytest.raises(IntegrityError), database.engine.begin() as connection:
            connection.execute(text(statement))
    refers = {
        (key["referred_table"], *key["referred_columns"])
        for table in ("recusals", "visits", "penalties", "operator_sites")
        for key in inspect(database.engine).get_foreign_keys(table)
        if key["constrained_columns"] == ["unit_id"]
    }
    assert refers == {("operators", "unit_id")}


def test_journal_keeps_its_guards_and_its_old_parts_have_no_key(database: Database) -> None:
    """A column added to a guarded table leaves the triggers where they are."""
    for statement in ("UPDATE journal_bodies SET key = 'B'", "DELETE FROM journal_bodies"):
        with database.engine.connect() as connection, pytest.raises(DatabaseError, match=MESSAGE):
            connection.execute(text(statement))
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT key, body FROM journal_bodies")).all() == [("", b"{}")]


def test_index_of_names_follows_the_register(database: Database) -> None:
    """A name that is changed is found by the new one and no longer by the old; numbers go on after the largest."""
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE operators SET name_key = '晋阳', name_grams = '晋阳' WHERE unit_id = 'B'"))
        given = ("unit_id", "credit_code", "name_key", "name_grams")
        names = [each["name"] for each in inspect(connection).get_columns("operators")]
        same = ", ".join(name for name in names if name not in ("serial", *given))
        copy = (
            f"INSERT INTO operators ({', '.join(given)}, {same}) SELECT 'C', 'C', '太行', '太行', {same} FROM operators"
        )
        connection.execute(text(f"{copy} WHERE unit_id = 'A'"))
    with database.reading() as session:
        by_name = {name: [each.unit_id for each in find_operators(session, name, limit=5).operators] for name in NAMES}
    assert by_name == {"晋阳": ["B"], "汾水": [], "太行": ["C"], "云岗": ["A"]}


NAMES = ("晋阳", "汾水", "太行", "云岗")
