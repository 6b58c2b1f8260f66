"""The bundle of an opened draw (protocol, section 7): one ZIP with which anybody recomputes it, offline.

The same bytes at every call: fixed times in the archive, and log proofs under the first signed head over the draw.
"""

import io
import zipfile
from functools import lru_cache

from sqlmodel import Session

from publicity.heads import first_head_over
from publicity.sequencer import TreeReader, entry_indexes, read_entry
from publicity.tlog import merkle
from publicity.witnessing import InTime, cosignatures, cosigned_before, cosigned_file, lines_of
from registry.draws import Draw, DrawOpening, committed_files
from registry.replacing import replacements_file
from registry.sources import published_at
from sampling import names
from sampling.bundle import Replay, replay
from sampling.canonical import jcs
from sampling.commitment import Commitment
from sampling.public_value import PUBLIC_VALUE, drand_document, no_document, witnessed_document
from sampling.seed import Reveal
from sampling.sources import Drand, Witnessed

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every member of the archive: ZIP knows none before."""


@lru_cache(maxsize=4)
def replayed(files: tuple[tuple[str, bytes], ...]) -> Replay:
    """Recompute a draw from its six files; what is opened never changes, so the last few are kept."""
    return replay(dict(files))


def outcome_of(draw: Draw) -> Replay:
    """Return the outcome of an executed draw, recomputed from its files."""
    return replayed(tuple(sorted(draw_files(draw).items())))


def draw_files(draw: Draw) -> dict[str, bytes]:
    """Return the six input files of an executed draw and its two outcome files, by name."""
    if draw.executed is None:
        return committed_files(draw.committed)
    executed = draw.executed
    return committed_files(draw.committed) | {
        names.REVEAL: executed.reveal,
        names.DRAWN: executed.drawn,
        names.TEAMS: executed.teams,
    }


def bundle_files(session: Session, draw: Draw, opened: DrawOpening) -> dict[str, bytes]:
    """Return every file of the bundle of an opened draw, by name."""
    return draw_files(draw) | {PUBLIC_VALUE: _public_value(draw), names.LOG: _log(session, draw, opened)}


def public_files(session: Session, draw: Draw) -> dict[str, bytes]:
    """Return the files of a draw that are for everybody.

    The commitment from the start, and what witnesses say of it; once the draw is open the whole bundle and, beside it,
    the replacements; of a withheld one the log's proofs.
    """
    committed = {names.COMMITMENT: draw.committed.commitment} | _cosigned(session, draw)
    if draw.opened is None:
        return committed
    if draw.committed.withheld:
        return committed | {names.LOG: _log(session, draw, draw.opened)}
    return committed | bundle_files(session, draw, draw.opened) | _replacements(session, draw)


def cosigned_commitment(session: Session, draw: Draw, source: Drand) -> InTime:
    """Return who cosigned the commitment of a draw before its round was published."""
    return cosigned_before(session, draw.committed.fact_id, published_at(source))


def _cosigned(session: Session, draw: Draw) -> dict[str, bytes]:
    """Return what shows that the commitment is older than the round, where enough witnesses cosigned it in time."""
    source = Commitment.from_bytes(draw.committed.commitment).rules.public_source
    if not isinstance(source, Drand):
        return {}
    fact_id = draw.committed.fact_id
    data = cosigned_file(session, fact_id, cosigned_commitment(session, draw, source))
    return {} if data is None else {names.COSIGNED: data}


def _replacements(session: Session, draw: Draw) -> dict[str, bytes]:
    """Return the chain of replacements, which stands beside the bundle, where there is one."""
    data = replacements_file(session, draw)
    return {} if data is None else {names.REPLACEMENTS: data}


def bundle_zip(files: dict[str, bytes]) -> bytes:
    """Pack files into an archive, always the same bytes for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def steps_of(draw: Draw) -> list[int]:
    """Return the facts of a draw's steps, each once, in order."""
    steps = [draw.committed, draw.beacon, draw.executed, draw.opened, draw.voided]
    return list(dict.fromkeys(step.fact_id for step in steps if step is not None))


def _public_value(draw: Draw) -> bytes:
    """Return what verifies the public value: a round's signature, or what came, who saw it, whether it is simulated."""
    source = Commitment.from_bytes(draw.committed.commitment).rules.public_source
    if isinstance(source, Drand) and draw.beacon is not None:
        return drand_document(source, draw.beacon.signature, draw.beacon.randomness)
    if draw.executed is None or not isinstance(source, Witnessed):
        return no_document()
    executed = draw.executed
    value = Reveal.from_bytes(executed.reveal).public_value
    return witnessed_document(source, value, executed.witnesses, simulated=executed.simulated)


def _log(session: Session, draw: Draw, opened: DrawOpening) -> bytes:
    """Return the log entries of the draw's steps with inclusion proofs, under the first signed head over them all.

    Until that head is signed, moments after the opening, the proofs are as of the entry that opened the draw and the
    checkpoint is null; from then on they are the same for ever. The lines of witnesses under that head come after it.
    """
    indexes = entry_indexes(session, steps_of(draw))
    size = indexes[opened.fact_id] + 1
    signed = first_head_over(session, size)
    size = size if signed is None else signed.size
    nodes = TreeReader(session)
    entries = [
        {
            "index": index,
            "entry": read_entry(session, index).decode(),
            "proof": [each.hex() for each in merkle.inclusion_proof(index, size, nodes)],
        }
        for index in sorted(indexes.values())
    ]
    root = merkle.root(size, nodes).hex()
    checkpoint = None if signed is None else signed.note.decode()
    lines = [] if signed is None else lines_of(cosignatures(session, signed))
    return jcs({"size": size, "root": root, "entries": entries, "checkpoint": checkpoint, "cosignatures": lines})
