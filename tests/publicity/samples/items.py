"""The list of items, as a sample."""

from dataclasses import replace
from datetime import date

from publicity.pages.items import ItemsPage, ListedItem
from tests.publicity.samples.case import site


def listed_items() -> ItemsPage:
    whole = ListedItem(
        code="M01",
        name="营业执照信息公示情况",
        level="重点检查事项",
        subject="电子商务经营者",
        content="首页显著位置是否持续公示",
        method="网络检查",
        basis="《电子商务法》第十五条",
        department="示例省市场监督管理局",
        valid_from=date(2020, 1, 1),
        entered_on=date(2019, 12, 20),
        valid_until=date(2020, 12, 31),
    )
    early = replace(whole, code="M02", subject="", content="", valid_from=None, entered_on=None, valid_until=None)
    return ItemsPage(site=site("/items"), on=date(2020, 9, 1), rows=[whole, early])
