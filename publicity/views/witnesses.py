"""The page of the log's witnesses, and the sheet of its newest signed head."""

from sqlmodel import Session

from publicity.heads import UnsignedLogError, newest_head
from publicity.pages.site import Site
from publicity.pages.witnesses import HeadSheet, WitnessesPage, WitnessRow
from publicity.tlog.keys import VerifierKey
from publicity.views.cosigners import cosigner_lines
from publicity.witnessing import announced, cosignatures, last_cosigned, lines_of


def witnesses_page(session: Session, site: Site) -> WitnessesPage:
    """Return who watches the log, as the log itself says."""
    pinned = announced(session)
    newest = newest_head(session)
    return WitnessesPage(
        site=site,
        quorum=pinned.quorum,
        signed_size=newest.size if newest else None,
        signed_at=newest.at if newest else None,
        rows=[_row(session, key) for key in pinned.keys],
    )


def head_sheet(session: Session, site: Site) -> HeadSheet:
    """Return the newest signed head for paper. Raises UnsignedLogError."""
    head = newest_head(session)
    if head is None:
        raise UnsignedLogError
    given = cosignatures(session, head)
    return HeadSheet(
        site=site,
        origin=head.origin,
        size=head.size,
        root=head.root.hex(),
        signed_at=head.at,
        note=head.note.decode(),
        cosigners=cosigner_lines(given),
        lines=lines_of(given),
    )


def _row(session: Session, key: VerifierKey) -> WitnessRow:
    last = last_cosigned(session, key)
    return WitnessRow(
        name=key.name,
        key=str(key),
        size=last[0].size if last else None,
        cosigned_at=last[1].cosigned_at if last else None,
    )
