"""What S3 Batch Operations reports about a backfill's tasks, one job and one task at a time.

Files and columns: S3 User Guide, "Examples: S3 Batch Operations completion reports", 2026-11. Its schema puts the error
code before the HTTP status, its examples the other way round: neither is read here.
"""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from typing import IO, cast
from urllib.parse import unquote_plus

import click
from botocore.exceptions import ClientError

from textract_pipeline.aws import clients
from textract_pipeline.document import ObjectVersion
from textract_pipeline.errors import ErrorCode

_COLUMNS = 7  # Bucket, Key, VersionId, TaskStatus, two that are not read, ResultMessage
_REGISTERED = re.compile(r"(?P<how>registered|registered before|reprocessed) as (?P<document_id>[0-9a-f]{32}), ")
_REFUSED = re.compile(r"(?P<code>[A-Z_]+): ")


class ReportError(click.ClickException):
    """A file cannot be read, or is not a completion report."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """How an object's task ended, with the message of s3batchproc, or of S3 about s3batchproc."""

    succeeded: bool
    message: str

    @property
    def document_id(self) -> str | None:
        """The document that the object is registered as."""
        match = _REGISTERED.match(self.message) if self.succeeded else None
        return match["document_id"] if match else None

    @property
    def began_run(self) -> bool:
        """Whether the task started a run of the document, its first or another."""
        match = _REGISTERED.match(self.message) if self.succeeded else None
        return match is not None and match["how"] != "registered before"

    @property
    def refusal(self) -> ErrorCode | None:
        """Why the object cannot be registered, if trying again would not help."""
        match = None if self.succeeded else _REFUSED.match(self.message)
        return ErrorCode(match["code"]) if match and match["code"] in {*ErrorCode} else None


@dataclass(frozen=True, slots=True)
class CompletionReport:
    """The completion report of one job: where the CSV files with its tasks are."""

    job_id: str
    files: Sequence[tuple[str, str]]  # bucket and key

    def tasks(self) -> Iterator[tuple[ObjectVersion, TaskOutcome]]:
        """Each task's object, with its key decoded, and how the task ended. Raises ReportError."""
        for bucket, key in self.files:
            yield from _tasks(bucket, key)


def find_report(bucket: str, prefix: str, job_id: str) -> CompletionReport | None:
    """The completion report of a job, None if it is not written or has no bucket. Raises ReportError."""
    if not bucket:
        return None
    key = "/".join(part for part in (prefix.strip("/"), f"job-{job_id}", "manifest.json") if part)
    try:
        manifest = json.load(clients.s3().get_object(Bucket=bucket, Key=key)["Body"])
        return CompletionReport(job_id, [(file["Bucket"], file["Key"]) for file in manifest["Results"]])
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchBucket"}:
            return None
        raise ReportError(_refused(bucket, key, error)) from error
    except (ValueError, KeyError, TypeError) as error:
        message = f"s3://{bucket}/{key} is not the manifest.json of a completion report ({error!r})."
        raise ReportError(message) from error


def _tasks(bucket: str, key: str) -> Iterator[tuple[ObjectVersion, TaskOutcome]]:
    try:
        body = cast("IO[bytes]", clients.s3().get_object(Bucket=bucket, Key=key)["Body"])
        file = TextIOWrapper(body, encoding="utf-8", newline="")
        for number, columns in enumerate(csv.reader(file, strict=True), start=1):
            if len(columns) != _COLUMNS:
                raise ReportError(
                    f"Row {number} of s3://{bucket}/{key} does not have the {_COLUMNS} columns of a completion report."
                )
            yield _task(columns)
    except ClientError as error:
        raise ReportError(_refused(bucket, key, error)) from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise ReportError(f"s3://{bucket}/{key} cannot be read as a CSV of tasks: {error}.") from error


def _task(columns: Sequence[str]) -> tuple[ObjectVersion, TaskOutcome]:
    bucket, key, version_id, status, *_, message = columns
    source = ObjectVersion(bucket, unquote_plus(key, errors="strict"), version_id or None)
    return source, TaskOutcome(status == "succeeded", message)


def _refused(bucket: str, key: str, error: ClientError) -> str:
    reason = error.response["Error"]["Message"].rstrip(".")
    return f"The completion report s3://{bucket}/{key} cannot be read: {reason}."
