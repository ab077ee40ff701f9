"""Makes a view of a file as viewproc does, with a response of another document. S3 is in memory.

There is no documented error: if a view cannot be made, a reason is listed, no matter what is wrong with the file.
"""

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import IO
from unittest.mock import patch

from botocore.response import StreamingBody

from document_rendering.views import make_views
from tests.fuzz.corpus import responses
from textract_pipeline.aws import clients
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.output_table import OutputTable
from textract_pipeline.document import Document, Lane
from textract_pipeline.names import Feature, OutputName
from textract_pipeline.registration.accepted_format import detect_format
from textract_pipeline.settings import ViewSettings

NOW = datetime(2026, 11, 28, tzinfo=UTC)
RESPONSE = json.dumps(responses()[2]).encode()


class Bucket:
    """A substitute for boto3's S3 client: it has the document and its response, and accepts uploads."""

    def __init__(self, document: Document, data: bytes) -> None:
        self._key, self._data = document.key, data
        self.written: list[bytes] = []

    def get_object(self, *, Key: str, **_: str) -> dict[str, object]:  # noqa: N803
        """The document, or its response."""
        body = self._data if Key == self._key else RESPONSE
        return {"Body": StreamingBody(BytesIO(body), len(body)), "Metadata": {"run": "1"}, "ETag": '"etag"'}

    def put_object(self, *, Body: IO[bytes], **_: str) -> None:  # noqa: N803
        """Keep a view."""
        self.written.append(Body.read())


def make_view(name: OutputName, data: bytes) -> bytes | None:
    """The view, or None if a reason is listed instead."""
    document = Document(
        document_id="0" * 32,
        bucket="documents",
        key="key",
        etag="etag",
        size_bytes=len(data),
        lane=Lane.LIVE,
        features=tuple(Feature),
        submitted_at=NOW,
        updated_at=NOW,
        format=detect_format(data),
    )
    bucket = Bucket(document, data)
    with (
        patch.object(clients, "s3", lambda: bucket),
        patch.object(DocumentsTable, "get", lambda *_: document),
        patch.object(OutputTable, "record", lambda *_: None),
    ):
        reasons = make_views(document.run, ViewSettings("documents", "outputs", [name]))
    assert len(bucket.written) + len(reasons) >= 1
    return bucket.written[0] if bucket.written else None


class NotRegisteredError(Exception):
    """The input is not a document, so no view of it is ever made."""


def registered(data: bytes) -> bytes:
    """The bytes, if they could be those of a document."""
    if detect_format(data) is None:
        raise NotRegisteredError
    return data
