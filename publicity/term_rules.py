"""The rules of how long a penalty is published, as dated data: ``rules/terms-*.toml``, one file an order (规章).

A file says from when to when it holds, its source, its terms (to what each applies, how long, counted from what) and
its repair: what blocks an early end, how long to wait, what the applicant must have done. Nothing of that is code; a
bureau may put a folder of its own in the place of the shipped one. The first term that applies is the one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from publicity.errors import PublicityError
from publicity.rule_files import Entry, InForce, RuleFileError, Source, rule_files
from registry.gravity import Sector, Severity
from registry.penalties import PenaltyKind

PATTERN = "terms-*.toml"


class CountedFrom(StrEnum):
    """The day that a term or a wait is counted from."""

    PUBLICATION = "publication"
    DECISION = "decision"


COUNTED_WORDS = {CountedFrom.PUBLICATION: "公示之日", CountedFrom.DECISION: "决定之日"}


class FineSize(StrEnum):
    """How large a fine is: 较低数额 is not above what the bureau set."""

    LOWER = "lower"


class Need(StrEnum):
    """What an applicant must have done or be for an early end."""

    DUTIES_DONE = "duties_done"
    HARM_REMOVED = "harm_removed"
    NOT_REPEATED = "not_repeated"
    NOT_LISTED = "not_listed"
    PLEDGED = "pledged"


NEED_WORDS = {
    Need.DUTIES_DONE: ("已履行处罚决定规定的义务", "the duties of the decision are done"),
    Need.HARM_REMOVED: ("已消除危害后果和不良影响", "harm and ill effects are removed"),
    Need.NOT_REPEATED: ("未因同类违法行为再受处罚", "no further penalty for the same kind of violation"),
    Need.NOT_LISTED: (
        "未在经营异常名录和严重违法失信名单中",
        "not on the list of abnormal operation nor that of serious violations",
    ),
    Need.PLEDGED: ("已公开作出信用承诺", "a public credit pledge was made"),
}


@dataclass(frozen=True, kw_only=True)
class TermRule:
    """How long: the conditions that are set must all hold; one that sets none applies to every penalty.

    ``only`` are kinds beyond which there is none; ``banned_beyond`` the months that a ban must exceed.
    """

    name: str
    source: Source
    in_force: InForce
    only: frozenset[PenaltyKind]
    fine: FineSize | None
    severity: Severity | None
    banned_beyond: int | None
    counted_from: CountedFrom
    months: int
    until_ban_ends: bool

    @property
    def for_all(self) -> bool:
        """Return whether it sets no condition."""
        return not self.only and self.fine is None and self.severity is None and self.banned_beyond is None


@dataclass(frozen=True, kw_only=True)
class WaitRule:
    """How many months must pass before an early end may be asked for; the first that applies is the one."""

    source: Source
    in_force: InForce
    sectors: frozenset[Sector]
    severity: Severity | None
    counted_from: CountedFrom
    months: int


@dataclass(frozen=True, kw_only=True)
class RepairRule:
    """When a publication may end early (信用修复)."""

    source: Source
    blocked: frozenset[PenaltyKind]
    blocked_source: Source
    needs: tuple[Need, ...]
    waits: tuple[WaitRule, ...]


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """One order: ``rules_id`` is what the bureau's setting and the record call it."""

    rules_id: str
    source: Source
    in_force: InForce
    terms: tuple[TermRule, ...]
    repair: RepairRule | None


class RuleChoiceError(PublicityError):
    """The bureau's setting names rules that no file holds."""

    zh = "设置 DOUBLE_RANDOM_TERMS 为 {chosen}，没有这样的公示期规则。请改为 {known} 之一。服务未启动。"
    en = "DOUBLE_RANDOM_TERMS is {chosen}, and there are no such rules. Set one of {known}. The service did not start."


def load_rule_sets(folder: Path | None = None) -> tuple[RuleSet, ...]:
    """Return the rules that come with the program, or those of a folder. Raises RuleFileError."""
    found = tuple(_rule_set(entry) for entry in rule_files(PATTERN, folder))
    ids = [each.rules_id for each in found]
    for number, each in enumerate(ids):
        if each in ids[:number]:
            raise RuleFileError(
                file=PATTERN, place="id", problem_zh=f"{each} 出现两次", problem_en=f"{each} is there twice"
            )
    return found


def _rule_set(entry: Entry) -> RuleSet:
    rules_id, source, in_force = entry.need("id", str), entry.source(), entry.in_force()
    repair = entry.entry("repair")
    found = RuleSet(
        rules_id=rules_id,
        source=source,
        in_force=in_force,
        terms=tuple(_term(each, source, in_force) for each in entry.entries("term")),
        repair=None if repair is None else _repair(repair, source, in_force),
    )
    entry.done()
    if not _covers_all(found.terms):
        problem = (
            "有的处罚没有公示期：最后一条应不设条件，或者按违法程度写全三档",
            "some penalty has no term: let the last one set no condition, or give all three severities",
        )
        raise entry.wrong(problem, "term")
    return found


def _covers_all(terms: Sequence[TermRule]) -> bool:
    lasting = [each for each in terms if each.in_force.last is None]
    graded = {each.severity for each in lasting if not each.only and each.fine is None and each.banned_beyond is None}
    return any(each.for_all for each in terms) or graded >= set(Severity)


def _term(entry: Entry, source: Source, in_force: InForce) -> TermRule:
    beyond = entry.maybe("banned_beyond", int)
    found = TermRule(
        name=entry.need("name", str),
        source=entry.cited(entry.source(source)),
        in_force=entry.in_force(in_force),
        only=frozenset(entry.words("only", PenaltyKind)),
        fine=entry.maybe_word("fine", FineSize),
        severity=entry.maybe_word("severity", Severity),
        banned_beyond=beyond,
        counted_from=entry.word("counted_from", CountedFrom),
        months=entry.whole("months", least=1),
        until_ban_ends=entry.flag("until_ban_ends"),
    )
    entry.done()
    if found.until_ban_ends != (found.banned_beyond is not None):
        problem = ("与 banned_beyond 须同时写", "it goes with banned_beyond, and neither without the other")
        raise entry.wrong(problem, "until_ban_ends")
    return found


def _repair(entry: Entry, source: Source, in_force: InForce) -> RepairRule:
    own = entry.cited(entry.source(source))
    blocked_article = entry.maybe("blocked_article", str) or ""
    found = RepairRule(
        source=own,
        blocked=frozenset(entry.words("blocked", PenaltyKind)),
        blocked_source=Source(document=own.document, number=own.number, article=blocked_article, check=own.check),
        needs=entry.words("needs", Need),
        waits=tuple(_wait(each, own, in_force) for each in entry.entries("wait")),
    )
    entry.done()
    if found.blocked:
        entry.cited(found.blocked_source, "blocked_article")
    if not found.needs:
        raise entry.wrong(("没有条件", "there is no condition"), "needs")
    return found


def _wait(entry: Entry, source: Source, in_force: InForce) -> WaitRule:
    found = WaitRule(
        source=entry.cited(entry.source(source)),
        in_force=entry.in_force(in_force),
        sectors=frozenset(entry.words("sectors", Sector)),
        severity=entry.maybe_word("severity", Severity),
        counted_from=entry.word("counted_from", CountedFrom),
        months=entry.whole("months", least=0),
    )
    entry.done()
    return found
