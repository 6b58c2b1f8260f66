"""The browser says of each broken draw and each broken replacement what is wrong with it, and where."""

from typing import Any

from tests.verifiers.agreement import by_service, by_verifier
from tests.verifiers.cases import Case, Dice, canonical, good_case
from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.mangling import register_follows
from tests.verifiers.running import files_of
from tests.verifiers.test_draw_pieces import with_term
from tests.verifiers.test_vectors import NOT_REPLACED, REFUSE, beside

TWIN = "or differs from it in case only"
DRAWS: dict[str, str] = {
    "alphabet-repeats": "commitment.json “public_source.alphabet”: it has a character twice",
    "alphabet-weak": "commitment.json “public_source.length”: there are fewer than 2⁶⁴ possible values",
    "area-trailing": "frame.csv row 2 “area”: “14O1” is not lawful",
    "area-zeros": "frame.csv row 2 “area”: “140100” is not lawful",
    "blank-line": "exclusions.csv row 3: a blank line, or wrong columns",
    "drand-form": "reveal.json “public_value”: it is not 64 lowercase hex digits",
    "drand-known-before": "commitment.json “public_source.round”: the round was published before the commitment",
    "drand-round-0": "commitment.json “public_source.round”: it is no integer of the range",
    "drand-too-late": "commitment.json “public_source.round”: the round does not come before execute_by",
    "empty-department": "commitment.json “team.2”: unit 91140100MA3GA2T087 cannot be staffed by department nobody",
    "empty-frame": "frame.csv: it has no units",
    "excluded-and-framed": f"exclusions.csv row 2 “unit_id”: “91140100MA3GA2T087” is “91140100MA3GA2T087”, {TWIN}",
    "extra-key": "commitment.json: “note” is unknown",
    "frame-bom": "frame.csv: it begins with a byte-order mark",
    "frame-crlf": "frame.csv row 1: it has a carriage return or a quote",
    "frame-digest": "frame.csv: its digest is not that of the commitment: it was changed",
    "frame-duplicate-unit": "frame.csv row 3: it stands twice",
    "frame-no-last-newline": "frame.csv: the last line end is missing",
    "frame-order": "frame.csv row 3: it is out of order",
    "frame-quoted": "frame.csv row 2: it has a carriage return or a quote",
    "frame-twin-case": f"frame.csv row 9 “unit_id”: “91140100ma3ga2t087” is “91140100MA3GA2T087”, {TWIN}",
    "hash-unknown": "commitment.json “hash”: an unknown hash",
    "missing-key": "commitment.json: “replaces” is missing",
    "no-secret": "commitment.json “secrets”: it must not be empty",
    "not-jcs": "commitment.json: it is not JSON in canonical form (RFC 8785)",
    "quota-unknown-stratum": "commitment.json “quotas.strata”: there is no stratum “D”",
    "ratio-and-count": "commitment.json “quotas.default”: “ratio” is unknown",
    "ratio-float": "commitment.json: it is not JSON, or has a number out of range",
    "ratio-form": "commitment.json “quotas.default.ratio”: it is no sampling fraction as the protocol writes it",
    "ratio-zero": "commitment.json “quotas.default.ratio”: it is no sampling fraction as the protocol writes it",
    "recusal-unknown": "recusals.csv row 44: there is no inspector “zzz”",
    "register-count": "commitment.json “register.rows”: it is not frame plus exclusions",
    "replaces-itself": "commitment.json “replaces”: a draw does not replace itself",
    "reveal-duplicate-key": "reveal.json: it is not JSON in canonical form (RFC 8785)",
    "rows-count": "frame.csv row 53: it has more rows than the commitment says",
    "seats-zero": "commitment.json “team.0.seats”: it is no integer of the range",
    "secret-digest": "reveal.json “secrets.0”: the secret of bureau is not what its digest was made of",
    "secret-raw-digest": "reveal.json “secrets.0”: the secret of bureau is not what its digest was made of",
    "secret-shared": "reveal.json “secrets”: two parties have one secret",
    "team-twice": "commitment.json “team.2.department”: it stands twice",
    "time-form": "commitment.json “committed_at”: it is no time as the protocol writes it",
    "times-order": "commitment.json “open_by”: it must not be before execute_by",
    "title-control": "commitment.json “title”: it has a control character",
    "value-alphabet": "reveal.json “public_value”: “7” is not of the alphabet",
    "value-missing": "reveal.json “public_value”: a text is wanted",
    "value-spelling": "reveal.json “public_value”: it must have 30 characters",
    "value-unasked": "reveal.json “public_value”: the commitment names no public source",
    "veto-by-recusal": "commitment.json “team.0”: unit 91140400MA6CA7F5FF cannot be staffed by department market",
}
REPLACEMENTS: dict[str, str] = {
    "event-added": "replacements.json “events.9.before”: it is not the state before this event",
    "event-left-out": "replacements.json “events.1.before”: it is not the state before this event",
    "events-swapped": "replacements.json “events.0.before”: it is not the state before this event",
    "flag-form": "replacements.json “events.1.altogether”: true or false is wanted",
    "inspector-unknown": "replacements.json “events.1.inspector_id”: there is no such inspector",
    "key-unknown": "replacements.json “events.0”: “by” is unknown",
    "kind-missing": "replacements.json “events.0”: “kind” is missing",
    "kind-unknown": "replacements.json “events.0.kind”: an unknown kind of event",
    "last-event-cut": "replacements.json “state”: it is not the state after the last event",
    "leaves-empty": "replacements.json “events.1.leaves”: it must not be empty",
    "leaves-order": "replacements.json “events.2.leaves.1”: out of order, or twice",
    "leaves-twice": "replacements.json “events.1.leaves.1”: out of order, or twice",
    "no-alternate": "replacements.json “events.0.unit_id”: no alternate is left",
    "no-event": "replacements.json “events”: it must not be empty",
    "nobody-left": "replacements.json “events.0.inspector_id”: nobody is left to be sent",
    "not-jcs": "replacements.json: it is not JSON in canonical form (RFC 8785)",
    "not-seated": "replacements.json “events.1.leaves.0”: the inspector is not on this unit",
    "other-commitment": "replacements.json “commitment”: it is of another commitment",
    "other-draw": "replacements.json “draw_id”: it is of another draw",
    "protocol": "replacements.json “protocol”: it is another protocol",
    "reason-changed": "replacements.json “events.1.before”: it is not the state before this event",
    "salt-changed": "replacements.json “events.1.before”: it is not the state before this event",
    "salt-form": "replacements.json “events.0.salt”: it is not 64 lowercase hex digits",
    "salt-twice": "replacements.json “events.1.salt”: another event has this salt",
    "state": "replacements.json “state”: it is not the state after the last event",
    "unit-not-drawn": "replacements.json “events.0.unit_id”: it is not on the drawn list",
}


def test_broken_draw_is_refused_with_its_place_and_reason(verifier: BrowserVerifier) -> None:
    said = verifier.replayed(files_of(path) for path in REFUSE)
    assert {path.name: each.why for path, each in zip(REFUSE, said, strict=True)} == DRAWS


def test_broken_replacement_is_refused_with_its_place_and_reason(verifier: BrowserVerifier) -> None:
    said = verifier.replayed(beside(path) for path in NOT_REPLACED)
    assert {path.name: each.why for path, each in zip(NOT_REPLACED, said, strict=True)} == REPLACEMENTS


def witnessed(what: str, length: int) -> dict[str, Any]:
    return {"kind": "witnessed", "what": what, "alphabet": "01", "length": length}


TOO_FEW = "commitment.json “public_source.length”: there are fewer than 2⁶⁴ possible values"
NO_KIND = "commitment.json “public_source”: “kind” is missing"
FRACTION = "commitment.json “quotas.default{}"
TERMS: list[tuple[str, Any, str]] = [
    ("public_source", ["witnessed"], NO_KIND),
    ("public_source", "witnessed", NO_KIND),
    ("public_source", 5, NO_KIND),
    ("public_source", {}, NO_KIND),
    ("public_source", {"kind": "dice"}, "commitment.json “public_source.kind”: an unknown source"),
    ("public_source", witnessed("", 64), "commitment.json “public_source.what”: it must have 1 to 200 characters"),
    (
        "public_source",
        witnessed("x", 0),
        "commitment.json “public_source.length”: there are fewer than 2⁶⁴ possible values",
    ),
    ("public_source", witnessed("x", 2**53 - 1), "reveal.json “public_value”: a text is wanted"),
    ("quotas", {"default": None, "strata": {}}, FRACTION.format("”: an object is wanted")),
    ("quotas", {"default": "count", "strata": {}}, FRACTION.format("”: an object is wanted")),
    (
        "quotas",
        {"default": {"ratio": "0."}, "strata": {}},
        FRACTION.format(".ratio”: it is no sampling fraction as the protocol writes it"),
    ),
    ("quotas", {"default": {"ratio": "0.0"}, "strata": {}}, FRACTION.format(".ratio”: it must be above zero")),
    (
        "quotas",
        {"default": {"ratio": "1"}, "strata": {"a b": {"count": 1}}},
        "commitment.json “quotas.strata.a b”: it is no identifier",
    ),
    ("register", {"rows": 0, "log_size": 1}, "commitment.json “register.rows”: it is not frame plus exclusions"),
    ("executor", 1, "commitment.json: “executor” is unknown"),
]


def test_term_is_refused_with_its_place_and_reason(verifier: BrowserVerifier) -> None:
    said = verifier.replayed(with_term(key, value) for key, value, _words in TERMS)
    assert [each.why for each in said] == [words for _key, _value, words in TERMS]


SECRETS: list[tuple[list[dict[str, str]], str]] = [
    (
        [{"party": "a", "digest": "0" * 64}, {"party": "b", "digest": "0" * 64}],
        "commitment.json “secrets.1.digest”: it stands twice",
    ),
    (
        [{"party": "a", "digest": "0" * 64}, {"party": "A", "digest": "1" * 64}],
        "commitment.json “secrets.1.party”: it differs from “a” in case only",
    ),
    (
        [{"party": "a", "digest": "0" * 64}, {"party": "a", "digest": "1" * 64}],
        "commitment.json “secrets.1.party”: it stands twice",
    ),
]


def test_party_and_digest_of_a_secret_stand_once(verifier: BrowserVerifier) -> None:
    cases = []
    for secrets, _words in SECRETS:
        case = good_case(Dice("terms"))
        case.commitment["secrets"] = secrets
        cases.append(case.files())
    assert [each.why for each in verifier.replayed(cases)] == [words for _secrets, words in SECRETS]


def test_number_of_rows_is_the_one_committed(verifier: BrowserVerifier) -> None:
    cases, wanted = [], []
    for name in ("frame", "exclusions", "inspectors", "recusals"):
        case = good_case(Dice("terms"))
        rows = len(case.tables[f"{name}.csv"])
        case.commitment[name] = {"rows": rows + 1}
        cases.append(case.files())
        wanted.append(f"commitment.json “{name}.rows”: there are {rows}")
    assert [each.why for each in verifier.replayed(cases)] == wanted


def plain_case(**tables: list[bytes]) -> Case:
    """Return a draw of two units and two inspectors, with other tables."""
    case = good_case(Dice("terms"))
    lines = {
        "frame": [b"a,s,14\n", b"b,s,14\n"],
        "exclusions": [b"e,closed\n", b"f,moved\n"],
        "inspectors": [b"i,market,14\n", b"j,market,14\n"],
        "recusals": [],
    }
    case.tables |= {f"{name}.csv": found for name, found in (lines | tables).items()}
    case.commitment["team"] = [{"department": "market", "seats": 1}]
    case.commitment["quotas"] = {"default": {"ratio": "1"}, "strata": {}}
    register_follows(case)
    return case


TABLES: list[tuple[str, list[bytes], str]] = [
    ("frame", [b"a,s,14\n", b"b,S,14\n"], "frame.csv row 3 “stratum”: it differs from “s” in case only"),
    ("frame", [b"A-z,s,14\n", b"a-Z,s,14\n"], f"frame.csv row 3 “unit_id”: “a-Z” is “A-z”, {TWIN}"),
    ("frame", [b"E,s,14\n"], f"exclusions.csv row 2 “unit_id”: “e” is “E”, {TWIN}"),
    ("frame", [b"a,s,\n"], "frame.csv row 2 “area”: “” is not lawful"),
    ("frame", [b"a,s\n"], "frame.csv row 2: a blank line, or wrong columns"),
    ("frame", [b",s,14\n"], "frame.csv row 2 “unit_id”: “” is not lawful"),
    ("exclusions", [b"E,closed\n", b"e,closed\n"], f"exclusions.csv row 3 “unit_id”: “e” is “E”, {TWIN}"),
    ("exclusions", [b"e,\n"], "exclusions.csv row 2 “reason”: “” is not lawful"),
    (
        "exclusions",
        [b"e,closed\n", b"f,Closed\n"],
        "exclusions.csv row 3 “reason”: it differs from “closed” in case only",
    ),
    (
        "inspectors",
        [b"I,market,14\n", b"i,market,14\n"],
        "inspectors.csv row 3 “inspector_id”: it differs from “I” in case only",
    ),
    (
        "inspectors",
        [b"i,market,14\n", b"j,Market,14\n"],
        "inspectors.csv row 3 “department”: it differs from “market” in case only",
    ),
    ("inspectors", [b"i,market,014\n"], "inspectors.csv row 2 “area”: “014” is not lawful"),
]
HEADERS = [
    ("frame.csv", b"unit,stratum,area", "frame.csv row 1: the header must be unit_id,stratum,area"),
    ("frame.csv", b"", "frame.csv row 1: the header must be unit_id,stratum,area"),
    ("exclusions.csv", b'"unit_id",reason', "exclusions.csv row 1: it has a carriage return or a quote"),
    ("recusals.csv", b"\n\r", "recusals.csv row 2: it has a carriage return or a quote"),
]


def test_table_is_refused_with_the_row_and_the_column(verifier: BrowserVerifier) -> None:
    cases = [plain_case(**{name: lines}).files() for name, lines, _words in TABLES]
    wanted = [words for _name, _lines, words in TABLES]
    for name, header, words in HEADERS:
        files = plain_case().files()
        cases.append(files | {name: header + files[name][files[name].index(b"\n") :]})
        wanted.append(words)
    good = plain_case().files()
    assert [each.why for each in verifier.replayed([good, *cases])] == ["", *wanted]
    assert not any(by_service(files).accepted or by_verifier(files).accepted for files in cases)


def test_reveal_is_refused_with_its_place_and_reason(verifier: BrowserVerifier) -> None:
    case = next(case for at in range(1_000) if len((case := good_case(Dice(f"reveal {at}"))).reveal["secrets"]) == 2)
    secrets = case.reveal["secrets"]
    changes: list[tuple[dict[str, Any], str]] = [
        ({"secrets": secrets}, "reveal.json: “public_value” is missing"),
        (case.reveal | {"secrets": secrets[:1]}, "reveal.json “secrets”: there is not one for each party"),
        (case.reveal | {"secrets": [*secrets, "0" * 64]}, "reveal.json “secrets”: there is not one for each party"),
        (case.reveal | {"secrets": []}, "reveal.json “secrets”: there is not one for each party"),
    ]
    cases = [case.files() | {"reveal.json": canonical(value)} for value, _words in changes]
    assert [each.why for each in verifier.replayed(cases)] == [words for _value, words in changes]
