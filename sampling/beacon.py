"""The drand beacon: whether a signature is that of a round, and the randomness that follows from it. Offline.

Parameters of the League of Entropy's chain quicknet (scheme ``bls-unchained-g1-rfc9380``) are pinned here and come from
nowhere else: a relay that could name its own chain or key could name its own randomness. A signature is a point of G1,
48 bytes compressed; the public key is in G2; what is signed is the SHA-256 of the round as 8 bytes, big-endian.

A bare pairing check is not enough: to the true signature a point of small order can be added, the pairing does not
see it, and the randomness is another. So the point must lie in the right subgroup, which is checked when it is read.

Sources: RFC 9380 (hashing to the curve), draft-irtf-cfrg-bls-signature (verification, subgroup check), the chain's
information at drand (public key, scheme).
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Self

from pyblst import BlstP1Element, BlstP2Element, final_verify, miller_loop

from sampling.errors import Fault, RefusedError
from sampling.sources import Drand

QUICKNET_KEY: Final = bytes.fromhex(
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc2"
    "2b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
"""The public key of the chain, a point of G2, compressed. Source: the chain's information, ``public_key``."""

QUICKNET_DST: Final = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
"""The domain separation tag of the scheme. Source: RFC 9380, section 8.8.1, and drand's scheme."""

G2_GENERATOR: Final = bytes.fromhex(
    "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91"
    "260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
)
"""The generator of G2, compressed. Source: draft-irtf-cfrg-pairing-friendly-curves, section 4.2.1."""

SIGNATURE_BYTES: Final = 48
_SIGNATURE: Final = re.compile(rf"[0-9a-f]{{{2 * SIGNATURE_BYTES}}}")


@dataclass(frozen=True, slots=True)
class Beacon:
    """A round of quicknet with its signature in hex, verified when it is made.

    >>> signature = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
    >>> Beacon.of(Drand(1000), signature).randomness
    'fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd'
    """

    round: int
    signature: str
    randomness: str

    @classmethod
    def of(cls, source: Drand, signature: str) -> Self:
        """Return the beacon of a round.

        Raises:
            RefusedError: at ``signature``, when it is not 96 lowercase hex digits or not the round's signature.
        """
        if not _SIGNATURE.fullmatch(signature):
            raise RefusedError(Fault.SIGNATURE_FORM, ("signature",))
        return cls(source.round, signature, verify(source.round, bytes.fromhex(signature)))


def verify(number: int, signature: bytes) -> str:
    """Return the randomness of a round, 64 hex digits, once its signature is verified.

    Raises:
        RefusedError: at ``signature``, for anything but the one signature of this round; at ``round`` below 1.
    """
    Drand(number)  # round 0 means "latest" at relays, and is none
    try:
        point = BlstP1Element.uncompress(signature)  # refuses what is not on the curve or not in the subgroup
    except ValueError:
        raise RefusedError(Fault.SIGNATURE_WRONG, ("signature",), round=number) from None
    message = hashlib.sha256(number.to_bytes(8, "big")).digest()
    hashed = BlstP1Element.hash_to_group(message, QUICKNET_DST)
    left = miller_loop(point, BlstP2Element.uncompress(G2_GENERATOR))
    right = miller_loop(hashed, BlstP2Element.uncompress(QUICKNET_KEY))
    if point.compress() != signature or not final_verify(left, right):
        raise RefusedError(Fault.SIGNATURE_WRONG, ("signature",), round=number)
    return hashlib.sha256(signature).hexdigest()
