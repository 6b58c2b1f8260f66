"""Withheld draws: draws whose files would tell risk classes, which are never public (draw protocol, section 7).

A class shows where strata are classes, and where low risk keeps somebody out of the frame. Of such a draw the public
gets the commitment, who was drawn and who was sent, in an order that tells nothing, and the proofs of the log; the
supervisor gets the whole bundle.

The commitment is public and holds the digests of the files, and whoever knows the register could try every way to fill
them until a digest fits. So each stratum bears a random name, one of which stands in no public file, and each reason in
``exclusions.csv`` a random ending: nobody can try those. What hides behind the names is the bureau's to know.

Source: 国市监信发〔2022〕6号 (不公开).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from registry.batches import Batch
from registry.frames import Scope
from registry.quotas import Stratify
from sampling import frame
from sampling.names import Stratum
from sampling.quotas import Quotas

NAME_BYTES = 16
"""128 random bits: nobody can try them all."""


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """A scope under random names, and what each name hides."""

    scope: Scope
    meanings: Mapping[Stratum, str]


def is_withheld(batch: Batch, scope: Scope) -> bool:
    """Return whether the files of a draw would tell risk classes."""
    return Stratify(batch.stratify) is Stratify.RISK or scope.low_risk


def hide(scope: Scope, salt: Callable[[], bytes]) -> Hidden:
    """Return the scope with random names of strata and random endings of reasons, chosen for this draw alone."""
    hidden = {stratum: Stratum(f"s{_random(salt)}") for stratum in scope.sizes()}
    ending = _random(salt)
    return Hidden(
        scope=replace(
            scope,
            units=tuple(unit._replace(stratum=hidden[unit.stratum]) for unit in scope.units),
            exclusions=tuple(frame.Exclusion(row.unit_id, f"{row.reason}.{ending}") for row in scope.exclusions),
            strata={name: hidden[stratum] for name, stratum in scope.strata.items()},
        ),
        meanings={name: str(stratum) for stratum, name in hidden.items()},
    )


def keep_one_unnamed(quotas: Quotas, sizes: Mapping[Stratum, int]) -> Quotas:
    """Return the same rules in a form that leaves at least one stratum of the frame without its name.

    Where each has a rule of its own, that of one becomes the default, which nothing else of the frame follows.
    """
    if not sizes or set(sizes) - set(quotas.strata):
        return quotas
    unnamed = min(sizes)
    others = {name: rule for name, rule in quotas.strata.items() if name != unnamed}
    return Quotas(quotas.strata[unnamed], others)


def _random(salt: Callable[[], bytes]) -> str:
    return salt()[:NAME_BYTES].hex()
