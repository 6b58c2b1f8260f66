"""The edges of what is lawful: the last value that is taken and the first that is refused, here and by the service."""

from collections.abc import Callable

import pytest

from tests.verifiers.agreement import by_service, by_verifier
from tests.verifiers.cases import Case, Dice, good_case
from tests.verifiers.mangling import secrets_follow

Edit = Callable[[Case], object]
NOON = "2023-08-25T12:00:00+08:00"


def files_after(change: Edit) -> dict[str, bytes]:
    """Return the files of a lawful draw in which something was changed and everything else follows."""
    case = good_case(Dice("edges 3"))
    change(case)
    secrets_follow(Dice(""), case)
    return case.files()


def said_of(change: Edit) -> bool:
    """Return whether a draw is accepted after a change; both say the same."""
    files = files_after(change)
    ours, theirs = by_verifier(files), by_service(files)
    assert ours.but_the_reason() == theirs.but_the_reason(), (ours.why, theirs.why)
    return ours.accepted


def term(key: str, value: object) -> Edit:
    return lambda case: case.commitment.__setitem__(key, value)


def witnessed(alphabet: str, length: int, what: str = "x") -> Edit:
    def change(case: Case) -> None:
        source = {"kind": "witnessed", "what": what, "alphabet": alphabet, "length": length}
        case.commitment["public_source"] = source
        case.reveal["public_value"] = alphabet[:1] * length

    return change


def drand(number: object, *, committed: str = "15:09:27", due_at: str = "15:09:37") -> Edit:
    def change(case: Case) -> None:
        case.commitment |= {
            "public_source": {"kind": "drand", "round": number},
            "committed_at": f"2023-08-23T{committed}+00:00",
            "execute_by": f"2023-08-23T{due_at}+00:00",
        }
        case.reveal["public_value"] = "0" * 64

    return change


def register(**changes: object) -> Edit:
    return lambda case: case.commitment["register"].update(changes)


def default(rule: object) -> Edit:
    return term("quotas", {"default": rule, "strata": {}})


def a_unit_called(unit_id: str) -> Edit:
    def change(case: Case) -> None:
        case.tables["frame.csv"] = [f"{unit_id},a,1401\n".encode()]
        case.tables["recusals.csv"] = []
        case.commitment["quotas"]["strata"] = {}
        case.commitment["register"]["rows"] = 1 + len(case.tables["exclusions.csv"])

    return change


def seats(number: int) -> Edit:
    def change(case: Case) -> None:
        people = [f"m{at:02d},market,14\n".encode() for at in range(12)]
        case.tables |= {"inspectors.csv": people, "recusals.csv": []}
        case.commitment["team"] = [{"department": "market", "seats": number}]

    return change


def due(execute_by: str, open_by: str) -> Edit:
    return lambda case: case.commitment.update(execute_by=execute_by, open_by=open_by)


EDGES: dict[str, tuple[Edit, Edit]] = {
    "title": (term("title", "题" * 200), term("title", "题" * 201)),
    "no title": (term("title", "题"), term("title", "")),
    "draw_id": (term("draw_id", "d" * 64), term("draw_id", "d" * 65)),
    "no draw_id": (term("draw_id", "d"), term("draw_id", "")),
    "no unit_id": (a_unit_called("u"), a_unit_called("")),
    "unit_id": (a_unit_called("u" * 64), a_unit_called("u" * 65)),
    "count": (default({"count": 2**53 - 1}), default({"count": 2**53})),
    "least count": (default({"count": 1}), default({"count": 0})),
    "ratio": (default({"ratio": "0.000001"}), default({"ratio": "0.0000001"})),
    "least ratio": (default({"ratio": "0.000001"}), default({"ratio": "0.000000"})),
    "greatest ratio": (default({"ratio": "1"}), default({"ratio": "1.0"})),
    "log_size": (register(log_size=1), register(log_size=0)),
    "greatest log_size": (register(log_size=2**53 - 1), register(log_size=2**53)),
    "values of two": (witnessed("01", 64), witnessed("01", 63)),
    "values of three": (witnessed("abc", 41), witnessed("abc", 40)),
    "values of four": (witnessed("abcd", 32), witnessed("abcd", 31)),
    "values of six": (witnessed("123456", 25), witnessed("123456", 24)),
    "alphabet": (witnessed(" ~", 64), witnessed(" \x7f", 64)),
    "alphabet's other end": (witnessed(" ~", 64), witnessed("\x1f~", 64)),
    "what is announced": (witnessed("01", 64, "题" * 200), witnessed("01", 64, "题" * 201)),
    "one sign": (witnessed("01", 64), witnessed("0", 64)),
    # round 1 comes at 15:09:27, 2 at :30, 4 at :36, 5 at :39
    "first round after": (drand(2), drand(1)),
    "last round before": (drand(4), drand(5)),
    "very first round": (drand(1, committed="15:09:26"), drand(0, committed="15:00:00")),
    "second after the commitment": (drand(1, committed="15:09:26"), drand(1, committed="15:09:27")),
    "second before the execution": (drand(4, due_at="15:09:37"), drand(4, due_at="15:09:36")),
    "an hour": (term("open_by", "2023-12-31T23:00:00+08:00"), term("open_by", "2023-12-31T24:00:00+08:00")),
    "a minute": (term("open_by", "2023-12-31T23:59:00+08:00"), term("open_by", "2023-12-31T23:60:00+08:00")),
    "a second": (term("open_by", "2023-12-31T23:59:59+08:00"), term("open_by", "2023-12-31T23:59:60+08:00")),
    "an offset": (term("open_by", "2023-12-31T00:00:00+23:59"), term("open_by", "2023-12-31T00:00:00+24:00")),
    "an offset's minutes": (term("open_by", "2023-12-31T00:00:00-05:59"), term("open_by", "2023-12-31T00:00:00-05:60")),
    "a day": (term("open_by", "2024-02-29T00:00:00+08:00"), term("open_by", "2023-02-29T00:00:00+08:00")),
    "replaces": (term("replaces", "draw-0"), term("replaces", "Draw-1")),
    "most seats": (seats(9), seats(10)),
    "least seats": (seats(1), seats(0)),
    "opening with the execution": (due(NOON, NOON), due(NOON, "2023-08-25T11:59:59+08:00")),
    "opening elsewhere": (due(NOON, "2023-08-25T04:00:00+00:00"), due(NOON, "2023-08-25T03:59:59+00:00")),
    "execution after the commitment": (due("2023-08-23T09:00:01+08:00", NOON), due("2023-08-23T09:00:00+08:00", NOON)),
}


@pytest.mark.parametrize("name", EDGES)
def test_edge_is_where_the_page_has_it(name: str) -> None:
    within, beyond = EDGES[name]

    assert said_of(within)
    assert not said_of(beyond)
