"""What commands share: how they fail, and the service that they open by the settings."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from app.service import Service
    from app.settings import Settings


def fail(text: str) -> NoReturn:
    """Say what is wrong on stderr and exit with 1."""
    print(text, file=sys.stderr)
    raise typer.Exit(1)


def settings() -> "Settings":
    """Read the settings, or say which environment variable is wrong and exit."""
    from pydantic import ValidationError

    from app.settings import PREFIX, UnknownSettingError, load_settings

    try:
        return load_settings()
    except UnknownSettingError as unknown:
        fail(str(unknown))
    except ValidationError as wrong:
        fail("\n".join(f"{PREFIX}{str(each['loc'][0]).upper()}: {each['msg']}" for each in wrong.errors()))


def open_here() -> "Service":
    """Open the service by the settings, or say what is missing and exit."""
    from sqlalchemy.exc import OperationalError

    from app.log_keys import OriginFixedError, OriginMarkError
    from app.main import KeyFileError, NotMigratedError, open_service
    from publicity.errors import PublicityError
    from registry.stages import StageError

    try:
        return open_service(settings())
    except (NotMigratedError, KeyFileError, OriginFixedError, OriginMarkError) as missing:
        fail(str(missing))
    except (StageError, PublicityError) as wrong:
        fail(f"{wrong.text('zh')}/ {wrong.text('en')}")
    except OperationalError as unreachable:
        fail(f"数据库没有应答：{unreachable.orig} 请检查 DOUBLE_RANDOM_DATABASE_URL。/ The database does not answer.")


@contextmanager
def opened() -> Iterator["Service"]:
    """Open the service by the settings for the length of a command."""
    service = open_here()
    try:
        yield service
    finally:
        service.database.close()
