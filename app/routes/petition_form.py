"""The public form of petitions: without a login and without JavaScript; and where who asked reads the answer.

A form bears a word of 32 hex digits. Sent twice it is one petition, and who asked follows it by that word, of which the
database has the digest alone. It is posted, never part of an address.
"""

import hashlib
import re
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import ValidationError
from sqlmodel import Session, select

from app.auth import PUBLIC
from app.errors import code_of, status_of
from app.evidence import Cleaned
from app.headers import UNINDEXED
from app.keys import new_secret
from app.multipart import BusyFormError, FormError, SentForm, read_form
from app.petition_files import clean_petition_file, petition_store
from app.routes.public import answer
from app.sentences import explain
from app.service import Service, service_of
from app.site import site_of
from app.wire.petitions import PetitionIn
from publicity.endings import find_standing
from publicity.pages.petitions import FormFault, PetitionFormPage, PetitionsPage
from publicity.petitions import Bounds, receive_petition
from publicity.render import Page
from publicity.views.petition_form import Entered, Takes, form_page, petitions_page, taken_page
from registry.base import PersonId, legal_day
from registry.errors import AbsentError, FieldError
from registry.journal import Act
from registry.petitioning import Asked, PetitionFilesError, add_petition_file
from registry.petitions import Channel, Petition, files_of
from sampling.wording import Bilingual

router = APIRouter(tags=["申请 petitions"], dependencies=[PUBLIC])
ServiceHere = Annotated[Service, Depends(service_of)]
RecordId = Annotated[str, Path(max_length=64, description="公示编号")]

OUTSIDER: Final = PersonId("public")
"""Who acts when somebody outside sends the form."""
MEGABYTE: Final = 1024 * 1024
TOKEN_DIGITS: Final = 32
AT_ONCE: Final = 4
"""Forms whose files are looked at at one time: the rest of the site goes on meanwhile."""
FIELDS: Final[Mapping[str, str]] = {
    "kind": "申请种类",
    "asker": "申请人",
    "asker_code": "统一社会信用代码",
    "asker_name": "姓名或者名称",
    "asker_office": "经办人职务",
    "contact": "联系方式",
    "text": "申请内容",
    "claims": "信用修复条件",
    "files": "附件",
    "name": "附件",
}
"""What the form calls its fields."""
CLAIM: Final = "claim_"
FORMS: Final = threading.BoundedSemaphore(AT_ONCE)


def _form(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the description of a form's body for the document of the API."""
    properties = {name: {"type": "string"} for name in fields}
    media = "multipart/form-data"
    return {"requestBody": {"required": True, "content": {media: _content(properties, fields)}}}


def _content(properties: Mapping[str, Any], example: Mapping[str, str]) -> dict[str, Any]:
    return {"schema": {"type": "object", "properties": dict(properties)}, "example": dict(example)}


async def sent_form(request: Request) -> SentForm:
    """Return the form that came. Raises FormError."""
    return read_form(request.headers.get("content-type", ""), await request.body())


Sent = Annotated[SentForm, Depends(sent_form)]
SENT_FORM = _form(
    {
        "token": "0" * TOKEN_DIGITS,
        "kind": "correction",
        "asker": "other",
        "asker_name": "示例市民",
        "contact": "示例市示例路1号",
        "text": "公示的罚款金额与决定书不一致，请更正。",
    }
)
FOLLOWED_FORM = _form({"petition_id": "q0001", "token": "0" * TOKEN_DIGITS})


@router.get("/records/{record_id}/petition", response_class=Response, summary="申请更正、申诉、答复、信用修复")
@router.get("/records/{record_id}/petition.json", response_model=PetitionFormPage, summary="申请表 (JSON)")
def petition_form(request: Request, record_id: RecordId, service: ServiceHere) -> Response:
    """The form by which anybody asks about a published record."""
    with service.database.reading() as session:
        return _private(request, _form_page(request, session, record_id, Entered(token=_new_token())))


@router.post(
    "/records/{record_id}/petition",
    status_code=201,
    response_class=Response,
    summary="提交申请",
    openapi_extra=SENT_FORM,
)
def post_petition_form(request: Request, record_id: RecordId, service: ServiceHere, sent: Sent) -> Response:
    """Take in a petition with its files, or say what is wrong with it; sent twice, it is one."""
    with service.database.reading() as session:
        find_standing(session, record_id, legal_day(service.clock.now()))
    try:
        token = _token(sent)
        asked = _asked(service, sent, token)
        files = _cleaned(service, sent)
        number = service.recorder.record(OUTSIDER, lambda act: _take_in(act, service, record_id, asked, files)).body
    except (Bilingual, ValidationError) as wrong:
        faults, status = _faults(wrong)
        with service.database.reading() as session:
            entered = Entered(token=_new_token(), filled=sent.texts, faults=faults)
            page = _form_page(request, session, record_id, entered)
            return _private(request, page, status)
    with service.database.reading() as session:
        petition = session.get_one(Petition, number)
        disclosure = find_standing(session, record_id, legal_day(service.clock.now()))
        count = len(files_of(session, number))
        taken = taken_page(site_of(request, session), petition, disclosure, token=token, files=count)
        return _private(request, taken, HTTPStatus.CREATED)


@router.get("/petitions", response_class=Response, summary="怎样更正；查询申请进度")
@router.get("/petitions.json", response_model=PetitionsPage, summary="怎样更正 (JSON)")
def petitions(request: Request, service: ServiceHere) -> Response:
    """How a record is corrected, and where who asked follows the answer."""
    with service.database.reading() as session:
        return answer(request, petitions_page(session, site_of(request, session)))


@router.post("/petitions", response_class=Response, summary="查询申请进度", openapi_extra=FOLLOWED_FORM)
def follow_petition(request: Request, service: ServiceHere, sent: Sent) -> Response:
    """How far a petition is, for who has its number and its word."""
    with service.database.reading() as session:
        petition = session.get(Petition, sent.texts.get("petition_id", "").strip())
        token = sent.texts.get("token", "").strip().lower()
        if petition is None or petition.follow_digest != _digest(token):
            page = petitions_page(session, site_of(request, session), missed=True)
            return _private(request, page, HTTPStatus.NOT_FOUND)
        return _private(request, petitions_page(session, site_of(request, session), petition))


def _form_page(request: Request, session: Session, record_id: str, entered: Entered) -> PetitionFormPage:
    service = service_of(request)
    settings = service.settings
    disclosure = find_standing(session, record_id, legal_day(service.clock.now()))
    megabytes = max(1, settings.max_petition_bytes // MEGABYTE)
    takes = Takes(book=service.terms, files=settings.max_petition_files, megabytes=megabytes)
    return form_page(session, site_of(request, session), disclosure, takes, entered)


def _new_token() -> str:
    return new_secret()[:TOKEN_DIGITS]


def _take_in(act: Act, service: Service, record_id: str, asked: Asked, files: Sequence[Cleaned]) -> str:
    """Take a petition in with its files and return its number; one that came before is the one.

    Raises FormError where its word is that of a petition about another record.
    """
    same = select(Petition).where(Petition.follow_digest == asked.follow_digest)
    if (earlier := act.session.exec(same).first()) is not None:
        if earlier.disclosure_id != record_id:
            raise FormError
        return earlier.petition_id
    settings = service.settings
    bounds = Bounds(of_record=settings.petitions_of_record, of_day=settings.petitions_of_day)
    petition = receive_petition(act, record_id, asked, service.terms, bounds)
    for file in files:
        add_petition_file(
            act,
            petition.petition_id,
            file.kept,
            limit=settings.max_petition_files,
            store=partial(petition_store(service).keep, data=file.data),
            with_fact=False,
        )
    return petition.petition_id


def _asked(service: Service, sent: SentForm, token: str) -> Asked:
    """Return what was asked, checked as what staff enter is. Raises ValidationError."""
    texts = sent.texts
    claims = {name.removeprefix(CLAIM): text for name, text in texts.items() if name.startswith(CLAIM) and text.strip()}
    plain = ("kind", "asker", "asker_code", "asker_name", "asker_office", "contact", "text")
    values: dict[str, Any] = {name: texts[name] for name in plain if name in texts}
    values |= {"channel": Channel.FORM, "received_on": legal_day(service.clock.now()).isoformat()}
    body = PetitionIn.model_validate(values | ({"claims": claims} if claims else {}))
    return Asked(**body.model_dump(), follow_digest=_digest(token))


def _cleaned(service: Service, sent: SentForm) -> list[Cleaned]:
    """Return the files as they may be kept. Raises the errors of files, PetitionFilesError, BusyFormError."""
    limit = service.settings.max_petition_files
    if len(sent.files) > limit:
        raise PetitionFilesError(key="", limit=limit)
    pixels = service.settings.max_evidence_pixels
    if not FORMS.acquire(blocking=False):
        raise BusyFormError
    try:
        return [clean_petition_file(each.data, each.name, max_pixels=pixels) for each in sent.files]
    finally:
        FORMS.release()


def _token(sent: SentForm) -> str:
    token = sent.texts.get("token", "")
    if not re.fullmatch(rf"[0-9a-f]{{{TOKEN_DIGITS}}}", token):
        raise FormError
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _faults(wrong: Exception) -> tuple[list[FormFault], int]:
    """Return what is wrong, field by field, and the status; what is not the form's fault goes on as it is."""
    if isinstance(wrong, ValidationError):
        return [_malformed(dict(each)) for each in wrong.errors()], HTTPStatus.UNPROCESSABLE_ENTITY
    error = cast("Bilingual", wrong)
    if isinstance(error, AbsentError) or code_of(type(error)) in ("ended", "withdrawn", "read_only"):
        raise error
    if isinstance(error, FieldError):
        field = FIELDS.get(str(error.field[0]), str(error.field[0]))
        return [FormFault(field=field, problem=error.problem[0], mend=error.mend[0])], status_of(error)
    return [FormFault(field="", problem=error.text("zh"), mend="")], status_of(error)


def _malformed(error: Mapping[str, Any]) -> FormFault:
    name = str(error["loc"][0]) if error["loc"] else ""
    problem, mend = explain(error)
    return FormFault(field=FIELDS.get(name, name), problem=problem[0], mend=mend[0])


def _private(request: Request, page: Page, status: int = HTTPStatus.OK) -> Response:
    """Return a page that nobody keeps and no index has."""
    made = answer(request, page, status)
    del made.headers["ETag"]
    made.headers.update({"Cache-Control": "no-store"} | UNINDEXED)
    return made
