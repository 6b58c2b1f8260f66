"""The one file of Python as the subject: a mutant is loaded into the module that the tests call.

Where they start the file as a program it is called in this process, so that they judge the mutant there, too.
"""

import contextlib
import io
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

import pytest

from publicity.offline import verify
from tests.verifiers import running
from tests.verifiers.mutants.judging import Subject
from tests.verifiers.mutants.mutant import Mutant

Trace = Callable[[FrameType, str, Any], Any]


class VerifyPy(Subject):
    """The one file of Python. What is reached are its lines."""

    def __init__(self) -> None:
        self._seen: dict[CodeType, set[int]] = {}
        self._all: dict[CodeType, int] = {}

    def prepare(self, session: pytest.Session) -> None:
        """Let the tests call the file in this process."""
        del session
        running.as_a_program = in_this_process

    def watch(self) -> None:
        """Trace the lines of the file; a function whose lines were all seen is traced no more."""
        self._seen = {}
        sys.settrace(self._enter)

    def _enter(self, frame: FrameType, event: str, _argument: object) -> Trace | None:
        code = frame.f_code
        if code.co_filename != verify.__file__:
            return None
        if code not in self._all:
            self._all[code] = len({line for _start, _end, line in code.co_lines() if line is not None})
        seen = self._seen.setdefault(code, set())
        if len(seen) >= self._all[code]:
            return None

        def line(frame: FrameType, _event: str, _argument: object) -> Trace | None:
            seen.add(frame.f_lineno)
            return line if len(seen) < self._all[code] else None

        return line(frame, event, None) if event == "call" else line

    def reached(self) -> frozenset[int]:
        """Return the lines."""
        sys.settrace(None)
        return frozenset(line for seen in self._seen.values() for line in seen)

    def concerns(self, reached: frozenset[Any], mutant: Mutant) -> bool:
        """Return whether a line of the mutant's statement was reached; what is run on loading concerns every test."""
        if mutant.lines is None:
            return True
        first, last = mutant.lines
        return any(line in reached for line in range(first, last + 1))

    def become(self, mutant: Mutant) -> None:
        """Run the changed file in the module that the tests have."""
        exec(compile(mutant.applied(), verify.__file__, "exec"), vars(verify))  # noqa: S102 - that is the mutant


def in_this_process(arguments: list[str]) -> running.Ran:
    """Call the command line as another process would, and return what it ended with and said."""
    said, complained = (io.TextIOWrapper(io.BytesIO(), encoding="ascii") for _ in range(2))
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        try:
            status = verify.main(arguments)
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 1
    texts = []
    for stream in (said, complained):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    return running.Ran(status, texts[0], texts[1])
