"""What a citizen's verifier finds, step by step: what holds, what was refused, what was left unchecked.

Pure: the log's mathematics and the protocol's, no database and no framework. Keys and origin come from whoever checks,
never from what is checked. The first step that fails ends the report: what comes after it would rest on nothing.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from publicity.tlog.checkpoints import Checkpoint, SignedCheckpoint, open_checkpoint
from publicity.tlog.errors import OriginError, ReceiptOriginError
from publicity.tlog.keys import Use, VerifierKey
from publicity.tlog.notes import Note
from publicity.tlog.receipts import Receipt
from sampling.wording import Bilingual, Language, Words

SHOWN_CHARACTERS = 2_000
UNSIGNED_WORDS: Words = (
    "没有核对签名：任何人都能编造这样一份未经核对签名的文件。请用 --key 给出从别处取得的日志公钥",
    "The signature was not checked: anybody could have made this. Give a key got elsewhere with --key.",
)
KindWords = Callable[[str], Words]
"""What the kind of an entry says in words."""


class State(StrEnum):
    """How a step ended."""

    HELD = "held"
    REFUSED = "refused"
    UNCHECKED = "unchecked"


MARKS: dict[State, Words] = {
    State.HELD: ("[成立]", "[holds]"),
    State.REFUSED: ("[拒绝]", "[REFUSED]"),
    State.UNCHECKED: ("[未核]", "[not checked]"),
}
VERDICTS: dict[State, Words] = {
    State.HELD: ("结论：成立。", "Verdict: it holds."),
    State.REFUSED: ("结论：不成立，不应采信。", "Verdict: refused. Do not rely on it."),
    State.UNCHECKED: (
        "结论：未完成。有一步没有核对，不能据此认定；请按上面的提示补上再核。",
        "Verdict: not finished. A step was not checked: nothing follows. Supply what is named above and ask again.",
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at."""

    name: str
    state: State
    words: Words


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, in order; what it shows if it holds, and what it cannot show, which is said every time."""

    subject: str
    steps: tuple[Step, ...]
    shows: tuple[Words, ...]
    beyond: tuple[Words, ...]
    result: Mapping[str, object] = field(default_factory=dict)
    """What was recomputed, by name."""

    @property
    def verdict(self) -> State:
        """Return refused if anything was, held if everything did."""
        found = {step.state for step in self.steps}
        return next((state for state in (State.REFUSED, State.UNCHECKED) if state in found), State.HELD)

    def lines(self, language: Language) -> list[str]:
        """Return the report for people."""
        at = 0 if language == "zh" else 1
        said = [f"{MARKS[step.state][at]} {printable(step.words[at])}" for step in self.steps]
        if self.verdict is State.HELD:
            said += [printable(each[at]) for each in self.shows]
        return [*said, *(printable(each[at]) for each in self.beyond), VERDICTS[self.verdict][at]]

    def to_json(self) -> str:
        """Return the report for machines."""
        told = {
            "subject": self.subject,
            "verdict": self.verdict.value,
            "steps": [
                {"step": step.name, "state": step.state.value, "zh": step.words[0], "en": step.words[1]}
                for step in self.steps
            ],
            "shows": [{"zh": zh, "en": en} for zh, en in self.shows] if self.verdict is State.HELD else [],
            "beyond": [{"zh": zh, "en": en} for zh, en in self.beyond],
        } | ({"result": dict(self.result)} if self.result else {})
        return json.dumps(told, ensure_ascii=False, indent=1)


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whom the reader believes: the log's keys (two during a rotation), its name, witnesses; none means nobody.

    Without an origin given a log is believed in the name that its key bears, and in no other.
    """

    origin: str | None
    log_keys: tuple[VerifierKey, ...] = ()
    witnesses: tuple[VerifierKey, ...] = ()

    @classmethod
    def of(cls, keys: tuple[VerifierKey, ...], origin: str | None) -> "Trusted":
        """Sort keys by their use."""
        logs = tuple(key for key in keys if key.use is Use.SIGNATURE)
        return cls(origin, logs, tuple(key for key in keys if key.use is Use.COSIGNATURE))

    def open_head(self, note: bytes) -> SignedCheckpoint:
        """Return a head that one of the log's keys signed in the name it may. Raises NoteError of every kind."""
        if self.origin is not None:
            return open_checkpoint(note, self.origin, log_keys=self.log_keys, witnesses=self.witnesses)
        named = Checkpoint.parse(Note.parse(note).text).origin
        own = [key for key in self.log_keys if key.name == named]
        if not own:
            raise OriginError(found=named, expected=", ".join(dict.fromkeys(key.name for key in self.log_keys)))
        return open_checkpoint(note, named, log_keys=own, witnesses=self.witnesses)


BEYOND: tuple[Words, ...] = (
    (
        "回执只说明日志收录了这段文字，不说明文字所述属实，也不说明该事项后来没有变更。",
        "A receipt shows that the log holds this text, not that what it says is true, nor that nothing came after it.",
    ),
    (
        "是否所有人看到的是同一份日志，须由见证人联署，或与他人留存的日志头比对。",
        "That everybody is shown the same log takes witnesses, or a head that somebody else kept.",
    ),
)


def verify_receipt(data: bytes, trusted: Trusted, kinds: KindWords = lambda kind: (kind, kind)) -> Report:
    """Check a receipt against the keys that the reader trusts; without any, its signature stays unchecked."""
    steps: list[Step] = []
    shows: tuple[Words, ...] = ()
    try:
        receipt = Receipt.parse(data)
        steps.extend(_steps(receipt, trusted))
        shows = tuple(_shown(receipt, kinds))
    except Bilingual as refused:
        steps.append(Step("refused", State.REFUSED, (refused.text("zh"), refused.text("en"))))
    return Report("receipt", tuple(steps), shows, BEYOND)


def unread(refused: Bilingual) -> Report:
    """Return the report on what could not be read as anything that can be checked."""
    return Report("unknown", (Step("refused", State.REFUSED, (refused.text("zh"), refused.text("en"))),), (), ())


def unfinished(failed: Bilingual) -> Report:
    """Return the report on what could not be had."""
    return Report("unknown", (Step("fetched", State.UNCHECKED, (failed.text("zh"), failed.text("en"))),), (), ())


def signers(signed: SignedCheckpoint) -> Iterator[Step]:
    """Yield who signed a head, and which witnesses cosigned it."""
    names = ", ".join(f"{each.key.name} ({each.key.key_id.hex()})" for each in signed.signed)
    yield held("signature", f"日志头由 {names} 签名", f"The head of the log is signed by {names}.")
    for each in signed.cosigned:
        at = each.at or 0
        name = f"{each.key.name} ({each.key.key_id.hex()})"
        yield held("witness", f"见证人 {name} 联署，时间戳 {at}", f"Cosigned by the witness {name} at second {at}.")


def printable(text: str) -> str:
    """Return text that a terminal shows as it is: nothing in it moves the cursor or turns the direction."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def _steps(receipt: Receipt, trusted: Trusted) -> Iterator[Step]:
    """Yield each step that holds. Raises TlogError of every kind at the first that does not."""
    entry = receipt.read_entry()
    yield held("form", f"回执格式相符，是日志第 {entry.index} 条", f"It is a receipt, of entry {entry.index}.")
    receipt.check_body()
    yield held("body", "正文和盐值的摘要正是条目中的摘要", "Text and salt have the digest that stands in the entry.")
    head, signed = head_over(receipt, trusted)
    yield held(
        "proof",
        f"条目收录于 {head.size} 条的日志，根哈希 {head.root.hex()}",
        f"The entry is in the log of {head.size} entries with the root {head.root.hex()}.",
    )
    if signed is None:
        yield Step("signature", State.UNCHECKED, UNSIGNED_WORDS)
        return
    yield from signers(signed)


def head_over(receipt: Receipt, trusted: Trusted) -> tuple[Checkpoint, SignedCheckpoint | None]:
    """Return the head under which a receipt's entry stands in its log; unsigned where the reader trusts no key.

    Raises TlogError of every kind.
    """
    signed = trusted.open_head(receipt.checkpoint) if trusted.log_keys else None
    head = signed.checkpoint if signed else Checkpoint.parse(Note.parse(receipt.checkpoint).text)
    if head.origin != receipt.origin:
        raise ReceiptOriginError(named=receipt.origin, found=head.origin)
    receipt.check_inclusion(head.size, head.root)
    return head, signed


def _shown(receipt: Receipt, kinds: KindWords) -> Iterator[Words]:
    entry = receipt.read_entry()
    zh, en = kinds(entry.kind)
    yield (
        f"日志“{receipt.origin}”第 {entry.index} 条，{entry.at}：{zh}（{entry.kind}）。",
        f"Log {receipt.origin}, entry {entry.index}, {entry.at}: {en} ({entry.kind}).",
    )
    text = receipt.body.decode()
    shown = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
    yield f"收录的正文：{shown}", f"The text it holds: {shown}"


def held(name: str, zh: str, en: str) -> Step:
    """Return a step that holds."""
    return Step(name, State.HELD, (zh, en))
