"""The pages that are looked at, and a way to look: ``python -m tests.browser.screenshots DIRECTORY`` saves them."""

import shutil
import sys
import tempfile
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from tests import demonstration
from tests.chromium import FLAGS, find_chromium

WIDTHS = (320, 390, 1280)
HEIGHT = 800


def addresses(base: str) -> dict[str, str]:
    """Return name → address of the pages of a served demonstration."""
    with httpx.Client(base_url=base) as client:
        draw = client.get("/draws.json").json()["rows"][0]["path"]
        plan = client.get("/plans.json").json()["years"][0]["rows"][0]["path"]
        fined = client.get("/penalties.json").json()["rows"][0]["operator_path"]
        drawn = client.get(f"{draw}.json").json()["outcome"]
    paths = {
        "home": "/",
        "operator-fined": fined,
        "operator-clear": next(unit["path"] for unit in drawn["drawn"] if unit["outcome"] == "clear"),
        "operator-not-drawn": drawn["alternates"][0]["path"],
        "draw": draw,
        "draw-asked": f"{draw}?code={drawn['alternates'][0]['code']}",
        "certificate": f"{draw}/certificate",
        "draws": "/draws",
        "items": "/items",
        "caps": "/caps",
        "plans": "/plans",
        "plan": plan,
        "results": "/results",
        "results-problem": "/results?only=problem",
        "penalties": "/penalties",
        "search": "/search",
        "search-found": "/search?q=网络",
        "search-nothing": "/search?q=没有这一户",
        "missing": "/draws/no-such-draw",
    }
    return {name: base + path for name, path in paths.items()}


def main(directory: Path) -> None:
    """Play the demonstration, serve it, and save every page at every width."""
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        copy = shutil.copytree(demonstration.played(), Path(name) / "demo")
        browser = driver.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        with demonstration.serving(copy) as base:
            for width in WIDTHS:
                tab = browser.new_page(viewport={"width": width, "height": HEIGHT})
                for title, address in addresses(base).items():
                    tab.goto(address)
                    tab.screenshot(path=directory / f"{title}-{width}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
