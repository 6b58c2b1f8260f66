"""Assignments, findings, reviews."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import ConfigDict, Field

from app.values import Identifier, LegalDate, OptionalText, ShortText, Yes
from app.wire.base import Answer, Request
from app.wire.evidence import EvidenceOut
from app.wire.items import ItemOut
from app.wire.operators import SiteOut


class SeatOut(Answer):
    """One seat of a team."""

    department: str
    seat: int
    inspector_no: str
    inspector_name: str


class VisitOut(Answer):
    """One visit as its team sees it: the operator, the items, the partners, what was filed."""

    visit_id: str
    cause: str
    state: str
    may_follow: list[str]
    task_no: str | None
    task_title: str
    unit_id: str
    operator_name: str
    address: str
    sites: list[SiteOut]
    contact_name: str
    contact_phone: str
    period_from: date
    period_to: date
    days_left: int
    items: list[ItemOut]
    team: list[SeatOut]
    finding_id: str | None
    finding_state: str | None
    returned_because: str | None


class ItemFilingIn(Request):
    """The outcome of one item."""

    item: Identifier
    outcome: Identifier
    text: OptionalText = ""
    follow_up: Identifier = "none"


class FindingIn(Request):
    """What a visit found; ``corrects`` names the record that this one replaces."""

    inspected_on: LegalDate
    outcomes: list[ItemFilingIn] = Field(max_length=200)
    corrects: ShortText | None = None
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "inspected_on": "2020-09-15",
                    "outcomes": [
                        {"item": "M01", "outcome": "no_problem"},
                        {
                            "item": "C01",
                            "outcome": "problem_pending",
                            "text": "首页未公示平台服务协议",
                            "follow_up": "case_opened",
                        },
                    ],
                }
            ]
        }
    )


class FindingOut(Answer):
    """A finding and where it stands."""

    finding_id: str
    visit_id: str
    cause: str
    version: int
    corrects: str | None
    inspected_on: date
    problem: bool
    state: str
    published: bool
    filed_by: str
    filed_at: datetime
    outcomes: list[ItemFilingIn]
    evidence: list[EvidenceOut]
    confirmed_by: str | None
    told: bool
    reviewed_by: str | None
    reason: str | None


class OutcomeOut(Answer):
    """One choice for the result of an item; a problem counts, and some need a text."""

    code: str
    zh: str
    en: str
    problem: bool
    needs_text: bool


class FollowUpOut(Answer):
    """One choice for what follows."""

    code: str
    zh: str
    en: str


class ChoicesOut(Answer):
    """What may be recorded of an item on a day."""

    outcomes: list[OutcomeOut]
    follow_ups: list[FollowUpOut]


class ReviewIn(Request):
    """Approve a finding or return it with a reason."""

    approved: Yes
    reason: OptionalText = ""
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"approved": True}]})
