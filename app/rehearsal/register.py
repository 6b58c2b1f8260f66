"""The register of a bureau, taken over into a rehearsal: everything by the commands with which a bureau enters it.

So every record has its fact in the rehearsal's own journal. What a sealed draw hides in the bureau stays hidden: a
recusal that would tell a sealed outcome is not taken over. Nor are leaves, loans, caps, and what was drawn or found.
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import StringIO

from sqlmodel import Session, col, select

from app.record import SYSTEM, Recorder
from registry.base import PersonId
from registry.departments import Department, add_department
from registry.drafts import Roster
from registry.exporting import roster_rows
from registry.importing import Wanted, import_roster, read_roster
from registry.intake import Opinion
from registry.journal import Act
from registry.merging import kept_codes
from registry.operator_roster import OPERATORS
from registry.people import Person, Role, add_person, set_active
from registry.recusals import (
    Asking,
    Origin,
    Recusal,
    decide_recusal,
    declare_recusal,
    request_recusal,
    standing_recusals,
)
from registry.rosters import HOLIDAYS, INSPECTORS, ITEMS
from registry.sealed import readable_recusals

ROSTERS = (OPERATORS, INSPECTORS, ITEMS, HOLIDAYS)
KEEP_ALL = Wanted(duplicates=Opinion.KEEP)
"""What looks alike stands in the bureau's register because somebody decided so."""

Told = Callable[[str, int], None]
"""Told what was taken over, and how many."""


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """A person of the bureau in the rehearsal: their number there, and whether they have access."""

    bureau_id: str
    person: Person


def take_over(bureau: Session, recorder: Recorder, told: Told) -> list[Newcomer]:
    """Take a bureau's register over into an empty rehearsal and return its people, in order of their numbers there."""
    told("部门 departments", _take_departments(bureau, recorder))
    for roster in ROSTERS:
        told(f"{roster.title[0]} {roster.name}", _take_roster(bureau, recorder, roster))
    people = _take_people(bureau, recorder)
    told("人员 people", len(people))
    told("回避 recusals", _take_recusals(bureau, recorder, people))
    return people


def _take_departments(bureau: Session, recorder: Recorder) -> int:
    departments = list(bureau.exec(select(Department).order_by(Department.code)))

    def add_all(act: Act) -> str:
        for each in departments:
            add_department(act, code=each.code, name=each.name)
        return str(len(departments))

    recorder.record(SYSTEM, add_all)
    return len(departments)


def _take_roster(bureau: Session, recorder: Recorder, roster: Roster) -> int:
    """Import a roster as the bureau exports it; an empty one has nothing to be read."""
    data, rows = roster_sheet(bureau, roster)
    if rows:
        sheet = read_roster(roster, data)
        del data
        recorder.record(SYSTEM, lambda act: import_roster(act, roster, sheet, KEEP_ALL).digest)
    return rows


def roster_sheet(session: Session, roster: Roster) -> tuple[bytes, int]:
    """Return a roster as CSV under the headings it goes in by, and its rows."""
    text, count = StringIO(), 0
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(roster.headings)
    for row in roster_rows(session, roster):
        writer.writerow(row)
        count += 1
    return text.getvalue().encode(), count


def _take_people(bureau: Session, recorder: Recorder) -> list[Newcomer]:
    people = bureau.exec(select(Person).order_by(col(Person.person_id))).all()
    newcomers: list[Newcomer] = []

    def add_all(act: Act) -> str:
        for each in people:
            roles = [Role(role) for role in each.roles]
            person = add_person(
                act, name=each.name, department=each.department, roles=roles, inspector_no=each.inspector_no
            )
            act.session.flush()
            if not each.active:
                set_active(act, person.person_id, active=False)
            newcomers.append(Newcomer(bureau_id=each.person_id, person=Person(**person.model_dump())))
        return str(len(people))

    recorder.record(SYSTEM, add_all)
    return newcomers


def _take_recusals(bureau: Session, recorder: Recorder, people: list[Newcomer]) -> int:
    """File and decide every recusal in force, in the names of those who did so in the bureau."""
    known = {each.bureau_id: PersonId(each.person.person_id) for each in people}
    kept = kept_codes(bureau)
    standing = {
        (each.inspector_no, kept.get(each.unit_id, each.unit_id)): each
        for each in reversed(list(readable_recusals(bureau, standing_recusals())))
    }

    def file_all(act: Act) -> str:
        for (_, unit_id), each in reversed(standing.items()):
            filed = _file(replace(act, person=known.get(each.requested_by, SYSTEM)), each, unit_id)
            act.session.flush()
            decider = known.get(each.decided_by or "", SYSTEM)
            decide_recusal(replace(act, person=decider), filed.recusal_id, approved=True)
        return str(len(standing))

    recorder.record(SYSTEM, file_all)
    return len(standing)


def _file(act: Act, recusal: Recusal, unit_id: str) -> Recusal:
    """File a recusal as it was filed, under the operator's key of today."""
    if recusal.origin == Origin.DECLARED:
        return declare_recusal(act, unit_id=unit_id, reason=recusal.reason)
    asking = None if recusal.asked_on is None else Asking(asked_on=recusal.asked_on, document=recusal.document)
    return request_recusal(
        act, inspector_no=recusal.inspector_no, unit_id=unit_id, reason=recusal.reason, asking=asking
    )


def people_with_access(people: list[Newcomer]) -> Mapping[str, Person]:
    """Return those who get a key, by their number in the rehearsal."""
    return {each.person.person_id: each.person for each in people if each.person.active}
