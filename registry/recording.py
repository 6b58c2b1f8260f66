"""The state on record: once for a database whose first facts are older than images, so that every row has one.

Facts of earlier versions fix what their bodies say and no images of rows. After the upgrade one fact takes the image of
every row there is; what was changed past the program before that, no comparison with the log can tell.
"""

from sqlmodel import Session, col, func, select

from registry.base import Record
from registry.bulk import table_of
from registry.images import IMAGES, is_imaged, key_of
from registry.journal import Act, Body, Fact, Kind, write


def lacks_images(session: Session) -> bool:
    """Return whether the first fact is of an earlier version and no later one recorded the state."""
    first = session.exec(select(func.min(Fact.fact_id))).one()
    if first is None or session.exec(select(Fact.fact_id).where(Fact.kind == Kind.STATE_RECORDED)).first():
        return False
    return session.exec(select(Body.part).where(Body.fact_id == first, col(Body.part) < 0)).first() is None


def record_state(act: Act) -> int:
    """Take the image of every row into one fact, and return how many there are."""
    noted: dict[tuple[str, tuple[object, ...]], Record] = act.session.info.setdefault(IMAGES, {})
    for model in Record.__subclasses__():
        table = table_of(model)
        if not is_imaged(table.name):
            continue
        for row in act.session.exec(select(model)):
            columns = {column.name: getattr(row, column.name) for column in table.columns}
            noted[table.name, tuple(key_of(table, columns))] = row
    write(act, Kind.STATE_RECORDED, subject="", body={"rows": len(noted)})
    return len(noted)
