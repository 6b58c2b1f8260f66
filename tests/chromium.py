"""A real browser for the tests: the machine's own Chromium, which asks nobody anything on its own account."""

import shutil

FLAGS = (
    "--no-sandbox",  # the sandbox refuses to run as root, as tests in a container do
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """Return the path of Chromium or Chrome on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)
