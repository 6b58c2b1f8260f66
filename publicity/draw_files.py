"""The files of a draw that are for everybody, each with its size and its digest before any of them is read.

The commitment has the digests of its four tables, and the log those of what came out, from the entry that opened the
draw; so a page names them without reading and hashing megabytes, and a reader who has a file is told so at once. What
was announced is what is shown: a file that is not what its digest says is found by whoever fetches it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlmodel import Session

from publicity.bundle import cosigned_commitment, log_file, public_value_file
from publicity.witnessing import cosigned_file
from registry.draws import OUTCOME, TABLES, Draw, DrawOpening, table_sizes
from registry.journal import Fact
from registry.replacing import replacements_file
from sampling import names
from sampling.canonical import digest
from sampling.commitment import Commitment
from sampling.public_value import PUBLIC_VALUE
from sampling.sources import Drand

LARGE: Final = frozenset((*TABLES, *OUTCOME))
"""The files that are as large as the draw is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawFile:
    """One file of a draw: its digest is in the draw's own hash, ``read`` reads it."""

    name: str
    size: int
    digest: str
    read: Callable[[], bytes]


def public_files(session: Session, draw: Draw) -> dict[str, DrawFile]:
    """Return the files of a draw that are for everybody, by name.

    The commitment from the start, and what witnesses say of it; once the draw is open the whole bundle and, beside it,
    the replacements; of a withheld one the log's proofs.
    """
    opened, hash_name = draw.opened, Commitment.from_bytes(draw.committed.commitment).hash_name
    small: dict[str, bytes | None] = {
        names.COMMITMENT: draw.committed.commitment,
        names.COSIGNED: _cosigned(session, draw),
    }
    tables: dict[str, DrawFile] = {}
    if opened is not None:
        small[names.LOG] = log_file(session, draw, opened)
    if opened is not None and draw.executed is not None and not draw.committed.withheld:
        small[names.REVEAL] = draw.executed.reveal
        small[PUBLIC_VALUE] = public_value_file(draw)
        small[names.REPLACEMENTS] = replacements_file(session, draw)
        tables = _tables(session, draw, opened)
    return tables | {name: _held(name, data, hash_name) for name, data in small.items() if data is not None}


def _tables(session: Session, draw: Draw, opened: DrawOpening) -> dict[str, DrawFile]:
    announced = _announced(session, draw, opened)
    of = dict.fromkeys(TABLES, draw.committed) | dict.fromkeys(OUTCOME, draw.executed)
    columns = {**TABLES, **OUTCOME}
    return {
        name: DrawFile(name=name, size=size, digest=announced[name], read=partial(getattr, of[name], columns[name]))
        for name, size in table_sizes(session, draw.committed.draw_id).items()
    }


def _announced(session: Session, draw: Draw, opened: DrawOpening) -> Mapping[str, str]:
    """Return the digests that were published of the tables: those of the commitment, and those of the opening."""
    made = Commitment.from_bytes(draw.committed.commitment)
    opening = json.loads(session.get_one(Fact, opened.fact_id).public)
    return {name: getattr(made, key).digest for name, key in TABLES.items()} | {
        name: opening[key] for name, key in OUTCOME.items()
    }


def _held(name: str, data: bytes, hash_name: str) -> DrawFile:
    return DrawFile(name=name, size=len(data), digest=digest(data, hash_name), read=lambda: data)


def _cosigned(session: Session, draw: Draw) -> bytes | None:
    """Return what shows that the commitment is older than the round, where enough witnesses cosigned it in time."""
    source = Commitment.from_bytes(draw.committed.commitment).rules.public_source
    if not isinstance(source, Drand):
        return None
    return cosigned_file(session, draw.committed.fact_id, cosigned_commitment(session, draw, source))
