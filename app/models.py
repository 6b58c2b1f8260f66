"""Every table of the service, gathered: what the migrations are compared with."""

from app import auth, marks, record
from publicity import disclosure, sequencer
from registry import caps, changes, commitments, executions, leaves, loans, merging, penalties, rosters
from registry.base import Record

METADATA = Record.metadata
MODULES = (
    *(auth, marks, record, disclosure, sequencer),
    *(caps, changes, commitments, executions, leaves, loans, merging, penalties, rosters),
)
"""Imported for their tables."""
