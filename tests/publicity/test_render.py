"""Every page in every state: well formed, escaped, without scripts or inline style, within its budget."""

import ast
import gzip
import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import cast, get_args

import jinja2
import pytest

import publicity
from publicity import render as subject
from publicity.pages.verifying import VerifyPage
from publicity.render import TEMPLATES, Page, render, render_certificate, render_head_sheet, render_notice
from sampling.stages import Stage
from tests.publicity.samples import front, operators
from tests.publicity.samples.certificates import certificates
from tests.publicity.samples.every import every_page
from tests.publicity.samples.notices import notice
from tests.publicity.samples.witnesses import sheet

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
    assert alternate == [page.site.json_path, "/changes.atom"]
    assert page.site.log_root in text(render(page))


def test_a_stage_is_said_in_title_banner_and_footer_and_only_there_when_it_is_one(page: Page) -> None:
    html = render(page)
    title = html.partition("<title>")[2].partition("</title>")[0]
    stage = page.site.stage
    for marked in (Stage.DEMONSTRATION, Stage.REHEARSAL):
        own = marked is stage
        assert title.startswith(marked.heading) is own
        assert (f"<strong>{marked.word}</strong> {marked.marking.says[0]}" in html) is own
        assert (f'<body class="marked {marked.value}">' in html) is own
    assert ('class="banner"' in html) is not stage.is_real
    assert ("（非真实公示）" in html) is not stage.is_real


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
