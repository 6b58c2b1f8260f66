"""Security headers on every answer, and no NUL in any address: one small ASGI layer around the application."""

from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import plain_problem
from app.headers import HEADERS, PRIVATE, STAGE, UNINDEXED, UNLISTED
from app.service import service_of

TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class Shield:
    """Adds the headers, that of the stage among them, to whatever the answer is.

    Answers under ``/api/`` and ``/door/`` are never stored by anybody, the latter not indexed.
    A NUL cannot stand in any number or name here, and one of the two databases would choke on it: it is not found.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        replaced = False

        async def shielded(message: Message) -> None:
            nonlocal replaced
            if replaced:
                return
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if message["status"] == TOO_LARGE and headers.get("Content-Type", "").startswith("text/plain"):
                    # The framework cuts a body off in its own words, past our handlers.
                    await plain_problem(Request(scope), TOO_LARGE)(scope, receive, shielded)
                    replaced = True
                    return
                for name, value in headers_of(scope).items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            await plain_problem(Request(scope), HTTPStatus.NOT_FOUND)(scope, receive, shielded)
        else:
            await self.app(scope, receive, shielded)


def headers_of(scope: Scope) -> dict[str, str]:
    """Return the headers of an answer by where it is asked for and by the stage of the service.

    A demonstration and a rehearsal tell a machine what they are, and are in no index.
    """
    path, stage = scope["path"], service_of(Request(scope)).stage
    return (
        HEADERS
        | ({} if stage.is_real else {STAGE: stage.value})
        | ({"Cache-Control": "no-store"} if path.startswith(PRIVATE) else {})
        | ({} if stage.is_real and not path.startswith(UNLISTED) else UNINDEXED)
    )
