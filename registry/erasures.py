"""Erasure (依法删除): one person asks for it, another confirms; texts and salts go, and a fact says which.

What can be erased is a *matter*: a record whose texts may be personal. All that the journal holds of these texts goes
at once: bodies, parts and images, and the texts of the rows. The log stays whole: it never held more than salted
digests; what an erased body said of the digests beside it is said again by the fact of the erasure. Facts about a draw
are neutral and permanent, and no matter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from registry.base import nfc
from registry.bulk import table_of
from registry.erasing import Basis, ErasedRow, Erasure, ErasureRequest, row_key
from registry.errors import AbsentError, FieldError, RegistryError
from registry.evidence import Evidence, get_evidence
from registry.findings import FindingOutcome, get_finding
from registry.images import plain_value
from registry.journal import PARTS, ROWS, Act, Body, Fact, Kind, rows_digest, salted_digest, write
from registry.leaves import Leave
from registry.operators import Operator
from registry.penalties import Penalty, get_penalty
from registry.people import Person, next_number, other_person
from registry.recusals import Recusal
from registry.sealed import readable_recusal, refuse_sealed
from registry.visits import VisitRequest

CONTACTS = ("legal_representative", "contact_name", "contact_phone")


Row = FindingOutcome | Penalty | VisitRequest | Evidence | Operator | Recusal | Leave


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What is erased together: rows of a table and their texts, the facts about them, and where versions stand.

    ``whole``: facts whose every text goes, by their subject; ``versions``: facts of several records, of which the parts
    with the record's key go. ``shown`` is the key of what publicity made of it.
    """

    words: tuple[str, str]
    rows: type[Row]
    texts: tuple[str, ...]
    whole: tuple[Kind, ...]
    versions: tuple[Kind, ...] = ()
    shown: str | None = None


MATTERS: Mapping[str, Matter] = {
    "finding": Matter(
        words=("检查结果", "finding"),
        rows=FindingOutcome,
        texts=("text",),
        whole=(Kind.FINDING_FILED, Kind.RESULT_PUBLISHED),
        shown="r-",
    ),
    "penalty": Matter(
        words=("处罚", "penalty"),
        rows=Penalty,
        texts=("operator_name", "violation", "facts", "content"),
        whole=(Kind.PENALTY_DECIDED, Kind.PENALTY_PUBLISHED),
        shown="p-",
    ),
    "visit": Matter(
        words=("检查任务", "visit"),
        rows=VisitRequest,
        texts=("source_no", "reason"),
        whole=(Kind.VISIT_REQUESTED,),
    ),
    "evidence": Matter(words=("附件", "file"), rows=Evidence, texts=("name",), whole=(Kind.EVIDENCE_ADDED,)),
    "operator": Matter(
        words=("经营者", "operator"),
        rows=Operator,
        texts=CONTACTS,
        whole=(Kind.OPERATOR_CHANGED,),
        versions=(Kind.OPERATORS_IMPORTED, Kind.OPERATOR_MERGED, Kind.OPERATOR_UNMERGED),
    ),
    "recusal": Matter(
        words=("回避申请", "recusal"),
        rows=Recusal,
        texts=("reason", "document"),
        whole=(Kind.RECUSAL_REQUESTED, Kind.RECUSAL_DECIDED, Kind.RECUSAL_WITHDRAWN),
        versions=(Kind.RECUSALS_IMPORTED, Kind.RECUSALS_DECIDED),
    ),
    "leave": Matter(
        words=("请假", "leave"),
        rows=Leave,
        texts=("reason",),
        whole=(Kind.LEAVE_RECORDED, Kind.LEAVE_DECIDED, Kind.LEAVE_CANCELLED),
    ),
}
"""What can be erased."""


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
    done = set(act.session.exec(select(Erasure.request_id)))
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


def confirm_erasure(act: Act, request_id: str) -> ErasureRequest:
    """Erase what another person asked for: every text and salt of it in the journal, and the texts of its rows.

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
    bodies = [body for body in _bodies(session, asked.matter, asked.key) if body.body]
    if not bodies:
        raise ErasureStateError(key=request_id, problem_zh="没有可删除的内容", problem_en="finds nothing to erase")
    said = [_said(session, body) for body in bodies]
    fact_id = write(
        act,
        Kind.ERASED,
        subject=request_id,
        body={"request_id": request_id, "basis": asked.basis, "erased": said},
    )
    session.add_all(
        Erasure(
            erased_fact=body.fact_id,
            part=body.part,
            digest=salted_digest(body.salt, body.body),
            confirmed_by=act.person,
            confirmed_at=act.at,
            request_id=request_id,
            fact_id=fact_id,
        )
        for body in bodies
    )
    rows = list(_rows(session, asked.matter, asked.key))
    names = [(table_of(type(row)).name, _key_of(row)) for row in rows]
    named = {*names, *((SHOWN, row_key(each)) for each in _shown(asked.matter, asked.key))}
    known = {each for each in named if session.get(ErasedRow, each) is not None}
    session.add_all(
        ErasedRow(name=name, key=key, request_id=request_id, fact_id=fact_id) for name, key in sorted(named - known)
    )
    session.flush()
    for row in rows:
        for text in MATTERS[asked.matter].texts:
            setattr(row, text, "")
        session.add(row)
    for body in bodies:
        body.salt, body.body = b"", b""
        session.add(body)
    session.flush()
    return asked


SHOWN = "disclosures"
"""The table of what publicity made of findings and penalties."""


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
    """Refuse what is not there, or belongs to a visit that is sealed. Raises AbsentError, SealedError."""
    session, words = act.session, MATTERS[matter].words
    absent = AbsentError(what_zh=words[0], what_en=words[1], key=key)
    if next(_rows(session, matter, key), None) is None:
        raise absent
    if matter == "finding":
        refuse_sealed(act, get_finding(session, key).visit_id, absent)
    elif matter == "penalty":
        refuse_sealed(act, get_finding(session, get_penalty(session, key).finding_id).visit_id, absent)
    elif matter == "recusal":
        readable_recusal(session, key, session.get(Person, act.person))
    elif matter == "evidence":
        refuse_sealed(act, get_evidence(session, key).visit_id, absent)


def _rows(session: Session, matter: str, key: str) -> Iterator[Row]:
    model = MATTERS[matter].rows
    column = _KEYS.get(matter) or table_of(model).primary_key.columns[0].name
    query: Any = select(model).where(table_of(model).c[column] == key)
    yield from session.exec(query)


_KEYS = {"operator": "unit_id"}


def _key_of(row: Row) -> str:
    table = table_of(type(row))
    own = ["unit_id"] if isinstance(row, Operator) else [column.name for column in table.primary_key.columns]
    return row_key(*(getattr(row, name) for name in own))


def _shown(matter: str, key: str) -> list[str]:
    shown = MATTERS[matter].shown
    return [] if shown is None else [f"{shown}{key}"]


def _bodies(session: Session, matter: str, key: str) -> Iterator[Body]:
    """Yield every text of the journal that holds the record, in order of facts and parts."""
    own = MATTERS[matter]
    found: dict[tuple[int, int], Body] = {}
    subjects = [key, f"{matter}:{key}"]
    whole = select(Fact.fact_id).where(col(Fact.subject).in_(subjects), col(Fact.kind).in_(own.whole))
    several = select(Fact.fact_id).where(col(Fact.kind).in_(own.versions))
    table = table_of(own.rows).name
    images = [f"{table}\n{key}", *(f"{SHOWN}\n{each}" for each in _shown(matter, key))]
    queries = (
        select(Body).where(col(Body.fact_id).in_(whole), col(Body.part) >= 0),
        select(Body).where(col(Body.fact_id).in_(several), col(Body.part) > 0, Body.key == key),
        select(Body).where(
            col(Body.part) < 0,
            or_(
                *(or_(col(Body.key) == each, col(Body.key).startswith(f"{each}\n", autoescape=True)) for each in images)
            ),
        ),
    )
    for query in queries:
        for body in session.exec(query):
            found[body.fact_id, body.part] = body
    for place in sorted(found):
        yield found[place]


def _said(session: Session, body: Body) -> dict[str, object]:
    """Return what the fact of the erasure says of one text; of a body, also what it said of those beside it."""
    said: dict[str, object] = {
        "fact": body.fact_id,
        "part": plain_value(body.part),
        "key": body.key,
        "digest": salted_digest(body.salt, body.body),
    }
    if body.part == 0:
        images, parts = _digests_beside(session, body.fact_id)
        said |= {ROWS: rows_digest(images)} if images else {}
        said |= {PARTS: rows_digest(parts)} if parts else {}
    return said


def _digests_beside(session: Session, fact_id: int) -> tuple[list[str], list[str]]:
    """Return the salted digests of a fact's images, in order from part -1, and of its parts, in order from part 1."""
    gone = {each.part: each.digest for each in session.exec(select(Erasure).where(Erasure.erased_fact == fact_id))}
    texts = session.exec(select(Body).where(Body.fact_id == fact_id, Body.part != 0).order_by(col(Body.part)))
    digests = {each.part: salted_digest(each.salt, each.body) if each.body else gone[each.part] for each in texts}
    return [digests[part] for part in reversed(digests) if part < 0], [digests[part] for part in digests if part > 0]
