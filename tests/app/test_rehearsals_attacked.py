"""A draw that is to have been a rehearsal, and a rehearsal that is to have been a draw."""

import pytest
from sqlalchemy import text

from app.clock import RealClock
from app.founding import found_database
from app.main import open_service
from registry.batches import Batch, get_batch
from registry.stages import MARKED, Mark, NotEmptyError, StageError, check_stage, stage_of
from sampling.names import DrawId, Party
from sampling.seed import secret_digest
from sampling.stages import Stage
from tests.app.test_rehearsals import WORD
from tests.building import Bureau
from tests.desks import made
from tests.papers import batch, plan
from tests.workshop import Opening


def test_a_database_with_records_cannot_be_declared_anything(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("executed")
    for stage in MARKED:
        with pytest.raises(NotEmptyError):
            found_database(bureau.service.settings.database_url, stage, RealClock())
    with bureau.service.database.reading() as session:
        assert check_stage(session) is Stage.REAL


@pytest.mark.parametrize("kind", Stage)
def test_a_mark_put_into_the_database_by_hand_stops_the_service(opening_anywhere: Opening, kind: Stage) -> None:
    """Whoever can write the table can add a mark; the first entry of the log says that it was not there."""
    bureau = opening_anywhere("executed", kind=kind)
    (other,) = [stage for stage in MARKED if stage is not kind][-1:]
    with bureau.service.database.writing() as session:
        session.add(Mark(name=other.value))
        session.commit()
        assert stage_of(session) is kind
    with pytest.raises(StageError) as refused:
        open_service(bureau.service.settings)
    assert other.value in refused.value.text("zh")


def test_a_mark_taken_off_by_hand_stops_the_service(opening: Opening) -> None:
    bureau = opening("executed", kind=Stage.REHEARSAL)
    with bureau.service.database.engine.begin() as connection:
        for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.execute(text("DELETE FROM marks WHERE name = 'rehearsal'"))
    with pytest.raises(StageError):
        open_service(bureau.service.settings)


def test_a_batch_smuggled_in_from_a_rehearsal_is_never_drawn(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    task_no = f"YL-{bureau.notes.task_no}"
    with bureau.service.database.writing() as session:
        found = get_batch(session, bureau.notes.task_no).model_dump()
        session.add(Batch(**found | {"task_no": task_no}))
        session.commit()
    bureau.clock.set("2020-08-31")
    terms = bureau.terms(task_no)
    refused = bureau.desk("officer").post(f"/api/v1/batches/{task_no}/commitment", terms)
    assert refused.status_code == 409
    assert task_no in refused.text
    assert bureau.public.get("/draws/counts.json").json()["total"]["committed"] == 0


def test_a_draw_never_replaces_a_rehearsal(opening: Opening) -> None:
    bureau = opening("approved")
    bureau.clock.set("2020-08-31")
    terms = bureau.terms() | {"replaces": f"YL-{bureau.notes.task_no}"}
    refused = bureau.desk("officer").post(f"/api/v1/batches/{bureau.notes.task_no}/commitment", terms)
    assert refused.status_code == 422


def test_a_secret_made_for_a_rehearsal_serves_no_draw(opening: Opening) -> None:
    """Its digest is over the number, so that what was shown around while rehearsing is worth nothing."""
    bureau = opening("approved")
    bureau.clock.set("2020-08-31")
    terms = bureau.terms()
    rehearsed = secret_digest(DrawId(f"YL-{bureau.notes.task_no}"), Party("supervision"), bureau.notes.secret, "sha256")
    terms["parties"] = [{"party": "supervision", "digest": rehearsed}]
    path = f"/api/v1/batches/{bureau.notes.task_no}/commitment"
    bureau.notes.draw_id = made(bureau.desk("officer").post(path, terms))["draw_id"]
    bureau.valued()
    bureau.escrowed()
    refused = bureau.desk("supervisor").post(bureau.at_draw("secrets"), bureau.secret())
    assert refused.status_code == 422


def test_a_roster_written_by_a_rehearsal_is_not_imported_by_the_bureau(played: Bureau, opening: Opening) -> None:
    sheet = played.desk("registrar").get("/api/v1/exports/inspectors.xlsx").content
    registrar = opening("staffed").desk("registrar")
    for path in ("/api/v1/imports/inspectors", "/api/v1/imports/inspectors/check"):
        refused = registrar.post(path, sheet)
        assert refused.status_code == 422
        assert f"它出自{WORD}" in refused.text
    again = played.desk("registrar").post("/api/v1/imports/inspectors/check", sheet)
    assert again.is_success


@pytest.mark.parametrize("mark", [stage.heading for stage in MARKED])
def test_a_draw_is_never_titled_as_a_rehearsal(opening: Opening, mark: str) -> None:
    """Or a draw could be passed off as one, on every page that shows its title."""
    bureau = opening("approved")
    officer = bureau.desk("officer")
    title = f"{mark}2020年抽查"
    refused = officer.post("/api/v1/plans", plan(title=title))
    assert (refused.status_code, mark in refused.text) == (422, True)
    path = f"/api/v1/plans/{bureau.notes.plan_no}/batches"
    refused = officer.post(path, batch(title=title) | {"reason": "增加"})
    assert (refused.status_code, mark in refused.text) == (422, True)
    change = {"changes": {"title": title}, "reason": "更名"}
    refused = officer.post(f"/api/v1/batches/{bureau.notes.task_no}/changes", change)
    assert (refused.status_code, mark in refused.text) == (422, True)


def test_a_title_is_marked_once_however_often_it_is_changed(opening: Opening) -> None:
    bureau = opening("approved", kind=Stage.REHEARSAL)
    change = {"changes": {"title": f"【{WORD}】改名后的抽查"}, "reason": "更名"}
    asked = made(bureau.desk("officer").post(f"/api/v1/batches/{bureau.notes.task_no}/changes", change))
    made(bureau.desk("approver").post(f"/api/v1/changes/{asked['change_id']}/decision", {"approved": True}))
    with bureau.service.database.reading() as session:
        title = get_batch(session, bureau.notes.task_no).title
    assert title.endswith("改名后的抽查")
    assert (title.startswith(f"【{WORD}】"), title.count(WORD)) == (True, 1)
