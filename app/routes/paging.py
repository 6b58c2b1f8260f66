"""One page of a list, the same way everywhere: ``after`` the last key of the page before, ``limit`` rows at most.

Where there is more, the header ``Link`` gives the address of the next page with ``rel="next"``, and the same filters.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from sqlalchemy import literal, tuple_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.errors import FieldError

Row = TypeVar("Row")
ROWS: Final = 100
MAX_ROWS: Final = 1000
MAX_DIGITS: Final = 9
"""Of a number that both databases keep in a column of integers."""

After = Annotated[str, Query(max_length=128, description="The last key of the page before; empty for the first page.")]
Limit = Annotated[int, Query(ge=1, le=MAX_ROWS, description="Rows a page.")]


class Page:
    """The page that a caller asks for; what it takes from a list, it says in the answer's header how to go on."""

    def __init__(self, request: Request, response: Response, after: After = "", limit: Limit = ROWS) -> None:
        self.after = after
        self.limit = limit
        self._request = request
        self._response = response

    def rows(
        self,
        session: Session,
        query: SelectOfScalar[Row],
        *order: Any,  # noqa: ANN401 - columns of a table
        newest_first: bool = False,
        keep: Callable[[Row], bool] | None = None,
    ) -> list[Row]:
        """Return the page's rows of a query in an order whose last column is the key; ``keep`` leaves some out.

        Raises FieldError where there is no row to go on from.
        """
        columns: list[Any] = [col(each) for each in order]
        bound = self._bound(session, columns) if self.after else None
        sorted_query = query.order_by(*(each.desc() if newest_first else each for each in columns))
        kept: list[Row] = []
        while len(kept) <= self.limit:
            block = sorted_query
            if bound is not None:
                here = tuple_(*columns)
                there = tuple_(*(literal(value, each.type) for value, each in zip(bound, columns, strict=True)))
                block = block.where(here < there if newest_first else here > there)
            found = session.exec(block.limit(self.limit + 1)).all()
            kept += [row for row in found if keep is None or keep(row)]
            if len(found) <= self.limit:
                break
            bound = [getattr(found[-1], each.key) for each in columns]
        return self.cut(kept, lambda row: getattr(row, columns[-1].key))

    def of(self, listed: Iterable[Row], key: Callable[[Row], str]) -> list[Row]:
        """Return the page's rows of a list that is made whole. Raises FieldError where ``after`` is not in it."""
        rows = list(listed)
        if self.after:
            place = next((at for at, row in enumerate(rows) if key(row) == self.after), None)
            if place is None:
                raise nowhere(self.after)
            rows = rows[place + 1 :]
        return self.cut(rows, key)

    @property
    def after_number(self) -> int:
        """Return the number that the page begins after, where the key of a list is one. Raises FieldError."""
        if not self.after:
            return 0
        if not (self.after.isascii() and self.after.isdigit() and len(self.after) <= MAX_DIGITS):
            raise nowhere(self.after)
        return int(self.after)

    def lead_on(self, after: str) -> None:
        """Say in the answer where the page after the one that ends with a key is."""
        others = {name: value for name, value in self._request.query_params.items() if name not in ("after", "limit")}
        rest = urlencode(others | {"after": after, "limit": self.limit})
        self._response.headers["Link"] = f'<{self._request.url.path}?{rest}>; rel="next"'

    def cut(self, rows: list[Row], key: Callable[[Row], str]) -> list[Row]:
        """Return the page of a list that holds one row more where there is more, and say so in the answer."""
        if len(rows) <= self.limit:
            return rows
        page = rows[: self.limit]
        self.lead_on(key(page[-1]))
        return page

    def _bound(self, session: Session, columns: Sequence[Any]) -> Sequence[Any]:
        """Return where a row stands in the order; a key alone needs no row."""
        if len(columns) == 1:
            return [self.after]
        found = session.exec(select(*columns).where(columns[-1] == self.after)).first()
        if found is None:
            raise nowhere(self.after)
        return list(found)


PageAsked = Annotated[Page, Depends()]


def nowhere(after: str) -> FieldError:
    """Return the error of a page after a row that is not there."""
    return FieldError(
        ("after",),
        (f"列表中没有“{after}”。", f"There is no {after!r} in the list."),
        ("请用上一页 Link 中的地址，或不带 after 从头读取。", "Use the address in the header Link, or leave it out."),
    )
