"""The browser's verifier on a province's draw of 265,000 units; its tickets beside the bare hash loop of this run."""

import re
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.choosing import bare_loop
from benchmarks.measuring import Measurement, benchmark, best_of
from benchmarks.replaying import write_province
from publicity import single_file
from sampling.bundle import replay
from sampling.names import INPUT_FILES
from tests.chromium import FLAGS, find_chromium
from tests.verifiers.in_browser import BrowserVerifier

PATIENCE_MS = 300_000

_TICKETS = """ids => {
  const strata = ids.map(() => "all"), areas = ids.map(() => "14");
  const made = {hash: SHA256, quotas: {usual: units => Math.ceil(units / 20), rules: new Map()}};
  const seconds = [];
  for (let n = 0; n < 5; n += 1) {
    const start = performance.now();
    drawUnits(made, {subjectKey: "0".repeat(32)}, {ids, strata, areas}, SILENT);
    seconds.push((performance.now() - start) / 1000);
  }
  return Math.min(...seconds);
}"""


@benchmark("browser")
def checking_in_the_browser() -> Iterable[Measurement]:
    """Measure tickets and their order against the bare loop, and one whole check from disk, its time and memory."""
    with TemporaryDirectory() as name, sync_playwright() as driver:
        home = Path(name)
        ids = [unit.unit_id for unit in write_province(home).frame.rows]
        browser = driver.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        encoded = [each.encode() for each in ids]
        (bare,) = best_of(5, [lambda: bare_loop(encoded)])
        verifier = BrowserVerifier(browser)
        ours = verifier.call(_TICKETS, ids)
        verifier.close()
        yield Measurement(
            name="browser, tickets of 265,000 units in drawn order",
            value=ours / bare,
            unit="times the bare hash loop",
            sense="at most",
            limit=15,
            seconds={"browser": ours, "bare loop": bare},
        )
        _write_outcome(home)
        took, peak = _checked(browser, [home / each for each in (*INPUT_FILES, "drawn.csv", "teams.csv")])
        yield Measurement(
            name="browser, all of 265,000 units at 5%, memory of the tab",
            value=peak,
            unit="MiB",
            sense="at most",
            limit=300,
            seconds={"whole check": took},
        )
        browser.close()


def _write_outcome(home: Path) -> None:
    """Put what was drawn beside the six files, as a bundle has it."""
    outcome = replay({each: (home / each).read_bytes() for each in INPUT_FILES}).outcome
    for each, data in outcome.items():
        (home / each).write_bytes(data)


def _checked(browser: Browser, paths: list[Path]) -> tuple[float, float]:
    """Return the seconds of a check from disk and the most memory that any tab's process held, in MiB."""
    tab = browser.new_page()
    tab.goto(single_file.PAGE.as_uri())
    tab.set_input_files("#files", paths)
    start = time.perf_counter()
    tab.locator("button").first.click()
    tab.wait_for_selector(".verdict.passed, .verdict.failed", timeout=PATIENCE_MS)
    took = time.perf_counter() - start
    if tab.locator(".verdict.passed").count() != 1:
        raise RuntimeError(tab.locator(".verdict").inner_text())
    processes: list[dict[str, Any]] = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    peaks = [_peak(each["id"]) for each in processes if each["type"] == "renderer"]
    tab.close()
    return took, max(peaks)


def _peak(process: int) -> float:
    """Return the most memory that a process held, in MiB, as Linux keeps it."""
    (line,) = re.findall(r"VmHWM:\s+([0-9]+) kB", Path(f"/proc/{process}/status").read_text())
    return int(line) / 1024
