"""What fsck finds: differences, each named, and what each kind of them means."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from sampling.wording import Words

LISTED = 1_000
"""Differences of one kind that are named; of the rest there is the number."""


class Code(StrEnum):
    """The kinds of difference."""

    ENTRY_MISSING = "entry-missing"
    NODE = "node"
    HEAD = "head"
    OLDER_HEAD = "older-head"
    CHECKPOINT = "checkpoint"
    COSIGNATURE = "cosignature"
    ORDER = "order"
    FACT = "fact"
    FACT_UNLOGGED = "fact-unlogged"
    FACT_MISSING = "fact-missing"
    TEXT_CHANGED = "text-changed"
    TEXT_MISSING = "text-missing"
    TEXT_UNLOGGED = "text-unlogged"
    ROW_CHANGED = "row-changed"
    ROW_MISSING = "row-missing"
    ROW_UNLOGGED = "row-unlogged"
    DRAW = "draw"
    PAGE = "page"
    FILE = "file"


MEANINGS: Mapping[Code, Words] = {
    Code.ENTRY_MISSING: (
        "日志缺少条目：有人删除了历史，或数据库不完整。请从备份恢复并核对日志头。",
        "The log lacks entries: history was cut, or the database is not whole. Restore it and compare heads.",
    ),
    Code.NODE: (
        "树节点与条目不符：条目或节点被改动。其下的证明无效。",
        "A node of the tree is not that of its entries: entries or nodes were changed. Proofs through it fail.",
    ),
    Code.HEAD: (
        "日志头与条目不符：条目、节点或日志头被改动。",
        "The head is not that of the entries: entries, nodes or head were changed.",
    ),
    Code.OLDER_HEAD: (
        "现有日志不是所给日志头的延续：历史被改写、截断，或存在两套历史。保留两份数据并报告监督部门。",
        "The log does not continue the head that was given: it was rewritten or cut, or there are two. Keep both.",
    ),
    Code.CHECKPOINT: (
        "收存的检查点与其签名文本不符，或签名无效：检查点表被改动。",
        "A signed head that is kept is not what its note says, or bears no good signature: the table was changed.",
    ),
    Code.COSIGNATURE: (
        "收存的联署与其日志头不符，或不是该见证人所签：联署表被改动。抽查页面不会采用它。",
        "A cosignature that is kept is not of its head or not of its witness: the table was changed. No page uses it.",
    ),
    Code.ORDER: (
        "条目次序或时间倒退：日志被改写。",
        "Entries are out of order or go back in time: the log was rewritten.",
    ),
    Code.FACT: (
        "事实与其日志条目不符：事实表或条目被改动。",
        "A fact is not what its entry says: the journal or the entry was changed.",
    ),
    Code.FACT_UNLOGGED: (
        "事实没有日志条目：绕过程序写入，或条目被删除。",
        "A fact has no entry in the log: it was written past the program, or its entry was removed.",
    ),
    Code.FACT_MISSING: (
        "日志条目没有对应的事实：事实被删除。",
        "An entry has no fact: the fact was removed.",
    ),
    Code.TEXT_CHANGED: (
        "正文与日志所定的摘要不符：正文或盐被改动。",
        "A text is not the one whose digest the log fixes: text or salt was changed.",
    ),
    Code.TEXT_MISSING: (
        "正文不在，且没有删除记录：未经程序删除。",
        "A text is gone and no erasure says so: it was removed past the program.",
    ),
    Code.TEXT_UNLOGGED: (
        "正文不属于任何已记录的事实：绕过程序写入。",
        "A text belongs to nothing that the log fixes: it was written past the program.",
    ),
    Code.ROW_CHANGED: (
        "数据行与日志所定的内容不符：被绕过程序改动。以日志为准恢复，并查明何人所为。",
        "A row is not what the log fixes: it was changed past the program. The log is right; find out who did it.",
    ),
    Code.ROW_MISSING: (
        "日志中有而表中没有的数据行：被绕过程序删除。",
        "A row that the log fixes is not there: it was removed past the program.",
    ),
    Code.ROW_UNLOGGED: (
        "表中有而日志没有的数据行：绕过程序写入；或数据库升级后尚未运行 double-random migrate。",
        "A row that no fact made: written past the program, or there was an upgrade without double-random migrate.",
    ),
    Code.DRAW: (
        "抽取与其锁定书、随机值或名录不符：不得据以公示，任何人重算都会发现。",
        "A draw is not what its commitment, its secrets or the register give: anybody who recomputes it will see.",
    ),
    Code.PAGE: (
        "公示内容与登记不符：公示页与案卷不一致。",
        "What is published is not what is on record: page and file disagree.",
    ),
    Code.FILE: (
        "附件缺失、不符或没有登记。",
        "An evidence file is missing, altered or not on record.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One place where log and database differ; ``log`` is what the log says, ``found`` what is there instead."""

    code: Code
    table: str
    key: str
    column: str = ""
    log: str
    found: str


@dataclass(frozen=True, kw_only=True)
class OlderHead:
    """A head kept elsewhere: the log must continue it. ``source`` says where it was kept."""

    size: int
    root: bytes
    source: str = "--head"


@dataclass(kw_only=True)
class Report:
    """What was checked, what differs, and what cannot be told; sound when nothing differs."""

    entries: int = 0
    nodes: int = 0
    texts: int = 0
    rows: int = 0
    draws: int = 0
    pages: int = 0
    files: int = 0
    heads: int = 0
    erased: int = 0
    older_facts: int = 0
    differences: list[Difference] = field(default_factory=list)
    counts: Counter[Code] = field(default_factory=Counter)

    @property
    def sound(self) -> bool:
        """Return whether everything agrees."""
        return not self.counts

    def differs(self, code: Code, place: tuple[str, object], column: str = "", *, log: object, found: object) -> None:
        """Note a difference at a table and a key."""
        self.counts[code] += 1
        if self.counts[code] <= LISTED:
            table, key = place
            self.differences.append(
                Difference(code=code, table=table, key=str(key), column=column, log=str(log), found=str(found))
            )

    def to_json(self) -> str:
        """Return the whole report as JSON."""
        checked = {name: value for name, value in vars(self).items() if isinstance(value, int)}
        return json.dumps(
            {
                "sound": self.sound,
                **checked,
                "counts": dict(self.counts),
                "meanings": {code: {"zh": MEANINGS[code][0], "en": MEANINGS[code][1]} for code in self.counts},
                "differences": [asdict(each) for each in self.differences],
            },
            ensure_ascii=False,
            indent=1,
        )

    def lines(self) -> list[str]:
        """Return the report in words: what was checked, each difference with what it means, the verdict."""
        counted = {
            "entries": self.entries,
            "nodes": self.nodes,
            "texts": self.texts,
            "rows": self.rows,
            "draws": self.draws,
            "publications": self.pages,
            "files": self.files,
            "older heads": self.heads,
        }
        said = [
            "核对 checked: " + ", ".join(f"{number} {name}" for name, number in counted.items()),
            f"依法删除 erased: {self.erased}; 早期版本的事实 facts of earlier versions: {self.older_facts}",
        ]
        for code, number in sorted(self.counts.items()):
            said += [f"[{code}] {number}", *(f"  {each}" for each in MEANINGS[code])]
            for each in (each for each in self.differences if each.code is code):
                column = f".{each.column}" if each.column else ""
                said.append(f"  {each.table} {each.key}{column}: 日志 log {each.log} | 现有 found {each.found}")
        said.append("一致 sound" if self.sound else f"不一致 NOT SOUND: {sum(self.counts.values())} differences")
        return said
