"""Departments that take part in draws: the market regulator and those it draws jointly with."""

from sqlmodel import Field, Session, select

from registry.base import Record, is_identifier, nfc
from registry.errors import AbsentError, FieldError, RegistryError
from registry.journal import Act, Kind, write


class Department(Record, table=True):
    """A department; ``code`` is its identifier in the draw protocol."""

    __tablename__ = "departments"

    code: str = Field(primary_key=True)
    name: str


class DepartmentExistsError(RegistryError):
    """The code is taken."""

    nature = "conflict"
    zh = "部门代码 {code} 已存在。请换一个代码。"
    en = "Department code {code} is taken. Choose another."


def add_department(act: Act, *, code: str, name: str) -> Department:
    """Add a department. Raises FieldError for a code the protocol cannot carry."""
    if not is_identifier(code):
        raise FieldError(
            ("code",),
            (f"部门代码“{code}”不合格式。", f"The department code {code!r} is not in form."),
            ("请用 1–64 个字母、数字或 . _ -。", "Use 1 to 64 letters, digits or . _ -."),
        )
    if act.session.get(Department, code):
        raise DepartmentExistsError(code=code)
    department = Department(code=code, name=nfc(name))
    act.session.add(department)
    write(act, Kind.DEPARTMENT_ADDED, subject=code, body=department.model_dump())
    return department


def get_department(session: Session, code: str) -> Department:
    """Return a department or raise AbsentError."""
    found = session.get(Department, code)
    if found is None:
        raise AbsentError(what_zh="部门", what_en="department", key=code)
    return found


def department_names(session: Session) -> dict[str, str]:
    """Return code → name of all departments."""
    return {each.code: each.name for each in session.exec(select(Department))}
