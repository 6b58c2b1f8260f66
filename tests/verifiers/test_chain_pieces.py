"""Replacements and public values, piece by piece."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from publicity.offline import verify
from tests.verifiers.agreement import by_verifier, files_in_memory
from tests.verifiers.cases import (
    Dice,
    canonical,
    good_case,
)
from tests.verifiers.logs import CHAIN
from tests.verifiers.running import VECTORS, files_of
from tests.verifiers.test_drand import VALUE
from tests.verifiers.test_draw_pieces import updated
from tests.verifiers.test_pieces import FILES, refused


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
