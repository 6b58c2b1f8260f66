"""The service has each new signed head cosigned: all witnesses are asked for the same head, and none waits for another.

Nothing else waits for a witness. One that is down, slow or wrong is named in the service's log and asked again a moment
later. What is known of how far it got is what is stored here; where the witness is further (a process was killed
between its answer and the storing, a backup was restored), its 409 says so and the proof begins there.

Two answers are no trouble of the network. A witness that has seen more entries than there are, or whose head the log's
own proof does not lead from, says that this log is not the one it cosigned: entries were lost, or there are two
histories. Then nothing is written any more until a person has looked. A witness is the bureau's own choice and its word
is enough for that; the way on without it is to take it out of the settings, which the log then says in public.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

import structlog

from app.gate import shut
from app.record import SYSTEM
from app.repeating import repeating
from app.service import Service
from app.settings import WitnessAt
from app.witness_client import Has, Signed, Unproved, add_checkpoint, failed
from publicity import sequencer
from publicity.errors import PublicityError
from publicity.heads import SignedHead
from publicity.tlog import merkle
from publicity.tlog.keys import VerifierKey
from publicity.tlog.notes import Note
from publicity.tlog.witnesses import request_body
from publicity.witnessing import Pinned, announce, announced, last_cosigned, take_cosignature, uncosigned_head
from sampling.wording import Bilingual, Words

SECONDS = 5.0
"""From one look for a head that is not cosigned to the next."""
TRIES = 3
"""Requests for one head: where the witness stands, the proof from there, and once more if it moved meanwhile."""
LOG = structlog.get_logger()

SAME_SIZE: Words = ("同样大小，根不同", "it has another root at the same size")
NO_PROOF: Words = ("从它的日志头到现在的日志头，证明不成立", "no proof leads from its head to this one")
NO_EMPTY_PROOF: Words = (
    "它说证明不成立，而从 0 开始不需要证明（422）",
    "it refused a proof where none is needed (422)",
)
NO_SIZE: Words = ("409 答复没有说明它的日志大小", "its answer 409 does not say which size it has")
MOVING: Words = ("它的日志大小一再变化", "its size changed again and again")
OUTGROWN: Words = ("它已联署更大的日志头", "it has cosigned a larger head already")


class WitnessAlarmError(PublicityError):
    """A witness holds a head that this log does not extend: a fork or a rewind."""

    nature: ClassVar = "conflict"
    zh = (
        "警报：见证人“{name}”见过的日志与本日志不符（{why_zh}）：它记得 {has} 条，本日志现有 {size} 条。"
        "服务转为只读，没有收存任何内容；请先查明哪一份历史属实，再按操作手册处理。"
    )
    en = (
        "ALARM: the witness “{name}” has seen another log than this one ({why_en}): it remembers {has} entries, and "
        "this log has {size}. The service is read-only now and nothing was stored; find out which history is true, "
        "then follow the operating manual."
    )


@dataclass(frozen=True, slots=True)
class Result:
    """What came of asking one witness: nothing to ask, a head of this size cosigned, or why not."""

    witness: VerifierKey
    size: int | None = None
    error: Bilingual | None = None


def watchers(service: Service) -> tuple[WitnessAt, ...]:
    """Return who watches this log: the witnesses of the settings, and of a demonstration or a rehearsal nobody."""
    return service.settings.named_witnesses if service.stage.is_real else ()


def announce_witnesses(service: Service) -> None:
    """Write into the log which witnesses count, where it does not say so already."""
    witnesses = watchers(service)
    pinned = Pinned(keys=tuple(each.key for each in witnesses), quorum=service.settings.quorum if witnesses else 0)
    with service.database.reading() as session:
        known = announced(session)
    if known.stated != pinned.stated:
        service.recorder.record(SYSTEM, lambda act: str(announce(act, pinned)))


def cosign_newest(service: Service) -> list[Result]:
    """Ask every witness that has not cosigned the newest signed head for it, all at once, and keep what they give.

    After an alarm nothing is written any more.
    """
    announce_witnesses(service)
    witnesses = watchers(service)
    if not witnesses:
        return []
    with service.database.reading() as session:
        heads = [uncosigned_head(session, each.key) for each in witnesses]
    with ThreadPoolExecutor(len(witnesses)) as pool:
        results = list(pool.map(lambda pair: _asked(service, *pair), zip(witnesses, heads, strict=True)))
    for result in results:
        if isinstance(result.error, WitnessAlarmError):
            shut(service.database, (result.error.text("zh"), result.error.text("en")))
    return results


def ask(service: Service, witness: WitnessAt, head: SignedHead) -> None:
    """Get one witness's cosignature under one head, and keep it.

    Raises WitnessError, WitnessAlarmError, NoteError, CosignatureTimeError, ReadOnlyError.
    """
    with service.database.reading() as session:
        known = last_cosigned(session, witness.key)
    old = min(known[0].size, head.size) if known else 0
    for _ in range(TRIES):
        body = request_body(old, _proof(service, old, head.size), Note.parse(head.note))
        match add_checkpoint(witness, body, seconds=service.settings.witness_timeout):
            case Signed(lines):
                # killed here, the witness is ahead of what is stored: its 409 says so the next time
                service.recorder.record(SYSTEM, lambda act: take_cosignature(act, head, lines, witness.key).line)
                return
            case Unproved():
                if old == 0:
                    raise failed(witness, NO_EMPTY_PROOF)
                raise _alarm(service, witness, old, NO_PROOF)
            case Has(size):
                old = _start(service, witness, head, old, size)
    raise failed(witness, MOVING)


@contextmanager
def cosigning(service: Service, seconds: float = SECONDS) -> Iterator[None]:
    """Have every new head cosigned, in a thread of its own, until the block ends; what fails is said once."""
    said: dict[str, str] = {}

    def ask() -> None:
        nonlocal said
        said = tell(cosign_newest(service), said)

    with repeating(ask, seconds, name="witness", over=lambda: service.database.shut is not None):
        yield


def tell(results: Sequence[Result], said: dict[str, str]) -> dict[str, str]:
    """Log each trouble when it begins or changes, and when it is over; return what was said last of each witness."""
    now = {result.witness.name: result.error.text("en") for result in results if result.error is not None}
    for name, text in now.items():
        if said.get(name) != text:
            LOG.error("witness", witness=name, reason=text)
    for name in said.keys() - now.keys():
        LOG.info("witness", witness=name, reason="cosigns again")
    return now


def _asked(service: Service, witness: WitnessAt, head: SignedHead | None) -> Result:
    if head is None:
        return Result(witness.key)
    try:
        ask(service, witness, head)
    except Bilingual as error:
        return Result(witness.key, error=error)
    return Result(witness.key, size=head.size)


def _start(service: Service, witness: WitnessAt, head: SignedHead, sent: int, size: int | None) -> int:
    """Return from which size the proof has to begin. Raises WitnessAlarmError, WitnessError."""
    if sent == head.size and size in (None, sent):
        raise _alarm(service, witness, sent, SAME_SIZE)
    if size is None or size == sent:
        raise failed(witness, NO_SIZE)
    if size > head.size:
        with service.database.reading() as session:
            there = sequencer.read_head(session).size
        if size > there:
            why = (f"它联署过 {size} 条，现在只有 {there} 条", f"it cosigned {size} entries, and there are {there} now")
            raise _alarm(service, witness, size, why)
        raise failed(witness, OUTGROWN)
    return size


def _proof(service: Service, old: int, new: int) -> list[bytes]:
    if old == 0:
        return []
    with service.database.reading() as session:
        return merkle.consistency_proof(old, new, sequencer.TreeReader(session))


def _alarm(service: Service, witness: WitnessAt, has: int, why: Words) -> WitnessAlarmError:
    with service.database.reading() as session:
        size = sequencer.read_head(session).size
    return WitnessAlarmError(name=witness.key.name, has=has, size=size, why_zh=why[0], why_en=why[1])
