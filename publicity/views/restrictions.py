"""Restrictions in force and entries on lists, as pages and answers show them."""

from collections.abc import Iterable

from publicity.pages.restrictions import ListedLine, RestrictionLine
from publicity.restrictions import Ground, Restriction
from publicity.views.records import proof_path
from registry.listings import LIST_WORDS


def restriction_line(found: Restriction) -> RestrictionLine:
    """Return a restriction as it is shown."""
    ground = found.ground
    return RestrictionLine(
        what=found.words[0],
        what_en=found.words[1],
        source=found.source,
        from_on=found.from_on,
        until_on=found.until_on,
        ends=found.ends.value,
        listed=None if ground.listed is None else ground.listed.value,
        authority=ground.authority,
        decision_no=ground.decision_no,
        decided_on=ground.decided_on,
        basis=ground.basis,
        record_id=ground.record_id,
        record_path=ground.path,
        log_index=ground.log_index,
        proof_path=proof_path(ground.log_index),
    )


def listed_lines(grounds: Iterable[Ground]) -> list[ListedLine]:
    """Return the entries on lists among some grounds, by the day of the decision and number."""
    entries = sorted((each.decided_on, each.record_id, each) for each in grounds if each.listed is not None)
    return [
        ListedLine(
            order_id=ground.record_id,
            list_name=LIST_WORDS[ground.listed][0],
            authority=ground.authority,
            decision_no=ground.decision_no,
            decided_on=ground.decided_on,
            basis=ground.basis,
            log_index=ground.log_index,
            proof_path=proof_path(ground.log_index),
            evidence_path=f"/log/evidence/listings/{ground.record_id}",
        )
        for _, _, ground in entries
        if ground.listed is not None
    ]
