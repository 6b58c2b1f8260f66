"""The list of inspection items (抽查事项清单) as the public sees it on a day."""

from datetime import date

from sqlmodel import Session

from publicity.pages.items import ItemsPage, ListedItem
from publicity.pages.site import Site
from registry.departments import department_names
from registry.history import items_entered_on
from registry.items import LEVEL_WORDS, Level, items_on


def items_page(session: Session, site: Site, on: date) -> ItemsPage:
    """Return the items on the list on a day, by code."""
    names, entered = department_names(session), items_entered_on(session)
    return ItemsPage(
        site=site,
        on=on,
        rows=[
            ListedItem(
                code=item.code,
                name=item.name,
                level=LEVEL_WORDS[Level(item.level)],
                subject=item.subject,
                content=item.content,
                method=item.method,
                basis=item.basis,
                department=names[item.department],
                valid_from=item.valid_from,
                entered_on=entered.get((item.code, item.valid_from)),
                valid_until=item.valid_until,
            )
            for item in items_on(session, on)
        ],
    )
