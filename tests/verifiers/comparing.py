"""The same files through every verifier: the service, verify.py, the browser's scripts, ``double-random verify``.

``python -m tests.verifiers.comparing`` runs so many seeded cases, good and mangled, in Chromium too, and says how many
of each kind were accepted and on which the verifiers differ: on the verdict, or on a digest of what was recomputed.
"""

import argparse
import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from playwright.sync_api import sync_playwright

from publicity.checking.archive import Intake, Limits, take_archive
from publicity.checking.draw import verify_draw
from publicity.offline import verify
from publicity.tlog.errors import TlogError
from publicity.tlog.keys import VerifierKey
from publicity.verify import Report, State, Trusted, unread
from tests.chromium import FLAGS, find_chromium
from tests.verifiers.agreement import Said, by_service, by_verifier
from tests.verifiers.bundles import Handed, good_bundle, mangled_bundle
from tests.verifiers.cases import Dice, good_case
from tests.verifiers.in_browser import BATCH, BrowserVerifier
from tests.verifiers.mangling import mangled_case

DIGESTS = ("commitment_digest", "seed", "drawn_digest", "teams_digest")
_STATED = re.compile(r"(?:Commitment|seed) ([0-9a-f]{64})")


class Verdict(NamedTuple):
    """Accepted, with the digests of what was recomputed; or refused, for the reason given."""

    accepted: bool
    digests: tuple[object, ...] = ()
    why: str = ""


class Compared(NamedTuple):
    """One case, and what each verifier says of it, by its name."""

    kind: str
    number: int
    said: dict[str, Verdict]

    @property
    def agreed(self) -> bool:
        """Return whether all say the same; reasons may differ."""
        first, *others = (each._replace(why="") for each in self.said.values())
        return all(first == each for each in others)

    @property
    def accepted(self) -> bool:
        """Return whether any of them accepts it."""
        return any(each.accepted for each in self.said.values())


# ---------- the six files of a draw


def draw_of(number: int, seed: str) -> dict[str, bytes]:
    """Return the files of a random draw: one in four lawful, the others mangled."""
    kind = good_case if number % 4 == 0 else mangled_case
    return kind(Dice(f"{seed} draw {number}")).files()


def compare_draws(browser: BrowserVerifier, cases: Iterable[tuple[str, int, dict[str, bytes]]]) -> Iterator[Compared]:
    """Yield what all four say of draws without log and public value."""
    for batch in batches(cases):
        shown = browser.replayed(files for _kind, _number, files in batch)
        for (kind, number, files), by_browser in zip(batch, shown, strict=True):
            said = {"service": by_service(files), "verify.py": by_verifier(files), "browser": by_browser}
            verdicts = {name: _of_said(each) for name, each in said.items()}
            report = verify_draw(files, Trusted.of((), None))
            yield Compared(kind, number, verdicts | {"program": _of_replayed(report, said["service"])})


def _of_said(said: Said) -> Verdict:
    return Verdict(said.accepted, (said.commitment, said.seed, said.drawn, said.teams), said.why)


def _of_replayed(report: Report, said: Said) -> Verdict:
    """Return the program's verdict with the service's bytes, where their digests are those that it reports."""
    if report.verdict is State.REFUSED:
        return Verdict(accepted=False, digests=("", "", b"", b""), why=report.steps[-1].words[1])
    made_by = verify.hash_named(str(report.result["hash"]))
    digests = (said.commitment, said.seed, made_by(said.drawn).hexdigest(), made_by(said.teams).hexdigest())
    found = tuple(report.result[key] for key in DIGESTS)
    told = (said.commitment, said.seed, said.drawn, said.teams) if found == digests else found
    return Verdict(accepted=True, digests=told)


# ---------- whole bundles


def bundle_of(number: int, seed: str) -> Handed:
    """Return a random bundle: one in four lawful, the others mangled."""
    kind = good_bundle if number % 4 == 0 else mangled_bundle
    return kind(Dice(f"{seed} bundle {number}"))


def compare_bundles(
    browser: BrowserVerifier, cases: Iterable[tuple[str, int, Handed]], scratch: Path
) -> Iterator[Compared]:
    """Yield what verify.py, browser and program say of whole bundles; ``scratch`` is a directory of the caller's."""
    for batch in batches(cases):
        shown = browser.checked((each.parts, each.keys) for _kind, _number, each in batch)
        for (kind, number, given), found in zip(batch, shown, strict=True):
            said = {"verify.py": by_file(given, scratch), "browser": _of_shown(found), "program": by_program(given)}
            yield Compared(kind, number, _without_files(said))


def by_program(given: Handed) -> Verdict:
    """Return what the program says of a bundle, archive or files, as it reads it."""
    intake = Intake(Limits())
    try:
        if given.archive is not None:
            take_archive(io.BytesIO(given.archive), intake)
        for name, data in given.files.items():
            intake.take(name, [data])
        report = verify_draw(intake.files, Trusted.of(tuple(map(VerifierKey.parse, given.keys)), None))
    except TlogError as refused:
        report = unread(refused)
    if report.verdict is State.REFUSED:
        return Verdict(accepted=False, why=report.steps[-1].words[1])
    return Verdict(accepted=True, digests=tuple(report.result[key] for key in DIGESTS))


def by_file(given: Handed, scratch: Path) -> Verdict:
    """Return what verify.py says of a bundle that lies on disk."""
    for each in scratch.iterdir():
        each.unlink()
    for name, data in given.parts:
        (scratch / name).write_bytes(data)
    beside = tuple(str(scratch / name) for name in given.files) if given.archive is not None else ()
    path = scratch if given.archive is None else scratch / "bundle.zip"
    trusted = verify.Trusted(tuple(map(verify.parse_key, given.keys)))
    report = verify.verify(str(path), verify.Options(trusted=trusted, beside=beside))
    if not report.holds:
        return Verdict(accepted=False, why="; ".join(step.en for step in report.steps if step.state == verify.REFUSED))
    return Verdict(accepted=True, digests=tuple(report.result[key] for key in DIGESTS))


def _of_shown(found: dict[str, Any]) -> Verdict:
    if not found["ok"]:
        return Verdict(accepted=False, why=found["en"])
    stated = tuple(digest for _id, _state, _zh, en in found["steps"] for digest in _STATED.findall(en))
    return Verdict(accepted=True, digests=stated)


def _without_files(said: dict[str, Verdict]) -> dict[str, Verdict]:
    """Return verdicts with what all three say in digests; of the outcome the browser says that it is what was given."""
    whole = {name: each.digests for name, each in said.items() if name != "browser" and each.accepted}
    if len(set(whole.values())) > 1:
        return said
    return {name: each._replace(digests=each.digests[:2]) for name, each in said.items()}


# ---------- all of them


def batches(cases: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield cases some at a time."""
    batch: list[Any] = []
    for case in cases:
        batch.append(case)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def compare(browser: BrowserVerifier, numbers: Sequence[int], seed: str, scratch: Path) -> Iterator[Compared]:
    """Yield what is said of so many draws and so many bundles."""

    def named(number: int) -> str:
        return "good" if number % 4 == 0 else "mangled"

    draws = ((f"{named(each)} draw", each, draw_of(each, seed)) for each in numbers)
    bundles = ((f"{named(each)} bundle", each, bundle_of(each, seed)) for each in numbers)
    yield from compare_draws(browser, draws)
    yield from compare_bundles(browser, bundles, scratch)


def in_chromium(act: Callable[[BrowserVerifier], None]) -> None:
    """Run something with the browser's scripts loaded in Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        verifier = BrowserVerifier(chromium)
        try:
            act(verifier)
        finally:
            verifier.close()
            chromium.close()


def main() -> int:
    """Compare and tell; 1 when the verifiers differ on anything."""
    parser = argparse.ArgumentParser(prog="python -m tests.verifiers.comparing", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000, help="so many draws and so many bundles")
    parser.add_argument("--seed", default="compared", help="what all of them are made from")
    asked = parser.parse_args()
    counted: Counter[tuple[str, str]] = Counter()
    differing: list[Compared] = []

    def all_of_them(browser: BrowserVerifier) -> None:
        with TemporaryDirectory() as scratch:
            for each in compare(browser, range(asked.cases), asked.seed, Path(scratch)):
                counted[each.kind, "accepted" if each.accepted else "refused"] += 1
                differing.extend([] if each.agreed else [each])

    in_chromium(all_of_them)
    for (kind, ended), number in sorted(counted.items()):
        print(f"{kind:16} {ended:9} {number:7,}")
    for each in differing[:20]:
        print(f"{each.kind} {each.number}:", file=sys.stderr)
        for name, verdict in each.said.items():
            print(f"  {name:10} {verdict}", file=sys.stderr)
    print(f"disagreements    {len(differing):17,}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
