"""A bureau whose log is watched by witnesses, each a server of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlmodel import select

from app.cosigning import cosign_newest
from app.own_log import keep_signed
from app.record import SYSTEM
from publicity.heads import SignedHead, newest_head
from publicity.witnessing import Cosignature
from registry.departments import add_department
from tests.building import Bureau
from tests.desks import made
from tests.witness import Said, Witness, serving

Instead = Callable[[bytes, Callable[[bytes], Said]], Said]


@dataclass
class Watched:
    """A bureau whose log is watched, and those who watch it."""

    bureau: Bureau
    witnesses: list[Witness]
    addresses: list[str]
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1000)))

    def grow(self, entries: int = 1) -> None:
        """Let something happen in the bureau, and let it be signed."""
        for _ in range(entries):
            code = f"extra{next(self.numbers)}"
            self.bureau.service.recorder.record(SYSTEM, lambda act: add_department(act, code=code, name=code).code)  # noqa: B023 - called at once
        keep_signed(self.bureau.service)

    def cosign(self) -> list[str | None]:
        """Ask every witness once and return the names of the errors."""
        return [None if each.error is None else type(each.error).__name__ for each in cosign_newest(self.service)]

    @property
    def service(self) -> Any:  # noqa: ANN401 - whatever the bureau has
        """Return the service."""
        return self.bureau.service

    def stored(self) -> list[Cosignature]:
        """Return every cosignature that is stored."""
        with self.service.database.reading() as session:
            return list(session.exec(select(Cosignature)).all())

    def newest(self) -> SignedHead:
        """Return the newest signed head."""
        with self.service.database.reading() as session:
            found = newest_head(session)
        assert found is not None
        return found

    def page(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Return a public page as JSON."""
        return made(self.bureau.public.get(path))


def configured(bureau: Bureau, pairs: list[tuple[str, str]], **more: Any) -> None:  # noqa: ANN401 - settings
    """Name witnesses in the bureau's settings."""
    named = "; ".join(" ".join(pair) for pair in pairs) or None
    settings = bureau.service.settings.model_copy(update={"witnesses": named, "witness_timeout": 2} | more)
    bureau.service = replace(bureau.service, settings=settings)
    bureau.client.app.state.service = bureau.service  # type: ignore[attr-defined]


@contextmanager
def watching(bureau: Bureau, directory: Path, number: int = 1, **more: Any) -> Iterator[Watched]:  # noqa: ANN401 - settings
    """Run witnesses that know the bureau's log, and let the bureau know them."""
    service = bureau.service
    logs = {service.log.origin: tuple(str(key) for key in service.log.keys.keys)}

    def now() -> float:
        return bureau.clock.instant.timestamp()

    witnesses = [Witness(directory, f"witness.example/w{place}", logs, clock=now) for place in range(number)]
    directory.mkdir(exist_ok=True)
    with ExitStack() as stack:
        addresses = [stack.enter_context(serving(witness)) for witness in witnesses]
        configured(bureau, [(each.vkey, address) for each, address in zip(witnesses, addresses, strict=True)], **more)
        yield Watched(bureau, witnesses, addresses)


def says(said: Said) -> Instead:
    return lambda _body, _honest: said


def garbage(status: int) -> Instead:
    return says(Said(status, b"<html>\xff garbage</html>"))
