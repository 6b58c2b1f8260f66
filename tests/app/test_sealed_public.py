"""A sealed outcome stays unseen in public until it is opened.

What the public can read of an executed, sealed draw is compared, address by address and byte by byte, with what it
could read before the draw was executed.
"""

import re

import pytest
from sqlalchemy import text

from registry.draws import get_draw
from sampling.bundle import replay
from tests.building import Bureau
from tests.desks import made
from tests.papers import finding
from tests.rosters import credit_code
from tests.workshop import Opening

FILES = (
    *("frame.csv", "exclusions.csv", "inspectors.csv", "recusals.csv", "commitment.json"),
    *("reveal.json", "drawn.csv", "teams.csv", "public_value.json", "log.json"),
)
LISTS = ("drawn", "alternates", "replacements")


def public_addresses(draw_id: str) -> list[str]:
    """Return every public address that could tell something of a draw."""
    pages = ["/", "/index.json", "/draws", "/draws.json", f"/draws/{draw_id}", f"/draws/{draw_id}.json"]
    pages += [f"/draws/{draw_id}/certificate{form}" for form in ("", ".json")]
    pages += [f"/draws/{draw_id}/{name}{form}" for name in LISTS for form in ("", ".json")]
    pages += [f"/draws/{draw_id}{form}?code={credit_code(n)}" for n in range(1, 10) for form in ("", ".json")]
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
    own |= {f"/draws/{bureau.notes.draw_id}{form}" for form in (".json", "/certificate", "/certificate.json")}
    own |= {path for path in addresses if "?code=" in path}
    assert {path for path in addresses if before[path] != after[path]} <= own
    absent = [path for path in addresses if after[path][0] == 404]
    assert len(absent) == len(FILES) - 1 + 2 + 6, "bundle, evidence, lists and every file but the commitment"


def test_the_pages_of_a_sealed_draw_name_no_drawn_unit(opening: Opening) -> None:
    """Front page, list and draw tell that it was executed and how many, and no operator."""
    bureau = opening("reviewed", sealed=True)
    units = drawn_units(bureau)
    assert len(units) == 3
    names = {made(bureau.public.get(f"/operators/{unit}.json"))["name"] for unit in units}
    draw_id = bureau.notes.draw_id
    own = [f"/draws/{draw_id}{part}" for part in ("", ".json", "/certificate", "/certificate.json")]
    for path in ("/", "/index.json", "/draws", "/draws.json", *own):
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
def test_a_sealed_file_answers_like_one_of_a_draw_not_yet_executed(opening_anywhere: Opening, name: str) -> None:
    """The same status and the same words, so that asking tells nothing."""
    sealed, waiting = opening_anywhere("executed", sealed=True), opening_anywhere("committed", sealed=True)
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


def test_the_log_of_a_sealed_execution_holds_a_root_that_gives_nothing_away(opening_anywhere: Opening) -> None:
    """The entry has the outcome's root and no digest of a file; the opening adds seed and digests."""
    bureau = opening_anywhere("reviewed", sealed=True)
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
