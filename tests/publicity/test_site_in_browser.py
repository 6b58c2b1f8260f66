"""The pages in a real browser, under the policy they are served with: nothing is refused, nothing overflows."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

import publicity
from app.headers import POLICY
from publicity.render import render
from tests.publicity.samples.case import hexadecimal
from tests.publicity.samples.every import every_page

ORIGIN = "http://site.example"
STATIC = Path(publicity.__file__).parent / "static"
BUNDLE_TYPES = {".zip": "application/zip", ".json": "application/json"}
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
PAGES = every_page()
DEMO = [name for name in PAGES if not name.endswith(("-real", "-rehearsal"))]
LONG = "https" + "示例" * 30 + "A" * 120
WIDTHS = (320, 390, 1280)


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """Return a tab to which every page is served at /<name>, and which collects what the browser complains of."""
    with browser.new_context() as context:
        found = context.new_page()
        found.route("**/*", serve)
        yield found


def serve(route: Route) -> None:
    """Answer as the site would: the page with its policy, or a static file."""
    path = Path(route.request.url.removeprefix(ORIGIN))
    if path.is_relative_to("/static"):
        headers = {"Content-Security-Policy": POLICY}
        route.fulfill(path=STATIC / path.relative_to("/static"), content_type=TYPES[path.suffix], headers=headers)
    elif path.suffix in BUNDLE_TYPES:
        route.fulfill(body=b"", content_type=BUNDLE_TYPES[path.suffix])
    else:
        headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
        route.fulfill(body=render(PAGES[path.name]), headers=headers)


def overflow(tab: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    found = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert isinstance(found, int)
    return found


def test_no_page_overflows_at_any_width(tab: Page) -> None:
    wide = []
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 800})
        for name in DEMO:
            tab.goto(f"{ORIGIN}/{name}")
            if overflow(tab) > 0:
                wide.append((name, width))
    assert wide == []


def test_long_words_without_a_place_to_break_do_not_overflow(tab: Page) -> None:
    lengthen = (
        "word => document.querySelectorAll('bdi, main p, main dd, td p').forEach(each => each.textContent = word)"
    )
    for width in (320, 1280):
        tab.set_viewport_size({"width": width, "height": 800})
        for name in DEMO:
            tab.goto(f"{ORIGIN}/{name}")
            tab.evaluate(lengthen, LONG)
            assert overflow(tab) <= 0, name


def test_opened_alternates_do_not_overflow(tab: Page) -> None:
    tab.set_viewport_size({"width": 320, "height": 800})
    tab.goto(f"{ORIGIN}/draw-opened")
    tab.locator("summary").click()
    assert tab.locator("details table").is_visible()
    assert overflow(tab) <= 0


def test_browser_refuses_nothing_under_the_policy(tab: Page) -> None:
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    for name in PAGES:
        tab.goto(f"{ORIGIN}/{name}")
    assert said == []


def test_first_tab_stop_skips_to_the_text(tab: Page) -> None:
    tab.goto(f"{ORIGIN}/operator")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "跳到正文"
    assert tab.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"


def test_keyboard_focus_is_visible(tab: Page) -> None:
    tab.goto(f"{ORIGIN}/home")
    for _ in range(12):
        tab.keyboard.press("Tab")
        style = "getComputedStyle(document.activeElement).outlineStyle"
        assert tab.evaluate(style) != "none", tab.evaluate("document.activeElement.outerHTML")


def test_digest_is_copied_without_gaps(tab: Page) -> None:
    tab.goto(f"{ORIGIN}/draw-opened")
    copied = tab.evaluate(
        "() => { getSelection().selectAllChildren(document.querySelector('.hex')); return getSelection().toString() }"
    )
    assert copied == hexadecimal("frame.csv")


def test_demo_is_said_in_print_and_alternates_are_printed(tab: Page) -> None:
    tab.goto(f"{ORIGIN}/draw-opened")
    tab.emulate_media(media="print")
    assert tab.locator(".banner").is_visible()
    assert tab.locator("details table").is_visible()
    assert not tab.locator(".masthead nav").is_visible()


def test_axe_finds_no_violation(tab: Page) -> None:
    spec = find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.origin is not None
    axe = (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    found = []
    for name in DEMO:
        tab.goto(f"{ORIGIN}/{name}")
        tab.evaluate(axe)
        report = tab.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
        found += [(name, each["id"], each["nodes"][0]["html"]) for each in report["violations"]]
    assert found == []
