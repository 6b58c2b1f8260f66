"""The commitment: exactly its keys, each with a value that the page allows, and tables that fit it."""

import json
from typing import Any

import pytest

from sampling.canonical import digest, jcs
from sampling.commitment import Commitment, commit
from sampling.errors import Fault, RefusedError
from sampling.frame import Inputs
from sampling.names import DrawId, Stratum
from sampling.quotas import Count, Quotas, Ratio
from sampling.rules import Rules, Seats, SecretDigest
from sampling.sources import Drand, Witnessed
from sampling.times import format_time, parse_time
from tests.sampling.builders import (
    BUREAU,
    CYBER,
    DRAW,
    MARKET,
    at,
    committed,
    exclusion,
    inputs,
    inspector,
    inspectors,
    recusal,
    rules,
    secret_of,
    unit,
    units,
)

DICE = Witnessed("thirty dice", "123456", 30)
ZEROS = "0" * 64


def document(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    value: dict[str, Any] = json.loads(committed().to_bytes())
    return value | changes


def refusal(value: object) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        Commitment.from_bytes(jcs(value))
    assert refused.value.file == "commitment.json"
    return refused.value


def test_commitment_is_read_as_it_was_written() -> None:
    given = committed(
        inputs([unit("A", stratum="a"), unit("B", stratum="b")], [exclusion("x")], inspectors(3)),
        quotas=Quotas(Ratio("0.1"), {Stratum("b"): Count(3)}),
        public_source=DICE,
        replaces=DrawId("draw-0"),
        hash_name="sm3",
    )

    assert Commitment.from_bytes(given.to_bytes()) == given
    assert given.digest == digest(given.to_bytes(), "sm3")
    assert given.register.rows == 3


KEYS = sorted(document())


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_needed(key: str) -> None:
    value = document()
    del value[key]

    assert str(refusal(value)) == f"commitment.json: the key “{key}” is missing"


@pytest.mark.parametrize("inside", ["register", "frame", "exclusions", "inspectors", "recusals", "quotas"])
def test_no_other_key_is_there_at_any_depth(inside: str) -> None:
    value = document()
    value[inside]["note"] = "x"

    assert str(refusal(value)) == f"commitment.json, key {inside}: there must be no key “note”"


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", [7, [], {}, "", True], ids=repr)
def test_value_of_another_kind_is_refused_at_its_key(key: str, value: object) -> None:
    assert refusal(document(**{key: value})).path[:1] == (key,) or value == {}


@pytest.mark.parametrize(
    ("key", "value", "fault", "where"),
    [
        ("protocol", "double-random/2", Fault.PROTOCOL, "protocol"),
        ("draw_id", "a b", Fault.IDENTIFIER, "draw_id"),
        ("draw_id", "x" * 65, Fault.IDENTIFIER, "draw_id"),
        ("title", "", Fault.PROSE, "title"),
        ("title", "题" * 201, Fault.PROSE, "title"),
        ("title", "e\u0301", Fault.PROSE, "title"),
        ("title", "a\u0085b", Fault.PROSE, "title"),
        ("title", "a\nb", Fault.PROSE, "title"),
        ("replaces", "draw-1", Fault.REPLACES_ITSELF, "replaces"),
        ("replaces", "DRAW-1", Fault.TWINS, "replaces"),
        ("replaces", "a/b", Fault.IDENTIFIER, "replaces"),
        ("register", {"rows": 5, "log_size": 1}, Fault.REGISTER_ROWS, "register.rows"),
        ("register", {"rows": 4, "log_size": 0}, Fault.AT_LEAST, "register.log_size"),
        ("frame", {"rows": 4, "digest": ZEROS.replace("0", "A")}, Fault.HEX64, "frame.digest"),
        ("frame", {"rows": 4, "digest": "0" * 63}, Fault.HEX64, "frame.digest"),
        ("frame", {"rows": True, "digest": ZEROS}, Fault.NOT_INTEGER, "frame.rows"),
        ("quotas", {"default": {"count": 0}, "strata": {}}, Fault.AT_LEAST, "quotas.default.count"),
        ("quotas", {"default": {}, "strata": {}}, Fault.RULE, "quotas.default"),
        ("quotas", {"default": {"share": "1"}, "strata": {}}, Fault.RULE, "quotas.default"),
        ("quotas", {"default": {"count": 1}, "strata": {"a b": {"count": 1}}}, Fault.IDENTIFIER, "quotas.strata.a b"),
        ("quotas", {"default": {"count": 1}, "strata": {"a": {"ratio": "2"}}}, Fault.RATIO, "quotas.strata.a.ratio"),
        ("team", [], Fault.EMPTY_LIST, "team"),
        ("team", [{"department": MARKET, "seats": 10}], Fault.SEATS, "team[0].seats"),
        ("team", [{"department": MARKET, "seats": True}], Fault.NOT_INTEGER, "team[0].seats"),
        ("team", [{"department": "", "seats": 1}], Fault.IDENTIFIER, "team[0].department"),
        (
            "team",
            [{"department": "market", "seats": 1}, {"department": "Market", "seats": 1}],
            Fault.TWINS,
            "team",
        ),
        ("secrets", [{"party": "a", "digest": "x"}], Fault.HEX64, "secrets[0].digest"),
        ("secrets", [{"party": "a b", "digest": ZEROS}], Fault.IDENTIFIER, "secrets[0].party"),
        (
            "secrets",
            [{"party": "a", "digest": ZEROS}, {"party": "a", "digest": "1" * 64}],
            Fault.TWICE,
            "secrets[1].party",
        ),
        (
            "secrets",
            [{"party": "a", "digest": ZEROS}, {"party": "A", "digest": "1" * 64}],
            Fault.TWINS,
            "secrets",
        ),
        (
            "secrets",
            [{"party": "a", "digest": ZEROS}, {"party": "b", "digest": ZEROS}],
            Fault.TWICE,
            "secrets[1].digest",
        ),
        ("execute_by", at("2020-08-31T09:00:00"), Fault.TIME_ORDER, "execute_by"),
        ("execute_by", "2020-08-31T00:59:59+00:00", Fault.TIME_ORDER, "execute_by"),
        ("open_by", at("2020-09-01T17:59:59"), Fault.TIME_BEFORE, "open_by"),
        ("public_source", {"kind": "lottery"}, Fault.SOURCE_KIND, "public_source.kind"),
        ("public_source", {}, Fault.KEY_MISSING, "public_source"),
        ("public_source", {"kind": "drand", "round": 1, "chain": "x"}, Fault.KEY_UNKNOWN, "public_source"),
        ("public_source", DICE.value() | {"what": ""}, Fault.PROSE, "public_source.what"),
        ("public_source", DICE.value() | {"alphabet": "1"}, Fault.ALPHABET, "public_source.alphabet"),
        ("public_source", DICE.value() | {"alphabet": "12é"}, Fault.ALPHABET, "public_source.alphabet"),
        ("public_source", DICE.value() | {"alphabet": "1\t2"}, Fault.ALPHABET, "public_source.alphabet"),
        ("public_source", DICE.value() | {"length": 24}, Fault.ALPHABET_WEAK, "public_source.length"),
        ("public_source", DICE.value() | {"length": 0}, Fault.AT_LEAST, "public_source.length"),
    ],
)
def test_value_that_the_page_forbids_is_refused_at_its_key(key: str, value: object, fault: Fault, where: str) -> None:
    refused = refusal(document(**{key: value}))

    assert (refused.fault, refused.key) == (fault, where)


@pytest.mark.parametrize(
    "value",
    [
        "2020-08-31T09:00:00Z",
        "2020-08-31T09:00:00",
        "2020-08-31 09:00:00+08:00",
        "2020-08-31T09:00+08:00",
        "2020-08-31T09:00:00.5+08:00",
        "2020-08-31T09:00:00+0800",
        "2020-08-31T09:00:00+08:00\n",
        "2020-02-30T09:00:00+08:00",
        "2020-08-31T24:00:00+08:00",
        "2020-08-31T09:00:60+08:00",
        "2020-08-31T09:00:00+24:00",
        "2020-08-31T09:00:00+08:60",
        "٢٠٢٠-08-31T09:00:00+08:00",
        "0000-01-01T00:00:00+00:00",
    ],
)
def test_time_of_another_form_or_that_never_was_is_refused(value: str) -> None:
    assert refusal(document(committed_at=value)).fault is Fault.TIME


def test_times_are_compared_as_instants_whatever_their_offset() -> None:
    assert committed(committed_at="2020-09-01T09:59:59+00:00").rules.committed_at.startswith("2020-09-01T09:59:59")
    with pytest.raises(RefusedError):
        committed(committed_at="2020-09-01T10:00:00+00:00")


def test_earliest_and_latest_times_are_compared_too() -> None:
    given = rules(committed_at="0001-01-01T00:00:00+08:00", open_by="9999-12-31T23:59:59-08:00")

    assert committed(committed_at=given.committed_at, open_by=given.open_by).rules == given


def test_open_by_may_be_execute_by() -> None:
    given = committed(open_by=at("2020-09-01T18:00:00"))

    assert given.rules.open_by == given.rules.execute_by


def test_format_is_read_back_to_the_second() -> None:
    instant = parse_time("2020-08-31T01:00:00+00:00")

    assert format_time(instant) == "2020-08-31T09:00:00+08:00"
    assert parse_time(format_time(instant)) == instant


def test_time_without_an_offset_is_not_formatted() -> None:
    with pytest.raises(ValueError, match="offset"):
        format_time(parse_time("2020-08-31T01:00:00+00:00").replace(tzinfo=None))


def with_round(number: int) -> Rules:
    """Return rules for the minute from the first drand round to the twenty-first."""
    return rules(
        public_source=Drand(number),
        committed_at="2023-08-23T15:09:27+00:00",
        execute_by="2023-08-23T15:10:27+00:00",
        open_by="2023-12-31T00:00:00+00:00",
    )


def test_drand_round_comes_after_the_commitment_and_before_the_execution() -> None:
    """Round 1 is published at 1692803367, which is 2023-08-23 15:09:27 UTC; round 21 a minute later."""
    assert [with_round(number).public_source for number in (2, 20)] == [Drand(2), Drand(20)]
    for number, fault in ((1, Fault.ROUND_KNOWN), (21, Fault.ROUND_LATE), (2**53 - 1, Fault.ROUND_LATE)):
        with pytest.raises(RefusedError) as refused:
            with_round(number)
        assert (refused.value.fault, refused.value.key) == (fault, "public_source.round")


def test_witnessed_value_needs_2_to_the_64() -> None:
    assert [Witnessed("coins", "01", length).length for length in (64, 2**53 - 1)] == [64, 2**53 - 1]
    with pytest.raises(RefusedError):
        Witnessed("coins", "01", 63)


def test_quota_names_a_stratum_of_the_frame() -> None:
    with pytest.raises(RefusedError) as refused:
        committed(quotas=Quotas(Ratio("0.5"), {Stratum("all"): Count(1), Stratum("other"): Count(1)}))

    assert (refused.value.fault, refused.value.key) == (Fault.UNKNOWN_STRATUM, "quotas.strata.other")


def test_first_entry_then_first_unit_that_cannot_be_staffed_is_named() -> None:
    people = inspectors(2) + inspectors(2, department=CYBER)
    recusals = [
        recusal("cyber-0000", "u0000000"),
        recusal("market-0000", "u0000003"),
        recusal("market-0001", "u0000002"),
    ]
    given = inputs(units(4), [], people, recusals)

    with pytest.raises(RefusedError) as refused:
        committed(given, team=(Seats(MARKET, 2), Seats(CYBER, 2)))

    assert refused.value.key == "team[0]"
    assert refused.value.data == {"unit": "u0000002", "department": MARKET, "seats": 2, "able": 1}


def test_area_alone_can_make_a_unit_unstaffable() -> None:
    frame = [unit("A", area="1401"), unit("B", area="140105"), unit("C", area="14")]
    people = [*inspectors(1), inspector("city", area="1401"), inspector("county", area="140105")]

    assert committed(inputs(frame[:2], [], people)).frame.rows == 2
    with pytest.raises(RefusedError) as refused:
        committed(inputs(frame, [], people))

    assert refused.value.data["unit"] == "C"


def test_unit_with_just_enough_inspectors_is_staffable() -> None:
    given = inputs(units(1), [], inspectors(3), [recusal("market-0001", "u0000000")])

    assert committed(given, team=(Seats(MARKET, 2),)).recusals.rows == 1


@pytest.mark.parametrize("name", ["frame", "exclusions", "inspectors", "recusals"])
def test_other_table_than_the_committed_one_is_refused(name: str) -> None:
    given = inputs(units(4), [exclusion("x")], inspectors(4), [recusal("market-0000", "u0000000")])
    rows = {key: getattr(given, key).rows for key in ("frame", "exclusions", "inspectors", "recusals")}
    others = {
        "frame": [*units(3), unit("u0000004")],
        "exclusions": [exclusion("y")],
        "inspectors": inspectors(5),
        "recusals": [],
    }
    changed = Inputs.from_rows(*(rows | {name: others[name]}).values())

    with pytest.raises(RefusedError) as refused:
        committed(given).check_inputs(changed)

    assert str(refused.value).startswith(f"commitment.json, key {name}.digest: {name}.csv has the digest ")


def test_wrong_row_count_under_the_right_digest_is_refused() -> None:
    given = inputs()
    value = document()
    value["inspectors"]["rows"] += 1

    with pytest.raises(RefusedError) as refused:
        Commitment.from_bytes(jcs(value)).check_inputs(given)

    assert (refused.value.fault, refused.value.key) == (Fault.ROWS, "inspectors.rows")


def test_log_that_made_the_register_is_not_empty() -> None:
    with pytest.raises(RefusedError) as refused:
        commit(inputs(), rules(), log_size=0)

    assert refused.value.text("zh") == "commitment.json 键 register.log_size：应不小于 1，现为 0"


def test_two_parties_are_kept_in_their_order() -> None:
    secrets = (secret_of("b", "1" * 64), secret_of("a", "2" * 64))

    assert [entry.party for entry in committed(secrets=secrets).rules.secrets] == ["b", "a"]
    assert SecretDigest(BUREAU, ZEROS) != secret_of(BUREAU, ZEROS, draw_id=DRAW)


def test_both_names_that_differ_in_case_only_are_said() -> None:
    with pytest.raises(RefusedError) as refused:
        rules(replaces=DrawId("Draw-1"))

    assert str(refused.value) == "key replaces: “draw-1” and “Draw-1” differ in case only"


@pytest.mark.parametrize("seats", [True, 1.0, 2**53])
def test_seats_made_by_hand_are_a_small_integer_too(seats: int) -> None:
    with pytest.raises(RefusedError):
        Seats(MARKET, seats)
