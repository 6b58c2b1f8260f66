"""Guessing classes: whoever reads every public byte of withheld draws learns no class beyond what counts tell.

The bytes are read twice: as each draw is opened, and again after its visits were made and every result published, when
each result has a page, a place in the lists and an entry in the log. Of the log each draw's own entries are read as it
is opened, which no earlier entry can know of, and all of them at the end. What people do in between (who files when,
what is found) is done here without regard to classes: the test is of what the service tells, not of what a team might.

What is told by the counts is who was drawn: where one class is drawn whole and another in part, being drawn says
something, and has to be public. So the guess is made among the units drawn and among the others, each by itself.

The statistic: of each thing that can be measured about a unit in public (places, counts, orders, numbers, lengths),
its ranks within a draw's group, and the variance between classes of their means, summed over all groups and draws.
The null is that classes are exchangeable within each group: permutations of them, from a fixed seed. A p-value is the
share of permutations that tell classes apart as well, so under the null it is below α with probability α at most, and
with m measures the least of them is below α/m with probability α at most, however they depend on each other (the bound
of Bonferroni). α is 0.01 and the seeds are fixed: the test says the same every time, and a change of the program that
tells nothing fails it once in a hundred. The number of permutations is such that α/m can be reached. The same test is
shown to find what it looks for, in what the bureau keeps to itself: the ticket, and the order of the draw.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlmodel import col, select

import app.record
import app.routes.draws
from registry.draws import get_draw
from registry.visits import Visit, with_teams
from tests import building
from tests.app.test_withheld import Case, case_of, every_answer, said
from tests.building import Bureau
from tests.desks import made
from tests.papers import finding
from tests.rosters import credit_code, operator, operators_csv
from tests.workshop import Opening

CLASSES = ("等级甲", "等级乙", "等级丙")
QUOTAS = {
    "default": {"ratio": "0.5"},
    "strata": {"等级甲": {"ratio": "1"}, "等级乙": {"count": 3}, "等级丙": {"ratio": "0.5"}},
}
UNITS = tuple(credit_code(number) for number in range(1, 31))
DRAWS = 16
PERMUTATIONS = 10_000
ALPHA = 0.01
PROBLEMS = 64
"""Of 256 visits this many find a problem, by chance: a result with one is longer, and tells nothing of a class."""

Measures = Mapping[str, Mapping[str, float]]
"""Name of a measure → unit → what was measured, of those units of which it can be."""


class Stream:
    """Randomness from a seed in place of the operating system's, so that the test is the same every time."""

    def __init__(self, seed: str) -> None:
        self.begin(seed)

    def begin(self, seed: str) -> None:
        """Begin with a seed, whatever was taken before: the stage may have been built by another test."""
        self._blocks = (hashlib.sha256(f"{seed}:{number}".encode()).digest() for number in count())

    def block(self) -> bytes:
        """Return the next 32 bytes."""
        return next(self._blocks)

    def numbers(self, wanted: int) -> list[str]:
        """Return distinct roster numbers in an order of their own."""
        found: dict[str, None] = {}
        while len(found) < wanted:
            found[f"{int.from_bytes(self.block()[:8]) % 10**6:06d}"] = None
        return list(found)


@dataclass(frozen=True)
class Seen:
    """One draw: each unit's class, who was drawn, and what can be measured of them in public and in secret."""

    draw_id: str
    classes: Mapping[str, str]
    drawn: frozenset[str]
    public: Measures
    kept: Measures


@pytest.fixture
def seeded(monkeypatch: pytest.MonkeyPatch) -> Stream:
    """Put a stream in the place of the operating system's randomness."""
    stream = Stream("classes")
    monkeypatch.setattr(app.record, "new_salt", stream.block)
    monkeypatch.setattr(app.routes.draws, "new_secret", lambda: stream.block().hex())
    monkeypatch.setattr(app.routes.draws, "new_roster_numbers", stream.numbers)
    monkeypatch.setattr(building, "new_secret", lambda: stream.block().hex())
    return stream


def shuffled(stream: Stream, values: Sequence[str]) -> list[str]:
    return [value for _, value in sorted((stream.block(), value) for value in values)]


def drawn_anew(bureau: Bureau, stream: Stream) -> Seen:
    """Give the classes to other units, draw by them, and measure everything public."""
    before = made(bureau.public.get("/log/head"))["size"]
    classes = dict(zip(shuffled(stream, UNITS), CLASSES * (len(UNITS) // len(CLASSES)), strict=True))
    rows = [
        operator(
            number, risk_class=classes[code], risk_month="2020-06", risk_source="测评", trading="是", status="存续"
        )
        | {"kind": "电商平台经营者"}
        for number, code in enumerate(UNITS, start=1)
    ]
    made(bureau.desk("registrar").post("/api/v1/imports/operators", operators_csv(rows)))
    bureau.notes.task_no = bureau.another_batch(stratify="risk", quotas=QUOTAS)
    commitment = f"/api/v1/batches/{bureau.notes.task_no}/commitment"
    bureau.notes.draw_id = made(bureau.desk("officer").post(commitment, bureau.terms()))["draw_id"]
    bureau.handed_in()
    made(bureau.desk("officer2").post(f"/api/v1/draws/{bureau.notes.draw_id}/execution"))
    case = case_of(bureau)
    with bureau.service.database.reading() as session:
        executed = get_draw(session, bureau.notes.draw_id).executed
        assert executed is not None
        lines = [line.split(",") for line in executed.drawn.decode().splitlines()[1:]]
    kept = {
        "ticket": {unit_id: float(int(ticket[:12], 16)) for unit_id, _, _, ticket in lines},
        "drawn order": {line[0]: float(at) for at, line in enumerate(lines)},
    }
    return Seen(bureau.notes.draw_id, classes, frozenset(line[0] for line in lines), dict(measured(case, before)), kept)


def all_said(case: Case, since: int = 0) -> dict[str, str]:
    """Return address → what it says, of everything public; every operator's page is there, linked or not."""
    answers = {path: said(answer) for path, answer in every_answer(case, since)}
    for path in (f"/operators/{code}.json" for code in UNITS):
        if path not in answers:
            answers[path] = said(case.bureau.public.get(path))
    return answers


def measured(case: Case, before: int) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield everything that can be measured of each unit in every public answer of a draw.

    ``before`` is how long the log was when the classes were given.
    """
    answers = all_said(case, since=before)
    whole = "\n".join(text for _, text in sorted(answers.items()))
    yield "code", {code: float(at) for at, code in enumerate(UNITS)}
    yield "times named", {code: float(whole.count(code)) for code in UNITS}
    yield "length of its page", {code: float(len(answers[f"/operators/{code}.json"])) for code in UNITS}
    page = made(case.bureau.public.get(f"{case.path}.json"))
    for form in ("", ".json"):
        text = answers.get(case.path + form, "")
        places = {code: float(text.find(code)) for code in UNITS if code in text}
        yield f"place on the page{form}", places
        ends = [*sorted(places.values()), float(len(text))]
        spans = {low: high - low for low, high in pairwise(ends)}
        yield f"room on the page{form}", {code: spans[place] for code, place in places.items()}
    drawn = page["outcome"]["drawn"]
    yield "place in the list", {unit["code"]: float(at) for at, unit in enumerate(drawn)}
    for seat in range(4):
        yield f"number of seat {seat}", {unit["code"]: float(unit["team"][seat]["roster_no"]) for unit in drawn}
        names = sorted({unit["team"][seat]["name"] for unit in drawn})
        yield f"person of seat {seat}", {unit["code"]: float(names.index(unit["team"][seat]["name"])) for unit in drawn}
    loads: dict[str, int] = {}
    for unit in drawn:
        for sent in unit["team"]:
            loads[sent["roster_no"]] = loads.get(sent["roster_no"], 0) + 1
    yield (
        "work of its team",
        {unit["code"]: float(sum(loads[each["roster_no"]] for each in unit["team"])) for unit in drawn},
    )
    for key in sorted({key for unit in drawn for key, value in unit.items() if isinstance(value, int | str)}):
        yield f"length of {key}", {unit["code"]: float(len(str(unit[key]))) for unit in drawn}


def visited(bureau: Bureau, stream: Stream, draw_id: str) -> None:
    """Make every visit of a draw and publish what was found, in the order of their numbers, problems by chance."""
    made(bureau.desk("approver").post(f"/api/v1/draws/{draw_id}/visits/approval"))
    with bureau.service.database.reading() as session:
        visits = session.exec(select(Visit).where(Visit.draw_id == draw_id).order_by(col(Visit.number))).all()
        teams = {
            each.visit.visit_id: [seat.inspector_no for seat in each.seats] for each in with_teams(session, visits)
        }
    now = bureau.clock.instant
    for visit_id, team in teams.items():
        lead, second, path = bureau.desk(team[0]), bureau.desk(team[1]), f"/api/v1/assignments/{visit_id}"
        made(lead.post(f"{path}/notice", {"visit_on": f"{now:%Y-%m-%d}"}))
        made(lead.post(f"{path}/attempts", {"met": "arrived", "happened_at": now.isoformat(), "present": team}))
        filing = finding(problem=stream.block()[0] < PROBLEMS, inspected_on=f"{now:%Y-%m-%d}")
        filed = made(lead.post(f"{path}/findings", filing))["finding_id"]
        made(second.post(f"{path}/confirmation", {"finding_id": filed}))
        made(second.post(f"{path}/telling", {"told_at": now.isoformat(), "how": "in_person"}))
        made(bureau.desk("reviewer").post(f"/api/v1/findings/{filed}/review", {"approved": True}))
        made(bureau.desk("publisher").post(f"/api/v1/findings/{filed}/publication"))


def published(bureau: Bureau, draws: Sequence[Seen]) -> list[Seen]:
    """Return the draws with what can be measured once every result of theirs is published."""
    answers = all_said(case_of(bureau))
    results: list[dict[str, Any]] = []
    path: str | None = "/results.json"
    while path:
        page = made(bureau.public.get(path))
        results += page["rows"]
        path = page["paging"]["next_path"]
        path = path and path.replace("/results", "/results.json", 1)
    found = []
    for seen in draws:
        own = {each["operator_code"]: (at, each) for at, each in enumerate(results) if each["draw_id"] == seen.draw_id}
        assert set(own) == seen.drawn
        page = made(bureau.public.get(f"/draws/{seen.draw_id}.json"))
        text = answers[f"/draws/{seen.draw_id}"]
        found.append(replace(seen, public=dict(seen.public) | dict(measured_results(answers, own, page, text))))
    return found


def measured_results(
    answers: Mapping[str, str], own: Mapping[str, tuple[int, dict[str, Any]]], page: dict[str, Any], text: str
) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield everything that can be measured of the published results of one draw, unit by unit."""
    yield "place among the results", {code: float(at) for code, (at, _) in own.items()}
    yield "place in the log", {code: float(each["log_index"]) for code, (_, each) in own.items()}
    for name in ("path", "proof_path", "evidence_path"):
        yield f"length at its {name}", {code: float(len(answers[each[name]])) for code, (_, each) in own.items()}
    naming = {
        code: [said for said in answers.values() if each["path"] in said or each["evidence_path"] in said]
        for code, (_, each) in own.items()
    }
    yield "answers that name its result", {code: float(len(texts)) for code, texts in naming.items()}
    yield "length of these answers", {code: float(sum(map(len, texts))) for code, texts in naming.items()}
    places = {code: float(text.find(each["path"])) for code, (_, each) in own.items()}
    yield "place of its result on the draw's page", places
    ends = [*sorted(places.values()), float(len(text))]
    spans = {low: high - low for low, high in pairwise(ends)}
    yield "room of its result on the draw's page", {code: spans[place] for code, place in places.items()}
    drawn = page["outcome"]["drawn"]
    yield "place in the list with results", {unit["code"]: float(at) for at, unit in enumerate(drawn)}
    yield "length in the list with results", {unit["code"]: float(len(str(unit))) for unit in drawn}
    lines = {code: answers[f"/operators/{code}.json"].split(page["draw_id"])[1:] for code in own}
    yield "times its page names the draw", {code: float(len(each)) for code, each in lines.items()}
    yield "length of its result", {code: float(len(str(each))) for code, (_, each) in own.items()}


def p_value(draws: Sequence[Seen], measure: Callable[[Seen], Mapping[str, float]]) -> float:
    """Return how often exchanged classes are told apart at least as well by a measure."""
    generator = np.random.default_rng(2020)  # noqa: TID251 - of a test's permutations, from a fixed seed
    statistic = np.zeros(PERMUTATIONS + 1)
    for seen in draws:
        values = measure(seen)
        for group in (seen.drawn, frozenset(UNITS) - seen.drawn):
            units = [unit for unit in UNITS if unit in group and unit in values]
            if len(units) > 1:
                ranks = _ranks(np.array([values[unit] for unit in units]))
                labels = np.array([CLASSES.index(seen.classes[unit]) for unit in units])
                tried = np.vstack([labels, generator.permuted(np.tile(labels, (PERMUTATIONS, 1)), axis=1)])
                statistic += _between(ranks, tried)
    at_least = int((statistic[1:] >= statistic[0] - 1e-9).sum())
    return (at_least + 1) / (PERMUTATIONS + 1)


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ranks from 0 to 1, ties in the middle."""
    below = (values[:, None] > values[None, :]).sum(axis=1)
    same = (values[:, None] == values[None, :]).sum(axis=1)
    return np.asarray((below + (same - 1) / 2) / max(len(values) - 1, 1), dtype=np.float64)


def _between(ranks: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return, for each row of labels, the squared deviations of the classes' means, weighted by their sizes."""
    found = np.zeros(len(labels))
    for each in range(len(CLASSES)):
        belongs = labels == each
        sizes = belongs.sum(axis=1)
        means = (belongs * ranks).sum(axis=1) / np.maximum(sizes, 1)
        found += sizes * (means - ranks.mean()) ** 2
    return found


@pytest.mark.slow
def test_public_bytes_tell_a_class_no_better_than_counts_and_being_drawn_do(opening: Opening, seeded: Stream) -> None:
    bureau = opening("approved")
    bureau.clock.set("2020-08-31")
    seeded.begin("classes")
    opened = [drawn_anew(bureau, seeded) for _ in range(DRAWS)]
    bureau.clock.set("2020-09-01", "10:30")
    for seen in opened:
        visited(bureau, seeded, seen.draw_id)
    draws = published(bureau, opened)
    measures = sorted({name for seen in draws for name in seen.public})
    assert len(measures) > 30
    bound = ALPHA / len(measures)
    assert bound > 1 / (PERMUTATIONS + 1)
    for name in ("ticket", "drawn order"):
        found = p_value(draws, lambda seen, name=name: seen.kept[name])  # type: ignore[misc]
        assert found < bound, f"the test is too weak to see even {name}: {found}"
    told = {name: p_value(draws, lambda seen, name=name: seen.public.get(name, {})) for name in measures}  # type: ignore[misc]
    assert {name: found for name, found in told.items() if found < bound} == {}
