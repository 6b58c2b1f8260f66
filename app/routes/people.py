"""People and their keys: for the administrator, who can do nothing else."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlmodel import select

from app.auth import Allow, ApiKey, Caller, issue_key, revoke_key
from app.routes.paging import PageAsked
from app.wire.base import read_off
from app.wire.people import ActiveIn, KeyOut, NewKeyOut, PersonIn, PersonOut
from registry.journal import Act
from registry.people import Person, Role, add_person, set_active

router = APIRouter(prefix="/api/v1", tags=["人员 people"])
Administrator = Annotated[Caller, Depends(Allow(Role.ADMINISTRATOR))]
Overseer = Annotated[Caller, Depends(Allow(Role.ADMINISTRATOR, Role.SUPERVISOR))]


@router.get("/me")
def me(caller: Annotated[Caller, Depends(Allow(*Role))]) -> PersonOut:
    """Who the key belongs to, and their roles (本人信息)."""
    return PersonOut.model_validate(caller.person)


@router.get("/people")
def list_people(caller: Overseer, page: PageAsked) -> list[PersonOut]:
    """Everyone with access (人员列表)."""
    with caller.service.database.reading() as session:
        people = page.rows(session, select(Person), Person.person_id)
        return [PersonOut.model_validate(person) for person in people]


@router.post("/people", status_code=201, response_model=PersonOut)
def post_person(body: PersonIn, caller: Administrator) -> Response:
    """Add a named person (登记人员)."""
    return caller.record(
        lambda act: PersonOut.model_validate(
            add_person(
                act, name=body.name, department=body.department, roles=body.roles, inspector_no=body.inspector_no
            )
        )
    )


@router.post("/people/{person_id}/active", response_model=PersonOut)
def post_active(person_id: str, body: ActiveIn, caller: Administrator) -> Response:
    """Suspend a person's access or restore it (停用或恢复)."""
    return caller.record(
        lambda act: PersonOut.model_validate(set_active(act, person_id, active=body.active)), status=200
    )


@router.get("/people/{person_id}/keys")
def list_keys(person_id: str, caller: Overseer, page: PageAsked) -> list[KeyOut]:
    """A person's keys, without the keys themselves (密钥列表)."""
    with caller.service.database.reading() as session:
        keys = page.rows(session, select(ApiKey).where(ApiKey.person_id == person_id), ApiKey.key_id)
        return [KeyOut.model_validate(key) for key in keys]


@router.post("/people/{person_id}/keys", status_code=201, response_model=NewKeyOut)
def post_key(person_id: str, caller: Administrator) -> Response:
    """Issue a key; the answer is the only time it is shown (签发密钥，仅显示一次)."""

    def command(act: Act) -> NewKeyOut:
        row, key = issue_key(act, person_id)
        return NewKeyOut(**read_off(NewKeyOut, row, {"key": key}))

    return caller.record(command)


@router.delete("/keys/{key_id}", response_model=KeyOut)
def delete_key(key_id: str, caller: Administrator) -> Response:
    """Revoke a key at once (吊销密钥)."""
    return caller.record(lambda act: KeyOut.model_validate(revoke_key(act, key_id)), status=200)
