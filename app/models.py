"""Every table of the service, gathered: what the migrations are compared with."""

from app import auth, marks, record
from publicity import disclosure, sequencer
from registry import caps, changes, commitments, executions, importing, leaves, loans, merging, penalties
from registry.base import Record

METADATA = Record.metadata
MODULES = (
    *(auth, marks, record, disclosure, sequencer),
    *(caps, changes, commitments, executions, importing, leaves, loans, merging, penalties),
)
"""Imported for their tables."""
