"""What a site publishes of a draw, fetched over HTTP for whoever checks it. The site is the party under test.

Nothing that it answers is believed here. It is asked for a bounded number of bytes within a bounded time; redirects
stay on its own host, no proxy is taken from the environment, and nothing is written anywhere.
"""

import asyncio
import re
from collections.abc import Iterator
from typing import ClassVar, Final

import httpx

from publicity.checking.archive import BESIDE
from publicity.errors import PublicityError
from sampling.wording import Words

REDIRECTS: Final = 3
_DRAW: Final = re.compile(r"(.*/draws/[^/]{1,64}?)(?:\.json|/verify|/verify\.json|/certificate|/bundle\.zip|/)?")

NO_ADDRESS: Words = ("不是 http 或 https 地址", "it is no http or https address")
LATE: Words = ("没有按时答复", "it was not answered in time")
UNREACHED: Words = ("无法连接", "it could not be reached")
TOO_LONG: Words = ("超过 {most} 字节", "it has more than {most} bytes")
ELSEWHERE: Words = ("转往另一主机 {host}，没有跟随", "it leads to another host, {host}, and was not followed")
ROUND: Words = ("转来转去，没有内容", "it leads from one address to the next")
STATUS: Words = ("答复状态 {status}", "it was answered with status {status}")
NOT_OPEN: Words = (
    "没有全套文件：名单尚未公开、全套文件不公开，或者没有这次抽查",
    "there is no bundle: the list is not public yet, the bundle is withheld, or there is no such draw",
)


class FetchError(PublicityError):
    """A file could not be fetched, so that nothing was checked."""

    nature: ClassVar = "unready"
    zh = "没有取得 {address}：{problem_zh}。什么也没有核对；请用浏览器下载，再核对文件。"
    en = "{address} was not fetched: {problem_en}. Nothing was checked; download it with a browser and check the file."


def is_address(given: str) -> bool:
    """Return whether what was given is to be fetched and not opened."""
    return given.startswith(("http://", "https://"))


def draw_address(address: str) -> str | None:
    """Return the address of the draw that an address speaks of: its page, its bundle, its page of the check.

    >>> draw_address("https://sjyg.example/draws/140000202008310001/verify")
    'https://sjyg.example/draws/140000202008310001'
    >>> draw_address("https://sjyg.example/api/v1/receipts/41")
    """
    url = _url(address)
    found = _DRAW.fullmatch(url.path)
    return None if found is None else str(url.copy_with(path=found[1], query=None, fragment=None))


def fetch_bundle(draw: str, *, most: int, seconds: float) -> bytes:
    """Return the ZIP of a draw. Raises FetchError."""
    address = f"{draw}/bundle.zip"
    found = _fetch(address, most, seconds)
    if found is None:
        raise _failed(address, NOT_OPEN)
    return found


def fetch_beside(draw: str, *, most: int, seconds: float) -> Iterator[tuple[str, bytes]]:
    """Yield the files that are published beside a bundle, where there are any. Raises FetchError."""
    for name in BESIDE:
        found = _fetch(f"{draw}/files/{name}", most, seconds)
        if found is not None:
            yield name, found


def fetch_file(address: str, *, most: int, seconds: float) -> bytes:
    """Return what is at an address. Raises FetchError."""
    found = _fetch(address, most, seconds)
    if found is None:
        raise _failed(address, STATUS, status=int(httpx.codes.NOT_FOUND))
    return found


def _fetch(address: str, most: int, seconds: float) -> bytes | None:
    try:
        return asyncio.run(_read(_url(address), most, seconds))
    except (TimeoutError, httpx.TimeoutException):
        raise _failed(address, LATE) from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise _failed(address, UNREACHED) from None


async def _read(url: httpx.URL, most: int, seconds: float) -> bytes | None:
    """Return the body of the answer as it comes, None where there is nothing; all redirects within the time."""
    own = url
    async with (
        asyncio.timeout(seconds),
        httpx.AsyncClient(timeout=seconds, follow_redirects=False, trust_env=False) as client,
    ):
        for _ in range(REDIRECTS + 1):
            async with client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as answer:
                if answer.next_request is None:
                    return await _body(answer, most)
                url = answer.next_request.url
                if not _same_host(own, url):
                    raise _failed(str(own), ELSEWHERE, host=url.netloc.decode())
    raise _failed(str(own), ROUND)


async def _body(answer: httpx.Response, most: int) -> bytes | None:
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    if answer.status_code != httpx.codes.OK:
        raise _failed(str(answer.url), STATUS, status=answer.status_code)
    data = bytearray()
    async for part in answer.aiter_raw():
        data += part
        if len(data) > most:
            raise _failed(str(answer.url), TOO_LONG, most=most)
    return bytes(data)


def _same_host(own: httpx.URL, url: httpx.URL) -> bool:
    """Return whether a redirect stays where it was: one host and port; from http to https where both are the usual."""
    if own.host != url.host:
        return False
    return (own.scheme, own.port) == (url.scheme, url.port) or (
        (own.scheme, own.port, url.scheme, url.port) == ("http", None, "https", None)
    )


def _url(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        raise _failed(address, NO_ADDRESS) from None
    if url.scheme not in ("http", "https") or not url.host:
        raise _failed(address, NO_ADDRESS)
    return url


def _failed(address: str, words: Words, **data: object) -> FetchError:
    zh, en = (each.format(**data) for each in words)
    return FetchError(address=address, problem_zh=zh, problem_en=en)
