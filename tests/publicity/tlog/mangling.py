"""Proofs and notes with something wrong in each, as many as one likes, the same for the same seed.

What is made here differs from what an honest log says in at least one place that a reader must not overlook. A line
that is there twice, a signature more of somebody unknown, or another order of the lines are none of those: a note may
have them.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from publicity.tlog.checkpoints import Checkpoint, cosign_checkpoint, open_checkpoint, sign_checkpoint
from publicity.tlog.errors import TlogError
from publicity.tlog.keys import SigningKey, encode
from publicity.tlog.merkle import consistency_proof, inclusion_proof, root
from publicity.tlog.proofs import verify_consistency, verify_inclusion
from tests.publicity.tlog.signing import LOG, NEXT, ORIGIN, STRANGER, WITNESS
from tests.publicity.tlog.store import BIG, MANY

ROOTS = [root(size, BIG.node) for size in range(MANY + 1)]
HUGE = 2**63 - 1
Thing = TypeVar("Thing")


class Numbers:
    """Numbers from a seed: SHAKE-256 of it, eight bytes each."""

    def __init__(self, seed: str) -> None:
        self._seed, self._block, self._at, self._bytes = seed, 0, 0, b""

    def below(self, limit: int) -> int:
        """Return the next number, from 0 to limit - 1."""
        if self._at == len(self._bytes):
            self._bytes = hashlib.shake_256(f"{self._seed} {self._block}".encode()).digest(1 << 16)
            self._block, self._at = self._block + 1, 0
        self._at += 8
        return int.from_bytes(self._bytes[self._at - 8 : self._at]) % limit

    def one_of(self, things: Sequence[Thing]) -> Thing:
        """Return one of several."""
        return things[self.below(len(things))]


def accepted_proofs(seed: str, count: int) -> list[str]:
    """Verify that many mangled proofs, inclusion and consistency by turns, and return those that were accepted."""
    numbers = Numbers(seed)
    accepted = []
    for number in range(count):
        what, verify = _inclusion(numbers) if number % 2 else _consistency(numbers)
        if _accepts(verify):
            accepted.append(f"{number}: {what}")
    return accepted


def accepted_notes(seed: str, count: int) -> list[bytes]:
    """Open that many mangled checkpoints, of which log and witness are pinned, and return those that were accepted."""
    numbers = Numbers(seed)
    return [data for data in _notes(numbers, count) if opens(data)]


def opens(data: bytes) -> bool:
    """Return whether a checkpoint is opened, with the signature of the log and the cosignature of the witness."""
    try:
        opened = open_checkpoint(data, ORIGIN, log_keys=[LOG.verifier], witnesses=[WITNESS.verifier])
    except TlogError:
        return False
    return bool(opened.signed and opened.cosigned)


def honest_note(size: int) -> bytes:
    """Return the checkpoint of a size, signed and cosigned."""
    note = sign_checkpoint(Checkpoint(ORIGIN, size, ROOTS[size]), [LOG])
    return cosign_checkpoint(note, WITNESS, at=1_700_000_000 + size).to_bytes()


def _accepts(verify: Callable[[], None]) -> bool:
    try:
        verify()
    except TlogError:
        return False
    return True


def _inclusion(numbers: Numbers) -> tuple[str, Callable[[], None]]:
    size = 2 + numbers.below(MANY - 1)
    index = numbers.below(size)
    other = (index + 1 + numbers.below(size - 1)) % size
    proof, leaf, top = inclusion_proof(index, size, BIG.node), BIG.nodes[0, index], ROOTS[size]
    kind = numbers.below(12)
    if kind == 0:
        leaf = BIG.nodes[0, other]
    elif kind == 1:
        index = other
    elif kind == 2:
        top = ROOTS[numbers.below(size)]
    elif kind == 3:
        index = numbers.one_of([-1, size, HUGE, 2**64, -(2**64)])
    elif kind == 4:
        size = numbers.one_of([0, -1, index, -HUGE])
    else:
        proof = _changed(proof, numbers)
    what = f"leaf {leaf.hex()} at {index} of {size}, proof {[each.hex() for each in proof]}"
    return what, lambda: verify_inclusion(leaf, index, size, proof, top)


def _consistency(numbers: Numbers) -> tuple[str, Callable[[], None]]:
    new = 2 + numbers.below(MANY - 1)
    old = 1 + numbers.below(new - 1)
    proof, old_root, new_root = consistency_proof(old, new, BIG.node), ROOTS[old], ROOTS[new]
    kind = numbers.below(12)
    if kind == 0:
        old_root = ROOTS[(old + 1 + numbers.below(MANY)) % (MANY + 1)]
    elif kind == 1:
        new_root = ROOTS[(new + 1 + numbers.below(MANY)) % (MANY + 1)]
    elif kind == 2:
        old_root, new_root = new_root, old_root
    elif kind == 3:
        old = numbers.one_of([0, -1, new + 1, HUGE, 2**64])
    elif kind == 4:
        new = numbers.one_of([0, -1, old - 1, -HUGE])
    else:
        proof = _changed(proof, numbers)
    what = f"{old} to {new}, proof {[each.hex() for each in proof]}"
    return what, lambda: verify_consistency(old, new, proof, old_root, new_root)


def _changed(proof: list[bytes], numbers: Numbers) -> list[bytes]:
    """Return another proof: a bit, a byte, a hash more or less, two exchanged, one of elsewhere, none, all twice."""
    place = numbers.below(len(proof))
    kind = numbers.below(9)
    changed = list(proof)
    if kind == 0:
        changed[place] = (int.from_bytes(proof[place]) ^ (1 << numbers.below(256))).to_bytes(32)
    elif kind == 1:
        changed[place] = proof[place][:-1] if numbers.below(2) else proof[place] + b"\x00"
    elif kind == 2:
        changed.insert(place, numbers.one_of([*proof, bytes(32), b""]))
    elif kind == 3:
        del changed[place]
    elif kind == 4:
        other = numbers.below(len(proof))
        changed[place], changed[other] = changed[other], changed[place]
    elif kind == 5:
        changed[place] = numbers.one_of(ROOTS)
    elif kind == 6:
        changed = []
    elif kind == 7:
        changed = [*proof, *proof]
    else:
        changed[place] = b""
    return changed if changed != proof else [*proof, bytes(32)]


def _notes(numbers: Numbers, count: int) -> Iterator[bytes]:
    honest = [honest_note(size) for size in range(MANY + 1)]
    for _ in range(count):
        size = numbers.below(MANY + 1)
        data = honest[size]
        other = honest[(size + 1 + numbers.below(MANY)) % (MANY + 1)]
        mangled = _mangled(data, other, numbers)
        yield mangled if mangled not in (data, other) else mangled[:-1]


def _mangled(data: bytes, other: bytes, numbers: Numbers) -> bytes:
    """Return a note with a bit, a byte, a stretch or a whole part of it wrong."""
    place, kind = numbers.below(len(data)), numbers.below(12)
    before, after = data[:place], data[place + 1 :]
    by_bytes = (
        lambda: before + bytes([data[place] ^ (1 << numbers.below(8))]) + after,
        lambda: before + after,
        lambda: before + bytes([numbers.below(256)]) + data[place:],
        lambda: before,
        lambda: before + other[place:],
        lambda: data[place:] + before,
        lambda: data.replace(b"\n", numbers.one_of([b"\r\n", b"\n\n", b" \n", b"\x0b", b"\0"]), 1),
    )
    if kind < len(by_bytes):
        return by_bytes[kind]()
    return _recombined(data.decode(), other.decode(), kind, numbers).encode()


def _recombined(data: str, other: str, kind: int, numbers: Numbers) -> str:
    """Return a note made of whole, sound pieces that do not belong together."""
    text, signatures = data.split("\n\n")
    other_text, other_signatures = other.split("\n\n")
    signer, witness = signatures.splitlines()
    if kind == 7:
        return f"{other_text}\n\n{signatures}"
    if kind == 8:
        return f"{text}\n\n{signer}\n{other_signatures.splitlines()[1]}\n"
    if kind == 9:
        return f"{text}\n\n{numbers.one_of([signer, witness])}\n"
    if kind == 10:
        origin, *rest = text.split("\n")
        changed = "\n".join([numbers.one_of([origin + "/demo", "", origin.upper(), " " + origin]), *rest])
        return _signed(changed, numbers.one_of([LOG, NEXT, STRANGER]))
    return f"{text}\n{numbers.one_of(['extension', '0', ' '])}\n\n{signatures}"


def _signed(text: str, key: SigningKey) -> str:
    """Return the text signed by a key, whatever the text is."""
    made = key.sign(f"{text}\n".encode())
    return f"{text}\n\n— {made.name} {encode(made.key_id + made.value)}\n"
