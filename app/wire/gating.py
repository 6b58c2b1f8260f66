"""What a penalty passes before it is published: document, notice, proposals, review."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from app.values import LegalDate, OptionalText, Place, ShortText, Yes, no_control
from app.wire.base import Answer, Request
from registry.deliveries import NoticeManner
from registry.redactions import PrivateKind, Verdict

DOCUMENT_LENGTH = 50_000
"""Characters of a decision document at most."""
DECISIONS = 2_000
"""Stretches decided in one review at most."""


def _line_ends(value: object) -> object:
    """Read the line ends and tabs of a text that was copied from a document as line ends and spaces."""
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ") if isinstance(value, str) else value


DocumentText = Annotated[
    str, BeforeValidator(_line_ends), Field(min_length=1, max_length=DOCUMENT_LENGTH), AfterValidator(no_control)
]
TextName = Literal["document", "violation", "facts", "basis", "content"]


class DocumentIn(Request):
    """The decision document, whole, as the party was handed it."""

    text: DocumentText
    delivered_on: LegalDate
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "示市监处罚〔2020〕1号\n当事人：示例商贸有限公司……\n罚款人民币2万元。",
                    "delivered_on": "2020-10-21",
                }
            ]
        }
    )


class DocumentOut(Answer):
    """A version of the document on record; ``digest`` is SHA-256(0x02 ‖ salt ‖ text)."""

    penalty_id: str
    version: int
    digest: str
    delivered_on: date
    entered_by: str
    entered_at: datetime


class NoticeIn(Request):
    """That the party was told, in writing, that the penalty will be published, and where that stands."""

    told_on: LegalDate
    how: NoticeManner
    reference: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [{"told_on": "2020-10-21", "how": "in_document", "reference": "处罚决定书第3页"}],
        }
    )


class NoticeOut(Answer):
    """A notice to the party on record."""

    penalty_id: str
    number: int
    told_on: date
    how: NoticeManner
    reference: str
    recorded_by: str
    recorded_at: datetime


class ProposalOut(Answer):
    """A stretch that may have to be removed: characters from ``start`` to ``end`` (exclusive), what, and why."""

    text: str
    start: int
    end: int
    words: str
    kind: PrivateKind
    kind_text: str
    why: str


class ProposalsOut(Answer):
    """The texts of a penalty, the salt of the document's digest, and what is proposed for removal."""

    penalty_id: str
    version: int
    digest: str
    salt: str
    texts: dict[str, str]
    proposals: list[ProposalOut]


class DecidedIn(Request):
    """What is decided of one stretch; ``kind`` for what was not proposed, a reason for a number that is kept."""

    text: TextName = "document"
    start: Place
    end: Place
    remove: Yes
    kind: PrivateKind | None = None
    reason: OptionalText = ""


class PenaltyReviewIn(Request):
    """A review of a version of the document; what is proposed and not named here stays hidden."""

    version: Annotated[int, Field(strict=True, ge=1, le=10_000)]
    approved: Yes
    opinion: OptionalText = ""
    decisions: list[DecidedIn] = Field(default=[], max_length=DECISIONS)
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": 1,
                    "approved": True,
                    "opinion": "不涉及国家秘密；已隐去个人信息。",
                    "decisions": [{"text": "document", "start": 30, "end": 33, "remove": True, "kind": "name"}],
                }
            ]
        }
    )


class SpanOut(Answer):
    """A stretch as the review left it; everything but ``kept`` is hidden."""

    text: str
    start: int
    end: int
    kind: PrivateKind
    verdict: Verdict
    reason: str


class PenaltyReviewOut(Answer):
    """A review on record, and the texts as it leaves them."""

    penalty_id: str
    number: int
    version: int
    approved: bool
    opinion: str
    published_digest: str
    reviewed_by: str
    reviewed_at: datetime
    texts: dict[str, str]
    spans: list[SpanOut]


class LackingOut(Answer):
    """One thing that is missing before publication, with what asks for it, and what to do."""

    code: str
    problem: str
    source: str
    remedy: str


class LateOut(Answer):
    """One thing that was done late: it keeps no publication back, and stands on record."""

    code: str
    problem: str
    due_on: date
    done_on: date
    source: str


class GateOut(Answer):
    """What a penalty lacks before it may be published, what was done late, and what is on record of it."""

    penalty_id: str
    publishable: bool
    lacking: list[LackingOut]
    late: list[LateOut]
    document: DocumentOut | None
    notice: NoticeOut | None
    review: PenaltyReviewOut | None
