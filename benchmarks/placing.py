"""An operator's place in a draw of 265,000 units, as its page finds it: row in the frame, ticket, rank.

The frame is put in order once a process, beside the bare hash loop that has to be made for it; after that an operator
costs a few small queries and one look-up, beside one reading of the frame from the database.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlmodel import Session, create_engine, select

from app.db import Database
from app.schema import migrate
from benchmarks.choosing import bare_loop
from benchmarks.measuring import Measurement, benchmark, best_of
from benchmarks.replaying import write_province
from publicity.views.operator_draws import operator_draws
from registry.draws import DrawCommitment, DrawExecution, DrawOpening
from sampling.commitment import Commitment
from sampling.names import COMMITMENT, REVEAL
from sampling.places import OrderedFrame

SHOWN: Final = 200
KEY: Final = "0" * 32
AT: Final = datetime(2020, 9, 1, tzinfo=UTC)


@benchmark("place")
def place_of_an_operator() -> Iterable[Measurement]:
    """Order the frame, then look up operators from all over it, in the frame and out of it."""
    with TemporaryDirectory() as name, opened_province(Path(name)) as (session, frame):
        ids = [line.partition(b",")[0] for line in frame.splitlines()[1:]]
        asked = [unit_id.decode() for unit_id in ids[:: len(ids) // SHOWN]] + ["NOBODY"]

        def read() -> None:
            session.expire_all()
            session.exec(select(DrawCommitment.frame)).one()

        def pages() -> None:
            for unit_id in asked:
                session.expire_all()
                operator_draws(session, [unit_id])

        pages()
        ordered, bare = best_of(
            3, [lambda: OrderedFrame(frame, subject_key=KEY, hash_name="sha256"), lambda: bare_loop(ids)]
        )
        read_once, looked_up = best_of(5, [read, pages])
    each = looked_up / len(asked)
    yield Measurement(
        name="frame of 265,000 in order",
        value=ordered / bare,
        unit="times the bare hash loop",
        sense="at most",
        limit=6,
        seconds={"in order": ordered, "bare loop": bare},
    )
    yield Measurement(
        name="place among 265,000, from the page's query on",
        value=each / read_once,
        unit="times one reading of the frame",
        sense="at most",
        limit=2,
        seconds={"one operator": each, "one reading": read_once},
    )


@contextmanager
def opened_province(directory: Path) -> Iterator[tuple[Session, bytes]]:
    """Put the province's draw, opened, into a database of its own, and return a session and the frame."""
    inputs = write_province(directory)
    commitment, reveal = ((directory / file).read_bytes() for file in (COMMITMENT, REVEAL))
    database = Database(f"sqlite:///{directory}/place.db")
    migrate(database)
    database.close()
    made = Commitment.from_bytes(commitment)
    committed = DrawCommitment(
        draw_id=made.draw_id,
        task_no="t",
        digest=made.digest,
        commitment=commitment,
        frame=inputs.frame.data,
        exclusions=inputs.exclusions.data,
        inspectors=inputs.inspectors.data,
        recusals=inputs.recusals.data,
        reasons={},
        sealed=False,
        withheld=False,
        narrowings={},
        recused={},
        lent=0,
        committed_by="p",
        committed_at=AT,
        execute_by=AT,
        open_by=AT,
        fact_id=1,
    )
    executed = DrawExecution(
        draw_id=made.draw_id,
        reveal=reveal,
        drawn=b"",
        teams=b"",
        outcome_root="",
        simulated=False,
        witnesses=[],
        executed_by="p",
        executed_at=AT,
        fact_id=1,
    )
    opened = DrawOpening(draw_id=made.draw_id, opened_by="p", opened_at=AT, fact_id=1)
    engine = create_engine(f"sqlite:///{directory}/place.db")  # without the foreign keys, which play no part here
    with Session(engine) as session:
        session.add_all([committed, executed, opened])
        session.commit()
    engine.dispose()
    database = Database(f"sqlite:///{directory}/place.db")
    with database.reading() as session:
        yield session, inputs.frame.data
    database.close()
