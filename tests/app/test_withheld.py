"""Withheld draws: strata by risk class, and nothing public from which a class could be found.

Everything public is read, page by page, file by file, the log from its first entry to its last, and searched for what
would tell a class: tickets, ranks, strata, the frame, seed, keys and secrets.
"""

import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import httpx
import pytest
from sqlmodel import col, select

from registry.draws import HiddenStratum, get_draw
from registry.visits import Visit
from sampling.bundle import Replay, check_outcome, replay
from sampling.canonical import digest
from sampling.names import INPUT_FILES
from sampling.tickets import ticket
from tests.building import FRAME, STAGES, Bureau
from tests.desks import made
from tests.rosters import credit_code, operator, operators_csv
from tests.workshop import Opening

CLASSES = {1: "等级甲", 2: "等级甲", 3: "等级乙", 4: "等级乙", 5: "等级乙", 6: ""}
QUOTAS = {"default": {"ratio": "0.5"}, "strata": {"等级甲": {"ratio": "1"}, "等级乙": {"count": 1}}}
EVERY_RULE = {"default": {"ratio": "1"}, "strata": {name: {"count": 1} for name in ("等级甲", "等级乙")}}
ENTRY = re.compile(r"/log/(?:entry|entries)/([0-9]+)")
LINK = re.compile(r'(?:href|src|path)"?[=:]\s*"(/[^"]*)"')
FILES = (*INPUT_FILES, "drawn.csv", "teams.csv", "public_value.json", "log.json")
LISTS = ("drawn", "alternates", "replacements")


@dataclass
class Case:
    """A bureau whose draw was stratified by risk, and the draw recomputed from what the bureau keeps."""

    bureau: Bureau
    outcome: Replay
    hidden: dict[str, str]

    @property
    def path(self) -> str:
        """Return the address of the draw's page."""
        return f"/draws/{self.bureau.notes.draw_id}"


def by_risk(bureau: Bureau, quotas: object = QUOTAS, *, sealed: bool = False) -> None:
    """Give the operators their classes, and put a batch stratified by them in place of the bureau's."""
    rows = [
        operator(number, risk_class=name, risk_month="2020-06" if name else "", risk_source="测评" if name else "")
        for number, name in CLASSES.items()
    ]
    made(bureau.desk("registrar").post("/api/v1/imports/operators", operators_csv(rows)))
    bureau.notes.task_no = bureau.another_batch(stratify="risk", quotas=quotas, sealed=sealed)


def case_of(bureau: Bureau) -> Case:
    """Return the case as far as the bureau is: executed at least."""
    with bureau.service.database.reading() as session:
        draw = get_draw(session, bureau.notes.draw_id)
        assert draw.executed is not None
        committed = draw.committed
        rows = session.exec(select(HiddenStratum).where(HiddenStratum.draw_id == bureau.notes.draw_id))
        hidden = {row.stratum: row.means for row in rows}
        files = {
            "commitment.json": committed.commitment,
            "frame.csv": committed.frame,
            "exclusions.csv": committed.exclusions,
            "inspectors.csv": committed.inspectors,
            "recusals.csv": committed.recusals,
            "reveal.json": draw.executed.reveal,
        }
    return Case(bureau, replay(files), hidden)


@pytest.fixture
def case(opening_anywhere: Opening) -> Case:
    """Return the case played to its end: drawn, visited, published."""
    bureau = opening_anywhere("approved")
    by_risk(bureau)
    for step in STAGES[STAGES.index("approved") + 1 :]:
        getattr(bureau, step)()
    return case_of(bureau)


def every_answer(case: Case, since: int = 0) -> Iterator[tuple[str, httpx.Response]]:
    """Yield every public answer that could be found: by following links, and by asking for what there might be.

    Entries of the log before number ``since``, and their pages, are left out.
    """
    waiting = ["/", "/draws.json", case.path, f"{case.path}.json", f"{case.path}/bundle.zip", "/index.json"]
    waiting += [f"{case.path}/files/{name}" for name in FILES] + [f"{case.path}/{name}" for name in FILES]
    waiting += [f"{case.path}/{name}{form}" for name in LISTS for form in ("", ".json")]
    waiting += [f"/operators/{credit_code(number)}{form}" for number in range(1, 10) for form in ("", ".json")]
    waiting += ["/search?q=虚构", "/search.json?q=虚构", "/results.json", "/penalties.json"]
    size = made(case.bureau.public.get("/log/head"))["size"]
    waiting += [f"/log/entries/{index}" for index in range(since, size)]
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        answer = case.bureau.public.get(path)
        yield path, answer
        linked = {each.replace("&amp;", "&") for each in LINK.findall(answer.text)}
        found = {each for each in linked - seen if (entry := ENTRY.match(each)) is None or int(entry[1]) >= since}
        waiting += found
        seen |= found


def said(answer: httpx.Response) -> str:
    """Return all that an answer tells, with JSON's escapes undone."""
    inner = ""
    if "json" in answer.headers.get("content-type", ""):
        inner = json.dumps(answer.json(), ensure_ascii=False)
    return "\n".join(f"{name}: {value}" for name, value in answer.headers.items()) + answer.text + inner


def test_no_public_byte_of_a_withheld_draw_tells_ticket_stratum_or_frame(case: Case) -> None:
    outcome, seed = case.outcome, case.outcome.seed
    make = partial(ticket, seed.subject_key, hash_name="sha256")
    told = {f"ticket of {unit.unit_id}": make(unit.unit_id) for unit in outcome.inputs.frame.rows}
    told |= {"seed": seed.seed, "subject key": seed.subject_key, "team key": seed.team_key}
    told |= {f"class {name}": name for name in CLASSES.values() if name}
    told |= {f"line of {row.unit_id}": f"{row.unit_id},{row.stratum}" for row in outcome.inputs.frame.rows}
    told["secret"] = case.bureau.notes.secret
    with case.bureau.service.database.reading() as session:
        executed = get_draw(session, case.bureau.notes.draw_id).executed
        assert executed is not None
    told |= {f"secret {at}": secret for at, secret in enumerate(json.loads(executed.reveal)["secrets"])}
    answers = dict(every_answer(case))
    assert len(answers) > 60
    assert sum(answer.status_code == 200 for answer in answers.values()) > 50
    found = [(what, path) for path, answer in answers.items() for what, word in told.items() if word in said(answer)]
    assert found == []


def test_names_of_strata_stand_in_the_commitment_alone_and_at_least_one_stands_nowhere(case: Case) -> None:
    """Without it nobody can try class after class until the digest of the frame fits."""
    answers = {path: said(answer) for path, answer in every_answer(case)}
    where = {name: {path for path, text in answers.items() if name in text} for name in case.hidden}
    assert {path for paths in where.values() for path in paths} == {f"{case.path}/files/commitment.json"}
    assert sum(not paths for paths in where.values()) >= 1


def test_public_page_has_neither_rank_nor_order_nor_sizes_of_strata(case: Case) -> None:
    page = made(case.bureau.public.get(f"{case.path}.json"))
    drawn = page["outcome"]["drawn"]
    assert page["withheld"] is True
    assert [unit["code"] for unit in drawn] == sorted(unit["code"] for unit in drawn)
    assert {(unit["stratum"], unit["rank"], unit["ticket"]) for unit in drawn} == {(None, None, None)}
    assert page["outcome"]["alternates"] == []
    assert [line["units"] for line in page["quotas"]] == [6]
    assert {line["secret"] for line in page["secrets"]} == {None}
    assert {file["name"] for file in page["outcome"]["files"]} == {"commitment.json", "log.json"}


def test_visits_are_numbered_by_code_so_that_their_addresses_tell_no_order(case: Case) -> None:
    with case.bureau.service.database.reading() as session:
        visits = session.exec(select(Visit).order_by(col(Visit.number))).all()
    assert [visit.unit_id for visit in visits] == sorted(row.unit_id for row in case.outcome.drawing.drawn)


def test_everybody_drawn_is_named_with_team_and_result(case: Case) -> None:
    page = made(case.bureau.public.get(f"{case.path}.json"))
    drawn = {unit["code"]: unit for unit in page["outcome"]["drawn"]}
    assert set(drawn) == {row.unit_id for row in case.outcome.drawing.drawn}
    assert all(len(unit["team"]) == 4 and unit["result_path"] for unit in drawn.values())


def test_operator_learns_that_it_was_drawn_and_nothing_else(case: Case) -> None:
    drawn = {str(row.unit_id) for row in case.outcome.drawing.drawn}
    for number in range(1, 10):
        code = credit_code(number)
        lines = made(case.bureau.public.get(f"/operators/{code}.json"))["draws"]
        assert [line["place"] for line in lines] == (["drawn"] if code in drawn else []), code
        assert all(line[name] is None for line in lines for name in ("stratum", "rank", "ticket", "cutoff", "command"))


def test_files_that_tell_classes_are_nowhere_in_public(case: Case) -> None:
    for name in FILES:
        status = case.bureau.public.get(f"{case.path}/files/{name}").status_code
        assert status == (200 if name in ("commitment.json", "log.json") else 404), name
    assert case.bureau.public.get(f"{case.path}/bundle.zip").status_code == 404


def test_supervisor_gets_the_whole_bundle_and_it_verifies(case: Case) -> None:
    path = f"/api/v1{case.path}/bundle.zip"
    answer = case.bureau.desk("supervisor").get(path)
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert set(files) == set(FILES)
    check_outcome(replay({name: files[name] for name in INPUT_FILES}), files)
    for other in ("officer", "approver", "reviewer", "publisher", "registrar", "market-1", "reader"):
        assert case.bureau.desk(other).get(path).status_code == 403, other


def test_bureau_keeps_which_class_each_name_hides(case: Case) -> None:
    path = f"/api/v1{case.path}/strata"
    listed = made(case.bureau.desk("supervisor").get(path))
    assert {row["stratum"]: row["means"] for row in listed} == case.hidden
    assert sorted(case.hidden.values()) == ["", "等级乙", "等级甲"]
    assert case.bureau.desk("publisher").get(path).status_code == 403
    classes = {credit_code(number): name for number, name in CLASSES.items()}
    assert all(case.hidden[row.stratum] == classes[row.unit_id] for row in case.outcome.inputs.frame.rows)


def test_each_class_is_drawn_by_its_own_rule(case: Case) -> None:
    drawn = [case.hidden[row.stratum] for row in case.outcome.drawing.drawn]
    assert sorted(drawn) == sorted(["等级甲", "等级甲", "等级乙", ""])


def test_log_says_of_a_withheld_outcome_its_root_and_the_digest_of_the_secrets(case: Case) -> None:
    size = made(case.bureau.public.get("/log/head"))["size"]
    entries = [made(case.bureau.public.get(f"/log/entries/{index}")) for index in range(size)]
    executed = next(entry["public"] for entry in entries if entry["kind"] == "draw.executed")
    committed = next(entry["public"] for entry in entries if entry["kind"] == "draw.committed")
    assert set(executed) == {"draw_id", "outcome_root", "reveal"}
    assert committed["withheld"] is True


def test_withheld_draw_that_is_sealed_shows_nobody_before_it_is_open(opening: Opening) -> None:
    bureau = opening("approved")
    by_risk(bureau, sealed=True)
    bureau.committed()
    bureau.executed()
    path = f"/draws/{bureau.notes.draw_id}"
    assert made(bureau.public.get(f"{path}.json"))["outcome"] is None
    assert bureau.desk("supervisor").get(f"/api/v1{path}/bundle.zip").status_code == 404
    assert all(made(bureau.public.get(f"/operators/{credit_code(n)}.json"))["draws"] == [] for n in FRAME)


def test_names_of_strata_are_chosen_anew_for_every_draw(opening: Opening) -> None:
    bureau = opening("approved")
    names = []
    for _ in range(2):
        by_risk(bureau)
        bureau.committed()
        with bureau.service.database.reading() as session:
            of_draw = HiddenStratum.draw_id == bureau.notes.draw_id
            names.append({row.stratum for row in session.exec(select(HiddenStratum).where(of_draw))})
    assert len(names[0]) == len(names[1]) == 3
    assert not names[0] & names[1]


def test_frame_cannot_be_found_by_trying_classes_even_where_each_has_its_own_rule(opening: Opening) -> None:
    """Every way to give the units of the frame the names that are public is tried: none has the digest committed."""
    bureau = opening("approved")
    rows = [
        operator(number, risk_class="等级甲" if number % 2 else "等级乙", risk_month="2020-06", risk_source="测评")
        for number in FRAME
    ]
    by_risk(bureau, EVERY_RULE)
    made(bureau.desk("registrar").post("/api/v1/imports/operators", operators_csv(rows)))
    bureau.committed()
    commitment = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}/files/commitment.json"))
    known = list(commitment["quotas"]["strata"])
    assert len(known) == 1
    units = [credit_code(number) for number in FRAME]
    wanted = commitment["frame"]["digest"]
    for names in itertools.product((*known, "等级甲", "等级乙", "all", ""), repeat=len(units)):
        lines = [f"{unit},{name},140105\n" for unit, name in zip(sorted(units), names, strict=True)]
        assert digest(("unit_id,stratum,area\n" + "".join(lines)).encode(), "sha256") != wanted


def test_reasons_of_exclusion_bear_a_random_ending_in_the_file_alone(opening: Opening) -> None:
    bureau = opening("approved")
    by_risk(bureau)
    bureau.committed()
    with bureau.service.database.reading() as session:
        committed = get_draw(session, bureau.notes.draw_id).committed
        rows = dict(line.split(",") for line in committed.exclusions.decode().splitlines()[1:])
    assert {reason.partition(".")[0] for reason in rows.values()} == set(committed.reasons)
    assert len({reason.partition(".")[2] for reason in rows.values()}) == 1
    assert all(re.fullmatch(r"[a-z_]+\.[0-9a-f]{32}", reason) for reason in rows.values())
