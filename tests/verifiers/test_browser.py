"""The browser's verifier keeps all vectors, agrees with the service and with verify.py, and takes no hostile bundle."""

import base64
import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from publicity.offline import verify
from tests.verifiers.agreement import by_service, by_verifier
from tests.verifiers.bundles import mangled_bytes, packed
from tests.verifiers.cases import Dice, canonical, good_case
from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.logs import CHAIN, ORIGIN, Signer, bundle, with_log
from tests.verifiers.running import files_of, written
from tests.verifiers.test_agreement import KINDS, random_events
from tests.verifiers.test_archives import HOSTILE
from tests.verifiers.test_drand import DRAW, VALUE
from tests.verifiers.test_primitives import AMBIGUOUS, CHECKPOINTS, NOTES, PROBES, SIGNATURES, published
from tests.verifiers.test_vectors import ACCEPT, NOT_REPLACED, REFUSE, REPLACED, beside

FILES, LOG = bundle()
IN_THE_SUITE = 600
SLOWLY = 10_000
KEY = Signer(ORIGIN)
WITNESS = Signer("witness.example/w1", kind=4, seed=b"w" * 32)


def whole(files: dict[str, bytes]) -> list[tuple[str, bytes]]:
    return [("bundle.zip", packed(files))]


def test_browser_offers_no_cryptography_of_its_own_here(verifier: BrowserVerifier) -> None:
    assert verifier.call("() => [isSecureContext, typeof crypto.subtle]") == [False, "undefined"]


def test_accepted_draws_come_out_byte_for_byte(verifier: BrowserVerifier) -> None:
    vectors = [files_of(path) for path in ACCEPT]
    said = verifier.replayed(vectors)

    assert [each.why for each in said if not each.accepted] == []
    for files, each in zip(vectors, said, strict=True):
        expected = json.loads(files["expected.json"])
        assert (each.commitment, each.seed) == (expected["commitment_digest"], expected["seed"])
        assert (each.drawn, each.teams) == (files["drawn.csv"], files["teams.csv"])


def test_broken_draws_are_refused(verifier: BrowserVerifier) -> None:
    said = verifier.replayed(files_of(path) for path in REFUSE)
    assert [path.name for path, each in zip(REFUSE, said, strict=True) if each.accepted] == []


def test_replacements_come_out_byte_for_byte(verifier: BrowserVerifier) -> None:
    for path in REPLACED:
        files = beside(path)
        drawn, teams = verifier.call(
            """files => {
                files = unpacked(files);
                const found = replayReplacements(files.get("replacements.json"), replay(files));
                return [found.drawn, found.seats];
            }""",
            {name: base64.b64encode(data).decode() for name, data in files.items()},
        )
        after = files_of(path)
        assert (drawn.encode(), teams.encode()) == (after["drawn.csv"], after["teams.csv"]), path.name


def test_broken_replacements_are_refused(verifier: BrowserVerifier) -> None:
    said = verifier.replayed(beside(path) for path in NOT_REPLACED)
    assert [path.name for path, each in zip(NOT_REPLACED, said, strict=True) if each.accepted] == []


def counted(verifier: BrowserVerifier, numbers: range) -> Counter[tuple[str, bool]]:
    """Return how many random cases of each kind were accepted, after all three said the same of each."""
    found: Counter[tuple[str, bool]] = Counter()
    kinds = [KINDS[number % len(KINDS)] for number in numbers]
    cases = [kind(Dice(f"browser {number}")).files() for number, kind in zip(numbers, kinds, strict=True)]
    for kind, files, said in zip(kinds, cases, verifier.replayed(cases), strict=True):
        found[kind.__name__, said.accepted] += 1
        for other in (by_service(files), by_verifier(files)):
            assert said.but_the_reason() == other.but_the_reason(), (said.why, other.why)
    return found


def test_browser_service_and_verifier_agree_on_random_draws_good_and_mangled(verifier: BrowserVerifier) -> None:
    found = counted(verifier, range(IN_THE_SUITE))
    assert found["good_case", True] == IN_THE_SUITE // 4
    assert found["mangled_case", True] > IN_THE_SUITE // 20
    assert found["mangled_case", False] > IN_THE_SUITE // 2


@pytest.mark.slow
def test_browser_service_and_verifier_agree_on_ten_thousand_draws(verifier: BrowserVerifier) -> None:
    found = counted(verifier, range(IN_THE_SUITE, IN_THE_SUITE + SLOWLY))
    assert found["good_case", True] == SLOWLY // 4


def test_browser_and_service_agree_on_random_replacements(verifier: BrowserVerifier) -> None:
    cases = []
    for number in range(200):
        dice = Dice(f"replaced in the browser {number}")
        files = good_case(dice).files()
        cases.append(files | {"replacements.json": random_events(dice, files)})
    said = verifier.replayed(cases)
    assert [each.but_the_reason() for each in said] == [by_service(files).but_the_reason() for files in cases]
    assert 20 < sum(each.accepted for each in said) < 180


def test_a_mangled_outcome_is_never_accepted(verifier: BrowserVerifier) -> None:
    cases = []
    for number in range(100):
        dice = Dice(f"outcome in the browser {number}")
        files = good_case(dice).files()
        said = by_service(files)
        outcome = {"drawn.csv": said.drawn, "teams.csv": said.teams}
        name = dice.one_of(list(outcome))
        cases.append(files | outcome | {name: mangled_bytes(dice, outcome[name])})
    assert [number for number, each in enumerate(verifier.replayed(cases)) if each.accepted] == []


# ---------- the whole bundle


def test_whole_bundle_holds_and_says_what_it_did_not_check(verifier: BrowserVerifier) -> None:
    parts = [*FILES.items()]
    for said in verifier.verified([whole(FILES), parts]):
        assert said["ok"], said
        states = {step: state for step, state, _zh, _en in said["steps"]}
        assert states == {
            "files": "good",
            "seed": "good",
            "drawn": "good",
            "teams": "good",
            "value": "open",
            "log": "good",
            "checkpoint": "open",
            "frame": "open",
        }


def test_head_is_believed_by_a_pinned_key_alone(verifier: BrowserVerifier) -> None:
    _, log = bundle()
    log.signed(KEY, WITNESS)
    files = with_log(FILES, log)
    stranger = Signer(ORIGIN, seed=b"s" * 32)
    (own,) = verifier.verified([whole(files)], KEY.vkey, WITNESS.vkey)
    assert [(state, en) for step, state, _zh, en in own["steps"] if step == "checkpoint"] == [
        ("good", f"Signed by {ORIGIN}、{WITNESS.name} (2023-11-14T22:13:20.000Z).")
    ]
    for keys in ([stranger.vkey], [WITNESS.vkey], ["no key"]):
        (other,) = verifier.verified([whole(files)], *keys)
        assert not other["ok"]
    (unsigned,) = verifier.verified([whole(FILES)], KEY.vkey)
    assert not unsigned["ok"]


def test_log_of_another_tree_draw_or_outcome_is_refused(verifier: BrowserVerifier) -> None:
    cases = []
    for kind, key in [
        ("draw.committed", "commitment"),
        ("draw.committed", "draw_id"),
        ("draw.executed", "seed"),
        ("draw.executed", "drawn"),
        ("draw.executed", "teams"),
        ("draw.executed", "reveal"),
    ]:
        _, log = bundle()
        log.changes[kind] = {key: "0" * 64}
        cases.append(whole(with_log(FILES, log)))
    value = json.loads(FILES["log.json"])
    changes = (
        {"root": "0" * 64},
        {"size": value["size"] - 300},
        {"entries": value["entries"][:1]},
        {"entries": value["entries"][::-1]},
    )
    cases += [whole(FILES | {"log.json": canonical(value | change)}) for change in changes]
    assert [at for at, said in enumerate(verifier.verified(cases)) if said["ok"]] == []


def test_round_of_drand_is_verified(verifier: BrowserVerifier) -> None:
    draw = {name: data for name, data in DRAW.items() if name != "expected.json"}

    def step(value: object) -> list[str]:
        (said,) = verifier.verified([[*(draw | {"public_value.json": canonical(value)}).items()]])
        return [state for step, state, _zh, _en in said["steps"] if step == "value"]

    assert step(VALUE) == ["good"]
    for wrong in CHAIN["must_reject"]:
        if wrong["round"] != VALUE["round"]:
            continue
        signature = wrong["signature_hex"]
        value = VALUE | {"signature": signature, "randomness": hashlib.sha256(bytes.fromhex(signature)).hexdigest()}
        assert step(value) == ["bad"]


def test_rounds_of_drand_hold_or_not_as_published(verifier: BrowserVerifier) -> None:
    holds = "rounds => rounds.map(each => beaconHolds(each.round, each.signature_hex))"
    assert set(verifier.call(holds, CHAIN["beacons"])) == {True}
    assert set(verifier.call(holds, CHAIN["must_reject"])) == {False}


def test_hostile_archives_are_refused(verifier: BrowserVerifier) -> None:
    taken = []
    for name, (change, _sentence) in HOSTILE.items():
        (said,) = verifier.verified([[("bundle.zip", change(FILES))]])
        taken += [name] if said["ok"] else []
    assert taken == []


def test_archive_with_any_bit_changed_is_refused_or_says_the_same(verifier: BrowserVerifier) -> None:
    good = packed(FILES)
    cases = []
    for number in range(400):
        dice = Dice(f"a bit in the browser {number}")
        changed = bytearray(good)
        changed[dice.below(len(good))] ^= 1 << dice.below(8)
        cases.append([("bundle.zip", bytes(changed))])
    (same,) = verifier.verified([whole(FILES)])
    said = verifier.verified(cases)
    assert [each for each in said if each["ok"] and each != same] == []
    assert sum(each["ok"] for each in said) < 100


def test_mangled_bundles_are_refused_where_verify_py_refuses_them(verifier: BrowserVerifier, tmp_path: Path) -> None:
    cases = []
    for number in range(150):
        dice = Dice(f"a bundle in the browser {number}")
        name = dice.one_of(sorted(FILES))
        cases.append(FILES | {name: mangled_bytes(dice, FILES[name])})
    ours = [said["ok"] for said in verifier.verified([*files.items()] for files in cases)]
    theirs = []
    for number, files in enumerate(cases):
        report = verify.verify(str(written(tmp_path / str(number), files)), verify.Options())
        theirs.append(all(step.state != verify.REFUSED for step in report.steps))
    assert ours == theirs


# ---------- what it is built of


def test_hashes_are_those_of_the_standards(verifier: BrowserVerifier) -> None:
    texts = ["", "abc", *("x" * length for length in (54, 55, 56, 63, 64, 65, 127, 128, 1000))]
    found = verifier.call(
        "texts => texts.map(text => [hashText(SHA256, text), hashText(SM3, text), hexOf(sha512(bytesOfText(text)))])",
        texts,
    )
    names = ("sha256", "sm3", "sha512")
    assert found == [[hashlib.new(name, text.encode()).hexdigest() for name in names] for text in texts]
    examples = published("sm3")["sm3"]
    assert verifier.call(
        "texts => texts.map(text => hashText(SM3, text))", [each["msg_utf8"] for each in examples]
    ) == [each["digest_hex"] for each in examples]


def test_signatures_are_accepted_or_refused_as_published(verifier: BrowserVerifier) -> None:
    found = verifier.call(
        "tests => tests.map(({key, message, signature}) => "
        "ed25519Holds(bytesOfHex(key), bytesOfHex(message), bytesOfHex(signature)))",
        SIGNATURES,
    )
    wrong = [test["why"] for test, holds in zip(SIGNATURES, found, strict=True) if holds is not test["valid"]]
    assert wrong == []


def test_inclusion_is_shown_or_refused_as_published(verifier: BrowserVerifier) -> None:
    found = verifier.call(
        """probes => probes.map(each => {
            const root = rootOfProof(each.leafIdx, each.treeSize, bytesOf(each.leafHash || ""),
                                     (each.proof || []).map(bytesOf));
            return root !== null && sameBytes(root, bytesOf(each.root || ""));
        })""",
        PROBES,
    )
    assert found == [not probe["wantErr"] for probe in PROBES]


def test_notes_keys_and_checkpoints_are_read_or_refused_as_published(verifier: BrowserVerifier) -> None:
    signed = """({note, note_hex, trusted}) => {
        try {
            const bytes = note_hex ? bytesOfHex(note_hex) : bytesOfText(note);
            const keys = [...new Set(trusted)].map(readVerifierKey);
            return openNote(readNote(bytes, "note"), keys, "note").map(({key}) => key.name);
        } catch (fault) { if (fault instanceof Refused) return []; throw fault; }
    }"""
    for example in NOTES["valid"]:
        assert verifier.call(signed, example) == example["want_verified"]
    for example in NOTES["reject"]:
        assert (verifier.call(signed, example) == []) is (example["name"] != AMBIGUOUS), example["name"]
    whole_key = NOTES["keys"][0]["vkey"]
    parts = {whole_key[at:end] for at in range(len(whole_key)) for end in range(at, len(whole_key) + 1)} - {whole_key}
    changed = {whole_key[:at] + chr(ord(sign) + 1) + whole_key[at + 1 :] for at, sign in enumerate(whole_key)}
    refused = "keys => keys.filter(key => !refuses(() => readVerifierKey(key)))"
    assert verifier.call(refused, [*NOTES["vkey_reject"], *sorted(parts | changed)]) == []
    heads = "texts => texts.filter(text => !refuses(() => readHead(text, 'note')))"
    texts = [*CHECKPOINTS["reject_published"], *CHECKPOINTS["reject_from_spec_text"]]
    assert verifier.call(heads, texts) == []
    assert verifier.call(heads, [each["text"] for each in CHECKPOINTS["format"]]) == [
        each["text"] for each in CHECKPOINTS["format"]
    ]
