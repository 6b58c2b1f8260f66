"""The sheet that an operator is handed: what it says, and that nobody's words become markup on it."""

import re
from dataclasses import replace

import pytest

from publicity.operator_receipts import OperatorReceipt
from publicity.render import render_receipt
from sampling.stages import Stage
from tests.publicity.samples.case import START, code, company, hexadecimal

RECEIPT = OperatorReceipt(
    token=f"41.{hexadecimal('receipt')[:32]}",
    index=41,
    digest=hexadecimal("digest"),
    words=("提交了检查结果", "a finding was filed"),
    key="140000202008240001-01-1",
    at=START,
    operator_name=company(2),
    operator_code=code(2),
)
ADDRESS = f"https://site.example/door/receipt/{RECEIPT.token}"
KEY = "site.example/log+0a0b0c0d+AQ"
HOSTILE = "</bdi><script>alert(1)</script>\u202e{{ 7 * 7 }}"


def sheet(receipt: OperatorReceipt = RECEIPT, stage: Stage = Stage.REAL) -> str:
    return render_receipt(receipt, authority="示例机关", stage=stage, address=ADDRESS, keys=[KEY])


def test_the_sheet_says_what_was_recorded_where_its_receipt_is_and_with_which_key_it_is_checked() -> None:
    html = sheet()
    for said in (
        RECEIPT.operator_name,
        RECEIPT.key,
        "提交了检查结果",
        f'href="{ADDRESS}.json"',
        KEY,
        "<svg",
        "示例机关",
    ):
        assert said in html
    assert "不说明所述属实" in html


@pytest.mark.parametrize("stage", list(Stage))
def test_the_sheet_says_of_what_it_is_no_proof(stage: Stage) -> None:
    assert ("不是真实的回执" in sheet(stage=stage)) is not stage.is_real


def test_hostile_words_on_the_receipt_stay_words() -> None:
    html = sheet(replace(RECEIPT, operator_name=HOSTILE, operator_code=HOSTILE, key=HOSTILE))
    assert re.findall(r"<[a-z0-9]+", html) == re.findall(r"<[a-z0-9]+", sheet())
    assert "\u202e" not in html
    assert ">49<" not in html
