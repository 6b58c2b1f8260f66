"""A reader checks a draw in the browser: on plain http, with the network cut, from disk, by keyboard, on a phone."""

import gzip
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

import publicity
from publicity import single_file
from tests import demonstration
from tests.browser.test_served_pages import AXE
from tests.chromium import FLAGS, find_chromium
from tests.verifiers.bundles import packed
from tests.verifiers.logs import bundle
from tests.verifiers.test_archives import HOSTILE
from tests.verifiers.test_vectors import REPLACED, beside

NAME = "check.example"
PAGE_BUDGET = 80 * 1024
GOOD = "重新算出的结果与公布的完全相同"
BAD = "不成立"
FINISHED_MS = 60_000
CHECK = "核对本次抽取"
TAMPER = "试一份被改动的样本"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a demonstration and return its address."""
    copy = tmp_path_factory.mktemp("checked") / "demo"
    shutil.copytree(demonstration.played(), copy)
    with demonstration.serving(copy) as base:
        yield base


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context() as found:
        yield found


@pytest.fixture
def tab(context: BrowserContext) -> Page:
    return context.new_page()


def verify_path(tab: Page, base: str) -> str:
    rows = tab.request.get(f"{base}/draws.json").json()["rows"]
    return f"{rows[0]['path']}/verify"


def press(tab: Page, name: str) -> None:
    tab.get_by_role("button", name=name).click()


def said(tab: Page, words: str) -> None:
    expect(tab.get_by_role("status")).to_contain_text(words, timeout=FINISHED_MS)


def test_reader_checks_a_draw_and_a_tampered_copy_with_the_network_cut(
    tab: Page, context: BrowserContext, site: str
) -> None:
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto(site + verify_path(tab, site))
    expect(tab.get_by_role("button", name=CHECK)).to_be_enabled(timeout=FINISHED_MS)
    context.set_offline(True)
    press(tab, CHECK)
    said(tab, GOOD)
    assert tab.locator(".checks li.bad").count() == 0
    assert tab.locator(".rows tbody tr").count() == 26
    press(tab, TAMPER)
    said(tab, BAD)
    said(tab, "drawn.csv 第 14 行")
    assert tab.locator(".rows tr.wrong").count() == 1
    assert tab.locator(".checks li.bad").first.is_visible()
    press(tab, CHECK)
    said(tab, GOOD)
    assert complaints == []


def test_page_says_that_it_comes_from_the_party_under_test_and_leads_to_what_does_not(tab: Page, site: str) -> None:
    tab.goto(site + verify_path(tab, site))
    assert tab.get_by_text("本页来自受检验的一方").is_visible()
    assert tab.locator("main a[href='/verify.py']").count() == 1
    assert tab.locator("main a[href='/verify.html']").count() >= 1


def test_plain_http_under_a_foreign_name_is_enough(site: str, browser: Browser) -> None:
    port = site.rpartition(":")[2]
    flags = [*FLAGS, f"--host-resolver-rules=MAP {NAME} 127.0.0.1"]
    foreign = browser.browser_type.launch(executable_path=find_chromium(), args=flags)
    try:
        page = foreign.new_page()
        page.goto(f"http://{NAME}:{port}{verify_path(page, site)}")
        assert page.evaluate("isSecureContext") is False
        press(page, CHECK)
        said(page, GOOD)
    finally:
        foreign.close()


def test_bundle_is_taken_from_disk_with_replacements_beside_it(tab: Page, site: str, tmp_path: Path) -> None:
    tab.goto(site + verify_path(tab, site))
    files, _ = bundle()
    archive = tmp_path / "bundle.zip"
    archive.write_bytes(packed(files))
    vector = next(path for path in REPLACED if (path / "draw").read_text().strip() == "shanxi-2020")
    beside_it = tmp_path / "replacements.json"
    beside_it.write_bytes(beside(vector)["replacements.json"])
    tab.set_input_files("#files", [archive, beside_it])
    press(tab, CHECK)
    said(tab, GOOD)
    assert tab.get_by_text("递补和更换全部重算").is_visible()


def test_a_chosen_file_is_what_is_checked_though_the_published_bundle_comes_later(
    tab: Page, site: str, tmp_path: Path
) -> None:
    """Or a forged bundle from disk would seem to hold, where it was the site's own that was checked."""
    held: list[Route] = []
    tab.route("**/bundle.zip", lambda route: held.append(route))  # noqa: PLW0108 - playwright takes no built-in
    tab.goto(site + verify_path(tab, site))
    bad = tmp_path / "bad.zip"
    bad.write_bytes(HOSTILE["a name twice"][0](bundle()[0]))
    tab.set_input_files("#files", bad)
    expect(tab.get_by_role("button", name=CHECK)).to_be_enabled(timeout=FINISHED_MS)
    (late,) = held
    with tab.expect_response("**/bundle.zip") as arriving:
        late.continue_()
    arriving.value.finished()
    tab.wait_for_timeout(500)  # the page has it in hand by now
    press(tab, CHECK)
    said(tab, BAD)


@pytest.mark.parametrize("name", ["no archive", "a name twice", "a bomb that lies", "too much in all", "a link"])
def test_hostile_file_is_refused_in_words_and_the_page_goes_on(tab: Page, site: str, tmp_path: Path, name: str) -> None:
    tab.goto(site + verify_path(tab, site))
    files, _ = bundle()
    bad, good = tmp_path / "bad.zip", tmp_path / "good.zip"
    bad.write_bytes(HOSTILE[name][0](files))
    good.write_bytes(packed(files))
    tab.set_input_files("#files", bad)
    press(tab, CHECK)
    said(tab, BAD)
    tab.set_input_files("#files", good)
    press(tab, CHECK)
    said(tab, GOOD)


def test_single_file_works_from_disk_without_any_network(
    tab: Page, context: BrowserContext, tmp_path: Path, site: str
) -> None:
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    served = tab.request.get(f"{site}/verify.html")
    saved = tmp_path / "verify.html"
    saved.write_bytes(served.body())
    assert served.body() == single_file.PAGE.read_bytes()
    files, _ = bundle()
    archive = tmp_path / "bundle.zip"
    archive.write_bytes(packed(files))
    context.set_offline(True)
    tab.goto(saved.as_uri())
    tab.set_input_files("#files", archive)
    press(tab, CHECK)
    said(tab, GOOD)
    press(tab, TAMPER)
    said(tab, BAD)
    assert complaints == []


def test_single_file_works_as_it_is_served(tab: Page, tmp_path: Path, site: str) -> None:
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    files, _ = bundle()
    archive = tmp_path / "bundle.zip"
    archive.write_bytes(packed(files))
    answer = tab.goto(f"{site}/verify.html")
    assert answer is not None
    assert "worker-src blob:" in answer.headers["content-security-policy"]
    tab.set_input_files("#files", archive)
    press(tab, CHECK)
    said(tab, GOOD)
    assert complaints == []


def test_page_fits_a_phone_before_and_after(tab: Page, site: str) -> None:
    for width in (320, 390):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.goto(site + verify_path(tab, site))
        for name in (CHECK, TAMPER):
            press(tab, name)
            said(tab, GOOD if name == CHECK else BAD)
            assert tab.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, (width, name)


def test_keyboard_is_enough(tab: Page, site: str) -> None:
    tab.goto(site + verify_path(tab, site))
    expect(tab.get_by_role("button", name=CHECK)).to_be_enabled(timeout=FINISHED_MS)
    tab.locator("#files").focus()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") == "keys"
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    said(tab, GOOD)


def test_axe_finds_no_violation_before_and_after(tab: Page, site: str) -> None:
    spec = find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.origin is not None
    axe = (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    tab.goto(site + verify_path(tab, site))
    found = []
    for name in (None, CHECK, TAMPER):
        if name:
            press(tab, name)
            said(tab, GOOD if name == CHECK else BAD)
        tab.evaluate(axe)
        found += [(name, each["id"], each["nodes"][0]["html"]) for each in tab.evaluate(AXE)["violations"]]
    assert found == []


def test_page_keeps_its_budget_without_the_bundle(tab: Page, site: str) -> None:
    loaded: list[str] = []
    path = verify_path(tab, site)
    tab.on("request", lambda request: loaded.append(request.url))
    tab.goto(site + path)
    expect(tab.get_by_role("button", name=CHECK)).to_be_enabled(timeout=FINISHED_MS)
    names = {url.rpartition("/")[2] for url in loaded}
    assert {"page.js", "worker.js", "verify.css"} <= names
    assert "curves.js" not in names, "the curves are loaded for a draw with a round of drand alone"
    scripts = [*single_file.worker_scripts(), "worker.js", "page.js", "verify.css"]
    folder = Path(publicity.__file__).parent / "static"
    files = [folder / "verify" / name for name in scripts] + [folder / "site.css", folder / "favicon.svg"]
    weight = sum(len(gzip.compress(each.read_bytes())) for each in files) + len(
        gzip.compress(tab.request.get(site + path).body())
    )
    assert weight <= PAGE_BUDGET
