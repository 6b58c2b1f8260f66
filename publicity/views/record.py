"""One published record as its own page shows it, as long as it stands."""

from sqlmodel import Session

from publicity.disclosure import Disclosure, Subject, content_of
from publicity.endings import refuse_ended
from publicity.pages.record import RecordPage
from publicity.pages.site import Site
from publicity.views.records import operator_path, penalties_of, record_path, results_of


def record_page(session: Session, site: Site, disclosure: Disclosure) -> RecordPage:
    """Return the page of what is published and was not replaced. Raises EndedError, WithdrawnError."""
    refuse_ended(session, disclosure.disclosure_id, site.today)
    is_result = disclosure.subject == Subject.RESULT
    results = results_of(session, [disclosure], site.today) if is_result else []
    penalties = [] if is_result else penalties_of(session, [disclosure], site.today)
    return RecordPage(
        site=site,
        record_id=disclosure.disclosure_id,
        operator_name=content_of(disclosure)["operator_name"],
        operator_path=operator_path(disclosure.unit_id),
        petition_path=f"{record_path(disclosure)}/petition",
        result=results[0] if results else None,
        penalty=penalties[0] if penalties else None,
    )
