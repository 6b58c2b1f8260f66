"""What pages and sheets say of what they show, and what they keep to themselves."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from publicity import render as subject
from publicity.pages.operators import OperatorPage
from publicity.render import render, render_head_sheet
from sampling.stages import Stage
from tests.publicity.samples import draws, operators, outcomes, records
from tests.publicity.samples.case import hexadecimal
from tests.publicity.samples.witnesses import ORIGIN, sheet
from tests.publicity.test_render import HOSTILE, PAGES, SECRETS, read, text


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
