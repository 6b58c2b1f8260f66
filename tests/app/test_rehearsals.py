"""Rehearsals: the code of a draw, numbers and a log of their own, marked everywhere, never countable as a draw.

A bureau's whole case is played in a database that is declared a rehearsal, and every public address of it is read: a
new page that does not say 演练 fails here. The attacks are those of somebody who would have a draw taken for a
rehearsal once its outcome is known, or a rehearsal for a draw.
"""

import io
import json
import re
import zipfile
from pathlib import Path

import httpx
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlmodel import select

from app.answer_keys import declare_own, revoke
from app.headers import STAGE
from app.models import METADATA
from app.own_log import keep_signed
from app.routes.exports import ALLOWED
from publicity.proof import REHEARSED
from publicity.sequencer import read_head
from registry.people import Person
from sampling.commitment import Commitment
from sampling.stages import Stage
from tests import demonstration
from tests.building import PUBLIC_VALUE, Bureau
from tests.desks import made
from tests.links import LOG, read_all, unread
from tests.listings import enter
from tests.papers import visit_request
from tests.workshop import Opening

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
def answers(played: Bureau) -> dict[str, httpx.Response]:
    """Return the answers of every public address of the rehearsal, its log signed and a key for answers revoked."""
    order_id = enter(played)
    declare_own(played.service)
    revoke(played.service)
    keep_signed(played.service)
    with played.service.database.reading() as session:
        size = read_head(session).size
        disclosed = session.connection().execute(text("SELECT disclosure_id FROM disclosures")).scalars().all()
        units = session.connection().execute(text("SELECT unit_id FROM operators")).scalars().all()
    lead = played.desk(played.teams()[played.notes.visits[0]][0])
    door = made(lead.get(f"/api/v1/assignments/{played.notes.visits[0]}/notice"))["door"]
    first = ["/", "/index.json", "/openapi.json", "/healthz", "/readyz", *LOG, *OFFLINE, "/static/site.css"]
    first += ["/changes", "/nothing", "/draws/nothing.json", "/verify.py", "/verify.py.sha256"]
    first += [f"/log/entries/{index}" for index in range(size)]
    first += [f"/log/evidence/{each}" for each in disclosed] + [f"/log/evidence/listings/{order_id}"]
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
