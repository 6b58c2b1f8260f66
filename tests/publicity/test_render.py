"""Every page in every state: well formed, escaped, without scripts or inline style, within its budget."""

import ast
import gzip
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import cast, get_args

import jinja2
import pytest

import publicity
from publicity import render as subject
from publicity.pages.operators import OperatorPage
from publicity.pages.verifying import VerifyPage
from publicity.render import TEMPLATES, Page, render, render_certificate, render_head_sheet, render_notice
from sampling.stages import Stage
from tests.publicity.samples import draws, front, operators, outcomes, records
from tests.publicity.samples.case import hexadecimal
from tests.publicity.samples.certificates import certificates
from tests.publicity.samples.every import every_page
from tests.publicity.samples.notices import notice
from tests.publicity.samples.witnesses import ORIGIN, sheet

STATIC = Path(publicity.__file__).parent / "static"
SOURCE = Path(publicity.__file__).parents[1]
PAGES = every_page()
OWN_SCRIPT = {"src": "/static/verify/page.js", "defer": None}
"""The one script of the site, on the one page that has any."""
VOID = {"meta", "link", "input", "wbr", "br"}
SECRETS = "秘密值、公开随机值和种子随名单一并公开"
CSS_BUDGET = 10 * 1024
OPERATOR_BUDGET = 30 * 1024
DRAW_BUDGET = 45 * 1024
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202egnp.exe\u200b{{ 7*7 }}&amp;"


@dataclass
class Read(HTMLParser):
    """What a parser finds in a page."""

    opened: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start the parser itself."""
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element; an attribute given twice is an error."""
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note an element closed before one inside it."""
        if self.opened and self.opened[-1] == tag:
            self.opened.pop()
        else:
            self.crossed.append(tag)

    def handle_data(self, data: str) -> None:
        """Note the words."""
        self.words.append(data)


def read(html: str) -> Read:
    """Return what a parser finds."""
    found = Read()
    found.feed(html)
    found.close()
    return found


def text(html: str) -> str:
    """Return the words of a page without its marks."""
    return "".join(read(html).words)


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> Page:
    """Return each page in each state."""
    return PAGES[request.param]


def test_every_page_class_has_a_template_and_a_sample() -> None:
    classes = set(get_args(Page))
    assert set(TEMPLATES) == classes
    assert {type(each) for each in PAGES.values()} == classes
    assert {each.__name__ for each in classes} == {
        node.name
        for path in (SOURCE / "publicity" / "pages").glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name.endswith("Page")
    }


def test_only_render_imports_the_template_language() -> None:
    users = {
        path.relative_to(SOURCE).as_posix()
        for package in ("sampling", "registry", "publicity", "app")
        for path in (SOURCE / package).rglob("*.py")
        if re.search(r"^\s*(from|import) (jinja2|markupsafe)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert users == {"publicity/render.py"}


def test_elements_are_closed_in_order(page: Page) -> None:
    found = read(render(page))
    assert (found.opened, found.crossed) == ([], [])


def test_pages_have_no_script_and_no_inline_style(page: Page) -> None:
    for tag, attributes in read(render(page)).tags:
        assert tag not in {"style", "iframe", "object", "embed", "svg", "base"}
        assert tag != "script" or (isinstance(page, VerifyPage) and attributes == OWN_SCRIPT)
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_every_address_is_on_this_site(page: Page) -> None:
    for tag, attributes in read(render(page)).tags:
        for name in ("href", "src", "action"):
            if name in attributes:
                assert re.match(r"(/(?!/)|#)", attributes[name] or ""), (tag, attributes)


def test_ids_are_unique_and_fragments_lead_somewhere(page: Page) -> None:
    tags = read(render(page)).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = {(attributes.get("href") or "") for tag, attributes in tags if tag == "a"}
    wanted |= {"#" + (attributes.get("aria-labelledby") or "main") for _, attributes in tags}
    wanted |= {"#" + (attributes.get("for") or "main") for _, attributes in tags}
    assert {each[1:] for each in wanted if each.startswith("#")} <= set(ids)


def test_headings_go_down_one_level_at_a_time(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in read(render(page)).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_every_cell_its_label(page: Page) -> None:
    tags = read(render(page)).tags
    names = [tag for tag, _ in tags]
    assert names.count("table") == names.count("caption")
    assert all(attributes.get("data-label") for tag, attributes in tags if tag == "td")
    assert all(attributes.get("scope") for tag, attributes in tags if tag == "th")


def test_every_page_links_its_json_and_the_head_of_the_log(page: Page) -> None:
    tags = read(render(page)).tags
    links = {attributes.get("href") for tag, attributes in tags if tag == "a"}
    assert {
        page.site.json_path,
        "/log/head",
        "#main",
        "/search",
        "/plans",
        "/draws",
        "/items",
        "/results",
        "/penalties",
    } <= links
    alternate = [attributes["href"] for tag, attributes in tags if attributes.get("rel") == "alternate"]
    assert alternate == [page.site.json_path]
    assert page.site.log_root in text(render(page))


def test_a_stage_is_said_in_title_banner_and_footer_and_only_there_when_it_is_one(page: Page) -> None:
    html = render(page)
    title = html.partition("<title>")[2].partition("</title>")[0]
    stage = page.site.stage
    for marked in (Stage.DEMONSTRATION, Stage.REHEARSAL):
        own = marked is stage
        assert title.startswith(marked.heading) is own
        assert (f"<strong>{marked.word}</strong> {marked.marking.says[0]}" in html) is own
        assert (f"（{marked.word}，非真实公示）" in html) is own
        assert (f'<body class="marked {marked.value}">' in html) is own
    assert ('class="banner"' in html) is not stage.is_real


def test_words_say_what_a_result_is_not(page: Page) -> None:
    words = text(render(page))
    assert "不是对经营者的认可或担保" in words
    assert "未被抽中不说明任何情况" in words


def test_pages_keep_their_budgets() -> None:
    assert weight(PAGES["operator"]) <= OPERATOR_BUDGET
    assert weight(PAGES["draw-large"]) <= DRAW_BUDGET
    assert all(weight(page) <= DRAW_BUDGET for page in PAGES.values())
    assert len(gzip.compress((STATIC / "site.css").read_bytes())) <= CSS_BUDGET


def weight(page: Page) -> int:
    """Return the bytes a reader loads for a page, everything included, compressed as served."""
    files = [path.read_bytes() for path in STATIC.iterdir() if path.is_file()]
    return sum(len(gzip.compress(data)) for data in (render(page).encode(), *files))


def test_style_sheet_loads_nothing_from_elsewhere() -> None:
    css = (STATIC / "site.css").read_text(encoding="utf-8")
    assert "@import" not in css
    assert "url(" not in css


def test_sheet_knows_every_class_and_every_class_is_used() -> None:
    css = (STATIC / "site.css").read_text(encoding="utf-8")
    styled = set(re.findall(r"\.([a-z]+)", re.sub(r"\{[^{}]*\}", "{}", css)))
    printed = render_notice(notice(), authority="示例", stage=Stage.DEMONSTRATION, door="https://site.example/door/x")
    signed = [render_certificate(each, address="https://site.example/draws/x") for each in certificates().values()]
    used = {
        name
        for html in (*map(render, PAGES.values()), printed, render_head_sheet(sheet()), *signed)
        for _, attributes in read(html).tags
        for name in (attributes.get("class") or "").split()
    }
    assert used == styled


@pytest.mark.parametrize("name", list(PAGES))
def test_hostile_words_stay_words(name: str) -> None:
    page = poisoned(PAGES[name])
    html = render(page)
    plain = read(render(PAGES[name])).tags
    assert [tag for tag, _ in read(html).tags] == [tag for tag, _ in plain]
    assert "<script>" not in html
    assert "\u202e" not in html
    assert "\u200b" not in html
    assert "49" not in html.partition("</title>")[0].partition("<title>")[2]


def poisoned(value: Page) -> Page:
    """Return the page with a hostile text in place of every text that people write."""
    clean = {"text", "name", "title", "operator_name", "query", "address", "legal_representative", "platform_name"}
    clean |= {"domain", "icp_no", "violation", "facts", "basis", "content", "what", "rule", "detail", "kind_text"}
    clean |= {"site_name", "shop_id", "shop_url", "subject", "method", "reason", "before", "after", "ratio_basis"}
    return cast("Page", _poisoned(value, clean))


def _poisoned(value: object, clean: set[str]) -> object:
    if isinstance(value, list):
        return [_poisoned(each, clean) for each in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value
    changes: dict[str, object] = {}
    for name in value.__dataclass_fields__:
        old = getattr(value, name)
        hit = name in clean and isinstance(old, str) and old and not (name == "name" and "." in old)
        changes[name] = HOSTILE if hit else _poisoned(old, clean)
    return replace(value, **changes)  # type: ignore[type-var]  # it is a dataclass: it has their fields


def test_bidirectional_override_is_shown_by_its_number() -> None:
    page = replace(operators.operator(), name="甲\u202e乙\u2066丙\x00丁")
    assert "甲[U+202E]乙[U+2066]丙[U+0000]丁" in text(render(page))


def test_none_and_truth_values_never_reach_a_page() -> None:
    page = operators.operator()
    for wrong in (None, True, 0.5):
        broken = replace(page, area=wrong)  # type: ignore[arg-type]  # the mistake that is to be found
        with pytest.raises(TypeError, match="a page shows text and whole numbers"):
            render(broken)


def test_a_field_that_is_not_there_is_an_error() -> None:
    environment = subject._environment()  # noqa: SLF001 - the strictness of this environment is what is tested
    with pytest.raises(jinja2.UndefinedError):
        environment.from_string("{{ page.absent }}").render(page=front.home())


@pytest.mark.parametrize("name", ["draw-sealed", "draw-committed"])
def test_a_draw_that_is_not_open_tells_no_outcome(name: str) -> None:
    html = render(PAGES[name])
    outcome = outcomes.outcome()
    told = {outcome.seed, outcome.subject_key, outcome.team_key, hexadecimal("cutoff")}
    told |= {word for unit in outcome.drawn for word in (unit.code, unit.name, unit.ticket)}
    told |= {unit.code for unit in outcome.alternates} | {hexadecimal("secret", "service")}
    assert not [word for word in told if word and word in text(html)]
    assert "operators/" not in html
    assert "bundle.zip" not in html


def test_a_withheld_draw_names_who_was_drawn_and_sent_and_nothing_that_tells_a_stratum() -> None:
    html, outcome = render(PAGES["draw-withheld"]), outcomes.outcome()
    words = text(html)
    told = [outcome.seed, outcome.subject_key, outcome.team_key, hexadecimal("cutoff")]
    told += [unit.ticket for unit in outcome.drawn] + [unit.ticket for unit in outcome.alternates]
    told += [unit.code for unit in outcome.alternates]
    told += ["bundle.zip", hexadecimal("secret", "service"), 'frame.csv">', "sha256sum"]
    assert not [word for word in told if word and word in html]
    assert all(unit.code in words and all(sent.name in words for sent in unit.team) for unit in outcome.drawn)
    assert "不公开" in words


def test_a_draw_counts_who_was_not_sent_who_is_lent_and_whose_recusals() -> None:
    words = text(render(PAGES["draw-opened"]))
    for said in ("执法证件不能覆盖检查期间 certificate2 人", "检查人员自行申请 declared3 条"):
        assert said in words
    assert "1 人由其他地区借调" in words
    assert "（由示例市借调）" in words


def test_a_sealed_draw_says_what_is_public_and_when_it_opens() -> None:
    words = text(render(PAGES["draw-sealed"]))
    assert "名单密封" in words
    assert "最迟公开名单时间：2020年10月31日 10:00" in words
    assert SECRETS in words


def test_an_overdue_draw_says_so() -> None:
    assert "逾期未摇号" in text(render(PAGES["draw-committed"]))
    assert "逾期未摇号" in text(render(PAGES["draws"]))


def test_an_opened_draw_shows_the_value_digit_by_digit_and_who_was_drawn() -> None:
    html = render(PAGES["draw-opened"])
    digits = html.partition('<ol class="digits">')[2].partition("</ol>")[0]
    assert re.findall(r"<li>(.)</li>", digits) == list("40718829365501927364")
    words = text(html)
    for unit in outcomes.outcome().drawn:
        assert unit.code in words
        assert unit.ticket
        assert unit.ticket in words
        assert all(sent.name in words for sent in unit.team)
    assert "不作为见证" in words


def test_a_draw_shows_how_to_recompute_it() -> None:
    words = text(render(PAGES["draw-opened"]))
    first = outcomes.outcome().drawn[0]
    assert f'printf %s "{outcomes.outcome().subject_key}:{first.code}" | sha256sum' in words
    assert "double-random replay bundle" in words
    assert "openssl dgst -sm3" in text(render(PAGES["draw-large"]))


def test_a_real_value_is_not_called_simulated() -> None:
    page = draws.opened_draw()
    assert page.outcome is not None
    real = replace(
        page,
        site=replace(page.site, stage=Stage.REAL),
        source=replace(page.source, simulated=False),
        level=replace(page.level, used="", caveats=[]),
    )
    words = text(render(real))
    assert "模拟" not in words
    assert "不作为见证" not in words
    assert "在场见证人：示例公证人（虚构）" in words


def test_a_simulated_value_has_no_witnesses() -> None:
    words = text(render(PAGES["draw-opened"]))
    assert "没有真实的见证人" in words
    assert "示例公证人" not in words


def test_a_drand_draw_says_what_its_signature_proves_and_names_no_witnesses() -> None:
    words = text(render(PAGES["draw-drand"]))
    assert "drand 公开随机信标" in words
    assert "已核验签名" in words
    assert "每一轮只有一个签名能够通过核验" in words
    assert "这不能证明锁定发生在该轮公布之前" in words
    assert "在场见证人" not in words
    assert "逐位列出" not in words


def test_a_draw_that_waits_for_its_round_says_which_and_from_when() -> None:
    words = text(render(PAGES["draw-waiting"]))
    assert "尚未收到 drand 第 1000 轮" in words
    assert "不改用其他轮次或其他随机值" in words
    assert "已核验签名" not in words


def test_a_stratum_drawn_whole_says_that_nothing_was_left_to_chance() -> None:
    assert "全部抽取，没有随机选择" in text(render(PAGES["draw-large"]))


def test_an_operator_sees_why_it_was_drawn_or_not() -> None:
    words = text(render(PAGES["operator"]))
    assert "本经营者的号码不大于末位号码，因此被抽中" in words
    assert "本经营者的号码大于末位号码，因此未被抽中" in words
    assert "原因：未开展交易" in words


def test_records_stand_under_their_anchors() -> None:
    for page in (operators.operator(), records.results()):
        entry = (page.results if isinstance(page, OperatorPage) else page.rows)[0]
        assert f'id="result-{entry.result_id}"' in render(page)
        assert f"日志第 {entry.log_index} 号" in text(render(page))
    assert 'id="penalty-p0003"' in render(records.penalties())


def test_filters_keep_each_other() -> None:
    page = replace(records.results(), only="problem")
    links = {attributes.get("href") for tag, attributes in read(render(page)).tags if tag == "a"}
    assert {"/results?year=2020", "/results?only=problem", "/results?year=2019&only=problem"} <= links
    assert "/results?year=2020&only=clear" in links


def test_a_problem_is_marked_by_word_and_shape() -> None:
    words = text(render(PAGES["operator"]))
    assert "▲ 发现问题" in words
    assert "○ 未发现问题" in words


def test_dates_are_legal_dates_and_instants_need_an_offset() -> None:
    assert subject.chinese_date(date(2020, 12, 31)) == "2020年12月31日"
    assert subject.instant(datetime(2020, 12, 31, 16, 0, tzinfo=UTC)) == "2021年1月1日 00:00"
    with pytest.raises(TypeError):
        subject.chinese_date(datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="without an offset"):
        subject.instant(datetime(2020, 1, 1))  # noqa: DTZ001 - an instant without an offset is the mistake


@pytest.mark.parametrize(
    ("fen", "words"),
    [(0, "0元"), (1, "0.01元"), (10, "0.10元"), (100, "1元"), (9_007_199_254_740_993, "90,071,992,547,409.93元")],
)
def test_money_is_exact(fen: int, words: str) -> None:
    assert subject.yuan(fen) == words


@pytest.mark.parametrize("wrong", [-1, True, 1.0])
def test_money_is_a_whole_number_of_fen(wrong: int) -> None:
    with pytest.raises(ValueError, match="whole number of fen"):
        subject.yuan(wrong)


@pytest.mark.parametrize("lines", [0, 3, 90])
def test_the_sheet_of_a_head_bears_its_note_in_words_and_as_a_code(lines: int) -> None:
    html = render_head_sheet(sheet(lines))
    found = read(html)
    assert (found.opened, found.crossed) == ([], [])
    words = "".join(found.words)
    assert ORIGIN in words
    assert sheet().note in words
    assert all(line in words for line in sheet(lines).lines)
    assert '<link rel="stylesheet" href="/static/site.css">' in html
    assert "<style" not in html


def test_a_sheet_that_stands_alone_needs_no_site() -> None:
    html = render_head_sheet(sheet(), alone=True)
    assert "<style>" in html
    assert not [attributes for _, attributes in read(html).tags if "href" in attributes or "src" in attributes]


@pytest.mark.parametrize("stage", list(Stage))
def test_the_sheet_says_of_which_log_it_is(stage: Stage) -> None:
    html = render_head_sheet(replace(sheet(), site=replace(sheet().site, stage=stage)))
    assert (f"<strong>{stage.word}</strong> {stage.marking.says[0]}" in html) is not stage.is_real
    assert (f'class="marked {stage.value}"' in html) is not stage.is_real


def test_hostile_words_on_the_sheet_stay_words() -> None:
    poisoned = replace(sheet(2), origin=HOSTILE, lines=[HOSTILE, HOSTILE])
    assert [tag for tag, _ in read(render_head_sheet(poisoned)).tags] == [
        tag for tag, _ in read(render_head_sheet(sheet(2))).tags
    ]
