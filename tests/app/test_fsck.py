"""fsck as it is run: a sound bureau at every stage, what it prints, its exit, older heads, older databases, files."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from typer.testing import CliRunner

from app.cli import app as program
from app.command_fsck import record_older_state, run_fsck
from app.db import Database
from app.models import METADATA
from app.settings import PREFIX, Settings
from publicity.fsck.check import NOTHING_KEPT
from publicity.fsck.report import MEANINGS, Code
from publicity.fsck.tables import compared_tables
from publicity.fsck.told import GROUPED, PARTS
from publicity.tlog.checkpoints import Checkpoint, sign_checkpoint
from registry.images import NO_RECORD, TOLD_BY_PARTS, is_imaged
from registry.journal import Kind
from tests.building import STAGES, Bureau
from tests.desks import made
from tests.insiders import Insider, checked, forget_images, unguard
from tests.papers import PROBLEM
from tests.publicity.tlog.signing import LOG, NEXT, ORIGIN
from tests.rosters import credit_code, days, inspector, inspectors_csv, operator, operators_csv
from tests.workshop import Opening

ZEROS = "0" * 64


def said(bureau: Bureau) -> str:
    """Return the last line of what fsck says of a bureau."""
    return run_fsck(bureau.service.settings, NOTHING_KEPT, lambda _stage: None).lines()[-1]


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("stage", STAGES)
def test_a_bureau_is_sound_at_every_stage(opening: Opening, stage: str, sealed: bool) -> None:  # noqa: FBT001 - a parameter
    assert said(opening(stage, sealed=sealed)).startswith("一致")


def test_imports_changes_and_merged_operators_are_replayed(opening_anywhere: Opening) -> None:
    """Rows that go in by the block: operators with their sites, inspectors, a year's days, a merging undone."""
    bureau = opening_anywhere("staffed")
    registrar, approver = bureau.desk("registrar"), bureau.desk("approver")
    made(registrar.post("/api/v1/imports/holidays", days()))
    made(registrar.post("/api/v1/imports/inspectors", inspectors_csv([inspector("market-1", status="离岗")])))
    made(registrar.post("/api/v1/imports/operators", operators_csv([operator(1, name="新名称"), operator(30)])))
    made(registrar.patch(f"/api/v1/operators/{credit_code(2)}", {"contact_phone": "000-1"}))
    for step in ("merge", "unmerge"):
        asked = {"step": step, "kept": credit_code(1), "merged": credit_code(2), "reason": "同一经营者"}
        number = made(registrar.post("/api/v1/mergings", asked))["merging_id"]
        made(approver.post(f"/api/v1/mergings/{number}/decision", {"approved": True}))
        assert said(bureau).startswith("一致")


def test_every_table_is_compared_or_named_with_the_reason() -> None:
    assert {table.name for table in compared_tables(METADATA)} | set(NO_RECORD) == set(METADATA.tables)
    assert all(reason for reason in (*NO_RECORD.values(), *TOLD_BY_PARTS.values()))
    assert set(GROUPED) <= set(TOLD_BY_PARTS)


def test_every_kind_is_replayed_by_its_images_or_by_its_parts() -> None:
    """A kind needs a reader of its own only where its rows go in by the block."""
    assert set(PARTS) <= set(Kind)
    told = {kind for kind in Kind if kind.startswith("operator") or kind.endswith("imported")}
    asked = {Kind.OPERATOR_MERGE_REQUESTED, Kind.OPERATOR_MERGE_REFUSED, Kind.RECUSALS_IMPORTED}
    assert told - asked == set(PARTS), "these tell operators, inspectors, items and days; the others have images"
    assert not any(is_imaged(name) for name in TOLD_BY_PARTS)


def test_every_kind_of_difference_has_a_meaning_and_a_remedy() -> None:
    page = Path("docs/operating.md").read_text(encoding="utf-8")
    assert set(MEANINGS) == set(Code)
    assert [code for code in Code if f"`{code}`" not in page] == []


def ran(bureau: Bureau, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    """Run the command over a bureau and return its exit and what it printed."""
    settings: Settings = bureau.service.settings
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", settings.database_url)
    monkeypatch.setenv(f"{PREFIX}DATA_DIR", str(settings.data_dir))
    result = CliRunner().invoke(program, ["fsck", *arguments])
    return result.exit_code, result.stdout


def test_the_command_exits_with_0_only_when_all_is_well(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau = opening("published")
    head = made(bureau.public.get("/log/head"))
    code, text = ran(bureau, monkeypatch, "--head", f"{head['size']}:{head['root']}")
    assert (code, text.splitlines()[-1]) == (0, "一致 sound")
    code, text = ran(bureau, monkeypatch, "--json", "--head", f"{head['size']}:{'0' * 64}")
    found = json.loads(text)
    assert (code, found["sound"], found["differences"][0]["code"]) == (1, False, "older-head")
    assert found["meanings"]["older-head"]["en"]


@pytest.mark.parametrize("head", ["", "5", "5:abc", f"+5:{ZEROS}", f"05:{ZEROS}", f"5:{'A' * 64}", f"５:{ZEROS}"])
def test_a_head_that_cannot_be_read_is_refused(opening: Opening, monkeypatch: pytest.MonkeyPatch, head: str) -> None:
    code, text = ran(opening("empty"), monkeypatch, "--head", head)
    assert (code, text) == (1, "")


def test_a_changed_row_is_told_with_what_the_log_says(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau = opening("published")
    table = METADATA.tables["finding_outcomes"]
    address = bureau.service.settings.database_url
    with closing(Database(address)) as database, database.engine.connect() as connection:
        unguard(connection, sqlite=True)
        connection.execute(update(table).where(table.c.text == PROBLEM).values(text="无"))
        connection.commit()
    code, text = ran(bureau, monkeypatch)
    assert code == 1
    assert f"日志 log {PROBLEM} | 现有 found 无" in text
    assert "[row-changed] 1" in text
    assert "[page] 1" in text


def test_a_database_of_an_earlier_version_records_its_state_once(opening_anywhere: Opening) -> None:
    """Facts without images fix no rows; the upgrade takes every row there is, and from then on each is compared."""
    bureau = opening_anywhere("published")
    with closing(Database(bureau.service.settings.database_url)) as database:
        with database.engine.connect() as connection:
            unguard(connection, sqlite=database.is_sqlite)
            forget_images(connection)
            connection.commit()
        with Insider(database).at_work() as connection:
            assert set(checked(connection).counts) == {Code.ROW_UNLOGGED}
        assert record_older_state(database) > 80
        assert record_older_state(database) == 0
        with Insider(database).at_work() as connection:
            report = checked(connection)
            assert report.sound
            assert report.older_facts > 40
            connection.execute(delete(METADATA.tables["visit_seats"]))
            assert checked(connection).counts[Code.ROW_MISSING] > 0


def kept(bureau: Bureau, path: Path, root: str | None = None) -> Path:
    """Write the head of a bureau, or another root of its size, as a checkpoint that the log's key signed."""
    head = made(bureau.public.get("/log/head"))
    checkpoint = Checkpoint(ORIGIN, head["size"], bytes.fromhex(root or head["root"]))
    path.write_bytes(sign_checkpoint(checkpoint, [LOG]).to_bytes())
    return path


def test_a_checkpoint_kept_elsewhere_is_an_older_head(
    opening: Opening, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Under the pinned key the log has to continue it; under another key, or none, it is no head at all."""
    bureau = opening("published")
    good, forged = kept(bureau, tmp_path / "good"), kept(bureau, tmp_path / "other", ZEROS)
    pinned = ("--key", str(LOG.verifier))
    code, text = ran(bureau, monkeypatch, "--checkpoint", str(good), *pinned)
    assert (code, "1 older heads" in text) == (0, True)
    code, text = ran(bureau, monkeypatch, "--checkpoint", str(forged), *pinned)
    assert (code, "[older-head] 1" in text) == (1, True)
    for key in ((), ("--key", str(NEXT.verifier)), ("--key", "no key")):
        assert ran(bureau, monkeypatch, "--checkpoint", str(good), *key) == (1, "")
