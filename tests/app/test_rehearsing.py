"""A bureau rehearses beside its own work: begun from its register, kept apart from everything that counts."""

import json
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from app.clock import DemoClock
from app.main import ClockError, open_service
from app.models import METADATA
from app.rehearsal.beginning import BureauError, Places, RehearsalPlaceError, begin_rehearsal, open_rehearsal
from app.service import Service
from registry.journal import Fact, Kind
from registry.recusals import Recusal
from registry.stages import NotEmptyError, stage_of
from registry.visits import Visit
from sampling.stages import Stage
from tests.building import Bureau
from tests.desks import Desk, at, made
from tests.postgres import Cluster
from tests.rosters import INSPECTORS
from tests.workshop import Opening, client_over


@pytest.fixture
def bureau(opening_anywhere: Opening) -> Bureau:
    """Return a bureau with a committed draw and a recusal in force."""
    found = opening_anywhere("committed")
    own, unit = INSPECTORS[0], operators_of(found)[0]
    paper = {"inspector_no": own, "unit_id": unit, "reason": "近亲属在该单位任职"}
    asked = paper | {"asked": {"asked_on": "2020-08-20", "document": "回避申请书"}}
    desk = found.desk("registrar")
    for body in (paper, asked | {"inspector_no": INSPECTORS[1]}):
        filed = made(desk.post("/api/v1/recusals", body))["recusal_id"]
        made(found.desk("approver").post(f"/api/v1/recusals/{filed}/decision", {"approved": True}))
    made(desk.post("/api/v1/recusals", paper | {"inspector_no": INSPECTORS[2]}))
    return found


def operators_of(bureau: Bureau) -> list[str]:
    with bureau.service.database.reading() as session:
        query = "SELECT unit_id FROM operators ORDER BY unit_id"
        return list(session.connection().execute(text(query)).scalars())


def everything(service: Service) -> dict[str, list[Any]]:
    """Return every row of every table."""
    with service.database.reading() as session:
        return {
            name: sorted(map(repr, session.connection().execute(table.select()).all()))
            for name, table in METADATA.tables.items()
        }


def rehearse(bureau: Bureau, directory: Path, **places: Any) -> tuple[Service, dict[str, dict[str, Any]]]:  # noqa: ANN401
    """Begin a rehearsal and open it; return it with its people by their names."""
    where = Places(**places)
    keys = begin_rehearsal(bureau.service.settings, directory, where, lambda _what, _count: None)
    people = {each["name"]: each for each in json.loads(keys.read_text(encoding="utf-8"))}
    return open_rehearsal(bureau.service.settings, directory, where), people


def test_a_rehearsal_begins_with_the_register_and_leaves_the_bureau_untouched(bureau: Bureau, tmp_path: Path) -> None:
    before = everything(bureau.service)
    service, people = rehearse(bureau, tmp_path / "rehearsal")
    with closing(service.database):
        assert everything(bureau.service) == before
        same = ("departments", "operators", "inspectors", "items", "calendar_days", "operator_sites")
        there = everything(service)
        assert {name: there[name] for name in same if name in there} == {n: before[n] for n in same if n in before}
        assert len(people) == len(there["people"]) == len(before["people"])
        with service.database.reading() as session:
            assert stage_of(session) is Stage.REHEARSAL
            assert session.exec(select(Fact.kind).order_by(Fact.fact_id)).first() == Kind.STAGE_DECLARED  # type: ignore[arg-type]
            recusals = session.exec(select(Recusal).order_by(Recusal.recusal_id)).all()
            assert [(each.inspector_no, each.origin, each.approved) for each in recusals] == [
                (INSPECTORS[0], "bureau", True),
                (INSPECTORS[1], "asked", True),
            ]
            kinds = set(session.exec(select(Fact.kind)))
        assert {"department.added", "operators.imported", "inspectors.imported", "person.added", "key.issued"} <= kinds
        assert {"recusal.requested", "recusal.decided"} <= kinds
        assert "plan.drafted" not in kinds


def test_a_recusal_that_would_tell_a_sealed_outcome_stays_behind(opening_anywhere: Opening, tmp_path: Path) -> None:
    """A drawn inspector who declares one tells where they were sent; everybody in a rehearsal could read it there."""
    sealed = opening_anywhere("executed", sealed=True)
    visit_id = sealed.notes.visits[0]
    lead = sealed.teams()[visit_id][0]
    with sealed.service.database.reading() as session:
        unit_id = session.get_one(Visit, visit_id).unit_id
    paper = {"unit_id": unit_id, "reason": "近亲属任职"}
    filed = made(sealed.desk(lead).post("/api/v1/recusals/declarations", paper))["recusal_id"]
    made(sealed.desk("approver").post(f"/api/v1/recusals/{filed}/decision", {"approved": True}))
    service, _ = rehearse(sealed, tmp_path / "rehearsal")
    with closing(service.database), service.database.reading() as session:
        assert session.exec(select(Recusal)).all() == []


def test_keys_of_one_do_not_open_the_other(bureau: Bureau, tmp_path: Path) -> None:
    service, people = rehearse(bureau, tmp_path / "rehearsal")
    assert stat.S_IMODE((tmp_path / "rehearsal" / "keys.json").stat().st_mode) == 0o600
    own = people["姓名·officer"]["key"]
    with client_over(service) as client:
        assert Desk(client, own).get("/api/v1/draws").status_code == 200
        assert Desk(client, bureau.notes.keys["officer"]).get("/api/v1/draws").status_code == 401
    assert Desk(bureau.client, own).get("/api/v1/draws").status_code == 401
    assert bureau.desk("officer").get("/api/v1/draws").status_code == 200


def test_a_rehearsal_runs_on_the_real_clock_alone(bureau: Bureau, tmp_path: Path) -> None:
    service, _ = rehearse(bureau, tmp_path / "rehearsal")
    service.database.close()
    with pytest.raises(ClockError):
        open_service(service.settings, DemoClock(at("2020-09-01")))


def test_notices_of_a_rehearsal_lead_to_its_own_pages(bureau: Bureau, tmp_path: Path) -> None:
    """The address of the bureau's public site would lead a scanned code to the real pages."""
    elsewhere = bureau.service.settings.model_copy(update={"public_url": "https://real.example"})
    begin_rehearsal(elsewhere, tmp_path / "rehearsal", Places(), lambda _what, _count: None)
    service = open_rehearsal(elsewhere, tmp_path / "rehearsal", Places())
    service.database.close()
    assert service.settings.public_url is None


@pytest.mark.postgres
def test_a_rehearsal_may_have_its_database_elsewhere(opening: Opening, cluster: Cluster, tmp_path: Path) -> None:
    address = cluster.create_database("rehearsal_elsewhere")
    service, people = rehearse(opening("staffed"), tmp_path / "rehearsal", database_url=address)
    with closing(service.database):
        assert service.stage is Stage.REHEARSAL
        assert not (tmp_path / "rehearsal" / "double-random.db").exists()
        assert people
    cluster.drop_database("rehearsal_elsewhere")


def test_a_directory_in_use_is_never_taken(bureau: Bureau, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("something", encoding="utf-8")
    with pytest.raises(RehearsalPlaceError):
        rehearse(bureau, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_the_bureaus_own_database_never_becomes_its_rehearsal(bureau: Bureau, tmp_path: Path) -> None:
    before = everything(bureau.service)
    with pytest.raises(NotEmptyError):
        rehearse(bureau, tmp_path / "rehearsal", database_url=bureau.service.settings.database_url)
    assert everything(bureau.service) == before
    assert list(tmp_path.glob("*rehearsal*")) == []


def test_only_a_bureau_is_rehearsed_with(played: Bureau, tmp_path: Path) -> None:
    with pytest.raises(BureauError):
        rehearse(played, tmp_path / "again")


def test_only_a_rehearsal_is_served_as_one(bureau: Bureau, tmp_path: Path) -> None:
    settings = bureau.service.settings
    with pytest.raises(RehearsalPlaceError):
        open_rehearsal(settings, tmp_path, Places())
    with pytest.raises(RehearsalPlaceError):
        open_rehearsal(settings, settings.data_dir, Places(database_url=settings.database_url))
