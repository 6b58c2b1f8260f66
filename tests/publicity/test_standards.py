"""The fields of 双公示 as declared: who the party is, what is required when, how long a text may be."""

from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from publicity.double_publicity import LAYOUT, PublishedPenalty, Sender
from publicity.standards import Row, Source
from registry.operators import Operator
from tests.rosters import credit_code

OWN, INDIVIDUAL = credit_code(1), "92140105MA0FAKEW5H"
CONTENT: Mapping[str, Any] = {
    "operator_name": "虚构经营者",
    "decision_no": "测市监处罚〔2020〕1号",
    "violation": "未公示",
    "facts": "未公示协议。",
    "basis": "《电子商务法》第八十一条",
    "kinds": ["警告", "罚款"],
    "content": "罚款",
    "fine_fen": 1,
    "confiscated_fen": 0,
    "authority": "测试市场监督管理局",
    "decided_on": "2020-09-22",
}
REGISTERED: Mapping[str, Any] = {
    "credit_code": OWN,
    "natural_person": False,
    "register_no": "",
    "legal_representative": "法人",
}


NOTHING: Mapping[str, Any] = {}


def judged(
    said: Mapping[str, Any] = NOTHING, *, operator: Mapping[str, Any] = NOTHING, ends_on: date | None = None
) -> Row:
    """Return the row of a published penalty that is right but for what a test changes."""
    of = PublishedPenalty(
        content={**CONTENT, **said},
        operator=Operator(**{**REGISTERED, **operator}),
        authority_code=OWN,
        licence="",
        restricted_until=None,
        ends_on=ends_on,
        sender=Sender(name="测试市场监督管理局", code=OWN),
    )
    return LAYOUT.judge(Source(record="p-1", named="1", of=of))


def cells(row: Row) -> SimpleNamespace:
    """Return the cells by what they are of."""
    found = dict(zip(LAYOUT.headings, row.cells, strict=True))
    return SimpleNamespace(
        category=found["行政相对人类别"],
        code=found["统一社会信用代码"],
        number=found["工商注册号"],
        representative=found["法定代表人"],
        fine=found["罚款金额(万元)"],
    )


def faults(row: Row) -> dict[str, str]:
    return {each.field: each.problem[0] for each in row.faults}


def test_a_good_row_has_no_faults_and_its_amount_to_the_fen() -> None:
    row = judged()
    assert row.faults == ()
    assert cells(row).fine == "0.000001"


def test_of_a_person_without_a_licence_nothing_leaves_but_the_shown_name_and_the_category() -> None:
    """Register number and representative stay, and none of them is missed."""
    row = judged({"operator_name": "张**"}, operator={"credit_code": "", "natural_person": True, "register_no": "g-1"})
    assert vars(cells(row)) | {"fine": ""} == {
        "category": "自然人",
        "code": "",
        "number": "",
        "representative": "",
        "fine": "",
    }
    assert row.faults == ()


def test_an_individual_business_is_told_by_its_code_and_needs_its_owner() -> None:
    own = {"credit_code": INDIVIDUAL, "natural_person": True, "legal_representative": ""}
    row = judged(operator=own)
    assert (cells(row).category, cells(row).code) == ("个体工商户", INDIVIDUAL)
    assert set(faults(row)) == {"法定代表人"}


def test_a_register_that_contradicts_itself_is_said_and_not_guessed() -> None:
    """A natural person under the code of a company."""
    assert set(faults(judged(operator={"natural_person": True}))) == {"行政相对人类别"}


@pytest.mark.parametrize(
    ("field", "name", "length"),
    [
        ("行政相对人名称", "operator_name", 200),
        ("行政处罚决定书文号", "decision_no", 128),
        ("违法事实", "facts", 2000),
        ("处罚依据", "basis", 2048),
        ("处罚内容", "content", 4000),
    ],
)
def test_lengths_count_characters_whatever_they_are(field: str, name: str, length: int) -> None:
    """One ideograph, one emoji, one line feed each; one more than the standard allows is one too many."""
    text = ("罚😀\n" * length)[:length]
    assert faults(judged({name: text})) == {}
    assert faults(judged({name: text + "。"})) == {field: f"有 {length + 1} 个字符，限 {length} 个。"}


def test_what_a_kind_of_penalty_needs_is_required_with_it_alone() -> None:
    found = faults(judged({"kinds": ["罚款", "没收违法所得、没收非法财物", "吊销许可证件"], "fine_fen": 0}))
    assert set(found) == {"罚款金额(万元)", "没收违法所得、没收非法财物的金额(万元)", "暂扣或吊销证照名称及编号"}
    assert faults(judged({"kinds": ["警告", "通报批评"], "fine_fen": 0})) == {}


def test_unknown_words_bad_codes_empty_texts_and_days_out_of_order_are_said() -> None:
    row = judged(
        {"kinds": ["罚款", "劝诫"], "violation": "", "facts": "a\x00"},
        operator={"credit_code": OWN[:-1] + "0"},
        ends_on=date(2020, 9, 21),
    )
    found = faults(row)
    assert found["处罚类别"] == "“劝诫”不在代码表中。"
    assert found["公示截止期"] == "2020-09-21 早于处罚决定日期 2020-09-22。"
    assert found["违法行为类型"] == "必填项为空。"
    assert found["违法事实"] == "含控制字符。"
    assert "校验码" in found["统一社会信用代码"]
    assert all(each.mend[0] and each.mend[1] and each.problem[1] for each in row.faults)
