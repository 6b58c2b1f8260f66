"""Every table of the service, gathered: what the migrations are compared with."""

from app import auth, marks, record
from publicity import disclosure, sequencer
from registry import (
    caps,
    changes,
    commitments,
    evidence,
    executions,
    followups,
    leaves,
    loans,
    merging,
    penalties,
    replacing,
    rosters,
    undrawn,
)
from registry.base import Record

METADATA = Record.metadata
MODULES = (
    *(auth, marks, record, disclosure, sequencer),
    *(caps, changes, commitments, evidence, executions, followups, leaves, loans, merging, penalties),
    *(replacing, rosters, undrawn),
)
"""Imported for their tables."""
