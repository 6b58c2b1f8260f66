"""Errors on the wire: RFC 9457 problem documents, in Chinese or English by ``Accept-Language``.

The packages' errors know their sentences and their nature; here each nature gets its status. A test walks every error
class of every package and finds its status here.
"""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, cast

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from app.auth import UnauthenticatedError
from app.headers import HEADERS
from app.logs import logged
from app.sentences import REASONS, explain, language_of
from app.site import missing_page, wants_page
from publicity.gating import GateClosedError
from publicity.statutory import WrongRowsError
from registry.errors import FieldError
from registry.importing import ImportRefusedError
from sampling.errors import RefusedError
from sampling.wording import Bilingual, Language, Words

STATUS = {"absent": 404, "conflict": 409, "forbidden": 403, "gone": 410, "invalid": 422, "unready": 503}
MAX_ERRORS = 1000
MEDIA_TYPE = "application/problem+json"
LOG = structlog.get_logger()


def code_of(error: type[Exception]) -> str:
    """Return the stable code of an error class: its name in words, without ``Error``."""
    return code_named(error.__name__)


def code_named(name: str) -> str:
    """Return the stable code of an error class by its name.

    >>> code_named("BeaconUnreachableError")
    'beacon_unreachable'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Error")).lower()


def status_of(error: Bilingual) -> int:
    """Return the HTTP status of a package's error, by its nature."""
    if isinstance(error, UnauthenticatedError):
        return HTTPStatus.UNAUTHORIZED
    return STATUS[getattr(error, "nature", "invalid")]


def problem(
    request: Request, status: int, code: str, detail: str, errors: list[dict[str, Any]] | None = None
) -> Response:
    """Return one problem document, or the page that says the same to a browser on the public site."""
    if wants_page(request):
        try:
            page = missing_page(request, status, detail)
        except SQLAlchemyError:
            LOG.warning("no page for an error", path=logged(request.url.path), status=status)
        else:
            return HTMLResponse(page, status_code=status, headers={"Cache-Control": "no-store"})
    title = HTTPStatus(status).phrase
    body: dict[str, Any] = {"type": f"urn:double-random:error:{code}", "title": title, "status": status}
    body |= {"detail": detail, "code": code, "instance": request.url.path}
    if errors:
        body["errors"] = errors[:MAX_ERRORS]
    headers = {"Content-Language": language_of(request), "Vary": "Accept-Language", "Cache-Control": "no-store"}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def pointer(path: Iterable[str | int]) -> str:
    """Return a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def install(app: FastAPI) -> None:
    """Attach every handler to the application."""
    app.add_exception_handler(Bilingual, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OperationalError, _busy)
    app.add_exception_handler(PoolTimeoutError, _busy)
    app.add_exception_handler(Exception, _broken)


def problem_of(request: Request, error: Exception) -> Response:
    """Return the problem document of an error that reached nobody else."""
    if isinstance(error, Bilingual):
        return _refused(request, error)
    if isinstance(error, OperationalError | PoolTimeoutError):
        return _busy(request, error)
    return _broken(request, error)


def _refused(request: Request, error: Exception) -> Response:
    error = cast("Bilingual", error)  # registered for it alone
    language = language_of(request)
    listed: list[dict[str, Any]] = []
    if isinstance(error, FieldError):
        listed = [_listed(language, error.field, error.problem, error.mend)]
    if isinstance(error, RefusedError) and error.file is None and error.path:
        listed = [_listed(language, error.path, (error.text("zh"), error.text("en")), ("", ""))]
    if isinstance(error, GateClosedError):
        listed = [_listed(language, (), each.problem, each.remedy) for each in error.lacking]
    if isinstance(error, ImportRefusedError):
        listed = [
            _listed(language, (each.row, each.column), each.problem, each.mend)
            | {"row": each.row, "column": each.column, "value": each.value}
            for each in error.wrongs[:MAX_ERRORS]
        ]
    if isinstance(error, WrongRowsError):
        listed = [
            _listed(language, (each.record, each.field), each.problem, each.mend)
            | {"record": each.record, "named": each.named, "field": each.field}
            for each in error.faults[:MAX_ERRORS]
        ]
    return problem(request, status_of(error), code_of(type(error)), error.text(language), listed)


def _listed(language: Language, path: Iterable[str | int], wrong: Words, mend: Words) -> dict[str, Any]:
    side = 0 if language == "zh" else 1
    return {"pointer": pointer(path), "problem": wrong[side], "remedy": mend[side]}


def _malformed(request: Request, error: Exception) -> Response:
    error = cast("RequestValidationError", error)  # registered for it alone
    language = language_of(request)
    listed = []
    for each in error.errors():
        place, *path = each["loc"]
        if each["type"] == "json_invalid":
            path = []  # the framework gives an offset in the text, which is no place in a document
        named = {"in": place, "name": ".".join(str(part) for part in path)}
        listed.append(_listed(language, path if place == "body" else (), *explain(each)) | named)
    zh = f"请求有 {len(listed)} 处不合要求，未作任何改动。请按 errors 逐处改正。"
    en = f"The request is wrong in {len(listed)} places; nothing was changed. Mend each as listed in errors."
    return problem(request, 422, "malformed_request", zh if language == "zh" else en, listed)


def _http(request: Request, error: Exception) -> Response:
    error = cast("HTTPException", error)  # registered for it alone
    response = plain_problem(request, error.status_code)
    response.headers.update(error.headers or {})
    return response


def plain_problem(request: Request, status: int) -> Response:
    """Return the problem document of a status that needs no more words."""
    words = REASONS.get(status, (HTTPStatus(status).phrase, HTTPStatus(status).phrase))
    code = HTTPStatus(status).phrase.lower().replace(" ", "_")
    return problem(request, status, code, words[0] if language_of(request) == "zh" else words[1])


def _busy(request: Request, error: Exception) -> Response:
    LOG.error("database unavailable", path=logged(request.url.path), error=str(error))
    response = plain_problem(request, HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = "5"
    return response


def _broken(request: Request, error: Exception) -> Response:
    LOG.error("unexpected error", path=logged(request.url.path), exc_info=error)
    response = plain_problem(request, HTTPStatus.INTERNAL_SERVER_ERROR)
    response.headers.update(HEADERS)  # this answer is given outside the layer that adds them
    return response


PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457. `code` is stable; `errors` names each wrong value by JSON pointer and how to mend it.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "instance"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:double-random:error:batch_drawn"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "examples": ["batch_drawn"]},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string"},
                    "in": {"type": "string"},
                    "name": {"type": "string"},
                    "row": {"type": "integer"},
                    "column": {"type": "string"},
                    "value": {"type": "string"},
                    "problem": {"type": "string"},
                    "remedy": {"type": "string"},
                },
            },
        },
    },
}


def describe_problems(operation: dict[str, Any]) -> None:
    """State in an operation of the OpenAPI document that every error is a problem document."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation["responses"].pop("422", None)
    operation["responses"]["4XX"] = {"description": "The request was refused; nothing was changed.", "content": content}
    operation["responses"]["5XX"] = {"description": "The service could not; nothing was changed.", "content": content}
