"""Every column of text is erasable by a matter, or stays for a reason that is written here."""

from typing import Any, get_args

from sqlalchemy import JSON, String
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.models import METADATA
from registry.bulk import table_of
from registry.images import NO_RECORD
from registry.matters import MATTERS, Row

NUMBER = "a number, key, code or name by which records are found"
PERSON = "the account of who acted: who did what has to be traceable (优化营商环境条例 58)"
CHOICE = "a choice of a closed list"
DIGEST = "a digest, signature or random value"
RULE = "a rule of a plan, a cap, an item or a calendar, made to be published"
DRAW = "a neutral fact of a draw, permanent"
SENT = "the name of those sent or of office, which is on public record (行政处罚法 42; 优化营商环境条例 58)"
SUBJECT = "the register's own data of a business, which are no contacts"
WHY = "the record of why something was decided by two people, kept as their decision is"
SAID = "what the public is told of a withdrawal, for good; numbers of persons are refused in it"
MADE = "made from the records beside it, and anew when one is erased"

BY_NAME: dict[str, str] = {
    **dict.fromkeys(
        (
            *("area", "areas", "cap_id", "cause", "change_id", "code", "corrects", "evidence"),
            *("credit_code", "department", "departments", "disclosure_id", "draw_id", "evidence_id", "finding_id"),
            *("inspector_no", "item", "items", "key", "key_id", "leave_id", "loan_id", "merged_into", "merging_id"),
            *("penalty_id", "person_id", "plan_no", "recusal_id", "register_no", "replacement_id", "replaces"),
            *(
                "request_id",
                "roster_no",
                "source_id",
                "task_no",
                "unit_id",
                "visit_id",
                "stratum",
                "party",
                "decision_no",
                "upload_id",
            ),
        ),
        NUMBER,
    ),
    **dict.fromkeys(
        (
            *("added_by", "approved_by", "approver", "cancelled_by", "committed_by", "confirmed_by", "decided_by"),
            *("drafted_by", "entered_by", "executed_by", "filed_by", "handed_by", "opened_by", "published_by"),
            *("received_by", "recorded_by", "requested_by", "reviewed_by", "taken_by", "withdrawn_by"),
        ),
        PERSON,
    ),
    **dict.fromkeys(
        (
            *(
                "fallen",
                "kind",
                "kinds",
                "level",
                "media_type",
                "method",
                "origin",
                "outcome",
                "follow_up",
                "procedure",
            ),
            *("roles", "status", "step", "stratify", "subject", "what", "matter", "platform"),
        ),
        CHOICE,
    ),
    **dict.fromkeys(
        (
            *("digest", "fingerprint", "original_sha256", "stored_sha256", "outcome_root", "randomness", "root"),
            *("signature", "state", "value"),
        ),
        DIGEST,
    ),
    **dict.fromkeys(("basis", "ratio_basis", "ratio_floor", "title"), RULE),
}
"""Names that mean the same wherever they stand."""

BY_PLACE: dict[str, str] = {
    "batches.criteria": RULE,
    "batches.public_source": RULE,
    "batches.quotas": RULE,
    "batches.team": RULE,
    "calendar_days.name": RULE,
    "calendar_days.notice": RULE,
    "case_endings.case_id": NUMBER,
    "case_endings.ended_by": PERSON,
    "case_endings.way": CHOICE,
    "case_extensions.case_id": NUMBER,
    "case_pauses.case_id": NUMBER,
    "case_resumptions.case_id": NUMBER,
    "case_terms.case_id": NUMBER,
    "cases.case_id": NUMBER,
    "cases.case_no": NUMBER,
    "departments.name": RULE,
    "disclosure_terms.counted_from": CHOICE,
    "disclosure_terms.early_never": CHOICE,
    "disclosure_terms.early_source": RULE,
    "disclosure_terms.name": RULE,
    "disclosure_terms.rules": RULE,
    "disclosure_terms.source": RULE,
    "disclosure_endings.ended_by": PERSON,
    "disclosure_endings.ground": CHOICE,
    "disclosure_endings.reason": SAID,
    "disclosure_endings.way": CHOICE,
    "disclosure_endings.withdrawal_id": NUMBER,
    "disclosures.content": MADE,
    "draw_commitments.amended": DRAW,
    "draw_commitments.narrowings": DRAW,
    "draw_commitments.reasons": DRAW,
    "draw_commitments.recused": DRAW,
    "draw_escrows.holder": DRAW,
    "draw_escrows.place": DRAW,
    "draw_executions.witnesses": DRAW,
    "draw_hidden_strata.means": DRAW,
    "draw_opening_requests.reason": DRAW,
    "draw_secrets.document": DRAW,
    "draw_values.witnesses": DRAW,
    "draw_void_requests.reason": DRAW,
    "draw_void_requests.text": DRAW,
    "draw_voids.known": DRAW,
    "erased_rows.name": NUMBER,
    "erasure_requests.text": WHY,
    "former_items.content": RULE,
    "former_items.name": RULE,
    "inspection_caps.low_risk": RULE,
    "inspectors.name": SENT,
    "items.content": RULE,
    "items.name": RULE,
    "listing_confirmations.order_id": NUMBER,
    "listing_orders.listed": CHOICE,
    "listing_orders.order_id": NUMBER,
    "listing_orders.removes": NUMBER,
    "operator_mergings.joined": NUMBER,
    "operator_mergings.kept": NUMBER,
    "operator_mergings.merged": NUMBER,
    "operator_mergings.reason": WHY,
    "operator_sites.domain": SUBJECT,
    "operator_sites.icp_no": SUBJECT,
    "operator_sites.platform_name": SUBJECT,
    "operator_sites.shop_id": SUBJECT,
    "operator_sites.shop_url": SUBJECT,
    "operator_sites.site_name": SUBJECT,
    "operators.address": SUBJECT,
    "operators.name": SUBJECT,
    "operators.name_grams": SUBJECT,
    "operators.name_key": SUBJECT,
    "operators.risk_class": SUBJECT,
    "operators.risk_month": SUBJECT,
    "operators.risk_source": SUBJECT,
    "penalty_gravity.sector": CHOICE,
    "penalty_gravity.severity": CHOICE,
    "penalty_gravity.stated_by": PERSON,
    "penalty_licences.licence": NUMBER,
    "penalty_licences.stated_by": PERSON,
    "penalty_notices.how": CHOICE,
    "penalty_reviews.published_digest": DIGEST,
    "penalty_pushes.letter_no": NUMBER,
    "penalty_pushes.office": SENT,
    "penalty_pushes.receiver": SENT,
    "penalty_pushes.receiver_area": NUMBER,
    "penalty_spans.place": NUMBER,
    "penalty_spans.verdict": CHOICE,
    "penalty_spans.why": CHOICE,
    "people.name": SENT,
    **dict.fromkeys(
        (
            *("petition_acceptances.petition_id", "petition_claims.need", "petition_claims.petition_id"),
            *("petition_decisions.petition_id", "petition_files.file_id", "petition_files.petition_id"),
            *("petition_proposals.petition_id", "petition_returns.petition_id", "petitions.petition_id"),
        ),
        NUMBER,
    ),
    **dict.fromkeys(
        (
            *("petition_acceptances.shown", "petition_proposals.met", "petition_proposals.remedy"),
            *("petitions.asker", "petitions.channel"),
        ),
        CHOICE,
    ),
    "petition_proposals.proposed_by": PERSON,
    "petition_returns.returned_by": PERSON,
    "petitions.follow_digest": DIGEST,
    "plan_changes.changes": RULE,
    "plan_changes.reason": WHY,
    "push_receipts.receipt_no": NUMBER,
    "received_penalties.authority": SENT,
    "received_penalties.authority_area": NUMBER,
    "received_penalties.letter_no": NUMBER,
    "received_penalties.sender": SENT,
    "replaced_seats.inspector_name": SENT,
    "replacements.reason": CHOICE,
    "uploads.receipt_no": NUMBER,
    "visit_seats.inspector_name": SENT,
    "visit_steps.detail": "the notice as issued and who of the team was there, by number",
    "visits.operator_name": DRAW,
    "withdrawal_decisions.text": WHY,
    "withdrawal_decisions.withdrawal_id": NUMBER,
    "withdrawals.asked_by": PERSON,
    "withdrawals.document_no": NUMBER,
    "withdrawals.ground": CHOICE,
    "withdrawals.reason": SAID,
    "withdrawals.withdrawal_id": NUMBER,
}
"""Table and column → why it stays, for what the name alone does not say."""


def columns() -> dict[str, str]:
    """Return table and column → column of all that holds text, lists of it included, in what facts tell of."""
    return {
        f"{table.name}.{column.name}": column.name
        for table in METADATA.sorted_tables
        if table.name not in NO_RECORD
        for column in table.columns
        if isinstance(plain(column.type), String | JSON)
    }


def plain(column_type: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return a type without what a decorator makes of it."""
    return column_type.impl_instance if isinstance(column_type, TypeDecorator) else column_type


def erasable() -> set[str]:
    """Return the columns that some matter empties."""
    return {
        f"{table_of(each.rows).name}.{name}" for own in MATTERS.values() for each in own.texts for name in each.names
    }


def test_every_column_of_text_is_erasable_or_stays_for_a_reason() -> None:
    left = {place for place, name in columns().items() if name not in BY_NAME} - set(BY_PLACE) - erasable()
    assert left == set()


def test_every_reason_is_of_a_column_that_is_there_and_stays() -> None:
    places = columns()
    assert set(BY_PLACE) <= set(places)
    assert set(BY_NAME) <= set(places.values())
    assert erasable() <= set(places)
    assert erasable() & set(BY_PLACE) == set()


def test_every_table_that_loses_texts_is_of_a_matter() -> None:
    assert {each.rows for own in MATTERS.values() for each in own.texts} == set(get_args(Row))
