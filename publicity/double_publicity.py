"""行政处罚 of the double publicity platform (双公示): its fields, in its order, under its headings.

Every text is that of the publication, as the reviewed record shows it; what the publication does not hold comes from
the register: the party's codes and legal representative, the authority's code, the licence that was taken away. Of a
natural person without a licence the name is the one that the public sees. What the register does not keep stays empty:
the old numbers that the unified credit code took the place of (工商注册号 apart), and 备注.

公示截止期 is the last day that was stated with the publication; a ban for life states none, and none is written.
处罚有效期 is that of a ban that ends; no other kind has one on record.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import Session, col, select

from publicity.disclosure import Disclosure, content_of, penalty_source
from publicity.standards import Choice, Code, Day, Field, Layout, Money, Source, Text, When
from publicity.stated_terms import DisclosureTerm
from registry.department_codes import department_codes
from registry.drafts import blocks
from registry.gravity import gravity_of
from registry.licences import LICENSED, licences_of
from registry.operators import Operator
from registry.penalties import BANS, PENALTY_WORDS, Penalty, PenaltyKind
from sampling.wording import Words

ORGANISATION, PERSON, INDIVIDUAL = "法人及非法人组织", "自然人", "个体工商户"
INDIVIDUAL_CODE: Final = "92"
"""Beginning of the credit code of an individual business: registered by 市场监管, class 2. Source: GB 32100-2015."""

_BUSINESSES = frozenset({ORGANISATION, INDIVIDUAL})
_PARTY: Words = (
    "请核对经营者名录中该户的名称、是否自然人和统一社会信用代码。",
    "Check the operator's name, whether it is a natural person, and its credit code in the register.",
)
_CODES: Words = ("请核对经营者名录中该户的代码。", "Check the operator's codes in the register.")
_NOT_KEPT: Words = ("本系统不登记该项。", "The register does not keep it.")
_DECISION: Words = (
    "请核对处罚决定的登记和公示前审查；已公示的，按更正程序办理。",
    "Check the decision on record and its review; what is published is corrected as a correction.",
)
_LICENCE: Words = (
    "请补填证照名称及编号（licence）。",
    "State the licence's name and number (POST /api/v1/penalties/{penalty_id}/licence).",
)
_TERM: Words = ("请核对公示期和限制届满日。", "Check the term of publication and the last day of the ban.")
_AUTHORITY: Words = (
    "请登记该部门的统一社会信用代码。",
    "State the department's credit code (POST /api/v1/departments/{code}/credit-code).",
)
_SENDER: Words = (
    "请设置 DOUBLE_RANDOM_AUTHORITY 和 DOUBLE_RANDOM_AUTHORITY_CODE。",
    "Set DOUBLE_RANDOM_AUTHORITY and DOUBLE_RANDOM_AUTHORITY_CODE.",
)


@dataclass(frozen=True, kw_only=True)
class Sender:
    """The unit that hands the data in (数据来源单位): its name and credit code, which is empty where none is set."""

    name: str
    code: str


@dataclass(frozen=True, kw_only=True)
class PublishedPenalty:
    """All that one row is read from."""

    content: Mapping[str, Any]
    operator: Operator
    authority_code: str
    licence: str
    restricted_until: date | None
    ends_on: date | None
    sender: Sender

    @property
    def category(self) -> str | None:
        """Return 行政相对人类别; None where the register contradicts itself."""
        code = self.operator.credit_code
        if code.startswith(INDIVIDUAL_CODE):
            return INDIVIDUAL
        if self.operator.natural_person:
            return None if code else PERSON
        return ORGANISATION

    @property
    def is_business(self) -> bool:
        """Return whether the party is registered; of a person, nothing but the shown name leaves."""
        return self.category in _BUSINESSES


def _nothing(_of: PublishedPenalty) -> None:
    """Read what the register does not keep."""


def _of_business(name: str) -> Any:  # noqa: ANN401 - reads a column of text
    return lambda each: getattr(each.operator, name) if each.is_business else ""


def _said(name: str) -> Any:  # noqa: ANN401 - reads a key of the publication
    return lambda each: each.content[name]


_BUSINESS = When(heading="行政相对人类别", words=_BUSINESSES)


def _with(*kinds: PenaltyKind) -> When:
    return When(heading="处罚类别", words=frozenset(PENALTY_WORDS[kind] for kind in kinds))


LAYOUT: Final = Layout(
    fields=(
        Field(heading="行政相对人名称", form=Text(200), read=_said("operator_name"), required=True, mend=_PARTY),
        Field(
            heading="行政相对人类别",
            form=Choice(frozenset({ORGANISATION, PERSON, INDIVIDUAL})),
            read=lambda each: each.category,
            required=True,
            mend=_PARTY,
        ),
        Field(
            heading="统一社会信用代码",
            form=Code(),
            read=_of_business("credit_code"),
            required=_BUSINESS,
            mend=_CODES,
        ),
        Field(heading="工商注册号", form=Text(50), read=_of_business("register_no"), mend=_CODES),
        Field(heading="组织机构代码", form=Text(9), read=_nothing, mend=_NOT_KEPT),
        Field(heading="税务登记号", form=Text(15), read=_nothing, mend=_NOT_KEPT),
        Field(heading="事业单位证书号", form=Text(12), read=_nothing, mend=_NOT_KEPT),
        Field(heading="社会组织登记证号", form=Text(50), read=_nothing, mend=_NOT_KEPT),
        Field(
            heading="法定代表人",
            form=Text(50),
            read=_of_business("legal_representative"),
            required=_BUSINESS,
            mend=(
                "请在经营者名录中填写法定代表人（个体工商户填经营者）。",
                "Give the legal representative, of an individual business its owner, in the register.",
            ),
        ),
        Field(heading="行政处罚决定书文号", form=Text(128), read=_said("decision_no"), required=True, mend=_DECISION),
        Field(heading="违法行为类型", form=Text(2000), read=_said("violation"), required=True, mend=_DECISION),
        Field(heading="违法事实", form=Text(2000), read=_said("facts"), required=True, mend=_DECISION),
        Field(heading="处罚依据", form=Text(2048), read=_said("basis"), required=True, mend=_DECISION),
        Field(
            heading="处罚类别",
            form=Choice(frozenset(PENALTY_WORDS.values())),
            read=_said("kinds"),
            required=True,
            mend=_DECISION,
        ),
        Field(heading="处罚内容", form=Text(4000), read=_said("content"), required=True, mend=_DECISION),
        Field(
            heading="罚款金额(万元)",
            form=Money(),
            read=lambda each: each.content["fine_fen"] or None,
            required=_with(PenaltyKind.FINE),
            mend=_DECISION,
        ),
        Field(
            heading="没收违法所得、没收非法财物的金额(万元)",
            form=Money(),
            read=lambda each: each.content["confiscated_fen"] or None,
            required=_with(PenaltyKind.CONFISCATION),
            mend=_DECISION,
        ),
        Field(
            heading="暂扣或吊销证照名称及编号",
            form=Text(200),
            read=lambda each: each.licence,
            required=_with(*LICENSED),
            mend=_LICENCE,
        ),
        Field(
            heading="处罚决定日期",
            form=Day(),
            read=lambda each: date.fromisoformat(each.content["decided_on"]),
            required=True,
            mend=_DECISION,
        ),
        Field(heading="处罚有效期", form=Day(), read=lambda each: each.restricted_until, mend=_TERM),
        Field(heading="公示截止期", form=Day(), read=lambda each: each.ends_on, mend=_TERM),
        Field(heading="处罚机关", form=Text(200), read=_said("authority"), required=True, mend=_AUTHORITY),
        Field(
            heading="处罚机关统一社会信用代码",
            form=Code(),
            read=lambda each: each.authority_code,
            required=True,
            mend=_AUTHORITY,
        ),
        Field(heading="数据来源单位", form=Text(200), read=lambda each: each.sender.name, required=True, mend=_SENDER),
        Field(
            heading="数据来源单位统一社会信用代码",
            form=Code(),
            read=lambda each: each.sender.code,
            required=True,
            mend=_SENDER,
        ),
        Field(heading="备注", form=Text(512), read=_nothing, mend=_NOT_KEPT),
    ),
    orders=(("处罚决定日期", "处罚有效期"), ("处罚决定日期", "公示截止期")),
)


def penalty_sources(session: Session, keys: Sequence[str], sender: Sender) -> Iterator[Source]:
    """Yield what the rows of some publications are made of, in their order, a block in memory at a time."""
    codes = department_codes(session)
    for block in blocks(keys):
        yield from _block(session, block, codes, sender)


def _block(session: Session, keys: Sequence[str], codes: Mapping[str, str], sender: Sender) -> Iterator[Source]:
    query = (
        select(Disclosure, Penalty, Operator, DisclosureTerm)
        .join(Penalty, col(Disclosure.source_id) == penalty_source("") + col(Penalty.penalty_id))
        .join(Operator, col(Operator.unit_id) == col(Penalty.unit_id))
        .outerjoin(DisclosureTerm, col(DisclosureTerm.disclosure_id) == col(Disclosure.disclosure_id))
        .where(col(Disclosure.disclosure_id).in_(keys))
    )
    found = {row[0].disclosure_id: row for row in session.exec(query).all()}
    licences = licences_of(session, [penalty.penalty_id for _, penalty, _, _ in found.values()])
    for key in keys:
        disclosure, penalty, operator, term = found[key]
        yield Source(
            record=key,
            named=penalty.decision_no,
            of=PublishedPenalty(
                content=content_of(disclosure),
                operator=operator,
                authority_code=codes.get(penalty.department, ""),
                licence=licences.get(penalty.penalty_id, ""),
                restricted_until=_until(session, penalty),
                ends_on=None if term is None else term.ends_on,
                sender=sender,
            ),
        )


def _until(session: Session, penalty: Penalty) -> date | None:
    return None if BANS.isdisjoint(penalty.kinds) else gravity_of(session, penalty.penalty_id).restricted_until
