"""Signing a log: ask for its head, have it proved, sign, hand the signature in. Over HTTP, or inside the service.

The signer believes nothing it is told but what its own memory and the proof show. Whatever fails on the way is tried
again; what it signed and could not hand in is handed in first thing the next time, or outgrown by a newer head.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import httpx

from app.signer import Signer
from publicity.errors import PublicityError
from publicity.tlog.checkpoints import LARGEST
from publicity.tlog.proofs import HASH_SIZE

SECONDS = 5.0
"""From one look at the head to the next, by the signer that runs apart."""
TIMEOUT = 30.0
LARGEST_ANSWER = 64 * 1024


class Log(Protocol):
    """A log as its signer sees it."""

    def head(self) -> tuple[int, bytes]:
        """Return size and root as the log states them."""
        ...

    def proof(self, old: int, new: int) -> Sequence[bytes]:
        """Return what the log offers to show that the first ``old`` entries begin the first ``new``."""
        ...

    def hand_in(self, note: bytes) -> None:
        """Give the log its signed head."""
        ...


class LogUnreachableError(PublicityError):
    """The service did not answer what was asked, or not in its form."""

    nature = "unready"
    zh = "日志服务没有给出所需的答复（{asked}：{found}）。没有签名；请检查地址和服务。"
    en = "The log did not answer as it should ({asked}: {found}). Nothing was signed; check address and service."


class ServedLog:
    """A log that a service serves over HTTP; redirects are not followed, and no proxy is taken from the environment."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(
            base_url=address,
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            headers={"Accept-Language": "en"},
        )

    def head(self) -> tuple[int, bytes]:
        """Return size and root. Raises LogUnreachableError."""
        said = self._json("/log/head")
        size, root = said.get("size"), _hash(said.get("root"))
        if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= LARGEST or root is None:
            raise LogUnreachableError(asked="/log/head", found="no size and root")
        return size, root

    def proof(self, old: int, new: int) -> Sequence[bytes]:
        """Return the hashes offered. Raises LogUnreachableError."""
        asked = f"/log/proof/consistency?old={old}&new={new}"
        listed = self._json(asked).get("proof")
        hashes = [_hash(each) for each in listed] if isinstance(listed, list) else [None]
        if None in hashes:
            raise LogUnreachableError(asked=asked, found="no list of hashes")
        return [each for each in hashes if each is not None]

    def hand_in(self, note: bytes) -> None:
        """Post the signed head. Raises LogUnreachableError."""
        answer = self._ask("POST", "/log/checkpoint", note)
        if not answer.is_success:
            raise LogUnreachableError(asked="/log/checkpoint", found=f"{answer.status_code} {_detail(answer)}")

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _json(self, asked: str) -> dict[str, Any]:
        answer = self._ask("GET", asked)
        if not answer.is_success:
            raise LogUnreachableError(asked=asked, found=f"{answer.status_code} {_detail(answer)}")
        try:
            said = answer.json()
        except ValueError as error:
            raise LogUnreachableError(asked=asked, found="no JSON") from error
        if not isinstance(said, dict):
            raise LogUnreachableError(asked=asked, found="no JSON object")
        return said

    def _ask(self, method: str, asked: str, body: bytes | None = None) -> httpx.Response:
        headers = {} if body is None else {"Content-Type": "text/plain; charset=utf-8"}
        try:
            with self._client.stream(method, asked, content=body, headers=headers) as answer:
                read = bytearray()
                for piece in answer.iter_bytes():
                    read += piece
                    if len(read) > LARGEST_ANSWER:
                        raise LogUnreachableError(asked=asked, found=f"more than {LARGEST_ANSWER} bytes")
                return httpx.Response(answer.status_code, content=bytes(read))
        except httpx.HTTPError as error:
            raise LogUnreachableError(asked=asked, found=type(error).__name__) from error


def sign_newest(signer: Signer, log: Log) -> int:
    """Sign the head that the log has now, hand it in, and return its size; an empty log has nothing to sign.

    Raises what ``Signer.sign_newest`` raises, LogUnreachableError.
    """
    size, note = signer.sign_newest(log.head, log.proof)
    if size:
        log.hand_in(note)
    return size


def show_last(signer: Signer, log: Log) -> None:
    """Hand in the last head that was signed, after an alarm: a log that does not hold it writes nothing any more.

    Raises what ``hand_in`` raises, which is how a log answers that does not hold it; SignerMemoryError.
    """
    note = signer.note()
    if note is not None:
        log.hand_in(note)


def keep_signing(
    signer: Signer, log: Log, *, said: Callable[[str], None], wait: Callable[[float], object] = time.sleep
) -> None:
    """Sign every new head until an alarm stops it; whatever else fails is said once and tried again."""
    done, trouble = None, ""
    while True:
        try:
            head = (log.head(), signer.verifiers)
            if head != done:
                said(f"signed {sign_newest(signer, log)}")
                done, trouble = head, ""
        except LogUnreachableError as unreachable:
            if str(unreachable) != trouble:
                trouble = str(unreachable)
                said(trouble)
        wait(SECONDS)


def _hash(value: object) -> bytes | None:
    """Return 32 bytes from 64 lower-case hex digits, or None."""
    if not isinstance(value, str) or len(value) != 2 * HASH_SIZE:
        return None
    try:
        found = bytes.fromhex(value)
    except ValueError:
        return None
    return found if found.hex() == value else None


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return ""
