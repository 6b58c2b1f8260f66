"""The people of the case: each acts over HTTP with a key of their own, by the clock that the case moves."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx

from app.clock import DemoClock
from app.demo import case


class StepError(Exception):
    """The service refused a step of the case."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"{answer.request.method} {answer.request.url} -> {answer.status_code}: {answer.text}")


@dataclass(frozen=True)
class Staff:
    """One person's way into the service: a client and their key; the public has none."""

    client: httpx.Client
    key: str | None = None

    def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Read as this person."""
        return checked(self.client.get(path, headers=self._headers())).json()

    def post(self, path: str, body: Any = None, *, once: str | None = None) -> Any:  # noqa: ANN401 - JSON
        """Act as this person; ``once`` is the idempotency key of a step that needs one."""
        headers = self._headers() | ({"Idempotency-Key": once} if once else {})
        if isinstance(body, str):
            headers["Content-Type"] = "text/csv"
            return checked(self.client.post(path, content=body.encode(), headers=headers)).json()
        return checked(self.client.post(path, json=body, headers=headers)).json()

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}


@dataclass
class Bureau:
    """The bureau of the case: where its service answers, its clock, and its people by title or inspector's number."""

    client: httpx.Client
    clock: DemoClock
    staff: dict[str, Staff] = field(default_factory=dict)

    def admit(self, title: str, key: str) -> None:
        """Give a person who has a key their way into the service."""
        self.staff[title] = Staff(self.client, key)

    def hire(self, title: str, person: dict[str, Any]) -> None:
        """Add a person with a key, as the administrator does."""
        administrator = self.staff["administrator"]
        added = administrator.post("/api/v1/people", person)
        self.admit(title, administrator.post(f"/api/v1/people/{added['person_id']}/keys")["key"])

    def reach(self, day: date, clock: str) -> None:
        """Move the clock on to a time of a day, or by minutes where it is past it."""
        self.clock.set(max(case.at(day.isoformat(), clock), self.clock.now() + timedelta(minutes=5)))


def say(step: str, text: str) -> None:
    """Tell whoever started the demonstration how far it is."""
    print(f"{step}：{text}", flush=True)


def checked(answer: httpx.Response) -> httpx.Response:
    """Return an answer that must be a success. Raises StepError."""
    if not answer.is_success:
        raise StepError(answer)
    return answer
