"""Evidence files."""

from datetime import datetime

from app.wire.base import Answer


class EvidenceOut(Answer):
    """A file of a visit by its record: SHA-256 of what came and of what is kept."""

    evidence_id: str
    visit_id: str
    name: str
    media_type: str
    original_sha256: str
    stored_sha256: str
    size: int
    added_by: str
    added_at: datetime
