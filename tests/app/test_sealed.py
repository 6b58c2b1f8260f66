"""A sealed outcome is told to nobody of the bureau who does not have to know it, by no address, until it is opened."""

import io
import zipfile

import httpx
import pytest
from sqlmodel import select

from app.main import all_routes
from publicity.sequencer import Entry
from registry import recusals
from registry.journal import Fact, Kind
from registry.people import Role
from registry.visits import Visit
from tests.app.test_sealed_public import steady
from tests.building import PEOPLE, Bureau
from tests.desks import Desk, made
from tests.papers import penalty, visit_request
from tests.rosters import INSPECTORS, NOT_TRADING, credit_code, inspector, inspectors_csv, sheet
from tests.workshop import Opening

REGISTER = (
    *("/operators/{code}", "/operators/{code}.json", "/search", "/search.json"),
    *("/api/v1/operators", "/api/v1/operators/{unit_id}", "/api/v1/operators/{unit_id}/history"),
    *(f"/api/v1/operators/{{unit_id}}/{name}" for name in ("status", "restrictions")),
    "/api/v1/exports/operators.xlsx",
)
"""What holds the register itself, drawn or not: it has to be after the draw what it was before."""

READERS: dict[str, set[Role]] = {
    "/api/v1/assignments": {Role.INSPECTOR},
    **{f"/api/v1/assignments/{{visit_id}}{name}": {Role.INSPECTOR} for name in ("", "/steps", "/evidence")},
    **{f"/api/v1/assignments/{{visit_id}}/notice{form}": {Role.INSPECTOR} for form in ("", ".html")},
    **{
        f"/api/v1/visits/{{visit_id}}{name}": {Role.SUPERVISOR} for name in ("", "/notice", "/notice.html", "/case.zip")
    },
    **{f"/api/v1/findings{name}": {Role.REVIEWER, Role.SUPERVISOR} for name in ("", "/{finding_id}")},
    **{f"/api/v1/followups{name}": {Role.REVIEWER, Role.SUPERVISOR} for name in ("", "/{visit_id}/{item}")},
    **{
        f"/api/v1/recusals{name}": {Role.APPROVER, Role.SUPERVISOR}
        for name in ("", "/{recusal_id}", "/{recusal_id}/history")
    },
    "/api/v1/outbox": {Role.SUPERVISOR},
    "/api/v1/clocks": {Role.REVIEWER, Role.SUPERVISOR},
    "/api/v1/replacements": {Role.APPROVER, Role.SUPERVISOR},
    "/api/v1/draws/{draw_id}/replacements.json": {Role.SUPERVISOR},
    "/api/v1/recusals/declarations": {Role.INSPECTOR},
    "/api/v1/journal": {Role.SUPERVISOR},
    "/api/v1/receipts/{index}": {Role.SUPERVISOR},
    **{
        f"/api/v1/exports/{name}.xlsx": {Role.SUPERVISOR}
        for name in ("visits", "visit_steps", "evidence", "findings", "followups", "replacements", "journal")
    },
    **{f"/api/v1/exports/{name}.xlsx": {Role.APPROVER, Role.SUPERVISOR} for name in ("recusals", "recusal_decisions")},
}
"""Address → who reads there, before the draw is open, whom it drew. Inspectors read of their own visits alone."""

QUERIES = {
    "/search": "?q=虚构",
    "/search.json": "?q=虚构",
    "/log/proof/inclusion": "?index=0",
    "/log/proof/consistency": "?old=1",
    "/api/v1/journal": "?limit=1000",
    "/api/v1/operators/{unit_id}/status": "?on=2020-09-22",
}
STRANGER = "stranger"
"""An inspector who goes on no visit."""


def places(bureau: Bureau, recusal_id: str, evidence_id: str) -> dict[str, str]:
    """Return a value for every parameter of a path: of a drawn visit wherever there is one."""
    visit, notes = first_visit(bureau), bureau.notes
    return {
        "code": visit.unit_id,
        "unit_id": visit.unit_id,
        "visit_id": visit.visit_id,
        "finding_id": f"{visit.visit_id}-1",
        "inspector_no": bureau.teams()[visit.visit_id][0],
        "item": "M02",
        "recusal_id": recusal_id,
        "evidence_id": evidence_id,
        "draw_id": notes.draw_id,
        "task_no": notes.task_no,
        "plan_no": notes.plan_no,
        "person_id": notes.people["approver"],
        "penalty_id": "2020-0001",
        "disclosure_id": "r-1",
        "record_id": f"r-{visit.visit_id}-1",
        "petition_id": "q0001",
        "file_id": "0" * 32,
        "name": "drawn.csv",
        "index": str(filed_entry(bureau, visit.visit_id)),
        "path": "entries/000.p/40",
        "year": "2020",
        "leave_id": "l0001",
        "loan_id": "j0001",
        "cap_id": "cap0001",
        "case_id": "c0001",
        "order_id": "n0001",
        "token": f"{notes.draw_id}.1.{0:032x}",  # all of an address that can be known without the paper
    }


def filed_entry(bureau: Bureau, visit_id: str) -> int:
    """Return the place in the log of the first finding of a visit; before one is filed, that of the first entry."""
    with bureau.service.database.reading() as session:
        filed = select(Entry.index).join(Fact).where(Fact.subject == f"{visit_id}-1", Fact.kind == Kind.FINDING_FILED)
        return session.exec(filed).first() or 0


def replace_last(bureau: Bureau) -> None:
    """Let the team of the last visit ask for an alternate, and an approver agree."""
    *others, last = bureau.notes.visits
    body = {"reason": "closed", "text": "已停业"}
    asked = made(bureau.lead(last).post(f"/api/v1/visits/{last}/replacement", body))["replacement_id"]
    path = f"/api/v1/replacements/{asked}/decision"
    decided = made(bureau.desk("approver").post(path, {"approved": True}))
    bureau.notes.visits = [*others, decided["came"][0]["visit_id"]]


def first_visit(bureau: Bureau) -> Visit:
    with bureau.service.database.reading() as session:
        return session.exec(select(Visit).order_by(Visit.visit_id)).all()[0]


def gets() -> list[str]:
    """Return every address that the application reads at."""
    return [route.path_format for route in all_routes() if "GET" in (route.methods or ())]


def people(bureau: Bureau) -> dict[str, tuple[Desk, set[Role]]]:
    """Return one of each role, an inspector of the first visit, one of none, and the public."""
    lead = bureau.teams()[first_visit(bureau).visit_id][0]
    staff = {name: (bureau.desk(name), set(roles)) for name, roles in PEOPLE.items() if not name.endswith("2")}
    inspectors = {name: (bureau.desk(name), {Role.INSPECTOR}) for name in (lead, STRANGER)}
    return staff | inspectors | {"public": (bureau.public, set())}


def hire_stranger(bureau: Bureau) -> None:
    row = inspector(STRANGER, department="market")
    made(bureau.desk("registrar").post("/api/v1/imports/inspectors", inspectors_csv([row])))
    bureau.hire(STRANGER, Role.INSPECTOR, inspector_no=STRANGER)


def asked_late(bureau: Bureau) -> str:
    """Let a drawn inspector declare a recusal, and a register officer file what a drawn operator asked for."""
    visit = first_visit(bureau)
    lead, *_, last = bureau.teams()[visit.visit_id]
    bureau.hire("registrar3", Role.REGISTER_OFFICER)
    asked = {"asked_on": "2020-09-01", "document": "回避申请书"}
    filing = {"inspector_no": last, "unit_id": visit.unit_id, "reason": "曾有纠纷", "asked": asked}
    made(bureau.desk("registrar3").post("/api/v1/recusals", filing))
    declared = bureau.desk(lead).post(
        "/api/v1/recusals/declarations", {"unit_id": visit.unit_id, "reason": "近亲属任职"}
    )
    return str(made(declared)["recusal_id"])


def hidden_from(bureau: Bureau, name: str) -> list[str]:
    """Return codes, names and ids of the drawn visits, but for those on which somebody goes."""
    teams = bureau.teams()
    with bureau.service.database.reading() as session:
        visits = [each for each in session.exec(select(Visit)) if name not in teams.get(each.visit_id, ())]
    return [word for each in visits for word in (each.unit_id, each.operator_name, each.visit_id)]


@pytest.mark.parametrize("stage", ["executed", "reviewed"])
def test_no_address_tells_anybody_who_was_drawn_under_seal_but_those_who_have_to_know(
    opening_anywhere: Opening, stage: str
) -> None:
    """Every route and export of the application, every role and the public, with ids of a drawn visit in the paths."""
    bureau = opening_anywhere("committed", sealed=True)
    hire_stranger(bureau)
    bureau.executed()
    evidence_id = "0" * 32
    if stage == "reviewed":
        replace_last(bureau)
        bureau.arrived()
        lead = bureau.lead(first_visit(bureau).visit_id)
        path = f"/api/v1/assignments/{first_visit(bureau).visit_id}/evidence?name=a"
        evidence_id = made(lead.post(path, "现场笔录".encode()))["evidence_id"]
        bureau.filed()
        bureau.reviewed()
        step = {"step": "case_opened", "happened_on": "2020-09-22", "reference": "测立案〔2020〕1号"}
        made(bureau.desk("reviewer").post(f"/api/v1/followups/{bureau.notes.visits[0]}/M02/steps", step))
    filled = places(bureau, asked_late(bureau), evidence_id)
    addresses = {path: path.format(**filled) + QUERIES.get(path, "") for path in gets()}
    assert len(addresses) > 80
    assert set(READERS) | set(REGISTER) <= set(addresses)
    told = set()
    for name, (desk, roles) in people(bureau).items():
        hidden = hidden_from(bureau, name)
        for path, address in addresses.items():
            answer = desk.get(address)
            assert answer.status_code < 500, (name, path)
            said = unzipped(answer) if path.endswith((".xlsx", ".zip")) else answer.text
            if not answer.is_success:  # the sentence repeats what was asked for
                said = said.replace(address, "").replace(filled.get(path.partition("{")[2].partition("}")[0], "\0"), "")
            found = [word for word in hidden if word in said]
            if roles & READERS.get(path, set()) and Role.INSPECTOR not in roles:
                told |= {path} if found else set()
            elif path not in REGISTER:
                assert found == [], (name, path)
    wanted = {path for path, roles in READERS.items() if roles != {Role.INSPECTOR}}
    if stage == "reviewed":
        assert told == wanted, "and those who have to know are told"


@pytest.mark.parametrize("name", ["registrar", "officer", "approver", "reviewer", "reader", "supervisor", "public"])
def test_the_register_is_after_a_sealed_draw_what_it_was_before(opening: Opening, name: str) -> None:
    """Lists, searches, histories and the export, whoever reads them."""
    bureau = opening("committed", sealed=True)
    desk = bureau.public if name == "public" else bureau.desk(name)
    units = [credit_code(number) for number in range(1, 10)]
    paths = [path.format(code=unit, unit_id=unit) + QUERIES.get(path, "") for path in REGISTER for unit in units]
    bureau.clock.set("2020-09-22")
    before = [register_text(desk.get(path)) for path in paths]
    bureau.executed()
    bureau.arrived()
    bureau.filed()
    bureau.reviewed()
    asked_late(bureau)
    bureau.clock.set("2020-09-22")
    assert [register_text(desk.get(path)) for path in paths] == before


def register_text(answer: httpx.Response) -> str:
    """Return an answer without what moves by itself."""
    if answer.headers["content-type"].startswith("application/vnd"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            return "".join(book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets"))
    return steady(answer.text)


@pytest.mark.parametrize("kind", ["findings", "visits", "recusals", "recusal days", "recusal histories"])
def test_what_is_sealed_answers_like_what_does_not_exist(opening_anywhere: Opening, kind: str) -> None:
    """The same status and the same words, but for the number asked for."""
    bureau = opening_anywhere("reviewed", sealed=True)
    recusal_id, visit_id = asked_late(bureau), first_visit(bureau).visit_id
    sealed, absent, ending, name = {
        "findings": (f"{visit_id}-1", "140000202008240999-01-1", "", "approver"),
        "visits": (visit_id, "140000202008240999-01", "", "officer"),
        "recusals": (recusal_id, "r9999", "", "registrar"),
        "recusal days": (recusal_id, "r9999", "?as_of=2020-09-30", "registrar"),
        "recusal histories": (recusal_id, "r9999", "/history", "registrar"),
    }[kind]
    place = "recusals" if kind.startswith("recusal") else kind
    one, other = (bureau.desk(name).get(f"/api/v1/{place}/{each}{ending}") for each in (sealed, absent))
    assert one.status_code == other.status_code == 404
    assert one.text.replace(sealed, absent) == other.text


def test_a_late_recusal_is_read_by_who_filed_it_who_decides_it_and_by_all_once_the_draw_is_open(
    opening_anywhere: Opening,
) -> None:
    bureau = opening_anywhere("reviewed", sealed=True)
    recusal_id = asked_late(bureau)

    def listed(name: str) -> int:
        return len(made(bureau.desk(name).get("/api/v1/recusals")))

    readers = ("registrar", "officer", "publisher", "reviewer", "registrar3", "approver", "supervisor")
    assert {name: listed(name) for name in readers} == dict.fromkeys(readers[:4], 0) | {
        "registrar3": 1,
        "approver": 2,
        "supervisor": 2,
    }
    made(bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/opening"))
    assert {listed(name) for name in readers} == {2}
    made(bureau.desk("registrar").get(f"/api/v1/recusals/{recusal_id}/history"))


def test_a_recusal_outside_the_frame_or_filed_before_the_execution_is_read_as_ever(opening: Opening) -> None:
    bureau = opening("committed", sealed=True)
    before = {"inspector_no": "market-1", "unit_id": credit_code(1), "reason": "近亲属任职"}
    made(bureau.desk("registrar").post("/api/v1/recusals", before))
    bureau.executed()
    made(bureau.desk("registrar").post("/api/v1/recusals", before | {"unit_id": credit_code(NOT_TRADING)}))
    assert len(made(bureau.desk("officer").get("/api/v1/recusals"))) == 2


def test_a_roster_of_recusals_does_not_tell_whether_a_late_one_was_guessed(opening: Opening) -> None:
    """Checked, the guess that is right is as new as the one that is wrong; a row that stays as it is has no verdict."""
    bureau = opening("executed", sealed=True)
    asked_late(bureau)
    visit = first_visit(bureau)
    rows = [{"inspector_no": own, "unit_id": visit.unit_id, "reason": "近亲属任职"} for own in INSPECTORS]
    checked = made(bureau.desk("registrar").post("/api/v1/imports/recusals/check", sheet(recusals.HEADINGS, rows)))
    assert {verdict: count for verdict, count in checked["counts"].items() if count} == {"new": len(INSPECTORS)}
    assert bureau.teams()[visit.visit_id][0] in INSPECTORS, "one of them is the guess that is right"


def test_a_late_recusal_shows_in_no_later_frame(opening_anywhere: Opening) -> None:
    """A preview does not count it, and the commitment waits until the sealed draw is open."""
    bureau = opening_anywhere("reviewed", sealed=True)
    task_no = bureau.another_batch(period_from="2021-01-01", period_to="2021-03-31", year=2021)
    preview = f"/api/v1/batches/{task_no}/preview"
    before = made(bureau.desk("officer").get(preview))
    decided = bureau.desk("approver").post(f"/api/v1/recusals/{asked_late(bureau)}/decision", {"approved": True})
    assert made(decided)["approved"] is True
    assert made(bureau.desk("officer").get(preview)) == before
    terms = bureau.terms() | {"execute_by": "2020-12-01T18:00:00+08:00"}
    refused = bureau.desk("officer").post(f"/api/v1/batches/{task_no}/commitment", terms)
    assert (refused.status_code, refused.json()["code"]) == (409, "hidden_outcome")


def test_a_visit_without_a_draw_tells_of_a_late_recusal_whoever_approves_it(opening: Opening) -> None:
    """Who asks for it is not told; the approver is, and refuses."""
    bureau = opening("executed", sealed=True)
    visit = first_visit(bureau)
    team = [own for own in bureau.teams()[visit.visit_id] if own.startswith("market")]
    made(bureau.desk("approver").post(f"/api/v1/recusals/{asked_late(bureau)}/decision", {"approved": True}))
    body = visit_request(unit_id=visit.unit_id, team=team)
    asked = made(bureau.desk("officer").post("/api/v1/visits", body))["visit_id"]
    path = f"/api/v1/visits/{asked}/decision"
    refused = bureau.desk("approver").post(path, {"approved": True})
    assert (refused.status_code, refused.json()["code"]) == (422, "field")
    made(bureau.desk("approver").post(path, {"approved": False, "reason": "须回避"}))


def test_who_reads_a_sealed_finding_is_told_to_open_the_draw_before_anything_rests_on_it(opening: Opening) -> None:
    """An approver who also reviews; an approver who does not is told that there is nothing."""
    bureau = opening("reviewed", sealed=True)
    both = bureau.hire("both", Role.APPROVER, Role.REVIEWER)
    visit_id, closing = bureau.notes.visits[0], {"closed_on": "2020-09-22", "how": "已改正"}
    for path, body in (
        ("/api/v1/penalties", penalty(bureau.notes.findings[0])),
        (f"/api/v1/followups/{visit_id}/M02/closing", closing),
    ):
        told = both.post(path, body)
        assert (told.status_code, told.json()["code"]) == (409, "sealed")
        assert bureau.desk("approver").post(path, body).status_code == 404


def unzipped(answer: httpx.Response) -> str:
    """Return the whole text of a workbook or an archive, or of the refusal."""
    if not answer.is_success:
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "".join(book.read(name).decode(errors="replace") for name in book.namelist())
