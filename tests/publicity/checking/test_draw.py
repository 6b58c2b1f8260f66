"""A bundle holds when everything that the protocol demands was recomputed and the reader's own keys signed the log."""

import json

import pytest

from publicity.checking.archive import BUNDLE_FILES
from publicity.checking.draw import verify_draw
from publicity.tlog.keys import VerifierKey
from publicity.verify import Report, State, Trusted
from tests.verifiers.cases import canonical
from tests.verifiers.logs import ORIGIN, PUBLISHED, DrawnLog, Signer, bundle, cosigned, drand_bundle, with_log
from tests.verifiers.running import VECTORS, files_of
from tests.verifiers.test_log import BAD_NOTES
from tests.verifiers.test_log_entries import BAD_LOGS
from tests.verifiers.test_public_values import BAD_VALUES
from tests.verifiers.test_vectors import ACCEPT, NOT_REPLACED, REFUSE, REPLACED, beside

KEY = Signer(ORIGIN)
STRANGER = Signer(ORIGIN, seed=b"s" * 32)
WITNESS = Signer("witness.example/w1", kind=4, seed=b"w" * 32)
OTHER = Signer("witness.example/w2", kind=4, seed=b"o" * 32)
SIX_AND_OUTCOME = ("public_value.json", "log.json")


def trusted(*signers: Signer, origin: str | None = None) -> Trusted:
    return Trusted.of(tuple(VerifierKey.parse(each.vkey) for each in signers), origin)


def signed(*signers: Signer) -> dict[str, bytes]:
    """Return a whole bundle whose log these signed."""
    files, log = bundle()
    log.signed(*signers)
    return with_log(files, log)


def states(report: Report, name: str) -> list[State]:
    return [step.state for step in report.steps if step.name == name]


def refusal(report: Report) -> str:
    """Return the sentence of a refusal, which is the last step, in both languages; nothing is told as recomputed."""
    assert report.verdict is State.REFUSED, report.lines("en")
    assert report.result == {}
    last = report.steps[-1]
    assert all(last.words)
    return last.words[1]


def test_a_bundle_holds_under_the_logs_key_and_says_what_it_recomputed() -> None:
    files = signed(KEY, WITNESS)
    report = verify_draw(files, trusted(KEY, WITNESS))
    assert report.verdict is State.HELD, report.lines("en")
    expected = json.loads((VECTORS / "draw/accept/shanxi-2020/expected.json").read_bytes())
    assert report.result["commitment_digest"] == expected["commitment_digest"]
    assert report.result["seed"] == expected["seed"]
    assert (report.result["drawn"], report.result["seats"]) == (expected["drawn"], expected["seats"])
    assert states(report, "signature") == states(report, "witness") == [State.HELD]
    assert json.loads(report.to_json())["result"] == report.result


def test_what_no_file_can_show_is_said_of_every_bundle() -> None:
    for report in (verify_draw(signed(KEY), trusted(KEY)), verify_draw({}, trusted())):
        said = " ".join(report.lines("en"))
        assert "Whether the frame is complete" in said
        assert "Whether the visits were diligent" in said
    assert "rests on the witnesses: 甲, 乙" in " ".join(verify_draw(signed(KEY), trusted(KEY)).lines("en"))


def test_without_a_key_nothing_follows() -> None:
    report = verify_draw(signed(KEY), trusted())
    assert report.verdict is State.UNCHECKED
    assert report.lines("zh")[-1].startswith("结论：未完成")
    assert states(report, "signature") == [State.UNCHECKED]


@pytest.mark.parametrize("name", BUNDLE_FILES)
def test_a_bundle_that_lacks_a_file_does_not_hold(name: str) -> None:
    """An input is needed for everything; without the rest something stays unchecked, or a key can check nothing."""
    files = {each: data for each, data in signed(KEY).items() if each != name}
    assert verify_draw(files, trusted(KEY)).verdict is not State.HELD
    assert verify_draw(files, trusted()).verdict is not State.HELD


def test_another_key_or_another_log_is_refused() -> None:
    files = signed(KEY)
    assert "None of the trusted keys" in refusal(verify_draw(files, trusted(STRANGER)))
    assert "of the log" in refusal(verify_draw(files, trusted(KEY, origin="log.example/another")))
    assert "no signed head" in refusal(verify_draw(bundle()[0], trusted(KEY)))


@pytest.mark.parametrize("name", [each for each in BAD_NOTES if each != "101 signatures"])
def test_an_old_forged_or_malformed_head_is_refused(name: str) -> None:
    files, log = bundle()
    log.note = BAD_NOTES[name][0](log)
    refusal(verify_draw(with_log(files, log), trusted(KEY)))


@pytest.mark.parametrize("name", BAD_LOGS)
def test_a_log_that_does_not_show_the_draw_is_refused(name: str) -> None:
    refusal(verify_draw(BAD_LOGS[name][0](), trusted()))


@pytest.mark.parametrize("name", BAD_VALUES)
def test_a_public_value_that_is_not_the_one_announced_is_refused(name: str) -> None:
    value = json.loads(bundle()[0]["public_value.json"]) | BAD_VALUES[name][0]
    refusal(verify_draw(bundle()[0] | {"public_value.json": canonical(value)}, trusted()))


@pytest.mark.parametrize("path", ACCEPT, ids=lambda path: path.name)
def test_every_vector_that_is_to_be_accepted_is_refused_nowhere(path: object) -> None:
    files = files_of(path)  # type: ignore[arg-type]
    report = verify_draw(files, trusted())
    assert report.verdict is State.UNCHECKED, report.lines("en")
    assert [step.name for step in report.steps if step.state is State.UNCHECKED] == [*SIX_AND_OUTCOME]
    assert report.result["seed"] == json.loads(files["expected.json"])["seed"]


@pytest.mark.parametrize("path", [*REFUSE, *NOT_REPLACED], ids=lambda path: path.name)
def test_every_vector_that_is_to_be_refused_is(path: object) -> None:
    refusal(verify_draw(beside(path) if path in NOT_REPLACED else files_of(path), trusted()))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", REPLACED, ids=lambda path: path.name)
def test_replacements_are_recomputed_beside_the_bundle(path: object) -> None:
    report = verify_draw(beside(path), trusted())  # type: ignore[arg-type]
    assert states(report, "replacements.json") == [State.HELD]
    assert report.result["replaced"]


# ---------- cosigned.json


def with_round(*signers: Signer, data: bytes | None = None) -> tuple[dict[str, bytes], DrawnLog]:
    """Return a bundle with a round of drand, signed, and what witnesses say of its commitment."""
    files, log = drand_bundle()
    log.signed(KEY)
    return with_log(files, log) | ({"cosigned.json": data or cosigned(log, KEY, *signers)}), log


def test_a_commitment_cosigned_before_its_round_is_said_to_be_so() -> None:
    files, _ = with_round(WITNESS, OTHER)
    report = verify_draw(files, trusted(KEY, WITNESS, OTHER))
    assert report.verdict is State.HELD, report.lines("en")
    (step,) = [step for step in report.steps if step.name == "cosigned.json"]
    assert WITNESS.name in step.words[1]
    assert OTHER.name in step.words[1]
    assert "rests on the bureau's word" not in " ".join(report.lines("en"))


def test_without_the_file_the_time_rests_on_the_bureaus_word_and_that_is_said() -> None:
    files, _ = with_round(WITNESS)
    del files["cosigned.json"]
    report = verify_draw(files, trusted(KEY, WITNESS))
    assert report.verdict is State.HELD
    assert "rests on the bureau's word" in " ".join(report.lines("en"))


@pytest.mark.parametrize("late", [0, 1, 3600])
def test_a_cosignature_of_the_rounds_second_or_later_is_refused(late: int) -> None:
    _, log = drand_bundle()
    files, _ = with_round(data=cosigned(log, KEY, WITNESS, at=PUBLISHED + late))
    assert "which is not before" in refusal(verify_draw(files, trusted(KEY, WITNESS)))
    just_before, _ = with_round(data=cosigned(log, KEY, WITNESS, at=PUBLISHED - 1))
    assert verify_draw(just_before, trusted(KEY, WITNESS)).verdict is State.HELD


def test_only_the_witnesses_that_the_reader_names_count() -> None:
    files, _ = with_round(WITNESS)
    for given in (trusted(KEY), trusted(KEY, OTHER), trusted()):
        report = verify_draw(files, given)
        assert report.verdict is State.UNCHECKED
        assert states(report, "cosigned.json") == [State.UNCHECKED]


def test_a_file_that_shows_something_else_is_refused() -> None:
    _, log = drand_bundle()
    other = drand_bundle()[1]
    other.changes["draw.committed"] = {"commitment": "0" * 64}
    moved = drand_bundle()[1]
    moved.before += 1
    wrong = {
        "of the execution": cosigned(log, KEY, WITNESS, entry=1, size=10),
        "of another commitment": cosigned(other, KEY, WITNESS),
        "of another entry than log.json": cosigned(moved, KEY, WITNESS),
        "signed by another log": cosigned(log, STRANGER, WITNESS),
        "unsigned": cosigned(log, WITNESS),
        "of nothing": b"{}",
    }
    for what, data in wrong.items():
        files, _ = with_round(data=data)
        assert refusal(verify_draw(files, trusted(KEY, WITNESS))), what


def test_a_draw_without_a_round_has_none() -> None:
    files, log = bundle()
    log.signed(KEY)
    files = with_log(files, log) | {"cosigned.json": cosigned(log, KEY, WITNESS)}
    assert "names no round" in refusal(verify_draw(files, trusted(KEY, WITNESS)))


def test_two_histories_of_one_size_are_refused() -> None:
    """Whoever cosigned was shown another log than the one in the bundle."""
    _, log = drand_bundle()
    elsewhere = drand_bundle()[1]
    elsewhere.changes["draw.executed"] = {"seed": "0" * 64}
    files, _ = with_round(data=cosigned(elsewhere, KEY, WITNESS, size=len(log.entries()) - log.before))
    assert "another root" in refusal(verify_draw(files, trusted(KEY, WITNESS)))
