"""Times as the protocol writes them: ``YYYY-MM-DDThh:mm:ss±hh:mm``, whole seconds, with the offset from UTC."""

import re
from datetime import datetime, timedelta, timezone
from typing import Final

from sampling.errors import Fault, RefusedError

CHINA: Final = timezone(timedelta(hours=8))
"""UTC+08:00, the one legal time of the country."""

_form = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-5][0-9]")


def format_time(instant: datetime) -> str:
    """Return an aware datetime in the protocol's form, at +08:00; a fraction of a second is cut off.

    >>> format_time(datetime.fromisoformat("2020-08-31T01:00:00.9+00:00"))
    '2020-08-31T09:00:00+08:00'

    Raises:
        ValueError: for a datetime without an offset, which is no instant.
    """
    if instant.utcoffset() is None:
        message = "a time of the protocol needs an offset from UTC"
        raise ValueError(message)
    return instant.astimezone(CHINA).isoformat(timespec="seconds")


def parse_time(text: str, *path: str | int) -> datetime:
    """Return the instant that a text in the protocol's form names.

    Raises:
        RefusedError: at ``path``, for another form or a day, hour, second or offset that does not exist.
    """
    try:
        if _form.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise RefusedError(Fault.TIME, path, value=text)
