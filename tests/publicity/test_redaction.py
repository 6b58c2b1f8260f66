"""What is proposed for removal: every number of a natural person, most of what else is private, and nothing public."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publicity.hidden_words import Hidden
from publicity.proposals import Known, Why, private_words
from publicity.redaction import MARK, carry, project, propose
from registry.identity import check_character
from registry.redactions import NUMBERS, PrivateKind, Span, Verdict
from tests.passages import covers, judged, passages, score

ALL = list(judged(passages()))
HELD_OUT = list(judged(passages("heldout")))
FLOORS = {
    PrivateKind.ADDRESS: (0.9, 0.9),
    PrivateKind.NAME: (0.85, 0.95),
    PrivateKind.ONLINE: (1.0, 1.0),
}
"""Kind → recall and precision below which the words that recognise it have become worse."""

SEPARATORS = ["", " ", "-", "\u3000", "\u200b", "－", "  ", "·", "\n"]
AROUND = ["", "号码", "：", "，", "（", "。", "系", "A"]


def found(text: str, known: Known | None = None) -> dict[str, PrivateKind]:
    """Return words → kind of what is proposed."""
    return {text[each.start : each.end]: each.kind for each in propose(text, known)}


def test_there_are_enough_passages_with_enough_of_each_kind() -> None:
    assert len(ALL) >= 200
    assert all(score(kind, ALL).marked >= 25 for kind in NUMBERS)
    assert sum(not passage.private for passage, _ in ALL) >= 60, "passages in which nothing is private"


@pytest.mark.parametrize("kind", NUMBERS)
def test_every_number_of_a_natural_person_is_found(kind: PrivateKind) -> None:
    missed = [
        passage.text[start:end]
        for passage, proposals in ALL
        for start, end, own in passage.private
        if own is kind and not covers(proposals, start, end)
    ]
    assert missed == []
    assert score(kind, ALL).recall == 1.0


@pytest.mark.parametrize("kind", NUMBERS)
def test_no_public_number_is_taken_for_one(kind: PrivateKind) -> None:
    """Credit codes, numbers of decisions and cases, amounts, days, orders, goods: none of the passages'."""
    wrong = [
        passage.text[each.start : each.end]
        for passage, proposals in judged(passages("public"))
        for each in proposals
        if each.kind is kind
    ]
    assert wrong == []
    assert score(kind, ALL).precision == 1.0


@pytest.mark.parametrize("kind", FLOORS)
def test_what_has_no_check_digit_is_found_as_well_as_before(kind: PrivateKind) -> None:
    recall, precision = FLOORS[kind]
    own = score(kind, ALL)
    assert own.recall >= recall
    assert own.precision >= precision


def test_passages_that_mended_nothing_have_a_floor_of_their_own() -> None:
    own = score(PrivateKind.NAME, HELD_OUT)
    assert own.recall >= 0.65
    assert own.precision >= 0.95


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    """Return a valid identity number of an area that no county has."""
    born = f"{draw(st.dates(date(1900, 1, 1), date(2099, 12, 31))):%Y%m%d}"
    area = draw(st.sampled_from(["140199", "110198", "659099"]))
    first = f"{area}{born}{draw(st.integers(0, 999)):03d}"
    return first + check_character(first)


@given(
    number=identity_numbers(),
    cut=st.lists(st.integers(1, 17), max_size=4),
    separator=st.sampled_from(SEPARATORS),
    before=st.sampled_from(AROUND),
    after=st.sampled_from(AROUND),
    wide=st.booleans(),
)
def test_an_identity_number_is_found_however_it_is_written(  # noqa: PLR0913 - the ways to write one
    *, number: str, cut: list[int], separator: str, before: str, after: str, wide: bool
) -> None:
    written = "".join(each + (separator if at + 1 in cut else "") for at, each in enumerate(number))
    if wide:
        written = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in written)
    if number[-1] == "X" and after == "A":
        after = ""
    text = f"其证件{before}{written}{after}，已核对"
    start = text.index(written)
    assert covers(propose(text), start, start + len(written))


@given(
    tail=st.integers(0, 10**9 - 1),
    second=st.sampled_from("3456789"),
    separator=st.sampled_from(["", " ", "-", "\u200b", "－", "."]),
    before=st.sampled_from(["", "电话", "手机：", "联系", "tel", "微信"]),
)
def test_a_mobile_number_is_found_however_it_is_written(tail: int, second: str, separator: str, before: str) -> None:
    number = f"1{second}{tail:09d}"
    written = separator.join((number[:3], number[3:7], number[7:]))
    text = f"{before}{written}，已核对"
    start = text.index(written)
    assert covers(propose(text), start, start + len(written))


BESIDE = (
    *private_words()["units"]["after"],
    "元宵",
    "人工",
    "家庭",
    "户名",
    "个人",
    "次日",
    "分机",
    "万",
    "号",
    ".00",
    ",000",
)
BEFORE = [each for label in ("identity", "phone", "card") for each in private_words()["labels"][label]] + list(
    "系由至和"
)


def cards(first: int) -> str:
    """Return a number of sixteen digits whose last one checks the others."""
    digits = f"62{first:013d}"
    total = sum(sum(divmod(int(each) * (2 - place % 2), 10)) for place, each in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


@given(
    number=identity_numbers()
    | st.integers(13 * 10**9, 20 * 10**9 - 1).map(str)
    | st.integers(0, 10**13 - 1).map(cards),
    before=st.sampled_from(BEFORE),
    after=st.sampled_from(BESIDE),
)
def test_no_word_beside_a_number_hides_what_its_form_tells(number: str, before: str, after: str) -> None:
    """A unit is the beginning of a word as often, and a person decides: 元 and 元宵, 人 and 人工, 户 and 户名."""
    text = f"经查，{before}{number}{after}，属实"
    start = text.index(number)
    assert covers(propose(text), start, start + len(number))


HOSTILE = {
    "stars": "1*" * 2000,
    "points": "1." * 2000,
    "ones": "1" * 4000,
    "spaced ones": "1 " * 2000,
    "line ends": "1\n" * 2000,
    "dashes": "0-" * 2000,
    "numerals": "一" * 4000,
    "surnames": "王" * 4000,
    "roles": "当事人" * 1333,
    "labels": "身份证" * 1333,
    "homes": "住址" * 2000,
    "areas": "省市区县" * 1000,
    "dwellings": "1单元" * 1333,
    "mail": "a@" * 2000,
    "dots": "a." * 2000,
    "marks": "1X" * 2000,
    "brackets": "（" * 4000,
    "minority": "阿·" * 2000,
    "latin": "Aa " * 1333,
    "nothing": " " * 4000,
    "unseen": "\u200b" * 4000,
    "lists": "当事人" + "王一一、" * 999,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_read_in_one_pass(name: str) -> None:
    """It ends, and what is proposed lies within the text; how long it takes is a benchmark's to say."""
    text = HOSTILE[name]
    assert all(0 <= each.start < each.end <= len(text) for each in propose(text))


@given(text=st.text(alphabet="0123456789X -\n〇一二三王张住市区号楼单元室当事人身份证电话：，。\u200b", max_size=200))
def test_any_text_is_read_and_nothing_of_it_is_changed(text: str) -> None:
    proposals = propose(text)
    assert all(0 <= each.start < each.end <= len(text) for each in proposals)
    assert len({(each.start, each.end, each.kind) for each in proposals}) == len(proposals)


def test_the_register_tells_private_from_public() -> None:
    """Of a natural person without a licence name and domicile go; of everybody else they are public."""
    text = "当事人示例小摊，负责人张示例，住所：太原市小店区虚构路1号2单元3室，联系人李示例。"
    masked = found(text, Known(masked=True, hidden=(("示例小摊", PrivateKind.NAME),)))
    assert {"示例小摊", "张示例", "太原市小店区虚构路1号2单元3室", "李示例"} <= set(masked)
    licensed = found(
        text,
        Known(public=("示例小摊", "张示例", "太原市小店区虚构路1号2单元3室"), hidden=(("李示例", PrivateKind.NAME),)),
    )
    assert set(licensed) == {"李示例"}


def test_a_name_that_was_recognised_once_is_proposed_wherever_it_stands() -> None:
    text = "委托代理人：赵示例。赵示例到场，本局向赵示例送达。"
    names = [each for each in propose(text) if each.kind is PrivateKind.NAME]
    assert [each.why for each in names] == [Why.LABEL, Why.AGAIN, Why.AGAIN]


def test_rejecting_a_home_does_not_reject_the_telephone_within_it() -> None:
    text = "住址：太原市小店区虚构路1号13800001234转2单元3室"
    kinds = [each.kind for each in propose(text)]
    assert PrivateKind.ADDRESS in kinds
    assert PrivateKind.PHONE in kinds


def span(place: str, begins: int, ends: int, verdict: Verdict) -> Span:
    """Return a span of a review."""
    return Span(place=place, begins=begins, ends=ends, kind=PrivateKind.NAME, why="label", verdict=verdict, reason="")


def test_all_but_what_somebody_kept_is_hidden() -> None:
    """Confirmed, added and undecided go; overlapping stretches leave one mark; the mark has one length."""
    texts = {"document": "甲乙丙丁戊己庚辛"}
    spans = [
        span("document", 0, 2, Verdict.REMOVED),
        span("document", 1, 3, Verdict.UNDECIDED),
        span("document", 4, 5, Verdict.KEPT),
        span("document", 6, 8, Verdict.ADDED),
    ]
    assert project(texts, spans) == {"document": f"{MARK}丁戊己{MARK}"}


def test_what_is_hidden_somewhere_is_hidden_wherever_the_words_stand() -> None:
    """In every text, but not where somebody kept them; also across another stretch; one character is not looked for."""
    texts = {"document": "张示例与张示例，张", "facts": "经查，张示例在场"}
    spans = [span("document", 0, 3, Verdict.REMOVED), span("document", 4, 7, Verdict.KEPT)]
    carried = carry(texts, spans)
    assert [(each.place, each.begins, each.ends) for each in carried] == [("facts", 3, 6)]
    assert project(texts, [*spans, *carried]) == {"document": f"{MARK}与张示例，张", "facts": f"经查，{MARK}在场"}
    assert carry({"document": "张张"}, [span("document", 0, 1, Verdict.ADDED)]) == []
    across = {"document": "由赵示例", "facts": "由赵示，赵示例"}
    spans = [span("document", 0, 3, Verdict.UNDECIDED), span("facts", 4, 7, Verdict.REMOVED)]
    assert project(across, [*spans, *carry(across, spans)]) == {"document": MARK, "facts": f"{MARK}，{MARK}"}


class Counted(str):
    """A text that counts how often a part of it is taken."""

    __slots__ = ("taken",)
    taken: int

    def __getitem__(self, part: object) -> str:
        """Take a part."""
        self.taken += 1
        return str.__getitem__(self, part)  # type: ignore[index]


def test_words_of_many_lengths_are_looked_for_in_one_pass() -> None:
    """However many words and lengths are hidden, a text is looked at once a place."""
    text = Counted("甲乙丙丁戊己庚辛" * 100)
    text.taken = 0
    words = Hidden("甲乙丙丁戊己庚辛壬癸"[at % 8 :] * (at + 1) for at in range(800))
    assert list(words.longest_in(text)) == []
    assert text.taken == len(text)


@given(
    text=st.text(alphabet="甲乙", max_size=30),
    words=st.sets(st.text(alphabet="甲乙", min_size=2, max_size=6), max_size=6),
)
def test_at_every_place_the_longest_hidden_word_is_found(text: str, words: set[str]) -> None:
    slow = {at: max((len(word) for word in words if text.startswith(word, at)), default=0) for at in range(len(text))}
    assert list(Hidden(words).longest_in(text)) == [(at, at + length) for at, length in slow.items() if length]
