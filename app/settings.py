"""Settings, from environment variables that begin with ``DOUBLE_RANDOM_``. The only module that reads the environment.

Every setting stands in ``docs/settings.md``; a variable with the prefix that no setting knows stops the start, because
a mistyped name would otherwise be a silent default.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from publicity.tlog.errors import KeyFormError
from publicity.tlog.keys import Use, VerifierKey
from registry.credit_code import CreditCodeError, parse_credit_code

PREFIX = "DOUBLE_RANDOM_"
_WITNESS_PARTS = len(("VKEY", "URL"))
_RELAY = re.compile(r"https://[0-9A-Za-z.-]+(:[0-9]{1,5})?(/[0-9A-Za-z._/-]*)?|http://127\.0\.0\.1(:[0-9]{1,5})?/?")
"""Without a name, a password or a query; plain HTTP to this machine alone."""


MAIL_ADDRESS = r"^[0-9A-Za-z._%+-]{1,64}@[0-9A-Za-z.-]{1,255}$"


@dataclass(frozen=True, slots=True)
class WitnessAt:
    """A witness: the key that its cosignatures are checked with, and where it is asked for them."""

    key: VerifierKey
    url: str


class Settings(BaseSettings):
    """What a bureau can set. The defaults run one process on SQLite in the current directory."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    database_url: str = Field(
        default="sqlite:///data/double-random.db",
        description="SQLAlchemy address of the database: sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    data_dir: Path = Field(
        default=Path("data"),
        description="Directory of the service's key file and of evidence; only the service may read it.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    authority: str = Field(
        default="市场监督管理局", min_length=1, description="Name of the bureau, shown at the head of every page."
    )
    authority_code: str | None = Field(
        default=None,
        description="Unified credit code of the bureau, as the unit that statutory lists are handed in by.",
    )
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[0-9A-Za-z.:\[\]-]+$",
        description="Address of the public site, without a path, for the QR codes of notices.",
    )
    region: str = Field(
        default="140000",
        pattern=r"^[0-9]{6}$",
        description="GB/T 2260 code of the region; plan and task numbers begin with it.",
    )
    party: str = Field(
        default="bureau",
        pattern=r"^[0-9A-Za-z._-]{1,64}$",
        description="Name of the service's own party in a draw's list of secrets.",
    )
    workdays_file: Path | None = Field(
        default=None,
        description="TOML file of working days that replaces the one shipped, for a year announced after this release.",
    )
    rules_dir: Path | None = Field(
        default=None,
        description=(
            "Directory of rule files (terms-*.toml, clocks.toml, restrictions.toml) that replaces the one shipped."
        ),
    )
    terms: str = Field(
        default="order-45",
        pattern=r"^[0-9a-z-]{1,64}$",
        description="Which rules of publication apply on days on which several orders hold, by their id.",
    )
    lower_fine_fen: int | None = Field(
        default=None,
        ge=1,
        description="Largest fine that counts as a lower one, in fen; without it, none does.",
    )
    repair_workdays: int | None = Field(
        default=None,
        ge=1,
        description="Working days within which an application for repair is decided; without it, none is overdue.",
    )
    max_import_bytes: int = Field(
        default=64 * 1024 * 1024, ge=1, description="Largest roster accepted, in bytes; more is answered 413."
    )
    max_body_bytes: int = Field(
        default=1024 * 1024, ge=1, description="Largest other request body accepted, in bytes; more is answered 413."
    )
    max_evidence_bytes: int = Field(
        default=20 * 1024 * 1024, ge=1, description="Largest evidence file accepted, in bytes; more is answered 413."
    )
    max_evidence_pixels: int = Field(
        default=40_000_000, ge=1, le=80_000_000, description="Largest evidence image accepted, in pixels."
    )
    max_evidence_files: int = Field(default=50, ge=1, description="Most evidence files of one visit.")
    max_petition_bytes: int = Field(
        default=20 * 1024 * 1024,
        ge=1,
        description="Largest petition accepted, all its files together, in bytes; more is answered 413.",
    )
    max_petition_files: int = Field(default=10, ge=1, description="Most files of one petition.")
    petitions_of_record: int = Field(
        default=20, ge=1, description="Most undecided petitions about one record before the public form takes no more."
    )
    clock_leap_days: int = Field(
        default=3,
        ge=1,
        description="Days that the clock may be ahead of what the worker followed before nothing is emptied for good.",
    )
    petitions_of_day: int = Field(default=500, ge=1, description="Most petitions that the public form takes in a day.")
    drand_relays: str | None = Field(
        default=None,
        description=(
            "Addresses of drand relays, in the order they are tried, separated by spaces: https://HOST or "
            "http://127.0.0.1:PORT. Without any, rounds are handed in by hand."
        ),
    )
    drand_margin: int = Field(
        default=600, ge=60, le=2_678_400, description="Least seconds from a commitment to the drand round it is given."
    )
    drand_timeout: int = Field(
        default=10, ge=1, le=60, description="Seconds that one drand relay has to answer in, all told."
    )

    log_origin: str | None = Field(
        default=None,
        pattern=r"^[0-9A-Za-z][0-9A-Za-z.:_/\[\]-]{0,199}$",
        description=(
            "Name under which the log is signed, HOST/PATH without a scheme; by default the public address and /log. "
            "It is fixed once a head is signed."
        ),
    )
    log_keys: str | None = Field(
        default=None,
        description=(
            "Verifier keys of the signer that runs apart, separated by spaces; during a rotation the old and the new. "
            "Without any, the service signs with a key of its own in the data directory."
        ),
    )

    @field_validator("authority_code")
    @classmethod
    def _authority_code_is_a_credit_code(cls, value: str | None) -> str | None:
        try:
            return None if value is None else parse_credit_code(value)
        except CreditCodeError as wrong:
            msg = f"{wrong.text('zh')}/ {wrong.text('en')}"
            raise ValueError(msg) from wrong

    @field_validator("log_origin")
    @classmethod
    def _origin_has_no_scheme(cls, value: str | None) -> str | None:
        if value is not None and "://" in value:
            msg = f"{value} has a scheme: write HOST/PATH"
            raise ValueError(msg)
        return value

    @field_validator("log_keys")
    @classmethod
    def _keys_are_verifier_keys(cls, value: str | None) -> str | None:
        keys = [_verifier_key(text) for text in (value or "").split()]
        if any(key.use is not Use.SIGNATURE for key in keys) or len({key.name for key in keys}) > 1:
            msg = "the keys of a log sign, bear one name and are not those of witnesses"
            raise ValueError(msg)
        return value

    @property
    def verifier_keys(self) -> tuple[VerifierKey, ...]:
        """Return the keys of the signer that runs apart."""
        return tuple(_verifier_key(text) for text in (self.log_keys or "").split())

    witnesses: str | None = Field(
        default=None,
        description=(
            "Witnesses that cosign the log, VKEY URL each, separated by semicolons; the address is that under which "
            "add-checkpoint lies, https://HOST[/PATH] or http://127.0.0.1:PORT."
        ),
    )
    witness_quorum: int | None = Field(
        default=None,
        ge=1,
        description=(
            "How many of the witnesses must have cosigned a commitment before its drand round; by default 1, where "
            "there are any."
        ),
    )
    witness_timeout: int = Field(
        default=10, ge=1, le=60, description="Seconds that a witness has for one answer, all told."
    )
    mail_server: str | None = Field(
        default=None,
        pattern=r"^(smtps://|starttls://)[0-9A-Za-z.-]+(:[0-9]{1,5})?$|^smtp://127\.0\.0\.1:[0-9]{1,5}$",
        description=(
            "Server that takes mail: smtps://HOST or starttls://HOST, a port after it; smtp://127.0.0.1:PORT without "
            "encryption on this machine alone."
        ),
    )
    mail_user: str | None = Field(default=None, min_length=1, description="Name to log in with at the mail server.")
    mail_password: SecretStr | None = Field(
        default=None, min_length=1, description="Password to log in with at the mail server."
    )
    mail_from: str | None = Field(
        default=None,
        pattern=MAIL_ADDRESS,
        description="Address that signed heads of the log and reminders are mailed from.",
    )
    head_recipients: str | None = Field(
        default=None, description="Addresses that signed heads of the log are mailed to, separated by spaces."
    )

    reminder_recipients: str | None = Field(
        default=None,
        description=(
            "Addresses that are mailed on working days what is due soon or overdue, in numbers, separated by spaces."
        ),
    )
    remind_workdays: int = Field(
        default=3, ge=1, le=60, description="Working days before the last day of a duty on which it is reminded of."
    )
    run_worker: bool = Field(
        default=True,
        description="Whether `serve` itself does what becomes due; false where `double-random worker` runs apart.",
    )

    @field_validator("witnesses")
    @classmethod
    def _witnesses_are_keys_with_addresses(cls, value: str | None) -> str | None:
        named = [_witness(text) for text in _listed(value)]
        if any(len(each) < len(named) for each in _identities(named)):
            msg = "each witness is listed once, with a name, a key and an address of its own"
            raise ValueError(msg)
        return value

    @field_validator("head_recipients", "reminder_recipients")
    @classmethod
    def _recipients_are_addresses(cls, value: str | None) -> str | None:
        for address in (value or "").split():
            if not re.fullmatch(MAIL_ADDRESS, address):
                msg = f"{address} is no mail address"
                raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _quorum_can_be_met(self) -> Self:
        if self.witness_quorum is not None and self.witness_quorum > len(self.named_witnesses):
            msg = f"witness_quorum is {self.witness_quorum}, and there are {len(self.named_witnesses)} witnesses"
            raise ValueError(msg)
        return self

    @property
    def named_witnesses(self) -> tuple[WitnessAt, ...]:
        """Return the witnesses, in order."""
        return tuple(_witness(text) for text in _listed(self.witnesses))

    @property
    def quorum(self) -> int:
        """Return how many cosignatures are enough; 0 where there is no witness."""
        return self.witness_quorum or min(1, len(self.named_witnesses))

    @property
    def recipients(self) -> tuple[str, ...]:
        """Return whom signed heads are mailed to."""
        return tuple((self.head_recipients or "").split())

    @property
    def reminded(self) -> tuple[str, ...]:
        """Return whom reminders are mailed to: nobody without a server and a sender."""
        return tuple((self.reminder_recipients or "").split()) if self.mail_server and self.mail_from else ()

    @field_validator("drand_relays")
    @classmethod
    def _relays_are_addresses(cls, value: str | None) -> str | None:
        for address in (value or "").split():
            if not _RELAY.fullmatch(address):
                msg = (
                    f"{address} is no address of a relay: write https://HOST, or http://127.0.0.1:PORT for this machine"
                )
                raise ValueError(msg)
        return value

    @property
    def relays(self) -> tuple[str, ...]:
        """Return the addresses of the relays, in order."""
        return tuple((self.drand_relays or "").split())


class UnknownSettingError(Exception):
    """An environment variable has the prefix, and no setting has its name."""

    def __init__(self, names: list[str]) -> None:
        known = ", ".join(PREFIX + name.upper() for name in Settings.model_fields)
        super().__init__(f"Unknown settings: {', '.join(names)}. Known: {known}. Correct or unset them.")


def _verifier_key(text: str) -> VerifierKey:
    try:
        return VerifierKey.parse(text)
    except KeyFormError as error:
        raise ValueError(str(error)) from error


def _listed(value: str | None) -> list[str]:
    return [text for text in (value or "").split(";") if text.strip()]


def _identities(named: Sequence[WitnessAt]) -> tuple[set[str], set[bytes], set[str]]:
    """Return the names, keys and addresses of witnesses: one who has two of one kind is no two witnesses."""
    return {each.key.name for each in named}, {each.key.public for each in named}, {each.url for each in named}


def _witness(text: str) -> WitnessAt:
    parts = text.split()
    if len(parts) != _WITNESS_PARTS or not _RELAY.fullmatch(parts[1]):
        msg = f"{text.strip()} is no witness: write VKEY https://HOST, or VKEY http://127.0.0.1:PORT for this machine"
        raise ValueError(msg)
    key = _verifier_key(parts[0])
    if key.use is not Use.COSIGNATURE:
        msg = f"{parts[0]} is the key of a log and not of a witness"
        raise ValueError(msg)
    return WitnessAt(key, parts[1].rstrip("/"))


def load_settings() -> Settings:
    """Read the settings from the environment. Raises UnknownSettingError, pydantic.ValidationError."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    # REQUIRE_… switches belong to the tests and share the prefix.
    unknown = sorted(
        name
        for name in os.environ
        if name.upper().startswith(PREFIX)
        and name.upper() not in known
        and not name.upper().startswith(PREFIX + "REQUIRE_")
    )
    if unknown:
        raise UnknownSettingError(unknown)
    return Settings()
