"""The certificate as it is served: the draw's own words and digests, a code that leads back, nothing too early."""

import hashlib
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser

import publicity
from app.headers import HEADERS
from sampling.stages import Stage
from tests.app.test_withheld import by_risk
from tests.beacons import bound, published, receive
from tests.building import FRAME, Bureau
from tests.desks import made
from tests.publicity.test_certificate import PAGE_OBJECT
from tests.publicity.test_render import text
from tests.rosters import credit_code
from tests.workshop import Opening

CSS = (Path(publicity.__file__).parent / "static" / "site.css").read_text(encoding="utf-8")
PUBLIC_URL = "https://double-random.example.gov.cn"


def at(bureau: Bureau, form: str = "") -> str:
    return f"/draws/{bureau.notes.draw_id}/certificate{form}"


def html_of(bureau: Bureau) -> str:
    answer = bureau.public.get(at(bureau))
    assert answer.status_code == 200, answer.text
    return answer.text


def value_of(bureau: Bureau) -> Any:  # noqa: ANN401 - JSON
    return made(bureau.public.get(at(bureau, ".json")))


def steady(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a page without the address it was read at."""
    return {key: each for key, each in value.items() if key != "site"}


def test_a_certificate_is_the_draws_page_on_paper_and_no_more(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("executed")
    page = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))
    sheet = value_of(bureau)
    assert steady(sheet["draw"]) == steady(page)
    assert (sheet["listed"], sheet["teams"]) == (3, True)
    words = text(html_of(bureau))
    for unit in page["outcome"]["drawn"]:
        assert f"{unit['code']} {unit['ticket'][:8]}" in words
        assert all(sent["name"] in words for sent in unit["team"])
    for said in (page["level"]["proves"], page["level"]["leaves_open"], *page["level"]["caveats"], "见证人甲"):
        assert said in words
    for digest in (page["commitment_digest"], page["outcome_root"], page["outcome"]["seed"]):
        assert digest in words


def test_the_verifiers_digest_is_that_of_the_file_that_is_served(opening: Opening) -> None:
    bureau = opening("executed")
    served = hashlib.sha256(bureau.public.get("/verify.py").content).hexdigest()
    assert value_of(bureau)["verifier_digest"] == served
    assert bureau.public.get("/verify.py.sha256").text == f"{served}  verify.py\n"
    assert f"verify.py（SHA-256）{served}" in text(html_of(bureau)).replace("\n", "")


def test_before_its_time_a_certificate_names_nobody(opening: Opening) -> None:
    for stage in ("committed", "executed", "reviewed"):
        bureau = opening(stage, sealed=True)
        said = html_of(bureau) + bureau.public.get(at(bureau, ".json")).text
        assert not [number for number in FRAME if credit_code(number) in said], stage
        assert value_of(bureau)["draw"]["outcome"] is None
        assert ("outcome_root" in said and "结果存证的根" in said) is (stage != "committed")


def test_a_withheld_certificate_lists_by_code_without_rank_ticket_and_seed(opening: Opening) -> None:
    bureau = opening("approved")
    by_risk(bureau)
    bureau.committed()
    bureau.executed()
    sheet, words = value_of(bureau), text(html_of(bureau))
    drawn = sheet["draw"]["outcome"]["drawn"]
    assert {(unit["rank"], unit["ticket"], unit["stratum"]) for unit in drawn} == {(None, None, None)}
    places = [words.index(unit["code"]) for unit in drawn]
    assert places == sorted(places)
    for absent in ("抽取密钥", "drawn.csv", "种子 "):
        assert absent not in words
    assert "名次和号码不公开" in words


def test_a_voided_certificate_stays_and_says_so(opening: Opening) -> None:
    bureau = opening("committed")
    bureau.void()
    html = html_of(bureau)
    assert '<p class="void" aria-hidden="true"></p>' in html
    assert "摇号前作废" in text(html)
    assert "没有结果" in text(html)


def test_a_certificate_of_a_draw_with_drand_bears_its_round_and_randomness_digit_by_digit(opening: Opening) -> None:
    bureau = published(bound(opening))
    made(receive(bureau))
    source = value_of(bureau)["draw"]["source"]
    html = html_of(bureau)
    digits = html.partition('<ol class="digits">')[2].partition("</ol>")[0]
    assert "".join(re.findall(r"<li>(.)</li>", digits)) == source["beacon"]["randomness"]
    assert f"第 {source['beacon']['round']} 轮" in text(html)


@pytest.mark.parametrize("stage", [Stage.REHEARSAL])
def test_a_certificate_of_a_rehearsal_is_marked(opening: Opening, stage: Stage) -> None:
    bureau = opening("executed", kind=stage)
    assert f"<strong>{stage.word}</strong> {stage.marking.says[0]}" in html_of(bureau)
    assert value_of(bureau)["site"]["stage"] == stage.value


def test_a_certificate_is_fetched_once_and_revalidated(opening: Opening) -> None:
    bureau = opening("executed")
    for form in ("", ".json"):
        first = bureau.public.get(at(bureau, form))
        again = bureau.client.get(at(bureau, form), headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304
        assert first.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
    before = bureau.public.get(at(bureau)).headers["etag"]
    bureau.arrived()
    assert bureau.public.get(at(bureau)).headers["etag"] != before, "it bears the root of the log"


def test_a_certificate_of_no_draw_is_not_found(opening: Opening) -> None:
    bureau = opening("empty")
    for form in ("", ".json"):
        assert bureau.public.get(f"/draws/140000202008240999/certificate{form}").status_code == 404


def test_the_code_on_paper_leads_to_the_certificate_under_the_sites_own_address(
    browser: Browser, opening: Opening
) -> None:
    """On one sheet, read by ZXing: under the address of the setting, else under the one it was asked for."""
    bureau = opening("executed")
    start = value_of(bureau)["draw"]["commitment_digest"][:16]
    plain = html_of(bureau)
    bureau.client.app.state.service = replace(  # type: ignore[attr-defined]
        bureau.service, settings=bureau.service.settings.model_copy(update={"public_url": PUBLIC_URL})
    )
    for html, base in ((plain, "http://testserver"), (html_of(bureau), PUBLIC_URL)):
        with browser.new_context(viewport={"width": 688, "height": 1032}) as context:
            tab = context.new_page()
            tab.set_content(html)
            tab.add_style_tag(content=CSS)
            assert len(PAGE_OBJECT.findall(tab.pdf(format="A4", prefer_css_page_size=True))) == 1
            tab.emulate_media(media="print")
            (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(tab.screenshot(full_page=True))))
        assert read.text == f"{base}{at(bureau)}#{start}"
        assert f'id="{start}"' in html


def test_an_operator_asks_for_its_place_on_the_draws_page(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("executed")
    path = f"/draws/{bureau.notes.draw_id}"
    for number in FRAME:
        code = credit_code(number)
        page = made(bureau.public.get(f"{path}.json?code={code}"))
        (own,) = made(bureau.public.get(f"/operators/{code}.json"))["draws"]
        assert page["asked"] == {"code": code, "path": f"/operators/{code}", "place": own}
        html = bureau.public.get(f"{path}?code={code}").text
        assert f"名册第 {own['row']} 位" in html
        assert own["command"].replace('"', "&#34;") in html
    nobody = made(bureau.public.get(f"{path}.json?code=%20NOBODY%20"))["asked"]
    assert nobody == {"code": "NOBODY", "path": None, "place": None}
    assert "不在本次抽查的计划范围内" in bureau.public.get(f"{path}?code=NOBODY").text
    assert made(bureau.public.get(f"{path}.json"))["asked"] is None


def test_nobody_asks_a_sealed_or_a_withheld_draw(opening: Opening) -> None:
    """The answer is the page as it is without the question."""
    sealed = opening("executed", sealed=True)
    withheld = opening("approved")
    by_risk(withheld)
    withheld.committed()
    withheld.executed()
    for bureau in (sealed, withheld):
        path = f"/draws/{bureau.notes.draw_id}.json"
        plain = steady(made(bureau.public.get(path)))
        for number in FRAME:
            assert steady(made(bureau.public.get(f"{path}?code={credit_code(number)}"))) == plain
        assert 'name="code"' not in bureau.public.get(f"/draws/{bureau.notes.draw_id}").text


def test_each_step_of_a_draw_has_its_proof_and_its_files(opening_anywhere: Opening) -> None:
    """Names and rules by the commitment's entry, the seed by the execution's, the outcome by the opening's."""
    bureau = opening_anywhere("executed")
    page = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))
    steps = {number: [line["kind"] for line in page["log"] if number in line["steps"]] for number in range(1, 6)}
    assert steps[1] == ["draw.committed"]
    assert steps[2][0] == "draw.committed"
    assert steps[3][-1] == "draw.executed"
    assert steps[4] == ["draw.executed"]
    files = {number: {f["name"] for f in page["outcome"]["files"] if f["step"] == number} for number in range(1, 6)}
    assert files == {
        1: {"frame.csv", "exclusions.csv", "inspectors.csv", "recusals.csv"},
        2: {"commitment.json"},
        3: {"reveal.json", "public_value.json"},
        4: {"drawn.csv", "teams.csv"},
        5: {"log.json"},
    }
    sections = bureau.public.get(f"/draws/{bureau.notes.draw_id}").text.split("<section ")
    by_id = {section.partition('aria-labelledby="')[2].partition('"')[0]: section for section in sections}
    for number, name in enumerate(("frame", "rules", "seed", "drawn", "trace"), start=1):
        for line in page["log"]:
            assert (line["proof_path"] in by_id[name]) is (number in line["steps"] or name == "trace")
        for file in page["outcome"]["files"]:
            if file["step"] == number:
                assert f'href="{file["path"]}"' in by_id[name], file["name"]
                assert file["digest"] in text(by_id[name]), file["name"]


def test_a_sealed_draw_proves_its_steps_so_far(opening: Opening) -> None:
    bureau = opening("executed", sealed=True)
    page = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))
    assert {number for line in page["log"] for number in line["steps"]} == {1, 2, 3}
