"""Restrictions in force, and entries on lists."""

from datetime import date

from publicity.pages.restrictions import ListedLine, RestrictionLine
from tests.publicity.samples.case import code

DECIDED = date(2020, 9, 20)


def restriction() -> RestrictionLine:
    """Return a restriction that follows from a list."""
    return RestrictionLine(
        what="在政府采购中依法予以限制或者禁入",
        what_en="restricted or barred in public procurement",
        source="《企业信息公示暂行条例》（国务院令第654号）第十八条",
        from_on=DECIDED,
        until_on=None,
        ends="on_removal",
        listed="abnormal",
        authority="示例市场监督管理局",
        decision_no="示市监异列〔2020〕1号",
        decided_on=DECIDED,
        basis="《企业信息公示暂行条例》第十七条",
        record_id="n0001",
        record_path=f"/operators/{code(3)}#list-n0001",
        log_index=91,
        proof_path="/log/proof/inclusion?index=91",
    )


def listed() -> ListedLine:
    """Return the entry that it follows from."""
    return ListedLine(
        order_id="n0001",
        list_name="经营异常名录",
        authority="示例市场监督管理局",
        decision_no="示市监异列〔2020〕1号",
        decided_on=DECIDED,
        basis="《企业信息公示暂行条例》第十七条",
        log_index=91,
        proof_path="/log/proof/inclusion?index=91",
        evidence_path="/log/evidence/listings/n0001",
    )
