"""What the protocol refuses: a fault, and the place where it is.

The faults are a closed list (:class:`sampling.faults.Fault`), each with one sentence in Chinese and one in English.
A refusal adds the place: the file, and in it the row (the header is row 1, as in a spreadsheet) or the key
(``team[1].seats``). A refused file was read and nothing else: nothing is repaired, changed or written.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sampling.faults import Fault
from sampling.wording import Bilingual, Language

__all__ = ["Fault", "Path", "RefusedError", "SamplingError", "shown", "within"]

Path = tuple[str | int, ...]
"""Where in a JSON document: names of members and positions (from 0) of entries, outermost first."""

SHOWN_CHARACTERS = 80


class SamplingError(Bilingual):
    """The root of everything that ``sampling`` raises on purpose."""


class RefusedError(SamplingError):
    """Input that breaks the protocol.

    ``fault`` says which rule; ``file``, ``row`` and ``path`` say where, as far as known; ``data`` holds the values
    that the sentence shows. A part that checks itself knows a relative path only; :func:`within` completes it.
    """

    def __init__(
        self, fault: Fault, path: Path = (), *, file: str | None = None, row: int | None = None, **values: object
    ) -> None:
        super().__init__(**values)
        self.fault = fault
        self.file = file
        self.row = row
        self.path = path

    @property
    def key(self) -> str:
        """Return the path as text: ``team[1].seats``; empty when the fault is not at a key."""
        text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return shown(text.removeprefix("."))

    def text(self, language: Language) -> str:
        """Return one sentence: the place, then what is wrong and what would be right."""
        zh, en = self.fault.value
        values = {name: shown(value) for name, value in self.data.items()}
        if language == "zh":
            return self._place("：", " ", "第 {} 行", "键 {}") + zh.format(**values)
        return self._place(": ", ", ", "row {}", "key {}") + en.format(**values)

    def _place(self, colon: str, comma: str, row: str, key: str) -> str:
        steps = [shown(self.file)] if self.file else []
        if self.row is not None:
            steps.append(row.format(self.row))
        if self.path:
            steps.append(key.format(self.key))
        return comma.join(steps) + colon if steps else ""


def shown(value: object) -> str:
    """Return a value fit for a sentence: one line, no control characters, at most 80 characters.

    What is refused comes from strangers and ends up on terminals and pages.
    """
    try:
        written = str(value)
    except ValueError:  # a number of more digits than Python is willing to write out
        written = type(value).__name__
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in written[: SHOWN_CHARACTERS + 1])
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


@contextmanager
def within(*path: str | int, file: str | None = None) -> Iterator[None]:
    """Complete the place of a refusal raised inside: ``path`` goes before its path, ``file`` where it has none."""
    try:
        yield
    except RefusedError as error:
        error.path = path + error.path
        error.file = error.file or file
        raise
