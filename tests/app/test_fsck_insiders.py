"""Whoever owns the database changes a row, a fact, a text, an entry, a node, the head: each is found, and named.

The edits are made with full rights, and over every table and every column: a new table that nothing compares fails
here. What no look at one database can find is a history rewritten whole; an older head kept elsewhere finds it.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from sqlalchemy import Table, delete, insert, select
from sqlmodel import Session

from app.db import Database
from app.models import METADATA
from publicity.fsck.report import Code, OlderHead, Report
from publicity.fsck.tables import NATURAL_KEYS
from publicity.fsck.told import NOT_COMPARED
from publicity.sequencer import TreeReader
from publicity.tlog import merkle
from publicity.tlog.checkpoints import Checkpoint, sign_checkpoint
from publicity.tlog.witnesses import signature_line
from registry.images import NO_RECORD
from tests.building import Bureau
from tests.desks import made
from tests.insiders import (
    Insider,
    change,
    checked,
    fill_empty_tables,
    newest_row,
    other_value,
    rebuild,
    remove,
    rewrite,
)
from tests.papers import batch, plan
from tests.publicity.tlog.signing import LOG as LOG_KEY
from tests.publicity.tlog.signing import ORIGIN, WITNESS
from tests.rosters import days
from tests.workshop import Opening, Workshop

LOG = ("journal", "journal_bodies", "log_entries", "log_nodes", "log_head")
"""Tables that are the log and what it hangs on."""
LOG_COLUMNS = [(name, each.name) for name in LOG for each in METADATA.tables[name].columns if each.name != "head_id"]
"""Every column of them; ``log_head`` can have one row, of one number, which the table itself checks."""
UNTOLD = {name: why for name, why in NO_RECORD.items() if name not in (*LOG, "log_checkpoints", "log_cosignatures")}
"""Tables that nothing compares, each with the reason."""
ROWS = sorted(set(METADATA.tables) - set(NO_RECORD))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def insider(request: pytest.FixtureRequest) -> Iterator[Insider]:
    """Return somebody with full rights on the database of a bureau that has published, with a row in every table."""
    workshop: Workshop = request.getfixturevalue(f"{request.param}_workshop")
    with ExitStack() as stack:
        bureau = stack.enter_context(workshop.bureau("published"))
        made(bureau.desk("registrar").post("/api/v1/imports/holidays", days()))
        database = stack.enter_context(closing(Database(bureau.service.settings.database_url)))
        fill_empty_tables(bureau, database)
        yield Insider(database)


def columns_of(table: Table) -> list[str]:
    """Return the columns of a table that are compared and are no key."""
    keys = {column.name for column in table.primary_key.columns} | {NATURAL_KEYS.get(table.name)}
    return [name for name in table.c.keys() if name not in keys and (table.name, name) not in NOT_COMPARED]  # noqa: SIM118


def named(report: Report, table: str) -> set[str]:
    """Return the columns of a table that a report names."""
    return {each.column for each in report.differences if each.table == table}


def test_an_untouched_database_is_sound(insider: Insider) -> None:
    with insider.at_work() as connection:
        report = checked(connection)
    assert report.lines()[-1].startswith("一致")
    assert (report.differences, report.older_facts) == ([], 0)
    assert report.rows > 150


@pytest.mark.parametrize("name", ROWS)
def test_every_changed_column_of_a_row_is_named(insider: Insider, name: str) -> None:
    table = METADATA.tables[name]
    wanted = columns_of(table)
    with insider.at_work() as connection:
        row = newest_row(connection, table)
        change(connection, table, row, {each: other_value(table.c[each], row[each]) for each in wanted})
        report = checked(connection)
    assert set(wanted) <= named(report, name)


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_was_removed_is_missing(insider: Insider, name: str) -> None:
    table = METADATA.tables[name]
    with insider.at_work() as connection:
        remove(connection, table, newest_row(connection, table))
        report = checked(connection)
    assert {each.code for each in report.differences if each.table == name} & {Code.ROW_MISSING, Code.ROW_CHANGED}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_no_fact_made_is_named(insider: Insider, name: str) -> None:
    table = METADATA.tables[name]
    with insider.at_work() as connection:
        row = newest_row(connection, table)
        fresh = {each: other_value(table.c[each], row[each]) for each in row}
        connection.execute(insert(table).values(fresh))
        report = checked(connection)
    assert {each.code for each in report.differences if each.table == name} & {Code.ROW_UNLOGGED, Code.ROW_CHANGED}


@pytest.mark.parametrize(("name", "column"), LOG_COLUMNS)
def test_every_changed_column_of_the_log_is_found(insider: Insider, name: str, column: str) -> None:
    table = METADATA.tables[name]
    with insider.at_work() as connection:
        row = newest_row(connection, table)
        change(connection, table, row, {column: other_value(table.c[column], row[column])})
        report = checked(connection)
    assert not report.sound


@pytest.mark.parametrize("name", LOG)
def test_a_row_of_the_log_that_was_removed_is_found(insider: Insider, name: str) -> None:
    table = METADATA.tables[name]
    with insider.at_work() as connection:
        remove(connection, table, newest_row(connection, table))
        assert not checked(connection).sound


def test_what_is_not_compared_has_a_reason() -> None:
    assert set(UNTOLD) == {"stored_answers", "marks", "outbox", "reminders", "clock_sightings"}
    assert all(UNTOLD.values())
    assert all(NOT_COMPARED.values())


@pytest.mark.parametrize("column", ["checkpoint_id", "size", "root", "origin", "note"])
def test_a_changed_checkpoint_is_found(insider: Insider, column: str) -> None:
    table = METADATA.tables["log_checkpoints"]
    with insider.at_work() as connection:
        head = connection.execute(select(METADATA.tables["log_head"])).mappings().one()
        note = sign_checkpoint(Checkpoint(ORIGIN, head["size"], head["root"]), [LOG_KEY]).to_bytes()
        own = {name: head[name] for name in ("size", "root", "at")}
        connection.execute(delete(table))
        connection.execute(insert(table).values(checkpoint_id=1, origin=ORIGIN, held="service", note=note, **own))
        assert checked(connection).sound
        row = newest_row(connection, table)
        change(connection, table, row, {column: other_value(table.c[column], row[column])})
        assert Code.CHECKPOINT in checked(connection).counts


def test_an_older_head_put_after_the_newest_is_found(insider: Insider) -> None:
    """A start is held to the newest: one that says less would let entries go."""
    table = METADATA.tables["log_checkpoints"]
    with insider.at_work() as connection:
        head = connection.execute(select(METADATA.tables["log_head"])).mappings().one()
        connection.execute(delete(table))
        nodes = TreeReader(Session(connection))
        for number, size in ((1, head["size"]), (2, head["size"] - 1)):
            signed = Checkpoint(ORIGIN, size, merkle.root(size, nodes))
            note = sign_checkpoint(signed, [LOG_KEY]).to_bytes()
            own = {"size": size, "root": signed.root, "at": head["at"]}
            connection.execute(
                insert(table).values(checkpoint_id=number, origin=ORIGIN, held="service", note=note, **own)
            )
        assert [each.key for each in checked(connection).differences] == ["2"]


@pytest.mark.parametrize("column", ["checkpoint_id", "witness", "line", "cosigned_at"])
def test_a_changed_cosignature_is_found(insider: Insider, column: str) -> None:
    heads, table = METADATA.tables["log_checkpoints"], METADATA.tables["log_cosignatures"]
    with insider.at_work() as connection:
        head = connection.execute(select(METADATA.tables["log_head"])).mappings().one()
        connection.execute(delete(table))
        connection.execute(delete(heads))
        nodes = TreeReader(Session(connection))
        for number, size in ((1, head["size"] - 1), (2, head["size"])):
            signed = Checkpoint(ORIGIN, size, merkle.root(size, nodes))
            note = sign_checkpoint(signed, [LOG_KEY]).to_bytes()
            own = {"size": size, "root": signed.root, "at": head["at"]}
            connection.execute(
                insert(heads).values(checkpoint_id=number, origin=ORIGIN, held="service", note=note, **own)
            )
        line = signature_line(WITNESS.sign(signed.text.encode(), at=int(head["at"].timestamp())))
        times = {"cosigned_at": head["at"].replace(microsecond=0), "taken_at": head["at"]}
        own = {"cosignature_id": 1, "checkpoint_id": 2, "witness": str(WITNESS.verifier), "line": line}
        connection.execute(insert(table).values(**own, **times))
        assert checked(connection).sound
        row = newest_row(connection, table)
        changed = {column: 1 if column == "checkpoint_id" else other_value(table.c[column], row[column])}
        change(connection, table, row, changed)
        assert Code.COSIGNATURE in checked(connection).counts


def head_of(bureau: Bureau) -> OlderHead:
    """Return the head as somebody outside keeps it."""
    found = made(bureau.public.get("/log/head"))
    return OlderHead(size=found["size"], root=bytes.fromhex(found["root"]))


def report_of(bureau: Bureau, *older: OlderHead) -> Report:
    """Return what fsck says of a bureau."""
    with closing(Database(bureau.service.settings.database_url)) as database, Insider(database).at_work() as connection:
        return checked(connection, older)


def test_a_history_rewritten_whole_is_found_by_an_older_head_alone(opening_anywhere: Opening) -> None:
    """Texts, rows, digests, entries, nodes and head agree with each other, and with no head that was published."""
    bureau = opening_anywhere("published")
    kept = head_of(bureau)
    with closing(Database(bureau.service.settings.database_url)) as database, Insider(database).at_work() as connection:
        rewrite(connection, "首页未公示平台服务协议", "首页已公示平台服务协议")
        rebuild(connection)
        assert checked(connection).sound
        report = checked(connection, [kept])
    assert {each.code for each in report.differences} == {Code.OLDER_HEAD}


def test_a_text_changed_with_its_row_is_found_by_its_digest(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("published")
    with closing(Database(bureau.service.settings.database_url)) as database, Insider(database).at_work() as connection:
        rewrite(connection, "首页未公示平台服务协议", "首页已公示平台服务协议")
        report = checked(connection)
    assert report.counts[Code.TEXT_CHANGED] >= 2


def test_a_database_set_back_is_found_by_a_later_head(opening_anywhere: Opening) -> None:
    later = head_of(opening_anywhere("published"))
    earlier = opening_anywhere("reviewed")
    assert report_of(earlier).sound
    assert [each.code for each in report_of(earlier, later).differences] == [Code.OLDER_HEAD]


def test_two_histories_are_found_by_the_head_of_the_other(opening_anywhere: Opening) -> None:
    one, other = opening_anywhere("reviewed"), opening_anywhere("reviewed")
    one.clock.set("2020-09-23")
    other.clock.set("2020-09-24")
    for bureau in (one, other):
        number = made(bureau.desk("officer").post("/api/v1/plans", plan(title="另一计划")))["plan_no"]
        made(bureau.desk("officer").post(f"/api/v1/plans/{number}/batches", batch()))
    assert report_of(one, head_of(one)).sound
    assert [each.code for each in report_of(one, head_of(other)).differences] == [Code.OLDER_HEAD]
