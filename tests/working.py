"""The worker in tests: what it did for draws."""

from typing import Any

from app.service import Service
from app.working import work
from registry.outbox import Work
from tests.building import Bureau

OF_DRAWS = (Work.OPENING, Work.ROUND)


def worked(service: Service) -> list[str]:
    """Do all that is due, and return the draws that went on."""
    return [task.key for task in work(service) if task.kind in OF_DRAWS]


def without_jobs(bureau: Bureau) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table but of the work list, and of how far the worker followed the clock."""
    return {name: rows for name, rows in bureau.contents().items() if name not in {"outbox", "clock_sightings"}}
