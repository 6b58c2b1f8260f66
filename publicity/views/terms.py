"""The terms of plans and batches in words, as they are public. Risk classes are never among them.

Where a batch is or ever was stratified by risk, of its quotas the default alone is told, and that strata are opaque.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from publicity.pages.terms import ItemLine, RuleLine, SeatLine
from publicity.render import chinese_date, percent
from registry.areas import area_name
from registry.batches import Batch
from registry.conditions import DEFINITIONS, LIST_WORDS
from registry.departments import department_names
from registry.items import LEVEL_WORDS, Level, items_by_code
from registry.operator_entries import KIND_WORDS, OperatorKind
from registry.quotas import STRATIFY_WORDS, Stratify
from sampling.commitment import Commitment
from sampling.quotas import Ratio

TERM_WORDS = {
    "title": "名称",
    "basis": "依据",
    "targeted": "抽查方式",
    "kinds": "主体类型",
    "areas": "地域",
    "criteria": "附加条件",
    "stratify": "分层",
    "quotas": "抽查比例或数量",
    "ratio_floor": "比例下限",
    "ratio_basis": "比例依据",
    "team": "检查组",
    "items": "检查事项",
    "period_from": "检查期限起",
    "period_to": "检查期限止",
    "sealed": "名单公开方式",
    "public_source": "公开随机值",
    "approver": "审批人",
}
NONE = "无"
OPAQUE = "其余各层"
OPAQUE_RULE = "按风险等级另定，等级不公开，层名以代号表示"


def targeting(value: object) -> str:
    """Word 定向 or 不定向."""
    return "定向" if value else "不定向"


def opening(value: object) -> str:
    """Word whether the list of those drawn is sealed."""
    return "密封，检查后公开" if value else "抽取后即公开"


def rule_words(rule: Mapping[str, Any]) -> str:
    """Word one rule."""
    return f"比例 {percent(rule['ratio'])}，不足一户的进为一户" if "ratio" in rule else f"{rule['count']} 户"


def quota_lines(quotas: Mapping[str, Any], *, opaque: bool) -> list[RuleLine]:
    """Return the rules by stratum in words, the default first; with ``opaque`` no stratum is named."""
    default = RuleLine(stratum="各层" if quotas["strata"] or opaque else "全部", rule=rule_words(quotas["default"]))
    if opaque:
        return [default, RuleLine(stratum=OPAQUE, rule=OPAQUE_RULE)]
    own = [
        RuleLine(stratum=_stratum_words(name), rule=rule_words(rule)) for name, rule in sorted(quotas["strata"].items())
    ]
    return [RuleLine(stratum="未另定的各层", rule=default.rule) if own else default, *own]


def criterion_words(entry: Mapping[str, Any]) -> str:
    """Word one further criterion."""
    words = DEFINITIONS[entry["criterion"]].words[0]
    if "months" in entry:
        return f"{words}（{entry['months']} 个月内）"
    return f"{words}（{LIST_WORDS[entry['list']][0]}）" if "list" in entry else words


def source_words(source: Mapping[str, Any]) -> str:
    """Word a public source as a batch announces it."""
    if source["kind"] == "drand":
        return f"drand 公开随机信标：锁定 {source['margin']} 秒之后公布的第一轮"
    return str(source["what"])


def term_words(name: str, value: Any, departments: Mapping[str, str], *, opaque: bool) -> str:  # noqa: ANN401 - JSON
    """Word the value of one term as a change kept it."""
    if name == "quotas":
        return "；".join(f"{line.stratum}：{line.rule}" for line in quota_lines(value, opaque=opaque))
    if name == "team":
        return "；".join(_seats_words(entry, departments) for entry in value)
    if name == "approver":
        return "已指定" if value else "未指定"
    return NONE if value is None or value in ("", []) else _WORDED.get(name, str)(value)


def _seats_words(entry: Mapping[str, Any], departments: Mapping[str, str]) -> str:
    needs = "、".join([*entry["fields"], *entry["tags"]])
    return f"{departments[entry['department']]} {entry['seats']} 人" + (f"（须具备：{needs}）" if needs else "")


def _stratum_words(name: str) -> str:
    return KIND_WORDS[OperatorKind(name)] if name in KIND_WORDS else area_name(name)


def _ratio(value: str) -> str:
    return f"不低于 {percent(Ratio(value).ratio)}"


def _day(value: str) -> str:
    return chinese_date(date.fromisoformat(value))


_WORDED: Mapping[str, Callable[[Any], str]] = {
    "targeted": targeting,
    "sealed": opening,
    "kinds": lambda kinds: "、".join(KIND_WORDS[OperatorKind(kind)] for kind in kinds),
    "areas": lambda areas: "、".join(area_name(area) for area in areas),
    "criteria": lambda entries: "；".join(criterion_words(entry) for entry in entries),
    "stratify": lambda name: STRATIFY_WORDS[Stratify(name)],
    "ratio_floor": _ratio,
    "items": "、".join,
    "period_from": _day,
    "period_to": _day,
    "public_source": source_words,
}


def item_lines(session: Session, batch: Batch) -> list[ItemLine]:
    """Return the items of a batch as they stood when its period began."""
    names = department_names(session)
    return [
        ItemLine(
            code=item.code,
            name=item.name,
            level=LEVEL_WORDS[Level(item.level)],
            method=item.method,
            basis=item.basis,
            department=names[item.department],
        )
        for item in items_by_code(session, batch.items, on=batch.period_from).values()
    ]


def seat_lines(session: Session, made: Commitment) -> list[SeatLine]:
    """Return how many of which department a commitment sends to each operator."""
    names = department_names(session)
    return [
        SeatLine(department=entry.department, name=names[entry.department], seats=entry.seats)
        for entry in made.rules.team
    ]
