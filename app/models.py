"""Every table of the service, gathered: what the migrations are compared with."""

from app import auth, marks, record
from publicity import (
    case_terms,
    clock_watch,
    disclosure,
    endings,
    heads,
    reminders,
    sequencer,
    stated_terms,
    uploads,
    withdrawals,
    witnessing,
)
from registry import (
    caps,
    cases,
    changes,
    commitments,
    deliveries,
    department_codes,
    erasing,
    evidence,
    executions,
    followups,
    gravity,
    handing_in,
    leaves,
    licences,
    listings,
    loans,
    merging,
    openings,
    outbox,
    penalties,
    petitions,
    public_values,
    pushes,
    received,
    redactions,
    replaced_rows,
    replacing,
    rosters,
    undrawn,
    voids,
)
from registry.base import Record

METADATA = Record.metadata
MODULES = (
    *(auth, marks, record),
    *(case_terms, clock_watch, disclosure, endings, heads, reminders, sequencer, stated_terms, uploads, withdrawals),
    *(witnessing,),
    *(caps, cases, changes, commitments, deliveries, department_codes, erasing, evidence, executions, followups),
    *(gravity, handing_in, leaves, licences, listings, loans, merging, openings, outbox, penalties, petitions),
    *(public_values, pushes, received, redactions, replaced_rows, replacing, rosters, undrawn, voids),
)
"""Imported for their tables."""
