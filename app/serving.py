"""A service as it runs: pages and API, what becomes due, its log signed and cosigned, in one process."""

from contextlib import nullcontext

import uvicorn

from app.cosigning import cosigning
from app.main import create_app
from app.own_log import signing
from app.service import Service
from app.working import working


def serve_until_stopped(service: Service) -> None:
    """Serve on the address of the settings until the process is told to stop."""
    worker = working(service) if service.settings.run_worker else nullcontext()
    with worker, signing(service), cosigning(service):
        uvicorn.run(create_app(service), host=service.settings.host, port=service.settings.port, server_header=False)
