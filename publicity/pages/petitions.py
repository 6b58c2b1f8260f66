"""What of petitions stands beside a published record."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class PetitionMark:
    """That a record is disputed; ``answer_by`` is the last day of the answer, None where no rule says it."""

    kind: str
    words: str
    received_on: date
    answer_by: date | None
    late: bool


@dataclass(frozen=True, kw_only=True)
class OperatorReply:
    """A reply of the operator, its own word and not the bureau's."""

    text: str
    released_on: date
