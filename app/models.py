"""Every table of the service, gathered: what the migrations are compared with."""

from app import auth, marks, record
from publicity import disclosure, sequencer
from registry import commitments, evidence, executions, followups, importing, penalties, undrawn
from registry.base import Record

METADATA = Record.metadata
MODULES = (
    auth,
    marks,
    record,
    disclosure,
    sequencer,
    commitments,
    evidence,
    executions,
    followups,
    importing,
    penalties,
    undrawn,
)
"""Imported for their tables."""
