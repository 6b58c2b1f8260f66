"""The page of caps: one in force, one ahead, one followed."""

from dataclasses import replace
from datetime import date

from publicity.pages.caps import CapLine, CapsPage
from tests.publicity.samples.case import site


def caps() -> CapsPage:
    """Return a cap in force, one ahead and one that another has followed."""
    present = CapLine(
        cap_id="cap0002",
        state="in_force",
        yearly=4,
        low_risk=True,
        valid_from=date(2020, 1, 1),
        basis="示市监发〔2020〕2号第五条",
        drafted_by="经办人 p0003",
        approved_by="审批人 p0005",
        approved_on=date(2019, 12, 20),
    )
    ahead = replace(present, cap_id="cap0003", state="ahead", yearly=3, valid_from=date(2021, 1, 1))
    former = replace(present, cap_id="cap0001", state="followed", low_risk=False, valid_from=date(2019, 1, 1))
    return CapsPage(site=site("/caps"), on=date(2020, 9, 1), rows=[ahead, present, former])
