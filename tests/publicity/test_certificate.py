"""The certificate of a draw: what stands on it in each state, and that it is one sheet of A4."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page

import publicity
from publicity.pages.certificate import Certificate
from publicity.render import render, render_certificate
from sampling.stages import Stage
from tests.publicity.samples.case import DRAW_ID, hexadecimal, site
from tests.publicity.samples.certificates import certificates
from tests.publicity.samples.outcomes import outcome
from tests.publicity.test_render import HOSTILE, poisoned, read, text

SHEETS = certificates()
ADDRESS = f"https://double-random.example.gov.cn/draws/{DRAW_ID}/certificate"
CSS = (Path(publicity.__file__).parent / "static" / "site.css").read_text(encoding="utf-8")
PAGE_OBJECT = re.compile(rb"/Type\s*/Page\b(?!s)")
OPENED = [name for name, sheet in SHEETS.items() if sheet.draw.outcome is not None]


def printed(name: str) -> str:
    return render_certificate(SHEETS[name], address=ADDRESS)


@pytest.fixture(params=SHEETS)
def sheet(request: pytest.FixtureRequest) -> Certificate:
    """Return each certificate in each state."""
    return SHEETS[request.param]


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


def show(tab: Page, name: str) -> None:
    tab.set_content(printed(name))
    tab.add_style_tag(content=CSS)


def pages(tab: Page) -> int:
    """Return how many pages Chromium prints."""
    return len(PAGE_OBJECT.findall(tab.pdf(format="A4", prefer_css_page_size=True)))


@pytest.mark.parametrize("name", SHEETS)
def test_a_certificate_is_one_sheet_of_a4(tab: Page, name: str) -> None:
    show(tab, name)
    assert pages(tab) == 1


def test_two_sheets_would_be_counted(tab: Page) -> None:
    """The count above can fail: the same sheet with everybody on it is longer."""
    many = SHEETS["many"]
    assert many.draw.outcome is not None
    longer = replace(many, listed=len(many.draw.outcome.drawn), teams=True)
    tab.set_content(render_certificate(longer, address=ADDRESS))
    tab.add_style_tag(content=CSS)
    assert pages(tab) > 1


@pytest.mark.parametrize("name", ["opened", "opened-real", "opened-rehearsal", "drand", "voided"])
def test_everybody_of_the_case_is_on_the_sheet_with_their_team(name: str) -> None:
    """52 in the frame, 26 drawn."""
    words, made = text(printed(name)), outcome()
    assert (SHEETS[name].listed, SHEETS[name].teams) == (26, True)
    for unit in made.drawn:
        assert all(each in words for each in (unit.name, unit.code, *(sent.name for sent in unit.team)))
        assert unit.ticket
        assert f"{unit.code} {unit.ticket[:8]}" in words
    assert "没有印出" not in words


@pytest.mark.parametrize("name", ["many", "withheld-many", "crowded-301"])
def test_a_draw_too_large_for_a_sheet_says_what_was_left_out_and_where_it_stands(name: str) -> None:
    sheet = SHEETS[name]
    made = sheet.draw.outcome
    assert made is not None
    words = text(printed(name))
    drawn = made.drawn_paging.total or 0
    assert 0 < sheet.listed < drawn
    assert words.count("91140000MA0") == sheet.listed
    assert f"本页列前 {sheet.listed} 户，其余 {drawn - sheet.listed} 户没有印出" in words
    if sheet.draw.withheld:
        assert f"全部名单见 /draws/{DRAW_ID}/drawn，" in words
    else:
        assert f"全部名单见 /draws/{DRAW_ID}/files/drawn.csv，摘要如上表所列" in words
        assert hexadecimal("drawn.csv") in words


def test_as_many_go_on_a_sheet_as_there_is_room_for() -> None:
    assert SHEETS["many"].listed > 40
    assert SHEETS["large"].listed == 52


def test_digests_stand_in_groups_of_four_and_read_together_are_the_digest(sheet: Certificate) -> None:
    html = render_certificate(sheet, address=ADDRESS)
    wanted = [sheet.draw.commitment_digest, sheet.draw.frame_digest, sheet.site.log_root, sheet.verifier_digest]
    for digest in wanted:
        fours = "<wbr>".join(f"<span>{digest[at : at + 4]}</span>" for at in range(0, 64, 4))
        assert f'<code class="hex">{fours}</code>' in html
    assert (sheet.draw.outcome_root is not None) == ("结果存证的根" in text(html).partition("抽取结果")[0])


@pytest.mark.parametrize("name", ["opened", "drand"])
def test_a_public_value_stands_digit_by_digit(name: str) -> None:
    source = SHEETS[name].draw.source
    digits = printed(name).partition('<ol class="digits">')[2].partition("</ol>")[0]
    assert "".join(re.findall(r"<li>(.)</li>", digits)) == source.value


def test_before_the_draw_a_certificate_says_what_is_locked() -> None:
    words = text(printed("committed"))
    assert "抽取记录单（摇号之前）" in words
    assert "摇号之前锁定的内容和摘要" in words
    for said in (
        "commitment.json",
        "frame.csv",
        "exclusions.csv",
        "inspectors.csv",
        "recusals.csv",
        "尚未，最迟",
        "锁定人",
    ):
        assert said in words
    for absent in ("drawn.csv", "摇号人", "种子 ", "抽取结果"):
        assert absent not in words


@pytest.mark.parametrize("name", [name for name in SHEETS if name not in OPENED])
def test_a_certificate_of_a_draw_that_is_not_open_tells_no_outcome(name: str) -> None:
    html, made = printed(name), outcome()
    told = {made.seed, made.subject_key, made.team_key, hexadecimal("cutoff"), hexadecimal("secret", "service")}
    told |= {word for unit in made.drawn for word in (unit.code, unit.name, unit.ticket)}
    words = text(html)
    assert not [word for word in told if word and word in words]
    assert '<ol class="list">' not in html


def test_a_sealed_certificate_bears_the_root_of_its_outcome() -> None:
    words = text(printed("sealed"))
    assert "名单密封：公开之前不列经营者" in words
    assert hexadecimal("outcome") in words


@pytest.mark.parametrize("name", ["withheld", "withheld-many"])
def test_a_withheld_certificate_names_who_was_drawn_and_nothing_that_tells_a_stratum(name: str) -> None:
    words = text(printed(name))
    shown = SHEETS[name].draw.outcome
    assert shown is not None
    told = [outcome().seed, outcome().subject_key, hexadecimal("cutoff"), hexadecimal("drawn.csv")]
    told += [unit.ticket[:8] for unit in outcome().drawn if unit.ticket] if name == "withheld" else []
    assert not [word for word in told if word and word in words]
    assert all(unit.name in words for unit in shown.drawn[: SHEETS[name].listed])


def test_a_voided_certificate_says_so_over_everything(tab: Page) -> None:
    for name in SHEETS:
        assert ('<p class="void" aria-hidden="true"></p>' in printed(name)) is name.startswith("voided"), name
    show(tab, "voided")
    tab.emulate_media(media="print")
    sheet, void = (tab.locator(each).bounding_box() for each in ("main", ".void"))
    assert sheet is not None
    assert void is not None
    assert void["width"] > sheet["width"] * 0.6
    assert tab.evaluate("getComputedStyle(document.querySelector('.void'), '::before').content").startswith('"作废"')
    assert "摇号后作废" in text(printed("voided"))


@pytest.mark.parametrize("stage", list(Stage))
def test_a_certificate_says_of_which_stage_it_is(stage: Stage) -> None:
    around = site(f"/draws/{DRAW_ID}/certificate", stage=stage)
    html = render_certificate(replace(SHEETS["opened"], site=around), address=ADDRESS)
    assert (f"<strong>{stage.word}</strong> {stage.marking.says[0]}" in html) is not stage.is_real
    assert (f'class="marked {stage.value}"' in html) is not stage.is_real
    assert html.partition("<title>")[2].startswith(f"{stage.heading}抽取记录单")


def test_the_words_of_what_is_proved_are_those_of_the_draws_page(sheet: Certificate) -> None:
    words, page = text(render_certificate(sheet, address=ADDRESS)), text(render(sheet.draw))
    for said in (
        sheet.draw.level.used,
        sheet.draw.level.proves,
        sheet.draw.level.leaves_open,
        *sheet.draw.level.caveats,
    ):
        assert said in words
        assert said in page


def test_witnesses_stand_by_name() -> None:
    real = SHEETS["opened-real"]
    source = replace(real.draw.source, simulated=False)
    words = text(render_certificate(replace(real, draw=replace(real.draw, source=source)), address=ADDRESS))
    for name in ("示例公证人（虚构）", "示例纪检人员（虚构）", "witness.example/province", "联署日志前 214 条"):
        assert name in words
    assert "尚无联署" in text(printed("committed"))


def test_there_is_room_to_sign() -> None:
    for who in ("摇号人", "复核人", "监督人（纪检）", "公证人"):
        assert f"<li>{who}<span>年　月　日</span></li>" in printed("opened")


def test_the_code_leads_to_the_sheet_and_names_the_commitment(tab: Page) -> None:
    """Read by ZXing from what Chromium shows, on paper and on a phone."""
    start = hexadecimal("commitment")[:16]
    for media, width in (("print", 688), ("screen", 390), ("screen", 1280)):
        show(tab, "opened")
        tab.emulate_media(media="print" if media == "print" else "screen")
        tab.set_viewport_size({"width": width, "height": 1032})
        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(tab.screenshot(full_page=True))))
        assert found.format == zxingcpp.BarcodeFormat.QRCode
        assert found.text == f"{ADDRESS}#{start}"
    assert f'<tr id="{start}">' in printed("opened")
    assert f"锁定书 {start}" in text(printed("opened"))


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_certificate_overflows(tab: Page, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    for name in SHEETS:
        show(tab, name)
        assert tab.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name


def test_axe_finds_no_violation(tab: Page) -> None:
    spec = find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.origin is not None
    axe = (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    found = []
    for name in ("opened", "sealed", "withheld", "voided", "many"):
        show(tab, name)
        tab.evaluate(axe)
        report = tab.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
        found += [(name, each["id"], each["nodes"][0]["html"]) for each in report["violations"]]
    assert found == []


def test_elements_are_closed_and_nothing_runs_or_is_styled_in_line(sheet: Certificate) -> None:
    found = read(render_certificate(sheet, address=ADDRESS))
    assert (found.opened, found.crossed) == ([], [])
    names = [tag for tag, _ in found.tags]
    assert names.count("table") == names.count("caption") == 1
    for tag, attributes in found.tags:
        assert tag not in {"script", "style", "iframe", "object"}
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        for name in ("href", "src"):
            assert re.match(r"(/(?!/)|#)", attributes.get(name) or "/")


@pytest.mark.parametrize("name", ["opened", "sealed", "voided", "crowded-26"])
def test_hostile_words_on_a_certificate_stay_words(name: str) -> None:
    sheet = SHEETS[name]
    bad = replace(sheet, draw=poisoned(sheet.draw))  # type: ignore[arg-type]  # a page of the same class
    html = render_certificate(bad, address=ADDRESS)
    assert HOSTILE[:20] not in html
    assert "<script>" not in html
    assert "\u202e" not in html
    assert [tag for tag, _ in read(html).tags] == [tag for tag, _ in read(printed(name)).tags]
