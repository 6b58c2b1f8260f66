"""Before execution nothing tells the outcome, and a sealed outcome stays unseen until it is opened.

What the public can read of an executed, sealed draw is compared, address by address and byte by byte, with what it
could read before the draw was executed.
"""

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text
from sqlmodel import select

from app.main import all_routes
from registry import recusals
from registry.draws import get_draw
from registry.people import Role
from registry.visits import Visit
from sampling.bundle import replay
from tests.building import PEOPLE, Bureau
from tests.desks import Desk, made
from tests.papers import finding, penalty, visit_request
from tests.rosters import INSPECTORS, NOT_TRADING, credit_code, inspector, inspectors_csv, sheet
from tests.workshop import Opening

FILES = (
    *("frame.csv", "exclusions.csv", "inspectors.csv", "recusals.csv", "commitment.json"),
    *("reveal.json", "drawn.csv", "teams.csv", "public_value.json", "log.json"),
)
HEX_SECRET = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def raw_bytes(bureau: Bureau) -> bytes:
    """Return all that the database's files hold."""
    database = Path(str(bureau.service.database.url.database))
    return b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))


def cells(bureau: Bureau) -> Iterator[bytes]:
    """Yield every cell of every table as bytes."""
    for rows in bureau.contents().values():
        for row in rows:
            for cell in row:
                yield bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()


def known_digests(bureau: Bureau) -> set[bytes]:
    """Return every 64-digit value that is not a secret: digests of keys, bodies, files, parties and requests."""
    with bureau.service.database.reading() as session:
        run = session.connection().execute
        found = {str(value) for value in run(text("SELECT digest FROM draw_parties")).scalars()}
        found |= {str(value) for value in run(text("SELECT digest FROM api_keys")).scalars()}
        found |= {str(value) for value in run(text("SELECT digest FROM journal")).scalars()}
        found |= {str(value) for value in run(text("SELECT request_digest FROM stored_answers")).scalars()}
        draw = get_draw(session, bureau.notes.draw_id).committed
    found |= {draw.digest, *re.findall(r"[0-9a-f]{64}", draw.commitment.decode())}
    return {value.encode() for value in found}


def test_no_secret_of_a_committed_draw_lies_readable_in_the_database(opening: Opening) -> None:
    """Every 64-digit value in any table is a digest we know; the service's own secret is none of them."""
    bureau = opening("committed")
    listed = (b'"rows"', b'"parts"')  # an import's digest of its file, and the digests of a fact's parts
    imports = {m for cell in cells(bureau) if any(each in cell for each in listed) for m in HEX_SECRET.findall(cell)}
    found = {match for cell in cells(bureau) for match in HEX_SECRET.findall(cell)}
    assert found - known_digests(bureau) - imports == set()
    with bureau.service.database.reading() as session:
        own, other = session.connection().execute(text("SELECT own_secret FROM draw_parties ORDER BY party")).scalars()
    secret = bureau.service.box.unseal(bytes(own), about=bureau.notes.draw_id)
    assert other is None, "the second party's secret is not here at all"
    assert re.fullmatch("[0-9a-f]{64}", secret)
    for hidden in (secret.encode(), bytes.fromhex(secret), bureau.notes.secret.encode()):
        assert hidden not in raw_bytes(bureau)


def test_the_key_file_is_the_owners_alone_and_outside_the_database(opening: Opening) -> None:
    """Mode 0600, 32 bytes, and the database does not hold them."""
    bureau = opening("committed")
    path = bureau.service.settings.data_dir / "service.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_bytes()) == 32
    assert path.read_bytes() not in raw_bytes(bureau)


def test_the_sealed_secret_opens_for_its_own_draw_only(opening: Opening) -> None:
    """The draw's id is bound in: a sealed secret moved to another draw does not open."""
    bureau = opening("committed")
    box = bureau.service.box
    sealed = box.seal("5e" * 32, about="one")
    assert box.unseal(sealed, about="one") == "5e" * 32
    with pytest.raises(InvalidTag):
        box.unseal(sealed, about="another")


def public_addresses(draw_id: str) -> list[str]:
    """Return every public address that could tell something of a draw."""
    pages = ["/", "/index.json", "/draws", "/draws.json", f"/draws/{draw_id}", f"/draws/{draw_id}.json"]
    lists = ["/results", "/results.json", "/results.json?only=problem", "/penalties", "/penalties.json"]
    search = ["/search?q=虚构", "/search.json?q=虚构", "/search.json?q=9114"]
    units = [f"/operators/{credit_code(n)}{form}" for n in range(1, 10) for form in ("", ".json")]
    files = [f"/draws/{draw_id}/files/{name}" for name in FILES]
    return [*pages, *lists, *search, *units, *files, f"/draws/{draw_id}/bundle.zip", "/log/evidence/r-1"]


def telling(bureau: Bureau) -> dict[str, str]:
    """Return all that an outcome consists of, from the tables, by what it is."""
    with bureau.service.database.reading() as session:
        draw = get_draw(session, bureau.notes.draw_id)
        assert draw.executed is not None
        files = {
            "commitment.json": draw.committed.commitment,
            "frame.csv": draw.committed.frame,
            "exclusions.csv": draw.committed.exclusions,
            "inspectors.csv": draw.committed.inspectors,
            "recusals.csv": draw.committed.recusals,
            "reveal.json": draw.executed.reveal,
        }
        salts = session.connection().execute(text("SELECT salt FROM draw_salts")).scalars().all()
    outcome = replay(files)
    found = {f"ticket {row.unit_id}": row.ticket for row in outcome.drawing.drawn}
    found |= {f"roster {row.inspector_id}": row.inspector_id for row in outcome.teams.assignments}
    found |= {f"salt {n}": bytes(salt).hex() for n, salt in enumerate(salts)}
    found |= {"seed": outcome.seed.seed, "subject": outcome.seed.subject_key, "team": outcome.seed.team_key}
    found |= {"secret": bureau.notes.secret, "value": "352614163425616263541325246135", "witness": "见证人甲"}
    return found | {f"name {own}": f"检查员·{own}" for own in bureau.teams()[bureau.notes.visits[0]]}


def drawn_units(bureau: Bureau) -> set[str]:
    """Return the drawn units, from the inspectors' own lists."""
    return {
        visit["unit_id"]
        for own in bureau.notes.keys
        if own.startswith(("market-", "cyber-"))
        for visit in made(bureau.desk(own).get("/api/v1/assignments"))
    }


def read(bureau: Bureau, addresses: list[str]) -> dict[str, tuple[int, str]]:
    """Return what the public reads at each address."""
    answers = {path: bureau.public.get(path) for path in addresses}
    return {path: (answer.status_code, answer.text) for path, answer in answers.items()}


def steady(said: str) -> str:
    """Return a page without what moves by itself: the log's length and root, and the moment it was made."""
    said = re.sub(r'"(log_size|made_at|log_root)":("[^"]*"|[0-9]+)', "", said)
    return re.sub(r"<footer.*</footer>", "", said, flags=re.DOTALL)


def test_a_sealed_outcome_shows_nowhere(opening: Opening) -> None:
    """Executed, filed, reviewed: no ticket, team, secret, salt or witness at any public address."""
    bureau = opening("reviewed", sealed=True)
    hidden = telling(bureau)
    assert len(hidden) > 3 + 4 + 3
    size = made(bureau.public.get("/log/head"))["size"]
    log = [f"/log/entries/{index}" for index in range(size)] + [f"/log/proof/inclusion?index={size - 1}"]
    log += ["/log", *(f"/log/entry/{index}" for index in range(size)), f"/log/tile/entries/000.p/{size}"]
    for path, (_, said) in read(bureau, public_addresses(bureau.notes.draw_id) + log).items():
        assert [what for what, value in hidden.items() if value in said] == [], path


def test_a_sealed_outcome_changes_no_public_address_but_the_draws_own_steps(opening: Opening) -> None:
    """Every operator's page, list, search and file is after execution what it was before, byte for byte."""
    bureau = opening("committed", sealed=True)
    addresses = public_addresses(bureau.notes.draw_id)
    bureau.clock.set("2020-09-22")
    before = {path: (status, steady(said)) for path, (status, said) in read(bureau, addresses).items()}
    bureau.executed()
    bureau.arrived()
    bureau.filed()
    bureau.reviewed()
    after = {path: (status, steady(said)) for path, (status, said) in read(bureau, addresses).items()}
    own = {"/", "/index.json", "/draws", "/draws.json", f"/draws/{bureau.notes.draw_id}"}
    own.add(f"/draws/{bureau.notes.draw_id}.json")
    assert {path for path in addresses if before[path] != after[path]} <= own
    absent = [path for path in addresses if after[path][0] == 404]
    assert len(absent) == len(FILES) - 1 + 2, "bundle, evidence and every file but the commitment"


def test_the_pages_of_a_sealed_draw_name_no_drawn_unit(opening: Opening) -> None:
    """Front page, list and draw tell that it was executed and how many, and no operator."""
    bureau = opening("reviewed", sealed=True)
    units = drawn_units(bureau)
    assert len(units) == 3
    names = {made(bureau.public.get(f"/operators/{unit}.json"))["name"] for unit in units}
    draw_id = bureau.notes.draw_id
    for path in ("/", "/index.json", "/draws", "/draws.json", f"/draws/{draw_id}", f"/draws/{draw_id}.json"):
        said = bureau.public.get(path).text
        assert [each for each in units | names if each in said] == [], path
    page = made(bureau.public.get(f"/draws/{draw_id}.json"))
    assert (page["state"], page["outcome"], page["source"]["value"]) == ("executed", None, None)
    assert [line["secret"] for line in page["secrets"]] == [None, None]


def test_the_home_page_counts_no_work_of_a_sealed_draw(opening: Opening) -> None:
    """Neither inspections nor what is due tells that visits have filed, or that one found something."""
    bureau = opening("reviewed", sealed=True)
    page = made(bureau.public.get("/index.json"))
    assert page["headline"]["inspected"] == 0
    assert {clock["duty"] for clock in page["clocks"]} == {"公开名单"}


@pytest.mark.parametrize("name", ["bundle.zip", *(f"files/{name}" for name in FILES if name != "commitment.json")])
def test_a_sealed_file_answers_like_one_of_a_draw_not_yet_executed(opening: Opening, name: str) -> None:
    """The same status and the same words, so that asking tells nothing."""
    sealed, waiting = opening("executed", sealed=True), opening("committed", sealed=True)
    assert sealed.notes.draw_id == waiting.notes.draw_id
    one, other = (each.public.get(f"/draws/{each.notes.draw_id}/{name}") for each in (sealed, waiting))
    assert one.status_code == other.status_code == 404
    assert one.content == other.content


def test_a_sealed_bundle_answers_like_one_of_a_draw_that_does_not_exist(opening: Opening) -> None:
    """Word for word, but for the number asked for."""
    bureau = opening("executed", sealed=True)
    missing = "140000202008240999"
    one = bureau.public.get(f"/draws/{bureau.notes.draw_id}/bundle.zip")
    other = bureau.public.get(f"/draws/{missing}/bundle.zip")
    assert one.status_code == other.status_code == 404
    assert one.text.replace(bureau.notes.draw_id, missing) == other.text


def test_the_log_of_a_sealed_execution_holds_a_root_that_gives_nothing_away(opening: Opening) -> None:
    """The entry has the outcome's root and no digest of a file; the opening adds seed and digests."""
    bureau = opening("reviewed", sealed=True)
    draw_id = bureau.notes.draw_id
    lines = made(bureau.public.get(f"/draws/{draw_id}.json"))["log"]
    entries = {line["kind"]: made(bureau.public.get(line["path"]))["public"] for line in lines}
    assert set(entries["draw.executed"]) == {"draw_id", "outcome_root"}
    bureau.published()
    lines = made(bureau.public.get(f"/draws/{draw_id}.json"))["log"]
    entries = {line["kind"]: made(bureau.public.get(line["path"]))["public"] for line in lines}
    assert set(entries["draw.opened"]) == {"draw_id", "seed", "reveal", "drawn", "teams"}
    assert made(bureau.public.get(f"/draws/{draw_id}.json"))["outcome"]["seed"] == entries["draw.opened"]["seed"]


def test_a_sealed_draw_opens_when_every_visit_has_filed(opening: Opening) -> None:
    """One visit short it stays sealed; with the last it opens, and the outcome is public."""
    bureau = opening("arrived", sealed=True)
    bureau.clock.set("2020-09-15", "16:00")
    opening_path = f"/api/v1/draws/{bureau.notes.draw_id}/opening"
    for visit in bureau.notes.visits:
        refused = bureau.desk("approver").post(opening_path)
        assert (refused.status_code, refused.json()["code"]) == (409, "draw_state")
        made(bureau.lead(visit).post(f"/api/v1/assignments/{visit}/findings", finding()))
    made(bureau.desk("approver").post(opening_path))
    page = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))
    assert {unit["code"] for unit in page["outcome"]["drawn"]} == drawn_units(bureau)
    again = bureau.desk("approver2").post(opening_path)
    assert (again.status_code, again.json()["code"]) == (409, "draw_state")


def test_a_sealed_draw_opens_when_its_term_has_come(opening: Opening) -> None:
    """Filed or not, at ``open_by`` and not a minute before."""
    bureau = opening("executed", sealed=True)
    path = f"/api/v1/draws/{bureau.notes.draw_id}/opening"
    bureau.clock.set("2020-12-31", "17:59")
    assert bureau.desk("approver").post(path).status_code == 409
    bureau.clock.set("2020-12-31", "18:00")
    assert bureau.desk("approver").post(path).status_code == 201


def test_a_draw_not_executed_cannot_be_opened(opening: Opening) -> None:
    """Not even past its term."""
    bureau = opening("committed", sealed=True)
    bureau.clock.set("2021-01-04")
    refused = bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/opening")
    assert (refused.status_code, refused.json()["code"]) == (409, "draw_state")


def test_staff_see_of_a_sealed_draw_that_it_was_executed_and_no_more(opening: Opening) -> None:
    """Officers, approvers, supervisors: no unit, seed or team in any answer about the draw."""
    bureau = opening("executed", sealed=True)
    hidden = {**telling(bureau), **{unit: unit for unit in drawn_units(bureau)}}
    for name in ("officer", "officer2", "approver", "reviewer", "publisher", "supervisor"):
        for path in ("/api/v1/draws", f"/api/v1/draws/{bureau.notes.draw_id}", "/api/v1/plans"):
            answer = bureau.desk(name).get(path)
            assert answer.status_code == 200
            assert [what for what, value in hidden.items() if value in answer.text] == []


REGISTER = (
    *("/operators/{code}", "/operators/{code}.json", "/search", "/search.json"),
    *("/api/v1/operators", "/api/v1/operators/{unit_id}", "/api/v1/operators/{unit_id}/history"),
    "/api/v1/operators/{unit_id}/status",
    "/api/v1/exports/operators.xlsx",
)
"""What holds the register itself, drawn or not: it has to be after the draw what it was before."""

READERS: dict[str, set[Role]] = {
    "/api/v1/assignments": {Role.INSPECTOR},
    **{f"/api/v1/assignments/{{visit_id}}{name}": {Role.INSPECTOR} for name in ("", "/steps", "/evidence")},
    **{f"/api/v1/assignments/{{visit_id}}/notice{form}": {Role.INSPECTOR} for form in ("", ".html")},
    **{f"/api/v1/visits/{{visit_id}}{name}": {Role.SUPERVISOR} for name in ("", "/notice", "/notice.html")},
    **{f"/api/v1/findings{name}": {Role.REVIEWER, Role.SUPERVISOR} for name in ("", "/{finding_id}")},
    **{f"/api/v1/followups{name}": {Role.REVIEWER, Role.SUPERVISOR} for name in ("", "/{visit_id}/{item}")},
    **{
        f"/api/v1/recusals{name}": {Role.APPROVER, Role.SUPERVISOR}
        for name in ("", "/{recusal_id}", "/{recusal_id}/history")
    },
    "/api/v1/replacements": {Role.APPROVER, Role.SUPERVISOR},
    "/api/v1/draws/{draw_id}/replacements.json": {Role.SUPERVISOR},
    "/api/v1/recusals/declarations": {Role.INSPECTOR},
    "/api/v1/journal": {Role.SUPERVISOR},
    **{
        f"/api/v1/exports/{name}.xlsx": {Role.SUPERVISOR}
        for name in ("visits", "visit_steps", "evidence", "findings", "followups", "journal")
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
        "name": "drawn.csv",
        "index": "0",
        "path": "entries/000.p/40",
        "year": "2020",
        "leave_id": "l0001",
        "loan_id": "j0001",
        "cap_id": "cap0001",
        "token": f"{notes.draw_id}.1.{0:032x}",  # all of an address that can be known without the paper
    }


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
    opening: Opening, stage: str
) -> None:
    """Every route and export of the application, every role and the public, with ids of a drawn visit in the paths."""
    bureau = opening("committed", sealed=True)
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
            said = unzipped(answer) if path.endswith(".xlsx") else answer.text
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
def test_what_is_sealed_answers_like_what_does_not_exist(opening: Opening, kind: str) -> None:
    """The same status and the same words, but for the number asked for."""
    bureau = opening("reviewed", sealed=True)
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


def test_a_late_recusal_shows_in_no_later_frame(opening: Opening) -> None:
    """A preview does not count it, and the commitment waits until the sealed draw is open."""
    bureau = opening("reviewed", sealed=True)
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
    """Return the whole text of a workbook, or of the refusal."""
    if not answer.is_success:
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())
