"""Replaying the draw of a province: 265,000 units at 5%, two seats from 1,200 inspectors, by area.

The program runs as a user runs it, in a process of its own, start-up and files included.
"""

import hashlib
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterable
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.choosing import bare_loop
from benchmarks.measuring import Measurement, benchmark, best_of
from sampling.commitment import commit
from sampling.frame import Inputs, Inspector, Unit
from sampling.names import COMMITMENT, REVEAL, Area, Department, DrawId, InspectorId, Party, Stratum, UnitId
from sampling.quotas import Quotas, Ratio
from sampling.rules import Rules, Seats, SecretDigest
from sampling.seed import Reveal, secret_digest

UNITS: Final = 265_000
INSPECTORS: Final = 1_200
CITIES: Final = [f"14{city:02d}" for city in range(1, 12)]
DISTRICTS: Final = [f"{city}{district:02d}" for city in CITIES for district in range(1, 12)]
SECRET: Final = hashlib.sha256(b"a secret of a benchmark only").hexdigest()
MARKET: Final = Department("market")

_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@benchmark("replay")
def replay_of_a_province() -> Iterable[Measurement]:
    """Compare ``double-random replay`` with one hash call for each unit, and look at its memory."""
    with TemporaryDirectory() as name:
        directory = Path(name)
        ids = [unit.unit_id.encode() for unit in write_province(directory).frame.rows]
        program = [str(Path(sysconfig.get_path("scripts")) / "double-random"), "replay", name, "--out"]
        tasks = [lambda: bare_loop(ids), lambda: _run([*program, str(directory / "out")])]
        bare, ours = best_of(5, tasks, clock=time.perf_counter)
        peak = int(_run([sys.executable, "-c", _PEAK, *program, str(directory / "out")])) / 1024
    seconds = {"replay": ours, "bare loop": bare}
    name = "replay of 265,000 units"
    unit = "times the bare hash loop"
    yield Measurement(name=name, value=ours / bare, unit=unit, sense="at most", limit=40, seconds=seconds)
    yield Measurement(name=f"{name}, memory", value=peak, unit="MiB", sense="at most", limit=600, seconds={})


def write_province(directory: Path) -> Inputs:
    """Write the six files of a draw; inspectors work in one of eleven cities, units lie in one of 121 districts."""
    areas = cycle(map(Area, DISTRICTS))
    units = (
        Unit(UnitId(f"91{area}MA{number * 2_654_435_761 % 10**8:08d}"), Stratum("all"), area)
        for number, area in enumerate(islice(areas, UNITS))
    )
    inspectors = (
        Inspector(InspectorId(f"{number * 7_919 % 1_000_003:06d}"), MARKET, Area(city))
        for number, city in enumerate(islice(cycle(CITIES), INSPECTORS))
    )
    inputs = Inputs.from_rows(units, [], inspectors, [])
    for sheet in (inputs.frame, inputs.exclusions, inputs.inspectors, inputs.recusals):
        (directory / sheet.file).write_bytes(sheet.data)
    (directory / COMMITMENT).write_bytes(commit(inputs, rules(), log_size=1).to_bytes())
    (directory / REVEAL).write_bytes(Reveal(None, (SECRET,)).to_bytes())
    return inputs


def rules() -> Rules:
    """Return the rules of the benchmark's draw."""
    draw_id, bureau = DrawId("province"), Party("bureau")
    return Rules(
        draw_id=draw_id,
        title="全省双随机抽查",
        quotas=Quotas(Ratio("0.05")),
        team=(Seats(MARKET, 2),),
        secrets=(SecretDigest(bureau, secret_digest(draw_id, bureau, SECRET, "sha256")),),
        committed_at="2020-08-31T09:00:00+08:00",
        execute_by="2020-09-01T18:00:00+08:00",
        open_by="2020-12-31T18:00:00+08:00",
    )


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
