"""History of records and mergings of duplicates."""

from datetime import datetime
from typing import Any, ClassVar

from pydantic import ConfigDict

from app.values import Identifier, ShortText
from app.wire.base import Answer, Request
from registry.merging import Step


class ChangeOut(Answer):
    """One column of a record, before and after."""

    column: str
    before: Any
    after: Any


class VersionOut(Answer):
    """What one fact made of a record; ``erased`` where the text is gone and only its digest is left.

    ``file`` is the SHA-256 of the file that an import read, ``by_name`` null for the system itself.
    """

    key: str
    fact_id: int
    at: datetime
    by: str
    by_name: str | None
    kind: str
    file: str | None
    erased: bool
    changes: list[ChangeOut]


class MergingIn(Request):
    """Ask that ``merged`` be merged into ``kept``, or that this be undone."""

    step: Step = Step.MERGE
    kept: Identifier
    merged: Identifier
    reason: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kept": "911400001123599660", "merged": "140000R0000001", "reason": "同一经营者，已取得营业执照"}
            ]
        }
    )


class MergingOut(Answer):
    """A request to merge and its decision."""

    merging_id: str
    step: str
    kept: str
    merged: str
    reason: str
    requested_by: str
    requested_at: datetime
    approved: bool | None
    decided_by: str | None
    decided_at: datetime | None
