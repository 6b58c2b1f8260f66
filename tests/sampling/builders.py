"""Draws for tests: every value has a default, a test names only what it is about."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st

from sampling.commitment import Commitment, commit
from sampling.errors import RefusedError
from sampling.frame import Exclusion, Inputs, Inspector, Recusal, Unit
from sampling.names import Area, Department, DrawId, InspectorId, Party, Stratum, UnitId
from sampling.quotas import Count, Quotas, Ratio, Rule
from sampling.rules import Rules, Seats, SecretDigest
from sampling.seed import Reveal, secret_digest
from sampling.times import format_time

T = TypeVar("T")

LAWS = settings(max_examples=80, deadline=None)

DRAW = DrawId("draw-1")
BUREAU = Party("bureau")
MARKET, CYBER = Department("market"), Department("cyber")
SECRET = hashlib.sha256(b"bureau").hexdigest()


def key(number: int) -> str:
    """Return a key of 32 hex digits, another one for each number."""
    return hashlib.sha256(f"key {number}".encode()).hexdigest()[:32]


def unit(unit_id: str, *, stratum: str = "all", area: str = "1401") -> Unit:
    return Unit(UnitId(unit_id), Stratum(stratum), Area(area))


def units(number: int, *, stratum: str = "all", area: str = "1401") -> list[Unit]:
    return [unit(f"u{at:07d}", stratum=stratum, area=area) for at in range(number)]


def exclusion(unit_id: str, *, reason: str = "not_trading") -> Exclusion:
    return Exclusion(UnitId(unit_id), reason)


def inspector(inspector_id: str, *, department: str = MARKET, area: str = "14") -> Inspector:
    return Inspector(InspectorId(inspector_id), Department(department), Area(area))


def inspectors(number: int, *, department: str = MARKET, area: str = "14") -> list[Inspector]:
    return [inspector(f"{department}-{at:04d}", department=department, area=area) for at in range(number)]


def recusal(inspector_id: str, unit_id: str) -> Recusal:
    return Recusal(InspectorId(inspector_id), UnitId(unit_id))


def inputs(
    frame: Iterable[Unit] | None = None,
    exclusions: Iterable[Exclusion] = (),
    people: Iterable[Inspector] | None = None,
    recusals: Iterable[Recusal] = (),
) -> Inputs:
    return Inputs.from_rows(
        units(4) if frame is None else frame, exclusions, inspectors(3) if people is None else people, recusals
    )


def secret_of(party: str, secret: str, *, draw_id: DrawId = DRAW, hash_name: str = "sha256") -> SecretDigest:
    return SecretDigest(Party(party), secret_digest(draw_id, Party(party), secret, hash_name))


def rules(**changes: Any) -> Rules:  # noqa: ANN401 - any field of Rules
    """Return lawful rules: half of each stratum, two seats of one department, one secret."""
    values: dict[str, Any] = {
        "draw_id": DRAW,
        "title": "双随机抽查",
        "quotas": Quotas(Ratio("0.5")),
        "team": (Seats(MARKET, 2),),
        "secrets": (secret_of(BUREAU, SECRET, hash_name=changes.get("hash_name", "sha256")),),
        "committed_at": at("2020-08-31T09:00:00"),
        "execute_by": at("2020-09-01T18:00:00"),
        "open_by": at("2020-12-31T18:00:00"),
    }
    return Rules(**values | changes)


def at(local: str) -> str:
    """Return a time of the protocol from the local time in China."""
    return format_time(datetime.fromisoformat(f"{local}+08:00"))


def attempt(read: Callable[[bytes], T], data: bytes) -> T | RefusedError:
    """Return what is read, or the refusal."""
    try:
        return read(data)
    except RefusedError as refused:
        return refused


def committed(tables: Inputs | None = None, **changes: Any) -> Commitment:  # noqa: ANN401 - any field of Rules
    return commit(tables or inputs(), rules(**changes), log_size=1)


def bundle(tables: Inputs | None = None, **changes: Any) -> dict[str, bytes]:  # noqa: ANN401 - any field of Rules
    """Return the six files of a draw, by their names."""
    given = tables or inputs()
    sheets = (given.frame, given.exclusions, given.inspectors, given.recusals)
    return {
        "commitment.json": committed(given, **changes).to_bytes(),
        **{sheet.file: sheet.data for sheet in sheets},
        "reveal.json": Reveal(None, (SECRET,)).to_bytes(),
    }


AREAS = ("14", "1401", "140105", "140106", "1402")


@st.composite
def tables(draw: st.DrawFn) -> Inputs:
    """Draw four tables that can be staffed with two seats of ``market`` and one of ``cyber``, often only just so."""
    frame = [
        unit(f"u{at}", stratum=draw(st.sampled_from(["a", "b", "c"])), area=draw(st.sampled_from(AREAS)))
        for at in range(draw(st.integers(1, 12)))
    ]
    people = inspectors(2) + inspectors(1, department=CYBER)
    for department in (MARKET, CYBER):
        for number in range(draw(st.integers(0, 5))):
            area = draw(st.sampled_from(AREAS))
            people.append(inspector(f"{department}-x{number}", department=department, area=area))
    pairs = st.tuples(st.sampled_from(people), st.sampled_from(frame))
    wished = draw(st.lists(pairs, max_size=60, unique=True))
    return inputs(frame, [], people, _bearable(wished, people))


@st.composite
def quotas(draw: st.DrawFn) -> Quotas:
    """Draw quotas for the strata of :func:`tables`; only those that are there may be named, so none is."""
    rule: st.SearchStrategy[Rule] = st.one_of(
        st.integers(1, 6).map(Count), st.sampled_from(["0.000001", "0.3", "0.5", "0.999999", "1"]).map(Ratio)
    )
    return Quotas(draw(rule))


def _bearable(wished: Sequence[tuple[Inspector, Unit]], people: Sequence[Inspector]) -> list[Recusal]:
    """Return the recusals that leave every unit enough inspectors, taken in the order given."""
    needed = {MARKET: 2, CYBER: 1}
    recused: set[tuple[str, str]] = set()
    for person, place in wished:
        able = [
            other
            for other in people
            if other.department == person.department
            and place.area.startswith(other.area)
            and (other.inspector_id, place.unit_id) not in recused
        ]
        if person in able and len(able) > needed[person.department]:
            recused.add((person.inspector_id, place.unit_id))
    return [recusal(*pair) for pair in recused]
