"""The roster of inspectors (检查人员): who may be sent, by which department, where, until when, and for what.

Source: 行政处罚法 42 (at least two, with a law-enforcement certificate); a certificate must hold through a plan's
period before its holder is put into a draw, and on the day of the visit before a finding can be filed. Nobody is on
the roster without a certificate: an expert who has none can assist a team and is never in it (国发〔2019〕5号).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlmodel import Field, Session

from registry.areas import parse_area
from registry.base import Record, is_identifier
from registry.checking import Checker
from registry.errors import AbsentError, FieldError
from registry.spelling import clean_text


class InspectorStatus(StrEnum):
    """Whether an inspector serves."""

    SERVING = "serving"
    LEFT = "left"


STATUS_WORDS = {InspectorStatus.SERVING: "在岗", InspectorStatus.LEFT: "离岗"}


@dataclass(frozen=True, kw_only=True)
class InspectorEntry:
    """A checked record of an inspector."""

    inspector_no: str
    name: str
    department: str
    area: str
    certificate_no: str
    certificate_from: date
    certificate_until: date
    status: InspectorStatus
    fields: str
    tags: str


COLUMNS = tuple(field.name for field in fields(InspectorEntry))
REQUIRED = COLUMNS[: COLUMNS.index("fields")]
_BETWEEN = re.compile(r"[、，,；;\s]+")
HEADINGS = {
    "人员编号": "inspector_no",
    "姓名": "name",
    "部门代码": "department",
    "行政区划代码": "area",
    "执法证号": "certificate_no",
    "证件有效期起": "certificate_from",
    "证件有效期止": "certificate_until",
    "状态": "status",
    "执法领域": "fields",
    "专家标签": "tags",
}


HELD = "certificate_no <> ''"
"""Of which certificates there is one each: those that were not erased."""


class Inspector(Record, table=True):
    """One row of the roster; names become public only for those sent.

    Whoever left may have lost the certificate's number by an erasure.
    ``fields`` are 执法领域, ``tags`` 专家标签: words with 、 between them, each once.
    """

    __tablename__ = "inspectors"
    __table_args__ = (
        Index(
            "uq_inspectors_certificate_no",
            "certificate_no",
            unique=True,
            sqlite_where=sql(HELD),
            postgresql_where=sql(HELD),
        ),
    )

    inspector_no: str = Field(primary_key=True)
    name: str
    department: str = Field(foreign_key="departments.code", index=True)
    area: str
    certificate_no: str
    certificate_from: date
    certificate_until: date
    status: str
    fields: str = ""
    tags: str = ""


def check_inspector(raw: Mapping[str, str]) -> tuple[InspectorEntry | None, list[FieldError]]:
    """Check one record as handed in (column → text) and return it, or every problem with it.

    Whoever serves has a certificate; whoever left may stand without its number, which can have been erased.
    """
    check = Checker(raw, COLUMNS, (name for name in REQUIRED if name != "certificate_no"))
    number = check.code("inspector_no")
    check.code("certificate_no")
    if number and not is_identifier(number):
        check.refuse(
            "inspector_no",
            (f"人员编号“{number}”不合格式。", f"The number {number!r} is not in form."),
            (
                "请用 1–64 个字母、数字或 . _ -,不得用身份证号。",
                "Use 1 to 64 letters, digits or . _ -; no identity number.",
            ),
        )
    area = check.parsed("area", parse_area)
    start, end = check.day("certificate_from"), check.day("certificate_until")
    if start and end and end < start:
        check.refuse(
            "certificate_until",
            ("证件有效期止早于有效期起。", "The certificate ends before it begins."),
            ("请核对两个日期。", "Check the two dates."),
        )
    status = check.word("status", STATUS_WORDS)
    if status is not InspectorStatus.LEFT:
        check.require("certificate_no")
    if check.problems or area is None or start is None or end is None or status is None:
        return None, check.problems
    text = check.text
    return (
        InspectorEntry(
            inspector_no=number,
            name=text["name"],
            department=text["department"],
            area=area,
            certificate_no=text["certificate_no"],
            certificate_from=start,
            certificate_until=end,
            status=status,
            fields=_words(raw, "fields"),
            tags=_words(raw, "tags"),
        ),
        [],
    )


def _words(raw: Mapping[str, str], column: str) -> str:
    """Return the words of a cell as handed in: where words stand side by side, a space between two is no slip."""
    return "、".join(dict.fromkeys(map(clean_text, listed_words(raw.get(column, "")))))


def listed_words(text: str) -> list[str]:
    """Return the words of a cell, each once and in order; commas, semicolons, 、 and spaces stand between them.

    >>> listed_words("网络交易、广告， 网络交易")
    ['网络交易', '广告']
    """
    return list(dict.fromkeys(word for word in _BETWEEN.split(text) if word))


def has_words(kept: str, wanted: Iterable[str]) -> bool:
    """Return whether all that is wanted is among the words of a column."""
    return set(wanted) <= set(listed_words(kept))


def get_inspector(session: Session, inspector_no: str) -> Inspector:
    """Return an inspector or raise AbsentError."""
    found = session.get(Inspector, inspector_no)
    if found is None:
        raise AbsentError(what_zh="检查人员", what_en="inspector", key=inspector_no)
    return found


def holds_certificate(inspector: Inspector, start: date, end: date) -> bool:
    """Return whether the certificate holds on every day from start to end, both included."""
    return inspector.certificate_from <= start and end <= inspector.certificate_until
