"""Who may do what: API keys that belong to named people, people with roles, and a declaration on every route.

A route declares its callers with ``Allow(...)`` or ``PUBLIC``; start-up refuses a route that declares neither
(``check_routes``). A key is shown once; the database keeps its digest.
"""

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from fastapi import Depends, Header, Request, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlmodel import Field, Session

from app.keys import key_digest, new_api_key
from app.record import Once
from app.service import Service, service_of
from publicity.receipts import receipt_path
from registry.base import PersonId, Record, UtcDateTime
from registry.errors import AbsentError, RegistryError
from registry.journal import Act, Kind, write
from registry.people import ROLE_WORDS, Person, Role

BEARER = HTTPBearer(auto_error=False, description="An API key that belongs to a named person: `dr_…`")
KEY_PARTS = 3

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
        description="Chosen by the caller, new for each request; a repeated call with it gets the first answer.",
        examples=["2020-08-31-commit-0001"],
    ),
]


class ApiKey(Record, table=True):
    """One key of one person; only its digest is here."""

    __tablename__ = "api_keys"

    key_id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="people.person_id", index=True)
    digest: str
    issued_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class UnauthenticatedError(RegistryError):
    """No key, or one that does not open anything."""

    zh = "需要有效的 API 密钥。请在 Authorization 头中写 Bearer 加密钥；密钥失效的，请向系统管理员申领。"
    en = "A valid API key is needed. Send it as Authorization: Bearer KEY; ask the administrator for a new one."


class RoleError(RegistryError):
    """The person lacks the role."""

    nature: ClassVar = "forbidden"
    zh = "您没有办理此事的角色。需要：{needed_zh}。未作任何改动。"
    en = "Your roles do not cover this. Needed: {needed_en}. Nothing was changed."


def issue_key(act: Act, person_id: str) -> tuple[ApiKey, str]:
    """Issue a key to a person and return it; it cannot be shown again."""
    if act.session.get(Person, person_id) is None:
        raise AbsentError(what_zh="人员", what_en="person", key=person_id)
    key_id, key = new_api_key()
    row = ApiKey(key_id=key_id, person_id=person_id, digest=key_digest(key), issued_at=act.at)
    act.session.add(row)
    write(act, Kind.KEY_ISSUED, subject=person_id, body={"key_id": key_id, "person_id": person_id})
    return row, key


def revoke_key(act: Act, key_id: str) -> ApiKey:
    """Revoke a key at once."""
    row = act.session.get(ApiKey, key_id)
    if row is None:
        raise AbsentError(what_zh="密钥", what_en="key", key=key_id)
    if row.revoked_at is None:
        row.revoked_at = act.at
        act.session.add(row)
        write(act, Kind.KEY_REVOKED, subject=row.person_id, body={"key_id": key_id, "person_id": row.person_id})
    return row


def person_of(session: Session, key: str) -> Person:
    """Return the active person whose key this is. Raises UnauthenticatedError."""
    parts = key.split("_", KEY_PARTS - 1)
    row = session.get(ApiKey, parts[1]) if len(parts) == KEY_PARTS else None
    if row is None or row.revoked_at or not hmac.compare_digest(row.digest, key_digest(key)):
        raise UnauthenticatedError
    person = session.get(Person, row.person_id)
    if person is None or not person.active:
        raise UnauthenticatedError
    return person


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A known person at the door, with the means to read and to run commands in their name."""

    person: Person
    service: Service
    request: Request

    @property
    def id(self) -> PersonId:
        """Return the person's id."""
        return PersonId(self.person.person_id)

    def record(
        self,
        command: Callable[[Act], BaseModel],
        *,
        key: str | None = None,
        body: BaseModel | bytes | None = None,
        status: int = 201,
    ) -> Response:
        """Run a command and answer with what it returns; with an idempotency key, once for that key and request.

        The header ``Receipt`` names where the receipts of what it recorded are.
        """
        text = body.model_dump_json().encode() if isinstance(body, BaseModel) else body or b""
        once = Once.of(key, self.request.method, self.request.url.path, text) if key else None
        answer = self.service.recorder.record(self.id, lambda act: command(act).model_dump_json(), once)
        headers = {"Idempotency-Replayed": "true"} if answer.repeated else {}
        if answer.entries:
            headers["Receipt"] = ", ".join(map(receipt_path, answer.entries))
        return Response(content=answer.body, status_code=status, media_type="application/json", headers=headers)

    def run(self, command: Callable[[Act], BaseModel]) -> str:
        """Run a command in the caller's name, committed when this returns, and return its answer as JSON text."""
        return self.service.recorder.record(self.id, lambda act: command(act).model_dump_json()).body


class Allow:
    """A route's declaration that only people with one of these roles may call it; yields the caller."""

    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    def __call__(
        self, request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]
    ) -> Caller:
        """Return the caller. Raises UnauthenticatedError, RoleError."""
        if credentials is None:
            raise UnauthenticatedError
        service = service_of(request)
        with service.database.reading() as session:
            person = person_of(session, credentials.credentials)
        if not set(person.roles) & set(self.roles):
            words = "、".join(ROLE_WORDS[role] for role in self.roles)
            raise RoleError(needed_zh=words, needed_en=", ".join(self.roles))
        return Caller(person=person, service=service, request=request)


class Public:
    """A route's declaration that everybody may call it."""

    def __call__(self) -> None:
        """Let everybody in."""


PUBLIC = Depends(Public())


class UndeclaredRouteError(Exception):
    """A route that does not say who may call it."""


def declared(route: APIRoute) -> Allow | Public | None:
    """Return what a route declares about its callers."""
    for dependency in route.dependant.dependencies:
        if isinstance(dependency.call, Allow | Public):
            return dependency.call
    return None


def check_routes(routes: Iterable[APIRoute]) -> None:
    """Refuse to start with a route that declares no callers. Raises UndeclaredRouteError."""
    for route in routes:
        if declared(route) is None:
            msg = f"{sorted(route.methods or ())} {route.path} does not say who may call it: add Allow(...) or PUBLIC"
            raise UndeclaredRouteError(msg)
