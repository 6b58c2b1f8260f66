"""``python -m tests.verifiers.mutants verify.py`` or ``browser``: which mutants no test finds (docs/mutants.md)."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from tests.verifiers.mutants.judging import Judge, Verdict, judge
from tests.verifiers.mutants.mutant import Mutant, in_order_of_tickets

TESTS = Path("tests/verifiers")
LEFT_OUT = ("random_draws", "random_replacements", "mangled", "any_bit", "any_byte")
SHARP = ("-m", "not slow", "-k", " and ".join(f"not {name}" for name in LEFT_OUT))
"""Without the tests that try hundreds of random cases: what only they would find has to be found by a sharper one."""


def main() -> int:
    """Judge the mutants of one verifier and return 0 if so many of them were found as have to be."""
    parser = argparse.ArgumentParser(prog="python -m tests.verifiers.mutants", description=__doc__)
    parser.add_argument("subject", choices=("verify.py", "browser"))
    parser.add_argument("--sample", type=int, help="up to so many of them instead of all")
    parser.add_argument("--after", type=int, default=0, help="the first so many were judged before")
    parser.add_argument(
        "--lived", type=Path, metavar="FILE", help="of these, those that FILE says live are judged again"
    )
    parser.add_argument("--seed", default="1", help="of their order: another seed, another sample")
    parser.add_argument("--part", help="those alone in whose file, line or change this text stands")
    parser.add_argument("--least", type=float, default=95.0, help="per cent that have to be found")
    asked = parser.parse_args()
    made = _of_verify_py if asked.subject == "verify.py" else _of_browser
    verdicts = made(asked)
    counted = Counter(verdict for _mutant, verdict in verdicts.verdicts)
    number = len(verdicts.verdicts)
    found = 100 * (number - counted[Verdict.LIVES]) / max(1, number)
    said = ", ".join(f"{counted[each]} {each.value}" for each in Verdict)
    print(f"{said} of {number}: {found:.1f} % found")  # noqa: T201 - a command line prints
    return 0 if number and found >= asked.least else 1


def _chosen(mutants: list[Mutant], asked: argparse.Namespace) -> list[Mutant]:
    if asked.part is not None:
        mutants = [mutant for mutant in mutants if asked.part in mutant.difference()]
    ordered = in_order_of_tickets(mutants, asked.seed)
    lived = "" if asked.lived is None else asked.lived.read_text(encoding="utf-8")
    again = [mutant for mutant in ordered[: asked.after] if mutant.difference() in lived]
    return again + ordered[asked.after : asked.sample]


def _of_verify_py(asked: argparse.Namespace) -> Judge:
    from publicity.offline import verify  # noqa: PLC0415 - each subject brings its own tests and needs
    from tests.verifiers.mutants.of_python import mutants_of  # noqa: PLC0415 - the same
    from tests.verifiers.mutants.verify_py import VerifyPy  # noqa: PLC0415 - the same

    tests = [path for path in sorted(TESTS.glob("test_*.py")) if "browser" not in path.name]
    return judge(VerifyPy(), _chosen(mutants_of(Path(verify.__file__)), asked), tests, *SHARP)


def _of_browser(asked: argparse.Namespace) -> Judge:
    from tests.verifiers.mutants.browser import MUTATED, Scripts  # noqa: PLC0415 - as above
    from tests.verifiers.mutants.of_javascript import mutants_of  # noqa: PLC0415 - the same

    mutants = [mutant for path in MUTATED for mutant in mutants_of(path)]
    return judge(Scripts(), _chosen(mutants, asked), sorted(TESTS.glob("test_browser*.py")), *SHARP)


if __name__ == "__main__":
    sys.exit(main())
