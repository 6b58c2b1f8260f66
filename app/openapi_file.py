"""The OpenAPI document as a file: ``docs/openapi.json`` is what ``double-random openapi`` prints; a test compares."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from app.db import Database
from app.main import create_app, open_service
from app.schema import migrate
from app.settings import Settings


def openapi_text() -> str:
    """Return the document of this version, from an application over an empty database that goes away."""
    with TemporaryDirectory() as name:
        settings = Settings(database_url=f"sqlite:///{Path(name) / 'empty.db'}", data_dir=Path(name))
        database = Database(settings.database_url)
        migrate(database)
        database.close()
        service = open_service(settings)
        document = create_app(service).openapi()
        service.database.close()
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
