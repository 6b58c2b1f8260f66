"""verify.py piece by piece: each number, name, time, table and report, at the very place where it is decided."""

import base64
import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from publicity.offline import verify
from tests.publicity.test_verify import KEY, receipt
from tests.verifiers.agreement import by_service, by_verifier, files_in_memory
from tests.verifiers.cases import (
    ODD_VALUES,
    TIMES,
    Dice,
    _register_follows,
    canonical,
    good_case,
    mangled_case,
    secrets_follow,
)
from tests.verifiers.logs import CHAIN, ORIGIN, Signer, bundle, with_log
from tests.verifiers.running import VECTORS, files_of, run, written
from tests.verifiers.test_drand import VALUE

FILES, _LOG = bundle()
LOG = Signer(ORIGIN)
WITNESS = Signer("witness.example/w1", kind=4, seed=b"w" * 32)
FEW = 60


def refused(act: Callable[..., object], *values: Any, **named: Any) -> str | None:  # noqa: ANN401 - as the function
    """Return the sentence with which a function refuses what it is given, or None."""
    try:
        act(*values, **named)
    except verify.RefusedError as error:
        return str(error)
    return None


# ---------- values


def test_each_kind_of_value_is_what_the_page_says_it_is() -> None:
    """Whatever else stands there is refused with a sentence, and is no error of ours."""
    identifiers = {"0", "1", "a", "A", "a" * 64, "f" * 64, "F" * 64, "0" * 64, "draw-1", "DRAW-1", "all", "B", "b"}
    identifiers |= {"0.0", "0.50", "1.0", ".5", "0.1234567", "1_0", "sha256", "sm3", "SHA256", "Market", "cyber"}
    identifiers |= {"bureau", "Bureau", "12", "11", "1234567890"}
    for value in ODD_VALUES:
        assert (refused(verify.identifier, "f", value) is None) is (isinstance(value, str) and value in identifiers), (
            value
        )
        assert (refused(verify.hex64, "f", value) is None) is (value in ("a" * 64, "f" * 64, "0" * 64)), value
        assert (refused(verify.list_of, "f", value) is None) is (value in ([1], [[]])), value
        number = type(value) is int
        for low, high in ((0, 9), (1, 64), (0, verify.GREATEST)):
            assert (refused(verify.whole_number, "f", value, low=low, high=high) is None) is (
                number and low <= value <= high
            ), (value, low, high)
        for act in (verify.text_of, verify.instant, verify._team, verify._secrets, verify._quotas, verify._rule):  # noqa: SLF001 - the piece itself
            refused(act, "f", value)
        assert (refused(verify.keys_of, "f", value, "ratio") is None) is (value == {"ratio": "0.5"})
    assert [
        each
        for each in ("", "a" * 201, "a\x00", "a\x7f", "a\x85", "e\u0301", "\n")
        if refused(verify.text_of, "f", each) is None
    ] == []
    assert [each for each in ("a", "a" * 200, "\u00e9", "\u200b", "题") if refused(verify.text_of, "f", each)] == []


def test_every_sign_has_its_one_spelling_in_json() -> None:
    signs = "".join(map(chr, range(0x200))) + "\u2028\ud7ff\ue000\U0001f600"
    text = json.dumps(signs, ensure_ascii=False)
    assert verify.jcs(signs) == text
    assert verify.read_canonical("f", text.encode()) == signs


def test_names_differ_in_more_than_case() -> None:
    assert refused(verify.no_twins, "f", ["a", "b", "ab"]) is None
    assert refused(verify.no_twins, "f", ["a", "b", "A"]) == "f: a and A are one or differ in case only"
    assert refused(verify.no_twins, "f", ["b", "B", "a"]) == "f: b and B are one or differ in case only"
    assert refused(verify.no_twins, "f", ["a", "a"]) == "f: a and a are one or differ in case only"


MOMENTS = [
    f"{day}T{time}{offset}"
    for day in (
        "0001-01-02",
        "1969-12-31",
        "1970-01-01",
        "2000-02-29",
        "2023-08-25",
        "2100-03-01",
        "2401-01-01",
        "9999-12-30",
    )
    for time in ("00:00:00", "23:59:59", "12:34:56")
    for offset in ("+00:00", "-00:00", "+08:00", "-05:30", "+00:01", "-23:59", "+23:59")
]


def test_moment_is_the_second_that_the_calendar_gives() -> None:
    for text in MOMENTS:
        assert verify.instant("f", text) == round(datetime.fromisoformat(text).timestamp()), text


def test_time_that_does_not_exist_is_refused() -> None:
    """Python's own reader takes more forms; what both take is the same instant."""
    for text in (*TIMES, *(text[:-1] for text in TIMES), "2100-02-29T00:00:00+08:00", "2023-06-31T00:00:00+08:00"):
        sentence = refused(verify.instant, "f", text)
        if sentence is None:
            assert verify.instant("f", text) == datetime.fromisoformat(text).timestamp(), text
    parts = ["2023-08-23T24:00:00+08:00", "2023-08-23T00:60:00+08:00", "2023-08-23T00:00:60+08:00"]
    parts += ["2023-08-23T00:00:00+24:00", "2023-08-23T00:00:00+00:60", "2023-08-32T00:00:00+08:00"]
    assert all(refused(verify.instant, "f", part) for part in parts)


@pytest.mark.parametrize("ratio", ["0.000001", "0.1", "0.10", "0.3", "0.333333", "0.5", "0.999999", "1"])
def test_ratio_is_rounded_up_in_exact_arithmetic(ratio: str) -> None:
    rule = verify._rule("f", {"ratio": ratio})  # noqa: SLF001 - the piece itself
    for units in (*range(1, 120), 999_999, 1_000_000, 1_000_001):
        assert verify.quota(rule, units) == ceil(Fraction(ratio) * units)


def test_count_is_never_more_than_there_are() -> None:
    rule = verify._rule("f", {"count": 7})  # noqa: SLF001 - the piece itself
    assert [verify.quota(rule, units) for units in (1, 6, 7, 8, 1000)] == [1, 6, 7, 7, 7]


@pytest.mark.parametrize("number", [1, 2, 3, 30, 52, 400, 2_000])
def test_smallest_tickets_are_those_of_a_plain_sort(number: int) -> None:
    units = [b"u%05d" % at for at in range(2_000)]
    plain = sorted(hashlib.sha256(b"k:" + unit).digest() + unit for unit in units)
    assert verify.tickets(units, key=b"k", first=number, made_by=hashlib.sha256) == plain[:number]


def test_text_is_shown_as_a_terminal_can_show_it() -> None:
    assert verify.printable("题 a\n\x1b\u202e\u200b") == "题 a\\n\\x1b\\u202e\\u200b"
    assert verify.printable("a" * 400 + "b") == "a" * 400


def test_points_are_the_same_in_both_coordinates() -> None:
    x, y, z, t = verify._BASE  # noqa: SLF001 - the point itself
    prime = verify._P  # noqa: SLF001 - the same
    assert verify._same((x, y, z, t), (2 * x, 2 * y, 2 * z, 2 * t))  # noqa: SLF001 - the same
    for other in ((prime - x, y, z, prime - t), (x, prime - y, z, prime - t), (y, x, z, t)):
        assert not verify._same((x, y, z, t), other)  # noqa: SLF001 - the same


@pytest.mark.parametrize(
    "size", ["0", "1", "9", "10", "999999999999999999", "1" * 19, "1" * 20, "01", "", "-1", "+1", "1 "]
)
def test_size_of_a_head_is_a_number_of_nineteen_digits_at_most(size: str) -> None:
    root = base64.b64encode(hashlib.sha256(b"").digest()).decode()
    sound = size.isascii() and size.isdigit() and str(int(size)) == size and len(size) <= 19
    assert (refused(verify.parse_checkpoint, "f", f"o\n{size}\n{root}\n") is None) is sound


def test_head_has_three_lines_at_least_and_none_that_is_empty() -> None:
    root = base64.b64encode(bytes(32)).decode()
    good = [f"o\n1\n{root}\n", f"o\n1\n{root}\nmore\n", f"o\n1\n{root}\nmore\nand more\n"]
    bad = [
        f"o\n1\n{root}",
        f"\n1\n{root}\n",
        f"o\n1\n{root}\n\n",
        f"o\n1\n{root}\n\nx\n",
        "o\n1\nAAAA\n",
        "o\n1\n",
        "o\n",
        "",
    ]
    assert [refused(verify.parse_checkpoint, "f", text) is None for text in good + bad] == [
        *[True] * len(good),
        *[False] * len(bad),
    ]


def test_point_without_x_has_no_sign() -> None:
    assert verify._decoded((1).to_bytes(32, "little")) == (0, 1, 1, 0)  # noqa: SLF001 - the point itself
    for number in (1 + 2**255, verify._P - 1 + 2**255, verify._P):  # noqa: SLF001 - the same
        assert verify._decoded(number.to_bytes(32, "little")) is None  # noqa: SLF001 - the same


# ---------- the files


def test_limit_is_on_all_bytes_and_is_reached_by_the_last_that_may_be(tmp_path: Path) -> None:
    assert verify.Options().limit == 256 * 2**20
    draw = files_of(VECTORS / "draw" / "accept" / "shanxi-2020")
    files = {name: draw[name] for name in verify.INPUTS}
    size = sum(map(len, files.values()))
    path = str(written(tmp_path / "draw", files))
    assert verify.verify(path, verify.Options(limit=size)).holds
    assert not verify.verify(path, verify.Options(limit=size - 1)).holds
    assert run(path, "--limit", "1").status == 0
    assert not verify.verify(path, verify.Options(rows_limit=1)).holds


def packed_with(*, mode: int = 0, comment: int = 0) -> bytes:
    """Return an archive whose members have a mode, and the first of them a comment."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in FILES.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.comment = b"c" * comment
            comment = 0
            archive.writestr(info, data)
    return made.getvalue()


def test_archive_is_of_plain_files_under_a_small_directory(tmp_path: Path) -> None:
    """A file has no mode at all or that of a plain file; the directory has 16 KiB at most."""
    path = tmp_path / "bundle.zip"
    bare = sum(46 + len(name) for name in FILES)
    for mode, sound in (
        (0, True),
        (0o644, True),
        (0o100644, True),
        (0o120777, False),
        (0o040755, False),
        (0o010644, False),
    ):
        path.write_bytes(packed_with(mode=mode))
        assert verify.verify(str(path), verify.Options()).holds is sound, oct(mode)
    for comment, sound in ((2**14 - bare, True), (2**14 - bare + 1, False)):
        path.write_bytes(packed_with(comment=comment))
        assert verify.verify(str(path), verify.Options()).holds is sound, comment


# ---------- the draw


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
        _register_follows(other)
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
    _register_follows(case)
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
    _register_follows(case)
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


# ---------- replacements


def chained(change: Callable[[dict[str, Any]], object], *, kind: str = "inspector") -> dict[str, bytes]:
    """Return a draw and one event that happens as it should and is written otherwise, the states fitting it."""
    files = files_of(VECTORS / "draw" / "accept" / "shanxi-2020")
    outcome = verify.recompute(files_in_memory(files), verify.Progress(None))
    made = outcome.made
    state = verify._state(  # noqa: SLF001 - the chain is built as it is checked
        "outcome", made.digest, outcome.drawn_digest, outcome.teams_digest, made_by=made.made_by
    )
    event: dict[str, Any] = {"kind": kind, "before": state, "reason": "ill", "salt": "5" * 64}
    if kind == "unit":
        event["unit_id"] = files["drawn.csv"].splitlines()[1].split(b",")[0].decode()
    else:
        rows = [line.split(",") for line in files["teams.csv"].decode().splitlines()[1:]]
        who = rows[0][3]
        event |= {"inspector_id": who, "altogether": True, "leaves": sorted(row[0] for row in rows if row[3] == who)}
    replacing = verify.Replacing(outcome)
    verify._apply("", event, replacing)  # noqa: SLF001 - the same
    change(event)
    drawn, teams = (verify.digest_of(made.made_by, lines) for lines in replacing.lines())
    digest = made.made_by(verify.jcs(event).encode()).hexdigest()
    state = verify._state("replacement", digest, drawn, teams, made_by=made.made_by)  # noqa: SLF001 - the same
    said = {
        "protocol": "double-random/1",
        "draw_id": made.draw_id,
        "commitment": made.digest,
        "events": [event],
        "state": state,
    }
    return files | {"replacements.json": canonical(said)}


def chain(change: Callable[[dict[str, Any]], object], *, kind: str = "inspector") -> str:
    """Return what is refused of such an event."""
    return by_verifier(chained(change, kind=kind)).why


BAD_EVENTS: dict[str, dict[str, Any]] = {
    "a reason that is none": {"reason": "a b"},
    "no reason": {"reason": ""},
    "a reason that is no text": {"reason": None},
    "a salt in capitals": {"salt": "F" * 64},
    "a short salt": {"salt": "5" * 63},
    "a key more": {"more": 1},
    "a kind that is none": {"kind": "other"},
}
BAD_LEAVES: dict[str, dict[str, Any]] = {
    "1 for true": {"altogether": 1},
    "a text for true": {"altogether": "true"},
    "nothing for true": {"altogether": None},
    "leaves nothing": {"leaves": []},
    "leaves a text": {"leaves": "x"},
    "leaves what is no unit": {"leaves": ["nowhere"]},
    "nobody": {"inspector_id": "nobody"},
    "an inspector who is no text": {"inspector_id": 5},
}


@pytest.mark.parametrize("kind", ["unit", "inspector"])
@pytest.mark.parametrize("name", BAD_EVENTS)
def test_event_of_another_form_is_refused(kind: str, name: str) -> None:
    assert chain(dict, kind=kind) == ""
    assert chain(updated(**BAD_EVENTS[name]), kind=kind).startswith("replacements.json events[1]")


@pytest.mark.parametrize("name", BAD_LEAVES)
def test_event_of_an_inspector_in_another_form_is_refused(name: str) -> None:
    assert chain(updated(**BAD_LEAVES[name])).startswith("replacements.json events[1]")


def test_units_that_are_left_stand_once_each_and_in_order() -> None:
    assert "out of order" in chain(lambda event: event["leaves"].append(event["leaves"][-1]))
    assert "out of order" in chain(lambda event: event["leaves"].append("-"))


# ---------- the public value


def drawn_by(beacon: dict[str, Any]) -> dict[str, bytes]:
    """Return a draw by round 1000 whose value, and all that follows from it, is that of a beacon."""
    case = good_case(Dice("a round"))
    case.commitment |= {
        "public_source": {"kind": "drand", "round": 1000},
        "committed_at": "2023-08-23T15:10:00+00:00",
        "execute_by": "2023-08-24T15:10:00+00:00",
        "open_by": "2023-08-24T15:10:00+00:00",
    }
    case.reveal["public_value"] = beacon["randomness_hex"]
    value = VALUE | {"signature": beacon["signature_hex"], "randomness": beacon["randomness_hex"]}
    return case.files() | {"public_value.json": canonical(value)}


@pytest.mark.parametrize("beacon", CHAIN["beacons"], ids=lambda beacon: str(beacon["round"]))
def test_signature_of_another_round_is_refused_though_everything_follows_from_it(beacon: dict[str, Any]) -> None:
    """The value is what was signed, the seed what follows from it: only the pairing tells."""
    source = files_in_memory(drawn_by(beacon))
    outcome = verify.recompute(source, verify.Progress(None))
    report = verify.Report()
    sentence = refused(verify.check_public_value, source, outcome.made, outcome.keys, report)
    if beacon["round"] == 1000:
        assert sentence is None
        assert [step.en for step in report.steps] == ["The signature of the drand round is valid."]
    else:
        assert sentence == "public_value.json signature: is not this round's signature"
        assert report.steps == []


@pytest.mark.parametrize("witnesses", [[1], [""], ["a", None], "a", {"a": 1}, None])
def test_witnesses_are_names(witnesses: object) -> None:
    value = json.loads(FILES["public_value.json"]) | {"witnesses": witnesses}
    source = files_in_memory(FILES | {"public_value.json": canonical(value)})
    outcome = verify.recompute(source, verify.Progress(None))
    act = lambda: verify.check_public_value(source, outcome.made, outcome.keys, verify.Report())  # noqa: E731
    assert refused(act) == "public_value.json witnesses: is not a list of names"


# ---------- log and receipt


@pytest.mark.parametrize("at", [0, 1, 2**63 - 1, 2**63, 2**64 - 1])
def test_time_of_a_cosignature_ends_where_a_witness_can_write_no_more(at: int) -> None:
    made = bundle()[1]
    made.signed(LOG)
    made.cosignatures = [WITNESS.line(made.text(), at=at)]
    found = json.loads(canonical(made.value()))
    seen = verify.read_log("log.json", found)
    trusted = verify.Trusted(tuple(verify.parse_key(each.vkey) for each in (LOG, WITNESS)))
    report = verify.Report()
    sentence = refused(verify.check_checkpoint, "log.json", found, seen, trusted, report)
    assert (sentence is None) is (at < 2**63)
    if sentence is None:
        assert report.steps[-1].en == f"The witness {WITNESS.name} cosigned it at Unix time {at}."


@pytest.mark.parametrize("value", [1, True, {}, ["x"], ""])
def test_checkpoint_that_is_no_note_is_refused(value: object) -> None:
    found = json.loads(FILES["log.json"]) | {"checkpoint": value}
    seen = verify.read_log("log.json", found)
    act = lambda: verify.check_checkpoint("log.json", found, seen, verify.Trusted(), verify.Report())  # noqa: E731
    assert refused(act) == "log.json checkpoint: is not a signed note"


@pytest.mark.parametrize("cosignatures", [None, "", "x", {}, 5])
def test_cosignatures_are_a_list(cosignatures: object) -> None:
    found = json.loads(FILES["log.json"]) | {"cosignatures": cosignatures}
    seen = verify.read_log("log.json", found)
    sentence = refused(verify.check_checkpoint, "log.json", found, seen, verify.Trusted(), verify.Report())
    assert sentence == "log.json cosignatures: is not a list"


@pytest.mark.parametrize("change", [{"more": 1}, {"index": True}, {"entry": 1}, {"proof": "x"}, {"proof": ["0"]}])
def test_entry_of_a_log_has_its_form(change: dict[str, object]) -> None:
    found = json.loads(FILES["log.json"])
    found["entries"][0] |= change
    assert refused(verify.read_log, "log.json", found) is not None


def test_log_of_one_entry_needs_no_step_and_no_text_for_one(tmp_path: Path) -> None:
    """An empty text or object has no steps, and is no list of them; so at the door."""
    entry = json.loads(FILES["log.json"])["entries"][0]["entry"].replace('"index":500', '"index":0')
    root = verify.leaf_hash(entry.encode()).hex()
    row = "u,s,1,0\n"
    leaf = hashlib.sha256(b"\x02" + bytes(32) + row.encode()).digest()
    door = {"row": row, "salt": "0" * 64, "index": 0, "size": 1, "root": verify.leaf_hash(leaf).hex()}
    path = tmp_path / "door.json"
    for steps, sound in (([], True), ("", False), ({}, False)):
        held = [{"index": 0, "entry": entry, "proof": steps}]
        found = {"size": 1, "root": root, "entries": held, "checkpoint": None, "cosignatures": []}
        assert (refused(verify.read_log, "log.json", found) is None) is sound
        path.write_text(json.dumps({"proof": door | {"path": steps}}), encoding="utf-8")
        assert verify.verify(None, verify.Options(door=str(path))).holds is sound


@pytest.mark.parametrize("line", [5, None, ["— a b"], {"a": 1}, "", "— a", b"x".decode()])
def test_cosignature_is_a_line(line: object) -> None:
    made = bundle()[1]
    made.signed(LOG)
    found = json.loads(canonical(made.value())) | {"cosignatures": [line]}
    seen = verify.read_log("log.json", found)
    sentence = refused(verify.check_checkpoint, "log.json", found, seen, verify.Trusted(), verify.Report())
    assert sentence == "log.json cosignatures: has a signature line of another form"


@pytest.mark.parametrize("name", ["body", "checkpoint", "entry", "form", "index", "origin", "proof", "salt"])
def test_member_of_a_receipt_of_another_kind_is_refused(name: str, tmp_path: Path) -> None:
    good = json.loads(receipt().to_bytes())
    path = tmp_path / "receipt.json"
    options = verify.Options(trusted=verify.Trusted((verify.parse_key(str(KEY.verifier)),)), receipt=str(path))
    path.write_bytes(canonical(good))
    assert verify.verify(None, options).holds
    values: tuple[object, ...] = (5, None, True, "x", "", [], [5], {})
    for value in values:
        if good[name] != value:
            path.write_bytes(canonical(good | {name: value}))
            assert not verify.verify(None, options).holds, value


# ---------- the report


def test_report_on_a_whole_bundle_says_every_step(tmp_path: Path) -> None:
    made = bundle()[1]
    made.signed(LOG, WITNESS)
    path = written(tmp_path / "bundle", with_log(FILES, made))
    ran = run(path, "--json", "--key", LOG.vkey, "--key", WITNESS.vkey)
    assert ran.said.startswith('{\n "protocol": "double-random/1",\n "verdict": "holds",\n')
    assert [(step["step"], step["state"]) for step in ran.report["steps"]] == [
        ("commitment", "held"),
        ("tables", "held"),
        ("seed", "held"),
        ("drawn", "held"),
        ("teams", "held"),
        ("teams", "held"),
        ("drawn.csv", "held"),
        ("teams.csv", "held"),
        ("public_value", "held"),
        ("public_value", "unchecked"),
        ("log", "held"),
        ("checkpoint", "held"),
        ("cosignature", "held"),
        ("frame", "unchecked"),
        ("visits", "unchecked"),
        ("register", "unchecked"),
    ]
    assert all(step["zh"] and step["en"] for step in ran.report["steps"])
    en = "\n".join(step["en"] for step in ran.report["steps"])
    assert "frame.csv 52, exclusions.csv" in en
    assert f"1 secrets match their digests; seed {ran.report['result']['seed']}." in en
    drawn = [line for line in en.splitlines() if line.startswith("Stratum ")]
    numbers = [line.split(",")[1:] for line in FILES["drawn.csv"].decode().splitlines()[1:]]
    assert len(drawn) == len({stratum for stratum, _rank, _ticket in numbers})
    for line in drawn:
        stratum = line.split()[1].rstrip(":")
        mine = [ticket for each, _rank, ticket in numbers if each == stratum]
        assert f" {len(mine)} of " in line
        assert line.endswith(f", cut-off {mine[-1]}.")


def test_all_of_a_stratum_is_said_to_leave_nothing_to_chance() -> None:
    for name, certain in (("one-unit", True), ("shanxi-2020", False)):
        ran = run(VECTORS / "draw" / "accept" / name, "--json")
        for lang, words in (
            ("zh", "（全部抽中，没有随机），"),
            ("en", " drawn (all of them: nothing was left to chance), cut-off"),
        ):
            sentences = [step[lang] for step in ran.report["steps"] if step["step"] == "drawn"]
            assert [words in each for each in sentences] == [certain] * len(sentences)
            assert not any("X" in each for each in sentences)


def test_replacements_are_a_step_with_their_number() -> None:
    vector = min((VECTORS / "replacement" / "accept").iterdir())
    draw = vector / "draw"
    files = files_of(VECTORS / "draw" / "accept" / (draw.read_text().strip() if draw.exists() else "shanxi-2020"))
    data = (vector / "replacements.json").read_bytes()
    source = files_in_memory({name: files[name] for name in verify.INPUTS} | {"replacements.json": data})
    report = verify.Report()
    verify._tell_replacements(source, verify.recompute(source, verify.Progress(None)), report)  # noqa: SLF001 - the piece itself
    number = len(json.loads(data)["events"])
    (step,) = report.steps
    assert (step.step, step.state) == ("replacements", "held")
    assert step.zh == f"{number} 次替补均按规约得出"
    assert step.en == f"{number} replacements follow from the protocol, event by event."
    assert report.result["replaced"]["events"] == number


def test_report_in_words_is_a_line_for_each_step_and_the_verdict(tmp_path: Path) -> None:
    path = written(tmp_path / "bundle", FILES)
    report = verify.verify(str(path), verify.Options())
    for lang, held, open_, end in (
        ("zh", "[成立]", "[未核]", "结论：凡能核对的都成立。"),
        ("en", "[holds]", "[not checked]", "Verdict: all that could be checked holds."),
    ):
        marks = {verify.HELD: held, verify.UNCHECKED: open_}
        lines = [f"{marks[step.state]} {getattr(step, lang)}" for step in report.steps]
        assert report.as_text(lang).split("\n") == [*lines, end]
    assert sorted(report.result) == [
        *("commitment_digest", "draw_id", "drawn", "drawn_digest", "hash", "seats", "seed", "subject_key"),
        *("team_key", "teams_digest"),
    ]


def test_signs_of_life_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.PROGRESS == 50_000
    progress = verify.Progress(sys.stderr)
    for number in (1, verify.PROGRESS - 2, 1, 1, verify.PROGRESS):
        progress.pass_many("rows", number)
    progress.pass_one("seats")
    assert capsys.readouterr().err == f"rows: {verify.PROGRESS}\nrows: {2 * verify.PROGRESS + 1}\n"
