"""Rosters: nine operators and nine inspectors, as rows and as the files that a bureau hands in."""

import csv
import io
from collections.abc import Iterable, Mapping

from registry import holidays, inspectors, operator_entries
from registry.credit_code import check_digit

NOT_TRADING, DEREGISTERED, OTHER_KIND = 7, 8, 9
INSPECTORS = (*(f"market-{n}" for n in range(1, 6)), *(f"cyber-{n}" for n in range(1, 5)))
EXPIRING = "market-5"
"""The one whose certificate ends within the plan's period."""

YEAR = (
    ("2027-01-01", "放假", "元旦"),
    ("2027-02-06", "放假", "春节"),
    ("2027-02-08", "放假", "春节"),
    ("2027-02-20", "上班", "春节"),
    ("2027-10-01", "放假", "国庆节"),
)
"""The days of a year on which the week is not followed."""


def credit_code(number: int) -> str:
    """Return the fictional credit code of the n-th operator."""
    first17 = f"91140105FAKE{number:04d}X"
    return first17 + check_digit(first17)


def operator(number: int, **changes: str) -> dict[str, str]:
    """Return one operator as a row of an import."""
    row = {
        "credit_code": credit_code(number),
        "register_no": "",
        "name": f"虚构经营者{number:03d}",
        "natural_person": "否",
        "kind": "电商平台经营者" if number != OTHER_KIND else "微商",
        "status": "存续" if number != DEREGISTERED else "注销",
        "status_on": "",
        "trading": "是" if number != NOT_TRADING else "否",
        "area": "140105",
        "address": f"虚构路{number}号",
        "legal_representative": f"法人{number}",
        "contact_name": f"联系人{number}",
        "contact_phone": f"000-{number:08d}",
        "platform_name": f"平台{number}",
        "site_name": "",
        "domain": f"p{number}.example",
        "icp_no": "",
        "shop_id": "",
        "shop_url": "",
        "risk_class": "",
        "risk_month": "",
        "risk_source": "",
        "abnormal_on": "",
        "serious_on": "",
        "last_inspected_on": "",
    }
    return row | changes


def inspector(own: str, **changes: str) -> dict[str, str]:
    """Return one inspector as a row of an import."""
    row = {
        "inspector_no": own,
        "name": f"检查员·{own}",
        "department": own.partition("-")[0],
        "area": "140000",
        "certificate_no": f"证{own}",
        "certificate_from": "2019-01-01",
        "certificate_until": "2020-10-31" if own == EXPIRING else "2023-12-31",
        "status": "在岗",
        "fields": "网络交易",
        "tags": "",
    }
    return row | changes


def operators_csv(rows: Iterable[Mapping[str, str]] | None = None) -> bytes:
    """Return operators as CSV with Chinese headings; by default all nine."""
    return sheet(operator_entries.HEADINGS, rows or [operator(number) for number in range(1, 10)])


def inspectors_csv(rows: Iterable[Mapping[str, str]] | None = None) -> bytes:
    """Return inspectors as CSV with Chinese headings; by default all nine."""
    return sheet(inspectors.HEADINGS, rows or [inspector(own) for own in INSPECTORS])


def sheet(headings: Mapping[str, str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return rows as CSV under the given headings (heading → column)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows([row[column] for column in headings.values()] for row in rows)
    return text.getvalue().encode()


def days(rows: tuple[tuple[str, str, str], ...] = YEAR) -> bytes:
    """Return the days of a year as a roster states them."""
    keyed = [dict(zip(("day", "kind", "name"), row, strict=True)) | {"notice": "国办发明电〔2026〕9号"} for row in rows]
    return sheet(holidays.HEADINGS, keyed)
