"""The certificate of a draw: its page on a sheet of paper, in whatever state it is, and nothing that is not on it."""

from sqlmodel import Session

from publicity.offline import verifier_sha256
from publicity.pages.certificate import Certificate
from publicity.pages.site import Site
from publicity.sequencer import entry_indexes
from publicity.views.cosigners import watched_line
from publicity.views.draws import draw_page
from publicity.views.paper import room_for
from publicity.witnessing import first_cosigned_over
from registry.draws import get_draw


def certificate(session: Session, site: Site, draw_id: str) -> Certificate:
    """Return the certificate of a draw. Raises AbsentError."""
    page = draw_page(session, site, draw_id)
    fact = get_draw(session, draw_id).committed.fact_id
    watched = watched_line(first_cosigned_over(session, entry_indexes(session, [fact])[fact] + 1))
    names = [each.name for each in watched.cosigners] if watched else []
    room = room_for(page, cosigners=names, marked=not site.stage.is_real)
    return Certificate(
        site=site,
        draw=page,
        rules=room.rules,
        listed=room.listed,
        teams=room.teams,
        watched=watched,
        verifier_digest=verifier_sha256(),
    )
