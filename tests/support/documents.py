"""A document for tests to start from."""

from datetime import UTC, datetime
from typing import Any

from textract_pipeline.document import Document, Lane

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
DOCUMENT = Document(
    document_id="0" * 32,
    bucket="documents",
    key="a.pdf",
    etag="e",
    size_bytes=1,
    lane=Lane.LIVE,
    features=(),
    submitted_at=NOON,
    updated_at=NOON,
)


def a_document(**changes: Any) -> Document:
    """The document with these attributes."""
    return DOCUMENT._replace(**changes)
