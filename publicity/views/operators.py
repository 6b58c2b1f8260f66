"""The credit page of one operator: who it is, what is restricted, why it was drawn or not, what was found."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlmodel import Session

from publicity.answers import grounds_of
from publicity.disclosure import Subject
from publicity.pages.operators import OperatorPage, OtherRecord, PlaceOfTrade
from publicity.pages.site import Site
from publicity.restriction_rules import Consequence
from publicity.restrictions import restrictions_on
from publicity.views.operator_draws import operator_draws, pending_draws
from publicity.views.records import disclosures_of, operator_path, penalties_of, results_of
from publicity.views.restrictions import listed_lines, restriction_line
from registry.areas import area_name
from registry.merging import merged_codes
from registry.operator_entries import KIND_WORDS, STATUS_WORDS, OperatorKind, OperatorStatus
from registry.operators import get_operator, public_name
from registry.sites import sites_of


def operator_page(session: Session, site: Site, unit_id: str, rules: Sequence[Consequence]) -> OperatorPage:
    """Return an operator's page, with what was published under the codes merged into it. Raises AbsentError."""
    operator = get_operator(session, unit_id)
    masked = public_name(operator) != operator.name
    earlier = merged_codes(session, unit_id)
    codes = [unit_id, *earlier]
    today = site.today
    grounds = [each for found in grounds_of(session, codes, today).values() for each in found]
    return OperatorPage(
        site=site,
        code=operator.unit_id,
        licensed=bool(operator.credit_code),
        name=public_name(operator),
        masked=masked,
        merged_into=_other(operator.merged_into) if operator.merged_into else None,
        earlier=[_other(code) for code in earlier],
        kind=KIND_WORDS[OperatorKind(operator.kind)],
        status=STATUS_WORDS[OperatorStatus(operator.status)],
        trading=operator.trading,
        area=area_name(operator.area),
        address="" if masked else operator.address,
        legal_representative="" if masked else operator.legal_representative,
        places=[PlaceOfTrade(**asdict(each)) for each in sites_of(session, [unit_id])[unit_id]],
        as_of=today,
        restrictions=[restriction_line(each) for each in restrictions_on(grounds, today, rules)],
        listed=listed_lines(grounds),
        draws=operator_draws(session, codes),
        pending=pending_draws(session, unit_id),
        results=results_of(session, disclosures_of(session, Subject.RESULT, codes, today), today),
        penalties=penalties_of(session, disclosures_of(session, Subject.PENALTY, codes, today), today),
    )


def _other(code: str) -> OtherRecord:
    return OtherRecord(code=code, path=operator_path(code))
