"""HEAD wherever GET is answered (RFC 9110, 9.3.2): the same status and headers, and no body."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Bodiless:
    """Has a HEAD answered as the GET of its address is, and keeps the body back.

    What is refused to a GET is refused to it: whatever stands behind sees a GET and nothing else.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def headed(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET"}, receive, headed)
