"""Every export by its name: the tables of the registry, cases with their terms, and what was published of them."""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlmodel import Session, select

from publicity.disclosure import Disclosure, Subject
from publicity.endings import has_ended, is_past
from publicity.exported_cases import CASES
from publicity.origins import origin_words
from registry.exporting import Asking, Export, table_export
from registry.exports import TABLES

SUBJECT_WORDS: Final = {Subject.RESULT: "检查结果", Subject.PENALTY: "行政处罚"}


def _shown(session: Session, asking: Asking) -> Iterable[Disclosure]:
    """Return what was published and is not over on the day, replaced versions with it."""
    query = select(Disclosure).where(~has_ended(), ~is_past(asking.today))
    return session.exec(query.order_by(Disclosure.disclosure_id))


DISCLOSURES = table_export(
    "disclosures",
    ("公示", "Disclosures"),
    {
        "公示编号": "disclosure_id",
        "公示内容": lambda row: SUBJECT_WORDS[Subject(row.subject)],
        "来源编号": "source_id",
        "更正": "replaces",
        "统一社会信用代码/登记编号": "unit_id",
        "来源": lambda row: origin_words(row.cause),
        "抽取编号": "draw_id",
        "年度": "year",
        "发现问题": "problem",
        "事件日期": "event_on",
        "公示期限": "due_on",
        "公示人": "published_by",
        "公示时间": "published_at",
    },
    _shown,
)
EXPORTS: Mapping[str, Export] = {each.name: each for each in (*TABLES, CASES, DISCLOSURES)}
