"""Penalties and publications."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict, Field

from app.values import Fen, Identifier, LegalDate, LongText, ShortText, Yes, distinct
from app.wire.base import Answer, Request
from publicity.term_rules import CountedFrom
from publicity.terms import NoEarlyEnd
from registry.gravity import Sector, Severity
from registry.penalties import PenaltyKind, Procedure


class DisclosureOut(Answer):
    """A publication: when, by when it had to be, and where it can be read and checked."""

    disclosure_id: str
    subject: str
    unit_id: str
    due_on: date
    published_at: datetime
    path: str


class GravityIn(Request):
    """What the term of publication hangs on: severity (违法程度), sector (领域), until when a ban holds (限制期限).

    A ban on business or occupation needs ``restricted_until`` or ``restricted_for_life``.
    """

    severity: Severity | None = None
    sector: Sector | None = None
    restricted_until: LegalDate | None = None
    restricted_for_life: Yes = False
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"severity": "general"}]})


class DecidedIn(GravityIn):
    """A penalty decision as made; ``department`` is the one of ours that made it, or that received it."""

    decision_no: Annotated[ShortText, Field(max_length=128)]
    procedure: Procedure
    violation: Annotated[LongText, Field(max_length=2000)]
    facts: Annotated[LongText, Field(max_length=2000)]
    basis: Annotated[LongText, Field(max_length=2048)]
    kinds: Annotated[list[PenaltyKind], AfterValidator(distinct)] = Field(min_length=1, max_length=len(PenaltyKind))
    content: LongText
    fine_fen: Fen = 0
    confiscated_fen: Fen = 0
    department: Identifier
    decided_on: LegalDate


class PenaltyIn(DecidedIn):
    """A penalty decision to record, and the finding that it follows from."""

    finding_id: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "finding_id": "1400002020083100001-03-1",
                    "decision_no": "示市监处罚〔2020〕1号",
                    "procedure": "ordinary",
                    "violation": "未持续公示平台服务协议",
                    "facts": "首页显著位置未公示平台服务协议和交易规则。",
                    "basis": "《电子商务法》第八十一条第一款第（一）项",
                    "kinds": ["fine"],
                    "content": "罚款人民币2万元",
                    "fine_fen": 2000000,
                    "department": "market",
                    "decided_on": "2020-10-20",
                }
            ]
        }
    )


class ReceivedPenaltyIn(DecidedIn):
    """A penalty that another province pushed here: against whom, by which authority, through whom, by which letter."""

    unit_id: Identifier
    authority_area: Annotated[str, Field(max_length=20)]
    authority: ShortText
    sender: ShortText
    letter_no: Annotated[ShortText, Field(max_length=128)]
    received_on: LegalDate
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "unit_id": "911400001123599660",
                    "authority_area": "110105",
                    "authority": "北京市朝阳区市场监督管理局",
                    "sender": "北京市市场监督管理局",
                    "letter_no": "京市监推〔2026〕12号",
                    "received_on": "2026-05-12",
                    "decision_no": "京朝市监处罚〔2026〕1号",
                    "procedure": "ordinary",
                    "violation": "未持续公示平台服务协议",
                    "facts": "首页显著位置未公示平台服务协议和交易规则。",
                    "basis": "《电子商务法》第八十一条第一款第（一）项",
                    "kinds": ["fine"],
                    "content": "罚款人民币2万元",
                    "fine_fen": 2000000,
                    "department": "market",
                    "decided_on": "2026-05-06",
                }
            ]
        }
    )


class LicenceIn(Request):
    """The licence that a decision suspends or revokes: its name and number."""

    licence: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"licence": "食品经营许可证 JY11400000000001"}]}
    )


class LicenceOut(Answer):
    """The licence as it was stated last."""

    penalty_id: str
    licence: str


class TermOut(Answer):
    """Until when a penalty is published, both days included, and from when its publication may end early.

    ``ends_on`` is null for a ban for life; ``early_never`` says why there is no ``early_from_on``.
    """

    rules: str
    name: str
    source: str
    counted_from: CountedFrom
    ends_on: date | None
    early_from_on: date | None
    early_never: NoEarlyEnd | None
    early_source: str


class GravityOut(Answer):
    """What was stated last of what the term of publication hangs on."""

    severity: Severity | None
    sector: Sector | None
    restricted_until: date | None
    restricted_for_life: bool


class ReceivedOut(Answer):
    """Where a received penalty comes from."""

    authority_area: str
    authority: str
    sender: str
    letter_no: str
    received_on: date
    entered_by: str
    entered_at: datetime


class PenaltyOut(Answer):
    """A penalty decision on record; ``term`` once it is published, null for what was published before terms were.

    One of ours has a ``finding_id``; one from another province has ``received`` instead.
    """

    penalty_id: str
    finding_id: str | None
    received: ReceivedOut | None
    unit_id: str
    operator_name: str
    decision_no: str
    procedure: Procedure
    kinds: list[PenaltyKind]
    content: str
    fine_fen: int
    confiscated_fen: int
    department: str
    decided_on: date
    decided_by: str
    gravity: GravityOut
    published: bool
    term: TermOut | None
