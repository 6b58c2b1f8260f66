"""All verifiers say the same of every draw and of every bundle: the verdict, and each digest of what was recomputed."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.verifiers.bundles import KEY, WITNESS, Handed, packed
from tests.verifiers.comparing import Compared, compare, compare_bundles, compare_draws
from tests.verifiers.deceiving import tried
from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.logs import PUBLISHED, Signer, cosigned, drand_bundle, with_log
from tests.verifiers.running import files_of
from tests.verifiers.test_archives import FILES, HOSTILE
from tests.verifiers.test_vectors import ACCEPT, NOT_REPLACED, REFUSE, REPLACED, beside

IN_THE_SUITE = 200
MANGLED = 400
SLOWLY = [range(at, at + 1_250) for at in range(0, 10_000, 1_250)]
"""Ten thousand, in parts that the workers of a run can share."""
STRANGER = Signer("witness.example/w2", kind=4, seed=b"x" * 32)


@pytest.fixture(scope="module")
def verifier(browser: Browser) -> Iterator[BrowserVerifier]:
    found = BrowserVerifier(browser)
    yield found
    found.close()


def differing(found: list[Compared]) -> list[Compared]:
    return [each for each in found if not each.agreed]


def counted(found: list[Compared]) -> Counter[tuple[str, bool]]:
    return Counter((each.kind, each.accepted) for each in found)


def test_all_say_the_same_of_every_vector(verifier: BrowserVerifier) -> None:
    good = [("good", at, files_of(path)) for at, path in enumerate(ACCEPT)]
    good += [("good", at, beside(path)) for at, path in enumerate(REPLACED)]
    broken = [("broken", at, files_of(path)) for at, path in enumerate(REFUSE)]
    broken += [("broken", at, beside(path)) for at, path in enumerate(NOT_REPLACED)]

    found = list(compare_draws(verifier, [*good, *broken]))

    assert differing(found) == []
    assert counted(found) == {("good", True): len(good), ("broken", False): len(broken)}


def test_all_say_the_same_of_random_draws_and_bundles_good_and_mangled(
    verifier: BrowserVerifier, tmp_path: Path
) -> None:
    found = list(compare(verifier, range(IN_THE_SUITE), "in the suite", tmp_path))

    assert differing(found) == []
    kinds = counted(found)
    assert kinds["good draw", True] == kinds["good bundle", True] == IN_THE_SUITE // 4
    assert min(kinds["mangled draw", False], kinds["mangled bundle", False]) > IN_THE_SUITE // 2
    assert min(kinds["mangled draw", True], kinds["mangled bundle", True]) > 0, "lawful changes are as telling"


@pytest.mark.slow
@pytest.mark.parametrize("numbers", SLOWLY, ids=lambda numbers: f"{numbers.start}-")
def test_all_say_the_same_of_ten_thousand_draws_and_bundles(
    verifier: BrowserVerifier, tmp_path: Path, numbers: range
) -> None:
    assert differing(list(compare(verifier, numbers, "ten thousand", tmp_path))) == []


def test_all_refuse_the_same_hostile_archives(verifier: BrowserVerifier, tmp_path: Path) -> None:
    cases = [(name, 0, Handed(change(FILES), {}, ())) for name, (change, _sentence) in HOSTILE.items()]
    assert [each.kind for each in compare_bundles(verifier, cases, tmp_path) if each.accepted] == []


def test_no_mangled_bundle_is_accepted_by_any(verifier: BrowserVerifier, tmp_path: Path) -> None:
    found = list(tried(verifier, range(MANGLED), "mangled in the suite", tmp_path))

    assert [each for each in found if each.accepted] == []
    assert len(found) > MANGLED * 0.9, "what is counted is mangled"


@pytest.mark.slow
@pytest.mark.parametrize("numbers", SLOWLY, ids=lambda numbers: f"{numbers.start}-")
def test_none_of_ten_thousand_mangled_bundles_is_accepted_by_any(
    verifier: BrowserVerifier, tmp_path: Path, numbers: range
) -> None:
    found = tried(verifier, numbers, "ten thousand", tmp_path)
    assert [each for each in found if each.accepted] == []


def test_all_say_the_same_of_what_witnesses_cosigned(verifier: BrowserVerifier, tmp_path: Path) -> None:
    """In time, too late, by nobody whom the reader knows, of another entry, of another history, unsigned."""
    files, log = drand_bundle()
    log.signed(KEY)
    archive = packed(with_log(files, log))
    other = drand_bundle()[1]
    other.changes["draw.executed"] = {"seed": "0" * 64}
    whole = len(log.entries()) - log.before
    told = {
        "in time": (cosigned(log, KEY, WITNESS, at=PUBLISHED - 1), True),
        "by nobody known": (cosigned(log, KEY, STRANGER), True),
        "late": (cosigned(log, KEY, WITNESS, at=PUBLISHED), False),
        "late by a stranger": (cosigned(log, KEY, WITNESS, STRANGER, at=PUBLISHED), False),
        "of the execution": (cosigned(log, KEY, WITNESS, entry=1, size=9), False),
        "of another history": (cosigned(other, KEY, WITNESS, size=whole), False),
        "unsigned": (cosigned(log, WITNESS), False),
        "of nothing": (b"{}", False),
    }
    cases = [
        (name, 0, Handed(archive, {"cosigned.json": data}, keys))
        for name, (data, _holds) in told.items()
        for keys in ((KEY.vkey, WITNESS.vkey),)
    ]
    found = list(compare_bundles(verifier, cases, tmp_path))
    assert differing(found) == []
    assert {each.kind: each.accepted for each in found} == {name: holds for name, (_data, holds) in told.items()}


def test_a_head_that_is_signed_beside_itself_alone_is_no_signed_note(verifier: BrowserVerifier, tmp_path: Path) -> None:
    files, log = drand_bundle()
    log.signed()
    log.cosignatures = [KEY.line(log.text())]
    given = Handed(packed(with_log(files, log)), {}, (KEY.vkey,))
    (found,) = compare_bundles(verifier, [("signed beside itself", 0, given)], tmp_path)
    assert not found.accepted, found


def test_none_believes_a_log_in_the_name_of_another_whose_key_is_given_too(
    verifier: BrowserVerifier, tmp_path: Path
) -> None:
    """Who reads two logs gives two keys; the one log cannot sign in the other's name."""
    files, log = drand_bundle()
    neighbour = Signer("log.example/neighbour", seed=b"n" * 32)
    log.signed(neighbour)
    given = Handed(packed(with_log(files, log)), {}, (KEY.vkey, neighbour.vkey))
    log.signed(neighbour, origin=neighbour.name)
    own = Handed(packed(with_log(files, log)), {}, (KEY.vkey, neighbour.vkey))
    cases = [("in another's name", 0, given), ("in its own", 0, own)]
    found = list(compare_bundles(verifier, cases, tmp_path))
    assert differing(found) == []
    assert [each.accepted for each in found] == [False, True]
