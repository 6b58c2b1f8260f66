"""People who may act, and their roles. Rules of two compare people, never keys, and names beside accounts.

An administrator manages people and keys and can hold no other role: whoever can create an account may not also draw.
Source: separation of system, security and audit administrators (MLPS 2.0, level 3).
"""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import JSON
from sqlmodel import Field, Session, col, func, select

from registry.base import Record, nfc
from registry.departments import get_department
from registry.errors import AbsentError, FieldError, RegistryError
from registry.inspectors import get_inspector
from registry.journal import Act, Kind, write
from registry.stages import stage_of


class Role(StrEnum):
    """What a person may do."""

    ADMINISTRATOR = "administrator"
    REGISTER_OFFICER = "register_officer"
    DRAW_OFFICER = "draw_officer"
    APPROVER = "approver"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    INSPECTOR = "inspector"
    DEPARTMENT_READER = "department_reader"
    SUPERVISOR = "supervisor"


ROLE_WORDS = {
    Role.ADMINISTRATOR: "系统管理员",
    Role.REGISTER_OFFICER: "名录管理员",
    Role.DRAW_OFFICER: "抽查经办人",
    Role.APPROVER: "审批人",
    Role.REVIEWER: "审核人",
    Role.PUBLISHER: "公示人",
    Role.INSPECTOR: "检查人员",
    Role.DEPARTMENT_READER: "部门查询人",
    Role.SUPERVISOR: "监督人员（纪检）",
}


class Person(Record, table=True):
    """A named person; an inspector's account points at the inspector's roster entry."""

    __tablename__ = "people"

    person_id: str = Field(primary_key=True)
    name: str
    department: str | None = Field(default=None, foreign_key="departments.code")
    roles: list[str] = Field(sa_type=JSON)
    inspector_no: str | None = Field(default=None, foreign_key="inspectors.inspector_no", unique=True)
    active: bool = True


class SamePersonError(RegistryError):
    """A rule of two: the second step was taken by the one who took the first."""

    nature = "forbidden"
    zh = "{step_zh}须由另一人办理：{first_zh}的也是您（{person}），或者与您同名。未作任何改动。"
    en = (
        "{step_en} needs a second person: you ({person}), or somebody of your name, also {first_en}. "
        "Nothing was changed."
    )


class DesignatedError(RegistryError):
    """Somebody else is named as the one who decides."""

    nature = "forbidden"
    zh = "{step_zh}已指定由 {approver} 办理，您（{person}）不能代办。未作任何改动。"
    en = "{step_en} is for {approver} alone, not for you ({person}). Nothing was changed."


class InspectorTakenError(RegistryError):
    """The inspector has an account already."""

    nature = "conflict"
    zh = "检查人员 {inspector_no} 已有账号 {holder}。未作任何改动；请使用原账号，或为其另发密钥。"
    en = "Inspector {inspector_no} has the account {holder} already. Nothing was changed; issue a key to that account."


def other_person(act: Act, first: str, *, step: tuple[str, str], did: tuple[str, str]) -> None:
    """Refuse when the acting person is ``first`` or bears that name; ``step`` and ``did`` word it, in both languages.

    A second account of the same human would bear the same name; a namesake has to leave the step to somebody else.
    """
    if act.person == first or _are_namesakes(act.session, act.person, first):
        raise SamePersonError(person=act.person, step_zh=step[0], step_en=step[1], first_zh=did[0], first_en=did[1])


def not_concerned(act: Act, inspector_no: str, *, step: tuple[str, str]) -> None:
    """Refuse when the acting person is the inspector whom a decision concerns, by number or by name.

    A second account of the same human would bear the same name; a namesake has to leave the step to somebody else.
    """
    decider = act.session.get_one(Person, act.person)
    concerned = get_inspector(act.session, inspector_no)
    if decider.inspector_no == inspector_no or decider.name == concerned.name:
        raise SamePersonError(
            person=act.person,
            step_zh=step[0],
            step_en=step[1],
            first_zh="所涉的检查人员",
            first_en="are the inspector it concerns",
        )


def designated(act: Act, approver: str | None, *, step: tuple[str, str]) -> None:
    """Refuse when somebody else is named as the one who decides. Raises DesignatedError."""
    if approver is not None and act.person != approver:
        raise DesignatedError(approver=approver, person=act.person, step_zh=step[0], step_en=step[1])


def check_approver(session: Session, person_id: str | None) -> None:
    """Check that whoever is named to decide may: an active person with that role. Raises FieldError."""
    if person_id is None:
        return
    found = session.get(Person, person_id)
    if found is None or not found.active or Role.APPROVER not in found.roles:
        raise FieldError(
            ("approver",),
            (f"{person_id} 不是在用的审批人账号。", f"{person_id} is not the account of an active approver."),
            ("请填审批人的人员编号，或不指定。", "Give the id of an approver, or name nobody."),
        )


def person_name(session: Session, person_id: str) -> str:
    """Return the name of a person on record."""
    found = session.get(Person, person_id)
    if found is None:
        raise AbsentError(what_zh="人员", what_en="person", key=person_id)
    return found.name


def _are_namesakes(session: Session, one: str, other: str) -> bool:
    first, second = session.get(Person, one), session.get(Person, other)
    return first is not None and second is not None and first.name == second.name


def next_number(session: Session, column: str, prefix: str) -> str:
    """Return ``prefix`` + the next free number, four digits or more; safe because commands run one after another.

    Before it stands the prefix of the database's stage, so that no number of a rehearsal is one of a draw.
    """
    mark = stage_of(session).prefix
    prefix = prefix if prefix.startswith(mark) else mark + prefix
    taken = session.exec(select(func.count()).where(col(column).startswith(prefix, autoescape=True))).one()
    return f"{prefix}{taken + 1:04d}"


def add_person(
    act: Act, *, name: str, department: str | None, roles: Sequence[Role], inspector_no: str | None = None
) -> Person:
    """Add a named person with their roles. Raises FieldError, AbsentError, InspectorTakenError."""
    name = nfc(name)
    if not name:
        raise FieldError(
            ("name",), ("姓名为空。", "The name is empty."), ("请填写真实姓名。", "Give the person's name.")
        )
    _check_roles(roles, inspector_no)
    if department is not None:
        get_department(act.session, department)
    if inspector_no is not None:
        _check_free(act.session, inspector_no)
    person = Person(
        person_id=next_number(act.session, Person.person_id, "p"),
        name=name,
        department=department,
        roles=sorted(set(roles)),
        inspector_no=inspector_no,
    )
    act.session.add(person)
    write(act, Kind.PERSON_ADDED, subject=person.person_id, body=person.model_dump())
    return person


def set_active(act: Act, person_id: str, *, active: bool) -> Person:
    """Suspend a person's access or restore it; what they did stays on record."""
    person = act.session.get(Person, person_id)
    if person is None:
        raise AbsentError(what_zh="人员", what_en="person", key=person_id)
    person.active = active
    act.session.add(person)
    write(act, Kind.PERSON_CHANGED, subject=person_id, body={"active": active})
    return person


def _check_free(session: Session, inspector_no: str) -> None:
    get_inspector(session, inspector_no)
    holder = session.exec(select(Person.person_id).where(Person.inspector_no == inspector_no)).first()
    if holder is not None:
        raise InspectorTakenError(inspector_no=inspector_no, holder=holder)


def _check_roles(roles: Sequence[Role], inspector_no: str | None) -> None:
    if not roles:
        raise FieldError(("roles",), ("没有角色。", "No role is given."), ("至少填一个角色。", "Give at least one."))
    for lonely in (Role.ADMINISTRATOR, Role.SUPERVISOR):
        if lonely in roles and len(set(roles)) > 1:
            raise FieldError(
                ("roles",),
                (f"{ROLE_WORDS[lonely]}不得兼任其他角色。", f"The role {lonely} excludes every other."),
                ("请为业务角色另设人员。", "Add another person for the other roles."),
            )
    if (Role.INSPECTOR in roles) != (inspector_no is not None):
        raise FieldError(
            ("inspector_no",),
            ("检查人员编号与角色不符。", "The inspector number does not go with the roles."),
            (
                "检查人员须填写名录中的编号，其他人员不填。",
                "An inspector needs the number of the roster; nobody else has one.",
            ),
        )
