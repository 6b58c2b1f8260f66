"""Two draws committed one beside the other do not bring an operator over the cap together: the later one waits."""

from typing import Any

import pytest

from tests.app.test_caps import cap, commit, reasons, record
from tests.building import Bureau
from tests.desks import made
from tests.rosters import operator
from tests.workshop import Opening


def held_up(bureau: Bureau, task_no: str) -> bool:
    """Try to commit and return whether the batch waits for the draw before it; nothing is changed then."""
    before = bureau.contents()
    answer = commit(bureau, task_no)
    if answer.is_success:
        return False
    assert (answer.status_code, answer.json()["code"]) == (409, "pending_draw")
    assert bureau.notes.draw_id in answer.json()["detail"]
    assert bureau.contents() == before
    return True


def test_a_second_batch_waits_for_the_draw_before_it_and_then_leaves_out_whom_it_drew(
    opening_anywhere: Opening,
) -> None:
    bureau = opening_anywhere("committed")
    cap(bureau)
    task_no = bureau.another_batch()
    assert held_up(bureau, task_no)
    bureau.executed()
    assert reasons(bureau, task_no) == {"cap_reached": 3}


def test_a_void_lets_the_later_batch_go_on(opening: Opening) -> None:
    bureau = opening("committed")
    cap(bureau)
    task_no = bureau.another_batch()
    assert held_up(bureau, task_no)
    bureau.void()
    assert not held_up(bureau, task_no)


@pytest.mark.parametrize(
    ("yearly", "low_risk", "kinds", "waits"),
    [
        (1, [], None, True),
        (2, [], None, False),
        (4, ["A"], None, True),
        (1, [], ["social"], False),
    ],
    ids=["cap", "far from the cap", "low risk", "other kinds"],
)
def test_only_a_draw_that_could_bring_somebody_to_the_cap_holds_up_another(
    opening: Opening, yearly: int, low_risk: list[str], kinds: list[str] | None, *, waits: bool
) -> None:
    bureau = opening("committed")
    cap(bureau, yearly=yearly, low_risk=low_risk)
    changes: dict[str, Any] = {"kinds": kinds} if kinds else {}
    assert held_up(bureau, bureau.another_batch(**changes)) is waits


def test_what_was_inspected_already_counts_with_what_is_not_drawn_yet(opening: Opening) -> None:
    """At a cap of two the draw that waits bears on whoever was inspected once, and on nobody else."""
    bureau = opening("committed")
    cap(bureau, yearly=2)
    record(bureau, operator(1, last_inspected_on="2020-03-02"))
    assert held_up(bureau, bureau.another_batch())


def test_without_a_cap_draws_stand_side_by_side(opening: Opening) -> None:
    bureau = opening("committed")
    made(commit(bureau, bureau.another_batch()))
