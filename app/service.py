"""The running service in one value: what routes reach through the request."""

from dataclasses import dataclass
from typing import cast

from fastapi import Request

from app.clock import Clock
from app.db import Database
from app.keys import SecretBox
from app.log_keys import LogSigning
from app.record import Recorder
from app.settings import Settings
from publicity.clocks import Deadlines
from publicity.restriction_rules import Consequence
from publicity.terms import TermBook
from sampling.stages import Stage


@dataclass(frozen=True, kw_only=True)
class Service:
    """What the service runs on; ``stage`` as the database declares it."""

    settings: Settings
    clock: Clock
    database: Database
    box: SecretBox
    recorder: Recorder
    deadlines: Deadlines
    terms: TermBook
    consequences: tuple[Consequence, ...]
    log: LogSigning
    stage: Stage


def service_of(request: Request) -> Service:
    """Return the service that a request came to."""
    return cast("Service", request.app.state.service)
