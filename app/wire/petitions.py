"""Petitions about what is published, as staff enter, take up, answer and decide them."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from app.values import LegalDate, LongText, OptionalText, ShortText, Yes
from app.wire.base import Answer, Request
from publicity.replies import REPLY_LENGTH
from publicity.term_rules import Need
from registry.petitions import Asker, Channel, PetitionKind, PetitionState, Remedy, Shown
from registry.redactions import PrivateKind

TEXT_LENGTH = 2_000
"""Characters of what is asked at most."""
SaidText = Annotated[LongText, Field(max_length=TEXT_LENGTH)]
OptionalShort = Annotated[OptionalText, Field(max_length=200)]


class PetitionIn(Request):
    """A petition that came by letter or at the counter; ``received_on`` is the day on which it came.

    ``asker_code`` and ``asker_office`` are needed of the operator itself; ``claims``, one for each condition, of a
    repair.
    """

    kind: PetitionKind
    asker: Asker
    asker_code: OptionalShort = ""
    asker_name: ShortText
    asker_office: OptionalShort = ""
    contact: ShortText
    text: SaidText
    channel: Annotated[Channel, Field(description="letter or counter.")]
    received_on: LegalDate
    claims: dict[Need, SaidText] = Field(default_factory=dict)
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "correction",
                    "asker": "operator",
                    "asker_code": "911400001123599660",
                    "asker_name": "示例商贸有限公司",
                    "asker_office": "法定代表人",
                    "contact": "示例市示例路1号",
                    "text": "公示的罚款金额与决定书不一致，请更正。",
                    "channel": "letter",
                    "received_on": "2020-11-02",
                }
            ]
        }
    )


class PetitionFileOut(Answer):
    """A file of a petition on record."""

    file_id: str
    name: str
    media_type: str
    original_sha256: str
    stored_sha256: str
    size: int
    added_at: datetime


class AcceptanceIn(Request):
    """Take it up, with how the asker showed who they are; or decline it, with the reason that the asker will read."""

    accepted: Yes
    shown: Shown | None = None
    text: OptionalText = ""
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"accepted": True, "shown": "licence"}]}
    )


class CutIn(Request):
    """One stretch of a reply: remove it, or keep what was proposed for removal."""

    start: Annotated[int, Field(strict=True, ge=0, le=REPLY_LENGTH)]
    end: Annotated[int, Field(strict=True, ge=1, le=REPLY_LENGTH)]
    remove: Yes


class ProposalIn(Request):
    """An answer: ``text`` is the written answer that the asker will read; ``met`` the conditions found met.

    ``remedy`` is what is done where a correction or an objection is upheld; ``cuts`` are of a reply.
    """

    upheld: Yes
    remedy: Remedy | None = None
    text: SaidText
    met: list[Need] = Field(default_factory=list, max_length=len(Need))
    cuts: list[CutIn] = Field(default_factory=list, max_length=200)
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [{"upheld": True, "remedy": "correct", "text": "经核实，罚款金额录入有误，将予更正。"}]
        }
    )


class PetitionDecisionIn(Request):
    """Decide as was proposed, or send the proposal back with the reason."""

    approved: Yes
    text: OptionalText = ""
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"approved": True}]})


class CutOut(Answer):
    """What is proposed for removal from a reply."""

    start: int
    end: int
    kind: PrivateKind


class PetitionProposalOut(Answer):
    """An answer as it was proposed; ``again_on`` is the first day on which a repair may be asked for again."""

    number: int
    upheld: bool
    remedy: Remedy | None
    text: str
    met: list[Need]
    again_on: date | None
    shown_text: str
    proposed_by: str
    proposed_at: datetime


class PetitionOut(Answer):
    """A petition, and how far it is; ``cuts`` is what of a reply is proposed for removal."""

    petition_id: str
    disclosure_id: str
    kind: PetitionKind
    asker: Asker
    asker_code: str
    asker_name: str
    asker_office: str
    contact: str
    text: str
    claims: dict[str, str]
    channel: Channel
    received_on: date
    received_by: str
    received_at: datetime
    files: list[PetitionFileOut]
    state: PetitionState
    shown: Shown | None
    declined_because: str
    due_on: date | None
    cuts: list[CutOut]
    proposal: PetitionProposalOut | None
    decided_by: str | None
    decided_at: datetime | None
