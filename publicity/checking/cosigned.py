"""``cosigned.json``: whether the commitment stood in the log, cosigned by witnesses, before its round was published.

A witness's time is its own. The witnesses that count are those whose keys the reader brought along, got from them and
not from the bureau; who else cosigned is passed over.
"""

from collections.abc import Iterator
from typing import Final

from publicity.checking.log import COMMITTED, LogFile, check_entries, check_head, read_log
from publicity.tlog.checkpoints import SignedCheckpoint
from publicity.tlog.notes import Verified
from publicity.verify import State, Step, Trusted, held
from sampling.commitment import Commitment
from sampling.names import COSIGNED
from sampling.sources import Drand
from sampling.wording import Words

NO_ROUND: Words = ("锁定书没有约定 drand 轮次", "the commitment names no round of drand")
NOT_ALONE: Words = ("应只有锁定这一条", "it must have the entry of the commitment and no other")
OTHER_ENTRY: Words = ("锁定条目与 log.json 中的不是同一条", "its entry is not the one in log.json")
TWO_LOGS: Words = (
    "与 log.json 大小相同而根不同：有人看到的是另一份日志",
    "it has the size of log.json and another root: somebody was shown another log",
)
LATE: Words = (
    "见证人 {name} 的联署时间 {at} 不早于该轮次公布的时间 {published}",
    "the witness {name} cosigned at second {at}, which is not before the round's, {published}",
)
UNCHECKED: Final[Words] = (
    "没有核对 cosigned.json 的联署：请用 --key 给出直接取自见证人的公钥，以及日志的公钥",
    "The cosignatures were not checked: give the keys got from the witnesses themselves, and the log's, with --key.",
)
NONE_GIVEN: Final[Words] = (
    "cosigned.json 中没有所给见证人的联署：锁定是否早于该轮次公布没有核对",
    "None of the witnesses given cosigned: that the commitment is older than the round was not checked.",
)


def check_cosigned(data: bytes, commitment: Commitment, trusted: Trusted, log: LogFile | None) -> Iterator[Step]:
    """Yield what the file shows to who trusts these keys. Raises RefusedError, TlogError of every kind."""
    found = read_log(data, file=COSIGNED)
    source = commitment.rules.public_source
    if not isinstance(source, Drand):
        raise found.refuse(NO_ROUND)
    named = check_entries(found, commitment, {"commitment": commitment.digest})
    if [said.kind for said in found.entries] != [COMMITTED] or "commitment" not in named:
        raise found.refuse(NOT_ALONE)
    if log is not None:
        if (log.entries[0].index, log.entries[0].text) != (found.entries[0].index, found.entries[0].text):
            raise found.refuse(OTHER_ENTRY)
        if log.size == found.size and log.root != found.root:
            raise found.refuse(TWO_LOGS)
    head = check_head(found, trusted)
    if not isinstance(head, SignedCheckpoint) or not trusted.witnesses:
        yield Step(COSIGNED, State.UNCHECKED, UNCHECKED)
        return
    for each in head.cosigned:
        if _second(each) >= source.published_at:
            raise found.refuse(LATE, name=each.key.name, at=_second(each), published=source.published_at)
    if not head.cosigned:
        yield Step(COSIGNED, State.UNCHECKED, NONE_GIVEN)
        return
    names = ", ".join(f"{each.key.name} ({_second(each)})" for each in head.cosigned)
    yield held(
        COSIGNED,
        f"含有锁定书的日志头在该轮次公布（{source.published_at}）之前已由见证人联署：{names}",
        f"The head over the commitment was cosigned before the round was published ({source.published_at}): {names}",
    )


def _second(cosigned: Verified) -> int:
    return cosigned.at or 0
