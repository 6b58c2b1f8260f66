"""A service as it runs: pages and API, what becomes due by the clock, and the signature of its log, in one process."""

import uvicorn

from app.main import create_app
from app.own_log import signing
from app.service import Service
from app.ticking import ticking


def serve_until_stopped(service: Service) -> None:
    """Serve on the address of the settings until the process is told to stop."""
    with ticking(service), signing(service):
        uvicorn.run(create_app(service), host=service.settings.host, port=service.settings.port, server_header=False)
