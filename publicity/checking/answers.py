"""Checks a signed answer about restrictions: its key stands in the reader's log, its signature holds, its head is true.

Pure, offline. The reader pins the log's key and no other: the key for answers is believed because an entry of that log
declares it, and no longer once a revocation of that log is handed in beside the answer. A time in an answer is the
signer's word, so a revoked key's answers are refused whatever time they claim.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from publicity.tlog.answers import HEAD, REVOKED, SignedAnswer, malformed, read_answer
from publicity.tlog.checkpoints import Checkpoint
from publicity.tlog.errors import RevocationFormError, RevokedAnswerError
from publicity.tlog.keys import VerifierKey
from publicity.tlog.notes import Note, open_note
from publicity.tlog.receipts import Receipt
from publicity.verify import UNSIGNED_WORDS, Report, State, Step, Trusted, head_over, held, signers
from sampling.wording import Bilingual, Words

BEYOND: tuple[Words, ...] = (
    (
        "答复只说明查询时公示的记录怎样，不说明此后没有变更；需要现在的情况，请重新查询。",
        "An answer shows what was public when it was asked for, not that nothing came after it; ask again for today.",
    ),
    (
        "签答复的密钥由服务自己持有；日志头的签名和见证人联署不为答复的内容作保。",
        "The service itself holds the key for answers; signatures under the log do not vouch for what an answer says.",
    ),
    (
        "签答复的密钥后来是否被撤销，答复本身看不出来：/log 页面列出各密钥的状态，撤销文件可与答复一并核对。",
        (
            "That its key was revoked since does not show in an answer: /log lists the keys, and a revocation from "
            "there is checked beside the answer."
        ),
    ),
)
EARLIER: Words = (
    "答复自称作于撤销之前，但持有该密钥的人可以填写任何时间，无从证明。",
    "The answer claims an earlier time, which nobody can prove: whoever has the key can write any.",
)
LATER: Words = ("答复作于撤销之后。", "The answer was made after that.")


def verify_answer(data: bytes, trusted: Trusted, revocations: Sequence[bytes] = ()) -> Report:
    """Check a signed answer against the keys that the reader trusts; without any, nothing follows from it.

    ``revocations`` are receipts of entries that revoke keys, as ``/log`` hands them out.
    """
    steps: list[Step] = []
    found: dict[str, Any] = {}
    try:
        steps.extend(_steps(SignedAnswer.parse(data), trusted, revocations, found))
    except Bilingual as refused:
        steps.append(Step("refused", State.REFUSED, (refused.text("zh"), refused.text("en"))))
    return Report("answer", tuple(steps), tuple(_shown(found)) if found else (), BEYOND)


def _steps(
    signed: SignedAnswer, trusted: Trusted, revocations: Sequence[bytes], found: dict[str, Any]
) -> Iterator[Step]:
    """Yield each step that holds, and put the answer into ``found``. Raises TlogError of every kind."""
    opened = trusted.open_head(signed.checkpoint) if trusted.log_keys else None
    head = opened.checkpoint if opened else Checkpoint.parse(Note.parse(signed.checkpoint).text)
    signed.check_inclusion(head.size, head.root)
    key = signed.declared_key(head.origin)
    yield held(
        "key",
        f"日志第 {signed.index} 条写明了答复公钥 {key}",
        f"Entry {signed.index} of the log declares the key for answers, {key}.",
    )
    answer = read_answer(open_note(signed.note, [key]).text, key.name)
    yield held("answer", "答复由该公钥签名，一字未改", "The answer is signed by that key, and unchanged.")
    if answer.get("log_size") != head.size or answer.get("log_root") != head.root.hex():
        raise malformed(HEAD)
    yield held(
        "head",
        f"答复依据的日志有 {head.size} 条，根哈希 {head.root.hex()}",
        f"It was made at the log of {head.size} entries with the root {head.root.hex()}.",
    )
    for each in revocations:
        yield _of_another(Receipt.parse(each), trusted, key, head)
    found |= answer
    if opened is None:
        yield Step("signature", State.UNCHECKED, UNSIGNED_WORDS)
        return
    yield from signers(opened)


def _of_another(receipt: Receipt, trusted: Trusted, key: VerifierKey, head: Checkpoint) -> Step:
    """Return the step that a revocation is of another key. Raises RevokedAnswerError and TlogError of every kind."""
    entry = receipt.read_entry()
    receipt.check_body()
    head_over(receipt, trusted)
    if entry.kind != REVOKED or receipt.origin != head.origin:
        raise RevocationFormError(origin=head.origin)
    if entry.public.get("key") == str(key):
        claim = EARLIER if head.size <= entry.index else LATER
        raise RevokedAnswerError(at=entry.at, index=entry.index, claim_zh=claim[0], claim_en=claim[1])
    return held(
        "revocation",
        f"日志第 {entry.index} 条撤销的是另一把密钥",
        f"Entry {entry.index} of the log revokes another key.",
    )


def _shown(answer: Mapping[str, Any]) -> Iterator[Words]:
    made_at, as_of = answer.get("made_at"), answer.get("as_of")
    yield (f"答复于 {made_at} 作出，所问日期 {as_of}。", f"Answered at {made_at} about {as_of}.")
    yield str(answer.get("note")), str(answer.get("note_en"))
    for each in _listed(answer.get("answers")):
        yield (
            f"{each.get('code')}：{each.get('state_words')}（{each.get('state')}）",
            f"{each.get('code')}: {each.get('state_words_en')} ({each.get('state')})",
        )
        for line in _listed(each.get("restrictions")):
            until = line.get("until_on") or line.get("ends")
            yield (
                (
                    f"{line.get('what')}：{line.get('from_on')} 至 {until}，{line.get('source')}，"
                    f"{line.get('authority')} {line.get('decision_no')}"
                ),
                (
                    f"{line.get('what_en')}: {line.get('from_on')} to {until}, {line.get('source')}, "
                    f"{line.get('authority')} {line.get('decision_no')}"
                ),
            )


def _listed(value: object) -> list[Mapping[str, Any]]:
    """Return the objects of a list, and nothing else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
