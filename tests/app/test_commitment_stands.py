"""What was committed does not move: the register may change afterwards, the draw's files and their digests do not."""

import io
import zipfile

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.draws import get_draw
from sampling.bundle import replay
from sampling.canonical import digest
from sampling.commitment import Commitment
from tests.building import Bureau
from tests.desks import made
from tests.rosters import credit_code, inspector, inspectors_csv, operator, operators_csv
from tests.workshop import Opening

COMMITTED = ("commitment", "frame", "exclusions", "inspectors", "recusals", "digest")


def committed(bureau: Bureau) -> tuple[object, ...]:
    """Return what stands of the draw's commitment, column by column."""
    with bureau.service.database.reading() as session:
        found = get_draw(session, bureau.notes.draw_id).committed
        return tuple(getattr(found, name) for name in COMMITTED)


def shake_the_register(bureau: Bureau) -> None:
    """Change everything that a draw rests on."""
    registrar, approver = bureau.desk("registrar"), bureau.desk("approver")
    made(registrar.patch(f"/api/v1/operators/{credit_code(1)}", {"trading": False, "name": "改名之后"}))
    made(registrar.patch(f"/api/v1/operators/{credit_code(2)}", {"status": "注销", "area": "140200"}))
    made(registrar.post("/api/v1/imports/operators", operators_csv([operator(7, trading="是"), operator(10)])))
    rows = [inspector("market-1", status="离岗"), inspector("cyber-1", area="140200"), inspector("cyber-5")]
    made(registrar.post("/api/v1/imports/inspectors", inspectors_csv(rows)))
    filed = made(
        registrar.post("/api/v1/recusals", {"inspector_no": "market-2", "unit_id": credit_code(3), "reason": "近亲属"})
    )
    made(approver.post(f"/api/v1/recusals/{filed['recusal_id']}/decision", {"approved": True}))


def bundle(bureau: Bureau) -> dict[str, bytes]:
    """Return the files of the published bundle."""
    answer = bureau.public.get(f"/draws/{bureau.notes.draw_id}/bundle.zip")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_later_edits_of_the_register_do_not_touch_the_commitment(opening_anywhere: Opening) -> None:
    """The files are the same bytes, the published commitment too, and the digest is that of its bytes."""
    bureau = opening_anywhere("committed")
    path = f"/draws/{bureau.notes.draw_id}/files/commitment.json"
    before, published = committed(bureau), bureau.public.get(path).content
    shake_the_register(bureau)
    assert committed(bureau) == before
    assert bureau.public.get(path).content == published
    page = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))
    assert page["commitment_digest"] == digest(published, "sha256")


def test_the_frame_is_the_register_at_commitment(opening_anywhere: Opening) -> None:
    """Six trading platforms; two are exclusions with their reasons; other kinds are no part."""
    bureau = opening_anywhere("executed")
    shake_the_register(bureau)
    files = bundle(bureau)
    assert files["frame.csv"].decode().splitlines() == [
        "unit_id,stratum,area",
        *sorted(f"{credit_code(number)},all,140105" for number in range(1, 7)),
    ]
    assert files["exclusions.csv"].decode().splitlines() == [
        "unit_id,reason",
        *sorted([f"{credit_code(7)},not_trading", f"{credit_code(8)},not_active"]),
    ]
    assert len(files["inspectors.csv"].splitlines()) == 1 + 8, "the certificate that ends in the period keeps one away"


def test_a_draw_executed_after_edits_is_what_anybody_recomputes_from_its_bundle(opening_anywhere: Opening) -> None:
    """The outcome follows from the commitment alone, and the visits are the drawn units in drawn order."""
    bureau = opening_anywhere("committed")
    before = committed(bureau)
    shake_the_register(bureau)
    bureau.executed()
    files = bundle(bureau)
    again = replay(files)
    assert again.outcome == {name: files[name] for name in ("drawn.csv", "teams.csv")}
    assert [files[f"{name}.csv"] for name in COMMITTED[1:5]] == list(before[1:5])
    made_of = Commitment.from_bytes(files["commitment.json"])
    assert made_of.frame.digest == digest(files["frame.csv"], "sha256")
    page = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))
    drawn = [row.unit_id for row in again.drawing.drawn]
    assert [unit["code"] for unit in page["outcome"]["drawn"]] == drawn
    seats = [
        (unit["code"], seat["seat"], seat["roster_no"]) for unit in page["outcome"]["drawn"] for seat in unit["team"]
    ]
    assert seats == [(row.unit_id, row.seat, row.inspector_id) for row in again.teams.assignments]


def test_a_recusal_decided_before_commitment_keeps_the_inspector_away(opening: Opening) -> None:
    """It stands in the committed files, and one that is only filed does not."""
    bureau = opening("approved")
    registrar, approver = bureau.desk("registrar"), bureau.desk("approver")
    for own, number, decision in (("market-1", 1, True), ("market-2", 2, False), ("cyber-1", 3, None)):
        body = {"inspector_no": own, "unit_id": credit_code(number), "reason": "近亲属"}
        filed = made(registrar.post("/api/v1/recusals", body))
        if decision is not None:
            made(approver.post(f"/api/v1/recusals/{filed['recusal_id']}/decision", {"approved": decision}))
    bureau.committed()
    bureau.executed()
    recused = bundle(bureau)["recusals.csv"].decode().splitlines()[1:]
    assert [line.partition(",")[2] for line in recused] == [credit_code(1)]
    sent = {visit["unit_id"] for visit in made(bureau.desk("market-1").get("/api/v1/assignments"))}
    assert credit_code(1) not in sent


@pytest.mark.parametrize("table", ["draw_commitments", "draw_parties", "draw_executions", "visits", "visit_seats"])
def test_the_database_itself_refuses_to_change_a_draw(opening_anywhere: Opening, table: str) -> None:
    """Not even a careless hand at the database moves what was committed or drawn."""
    bureau = opening_anywhere("executed")
    before = bureau.contents()
    column = "seat" if table == "visit_seats" else "draw_id"
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):  # noqa: S608 - our own names
        with bureau.service.database.writing() as session, pytest.raises(DBAPIError, match="append-only"):
            session.connection().execute(text(statement))
    assert bureau.contents() == before
