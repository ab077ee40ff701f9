"""A document at every step of the flow: its identity, its states, its route. Pure: makes no AWS calls.

A document is one version of one S3 object. Its id derives from its bucket, key, and ETag, so the same content under
the same key is always the same document, no matter how and how often it is announced.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from textract_pipeline.names import DocumentStatus, Feature, Stage

OUTPUT_REASON = "The pipeline wrote this object itself: it is not a document."
FOLDER_REASON = "This is a folder that was made in the S3 console: it is not a document."
EMPTY_ETAG = "d41d8cd98f00b204e9800998ecf8427e"  # of an object of 0 bytes without a KMS key: MD5 of nothing
MAX_KEY_BYTES = 1024  # S3's limit for an object key in UTF-8 (S3 User Guide, "Naming objects", 2026-11)
LONGEST_OUTPUT_NAME_BYTES = 100  # `response/<JobId of 64 characters>/.s3_access_check`, and some to spare

_OUTPUT_KEY = re.compile(r"-analysis/[0-9a-f]{32}/")
_JOB_TAG = re.compile(r"(?P<document_id>[0-9a-f]{32}):(?P<run>[1-9][0-9]*)")


class Lane(StrEnum):
    """New uploads and backfills have separate queues in both pipelines."""

    LIVE = "live"
    BACKFILL = "backfill"


class DocumentFormat(StrEnum):
    """The formats that Textract reads (Textract Developer Guide, "Hard limits", 2026-11)."""

    JPEG = "JPEG"
    PNG = "PNG"
    PDF = "PDF"
    TIFF = "TIFF"

    @property
    def is_image(self) -> bool:
        """Whether a document of this format always has one page, and therefore goes to the sync pipeline."""
        return self in {DocumentFormat.JPEG, DocumentFormat.PNG}

    @property
    def max_bytes(self) -> int:
        """The largest file of this format that Textract accepts: 10 MB for images, 500 MB for PDF and TIFF."""
        return 10 * 1024**2 if self.is_image else 500 * 1024**2


class ObjectVersion(NamedTuple):
    """An S3 object as named in an event or a manifest."""

    bucket: str
    key: str
    version_id: str | None = None
    etag: str | None = None
    put_by: str | None = None  # S3's name for the uploader

    @property
    def document_id(self) -> str:
        """The id of its document, if its ETag is known."""
        return document_id(self.bucket, self.key, self.etag or "")


class ObjectHead(NamedTuple):
    """An object's identity, its version if its bucket keeps versions, its size, and its first bytes."""

    etag: str
    size_bytes: int
    first_bytes: bytes
    version_id: str | None = None


class Run(NamedTuple):
    """One processing of one document; a reprocess is a new run."""

    document_id: str
    number: int

    @property
    def job_tag(self) -> str:
        """Names the run in Textract's completion notification."""
        return f"{self.document_id}:{self.number}"

    @classmethod
    def from_job_tag(cls, tag: str) -> "Run | None":
        """The run that a job tag names, or None if the job is not from this pipeline."""
        match = _JOB_TAG.fullmatch(tag)
        return cls(match["document_id"], int(match["run"])) if match else None


class Failure(NamedTuple):
    """Why a run ended without success, in words that a person can act on."""

    code: str
    message: str
    stage: Stage


class Result(NamedTuple):
    """What Textract's response to a run contained, and the names of the outputs made from it."""

    pages: int
    outputs: Sequence[str] = ()
    model_version: str | None = None


class Document(NamedTuple):
    """One document and the state of its latest run, as stored in DocumentsTable."""

    document_id: str
    bucket: str
    key: str
    etag: str
    size_bytes: int
    lane: Lane
    features: tuple[Feature, ...]
    submitted_at: datetime
    updated_at: datetime
    format: DocumentFormat | None = None
    version_id: str | None = None
    queries: tuple[str, ...] = ()
    run_number: int = 1
    billed_run_number: int = 1
    status: DocumentStatus = DocumentStatus.SUBMITTED
    pages: int | None = None
    job_id: str | None = None
    failure: Failure | None = None
    backfill: str | None = None
    outputs: tuple[str, ...] = ()  # the names of its outputs, below the output prefix
    model_version: str | None = None  # of Textract's model, from its response
    submitted_by: str | None = None  # S3's or IAM's name for who uploaded the object or started the run
    queued_at: datetime | None = None
    started_at: datetime | None = None  # when the run was first IN_PROGRESS
    registered_at: datetime | None = None  # for a second or later run: when the first was submitted
    earlier_runs: tuple["Document", ...] = ()  # the latest of them, in their final states

    @property
    def run(self) -> Run:
        """The document's latest run."""
        return Run(self.document_id, self.run_number)

    @property
    def billed_run(self) -> Run:
        """The run in whose name Textract is called; a redriven run keeps its predecessor's, to avoid paying twice."""
        return Run(self.document_id, self.billed_run_number)

    @property
    def first_submitted_at(self) -> datetime:
        """When the document became known."""
        return self.registered_at or self.submitted_at

    @property
    def client_request_token(self) -> str:
        """Makes Textract answer a repeated Start of the same run with the same job.

        It has the first submission's time: Textract remembers it for seven days, even if the document was deleted.
        """
        return f"{self.document_id}-{self.billed_run_number}-{self.first_submitted_at.timestamp() * 1000:.0f}"

    @property
    def may_be_paid_for(self) -> bool:
        """Whether an earlier attempt may already have Textract's response."""
        return self.status is DocumentStatus.IN_PROGRESS or self.billed_run_number != self.run_number

    @property
    def uri(self) -> str:
        """The document as `s3://bucket/key`, for messages to people."""
        return f"s3://{self.bucket}/{self.key}"

    @property
    def output_prefix(self) -> str:
        """Where the outputs are, in the document's own bucket; ends with a slash."""
        return output_prefix(self.key, self.document_id)

    @property
    def goes_sync(self) -> bool:
        """The routing rule: one-page images go to the sync pipeline, PDF and TIFF to the async pipeline."""
        return self.format is not None and self.format.is_image

    @property
    def analyzes_text_only(self) -> bool:
        """Whether plain text detection, the cheap API, is enough."""
        return set(self.features) <= {Feature.TEXT}


class Registered(StrEnum):
    """How a document that was announced was received."""

    NEW = "registered"
    KNOWN = "registered before"  # and left as it is
    AGAIN = "reprocessed"  # registered before, and a new run is begun


class Registration(NamedTuple):
    """A document that was announced, and how it was received."""

    document: Document
    how: Registered

    @property
    def named(self) -> dict[str, object]:
        """Which document, and in which state, a line of the log is about."""
        document = self.document
        return {"documentId": document.document_id, "run": document.run_number, "status": document.status}


def document_id(bucket: str, key: str, etag: str) -> str:
    """The document id of an object's content: 32 hexadecimal characters."""
    identity = "\n".join((bucket, key, etag.strip('"')))
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def output_prefix(key: str, identifier: str) -> str:
    """The prefix of a document's outputs: `{key}-analysis/{documentId}/`.

    The key is shortened if the outputs' keys would exceed S3's limit; the id keeps the prefix unique.
    """
    suffix = f"-analysis/{identifier}/"
    room = MAX_KEY_BYTES - LONGEST_OUTPUT_NAME_BYTES - len(suffix)
    return key.encode()[:room].decode(errors="ignore") + suffix


def is_output_key(key: str) -> bool:
    """Whether the pipeline writes this key, so that it must never process it."""
    return _OUTPUT_KEY.search(key) is not None


def is_folder(key: str, size_bytes: int) -> bool:
    """Whether an object is a folder that was made in the S3 console, and no document.

    Amazon S3 User Guide, "Organizing objects in the Amazon S3 console by using folders" (2026-11).
    """
    return key.endswith("/") and not size_bytes


def setting_for_key(key: str, by_prefix: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The setting for the longest matching prefix of the key; empty if none matches."""
    matching = [prefix for prefix in by_prefix if key.startswith(prefix)]
    return by_prefix[max(matching, key=len)] if matching else ()


def ordered_features(names: Sequence[str]) -> tuple[Feature, ...]:
    """The features of these names, each once, in a fixed order, so that equal settings make equal requests."""
    wanted = {Feature(name) for name in names}
    return tuple(feature for feature in Feature if feature in wanted)
