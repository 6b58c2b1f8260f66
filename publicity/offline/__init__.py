"""Files to take away: each works alone, from disk, with the network off."""

import hashlib
from functools import cache
from importlib import resources


@cache
def shipped(name: str) -> bytes:
    """Return a file as it is handed out."""
    return resources.files(__name__).joinpath(name).read_bytes()


def verifier_sha256() -> str:
    """Return the SHA-256 of ``verify.py``, as the site says it and paper bears it."""
    return hashlib.sha256(shipped("verify.py")).hexdigest()
