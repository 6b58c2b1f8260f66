"""Rehearsals: the code of a draw, numbers and a log of their own, marked everywhere, never countable as a draw.

A bureau's whole case is played in a database that is declared a rehearsal, and every public address of it is read: a
new page that does not say 演练 fails here. The attacks are those of somebody who would have a draw taken for a
rehearsal once its outcome is known, or a rehearsal for a draw.
"""

import io
import json
import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlmodel import select

from app.clock import DemoClock, RealClock
from app.founding import found_database
from app.headers import STAGE
from app.main import ClockError, open_service
from app.models import METADATA
from app.own_log import keep_signed
from app.rehearsal.beginning import BureauError, Places, RehearsalPlaceError, begin_rehearsal, open_rehearsal
from app.routes.exports import ALLOWED
from app.service import Service
from publicity.proof import REHEARSED
from publicity.sequencer import read_head
from registry.batches import Batch, get_batch
from registry.journal import Fact, Kind
from registry.people import Person
from registry.recusals import Recusal
from registry.stages import MARKED, Mark, NotEmptyError, StageError, check_stage, stage_of
from registry.visits import Visit
from sampling.commitment import Commitment
from sampling.names import DrawId, Party
from sampling.seed import secret_digest
from sampling.stages import Stage
from tests import demonstration
from tests.building import PUBLIC_VALUE, Bureau
from tests.desks import Desk, at, made
from tests.links import LOG, read_all, unread
from tests.papers import batch, plan, visit_request
from tests.postgres import Cluster
from tests.rosters import INSPECTORS
from tests.workshop import Opening, Workshop, client_over

OFFLINE = ("/secret.html", "/verify.html")
"""The same bytes wherever they are served, to be compared with the release; they tell a rehearsal by the number."""

NUMBERED = {
    "people": "person_id",
    "plans": "plan_no",
    "batches": "task_no",
    "draw_commitments": "draw_id",
    "visits": "visit_id",
}
WORD = Stage.REHEARSAL.word
SAYS = Stage.REHEARSAL.marking.says[0]


@pytest.fixture(scope="module")
def played(sqlite_workshop: Workshop) -> Iterator[Bureau]:
    """Return a rehearsal that was played to its end; nothing is changed in it."""
    with sqlite_workshop.bureau("published", kind=Stage.REHEARSAL) as bureau:
        yield bureau


@pytest.fixture(scope="module")
def answers(played: Bureau) -> dict[str, httpx.Response]:
    """Return the answers of every public address of the rehearsal, its log signed."""
    keep_signed(played.service)
    with played.service.database.reading() as session:
        size = read_head(session).size
        disclosed = session.connection().execute(text("SELECT disclosure_id FROM disclosures")).scalars().all()
        units = session.connection().execute(text("SELECT unit_id FROM operators")).scalars().all()
    lead = played.desk(played.teams()[played.notes.visits[0]][0])
    door = made(lead.get(f"/api/v1/assignments/{played.notes.visits[0]}/notice"))["door"]
    first = ["/", "/index.json", "/openapi.json", "/healthz", "/readyz", *LOG, *OFFLINE, "/static/site.css"]
    first += ["/nothing", "/draws/nothing.json", "/verify.py", "/verify.py.sha256"]
    first += [f"/log/entries/{index}" for index in range(size)]
    first += [f"/log/evidence/{each}" for each in disclosed]
    first += [f"/operators/{each}" for each in units]
    first += [f"/door/{door}", f"/door/{door}.json"]
    told = lead.get(f"/api/v1/assignments/{played.notes.visits[0]}/receipt.html").text
    receipt = re.findall(r"/door/receipt/[^\s<\"]+", told)[0]
    first += [receipt, f"{receipt}.json"]
    return read_all(played.client, first)


def pages(answers: dict[str, httpx.Response]) -> dict[str, httpx.Response]:
    return {
        path: each for path, each in answers.items() if each.headers.get("content-type", "").startswith("text/html")
    }


def test_the_walk_reaches_every_public_address(played: Bureau, answers: dict[str, httpx.Response]) -> None:
    """Or a page that says nothing would be missed by the tests below."""
    document = played.client.get("/openapi.json").json()
    public = [path for path, each in document["paths"].items() if each.get("get", {}).get("x-roles") == ["public"]]
    assert len(public) > 25
    assert unread(public, [path for path, each in answers.items() if each.is_success]) == []


def test_every_answer_tells_a_machine_that_it_is_a_rehearsal(answers: dict[str, httpx.Response]) -> None:
    assert {each.headers.get(STAGE) for each in answers.values()} == {"rehearsal"}
    assert {each.headers["x-robots-tag"].split(",")[0] for each in answers.values()} == {"noindex"}


def test_every_page_says_so_to_its_reader_in_words(answers: dict[str, httpx.Response]) -> None:
    found = pages(answers)
    assert len(found) > 20
    for path, each in found.items():
        if path not in OFFLINE:
            assert each.text.partition("<title>")[2].startswith(f"【{WORD}】"), path
            assert f"<strong>{WORD}</strong> {SAYS}" in each.text, path


def test_every_page_in_json_and_the_head_of_the_log_say_so(answers: dict[str, httpx.Response]) -> None:
    found = {path: each.json() for path, each in answers.items() if path.partition("?")[0].endswith(".json")}
    paged = {path: value["site"]["stage"] for path, value in found.items() if "site" in value}
    assert len(paged) > 12
    assert set(paged.values()) == {"rehearsal"}
    assert answers["/log/head"].json()["stage"] == "rehearsal"
    assert answers["/openapi.json"].json()["info"]["title"].startswith(f"【{WORD}】")
    assert SAYS in answers["/openapi.json"].json()["info"]["description"]


def test_the_first_entry_of_the_log_declares_it(answers: dict[str, httpx.Response]) -> None:
    entry = answers["/log/entries/0"].json()
    assert (entry["kind"], entry["public"]) == ("stage.declared", {"stage": "rehearsal"})


def test_every_number_made_in_it_bears_the_prefix(played: Bureau) -> None:
    with played.service.database.reading() as session:
        for table, column in NUMBERED.items():
            found = session.connection().execute(select(METADATA.tables[table].c[column])).scalars().all()
            assert [each for each in found if not Stage.REHEARSAL.bears(each)] == [], table
            assert found, table


def test_a_visit_that_no_draw_caused_bears_number_and_mark(opening: Opening) -> None:
    bureau = opening("arrived", kind=Stage.REHEARSAL)
    bureau.clock.set("2020-09-15")
    asked = made(bureau.desk("officer").post("/api/v1/visits", visit_request()))
    assert asked["visit_id"].startswith("YL-u")
    assert asked["title"].startswith(f"【{WORD}】")


def test_number_and_title_stand_in_the_commitment_and_in_the_bundle(
    answers: dict[str, httpx.Response], tmp_path: Path
) -> None:
    (path,) = [path for path in answers if path.endswith("/bundle.zip")]
    with zipfile.ZipFile(io.BytesIO(answers[path].content)) as archive:
        archive.extractall(tmp_path)
    made_of = Commitment.from_bytes((tmp_path / "commitment.json").read_bytes()).rules
    assert made_of.draw_id.startswith("YL-")
    assert made_of.title.startswith(f"【{WORD}】")
    assert json.loads((tmp_path / "public_value.json").read_bytes())["simulated"] is True
    replayed = demonstration.run("replay", tmp_path)
    assert replayed.returncode == 0
    assert SAYS in replayed.stdout


def test_nothing_that_was_used_in_it_counts(played: Bureau, answers: dict[str, httpx.Response]) -> None:
    level = answers[f"/draws/{played.notes.draw_id}.json"].json()["level"]
    assert level["used"] == f"一方秘密（{WORD}）"
    assert REHEARSED in level["caveats"]


def test_witnesses_are_named_as_in_a_draw_and_count_for_nothing(opening: Opening) -> None:
    bureau = opening("committed", kind=Stage.REHEARSAL)
    refused = bureau.desk("officer").post(bureau.at_draw("value"), {"value": PUBLIC_VALUE, "witnesses": []})
    assert refused.status_code == 422
    bureau.valued()


def test_notices_say_so_and_bear_the_number(played: Bureau) -> None:
    visit_id = played.notes.visits[0]
    lead = played.desk(played.teams()[visit_id][0])
    printed = lead.get(f"/api/v1/assignments/{visit_id}/notice.html").text
    assert f"<title>【{WORD}】" in printed
    assert f"<strong>{WORD}</strong> 不是真实的通知书" in printed
    assert "YL-" in printed


def test_every_export_says_so_on_its_sheet_and_in_its_properties(played: Bureau) -> None:
    desks = {role: name for name in played.notes.keys for role in roles_of(played, name)}
    for name, roles in ALLOWED.items():
        answer = played.desk(desks[roles[0]]).get(f"/api/v1/exports/{name}.xlsx")
        assert answer.is_success, name
        sheets = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).sheet_names
        assert all(sheet.startswith(f"【{WORD}】") for sheet in sheets), name
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert SAYS in archive.read("docProps/core.xml").decode(), name


def roles_of(bureau: Bureau, name: str) -> list[str]:
    with bureau.service.database.reading() as session:
        return list(session.get_one(Person, bureau.notes.people[name]).roles)


def test_counts_of_a_rehearsal_are_its_own_and_those_of_the_bureau_stay(played: Bureau, opening: Opening) -> None:
    """There is one database to count in: what is not in it cannot be counted."""
    assert played.public.get("/draws/counts.json").json()["total"]["committed"] == 1
    bureau = opening("approved")
    counts = bureau.public.get("/draws/counts.json").json()
    assert (counts["total"]["committed"], counts["site"]["stage"]) == (0, "real")
    assert STAGE not in bureau.public.get("/draws/counts").headers


def test_a_staff_member_reads_the_stage_beside_the_draw(played: Bureau) -> None:
    draw = made(played.desk("officer").get(f"/api/v1/draws/{played.notes.draw_id}"))
    assert (draw["stage"], draw["draw_id"][:3]) == ("rehearsal", "YL-")


# A rehearsal of a bureau


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


# Attacks: a draw that is to have been a rehearsal, a rehearsal that is to have been a draw


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
