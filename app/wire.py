"""What goes over the wire: pydantic models of requests and answers, apart from the tables.

A request refuses fields it does not know. An answer lists its fields, so that a new column shows nothing by itself.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
)

from app.values import Fen, HexDigest, Identifier, Instant, LegalDate, LongText, OptionalText, ShortText, Yes, distinct
from registry.items import Level
from registry.operators import OperatorKind
from registry.penalties import PenaltyKind, Procedure
from registry.people import Role


class Request(BaseModel):
    """A request body: strict about its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """An answer body, read off a registry row by its listed fields."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class PersonIn(Request):
    """A person to add."""

    name: ShortText
    department: Identifier | None = None
    roles: list[Role] = Field(min_length=1, max_length=len(Role))
    inspector_no: Identifier | None = None
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"name": "示例甲", "department": "market", "roles": ["draw_officer"]}]}
    )


class PersonOut(Answer):
    """A person and their roles."""

    person_id: str
    name: str
    department: str | None
    roles: list[Role]
    inspector_no: str | None
    active: bool


class ActiveIn(Request):
    """Suspend or restore access."""

    active: Yes
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"active": False}]})


class KeyOut(Answer):
    """A key, without the key itself."""

    key_id: str
    person_id: str
    issued_at: datetime
    revoked_at: datetime | None


class NewKeyOut(KeyOut):
    """A key just issued: the only time it is shown."""

    key: str


class DepartmentIn(Request):
    """A department to add."""

    code: Identifier
    name: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"code": "market", "name": "市场监督管理局"}]}
    )


class DepartmentOut(Answer):
    """A department."""

    code: str
    name: str


class ImportOut(Answer):
    """What an import did, in rows; ``digest`` is the file's SHA-256."""

    rows: int
    added: int
    changed: int
    unchanged: int
    digest: str


class OperatorOut(Answer):
    """An operator on record; contacts are null for readers from other departments."""

    unit_id: str
    name: str
    kind: str
    status: str
    trading: bool
    area: str
    address: str
    legal_representative: str
    contact_name: str | None
    contact_phone: str | None
    platform_name: str
    domain: str
    icp_no: str


class OperatorChange(Request):
    """Columns of an operator to change; what is not named stays."""

    name: ShortText | None = None
    kind: OperatorKind | None = None
    status: ShortText | None = None
    trading: Yes | None = None
    area: ShortText | None = None
    address: ShortText | None = None
    legal_representative: OptionalText | None = None
    contact_name: OptionalText | None = None
    contact_phone: OptionalText | None = None
    platform_name: OptionalText | None = None
    domain: OptionalText | None = None
    icp_no: OptionalText | None = None
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"trading": False}]})

    def changes(self) -> dict[str, str]:
        """Return the named columns as text, as the register checks them."""
        named = self.model_dump(exclude_none=True)
        return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in named.items()}


class InspectorOut(Answer):
    """An inspector as the bureau sees it."""

    inspector_no: str
    name: str
    department: str
    area: str
    certificate_no: str
    certificate_from: date
    certificate_until: date
    status: str


class RecusalIn(Request):
    """A recusal to file."""

    inspector_no: Identifier
    unit_id: Identifier
    reason: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [{"inspector_no": "SC-001", "unit_id": "911400001123599660", "reason": "近亲属任职"}]
        }
    )


class ApprovalIn(Request):
    """Yes or no."""

    approved: Yes
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"approved": True}]})


class RecusalOut(Answer):
    """A recusal and its decision."""

    recusal_id: str
    inspector_no: str
    unit_id: str
    reason: str
    requested_by: str
    requested_at: datetime
    approved: bool | None
    decided_by: str | None
    decided_at: datetime | None


class ItemIn(Request):
    """An item to put on the list."""

    code: Identifier
    name: ShortText
    basis: LongText
    method: ShortText
    level: Level
    department: Identifier
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "M01",
                    "name": "营业执照信息公示情况",
                    "basis": "《电子商务法》第十五条",
                    "method": "网络检查",
                    "level": "general",
                    "department": "market",
                }
            ]
        }
    )


class ItemOut(Answer):
    """An item of the list."""

    code: str
    name: str
    basis: str
    method: str
    level: Level
    department: str


class TeamSeatsIn(Request):
    """Seats of one department; the first in the list leads."""

    department: Identifier
    seats: int = Field(strict=True, ge=1, le=9)


class WitnessedIn(Request):
    """A value to be drawn in public."""

    kind: Literal["witnessed"] = "witnessed"
    what: ShortText
    alphabet: Annotated[str, Field(min_length=2, max_length=95)]
    length: int = Field(strict=True, ge=1, le=1000)


class PlanIn(Request):
    """A plan to draft."""

    title: ShortText
    kinds: Annotated[list[OperatorKind], AfterValidator(distinct)] = Field(min_length=1, max_length=len(OperatorKind))
    areas: Annotated[list[Annotated[str, Field(pattern=r"^[0-9]{6}$")]], AfterValidator(distinct)] = Field(
        min_length=1, max_length=200
    )
    ratio: Annotated[str, Field(max_length=8)]
    ratio_basis: ShortText
    team: list[TeamSeatsIn] = Field(min_length=1, max_length=20)
    items: list[Identifier] = Field(min_length=1, max_length=200)
    period_from: LegalDate
    period_to: LegalDate
    sealed: Yes = False
    public_source: WitnessedIn | None = None
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "2020年电子商务平台经营者部门联合双随机抽查",
                    "kinds": ["platform"],
                    "areas": ["140000"],
                    "ratio": "0.5",
                    "ratio_basis": "2020年度抽查工作计划",
                    "team": [{"department": "market", "seats": 2}, {"department": "cyber", "seats": 2}],
                    "items": ["M01", "C01"],
                    "period_from": "2020-09-01",
                    "period_to": "2020-12-31",
                    "sealed": False,
                    "public_source": {
                        "kind": "witnessed",
                        "what": "2020年9月1日10时公开掷骰三十枚，自左至右读数",
                        "alphabet": "123456",
                        "length": 30,
                    },
                }
            ]
        }
    )


class PlanOut(Answer):
    """A plan and its approval."""

    plan_no: str
    task_no: str
    title: str
    kinds: list[str]
    areas: list[str]
    ratio: str
    ratio_basis: str
    team: list[dict[str, Any]]
    items: list[str]
    period_from: date
    period_to: date
    sealed: bool
    public_source: dict[str, Any] | None
    drafted_by: str
    drafted_at: datetime
    approved_by: str | None
    approved_at: datetime | None


class PreviewOut(Answer):
    """What a plan would commit to if it were committed now: counts only, nothing about the outcome."""

    registered: int
    frame: int
    excluded: dict[str, int]
    quota: int
    inspectors: dict[str, int]
    recusals: int


class PartyIn(Request):
    """Another party and the digest of the secret on its own device."""

    party: Identifier
    digest: HexDigest


class CommitIn(Request):
    """What is fixed at commitment beyond the plan: deadlines and other parties."""

    execute_by: Instant
    open_by: Instant
    parties: list[PartyIn] = Field(default=[], max_length=20)
    hash: Literal["sha256", "sm3"] = "sha256"
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "execute_by": "2020-09-01T18:00:00+08:00",
                    "open_by": "2020-12-31T18:00:00+08:00",
                    "parties": [{"party": "supervision", "digest": "c1" * 32}],
                }
            ]
        }
    )


class DrawOut(Answer):
    """A draw as far as it has come; nothing here tells an outcome that is not open."""

    draw_id: str
    plan_no: str
    state: Literal["committed", "executed", "opened"]
    sealed: bool
    commitment_digest: str
    frame: int
    excluded: int
    to_draw: int
    committed_by: str
    committed_at: datetime
    execute_by: datetime
    executed_by: str | None
    executed_at: datetime | None
    open_by: datetime
    opened_at: datetime | None


class SecretIn(Request):
    """A party's secret, handed in."""

    party: Identifier
    secret: HexDigest


class ExecuteIn(Request):
    """What is handed in at execution: the other parties' secrets and the public value."""

    secrets: list[SecretIn] = Field(default=[], max_length=20)
    public_value: Annotated[str, Field(max_length=1000)] | None = None
    witnesses: list[ShortText] = Field(default=[], max_length=50)
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "secrets": [{"party": "supervision", "secret": "5e" * 32}],
                    "public_value": "352614163425616263541325246135",
                    "witnesses": ["示例乙（人大代表）"],
                }
            ]
        }
    )


class SeatOut(Answer):
    """One seat of a team."""

    department: str
    seat: int
    inspector_no: str
    inspector_name: str


class VisitOut(Answer):
    """One visit as its team sees it: the operator, the items, the partners, what was filed."""

    visit_id: str
    plan_no: str
    plan_title: str
    unit_id: str
    operator_name: str
    address: str
    platform_name: str
    domain: str
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
    version: int
    corrects: str | None
    inspected_on: date
    problem: bool
    state: str
    published: bool
    filed_by: str
    filed_at: datetime
    outcomes: list[ItemFilingIn]
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


class DisclosureOut(Answer):
    """A publication: when, by when it had to be, and where it can be read and checked."""

    disclosure_id: str
    subject: str
    unit_id: str
    due_on: date
    published_at: datetime
    path: str


class PenaltyIn(Request):
    """A penalty decision to record."""

    finding_id: ShortText
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


class PenaltyOut(Answer):
    """A penalty decision on record."""

    penalty_id: str
    finding_id: str
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
    published: bool


def read_off(model: type[Answer], row: object, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the listed fields of an answer from a row, completed by values that the row lacks."""
    return {name: extra[name] if name in extra else getattr(row, name) for name in model.model_fields}
