"""Run benchmarks: a table on standard error, JSON on standard output, exit 1 when a limit is broken."""

import argparse
import json
import sys
from dataclasses import asdict
from importlib import import_module
from pkgutil import iter_modules

import benchmarks
from benchmarks.measuring import BENCHMARKS, Measurement

for _module in sorted(each.name for each in iter_modules(benchmarks.__path__) if not each.name.startswith("_")):
    import_module(f"benchmarks.{_module}")  # which registers what it defines


def main() -> int:
    """Run those named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(BENCHMARKS)}; all without one")
    names = parser.parse_args().names or list(BENCHMARKS)
    if unknown := [name for name in names if name not in BENCHMARKS]:
        parser.error(f"no benchmark is called {', '.join(unknown)}")
    measurements = []
    for name in names:
        for measurement in BENCHMARKS[name]():
            measurements.append(measurement)
            print(line(measurement), file=sys.stderr, flush=True)
    print(json.dumps([{**asdict(entry), "holds": entry.holds} for entry in measurements], indent=1))
    return 0 if all(entry.holds for entry in measurements) else 1


def line(entry: Measurement) -> str:
    """Return a row of the table: figure, limit, verdict, and the seconds behind it."""
    verdict = "ok" if entry.holds else "BROKEN"
    seconds = ", ".join(f"{name} {value:.3f} s" for name, value in entry.seconds.items())
    figure = f"{entry.value:8.2f} {entry.unit} ({entry.sense} {entry.limit:g})"
    return f"{verdict:6} {entry.name:50} {figure:55} {seconds}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
