"""The browser's verifier for the tests of this directory."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.verifiers.in_browser import BrowserVerifier


@pytest.fixture(scope="module")
def verifier(browser: Browser) -> Iterator[BrowserVerifier]:
    """Return a page with all scripts of the verifier, one for each module."""
    found = BrowserVerifier(browser)
    yield found
    found.close()
