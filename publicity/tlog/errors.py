"""What the log's mathematics refuses. Each error carries the numbers that show why."""

from typing import ClassVar, Literal

from sampling.wording import Bilingual


class TlogError(Bilingual):
    """A proof or a question about the tree that cannot stand; nothing was changed."""

    nature: ClassVar[Literal["absent", "conflict", "forbidden", "invalid"]] = "invalid"


class TreeRangeError(TlogError):
    """A tree was asked about a place it does not have; ``name``, ``value``, ``low`` and ``high`` say which."""

    zh = "{name} 是 {value},应在 {low} 到 {high} 之间。请核对编号和日志大小。"
    en = "{name} is {value}, but must be from {low} to {high}. Check the number and the size of the log."


class ProofError(TlogError):
    """A proof does not show what it claims; the root of all that a verifier finds."""


class ProofLengthError(ProofError):
    """A proof has ``found`` hashes and the two sizes need ``needed``."""

    zh = "证明有 {found} 个哈希,按日志大小应有 {needed} 个。证明不成立;请重新取得证明。"
    en = "The proof has {found} hashes, but these sizes need {needed}. It proves nothing; fetch the proof again."


class HashLengthError(ProofError):
    """A value that should be a SHA-256 hash has ``found`` bytes; ``what`` names it."""

    zh = "{what} 有 {found} 字节,应为 32 字节。证明不成立;请重新取得证明。"
    en = "{what} has {found} bytes and must have 32. It proves nothing; fetch the proof again."


class RootMismatchError(ProofError):
    """The proof leads to another root than the one given; ``computed`` and ``expected`` are lower-case hex."""

    zh = "按证明算出的根哈希是 {computed},与给出的 {expected} 不同:记录或日志被改动过,或者证明属于另一个日志。"
    en = (
        "The proof leads to the root {computed}, not to {expected}: "
        "the entry or the log was changed, or the proof is of another log."
    )
