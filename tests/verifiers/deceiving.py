"""Mangled bundles by the thousand: none of the three verifiers may accept one that holds other files than the true one.

In the bundles that are mangled no byte is free: there is no public value, or it is a round of drand, and the log is
signed by its own key alone. So whatever is accepted is the true bundle again, with another time in its archive.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from publicity.checking.archive import Intake, Limits, take_archive
from publicity.tlog.errors import TlogError
from tests.verifiers.bundles import KEY, Handed, mangled_archive, mangled_bytes, packed
from tests.verifiers.cases import Dice
from tests.verifiers.comparing import Compared, compare_bundles
from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.logs import ROUND, bundle, with_log

DRAWS = (("counties", {"kind": "none"}),) * 9 + (("drand", ROUND),)
"""What is mangled: one in ten has a signature of drand, which is slow to verify."""


@cache
def true_bundle(name: str) -> Mapping[str, bytes]:
    """Return the files of a whole bundle, its log signed."""
    files, log = bundle(name, dict(DRAWS)[name])
    log.signed(KEY)
    return with_log(files, log)


def mangled(number: int, seed: str) -> Handed | None:
    """Return a mangled bundle; None where what was changed of the archive leaves every file as it was."""
    dice = Dice(f"{seed} {number}")
    files = dict(true_bundle(dice.one_of(DRAWS)[0]))
    if dice.chance(3):
        archive = mangled_archive(dice, packed(files))
        return None if unpacked(archive) == files else Handed(archive, {}, (KEY.vkey,))
    name = dice.one_of(sorted(files))
    changed = mangled_bytes(dice, files[name])
    while changed == files[name]:
        changed = mangled_bytes(dice, files[name])
    return Handed(packed(files | {name: changed}), {}, (KEY.vkey,))


def unpacked(archive: bytes) -> dict[str, bytes] | None:
    """Return the files of an archive, or None where it is none."""
    intake = Intake(Limits())
    try:
        take_archive(io.BytesIO(archive), intake)
    except TlogError:
        return None
    return intake.files


def tried(browser: BrowserVerifier, numbers: Iterable[int], seed: str, scratch: Path) -> Iterator[Compared]:
    """Yield what the three say of each mangled bundle."""
    made = ((number, mangled(number, seed)) for number in numbers)
    cases = (("mangled", number, each) for number, each in made if each is not None)
    return compare_bundles(browser, cases, scratch)
