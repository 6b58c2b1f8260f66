"""The signer of the log: a key and a memory of its own, and one rule: never two histories.

Its directory holds the private keys, the last head it signed, and a lock. A head is signed only when the log proves
that it extends the last one. What was signed is on disk before anybody gets the signature, so that a process killed at
any line either did not sign or remembers that it did. A log that shrank, or that cannot be the continuation of what was
signed, stops the signer: both heads are written down as evidence, and nothing is signed until a person took them away.

Who reads the directory can sign anything; who can change it can make the signer forget. It is worth keeping from the
administrators of the database.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from publicity.errors import PublicityError
from publicity.tlog.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from publicity.tlog.errors import NoteError, ProofError, SecretKeyFormError
from publicity.tlog.keys import SigningKey, Use, VerifierKey
from publicity.tlog.proofs import verify_consistency
from sampling.merkle import EMPTY_ROOT
from sampling.wording import Words

Proof = Callable[[int, int], Sequence[bytes]]
"""``proof(old, new)``: what the log offers to show that its first ``old`` entries begin its first ``new``."""

MODE = 0o600
DIRECTORY_MODE = 0o700

UNREADABLE: Words = ("密钥无法读取", "its keys cannot be read")
FORM: Words = ("密钥文本不合规", "its keys are not in their form")
SEVERAL: Words = ("没有密钥，或密钥分属不同的日志", "it has no keys, or keys of several logs")
FORGOTTEN: Words = ("不记得签过什么", "it does not remember what it signed")
OTHER_LOG: Words = ("属于另一个日志", "it is another log")
REWIND: Words = ("日志变短了（回退）", "the log became shorter, a rewind")
FORK: Words = ("同样大小，根不同（分叉）", "the same size with another root, a fork")


class SignerMemoryError(PublicityError):
    """A signer's directory is not as the signer left it."""

    nature = "unready"
    zh = "签名目录 {directory} 不完整或被改动过（{problem_zh}）。没有签名；请从备份恢复整个目录。"
    en = (
        "The signer's directory {directory} is incomplete or was changed ({problem_en}). Nothing was signed; "
        "restore the whole directory from its backup."
    )


class SignerExistsError(PublicityError):
    """There is a signer already where a new one was to be made."""

    nature = "conflict"
    zh = "{directory} 已有签名密钥，没有改动。换密钥请用 sign key rotate，新的日志请另用目录。"
    en = (
        "There is a signing key in {directory}, which was left as it is. Use sign key rotate for another key, "
        "or another directory for another log."
    )


class NoSuchKeyError(PublicityError):
    """A key was to be retired that the signer does not have, or has no other beside."""

    nature = "conflict"
    zh = (
        "签名目录没有编号为 {key_id} 的密钥，或者它是唯一的一个。没有改动；"
        "请核对编号，先用 sign key rotate 添加新密钥。"
    )
    en = (
        "The signer has no key numbered {key_id}, or no other one. Nothing was changed; check the number, and add "
        "a key with sign key rotate first."
    )


class SignerAlarmError(PublicityError):
    """The log rewound or forked against what was signed."""

    nature = "conflict"
    zh = (
        "警报：日志与已签名的历史不符。"
        "已签 {signed} 条（根 {signed_root}），日志现称 {offered} 条（根 {offered_root}）："
        "{why_zh}。没有签名；证据写在 {alarm}，在有人查明并移走它之前不再签名。"
    )
    en = (
        "ALARM: the log differs from the history that was signed. Signed: {signed} entries, root {signed_root}. "
        "Offered: {offered} entries, root {offered_root}: {why_en}. Nothing was signed; the evidence is in {alarm}, "
        "and nothing will be signed until somebody has looked and taken it away."
    )


class SignerStoppedError(PublicityError):
    """An earlier alarm has not been looked at."""

    nature = "unready"
    zh = "签名已停止：先前的警报仍在 {alarm}。没有签名；请查明原因，移走该文件后再启动。"
    en = (
        "Signing has stopped: an earlier alarm is still in {alarm}. Nothing was signed; find out what happened, "
        "then take the file away."
    )


class Signer:
    """The keys and the memory in one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._keys = directory / "keys"
        self._head = directory / "head"
        self.alarm = directory / "alarm.json"

    @classmethod
    def create(cls, directory: Path, origin: str, seed: bytes) -> "Signer":
        """Make a signer for a new log; its memory begins with the empty log. Raises SignerExistsError."""
        signer = cls(directory)
        directory.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        with signer._locked():
            if signer.exists:
                raise SignerExistsError(directory=directory)
            key = SigningKey(origin, Use.SIGNATURE, seed)
            # the key last: a directory without it is one that never signed, whatever a crash left in it
            signer._remember(Checkpoint(origin, 0, EMPTY_ROOT), [key])
            signer._keep_keys([key])
        return signer

    @property
    def exists(self) -> bool:
        """Return whether there is a key."""
        return self._keys.exists()

    @property
    def origin(self) -> str:
        """Return the name of the log, which is that of its keys. Raises SignerMemoryError."""
        return self._signing_keys()[0].name

    @property
    def verifiers(self) -> tuple[VerifierKey, ...]:
        """Return the public keys, the oldest first. Raises SignerMemoryError."""
        return tuple(key.verifier for key in self._signing_keys())

    def last(self) -> Checkpoint:
        """Return the last head that was signed. Raises SignerMemoryError."""
        return self._recall(self._signing_keys())

    def note(self) -> bytes | None:
        """Return the note of the last head that was signed, None before the first. Raises SignerMemoryError."""
        return self._head.read_bytes() if self.last().size else None

    def sign(self, offered: Checkpoint, proof: Proof) -> bytes:
        """Return the note of a head that extends the last one; of the same head again the same note.

        Raises SignerStoppedError, SignerAlarmError, SignerMemoryError, and what ``proof`` raises.
        """
        with self._locked():
            return self._sign(offered, proof)

    def sign_newest(self, ask: Callable[[], tuple[int, bytes]], proof: Proof) -> tuple[int, bytes]:
        """Ask for size and root of the head and return size and note: whoever else signs here waits until it is signed.

        A head that was asked for earlier could be older than what another process signs meanwhile, and look like a
        rewind. Raises what ``sign`` and ``ask`` raise.
        """
        with self._locked():
            self.check_not_stopped()  # before anybody is asked: what is answered now makes no difference
            size, root = ask()
            return size, self._sign(Checkpoint(self.origin, size, root), proof)

    def check_not_stopped(self) -> None:
        """Return if no alarm waits to be looked at. Raises SignerStoppedError."""
        if self.alarm.exists():
            raise SignerStoppedError(alarm=self.alarm)

    def rotate(self, seed: bytes) -> VerifierKey:
        """Add a key, which signs beside the older ones from now on. Raises SignerMemoryError."""
        with self._locked():
            keys = self._signing_keys()
            last = self._recall(keys)
            added = SigningKey(keys[0].name, Use.SIGNATURE, seed)
            # keys first: a memory signed by a subset of them is still theirs
            self._keep_keys([*keys, added])
            self._remember(last, [*keys, added])
        return added.verifier

    def retire(self, key_id: str) -> None:
        """Take a key away, which signs nothing from now on. Raises NoSuchKeyError, SignerMemoryError."""
        with self._locked():
            keys = self._signing_keys()
            kept = [key for key in keys if key.verifier.key_id.hex() != key_id]
            if len(kept) in (0, len(keys)):
                raise NoSuchKeyError(key_id=key_id)
            # the memory first: it has to be signed by a key that stays
            self._remember(self._recall(keys), kept)
            self._keep_keys(kept)

    def _sign(self, offered: Checkpoint, proof: Proof) -> bytes:
        self.check_not_stopped()
        keys = self._signing_keys()
        last = self._recall(keys)
        if offered == last:
            return self._head.read_bytes()
        if why := _difference(last, offered, proof):
            raise self._alarmed(last, offered, why)
        return self._remember(offered, keys)

    def _signing_keys(self) -> list[SigningKey]:
        try:
            keys = [SigningKey.parse(line) for line in self._keys.read_text(encoding="utf-8").splitlines()]
        except (OSError, UnicodeDecodeError) as error:
            raise self._broken(UNREADABLE) from error
        except SecretKeyFormError as error:
            raise self._broken(FORM) from error
        if not keys or len({key.name for key in keys}) > 1:
            raise self._broken(SEVERAL)
        return keys

    def _recall(self, keys: Sequence[SigningKey]) -> Checkpoint:
        try:
            data = self._head.read_bytes()
            return open_checkpoint(data, keys[0].name, log_keys=[key.verifier for key in keys]).checkpoint
        except OSError as error:
            raise self._broken(FORGOTTEN) from error
        except NoteError as error:
            raise self._broken((error.text("zh").rstrip("。"), error.text("en").rstrip("."))) from error

    def _remember(self, head: Checkpoint, keys: Sequence[SigningKey]) -> bytes:
        note = sign_checkpoint(head, keys).to_bytes()
        self._write(self._head, note)
        return note

    def _keep_keys(self, keys: Sequence[SigningKey]) -> None:
        self._write(self._keys, "".join(f"{key.secret_text()}\n" for key in keys).encode())

    def _alarmed(self, last: Checkpoint, offered: Checkpoint, why: Words) -> SignerAlarmError:
        """Write both heads down before anything is said."""
        evidence = {"signed": self._head.read_text(encoding="utf-8"), "offered": offered.text, "why": why[1]}
        self._write(self.alarm, json.dumps(evidence, ensure_ascii=False, indent=1).encode())
        return SignerAlarmError(
            signed=last.size,
            signed_root=last.root.hex(),
            offered=offered.size,
            offered_root=offered.root.hex(),
            why_zh=why[0],
            why_en=why[1],
            alarm=self.alarm,
        )

    def _broken(self, problem: Words) -> SignerMemoryError:
        return SignerMemoryError(directory=self.directory, problem_zh=problem[0], problem_en=problem[1])

    def _write(self, path: Path, data: bytes) -> None:
        """Put a file in place whole or not at all: a crash leaves the old one or the new one, on disk."""
        new = path.with_name(f"{path.name}.new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        directory = os.open(self.directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the directory alone; the lock goes with the process, however that ends."""
        lock = os.open(self.directory / "lock", os.O_WRONLY | os.O_CREAT, MODE)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _difference(last: Checkpoint, offered: Checkpoint, proof: Proof) -> Words | None:
    """Return why a head does not extend the last one; None when it does."""
    if offered.origin != last.origin:
        return OTHER_LOG
    if offered.size < last.size:
        return REWIND
    if offered.size == last.size:
        return FORK
    if last.size:
        try:
            verify_consistency(last.size, offered.size, proof(last.size, offered.size), last.root, offered.root)
        except ProofError as error:
            return (
                f"不能证明它接续已签的历史（分叉）：{error.text('zh').rstrip('。')}",
                f"a fork: {error.text('en').rstrip('.')}",
            )
    return None
