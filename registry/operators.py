"""The register of operators (经营者): who is there, where, what they run, whether they trade.

A record comes from an import row or an edit, is checked whole, and every problem with it is reported at once. Contacts
are kept for the bureau and are never public. The five kinds are those of the 2020 Shanxi report; the key of each is its
credit code.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum

from sqlmodel import Field, Session

from registry.areas import parse_area
from registry.base import Record
from registry.checking import Checker
from registry.credit_code import parse_credit_code
from registry.errors import AbsentError, FieldError
from registry.journal import Act, Kind, write
from sampling.names import UnitId


class OperatorKind(StrEnum):
    """The five classes of subject."""

    PLATFORM = "platform"
    ON_PLATFORM = "on_platform"
    OWN_SITE = "own_site"
    OTHER_SERVICE = "other_service"
    SOCIAL = "social"


class OperatorStatus(StrEnum):
    """Registration status (登记状态)."""

    ACTIVE = "active"
    DEREGISTERED = "deregistered"
    REVOKED = "revoked"
    MOVED_OUT = "moved_out"


KIND_WORDS = {
    OperatorKind.PLATFORM: "电商平台经营者",
    OperatorKind.ON_PLATFORM: "平台内经营者",
    OperatorKind.OWN_SITE: "自建网站经营者",
    OperatorKind.OTHER_SERVICE: "其他网络服务经营者",
    OperatorKind.SOCIAL: "微商",
}
STATUS_WORDS = {
    OperatorStatus.ACTIVE: "存续",
    OperatorStatus.DEREGISTERED: "注销",
    OperatorStatus.REVOKED: "吊销",
    OperatorStatus.MOVED_OUT: "迁出",
}


@dataclass(frozen=True, kw_only=True)
class OperatorEntry:
    """A checked record of an operator, as it goes into the register."""

    unit_id: UnitId
    name: str
    kind: OperatorKind
    status: OperatorStatus
    trading: bool
    area: str
    address: str
    legal_representative: str
    contact_name: str
    contact_phone: str
    platform_name: str
    domain: str
    icp_no: str


COLUMNS = tuple(field.name for field in fields(OperatorEntry))
PLAIN = COLUMNS[COLUMNS.index("address") :]
REQUIRED = ("unit_id", "name", "kind", "status", "trading", "area", "address")
HEADINGS = {
    "统一社会信用代码": "unit_id",
    "名称": "name",
    "主体类型": "kind",
    "登记状态": "status",
    "是否开展交易": "trading",
    "行政区划代码": "area",
    "住所": "address",
    "法定代表人": "legal_representative",
    "联系人": "contact_name",
    "联系电话": "contact_phone",
    "平台名称": "platform_name",
    "域名": "domain",
    "ICP备案号": "icp_no",
}


class Operator(Record, table=True):
    """One row of the register; the contact columns are for the bureau only."""

    __tablename__ = "operators"

    unit_id: str = Field(primary_key=True)
    name: str = Field(index=True)
    kind: str
    status: str
    trading: bool
    area: str = Field(index=True)
    address: str
    legal_representative: str
    contact_name: str
    contact_phone: str
    platform_name: str
    domain: str
    icp_no: str


def check_operator(raw: Mapping[str, str]) -> tuple[OperatorEntry | None, list[FieldError]]:
    """Check one record as handed in (column → text) and return it, or every problem with it.

    Words are taken in Chinese or as codes; white space at the ends and Unicode forms are normalised.
    """
    check = Checker(raw, COLUMNS, REQUIRED)
    unit_id = check.parsed("unit_id", parse_credit_code)
    area = check.parsed("area", parse_area)
    kind = check.word("kind", KIND_WORDS)
    status = check.word("status", STATUS_WORDS)
    trading = check.flag("trading")
    if check.problems or unit_id is None or area is None or kind is None or status is None or trading is None:
        return None, check.problems
    plain = {name: check.text[name] for name in PLAIN}
    name = check.text["name"]
    return (
        OperatorEntry(
            unit_id=UnitId(unit_id), name=name, kind=kind, status=status, trading=trading, area=area, **plain
        ),
        [],
    )


def get_operator(session: Session, unit_id: str) -> Operator:
    """Return an operator or raise AbsentError."""
    found = session.get(Operator, unit_id)
    if found is None:
        raise AbsentError(what_zh="经营者", what_en="operator", key=unit_id)
    return found


def change_operator(act: Act, unit_id: str, changes: Mapping[str, str]) -> Operator:
    """Change columns of one operator; the credit code stands. Raises the first FieldError of the whole new record.

    What a draw has committed to is not touched: it holds its own copy of the frame.
    """
    operator = get_operator(act.session, unit_id)
    if not changes:
        raise FieldError(
            (), ("没有要变更的内容。", "Nothing is to be changed."), ("请至少填一项。", "Name one column.")
        )
    entry, problems = check_operator(as_text(operator) | dict(changes) | {"unit_id": unit_id})
    if entry is None:
        raise problems[0]
    before = operator.model_dump()
    operator.sqlmodel_update(asdict(entry))
    act.session.add(operator)
    changed = {name: value for name, value in operator.model_dump().items() if value != before[name]}
    write(act, Kind.OPERATOR_CHANGED, subject=unit_id, body={"unit_id": unit_id, "changed": changed})
    return operator


def as_text(operator: Operator) -> dict[str, str]:
    """Return a register row as it would be handed in: column → text."""
    row = operator.model_dump()
    return row | {"trading": "true" if operator.trading else "false"}
