"""The browser's verifier piece by piece: times, quotas, rows, events, values, and the words that name what is wrong."""

import base64
import json
from datetime import datetime
from fractions import Fraction
from math import ceil

import pytest

from publicity.offline import verify
from tests.verifiers.agreement import by_service, by_verifier
from tests.verifiers.cases import Dice, canonical, good_case
from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.logs import CHAIN, bundle
from tests.verifiers.mangling import ODD_VALUES, TIMES, mangled_case, register_follows
from tests.verifiers.running import VECTORS, files_of
from tests.verifiers.test_agreement import random_events
from tests.verifiers.test_chain_pieces import BAD_EVENTS, BAD_LEAVES, chained, drawn_by
from tests.verifiers.test_draw_pieces import TERMS, unstaffed, updated, with_term
from tests.verifiers.test_pieces import MOMENTS

FILES, _LOG = bundle()
FEW = 40
DAYS_BEFORE_1970 = 719_162


def test_few_draws_and_replacements_come_out_as_the_others_have_them(verifier: BrowserVerifier) -> None:
    cases = []
    for number in range(FEW):
        dice = Dice(f"a piece in the browser {number}")
        files = good_case(dice).files()
        cases += [files, files | {"replacements.json": random_events(dice, files)}, mangled_case(dice).files()]
    for files, said in zip(cases, verifier.replayed(cases), strict=True):
        for other in (by_service(files), by_verifier(files)):
            assert said.but_the_reason() == other.but_the_reason(), (said.why, other.why)


def test_moment_is_the_second_that_the_calendar_gives(verifier: BrowserVerifier) -> None:
    read = """texts => texts.map(text => {
        try { return readMoment(new Place("f", "", text)); }
        catch (fault) { if (fault instanceof Refused) return null; throw fault; }
    })"""
    seconds = [round(datetime.fromisoformat(text).timestamp()) + DAYS_BEFORE_1970 * 86_400 for text in MOMENTS]
    assert verifier.call(read, MOMENTS) == seconds
    texts = [
        *TIMES,
        *(text[:-1] for text in TIMES),
        *("x" + text for text in MOMENTS),
        *(text + "x" for text in MOMENTS),
    ]
    texts += [
        f"{year}-{month:02d}-{day:02d}T00:00:00+00:00"
        for year in (1900, 2000, 2023, 2024)
        for month in range(14)
        for day in (0, 1, 28, 29, 30, 31, 32)
    ]
    wanted: list[int | None] = []
    for text in texts:
        try:
            wanted.append(verify.instant("f", text) + DAYS_BEFORE_1970 * 86_400)
        except verify.RefusedError:
            wanted.append(None)
    assert verifier.call(read, texts) == wanted


def test_ratio_is_rounded_up_in_exact_arithmetic(verifier: BrowserVerifier) -> None:
    units = [*range(1, 120), 999_999, 1_000_000, 1_000_001]
    ratios = ["0.000001", "0.1", "0.10", "0.3", "0.333333", "0.5", "0.999999", "1"]
    quotas = """([rules, units]) => rules.map(rule => units.map(readRule(new Place("f", "", rule))))"""
    asked = [{"ratio": ratio} for ratio in ratios] + [{"count": 7}]
    expected = [[ceil(Fraction(ratio) * number) for number in units] for ratio in ratios]
    assert verifier.call(quotas, (asked, units)) == [*expected, [min(7, number) for number in units]]


def test_each_kind_of_value_is_what_verify_py_says_it_is(verifier: BrowserVerifier) -> None:
    """Whatever else stands there is refused with a sentence, and is no error of ours."""
    values = [value for value in ODD_VALUES if not isinstance(value, float) and "\\ud" not in ascii(value)]
    values += [
        "a" * 200,
        "\U0001f600" * 200,
        "\U0001f600" * 201,
        "a\x00",
        "a\x7f",
        "a\x85",
        "x\ny",
        "-",
        "_",
        "",
        " a",
        "a\n",
    ]
    read = """values => values.map(value => {
        const place = new Place("f", "", value);
        return [() => place.identifier(), () => place.digest(), () => place.title(), () => place.list(1),
                () => place.integer(0), () => place.integer(1, 9)].map(act => !refuses(act));
    })"""
    found = verifier.call(read, values)
    for value, said in zip(values, found, strict=True):
        acts = (
            lambda value: verify.identifier("f", value),
            lambda value: verify.hex64("f", value),
            lambda value: verify.text_of("f", value),
            lambda value: verify.list_of("f", value),
            lambda value: verify.whole_number("f", value),
            lambda value: verify.whole_number("f", value, low=1, high=9),
        )
        wanted = []
        for act in acts:
            try:
                act(value)
            except verify.RefusedError:
                wanted.append(False)
            else:
                wanted.append(True)
        assert said == wanted, value


def test_row_that_is_wrong_is_named_by_its_number(verifier: BrowserVerifier) -> None:
    cases, wanted = [], []
    for name in ("frame.csv", "exclusions.csv", "inspectors.csv", "recusals.csv"):
        case = next(case for at in range(1_000) if len((case := good_case(Dice(f"rows {at}"))).tables[name]) > 2)
        lines = case.tables[name]
        for changed, row, word in (
            ([lines[0], *lines], 3, "it stands twice"),
            ([lines[1], lines[0], *lines[2:]], 3, "it is out of order"),
            ([*lines, b"\n"], len(lines) + 2, "a blank line, or wrong columns"),
            ([*lines[:-1], lines[-1] + b"\n"], len(lines) + 2, "it has more rows than the commitment says"),
            ([lines[0], b"\n", *lines[2:]], 3, "a blank line, or wrong columns"),
            ([lines[0], lines[1][:-1] + b",x\n", *lines[2:]], 3, "a blank line, or wrong columns"),
            ([lines[0], b"a b" + lines[1][len(lines[1].split(b",")[0]) :], *lines[2:]], 3, "“a b” is not lawful"),
            ([lines[0], lines[1][:-1] + b"\r\n", *lines[2:]], 3, "it has a carriage return or a quote"),
            ([*lines[:-1], lines[-1][:-1]], None, "the last line end is missing"),
        ):
            case.tables[name] = changed
            register_follows(case)
            cases.append(case.files())
            wanted.append((name if row is None else f"{name} row {row}", word))
        case.tables[name] = lines
    for said, (where, word) in zip(verifier.replayed(cases), wanted, strict=True):
        assert said.why.startswith(where), said.why
        assert word in said.why


def test_recusal_of_somebody_or_something_unknown_is_named(verifier: BrowserVerifier) -> None:
    case = next(case for at in range(1_000) if (case := good_case(Dice(f"rows {at}"))).tables["recusals.csv"])
    who, unit = case.tables["recusals.csv"][0].rstrip(b"\n").split(b",")
    cases = []
    for line in (b"0nobody," + unit, who + b",-none", who + b",~none"):
        case.tables["recusals.csv"] = [line + b"\n"]
        cases.append(case.files())
    assert [said.why for said in verifier.replayed(cases)] == [
        "recusals.csv row 2: there is no inspector “0nobody”",
        "recusals.csv row 2: “-none” is not in the frame",
        "recusals.csv row 2 “unit_id”: “~none” is not lawful",
    ]


def test_rows_are_in_the_order_of_their_bytes_where_one_name_begins_another(verifier: BrowserVerifier) -> None:
    """The shorter one first, whatever sign the longer one goes on with."""
    case = good_case(Dice("terms"))
    units = sorted(["u", "u-", "u-1", "u.", "u0", "uA", "u_", "ub"])
    case.tables |= {
        "frame.csv": [f"{unit},s,14\n".encode() for unit in units],
        "exclusions.csv": [],
        "inspectors.csv": [b"i,market,14\n", b"i-,market,14\n", b"j,market,14\n"],
        "recusals.csv": [f"{who},{unit}\n".encode() for who in ("i", "i-") for unit in units],
    }
    case.commitment["team"] = [{"department": "market", "seats": 1}]
    case.commitment["quotas"] = {"default": {"ratio": "1"}, "strata": {}}
    register_follows(case)
    files = case.files()
    (said,) = verifier.replayed([files])
    assert said.accepted, said.why
    assert said == by_verifier(files) == by_service(files)


def test_units_that_differ_in_case_only_are_found_wherever_they_stand(verifier: BrowserVerifier) -> None:
    twins = """lists => lists.map(ids => {
        const units = ids.map(String).sort();
        try { refuseTwins([{file: "a", ids: units.slice(0, 3)}, {file: "b", ids: units.slice(3)}]); return null; }
        catch (fault) { if (fault instanceof Refused) return fault.message; throw fault; }
    })"""
    names = [f"unit-{number:02d}" for number in range(12)]
    alone = verifier.call(twins, [names, names[:3], names[:1], []])
    assert alone == [None] * 4
    for at in range(12):
        (sentence,) = verifier.call(twins, [[*names, names[at].upper()]])
        assert f"“{names[at]}” is “{names[at].upper()}”, or differs from it in case only" in sentence
        (sentence,) = verifier.call(twins, [[*names, names[at]]])
        assert f"“{names[at]}” is “{names[at]}”" in sentence
        row = at + 2 + 1 if at < 2 else at + 1 - 3 + 2
        assert sentence.startswith(f"{'a' if at < 2 else 'b'} row {row} “unit_id”: "), sentence


@pytest.mark.parametrize("unit", ["a", "b", "c"])
def test_unit_that_nobody_may_visit_is_named_wherever_it_stands(verifier: BrowserVerifier, unit: str) -> None:
    (said,) = verifier.replayed([unstaffed(unit)])
    assert said.why == f"commitment.json “team.0”: unit {unit} cannot be staffed by department market"


@pytest.mark.parametrize("kind", ["unit", "inspector"])
def test_event_of_another_form_is_refused(verifier: BrowserVerifier, kind: str) -> None:
    cases = [
        chained(dict, kind=kind),
        *(chained(updated(**bad), kind=kind) for bad in BAD_EVENTS.values()),
    ]
    assert [said.accepted for said in verifier.replayed(cases)] == [True] + [False] * len(BAD_EVENTS)


def test_event_of_an_inspector_in_another_form_is_refused(verifier: BrowserVerifier) -> None:
    cases = [chained(updated(**bad)) for bad in BAD_LEAVES.values()]
    cases += [
        chained(lambda event: event["leaves"].append(event["leaves"][-1])),
        chained(lambda event: event["leaves"].append("-")),
    ]
    assert [said.accepted for said in verifier.replayed(cases)] == [False] * len(cases)


def test_term_that_the_page_does_not_have_is_refused(verifier: BrowserVerifier) -> None:
    said = verifier.replayed(with_term(key, value) for key, value in TERMS)
    assert [each.accepted for each in said] == [False] * len(TERMS)
    assert all(each.why.startswith("commitment.json") for each in said), [each.why for each in said]


def test_signature_of_another_round_is_refused_though_everything_follows_from_it(verifier: BrowserVerifier) -> None:
    said = verifier.verified([[*drawn_by(beacon).items()] for beacon in CHAIN["beacons"]])
    for beacon, each in zip(CHAIN["beacons"], said, strict=True):
        (told,) = [(state, en) for step, state, _zh, en in each["steps"] if step == "value"]
        if beacon["round"] == 1000:
            assert told == ("good", "The signature of drand round 1000 holds, and gives the value.")
        else:
            assert told == ("bad", "public_value.json “signature”: it is not the signature of this round")


def test_every_kind_of_public_value_is_told_in_its_words(verifier: BrowserVerifier) -> None:
    value = json.loads(FILES["public_value.json"])
    secret = value["value"]
    none = files_of(VECTORS / "draw" / "accept" / "counties")
    del none["expected.json"]
    cases = [
        (none | {"public_value.json": canonical({"kind": "none"})}, "good", "This draw used no public value."),
        (
            none | {"public_value.json": canonical({"kind": "else"})},
            "bad",
            "it is not what the commitment or the reveal says",
        ),
        (none | {"public_value.json": canonical({"kind": "none", "more": 1})}, "bad", "“more” is unknown"),
        (none | {"public_value.json": canonical({})}, "bad", "“kind” is missing"),
    ]
    for change, state, en in (
        ({}, "open", f"The value “{secret}” is of the announced form; whether witnesses saw it, ask them (甲, 乙)."),
        (
            {"witnesses": []},
            "open",
            f"The value “{secret}” is of the announced form; whether witnesses saw it, ask them (none named).",
        ),
        ({"simulated": True}, "open", f"The value “{secret}” was made up by a program, and is no witness to anything."),
        ({"simulated": 1}, "bad", "true or false is wanted"),
        ({"witnesses": [1]}, "bad", "a text is wanted"),
        ({"witnesses": [""]}, "bad", "a name is wanted"),
        ({"witnesses": "a"}, "bad", "a list is wanted"),
    ):
        cases.append((FILES | {"public_value.json": canonical(value | change)}, state, en))
    said = verifier.verified([*files.items()] for files, _state, _en in cases)
    for each, (_files, state, en) in zip(said, cases, strict=True):
        (told,) = [(found, words) for step, found, _zh, words in each["steps"] if step == "value"]
        assert told[0] == state
        assert told[1].endswith(en), told


def test_signature_that_was_not_checked_is_said_to_be_unchecked(verifier: BrowserVerifier) -> None:
    """Where the curves are not at hand the randomness is checked and the signature is not."""
    told = """([parts]) => {
        const said = [];
        const before = beaconHolds;
        globalThis.beaconHolds = () => null;
        const given = parts.map(([name, data]) => ({name, bytes: bytesOf(data)}));
        try { verifyFiles(filesOf(given), [], each => said.push(each)); }
        finally { globalThis.beaconHolds = before; }
        return said.filter(({id}) => id === "value").map(({state, en}) => [state, en]);
    }"""
    (beacon,) = [each for each in CHAIN["beacons"] if each["round"] == 1000]
    parts = [(name, base64.b64encode(data).decode()) for name, data in drawn_by(beacon).items()]
    ((state, en),) = verifier.call(told, (parts,))
    assert state == "open"
    assert en.startswith("The value is SHA-256 of the signature; the signature was not checked here")


def test_places_are_told_by_the_way_to_them(verifier: BrowserVerifier) -> None:
    """A key in a list in an object is named with all that leads to it."""
    ways = """() => {
        const told = act => { try { act(); return ""; } catch (fault) { return fault.message; } };
        const whole = new Place("f", "", {a: [{b: 1}], c: "x", d: {}});
        return [
            told(() => whole.at("a").list(1)[0].at("b").text()),
            told(() => whole.members("a", "c", "d", "e")),
            told(() => whole.members("a", "c")),
            told(() => whole.at("d").members("x")),
            told(() => whole.at("a").members("x")),
            told(() => whole.at("c").list(0)),
            told(() => whole.at("d").list(0)),
            told(() => whole.at("a").list(2)),
            told(() => whole.at("c").entries()),
            told(() => whole.at("c").integer(0)),
            told(() => whole.at("c").same("y", "不同", "another")),
            JSON.stringify(whole.entries().map(([key, place]) => [key, place.key])),
        ];
    }"""
    assert verifier.call(ways) == [
        "f “a.0.b”: a text is wanted",
        "f: “e” is missing",
        "f: “d” is unknown",
        "f “d”: “x” is missing",
        "f “a”: an object is wanted",
        "f “c”: a list is wanted",
        "f “d”: a list is wanted",
        "f “a”: it must not be empty",
        "f “c”: an object is wanted",
        "f “c”: it is no integer of the range",
        "f “c”: another",
        '[["a","a"],["c","c"],["d","d"]]',
    ]
