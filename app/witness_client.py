"""One request to a witness over HTTP, and what its answer means. Nothing is believed here: publicity checks and keeps.

Requests go to the configured addresses alone: redirects are not followed, no proxy is taken from the environment, an
answer has a size and a time it must keep to.

Source: C2SP tlog-witness (``add-checkpoint``).
"""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

import httpx

from app.settings import WitnessAt
from publicity.errors import PublicityError
from publicity.tlog.errors import TlogError
from publicity.tlog.witnesses import SIZE_TYPE, read_size
from sampling.wording import Words

MAX_ANSWER_BYTES = 16 * 1024
"""A cosignature has about 200; a witness may answer with several."""

LATE: Words = ("没有按时答复", "it gave no answer in time")
UNREACHED: Words = ("无法连接", "it could not be reached")
TOO_LONG: Words = ("答复过长", "its answer is too long")
STATUSES: dict[int, Words] = {
    HTTPStatus.BAD_REQUEST: ("它读不懂请求（400）", "it could not read the request (400)"),
    HTTPStatus.FORBIDDEN: ("它不认可本日志的签名公钥（403）", "it does not accept this log's key (403)"),
    HTTPStatus.NOT_FOUND: ("它没有登记本日志（404）", "it does not know this log (404)"),
}


class WitnessError(PublicityError):
    """A witness did not cosign; nothing was stored, and it is asked again."""

    nature: ClassVar = "unready"
    zh = "见证人“{name}”没有联署：{problem_zh}。没有收存任何内容；稍后会再次请求，如一直如此请联系见证人。"
    en = (
        "The witness “{name}” did not cosign: {problem_en}. Nothing was stored; it is asked again later. "
        "If that goes on, ask whoever runs it."
    )


@dataclass(frozen=True, slots=True)
class Signed:
    """Status 200: what should be signature lines."""

    body: bytes


@dataclass(frozen=True, slots=True)
class Has:
    """Status 409: the witness has a head of this size; None when it did not say which, as for another root."""

    size: int | None


@dataclass(frozen=True, slots=True)
class Unproved:
    """Status 422: the proof does not lead from the witness's head to ours."""


Answer = Signed | Has | Unproved


def add_checkpoint(witness: WitnessAt, body: bytes, *, seconds: float) -> Answer:
    """Post a request and return what the answer means. Raises WitnessError."""
    try:
        answer = asyncio.run(_post(f"{witness.url}/add-checkpoint", body, seconds))
    except (TimeoutError, httpx.TimeoutException):
        raise failed(witness, LATE) from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise failed(witness, UNREACHED) from None
    if answer is None:
        raise failed(witness, TOO_LONG)
    if answer.status_code == HTTPStatus.OK:
        return Signed(answer.content)
    if answer.status_code == HTTPStatus.CONFLICT:
        return _conflict(witness, answer)
    if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        return Unproved()
    plain = (f"答复状态 {answer.status_code}", f"it answered with status {answer.status_code}")
    raise failed(witness, STATUSES.get(answer.status_code, plain))


def failed(witness: WitnessAt, words: Words) -> WitnessError:
    """Return the error that says why a witness did not cosign."""
    return WitnessError(name=witness.key.name, problem_zh=words[0], problem_en=words[1])


def _conflict(witness: WitnessAt, answer: httpx.Response) -> Has:
    if answer.headers.get("content-type", "").partition(";")[0].strip() != SIZE_TYPE:
        return Has(None)
    try:
        return Has(read_size(answer.content))
    except TlogError as wrong:
        raise failed(witness, (wrong.text("zh").rstrip("。"), wrong.text("en").rstrip("."))) from wrong


async def _post(address: str, body: bytes, seconds: float) -> httpx.Response | None:
    """Return an answer read whole within the time, or None when it is too long."""
    headers = {"Content-Type": "text/plain; charset=utf-8", "Accept-Encoding": "identity"}
    async with (
        asyncio.timeout(seconds),
        httpx.AsyncClient(timeout=seconds, follow_redirects=False, trust_env=False) as client,
        client.stream("POST", address, content=body, headers=headers) as answer,
    ):
        data = b""
        async for part in answer.aiter_raw():
            data += part
            if len(data) > MAX_ANSWER_BYTES:
                return None
        return httpx.Response(
            answer.status_code, headers={"Content-Type": answer.headers.get("Content-Type", "")}, content=data
        )
