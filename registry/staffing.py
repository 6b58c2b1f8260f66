"""Who may be sent on the visits of a batch (派员范围), and why the others of its departments may not.

Of every department of the team, an inspector may be sent who serves, holds a certificate through the whole period, is
not on leave for all that remains of it, has every field and tag that the department's seats ask for, and works in an
area with a unit of the frame. Whoever fails is counted in public under the first of these that fails. A neighbour lent
by name (``registry.loans``) works, in this draw, in the area they are lent to.

A unit that too few could visit for reasons of area and department is never simply left out: the commitment is refused
and says who could be lent, unless the batch says in public that such units are excluded. Recusals are not looked at
here: a recusal is no veto, and the protocol refuses a frame in which it would be one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from registry.areas import ProtocolArea, area_name, protocol_area
from registry.batches import Batch
from registry.errors import RegistryError
from registry.inspectors import Inspector, InspectorStatus, has_words, holds_certificate
from registry.leaves import away_throughout
from registry.loans import lent_areas

NOT_SERVING, CERTIFICATE, ON_LEAVE = "not_serving", "certificate", "on_leave"
LACKS_FIELD, LACKS_TAG, ELSEWHERE = "lacks_field", "lacks_tag", "elsewhere"
NARROWING_WORDS: Mapping[str, tuple[str, str]] = {
    NOT_SERVING: ("不在岗", "does not serve"),
    CERTIFICATE: ("执法证件不能覆盖检查期间", "no certificate through the period"),
    ON_LEAVE: ("检查期间一直请假", "on leave for the whole period"),
    LACKS_FIELD: ("执法领域不符", "lacks a field asked for"),
    LACKS_TAG: ("不具备所需专长", "lacks a tag asked for"),
    ELSEWHERE: ("所在地区没有抽查基数中的经营者", "works where the frame has no unit"),
}
"""Why somebody of a department of the team may not be sent, in the order in which it is looked at."""

OFFERED = 5


@dataclass(frozen=True, kw_only=True)
class Sendable:
    """Somebody who may be sent, and the area they work in for this draw."""

    inspector: Inspector
    area: ProtocolArea
    lent: bool

    def reaches(self, area: str) -> bool:
        """Return whether a unit of the area may be visited."""
        return area.startswith(self.area)


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """An area whose units too few of a department could visit."""

    area: str
    department: str
    seats: int
    able: int


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Those who may be sent, by number, and how many may not, by reason."""

    sendable: tuple[Sendable, ...]
    narrowings: Mapping[str, int]

    def within(self, areas: Iterable[str]) -> "Staff":
        """Return the staff without those who work where the frame has no unit; they are counted."""
        places = set(areas)
        here = tuple(each for each in self.sendable if any(each.reaches(area) for area in places))
        away = len(self.sendable) - len(here)
        return Staff(sendable=here, narrowings=dict(self.narrowings) | ({ELSEWHERE: away} if away else {}))

    def shortages(self, team: Sequence[Mapping[str, Any]], areas: Iterable[str]) -> list[Shortage]:
        """Return every area with too few of a department of the team, in the order of the areas."""
        found = []
        for area in sorted(set(areas)):
            able = Counter(each.inspector.department for each in self.sendable if each.reaches(area))
            found += [
                Shortage(
                    area=area,
                    department=entry["department"],
                    seats=entry["seats"],
                    able=able[entry["department"]],
                )
                for entry in team
                if able[entry["department"]] < entry["seats"]
            ]
        return found

    def neighbours(self, shortage: Shortage) -> list[Inspector]:
        """Return who could be lent, nearest first: of the same city, then of the province, then of any other place."""
        able = [
            each.inspector
            for each in self.sendable
            if each.inspector.department == shortage.department and not each.lent and not each.reaches(shortage.area)
        ]
        return sorted(able, key=lambda one: (-_shared(protocol_area(one.area), shortage.area), one.inspector_no))


class UnstaffableError(RegistryError):
    """Too few inspectors of a department work where a unit is."""

    nature = "conflict"
    zh = (
        "批次 {task_no} 未锁定：部门 {department} 能到 {unit} 所在地区（{area}）检查的有 {able} 人，"
        "需要 {seats} 人。{offer_zh}未作任何改动。"
    )
    en = (
        "Batch {task_no} was not committed: {able} of department {department} may visit {unit} in its area ({area}), "
        "{seats} are needed. {offer_en} Nothing was changed."
    )


def find_staff(session: Session, batch: Batch, *, on: date) -> Staff:
    """Return who may be sent, as of a day, wherever the frame's units are; ``Staff.within`` then looks at the areas."""
    departments = select(Inspector).where(col(Inspector.department).in_(batch.departments))
    away = away_throughout(session, max(on, batch.period_from), batch.period_to)
    lent = lent_areas(session, batch.task_no)
    wanted = {entry["department"]: entry for entry in batch.team}
    sendable: list[Sendable] = []
    narrowings: Counter[str] = Counter()
    for each in session.exec(departments.order_by(col(Inspector.inspector_no))):
        reason = _narrowing(each, batch, wanted[each.department], away)
        if reason:
            narrowings[reason] += 1
        else:
            area = lent.get(each.inspector_no, each.area)
            sendable.append(Sendable(inspector=each, area=protocol_area(area), lent=each.inspector_no in lent))
    return Staff(sendable=tuple(sendable), narrowings=narrowings)


def refuse_shortage(batch: Batch, staff: Staff, shortage: Shortage, unit: str) -> UnstaffableError:
    """Return the refusal of a frame with a unit that too few may visit; it names the nearest who could be lent."""
    near = staff.neighbours(shortage)[:OFFERED]
    zh = "、".join(f"{one.inspector_no}（{area_name(one.area)}）" for one in near)
    en = ", ".join(f"{one.inspector_no} ({one.area})" for one in near)
    return UnstaffableError(
        task_no=batch.task_no,
        department=shortage.department,
        unit=unit,
        area=area_name(shortage.area),
        able=shortage.able,
        seats=shortage.seats,
        offer_zh=f"可以申请借调：{zh}；" if near else "没有可以借调的人员；",
        offer_en=f"These could be lent: {en}." if near else "Nobody could be lent.",
    )


def _narrowing(one: Inspector, batch: Batch, seats: Mapping[str, Any], away: set[str]) -> str | None:
    fails = {
        NOT_SERVING: one.status != InspectorStatus.SERVING,
        CERTIFICATE: not holds_certificate(one, batch.period_from, batch.period_to),
        ON_LEAVE: one.inspector_no in away,
        LACKS_FIELD: not has_words(one.fields, seats.get("fields", ())),
        LACKS_TAG: not has_words(one.tags, seats.get("tags", ())),
    }
    return next((reason for reason, failed in fails.items() if failed), None)


def _shared(one: str, other: str) -> int:
    """Return how many digits two areas begin with in common, in whole pairs."""
    shared = 0
    while shared + 2 <= min(len(one), len(other)) and one[: shared + 2] == other[: shared + 2]:
        shared += 2
    return shared
