"""The caps on inspections as the public sees them: what was approved, by whom, on what basis, and what is in force."""

from datetime import date
from typing import Literal

from sqlmodel import Session

from publicity.pages.caps import CapLine, CapsPage
from publicity.pages.site import Site
from registry.base import legal_day
from registry.caps import Cap, approved_caps, cap_on


def caps_page(session: Session, site: Site, on: date) -> CapsPage:
    """Return every approved cap, the latest begun first, with what each is on a day."""
    present = cap_on(session, on)
    return CapsPage(
        site=site,
        on=on,
        rows=[
            CapLine(
                cap_id=cap.cap_id,
                state=_state(cap, present, on),
                yearly=cap.yearly,
                low_risk=bool(cap.low_risk),
                valid_from=cap.valid_from,
                basis=cap.basis,
                drafted_by=f"经办人 {cap.drafted_by}",
                approved_by=f"审批人 {cap.approved_by}",
                approved_on=legal_day(cap.approved_at or cap.drafted_at),
            )
            for cap in approved_caps(session)
        ],
    )


def _state(cap: Cap, present: Cap | None, on: date) -> Literal["ahead", "in_force", "followed"]:
    if cap.valid_from > on:
        return "ahead"
    return "in_force" if present is not None and cap.cap_id == present.cap_id else "followed"
