"""Every export by its name: the tables of the registry, and what was published of them."""

from collections.abc import Mapping
from typing import Final

from sqlmodel import select

from publicity.disclosure import Disclosure, Subject
from publicity.endings import has_ended
from publicity.origins import origin_words
from registry.exporting import Export, every, table_export
from registry.exports import TABLES

SUBJECT_WORDS: Final = {Subject.RESULT: "检查结果", Subject.PENALTY: "行政处罚"}
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
    every(select(Disclosure).where(~has_ended()).order_by(Disclosure.disclosure_id)),
)
EXPORTS: Mapping[str, Export] = {each.name: each for each in (*TABLES, DISCLOSURES)}
