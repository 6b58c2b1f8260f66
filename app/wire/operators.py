"""Operators: what the bureau sees of them, and what may be changed."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from app.values import LegalDate, OptionalText, ShortText, Yes
from app.wire.base import Answer, Request
from registry.operator_entries import OperatorKind, OperatorStatus

Month = Annotated[str, Field(pattern=r"^$|^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$")]


class SiteIn(Request):
    """One site of an operator."""

    platform_name: OptionalText = ""
    site_name: OptionalText = ""
    domain: OptionalText = ""
    icp_no: OptionalText = ""
    shop_id: OptionalText = ""
    shop_url: OptionalText = ""


class SiteOut(Answer):
    """One site of an operator; ``platform_name`` is the platform it is, or is on."""

    platform_name: str
    site_name: str
    domain: str
    icp_no: str
    shop_id: str
    shop_url: str


class OperatorOut(Answer):
    """An operator on record; contacts and the risk class are null for readers from other departments."""

    unit_id: str
    credit_code: str
    register_no: str
    name: str
    natural_person: bool
    kind: str
    status: str
    status_on: date | None
    trading: bool
    area: str
    address: str
    legal_representative: str
    contact_name: str | None
    contact_phone: str | None
    risk_class: str | None
    risk_month: str | None
    risk_source: str | None
    abnormal_on: date | None
    serious_on: date | None
    last_inspected_on: date | None
    merged_into: str | None
    sites: list[SiteOut]


class StatusOut(Answer):
    """What an operator's registration was on a day; null when nothing is known of so early a day."""

    unit_id: str
    on: date
    status: OperatorStatus | None


OWN = ("contact_name", "contact_phone", "risk_class", "risk_month", "risk_source")
"""Columns for the bureau that keeps the register, and for nobody else."""


class OperatorChange(Request):
    """Columns of an operator to change; what is not named stays, an empty text or date empties.

    ``sites`` are all of them, in order; an operator with at most one may be given the columns of a site directly.
    """

    name: ShortText | None = None
    natural_person: Yes | None = None
    kind: OperatorKind | None = None
    status: ShortText | None = None
    status_on: LegalDate | None = None
    trading: Yes | None = None
    area: ShortText | None = None
    address: ShortText | None = None
    legal_representative: OptionalText | None = None
    contact_name: OptionalText | None = None
    contact_phone: OptionalText | None = None
    platform_name: OptionalText | None = None
    site_name: OptionalText | None = None
    domain: OptionalText | None = None
    icp_no: OptionalText | None = None
    shop_id: OptionalText | None = None
    shop_url: OptionalText | None = None
    risk_class: OptionalText | None = None
    risk_month: Month | None = None
    risk_source: OptionalText | None = None
    abnormal_on: LegalDate | None = None
    serious_on: LegalDate | None = None
    last_inspected_on: LegalDate | None = None
    sites: Annotated[list[SiteIn] | None, Field(max_length=200)] = None
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"trading": False}]})

    def changes(self) -> dict[str, str]:
        """Return the named columns as text, as the register checks them; a date given as null empties it."""
        named = self.model_dump(exclude_unset=True, exclude={"sites"})
        days = {name for name in named if name.endswith("_on")}
        return {name: _text(value) for name, value in named.items() if value is not None or name in days}

    def wanted_sites(self) -> list[dict[str, str]] | None:
        """Return all sites of the operator, or None when they stay."""
        return None if self.sites is None else [site.model_dump() for site in self.sites]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
