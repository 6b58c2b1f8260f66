"""One published record at an address of its own: a result or a penalty, as on its operator's page."""

from dataclasses import dataclass

from publicity.pages.records import Penalty, Result
from publicity.pages.site import Site


@dataclass(frozen=True, kw_only=True)
class RecordPage:
    """A published record; one of ``result`` and ``penalty`` is there."""

    site: Site
    record_id: str
    operator_name: str
    operator_path: str
    petition_path: str
    result: Result | None
    penalty: Penalty | None
