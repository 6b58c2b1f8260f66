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

from registry.draws import get_draw
from registry.people import Role
from registry.visits import Visit
from sampling.bundle import replay
from tests.building import PEOPLE, Bureau
from tests.desks import made
from tests.papers import finding
from tests.rosters import credit_code
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


LISTS = (
    *(f"/api/v1/{name}" for name in ("findings", "followups", "penalties", "visits", "draws", "batches", "plans")),
    *(
        f"/api/v1/exports/{name}.xlsx"
        for name in ("visits", "visit_steps", "evidence", "findings", "followups", "penalties")
    ),
)
"""What the bureau reads of its work, apart from the register itself."""


@pytest.mark.parametrize("stage", ["executed", "filed", "reviewed"])
def test_no_list_and_no_export_tells_the_bureau_who_was_drawn_under_seal(opening: Opening, stage: str) -> None:
    """Reviewers and supervisors read findings, as they must; everybody else finds neither code, name nor visit."""
    bureau = opening(stage, sealed=True)
    with bureau.service.database.reading() as session:
        drawn = list(session.exec(select(Visit)))
    hidden = [word for visit in drawn for word in (visit.unit_id, visit.operator_name, visit.visit_id)]
    assert hidden
    for name, roles in PEOPLE.items():
        if {Role.REVIEWER, Role.SUPERVISOR} & set(roles):
            continue
        for path in LISTS:
            answer = bureau.desk(name).get(path)
            told = answer.text if not path.endswith(".xlsx") else unzipped(answer)
            assert [word for word in hidden if word in told] == [], (name, path)
    finding_id = f"{drawn[0].visit_id}-1"
    assert bureau.desk("approver").get(f"/api/v1/findings/{finding_id}").status_code == 404


def unzipped(answer: httpx.Response) -> str:
    """Return the whole text of a workbook, or of the refusal."""
    if not answer.is_success:
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())
