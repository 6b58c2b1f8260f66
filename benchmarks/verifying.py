"""verify.py on a province's draw of 265,000 units, as a stranger runs it; its tickets beside the bare hash loop."""

import hashlib
import resource
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.choosing import KEY, bare_loop
from benchmarks.measuring import Measurement, benchmark, best_of
from benchmarks.replaying import write_province
from publicity.offline import verify

FILE = Path(verify.__file__)
SMALL = Path(__file__).parents[1] / "tests" / "vectors" / "draw" / "accept" / "shanxi-2020"

_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@benchmark("verify_py")
def verifying_a_province() -> Iterable[Measurement]:
    """Measure tickets at three ratios against the bare loop, and the whole program's time and memory."""
    with TemporaryDirectory() as name:
        ids = [unit.unit_id.encode() for unit in write_province(Path(name)).frame.rows]
        for percent, limit in (
            (5, 3.0),
            (50, 3.0),
            (100, 4.0),
        ):  # at 100% all are sorted, and nothing is left to chance
            yield _tickets(ids, percent, limit=limit)
        command = [sys.executable, "-I", "-S", str(FILE), name, "--quiet"]
        bare, ours = best_of(3, [lambda: bare_loop(ids), lambda: _run(command)], clock=_spent)
        yield Measurement(
            name="verify.py, all of 265,000 units at 5%",
            value=ours / bare,
            unit="times the bare hash loop",
            sense="at most",
            limit=40,
            seconds={"verify.py": ours, "bare loop": bare},
        )
        peak = int(_run([sys.executable, "-c", _PEAK, *command])) / 1024
        yield Measurement(
            name="verify.py, all of 265,000 units at 5%, memory",
            value=peak,
            unit="MiB",
            sense="at most",
            limit=300,
            seconds={},
        )
    small = best_of(3, [lambda: _run([sys.executable, "-I", "-S", str(FILE), str(SMALL)])], clock=time.perf_counter)
    yield Measurement(
        name="verify.py, 52 units, start to end", value=small[0], unit="s", sense="at most", limit=1.0, seconds={}
    )


def _tickets(ids: list[bytes], percent: int, *, limit: float) -> Measurement:
    first = len(ids) * percent // 100

    def ours() -> object:
        return verify.tickets(ids, key=KEY.encode(), first=first, made_by=hashlib.sha256)

    bare, took = best_of(5, [lambda: bare_loop(ids), ours])
    return Measurement(
        name=f"verify.py, tickets of 265,000 units at {percent}%",
        value=took / bare,
        unit="times the bare hash loop",
        sense="at most",
        limit=limit,
        seconds={"verify.py": took, "bare loop": bare},
    )


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _spent() -> float:
    """Return the seconds on the processor of this process and of those it waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
