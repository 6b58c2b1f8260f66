"""The terms, tables and secrets of a draw, piece by piece."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from publicity.offline import verify
from tests.verifiers.agreement import by_service, by_verifier, files_in_memory
from tests.verifiers.cases import Dice, good_case
from tests.verifiers.mangling import mangled_case, register_follows, secrets_follow
from tests.verifiers.running import VECTORS, files_of
from tests.verifiers.test_pieces import FEW, refused


def test_few_draws_good_and_bad_come_out_as_the_service_has_them() -> None:
    for number in range(FEW):
        for kind in (good_case, mangled_case):
            files = kind(Dice(f"a piece {number}")).files()
            ours, theirs = by_verifier(files), by_service(files)
            assert ours.but_the_reason() == theirs.but_the_reason(), (number, ours.why, theirs.why)


@pytest.mark.parametrize("name", ["frame.csv", "exclusions.csv", "inspectors.csv", "recusals.csv"])
def test_row_twice_or_out_of_order_is_named(name: str) -> None:
    numbers = iter(range(1_000))
    case = next(case for at in numbers if len((case := good_case(Dice(f"rows {at}"))).tables[name]) > 2)
    lines = case.tables[name]
    for changed in ([lines[0], *lines], [lines[1], lines[0], *lines[2:]]):
        other = deepcopy(case)
        other.tables[name] = changed
        register_follows(other)
        assert by_verifier(other.files()).why == f"{name}: row 3 is there twice or out of order"
    other = deepcopy(case)
    other.tables[name] = [*lines[:-1], lines[-1] + b"\n"]
    assert by_verifier(other.files()).why == f"{name}: row {len(lines) + 2} has another form"


def test_recusal_of_somebody_or_something_unknown_is_named() -> None:
    case = next(case for at in range(1_000) if (case := good_case(Dice(f"rows {at}"))).tables["recusals.csv"])
    who, unit = case.tables["recusals.csv"][0].rstrip(b"\n").split(b",")
    for line, unknown in ((b"0nobody," + unit, "0nobody"), (who + b",-none", "-none")):
        other = deepcopy(case)
        other.tables["recusals.csv"] = [line + b"\n"]
        assert by_verifier(other.files()).why == f"recusals.csv: row 2: there is no {unknown}"


TERMS: list[tuple[str, Any]] = [
    ("public_source", {"kind": "dice", "what": "x", "alphabet": "01", "length": 64}),
    ("public_source", {"kind": "drand", "what": "x", "alphabet": "01", "length": 64}),
    ("public_source", {"kind": "witnessed", "what": "x", "alphabet": "00", "length": 64}),
    ("public_source", {"kind": "witnessed", "what": "x", "alphabet": ["0", "1"], "length": 64}),
    ("public_source", ["witnessed"]),
    ("quotas", {"default": {"ratio": 1}, "strata": {}}),
    ("quotas", {"default": {"ratio": "0.0"}, "strata": {}}),
    ("quotas", {"default": {"ratio": "1"}, "strata": []}),
    ("quotas", {"default": {"ratio": "1"}, "strata": {"nowhere": {"count": 1}}}),
    ("protocol", "double-random/2"),
    ("hash", "sha512"),
    ("hash", ["sha256"]),
    ("replaces", "draw-1"),
    ("replaces", "DRAW-1"),
    ("replaces", "a b"),
    ("replaces", ""),
    ("replaces", 5),
    ("register", {"rows": 1, "log_size": True}),
    ("team", [{"department": "market", "seats": 1}, {"department": "market", "seats": 1}]),
    ("team", [{"department": "market", "seats": 1}, {"department": "Market", "seats": 1}]),
    ("team", [{"department": "market", "seats": "1"}]),
    ("team", []),
    ("secrets", [{"party": "a", "digest": "0" * 64}, {"party": "a", "digest": "1" * 64}]),
    ("secrets", [{"party": "a", "digest": "0" * 64}, {"party": "A", "digest": "1" * 64}]),
    ("secrets", []),
    ("quotas", {"default": {"ratio": "1"}, "strata": {"a": {"count": 1}, "A": {"count": 1}}}),
    ("quotas", {"default": {"ratio": "1"}, "strata": {"a b": {"count": 1}}}),
]


def with_term(key: str, value: object) -> dict[str, bytes]:
    case = good_case(Dice("terms"))
    case.commitment[key] = value
    secrets_follow(Dice(""), case)
    return case.files()


@pytest.mark.parametrize(("key", "value"), TERMS)
def test_term_that_the_page_does_not_have_is_refused(key: str, value: object) -> None:
    files = with_term(key, value)
    assert by_verifier(files).why.startswith("commitment.json")
    assert not by_service(files).accepted


@pytest.mark.parametrize("name", ["frame", "exclusions", "inspectors", "recusals"])
def test_number_of_rows_is_the_one_committed(name: str) -> None:
    case = good_case(Dice("terms"))
    rows = len(case.tables[f"{name}.csv"])
    case.commitment[name] = {"rows": rows + 1}
    if name in ("frame", "exclusions"):
        case.commitment["register"]["rows"] += 1
    assert by_verifier(case.files()).why == f"{name}.csv: has another number of rows than was committed"
    assert not by_service(case.files()).accepted


def unstaffed(unit: str) -> dict[str, bytes]:
    """Return a draw of the units a, b and c, of which one lies where nobody works."""
    case = good_case(Dice("terms"))
    areas = {each: "1402" if each == unit else "1401" for each in ("a", "b", "c")}
    case.tables |= {
        "frame.csv": [f"{each},s,{area}\n".encode() for each, area in areas.items()],
        "exclusions.csv": [],
        "inspectors.csv": [b"i,market,1401\n", b"j,cyber,1402\n"],
        "recusals.csv": [],
    }
    case.commitment["team"] = [{"department": "market", "seats": 1}]
    case.commitment["quotas"] = {"default": {"ratio": "1"}, "strata": {}}
    register_follows(case)
    return case.files()


@pytest.mark.parametrize("unit", ["a", "b", "c"])
def test_unit_that_nobody_may_visit_is_named_wherever_it_stands(unit: str) -> None:
    files = unstaffed(unit)
    assert by_verifier(files).why == f"commitment.json: unit {unit} cannot be staffed by department market"
    assert not by_service(files).accepted


def test_cap_is_the_smallest_where_one_inspector_alone_can_go_to_some_units() -> None:
    """One must go four times, so nobody needs to go more often, though some of the others could."""
    case = good_case(Dice("terms"))
    case.tables |= {
        "frame.csv": [f"u{at:02d},s,{'1402' if at < 4 else '1401'}\n".encode() for at in range(10)],
        "exclusions.csv": [],
        "inspectors.csv": [b"a,market,14\n", *(b"%c,market,1401\n" % name for name in b"bcde")],
        "recusals.csv": [],
    }
    case.commitment["team"] = [{"department": "market", "seats": 1}]
    case.commitment["quotas"] = {"default": {"ratio": "1"}, "strata": {}}
    register_follows(case)
    files = case.files()
    assert verify.recompute(files_in_memory(files), verify.Progress(None)).caps == [4]
    assert by_verifier(files) == by_service(files)


def updated(**changes: object) -> Callable[[dict[str, Any]], object]:
    """Return a change that sets these keys."""
    return lambda said: said.update(changes)


def replaced(at: int, *lines: bytes) -> Callable[[list[bytes]], object]:
    """Return a change that puts lines, or none, in the place of one."""
    return lambda found: found.__setitem__(slice(at, at + 1), lines)


def revealed(change: Callable[[dict[str, Any]], object]) -> str:
    """Return what is refused of a draw in which the reveal was changed."""
    case = next(case for at in range(1_000) if len((case := good_case(Dice(f"reveal {at}"))).reveal["secrets"]) == 2)
    change(case.reveal)
    assert not by_service(case.files()).accepted
    return by_verifier(case.files()).why


def test_secret_that_is_none_or_another_is_refused() -> None:
    for odd in ("x", "xy", {"a": 1, "b": 2}, None, 2):
        assert "are not as many" in revealed(updated(secrets=odd))
    assert "are not as many" in revealed(lambda said: said["secrets"].pop())
    assert "are not as many" in revealed(lambda said: said["secrets"].append("0" * 64))
    assert "64 lowercase hex digits" in revealed(lambda said: said["secrets"].__setitem__(0, 5))
    assert "64 lowercase hex digits" in revealed(lambda said: said["secrets"].__setitem__(1, "F" * 64))
    assert "the secret of bureau has another digest" in revealed(lambda said: said["secrets"].reverse())
    assert "must have exactly these keys" in revealed(lambda said: said.update(more=1))


def test_public_value_is_of_the_length_and_the_signs_agreed() -> None:
    case = good_case(Dice("value"))
    source = {"kind": "witnessed", "what": "x", "alphabet": "123456", "length": 25}
    case.commitment["public_source"] = source
    values: tuple[object, ...] = ("1" * 25, "1" * 24, "1" * 26, "1" * 24 + "7", None, 5, ["1"] * 25, "")
    for value in values:
        case.reveal["public_value"] = value
        assert by_verifier(case.files()).accepted is (value == "1" * 25), value
    case.commitment["public_source"] = None
    for value in ("1" * 25, "", False, 0):
        case.reveal["public_value"] = value
        assert not by_verifier(case.files()).accepted, value


def changed_table(name: str, change: Callable[[list[bytes]], object]) -> str:
    """Return what is refused of a published table in which lines were changed."""
    files = files_of(VECTORS / "draw" / "accept" / "shanxi-2020")
    lines = files[name].splitlines(keepends=True)
    change(lines)
    return by_verifier(files | {name: b"".join(lines)}).why


@pytest.mark.parametrize("name", ["drawn.csv", "teams.csv"])
def test_published_table_is_compared_row_by_row(name: str) -> None:
    """The first row that differs is named, with what should stand there."""
    lines = files_of(VECTORS / "draw" / "accept" / "shanxi-2020")[name].splitlines(keepends=True)
    last = len(lines)
    assert changed_table(name, list) == ""
    for at in (0, 1, 7, last - 1):
        should = lines[at].decode().rstrip("\n")
        expected = f"{name}: row {at + 1} is not what was recomputed, which is: {should}"
        assert changed_table(name, replaced(at, lines[at].replace(b",", b";", 1))) == expected
        assert changed_table(name, replaced(at)) == expected
    assert (
        changed_table(name, lambda found: found.append(found[-1])) == f"{name}: has rows too many, from row {last + 1}"
    )
    assert "no line end" in changed_table(name, lambda found: found.__setitem__(-1, found[-1][:-1]))
    assert changed_table(name, lambda found: found.clear()) == f"{name}: is empty"


def test_line_may_be_as_long_as_the_limit_and_no_longer() -> None:
    """Lines are cut out of chunks: what a chunk leaves over is kept, and is no longer than a row."""

    def lines(data: bytes, chunk: int) -> list[tuple[int, bytes]]:
        verify.CHUNK, before = chunk, verify.CHUNK
        try:
            return list(verify.lines_of(files_in_memory({"f": data}), "f"))
        finally:
            verify.CHUNK = before

    long = b"a" * 512
    for chunk in (1, 3, 512, 10_000):
        assert lines(b"x\n" + long + b"\ny\n", chunk) == [(1, b"x"), (2, long), (3, b"y")]
    assert refused(lines, b"x\n" + long + b"a", 1) == "f: row 2 is too long"
    assert refused(lines, b"x\ny", 1) == "f: has no line end after the last row"
    assert refused(lines, b"", 1) == "f: is empty"
