"""Fetching a round of drand from the configured relays over HTTP. No relay is trusted: each answer is verified here.

The relays are asked in their order, for one round by its number, and the first right answer is taken. A relay can be
down, slow, wrong or a liar; then the next one is asked, and where none is left nothing is recorded and the draw waits.
Requests go to the configured hosts alone: redirects are not followed, and no proxy is taken from the environment.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import httpx

from registry.beacons import BY_HAND, check_round
from registry.errors import FieldError, RegistryError
from sampling import canonical
from sampling.beacon import Beacon
from sampling.shape import Node
from sampling.sources import QUICKNET_CHAIN, Drand
from sampling.wording import Bilingual, Words

MAX_ANSWER_BYTES = 4096
"""An answer has about 300."""

HAND_IN_ZH = "从能上网的另一台机器取得该轮，再提交 round 和 signature"
HAND_IN_EN = "get the round on another machine that is connected, and hand in round and signature"


class RelaysUnsetError(RegistryError):
    """No relay is configured."""

    nature: ClassVar = "conflict"
    zh = "没有设置 drand 中继（DOUBLE_RANDOM_DRAND_RELAYS），不能自动取得。未作任何改动。请" + HAND_IN_ZH + "。"
    en = "No drand relay is set (DOUBLE_RANDOM_DRAND_RELAYS). Nothing was changed; " + HAND_IN_EN + "."


class BeaconUnreachableError(RegistryError):
    """No relay gave the round."""

    nature: ClassVar = "unready"
    zh = (
        "没有中继给出 drand 第 {round} 轮（{tried_zh}）。未作任何改动，抽取继续等待：不会改用其他轮次或其他随机值。"
        "请稍后再试；或者" + HAND_IN_ZH + "。"
    )
    en = (
        "No relay gave round {round} of drand ({tried_en}). Nothing was changed, and the draw waits: no other round "
        "and no other value takes its place. Try later, or " + HAND_IN_EN + "."
    )


LATE: Words = ("没有按时答复", "gave no answer in time")
UNREACHED: Words = ("无法连接", "could not be reached")
TOO_LONG: Words = ("答复过长", "gave an answer that is too long")


class _RelayError(Exception):
    """One relay did not give the round; the words say why."""

    def __init__(self, words: Words) -> None:
        super().__init__(words[1])
        self.words = words


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A verified round, and the host that gave it or that it was handed in by hand."""

    beacon: Beacon
    origin: str = BY_HAND


def fetch_round(source: Drand, relays: Sequence[str], *, seconds: float) -> Fetched:
    """Return a round from the first relay that gives it; each relay has so many ``seconds``, all told.

    Raises RelaysUnsetError, BeaconUnreachableError.
    """
    if not relays:
        raise RelaysUnsetError
    tried: list[Words] = []
    for relay in relays:
        host = httpx.URL(relay).netloc.decode()
        try:
            return Fetched(beacon=_ask(source, relay, seconds), origin=host)
        except _RelayError as failed:
            tried.append((f"{host} {failed.words[0]}", f"{host} {failed.words[1]}"))
    zh, en = zip(*tried, strict=True)
    raise BeaconUnreachableError(round=source.round, tried_zh="；".join(zh), tried_en="; ".join(en))


def read_answer(source: Drand, data: bytes) -> Beacon:
    """Return the beacon in a relay's JSON, verified: its ``round`` and ``signature``; what else it says is not used.

    Raises FieldError (another round), sampling's RefusedError (anything else).
    """
    members = Node(canonical.parse_json(data)).mapping()
    for key in ("round", "signature"):
        if key not in members:
            raise FieldError((key,), (f"缺少 {key}。", f"There is no {key}."), ("请核对内容。", "Check what it says."))
    check_round(source, members["round"].integer())
    return Beacon.of(source, members["signature"].text())


def _ask(source: Drand, relay: str, seconds: float) -> Beacon:
    address = f"{relay.rstrip('/')}/{QUICKNET_CHAIN}/public/{source.round}"
    try:
        data = asyncio.run(_read(address, seconds))
    except (TimeoutError, httpx.TimeoutException):
        raise _RelayError(LATE) from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise _RelayError(UNREACHED) from None
    try:
        return read_answer(source, data)
    except Bilingual as wrong:
        words = (f"答复有误：{wrong.text('zh')}", f"gave a wrong answer: {wrong.text('en')}")
        raise _RelayError(words) from None


async def _read(address: str, seconds: float) -> bytes:
    """Return the body of an answer as it comes, of a few thousand bytes at most, all of it within the time.

    The limit holds for the whole exchange: a relay that sends a byte now and then does not keep us.
    """
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    async with (
        asyncio.timeout(seconds),
        httpx.AsyncClient(timeout=seconds, follow_redirects=False, trust_env=False) as client,
        client.stream("GET", address, headers=headers) as answer,
    ):
        if answer.status_code != httpx.codes.OK:
            words = (f"答复状态 {answer.status_code}", f"answered with status {answer.status_code}")
            raise _RelayError(words)
        data = b""
        async for part in answer.aiter_raw():
            data += part
            if len(data) > MAX_ANSWER_BYTES:
                raise _RelayError(TOO_LONG)
        return data
