"""Values on the wire: texts, dates, instants, numbers, each taken as people write it and as nothing else."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from registry.spelling import unfit_character

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)


def no_unfit(value: object) -> object:
    """Refuse texts, however deep in a value, that hold what no text may: a line feed passes, nothing unseen does."""
    if isinstance(value, str):
        if (found := unfit_character(value, lines=True)) is not None:
            code = "control_character"
            said = "It holds U+{code}: a control character, one that is not seen, or one of private use. Remove it."
            raise PydanticCustomError(code, said, {"code": f"{ord(found):04X}"})
    elif isinstance(value, Mapping):
        for each in value.items():
            no_unfit(each)
    elif isinstance(value, Sequence):
        for each in value:
            no_unfit(each)
    return value


def no_control(text: str) -> str:
    """Refuse what ``no_unfit`` refuses, in a text that stands in no request body."""
    no_unfit(text)
    return text


def _in_years(at: datetime) -> datetime:
    """Refuse instants that no calendar of ours reaches."""
    if not FIRST_DAY.year <= at.year <= LAST_DAY.year:
        code = "year_range"
        raise PydanticCustomError(code, "The year must lie between 2000 and 2999.")
    return at


def _written_day(value: object) -> object:
    """Take a date as people write it, and no other thing that could be read as one."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        code = "date_parsing"
        raise PydanticCustomError(code, "Write the date as 2020-09-01.")
    return value


def _written_instant(value: object) -> object:
    """Take an instant as people write it, and no number of seconds."""
    if not isinstance(value, str) or not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}", value):
        code = "datetime_parsing"
        raise PydanticCustomError(code, "Write the time as 2020-09-01T10:00:00+08:00.")
    return value


def _whole(value: object) -> object:
    """Refuse spellings of a number that ``int`` takes and people do not write: ``+7``, ``0_7``, ``٧``."""
    if isinstance(value, str) and not re.fullmatch(r"0|[1-9][0-9]*", value):
        code = "not_whole"
        raise PydanticCustomError(code, "Write a whole number without leading zeros.")
    return value


def distinct(values: list[Any]) -> list[Any]:
    """Refuse a list that names something twice."""
    if len(set(values)) < len(values):
        code = "twice"
        raise PydanticCustomError(code, "Something is named twice. Name it once.")
    return values


Identifier = Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,64}$")]
ShortText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(no_control)
]
LongText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(no_control)
]
OptionalText = Annotated[str, Field(max_length=4000), AfterValidator(no_control)]
LegalDate = Annotated[date, BeforeValidator(_written_day), Field(ge=FIRST_DAY, le=LAST_DAY)]
Instant = Annotated[AwareDatetime, BeforeValidator(_written_instant), AfterValidator(_in_years)]
Yes = Annotated[bool, Field(strict=True)]
Place = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=2**31 - 1)]
"""A place in the log or the journal."""

HexDigest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Fen = Annotated[int, Field(strict=True, ge=0, le=10**15)]
