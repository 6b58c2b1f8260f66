"""What is recognised in the passages, kind by kind, and what it costs to read a text ten times as long.

Identity numbers, telephones and cards have to be found all. Of the rest, recall and precision are reported, over all
passages and over those that were written after the words were fixed and mended nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from benchmarks.measuring import Measurement, benchmark, best_of
from publicity.redaction import propose
from registry.redactions import NUMBERS, PrivateKind
from tests.passages import judged, passages, score

KINDS: Final = (*NUMBERS, PrivateKind.ADDRESS, PrivateKind.NAME, PrivateKind.ONLINE)
FLOORS: Final[Mapping[str, float]] = {"all passages": 0.85, "passages that mended nothing": 0.65}
SHORT, LONG = 4_000, 40_000
LINEAR: Final = 14.0
"""Ten times the text may take so many times as long; twice the square would be a hundred."""
HOSTILE: Final = (
    "1",
    "1 ",
    "1\n",
    "0-",
    "一",
    "王",
    "当事人",
    "住址",
    "省市区县",
    "1单元",
    "a@",
    "a.",
    "1X",
    "阿·",
    " ",
)


@benchmark("redaction")
def against_the_marks() -> Iterable[Measurement]:
    """Compare what is proposed with what is marked."""
    for words, found in (
        ("all passages", list(judged(passages()))),
        ("passages that mended nothing", list(judged(passages("heldout")))),
    ):
        for kind in KINDS:
            own = score(kind, found)
            if not own.marked:
                continue
            floor = 1.0 if kind in NUMBERS else FLOORS[words]
            for name, value in (("recall", own.recall), ("precision", own.precision)):
                yield Measurement(
                    name=f"{kind.value}, {name}, {len(found)} {words}",
                    value=value,
                    unit=f"of {own.marked if name == 'recall' else own.proposed}",
                    sense="at least",
                    limit=floor if name == "recall" else 0.95,
                    seconds={},
                )


@benchmark("redaction_length")
def against_a_shorter_text() -> Iterable[Measurement]:
    """Compare a text with one a tenth as long: as decisions are, and the worst of those made to be slow."""
    decision = "".join(each.text for each in passages())
    yield _compared("a decision", decision)
    slowest = max((_compared(repr(each), each) for each in HOSTILE), key=lambda entry: entry.value)
    yield slowest


def _compared(name: str, text: str) -> Measurement:
    short, long = (text * (length // len(text) + 1) for length in (SHORT, LONG))
    one, other = best_of(3, [_reading(short[:SHORT]), _reading(long[:LONG])])
    return Measurement(
        name=f"{LONG:,} characters of {name}",
        value=other / one,
        unit=f"times {SHORT:,} characters",
        sense="at most",
        limit=LINEAR,
        seconds={"long": other, "short": one},
    )


def _reading(text: str) -> Callable[[], object]:
    return lambda: propose(text)
