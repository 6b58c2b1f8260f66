"""The draw's own entries in the log: each in one tree, in their order, saying what was recomputed (protocol, 11).

``log.json`` has them all under the first head over the opening; ``cosigned.json``, in the same form, the commitment's
alone under a head that witnesses cosigned before the round of drand. Nothing here says whom to believe: the tree is
the one that the file names, until its signed head was opened with the reader's keys.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from publicity.checking.errors import LogFileError
from publicity.tlog.checkpoints import Checkpoint, SignedCheckpoint
from publicity.tlog.errors import ProofError, TreeRangeError
from publicity.tlog.notes import Note
from publicity.tlog.proofs import verify_inclusion
from publicity.verify import Trusted
from sampling.canonical import parse_jcs
from sampling.commitment import Commitment
from sampling.errors import Fault, RefusedError, within
from sampling.merkle import leaf_hash
from sampling.names import check_hex64
from sampling.shape import Node
from sampling.wording import Words

ENTRY_VERSION: Final = 1
COMMITTED: Final = "draw.committed"
EXECUTED: Final = "draw.executed"

OUT_OF_ORDER: Words = ("第 {index} 条重复或次序不对", "entry {index} is there twice or out of order")
NOT_IN_TREE: Words = (
    "第 {index} 条的收录证明不成立，它不在这个日志中",
    "the inclusion proof of entry {index} fails: it is not in this log",
)
OTHER_NUMBER: Words = ("第 {index} 条写的是另一个编号或版本", "entry {index} names another number or version")
OTHER_DRAW: Words = ("第 {index} 条属于另一次抽查", "entry {index} is of another draw")
OTHER_DIGEST: Words = ("第 {index} 条的 {key} 与重算不符", "entry {index} says another {key} than was recomputed")
NO_DIGEST: Words = ("第 {index} 条没有应有的 {key}", "entry {index} lacks {key}, which belongs there")
STEPS: Words = (
    "锁定和摇号应各有一条，锁定在先",
    "it must have one entry each of commitment and execution, the commitment first",
)
TOO_EARLY: Words = (
    "锁定的条目早于它所依据的名录",
    "the commitment comes before the register that it rests on",
)
NO_REVEAL: Words = ("没有写明交出的秘密的摘要", "no entry says which secrets were handed in")
OTHER_TREE: Words = ("日志头不是证明所用的那棵树", "its signed head is of another tree than the proofs")
LINE: Words = ("联署行含有换行", "a cosignature has a line end in it")
NO_HEAD: Words = ("没有签名的日志头，公钥无从核验", "it has no signed head, so no key can check anything")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An entry as it was hashed, and what it says in clear."""

    index: int
    text: str
    kind: str
    at: str
    public: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFile:
    """``log.json`` or ``cosigned.json``: entries that are in the tree of ``size`` and ``root``, and its head."""

    file: str
    size: int
    root: bytes
    entries: tuple[Said, ...]
    checkpoint: str | None
    cosignatures: tuple[str, ...]

    def refuse(self, words: Words, **data: object) -> LogFileError:
        """Return the error that says what is wrong with it."""
        return _refusal(self.file, words, **data)


def read_log(data: bytes, *, file: str) -> LogFile:
    """Read the file once every inclusion proof leads to its root. Raises RefusedError, LogFileError."""
    document = Node(parse_jcs(data, file=file))
    with within(file=file):
        size, root, entries, checkpoint, cosignatures = document.members(
            "size", "root", "entries", "checkpoint", "cosignatures"
        )
        found = LogFile(
            file=file,
            size=size.integer(),
            root=_hash(root),
            entries=(),
            checkpoint=checkpoint.text_or_none(),
            cosignatures=tuple(line.text() for line in cosignatures.entries()),
        )
        if not entries.entries():
            raise RefusedError(Fault.EMPTY_LIST, entries.path)
        said = tuple(_entries(found, entries))
    if any("\n" in line for line in found.cosignatures):
        raise found.refuse(LINE)
    return replace(found, entries=said)


def check_entries(log: LogFile, commitment: Commitment, recomputed: Mapping[str, str]) -> frozenset[str]:
    """Check that the entries are this draw's, in order, with the digests ``recomputed`` wherever they name them.

    Return which of them they name. Those of a draw whose strata are withheld name no outcome: there it follows from
    commitment and secrets. Raises LogFileError.
    """
    for said in log.entries:
        if said.public.get("draw_id") != commitment.draw_id:
            raise log.refuse(OTHER_DRAW, index=said.index)
        for key, value in recomputed.items():
            if key in said.public and said.public[key] != value:
                raise log.refuse(OTHER_DIGEST, index=said.index, key=key)
        for key in {COMMITTED: ["commitment"], EXECUTED: ["outcome_root"]}.get(said.kind, []):
            if key not in said.public:
                raise log.refuse(NO_DIGEST, index=said.index, key=key)
    if log.entries[0].index < commitment.register.log_size:
        raise log.refuse(TOO_EARLY)
    return frozenset(key for said in log.entries for key in said.public if key in recomputed)


def check_steps(log: LogFile, named: frozenset[str]) -> None:
    """Check that the steps of an executed draw are all there. Raises LogFileError."""
    kinds = [said.kind for said in log.entries]
    if kinds.count(COMMITTED) != 1 or kinds.count(EXECUTED) != 1 or kinds[0] != COMMITTED:
        raise log.refuse(STEPS)
    if "reveal" not in named:
        raise log.refuse(NO_REVEAL)


def check_head(log: LogFile, trusted: Trusted) -> SignedCheckpoint | Checkpoint | None:
    """Return the head of the tree that the proofs lead to: signed, where there are keys to check it with.

    None where it has no head yet, and no key is given that it could be checked with. Raises LogFileError, NoteError.
    """
    if log.checkpoint is None:
        if trusted.log_keys or log.cosignatures:
            raise log.refuse(NO_HEAD)
        return None
    Note.parse(log.checkpoint.encode())  # a note by itself: signatures in the list alone are none of it
    note = "".join([log.checkpoint, *(f"{line}\n" for line in log.cosignatures)]).encode()
    signed = trusted.open_head(note) if trusted.log_keys else None
    head = signed.checkpoint if signed else Checkpoint.parse(Note.parse(note).text)
    if (head.size, head.root) != (log.size, log.root):
        raise log.refuse(OTHER_TREE)
    return signed or head


def _entries(log: LogFile, entries: Node) -> Iterator[Said]:
    before = -1
    for each in entries.entries():
        number, entry, proof = each.members("index", "entry", "proof")
        index, text = number.integer(), entry.text()
        if index <= before:
            raise log.refuse(OUT_OF_ORDER, index=index)
        before = index
        hashes = [_hash(step) for step in proof.entries()]
        try:
            verify_inclusion(leaf_hash(text.encode()), index, log.size, hashes, log.root)
        except (ProofError, TreeRangeError) as wrong:
            raise log.refuse(NOT_IN_TREE, index=index) from wrong
        yield _said(log, index, text)


def _said(log: LogFile, index: int, text: str) -> Said:
    document = Node(parse_jcs(text.encode(), file=log.file))
    at, digest, number, kind, public, version = document.members("at", "digest", "index", "kind", "public", "v")
    if (number.integer(), version.integer()) != (index, ENTRY_VERSION):
        raise log.refuse(OTHER_NUMBER, index=index)
    _hash(digest)
    said = {key: node.value for key, node in public.mapping().items()}
    return Said(index=index, text=text, kind=kind.text(), at=at.text(), public=said)


def _hash(node: Node) -> bytes:
    check_hex64(node.text(), *node.path)
    return bytes.fromhex(node.text())


def _refusal(file: str, words: Words, **data: object) -> LogFileError:
    return LogFileError(file=file, problem_zh=words[0].format(**data), problem_en=words[1].format(**data))
