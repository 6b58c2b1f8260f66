"""verify.py and the service agree on every draw: on what is accepted, and on every byte that is recomputed."""

from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from publicity.offline import verify
from tests.verifiers.agreement import Said, by_service, by_verifier, files_in_memory
from tests.verifiers.bundles import mangled_bytes
from tests.verifiers.cases import Case, Dice, digest, good_case
from tests.verifiers.mangling import mangled_case

IN_THE_SUITE = 1_000
SLOWLY = 10_000
KINDS: tuple[Callable[[Dice], Case], ...] = (good_case, mangled_case, mangled_case, mangled_case)


def disagreements(numbers: Iterable[int]) -> tuple[list[tuple[int, Said, Said]], Counter[tuple[str, bool]]]:
    """Return the cases on which the two differ, and how many of each kind were accepted."""
    found, counted = [], Counter[tuple[str, bool]]()
    for number in numbers:
        kind = KINDS[number % len(KINDS)]
        files = kind(Dice(f"agreement {number}")).files()
        ours, theirs = by_verifier(files), by_service(files)
        counted[kind.__name__, ours.accepted] += 1
        if ours.but_the_reason() != theirs.but_the_reason():
            found.append((number, ours, theirs))
    return found, counted


def test_verifier_and_service_agree_on_random_draws_good_and_mangled() -> None:
    found, counted = disagreements(range(IN_THE_SUITE))

    assert found == []
    assert counted["good_case", True] == IN_THE_SUITE // 4
    assert counted["mangled_case", True] > 50, "changes that leave a draw lawful are as telling as the others"
    assert counted["mangled_case", False] > 500


@pytest.mark.slow
def test_verifier_and_service_agree_on_ten_thousand_draws() -> None:
    found, counted = disagreements(range(IN_THE_SUITE, IN_THE_SUITE + SLOWLY))

    assert found == []
    assert counted["good_case", True] == SLOWLY // 4


def test_a_published_table_that_was_mangled_is_never_accepted() -> None:
    """Any change of a byte of the outcome is found by both, whatever else is lawful."""
    for number in range(100):
        dice = Dice(f"outcome {number}")
        files = good_case(dice).files()
        said = by_verifier(files)
        name = dice.one_of(["drawn.csv", "teams.csv"])
        whole = files | {"drawn.csv": said.drawn, "teams.csv": said.teams}
        assert by_verifier(whole).accepted
        assert by_service(whole).accepted
        mangled = whole | {name: mangled_bytes(dice, whole[name])}
        assert not by_verifier(mangled).accepted, number
        assert not by_service(mangled).accepted, number


def random_events(dice: Dice, files: dict[str, bytes]) -> bytes:
    """Return a chain of random events on a draw, each state as verify.py has it; some of them cannot happen."""
    outcome = verify.recompute(files_in_memory(files), verify.Progress(None))
    hash_name = outcome.made.hash_name
    replacing = verify.Replacing(outcome)
    state = verify._state(  # noqa: SLF001 - the chain is built as it is checked
        "outcome", outcome.made.digest, outcome.drawn_digest, outcome.teams_digest, made_by=outcome.made.made_by
    )
    events = []
    for number in range(1 + dice.below(4)):
        event = _event(dice, replacing, number) | {"before": state}
        events.append(event)
        try:
            verify._apply("", event, replacing)  # noqa: SLF001 - the same
        except verify.RefusedError:
            if len(events) > 1 and not dice.chance(4):
                events.pop()  # what came before it stays lawful
            break
        drawn, teams = (b"".join(lines) for lines in replacing.lines())
        parts = [digest({"hash": hash_name}, data) for data in (verify.jcs(event).encode(), drawn, teams)]
        state = verify._state("replacement", *parts, made_by=outcome.made.made_by)  # noqa: SLF001 - the same
    chain = {
        "protocol": "double-random/1",
        "draw_id": outcome.made.draw_id,
        "commitment": outcome.made.digest,
        "events": events,
        "state": state,
    }
    return verify.jcs(chain).encode()


def _event(dice: Dice, replacing: verify.Replacing, number: int) -> dict[str, object]:
    drawn, teams = replacing.lines()
    reason = dice.one_of(["closed", "Closed", "gone", "GONE"])
    made: dict[str, object] = {"reason": reason, "salt": f"{number:064x}"}
    if len(teams) < 2 or dice.chance(2):
        line = dice.one_of(drawn[1:])
        return made | {"kind": "unit", "unit_id": line.split(b",")[0].decode()}
    _unit, _department, _seat, who = dice.one_of(teams[1:]).decode().rstrip("\n").split(",")
    visits = sorted(line.split(b",")[0].decode() for line in teams[1:] if line.endswith(f",{who}\n".encode()))
    leaves = [unit for unit in visits if dice.chance(2)] or visits[:1]
    return made | {"kind": "inspector", "inspector_id": who, "leaves": leaves, "altogether": dice.chance(2)}


def test_verifier_and_service_agree_on_random_replacements() -> None:
    accepted = 0
    for number in range(300):
        dice = Dice(f"replacing {number}")
        files = good_case(dice).files()
        beside = files | {"replacements.json": random_events(dice, files)}
        ours, theirs = by_verifier(beside), by_service(beside)
        assert ours.but_the_reason() == theirs.but_the_reason(), (number, ours.why, theirs.why)
        accepted += ours.accepted
    assert 50 < accepted < 250
