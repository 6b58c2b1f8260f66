"""A draw's bundle, step by step: everything that the protocol's page demands, then the log and who signed it.

The outcome is recomputed from the six files alone; what was published is compared, never used. What no file can show
is said every time: whether the frame was complete, whether the visits were diligent.
"""

from collections.abc import Generator, Iterator, Mapping
from typing import Final

from publicity.checking.archive import BESIDE, BUNDLE_FILES
from publicity.checking.cosigned import check_cosigned
from publicity.checking.log import LogFile, check_entries, check_head, check_steps, read_log
from publicity.tlog.checkpoints import SignedCheckpoint
from publicity.verify import UNSIGNED_WORDS, Report, State, Step, Trusted, held, signers
from sampling.bundle import Replay, check_outcome, execute
from sampling.canonical import digest
from sampling.commitment import SHEETS, Commitment
from sampling.errors import Fault, RefusedError
from sampling.frame import Inputs
from sampling.names import COMMITMENT, COSIGNED, DRAWN, INPUT_FILES, LOG, REPLACEMENTS, REVEAL, TEAMS
from sampling.public_value import PUBLIC_VALUE, Witnessing, check_public_value
from sampling.replacement import replay_replacements
from sampling.seed import Reveal
from sampling.sources import Drand
from sampling.stages import words_of_number
from sampling.wording import Bilingual, Words

BEYOND: Final[tuple[Words, ...]] = (
    (
        "抽查基数是否完整、名单之外还有没有该查的单位，文件不能证明。",
        "Whether the frame is complete no file can show: somebody may have been left out of it.",
    ),
    ("现场检查是否尽责，文件不能证明。", "Whether the visits were diligent no file can show."),
    (
        "日志前若干条是否恰好得出这些单位、抽查编号和秘密摘要此前是否用过，须用整个日志核对。",
        "Whether the log's first entries make just these units, and number and digests are new, takes the whole log.",
    ),
    (
        "摇号时写入日志的结果根（outcome_root）含有各行的盐值，全套文件没有盐值：须凭现场证明逐行核对。",
        "The outcome_root of the execution was made with salts that are not in the bundle: ask for proofs at the door.",
    ),
    (
        "是否所有人看到的是同一份日志，须由见证人联署，或与他人留存的日志头比对。",
        "That everybody is shown the same log takes witnesses, or a head that somebody else kept.",
    ),
)
UNCHANGED: Final[Words] = (
    "锁定之后，名单、规则、人员和回避都没有改动过。",
    "nothing was changed after the commitment: frame, rules, inspectors, recusals.",
)
MAY_TRY: Final[Words] = (
    "只有一方秘密：锁定之前抽查机关可以试算多个秘密。",
    "There is one secret: before the commitment the bureau could have tried several.",
)
HOLDER_SEES: Final[Words] = (
    "持有秘密的一方先看到结果，可以中止。",
    "Whoever holds the secret sees the outcome first, and can abort.",
)
LAST_SEES: Final[Words] = (
    "各方秘密是否由各方各自持有，文件不能证明；最后交出秘密的一方先看到结果，可以中止。",
    "Whether each party held its own secret no file can show; the last to hand one in sees the outcome, and can abort.",
)
TIME_BY_WORD: Final[Words] = (
    "没有 cosigned.json：锁定是否早于该轮次公布，以抽查机关所述为准。",
    "There is no cosigned.json: that the commitment is older than the round rests on the bureau's word.",
)
MADE_UP: Final[Words] = (
    "公开值由程序模拟，不增加任何证明力。",
    "The public value was made up by a program and adds no proof.",
)


def verify_draw(files: Mapping[str, bytes], trusted: Trusted) -> Report:
    """Check the files of a draw, by their names, against the keys that the reader trusts; the first fault ends it.

    Without the keys of the log, and for a file that is not there, a step stays unchecked. Names that are not a bundle's
    are not looked at.
    """
    check = _Check({name: files[name] for name in (*BUNDLE_FILES, *BESIDE) if name in files}, trusted)
    steps: list[Step] = []
    try:
        steps.extend(check.steps())  # those that came before a refusal are kept
    except Bilingual as refused:
        steps.append(Step("refused", State.REFUSED, (refused.text("zh"), refused.text("en"))))
    return Report("draw", tuple(steps), tuple(check.shows), (*check.beyond, *BEYOND), check.result)


class _Check:
    """One bundle on its way through the steps; what it shows and leaves open is gathered on the way."""

    def __init__(self, files: Mapping[str, bytes], trusted: Trusted) -> None:
        self._files = files
        self._trusted = trusted
        self.shows: list[Words] = []
        self.beyond: list[Words] = []
        self.result: dict[str, object] = {}

    def steps(self) -> Iterator[Step]:
        """Yield each step that holds or cannot be checked. Raises RefusedError, TlogError of every kind."""
        for name in INPUT_FILES:
            if name not in self._files:
                raise RefusedError(Fault.MISSING_FILE, file=name)
        commitment = Commitment.from_bytes(self._files[COMMITMENT])
        yield held(
            "commitment",
            f"锁定书 {commitment.digest}（{commitment.draw_id}）合乎规约",
            f"The commitment {commitment.digest} ({commitment.draw_id}) keeps the protocol.",
        )
        yield self._tables(commitment)
        reveal = Reveal.from_bytes(self._files[REVEAL])
        replayed = execute(commitment, self._inputs, reveal)
        yield from self._outcome(replayed)
        result = _result(replayed)
        if REPLACEMENTS in self._files:
            yield self._replacements(replayed, result)
        yield self._public_value(commitment, reveal)
        log = yield from self._log(replayed, result)
        if COSIGNED in self._files:
            yield from check_cosigned(self._files[COSIGNED], commitment, self._trusted, log)
        elif isinstance(commitment.rules.public_source, Drand):
            self.beyond.append(TIME_BY_WORD)
        self.result = result
        self._tell(replayed)

    def _tables(self, commitment: Commitment) -> Step:
        self._inputs = Inputs.from_files(self._files)
        commitment.check_inputs(self._inputs)
        rows = {file: len(getattr(self._inputs, key).rows) for key, file in SHEETS.items()}
        return held(
            "tables",
            f"四张表与锁定书一致，每个单位都有人可派：{'，'.join(f'{file} {number}' for file, number in rows.items())}",
            "The four tables are those committed, and every unit can be staffed: "
            + ", ".join(f"{file} {number}" for file, number in rows.items()),
        )

    def _outcome(self, replayed: Replay) -> Iterator[Step]:
        parties = len(replayed.commitment.rules.secrets)
        yield held(
            "seed",
            f"{parties} 方秘密与各自摘要相符；种子 {replayed.seed.seed}",
            f"{parties} secrets match their digests; seed {replayed.seed.seed}",
        )
        for entry in replayed.drawing.strata:
            certain = ("（全部抽中，没有随机）", " (all of them: nothing was left to chance)")
            zh, en = certain if entry.certain else ("", "")
            yield held(
                "drawn",
                f"分组 {entry.stratum}：{entry.units} 个中抽取 {entry.drawn} 个{zh}，截止号 {entry.cut_off}",
                f"Stratum {entry.stratum}: {entry.drawn} of {entry.units} drawn{en}, cut-off {entry.cut_off}",
            )
        for seats in replayed.commitment.rules.team:
            cap = replayed.teams.caps[seats.department]
            yield held(
                "teams",
                f"部门 {seats.department}：每单位 {seats.seats} 人，每人至多 {cap} 次",
                f"Department {seats.department}: {seats.seats} for each unit, at most {cap} visits for anybody.",
            )
        for name in (DRAWN, TEAMS):
            if name not in self._files:
                yield _missing(name)
                continue
            check_outcome(replayed, {name: self._files[name]})
            yield held(name, f"{name} 与重算逐字节一致", f"{name} is what was recomputed, byte for byte.")

    def _replacements(self, replayed: Replay, result: dict[str, object]) -> Step:
        standing = replay_replacements(replayed, self._files[REPLACEMENTS])
        drawn, teams = (digest(data, replayed.commitment.hash_name) for data in standing.outcome)
        result["replaced"] = {"drawn_digest": drawn, "state": standing.digest, "teams_digest": teams}
        return held(
            REPLACEMENTS,
            f"替补和更换逐一重算，首尾相接；状态 {standing.digest}",
            f"Every replacement was recomputed, and they are one chain; state {standing.digest}",
        )

    def _public_value(self, commitment: Commitment, reveal: Reveal) -> Step:
        if PUBLIC_VALUE not in self._files:
            return _missing(PUBLIC_VALUE)
        source = commitment.rules.public_source
        witnessing = check_public_value(commitment, reveal, self._files[PUBLIC_VALUE])
        if isinstance(source, Drand):
            zh = f"drand 第 {source.round} 轮的签名有效，公开值由它得出"
            return held(
                "public_value", zh, f"The signature of drand round {source.round} is valid and gives the value."
            )
        if witnessing is None:
            return held("public_value", "没有约定公开值", "No public value was agreed.")
        self.beyond.append(MADE_UP if witnessing.simulated else _believe(witnessing))
        return held("public_value", "公开值与锁定书约定的来源一致", "The public value is of the source committed to.")

    def _log(self, replayed: Replay, result: Mapping[str, object]) -> Generator[Step, None, LogFile | None]:
        if LOG not in self._files:
            if self._trusted.log_keys:
                raise RefusedError(Fault.MISSING_FILE, file=LOG)
            yield _missing(LOG)
            return None
        log = read_log(self._files[LOG], file=LOG)
        named = check_entries(log, replayed.commitment, _recomputed(replayed, result, self._files[REVEAL]))
        check_steps(log, named)
        yield held(
            "log",
            f"日志的 {len(log.entries)} 条均收录于 {log.size} 条、根为 {log.root.hex()} 的日志，与重算一致",
            f"{len(log.entries)} entries are in the log of {log.size} with the root {log.root.hex()} and say what was "
            "recomputed.",
        )
        if not {"drawn", "teams"} <= named:
            self.beyond.append(OUTCOME_UNNAMED)
        head = check_head(log, self._trusted)
        if isinstance(head, SignedCheckpoint):
            yield from signers(head)
        else:
            yield Step("signature", State.UNCHECKED, NO_HEAD_YET if head is None else UNSIGNED_WORDS)
        return log

    def _tell(self, replayed: Replay) -> None:
        """Say what was used and what that shows, never more (protocol, section 8)."""
        rules = replayed.commitment.rules
        drawn, seats = len(replayed.drawing.drawn), len(replayed.teams.assignments)
        zh = f"“{rules.title}”（{rules.draw_id}）：抽中 {drawn} 个单位，派出 {seats} 人次"
        en = f"{rules.title} ({rules.draw_id}): {drawn} units drawn, {seats} seats"
        self.shows.append((f"{zh}；{UNCHANGED[0]}", f"{en}; {UNCHANGED[1]}"))
        if told := words_of_number(rules.draw_id):
            self.beyond.insert(0, told)
        if len(rules.secrets) > 1:
            self.beyond.append(LAST_SEES)
        else:
            self.beyond.append(MAY_TRY if rules.public_source is None else HOLDER_SEES)


OUTCOME_UNNAMED: Final[Words] = (
    "日志没有写明结果的摘要（分组不公开的抽查不写）：结果由锁定书和秘密得出。",
    "The log says no digest of the outcome (it says none of withheld draws): it follows from the secrets.",
)
NO_HEAD_YET: Final[Words] = (
    "日志头还没有签名：锁定的时间以抽查机关所述为准。签名通常几秒之内完成，请重新下载全套文件",
    "The head of the log is not signed yet, so the time of commitment rests on the bureau's word. Download it again.",
)


def _believe(witnessing: Witnessing) -> Words:
    names = witnessing.witnesses
    return (
        f"公开值是否当众如此产生，须由见证人证明：{'、'.join(names) or '没有列出'}。",
        f"That the value came about so in public rests on the witnesses: {', '.join(names) or 'none named'}.",
    )


def _missing(name: str) -> Step:
    return Step(
        name,
        State.UNCHECKED,
        (
            f"没有 {name}，这一项没有核对；请取得全套文件",
            f"There is no {name}, so this was not checked; get the whole bundle.",
        ),
    )


def _result(replayed: Replay) -> dict[str, object]:
    """Return what was recomputed, by the names that ``verify.py --json`` uses."""
    commitment, seed = replayed.commitment, replayed.seed
    drawn, teams = (digest(replayed.outcome[name], commitment.hash_name) for name in (DRAWN, TEAMS))
    return {
        "draw_id": commitment.draw_id,
        "hash": commitment.hash_name,
        "commitment_digest": commitment.digest,
        "seed": seed.seed,
        "subject_key": seed.subject_key,
        "team_key": seed.team_key,
        "drawn": len(replayed.drawing.drawn),
        "seats": len(replayed.teams.assignments),
        "drawn_digest": drawn,
        "teams_digest": teams,
    }


def _recomputed(replayed: Replay, result: Mapping[str, object], reveal: bytes) -> dict[str, str]:
    """Return what the log's entries may name, by key, as it was recomputed here."""
    return {
        "commitment": replayed.digest,
        "reveal": digest(reveal, replayed.commitment.hash_name),
        "seed": replayed.seed.seed,
        "drawn": str(result["drawn_digest"]),
        "teams": str(result["teams_digest"]),
    }
