"""The browser takes a log, its head and a public value as the other verifiers do."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

from publicity.offline import verify
from tests.verifiers.cases import Dice, canonical
from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.logs import DrawnLog, Signer, with_log
from tests.verifiers.running import written
from tests.verifiers.test_archives import FILES
from tests.verifiers.test_browser_edges import NAMELESS, accepted
from tests.verifiers.test_drand import BAD as BAD_ROUNDS
from tests.verifiers.test_drand import VALUE
from tests.verifiers.test_log import BAD_NOTES, LOG, NEXT, WITNESS, log
from tests.verifiers.test_log_entries import BAD_LOGS, mangled_log
from tests.verifiers.test_public_values import BAD_VALUES


def test_what_verify_py_refuses_of_log_head_and_value_is_refused(verifier: BrowserVerifier) -> None:
    assert not any(accepted(verifier, (make() for make, _sentence in BAD_LOGS.values())))
    heads = []
    for make, _sentence in BAD_NOTES.values():
        made = log()
        made.note = make(made)
        heads.append(with_log(FILES, made))
    assert not any(accepted(verifier, heads, LOG.vkey))
    value = json.loads(FILES["public_value.json"])
    values = [FILES | {"public_value.json": canonical(value | change)} for change, _sentence in BAD_VALUES.values()]
    assert not any(accepted(verifier, values))
    rounds = [NAMELESS | {"public_value.json": canonical(VALUE | change)} for change, _sentence in BAD_ROUNDS.values()]
    assert not any(accepted(verifier, rounds))


def test_of_mangled_logs_with_true_proofs_both_verifiers_say_the_same(
    verifier: BrowserVerifier, tmp_path: Path
) -> None:
    """Whoever keeps a log can put anything into it, with true proofs."""
    cases = [FILES | {"log.json": mangled_log(Dice(f"a log {number}"))} for number in range(200)]
    ours = accepted(verifier, cases)
    theirs = [verify.verify(str(written(tmp_path / "a", files)), verify.Options()).holds for files in cases]
    assert ours == theirs
    assert 0 < sum(ours) < 100


def test_log_of_an_opening_and_one_that_keeps_the_outcome_to_itself_hold(verifier: BrowserVerifier) -> None:
    sealed, kept = log(), log()
    sealed.sealed = True
    before = kept.steps()
    for name in ("drawn", "teams"):
        del before[1]["public"][name]
    kept.steps = lambda: before  # type: ignore[method-assign]
    assert accepted(verifier, [with_log(FILES, sealed), with_log(FILES, kept)]) == [True, True]
    told = verifier.verified([[*with_log(FILES, each).items()] for each in (sealed, kept)])
    ends = [next(en for step, _state, _zh, en in said["steps"] if step == "log").partition("; ")[2] for said in told]
    assert ends == ["the commitment, the seed and the outcome are what it says.", "the commitment is what it says."]


def test_commitment_that_came_before_its_register_is_refused(verifier: BrowserVerifier) -> None:
    cases = []
    for before in (166, 165):
        made = log()
        made.before = before
        cases.append(with_log(FILES, made))
    assert accepted(verifier, cases) == [True, False]


def test_head_needs_one_signature_of_the_key_that_bears_its_name(verifier: BrowserVerifier) -> None:
    def signed(make: Callable[[DrawnLog], object]) -> dict[str, bytes]:
        made = log()
        make(made)
        return with_log(FILES, made)

    elsewhere = signed(lambda made: made.signed(LOG, origin="another.example/log"))
    twice = signed(lambda made: made.signed(LOG, LOG, WITNESS, WITNESS))
    late = signed(lambda made: made.signed(LOG))
    beside = log()
    beside.signed(LOG)
    beside.cosignatures = [WITNESS.line(beside.text())]
    assert accepted(verifier, [twice, late, with_log(FILES, beside)], LOG.vkey, WITNESS.vkey) == [True] * 3
    assert accepted(verifier, [elsewhere], LOG.vkey) == [False]
    after_others = signed(lambda made: made.signed(WITNESS, Signer("stranger.example"), LOG))
    assert accepted(verifier, [after_others], LOG.vkey) == [True]
    two = signed(lambda made: made.signed(LOG, NEXT))
    assert accepted(verifier, [two], LOG.vkey) == accepted(verifier, [two], NEXT.vkey, LOG.vkey) == [True]


def test_cosignature_of_every_time_is_read_and_of_no_length_but_its_own(verifier: BrowserVerifier) -> None:
    """Times up to 2^63 - 1, the largest that a witness can write."""

    def cosigned(line: Callable[[str], str]) -> dict[str, bytes]:
        made = log()
        made.signed(LOG)
        made.cosignatures = [line(made.text())]
        return with_log(FILES, made)

    def at(time: int) -> dict[str, bytes]:
        return cosigned(lambda text: WITNESS.line(text, at=time))

    def with_bytes(change: Callable[[bytes], bytes]) -> dict[str, bytes]:
        def line(text: str) -> str:
            head, raw = WITNESS.line(text).rsplit(" ", 1)
            return f"{head} {base64.b64encode(change(base64.b64decode(raw))).decode()}"

        return cosigned(line)

    good = [at(time) for time in (0, 1, 2**53, 2**63 - 1)]
    bad = [at(time) for time in (2**63, 2**64 - 1)]
    bad += [with_bytes(lambda raw: raw[:-1]), with_bytes(lambda raw: raw + bytes(1)), with_bytes(lambda raw: raw[:5])]
    assert accepted(verifier, good + bad, LOG.vkey, WITNESS.vkey) == [True] * len(good) + [False] * len(bad)


def test_note_has_a_hundred_signatures_at_most_and_none_without_a_value(verifier: BrowserVerifier) -> None:
    made = log()
    made.signed(LOG)
    note = str(made.note)
    cases, wanted = [], []
    for lines in (99, 100):
        other = "".join(f"— s{at}.example {base64.b64encode(bytes(9)).decode()}\n" for at in range(lines))
        made.note = note + other
        cases.append(with_log(FILES, made))
        wanted.append(lines < 100)
    for before in ("x", " ", "—"):
        made.note = note + f"{before}— s.example {base64.b64encode(bytes(9)).decode()}\n"
        cases.append(with_log(FILES, made))
        wanted.append(False)
    for line, taken in ((4, False), (5, True), (2424, True)):
        made.note = note + f"— s.example {base64.b64encode(bytes(line)).decode()}\n"
        cases.append(with_log(FILES, made))
        wanted.append(taken)
    for name in ("a+b", "a\u2028b", "a\u00a0b", "a b", "\u0085"):
        made.note = note + f"— {name} {base64.b64encode(bytes(9)).decode()}\n"
        cases.append(with_log(FILES, made))
        wanted.append(False)
    assert accepted(verifier, cases, LOG.vkey) == wanted


def test_size_in_a_head_is_a_number_in_its_one_form(verifier: BrowserVerifier) -> None:
    root = base64.b64encode(bytes(32)).decode()
    texts = [f"o\n{size}\n{root}\n" for size in ("1", "9007199254740991")]
    texts += [f"o\n{size}\n{root}\n" for size in ("9007199254740992", "01", "", "+1", "1 ", "-1", "1e3", "1" * 17)]
    texts += [f"\n1\n{root}\n", f"o\n1\n{root}", f"o\n1\n{root}\n\n", f"o\n1\n{root}\nx\n", "o\n1\nAAAA\n", "o\n1\n"]
    heads = "texts => texts.map(text => !refuses(() => readHead(text, 'note')))"
    assert verifier.call(heads, texts) == [True] * 2 + [False] * (len(texts) - 2)
