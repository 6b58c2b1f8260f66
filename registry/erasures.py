"""Erasure (依法删除): one person asks for it, another confirms; texts and salts go, and a fact says which.

What can be erased is a *matter*: a record whose texts may be personal. All that the journal holds of these texts goes
at once: bodies, parts and images, and the texts of the rows. The log stays whole: it never held more than salted
digests; what an erased body said of the digests beside it is said again by the fact of the erasure. Facts about a draw
are neutral and permanent, and no matter. Names of those who acted or were sent stay too: who did what has to be
traceable (优化营商环境条例 58), and 个人信息保护法 47 leaves what another law has kept.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from registry.base import nfc
from registry.bulk import table_of
from registry.cases import get_case
from registry.emptying import empty_texts
from registry.erasing import Basis, ErasedRow, Erasure, ErasureRequest, row_key
from registry.errors import AbsentError, FieldError, RegistryError
from registry.evidence import get_evidence
from registry.findings import get_finding
from registry.grounds import open_penalty
from registry.images import image_key
from registry.inspectors import InspectorStatus, get_inspector
from registry.journal import Act, Body, Fact, Kind, write
from registry.matters import MATTERS, SHOWN, Row
from registry.operators import Operator
from registry.people import Person, next_number, other_person
from registry.replacing import get_replacement
from registry.sealed import readable_recusal, refuse_sealed


class NotErasableError(RegistryError):
    """What was named is no matter for erasure."""

    nature = "forbidden"
    zh = "“{matter}”不能删除：抽查的事实是中性的，永久保存。可删除：{known}。未作任何改动。"
    en = (
        "{matter!r} cannot be erased: facts about a draw are neutral and permanent. What can be: {known}. "
        "Nothing was changed."
    )


class ErasureStateError(RegistryError):
    """The erasure is not in the state that the step needs."""

    nature = "conflict"
    zh = "删除 {key} {problem_zh}。未作任何改动。"
    en = "The erasure {key} {problem_en}. Nothing was changed."


def request_erasure(act: Act, *, matter: str, key: str, basis: Basis, text: str) -> ErasureRequest:
    """Ask that the texts of a record be erased, on what basis and why; another person confirms it.

    Raises NotErasableError, AbsentError, FieldError, SealedError, ErasureStateError.
    """
    if matter not in MATTERS:
        raise NotErasableError(matter=matter, known=", ".join(MATTERS))
    if not nfc(text):
        raise FieldError(("text",), ("没有理由。", "No reason is given."), ("请写明理由。", "State the reason."))
    _check_there(act, matter, key)
    same = select(ErasureRequest.request_id).where(ErasureRequest.matter == matter, ErasureRequest.key == key)
    done = set(act.session.exec(select(Erasure.request_id).where(col(Erasure.request_id).is_not(None)).distinct()))
    if waiting := [each for each in act.session.exec(same) if each not in done]:
        raise ErasureStateError(
            key=waiting[0], problem_zh="已有同样的申请待确认", problem_en="of the same record waits to be confirmed"
        )
    number = next_number(act.session, ErasureRequest.request_id, "e")
    body = {"request_id": number, "matter": matter, "key": key, "basis": basis.value, "text": nfc(text)}
    fact_id = write(act, Kind.ERASURE_REQUESTED, subject=number, body=body)
    asked = ErasureRequest(**body, requested_by=act.person, requested_at=act.at, fact_id=fact_id)
    act.session.add(asked)
    return asked


def confirm_erasure(act: Act, request_id: str, *, ended: Collection[str] = ()) -> ErasureRequest:
    """Erase what another person asked for: every text and salt of it in the journal, and the texts of its rows.

    ``ended`` are publications that hold nothing any more, whose rows and images stay as they are.
    Raises AbsentError, SamePersonError, ErasureStateError.
    """
    session = act.session
    asked = session.get(ErasureRequest, request_id)
    if asked is None:
        raise AbsentError(what_zh="删除申请", what_en="erasure", key=request_id)
    step = ("删除确认", "Confirming an erasure")
    other_person(act, asked.requested_by, step=step, did=("提出申请", "asked for it"))
    if session.exec(select(Erasure.part).where(Erasure.request_id == request_id)).first() is not None:
        raise ErasureStateError(key=request_id, problem_zh="已经办理", problem_en="was confirmed before")
    shown = [each for each in _shown(asked.matter, asked.key) if each not in ended]
    bodies = [body for body in _bodies(session, asked.matter, asked.key, shown) if body.body]
    if not bodies:
        raise ErasureStateError(key=request_id, problem_zh="没有可删除的内容", problem_en="finds nothing to erase")
    written = list(_written(session, asked.matter, asked.key))
    about = {"request_id": request_id, "basis": asked.basis}
    fact_id = empty_texts(act, bodies, kind=Kind.ERASED, subject=request_id, body=about, request_id=request_id)
    names = [(table_of(type(row)).name, _key_of(row)) for row, _ in written]
    named = {*names, *((SHOWN, row_key(each)) for each in shown)}
    known = {each for each in named if session.get(ErasedRow, each) is not None}
    session.add_all(
        ErasedRow(name=name, key=key, request_id=request_id, fact_id=fact_id) for name, key in sorted(named - known)
    )
    session.flush()
    for row, texts in written:
        for text in texts:
            setattr(row, text, "")
        session.add(row)
    session.flush()
    return asked


def get_erasure(session: Session, request_id: str) -> ErasureRequest:
    """Return a request or raise AbsentError."""
    found = session.get(ErasureRequest, request_id)
    if found is None:
        raise AbsentError(what_zh="删除申请", what_en="erasure", key=request_id)
    return found


def erasures_of(session: Session, request_id: str) -> Sequence[Erasure]:
    """Return what was erased by a request, in order of facts and parts; nothing before it is confirmed."""
    own = select(Erasure).where(Erasure.request_id == request_id)
    return session.exec(own.order_by(col(Erasure.erased_fact), col(Erasure.part))).all()


def _check_there(act: Act, matter: str, key: str) -> None:
    """Refuse what is not there or still needed, or belongs to a visit that is sealed.

    Raises AbsentError, ErasureStateError, SealedError.
    """
    session, words = act.session, MATTERS[matter].words
    absent = AbsentError(what_zh=words[0], what_en=words[1], key=key)
    if next(_rows(session, matter, key), None) is None:
        raise absent
    if matter == "inspector" and get_inspector(session, key).status != InspectorStatus.LEFT:
        raise ErasureStateError(
            key=key, problem_zh="所涉人员仍在岗，资料仍需使用", problem_en="is of somebody who serves and is still sent"
        )
    if matter == "recusal":
        readable_recusal(session, key, session.get(Person, act.person))
    elif matter == "penalty":
        open_penalty(act, key)
    elif matter in _VISITS:
        refuse_sealed(act, _VISITS[matter](session, key), absent)


_VISITS: Mapping[str, Callable[[Session, str], str]] = {
    "finding": lambda session, key: get_finding(session, key).visit_id,
    "review": lambda session, key: get_finding(session, key).visit_id,
    "steps": lambda _session, key: key,
    "followups": lambda _session, key: key,
    "case": lambda session, key: get_case(session, key).visit_id,
    "replacement": lambda session, key: get_replacement(session, key).visit_id,
    "evidence": lambda session, key: get_evidence(session, key).visit_id,
}
"""Which visit a record belongs to: one of a sealed draw is to others as if it were not there."""


def _rows(session: Session, matter: str, key: str) -> Iterator[tuple[Row, tuple[str, ...]]]:
    """Yield the rows of a record, each with the names of its texts."""
    for each in MATTERS[matter].texts:
        query: Any = select(each.rows).where(each.of(key))
        for row in session.exec(query):
            yield row, each.names


def _written(session: Session, matter: str, key: str) -> Iterator[tuple[Row, list[str]]]:
    """Yield the rows of a record in whose texts something stands, each with the names of those."""
    for row, names in _rows(session, matter, key):
        if filled := [name for name in names if getattr(row, name)]:
            yield row, filled


def _key_of(row: Row) -> str:
    table = table_of(type(row))
    own = ["unit_id"] if isinstance(row, Operator) else [column.name for column in table.primary_key.columns]
    return row_key(*(getattr(row, name) for name in own))


def _shown(matter: str, key: str) -> list[str]:
    shown = MATTERS[matter].shown
    return [] if shown is None else [f"{shown}{key}"]


def _bodies(session: Session, matter: str, key: str, shown: Sequence[str]) -> Iterator[Body]:
    """Yield every text of the journal that holds the record, in order of facts and parts."""
    own = MATTERS[matter]
    written = [row for row, _ in _written(session, matter, key)]
    found: dict[tuple[int, int], Body] = {}
    subjects = [key, f"{matter}:{key}"]
    whole = select(Fact.fact_id).where(col(Fact.subject).in_(subjects), col(Fact.kind).in_(own.whole))
    named = {row.fact_id for row in written if hasattr(row, "fact_id")}
    several = select(Fact.fact_id).where(col(Fact.kind).in_(own.versions))
    images = [
        *(image_key(table_of(type(row)).name, [_key_of(row)]) for row in written),
        *(image_key(SHOWN, [each]) for each in shown),
    ]
    queries = (
        select(Body).where(or_(col(Body.fact_id).in_(whole), col(Body.fact_id).in_(named)), col(Body.part) >= 0),
        select(Body).where(col(Body.fact_id).in_(several), col(Body.part) > 0, Body.key == key),
        select(Body).where(col(Body.part) < 0, col(Body.key).in_(images)),
    )
    for query in queries:
        for body in session.exec(query):
            found[body.fact_id, body.part] = body
    for place in sorted(found):
        yield found[place]
