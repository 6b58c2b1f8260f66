"""What the page of the browser's check names: the files that are public, and nothing of what is not."""

from sqlmodel import Session

from publicity.bundle import cosigned_commitment
from publicity.pages.site import Site
from publicity.pages.verifying import VerifyPage
from publicity.views.records import draw_path, file_path
from registry.draws import get_draw
from registry.replacing import approved_replacements
from sampling import names
from sampling.commitment import Commitment
from sampling.sources import Drand


def verify_page(session: Session, site: Site, draw_id: str) -> VerifyPage:
    """Return what a browser needs to recompute a draw. Raises AbsentError."""
    draw = get_draw(session, draw_id)
    rules = Commitment.from_bytes(draw.committed.commitment).rules
    whole = draw.opened is not None and not draw.committed.withheld
    replaced = whole and bool(approved_replacements(session, draw_id))
    source = rules.public_source
    cosigned = whole and isinstance(source, Drand) and cosigned_commitment(session, draw, source).enough
    return VerifyPage(
        site=site,
        draw_id=draw_id,
        draw_path=draw_path(draw_id),
        title=rules.title,
        withheld=draw.committed.withheld,
        open_by=draw.committed.open_by,
        bundle_path=f"{draw_path(draw_id)}/bundle.zip" if whole else None,
        replacements_path=file_path(draw_id, names.REPLACEMENTS) if replaced else None,
        cosigned_path=file_path(draw_id, names.COSIGNED) if cosigned else None,
        curves=isinstance(rules.public_source, Drand),
    )
