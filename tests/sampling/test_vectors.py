"""The published vectors: nine draws to reproduce byte for byte, forty-eight bundles to refuse.

Every refusal is held to its place: the file, the row or key, and the gist of what is wrong, in both languages.
"""

import json
from pathlib import Path

import pytest

from sampling.bundle import replay, replay_directory
from sampling.commitment import commit
from sampling.errors import Fault, RefusedError

VECTORS = Path(__file__).parents[1] / "vectors" / "draw"
ACCEPT = sorted(path.name for path in (VECTORS / "accept").iterdir())

REFUSALS = {
    "alphabet-repeats": (Fault.ALPHABET, "commitment.json, key public_source.alphabet: "),
    "alphabet-weak": (Fault.ALPHABET_WEAK, "commitment.json, key public_source.length: "),
    "area-trailing": (Fault.FIELD_AREA, "frame.csv, row 2: area “14O1” "),
    "area-zeros": (Fault.FIELD_AREA, "frame.csv, row 2: area “140100” "),
    "blank-line": (Fault.BLANK_LINE, "exclusions.csv, row 3: "),
    "drand-form": (Fault.HEX64, "reveal.json, key public_value: "),
    "drand-known-before": (Fault.ROUND_KNOWN, "commitment.json, key public_source.round: drand round 1000 "),
    "drand-round-0": (Fault.AT_LEAST, "commitment.json, key public_source.round: must be at least 1, is 0"),
    "drand-too-late": (Fault.ROUND_LATE, "commitment.json, key public_source.round: drand round 1000 "),
    "empty-department": (
        Fault.UNSTAFFABLE,
        "commitment.json, key team[2]: unit “91140100MA3GA2T087” cannot be staffed by department “nobody”: ",
    ),
    "empty-frame": (Fault.FRAME_EMPTY, "frame.csv: has no units"),
    "excluded-and-framed": (Fault.EXCLUDED_AND_FRAMED, "exclusions.csv, row 2: “91140100MA3GA2T087” "),
    "extra-key": (Fault.KEY_UNKNOWN, "commitment.json: there must be no key “note”"),
    "frame-bom": (Fault.BYTE_ORDER_MARK, "frame.csv, row 1: "),
    "frame-crlf": (Fault.CARRIAGE_RETURN, "frame.csv, row 1: "),
    "frame-digest": (Fault.DIGEST, "commitment.json, key frame.digest: frame.csv has the digest ae09343737950d91"),
    "frame-duplicate-unit": (Fault.TWICE, "frame.csv, row 3: “91140100MA3GA2T087” "),
    "frame-no-last-newline": (Fault.LAST_LINE_END, "frame.csv, row 53: "),
    "frame-order": (Fault.ORDER, "frame.csv, row 3: “91141100MAGUYTXF50” does not come after “91141100MARDXWUN7C”"),
    "frame-quoted": (Fault.QUOTED, "frame.csv, row 2: "),
    "frame-twin-case": (Fault.TWINS, "frame.csv, row 9: “91140100MA3GA2T087” and “91140100ma3ga2t087” "),
    "hash-unknown": (Fault.HASH, "commitment.json, key hash: “md5” "),
    "missing-key": (Fault.KEY_MISSING, "commitment.json: the key “replaces” is missing"),
    "no-secret": (Fault.EMPTY_LIST, "commitment.json, key secrets: "),
    "not-jcs": (Fault.NOT_CANONICAL, "commitment.json: is not in the canonical form"),
    "quota-unknown-stratum": (Fault.UNKNOWN_STRATUM, "commitment.json, key quotas.strata.D: "),
    "ratio-and-count": (Fault.RULE, "commitment.json, key quotas.default: "),
    "ratio-float": (Fault.NUMBER, "commitment.json, key quotas.default.ratio: “0.5” "),
    "ratio-form": (Fault.RATIO, "commitment.json, key quotas.default.ratio: the ratio “.5” "),
    "ratio-zero": (Fault.RATIO, "commitment.json, key quotas.default.ratio: the ratio “0” "),
    "recusal-unknown": (Fault.UNKNOWN_INSPECTOR, "recusals.csv, row 44: inspector “zzz” "),
    "register-count": (Fault.REGISTER_ROWS, "commitment.json, key register.rows: "),
    "replaces-itself": (Fault.REPLACES_ITSELF, "commitment.json, key replaces: "),
    "reveal-duplicate-key": (Fault.KEY_TWICE, "reveal.json, key public_value: "),
    "rows-count": (Fault.REGISTER_ROWS, "must be frame.rows and exclusions.rows together, 51 + 1, is 53"),
    "seats-zero": (Fault.SEATS, "commitment.json, key team[0].seats: "),
    "secret-digest": (Fault.SECRET_DIGEST, "reveal.json, key secrets[0]: the secret of party “bureau” "),
    "secret-raw-digest": (Fault.SECRET_DIGEST, "reveal.json, key secrets[0]: the secret of party “bureau” "),
    "secret-shared": (Fault.SECRET_SHARED, "reveal.json, key secrets[1]: "),
    "team-twice": (Fault.TWICE, "commitment.json, key team[2].department: “market” "),
    "time-form": (Fault.TIME, "commitment.json, key committed_at: “2020-08-31T01:00:00Z” "),
    "times-order": (Fault.TIME_BEFORE, "commitment.json, key open_by: open_by must not be earlier than execute_by"),
    "title-control": (Fault.PROSE, "commitment.json, key title: "),
    "value-alphabet": (Fault.VALUE_FORM, "reveal.json, key public_value: must be exactly 30 characters of “123456”"),
    "value-missing": (Fault.VALUE_MISSING, "reveal.json, key public_value: "),
    "value-spelling": (Fault.VALUE_FORM, "reveal.json, key public_value: must be exactly 30 characters of “123456”"),
    "value-unasked": (Fault.VALUE_UNASKED, "reveal.json, key public_value: "),
    "veto-by-recusal": (
        Fault.UNSTAFFABLE,
        "commitment.json, key team[0]: unit “91140400MA6CA7F5FF” cannot be staffed by department “market”: ",
    ),
}


def read(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_every_vector_is_there() -> None:
    assert len(ACCEPT) == 9
    assert sorted(path.name for path in (VECTORS / "refuse").iterdir()) == sorted(REFUSALS)


@pytest.mark.parametrize("name", ACCEPT)
def test_accepted_draw_is_reproduced_byte_for_byte(name: str) -> None:
    files = read(VECTORS / "accept" / name)
    expected = json.loads(files["expected.json"])

    replayed = replay(files)

    assert replayed.digest == expected["commitment_digest"]
    assert replayed.seed.seed == expected["seed"]
    assert len(replayed.drawing.drawn) == expected["drawn"]
    assert len(replayed.teams.assignments) == expected["seats"]
    assert replayed.outcome == {"drawn.csv": files["drawn.csv"], "teams.csv": files["teams.csv"]}


@pytest.mark.parametrize("name", ACCEPT)
def test_what_is_read_is_written_again_as_it_was(name: str) -> None:
    files = read(VECTORS / "accept" / name)

    replayed = replay(files)

    assert replayed.commitment.to_bytes() == files["commitment.json"]
    log_size = replayed.commitment.register.log_size
    assert commit(replayed.inputs, replayed.commitment.rules, log_size=log_size) == replayed.commitment


@pytest.mark.parametrize("name", ACCEPT)
def test_six_files_are_the_whole_input(name: str, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    replay_directory(VECTORS / "accept" / name, out)

    published = read(VECTORS / "accept" / name)
    assert read(out) == {"drawn.csv": published["drawn.csv"], "teams.csv": published["teams.csv"]}


@pytest.mark.parametrize("name", REFUSALS)
def test_broken_bundle_is_refused_at_its_place_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    fault, sentence = REFUSALS[name]

    with pytest.raises(RefusedError) as refused:
        replay_directory(VECTORS / "refuse" / name, tmp_path / "out")

    assert refused.value.fault is fault
    assert sentence in str(refused.value)
    chinese, file = refused.value.text("zh"), refused.value.file
    assert file is not None
    assert chinese.startswith(file)
    assert refused.value.row is None or f"第 {refused.value.row} 行" in chinese
    assert refused.value.key in chinese
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["veto-by-recusal", "empty-department"])
def test_unstaffable_commitment_is_refused_before_the_reveal_is_looked_at(name: str) -> None:
    files = read(VECTORS / "refuse" / name)
    del files["reveal.json"]

    with pytest.raises(RefusedError) as refused:
        replay(files)

    assert refused.value.fault is Fault.UNSTAFFABLE
