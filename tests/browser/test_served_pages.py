"""The demonstration in a real browser, as the program serves it: headers, styles and links are those of the product."""

import re
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests import demonstration
from tests.browser.screenshots import HEIGHT, WIDTHS, addresses

AXE = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Serve a demonstration and return name → address of its pages."""
    copy = tmp_path_factory.mktemp("served") / "demo"
    shutil.copytree(demonstration.played(), copy)
    with demonstration.serving(copy) as base:
        yield addresses(base)


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_is_silent_and_has_its_landmarks(tab: Page, site: dict[str, str], width: int) -> None:
    said: list[str] = []
    tab.on("console", lambda message: said.append(f"{tab.url}: {message.text}"))
    tab.on("pageerror", lambda error: said.append(f"{tab.url}: {error}"))
    tab.on("requestfailed", lambda request: said.append(f"failed: {request.url} {request.failure}"))
    tab.set_viewport_size({"width": width, "height": HEIGHT})
    for name, address in site.items():
        answer = tab.goto(address)
        assert answer is not None
        assert answer.status == (404 if name == "missing" else 200), name
        assert tab.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name
        assert tab.locator("main").count() == 1, name
        assert tab.locator("h1").count() == 1, name
        assert tab.locator("html").get_attribute("lang") == "zh-CN", name
        assert tab.title().strip(), name
        assert tab.locator("script").count() == 0, name
        assert tab.get_by_text("演示").first.is_visible(), name
    # The browser reports the 404 itself, and what it was still fetching for a page that was left: no fault of the page.
    own = [line for line in said if not line.endswith("net::ERR_ABORTED")]
    assert [line for line in own if not (line.startswith(site["missing"]) and "404" in line)] == []


def test_styles_are_applied(tab: Page, site: dict[str, str]) -> None:
    tab.goto(site["home"])
    assert tab.evaluate("document.styleSheets.length") == 1
    assert tab.evaluate("document.styleSheets[0].cssRules.length") > 20


def test_policy_that_is_sent_keeps_a_script_out(tab: Page, site: dict[str, str]) -> None:
    tab.goto(site["home"])
    refused = tab.evaluate(
        """() => new Promise(done => {
            document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));
            const script = document.createElement('script');
            script.textContent = 'window.broken = true';
            document.body.append(script);
            setTimeout(() => done('nothing'), 2000);
        })"""
    )
    assert refused == "script-src-elem"
    assert tab.evaluate("window.broken") is None


def test_keyboard_skips_to_the_text_and_searches(tab: Page, site: dict[str, str]) -> None:
    tab.goto(site["home"])
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "跳到正文"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"
    tab.locator("input[name=q]").first.focus()
    tab.keyboard.type("云岗")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search?q=*")
    assert tab.get_by_role("link", name="云岗").count() == 1


def test_reader_gets_from_the_front_page_to_the_proof_of_a_result(tab: Page, site: dict[str, str]) -> None:
    tab.goto(site["home"])
    tab.goto(site["operator-fined"])
    assert tab.locator("[id^=result-]").count() == 1
    assert tab.locator("[id^=penalty-]").count() == 1
    tab.locator("a[href^='/draws/']").first.click()
    assert tab.locator("h1").inner_text()
    proof = tab.locator("a[href^='/log/proof/inclusion']").first
    answer = tab.goto(site["home"].rstrip("/") + str(proof.get_attribute("href")))
    assert answer is not None
    assert answer.json()["proof"]


def test_certificate_of_the_case_is_one_sheet_with_everybody_on_it(tab: Page, site: dict[str, str]) -> None:
    """52 in the frame, 26 drawn, four inspectors each, as the program serves it."""
    tab.goto(site["certificate"])
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", tab.pdf(format="A4", prefer_css_page_size=True))) == 1
    assert tab.locator(".list li").count() == 26
    assert tab.locator(".list li small").count() == 26


def test_axe_finds_no_violation(tab: Page, site: dict[str, str]) -> None:
    spec = find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.origin is not None
    axe = (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    found = []
    for name in (
        "home",
        "operator-fined",
        "draw",
        "draw-asked",
        "certificate",
        "plans",
        "plan",
        "items",
        "search-found",
        "missing",
    ):
        tab.goto(site[name])
        tab.evaluate(axe)
        found += [(name, each["id"], each["nodes"][0]["html"]) for each in tab.evaluate(AXE)["violations"]]
    assert found == []
