"""The bundle of an opened draw (protocol, section 7): one ZIP with which anybody recomputes it, offline.

The same bytes at every call: fixed times in the archive, and log proofs under the first signed head over the draw.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping

from sqlmodel import Session

from publicity.heads import first_head_over
from publicity.sequencer import TreeReader, entry_indexes, read_entry
from publicity.tlog import merkle
from publicity.witnessing import InTime, cosignatures, cosigned_before, lines_of
from registry.draws import Draw, DrawOpening, committed_files
from registry.sources import published_at
from sampling import names
from sampling.canonical import jcs
from sampling.commitment import Commitment
from sampling.public_value import PUBLIC_VALUE, drand_document, no_document, witnessed_document
from sampling.seed import Reveal
from sampling.sources import Drand, Witnessed

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every member of the archive: ZIP knows none before."""


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
    return draw_files(draw) | files_beside(session, draw, opened)


def files_beside(session: Session, draw: Draw, opened: DrawOpening) -> dict[str, bytes]:
    """Return the files of the bundle that no draw is recomputed from: what verifies its public value, and the log."""
    return {PUBLIC_VALUE: public_value_file(draw), names.LOG: log_file(session, draw, opened)}


def cosigned_commitment(session: Session, draw: Draw, source: Drand) -> InTime:
    """Return who cosigned the commitment of a draw before its round was published."""
    return cosigned_before(session, draw.committed.fact_id, published_at(source))


def bundle_tag(draw: Draw, beside: Mapping[str, bytes]) -> str:
    """Return what tells two bundles apart, without their tables: the rest of the files determines those.

    ``beside``: the public value's file and the log's.
    """
    determined = [draw.committed.commitment, draw.executed.reveal if draw.executed else b""]
    determined += [data for _, data in sorted(beside.items())]
    return hashlib.sha256(jcs([hashlib.sha256(each).hexdigest() for each in determined])).hexdigest()


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


def public_value_file(draw: Draw) -> bytes:
    """Return what verifies the public value: a round's signature, or what came, who saw it, whether it is simulated."""
    source = Commitment.from_bytes(draw.committed.commitment).rules.public_source
    if isinstance(source, Drand) and draw.beacon is not None:
        return drand_document(source, draw.beacon.signature, draw.beacon.randomness)
    if draw.executed is None or not isinstance(source, Witnessed):
        return no_document()
    executed = draw.executed
    value = Reveal.from_bytes(executed.reveal).public_value
    return witnessed_document(source, value, executed.witnesses, simulated=executed.simulated)


def log_file(session: Session, draw: Draw, opened: DrawOpening) -> bytes:
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
