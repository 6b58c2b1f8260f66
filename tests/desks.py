"""Desks: where the people of a bureau work over HTTP, and the clock that a test sets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx

from registry.base import SHANGHAI

_keys = count(1)


def at(day: str, clock: str = "09:00") -> datetime:
    """Return an instant in the time of China."""
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=SHANGHAI)


class SetClock:
    """A clock that stands where the test sets it."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        """Return the instant in UTC."""
        return self.instant.astimezone(UTC)

    def set(self, day: str, clock: str = "09:00") -> None:
        """Move the clock, either way."""
        self.instant = at(day, clock)


@dataclass(frozen=True)
class Desk:
    """Where one person works: a client and their key; the public has none."""

    client: httpx.Client
    key: str | None = None
    person_id: str = ""

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Read; ``headers`` with underscores for hyphens."""
        return self.client.get(path, headers=self._headers(headers))

    def post(self, path: str, body: Any = None, *, once: str | None = "new", **headers: str) -> httpx.Response:  # noqa: ANN401 - JSON
        """Act. ``once`` is the idempotency key: by default a new one, with None there is no header."""
        sent = self._headers(headers)
        if once is not None:
            sent["Idempotency-Key"] = f"test-key-{next(_keys):06d}" if once == "new" else once
        if isinstance(body, bytes):
            return self.client.post(path, content=body, headers={"Content-Type": "text/csv"} | sent)
        return self.client.post(path, json=body, headers=sent)

    def patch(self, path: str, body: Any) -> httpx.Response:  # noqa: ANN401 - JSON
        """Change."""
        return self.client.patch(path, json=body, headers=self._headers({}))

    def delete(self, path: str) -> httpx.Response:
        """Delete."""
        return self.client.delete(path, headers=self._headers({}))

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        own = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return own | {name.replace("_", "-"): value for name, value in more.items()}


def made(answer: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    """Return the body of an answer that must be a success."""
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
    return answer.json()
