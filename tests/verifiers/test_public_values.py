"""A witnessed public value is compared with what was announced and used."""

import json
from pathlib import Path

import pytest

from tests.verifiers.cases import canonical
from tests.verifiers.test_log import FILES, checked, said

BAD_VALUES: dict[str, tuple[dict[str, object], str]] = {
    "another value": ({"value": "1" * 30}, "is not the value that was used"),
    "another event": ({"what": "twenty dice"}, "is of another source"),
    "another alphabet": ({"alphabet": "1234567"}, "is of another source"),
    "another length": ({"length": 31}, "is of another source"),
    "a kind of its own": ({"kind": "drand"}, "is of another source"),
    "witnesses as a text": ({"witnesses": "甲"}, "is not a list of names"),
    "a witness without a name": ({"witnesses": [""]}, "is not a list of names"),
    "simulated or not": ({"simulated": "no"}, "is neither true nor false"),
    "a key more": ({"extra": 1}, "must have exactly these keys"),
}


@pytest.mark.parametrize("name", BAD_VALUES)
def test_bad_public_value_is_refused(name: str, tmp_path: Path) -> None:
    change, sentence = BAD_VALUES[name]
    value = json.loads(FILES["public_value.json"]) | change

    refused = checked(tmp_path, FILES | {"public_value.json": canonical(value)})[1]

    assert len(refused) == 1
    assert sentence in refused[0]


def test_witnesses_are_named_and_not_believed_for_us(tmp_path: Path) -> None:
    report, _refused = checked(tmp_path, FILES)

    assert said(report, "public_value")[1] == (
        "unchecked",
        "Whether the value came about so in public rests on the witnesses: 甲、乙",
    )


def test_a_simulated_value_is_said_to_prove_nothing(tmp_path: Path) -> None:
    value = json.loads(FILES["public_value.json"]) | {"simulated": True, "witnesses": []}
    report, _refused = checked(tmp_path, FILES | {"public_value.json": canonical(value)})

    assert said(report, "public_value")[1] == ("unchecked", "The public value was simulated and adds no proof.")
