"""Keys and numbers of fictional operators: valid in form, and visibly nobody's.

A credit code has ``FAKE`` where a real one begins its organisation code; phones begin with 000, domains end in .example
(RFC 2606), ICP numbers begin with 00 and say that they are invented.
"""

from functools import cache

from app.generate.lots import Lots
from registry.credit_code import ALPHABET, BASE, check_digit

BODIES = {"company": "91", "household": "92", "cooperative": "93"}
"""Registering body and class of the credit code, by form. Source: GB 32100-2015, annex A."""

PLACES = 5
NUMBERS = BASE**PLACES
"""How many fictional codes there are: 28,629,151."""
STRIDE = 17_693_787
"""Steps from one code to the next, so that neighbours in a roster are no neighbours in code; prime to NUMBERS."""


def credit_code(seed: int, number: int, *, form: str, area: str) -> str:
    """Return the credit code of the n-th operator, different from that of every other number below NUMBERS.

    >>> credit_code(1, 1, form="company", area="140105")[:12]
    '91140105FAKE'
    """
    place = (number * STRIDE + _start(seed)) % NUMBERS
    digits = []
    for _ in range(PLACES):
        place, value = divmod(place, BASE)
        digits.append(ALPHABET[value])
    first17 = f"{BODIES[form]}{area}FAKE{''.join(digits)}"
    return first17 + check_digit(first17)


def register_no(number: int, area: str) -> str:
    """Return the register number that the bureau gave to an operator without a credit code."""
    return f"{area}.FAKE{number:07d}"


def phone(lots: Lots) -> str:
    """Return a number that no exchange has."""
    return f"000-{lots.below(10**8):08d}"


def icp_no(number: int, site: int) -> str:
    """Return an ICP number (ICP备案号) of an operator's n-th site."""
    return f"晋ICP备00{number:08d}号-{site}（虚构）"


@cache
def _start(seed: int) -> int:
    return Lots(seed, "credit codes").below(NUMBERS)
