"""Convert AWS's event JSON to typed inputs: the first thing that each handler does. Pure.

Powertools' event classes are imported when the first event is parsed: they are imported all together, for dozens of
services, and asyncproc needs none.
"""

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from math import isfinite, nan
from typing import TYPE_CHECKING, Literal, NamedTuple, TypedDict
from urllib.parse import unquote_plus

from textract_pipeline.aws.items import document_from_item
from textract_pipeline.document import Document, ObjectVersion, Run
from textract_pipeline.names import DocumentStatus

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes import S3BatchOperationEvent
    from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

# How the result of a task begins whose object is no document: `backfill reconcile` reads it in the job's report.
SKIPPED_OUTPUT = "skipped: the pipeline wrote this object itself"
SKIPPED_FOLDER = "skipped: this is a folder"

ResultCode = Literal["Succeeded", "TemporaryFailure", "PermanentFailure"]


class TaskResult(TypedDict):
    """What S3 Batch Operations is told about a task."""

    taskId: str
    resultCode: ResultCode
    resultString: str


class BatchReply(TypedDict):
    """The reply to an S3 Batch Operations invocation (S3 User Guide, "Invoke AWS Lambda function", 2026-11)."""

    invocationSchemaVersion: str
    treatMissingKeysAs: ResultCode
    invocationId: str
    results: list[TaskResult]


class BatchTask(NamedTuple):
    """One task of an S3 Batch Operations job: an object to register."""

    task_id: str
    source: ObjectVersion

    def result(self, code: ResultCode, text: str) -> TaskResult:
        """The task's result, with a text for the job's completion report."""
        return {"taskId": self.task_id, "resultCode": code, "resultString": text}


class ReprocessPolicy(StrEnum):
    """Which previously processed documents a backfill processes again."""

    NONE = "none"
    FAILED = "failed"  # those that ended without full success
    ALL = "all"


class Backfill(NamedTuple):
    """What a Batch Operations job says about its backfill: its user arguments.

    A job created without them, as in the console, is a backfill of its own, identified by the job's id.
    """

    id: str
    again: ReprocessPolicy = ReprocessPolicy.NONE
    documents_per_minute: float = 0  # that may be imported; 0 is no limit

    def to_arguments(self) -> dict[str, str]:
        """The user arguments."""
        return {
            "backfill": self.id,
            "again": self.again,
            "documentsPerMinute": f"{self.documents_per_minute:g}",
        }

    def repeats(self, document: Document) -> bool:
        """Whether to process a registered document again; each backfill does so at most once."""
        if document.backfill == self.id or not document.status.is_terminal:
            return False
        has_failed = document.status is not DocumentStatus.SUCCEEDED
        return self.again is ReprocessPolicy.ALL or (self.again is ReprocessPolicy.FAILED and has_failed)


class Trigger(StrEnum):
    """What invokes asyncproc: its schedule, a job's completion (SNS), or docproc after queuing work."""

    TICK = "tick"
    COMPLETION = "completion"
    NEW_WORK = "new work"


class JobCompletion(NamedTuple):
    """What Textract's notification says about a finished job."""

    run: Run
    job_id: str
    status: str
    api: str

    def to_json(self) -> str:
        """The body of its SQS message, as SNS would have sent it."""
        notification = {"JobId": self.job_id, "Status": self.status, "API": self.api, "JobTag": self.run.job_tag}
        return json.dumps({"Type": "Notification", "Message": json.dumps(notification)})

    @property
    def succeeded(self) -> bool:
        """Whether every page was processed."""
        return self.status == "SUCCEEDED"

    @property
    def failed(self) -> bool:
        """Whether no page was processed; a partial success is neither."""
        return self.status not in {"SUCCEEDED", "PARTIAL_SUCCESS"}


class DocumentMessage(NamedTuple):
    """Work to do on one run of a document. The object is included for people who inspect a queue."""

    run: Run
    bucket: str
    key: str

    @classmethod
    def of(cls, document: Document) -> "DocumentMessage":
        """The message for a document's latest run."""
        return cls(document.run, document.bucket, document.key)

    @classmethod
    def from_json(cls, body: str) -> "DocumentMessage":
        """Read a message's body."""
        fields = json.loads(body)
        return cls(Run(fields["documentId"], fields["run"]), fields["bucketName"], fields["objectName"])

    def to_json(self) -> str:
        """The message's body."""
        return json.dumps(
            {
                "documentId": self.run.document_id,
                "run": self.run.number,
                "bucketName": self.bucket,
                "objectName": self.key,
            },
            ensure_ascii=False,
        )


def created_objects(event: dict[str, object]) -> Iterator[ObjectVersion]:
    """The objects created according to an S3 notification, with decoded keys."""
    from aws_lambda_powertools.utilities.data_classes import S3Event

    for record in S3Event(event).records:
        item = record.s3.get_object
        put_by = (record.get("userIdentity") or {}).get("principalId")
        yield ObjectVersion(record.s3.bucket.name, unquote_plus(item.key), item.version_id, item.etag, put_by)


def batch_tasks(event: dict[str, object]) -> Iterator[BatchTask]:
    """The tasks of an S3 Batch Operations invocation, of schema 1.0 or 2.0."""
    from aws_lambda_powertools.utilities.data_classes.s3_batch_operation_event import S3BatchOperationTask

    for raw in _batch_operation(event)["tasks"]:
        task = S3BatchOperationTask(raw)
        source = ObjectVersion(task.s3_bucket, task.s3_key, task.s3_version_id or None)
        yield BatchTask(task.task_id, source)


def backfill(event: dict[str, object]) -> Backfill:
    """The backfill that an S3 Batch Operations invocation belongs to; ValueError if its arguments are wrong."""
    job = _batch_operation(event)["job"]
    arguments = job.get("userArguments") or {}
    identifier = arguments.get("backfill", job["id"])
    if not isinstance(identifier, str):
        raise ValueError(f"backfill is {identifier!r}")  # noqa: TRY004 - a value that somebody gave, no mistake in code
    return Backfill(
        identifier,
        ReprocessPolicy(arguments.get("again", ReprocessPolicy.NONE)),
        _documents_per_minute(arguments.get("documentsPerMinute", "0")),
    )


def _documents_per_minute(given: object) -> float:
    """A rate; ValueError for what Python takes for a number as well, and would be no limit."""
    try:
        rate = float(given) if isinstance(given, str | int | float) and not isinstance(given, bool) else nan
    except ValueError:
        rate = nan
    if not (isfinite(rate) and rate >= 0):
        raise ValueError(f"documentsPerMinute is {given!r}")
    return rate


def batch_reply(event: dict[str, object], results: list[TaskResult]) -> BatchReply:
    """The reply to a job's invocation; tasks missing from it would be tried again."""
    invocation = _batch_operation(event)
    return {
        "invocationSchemaVersion": invocation.invocation_schema_version,
        "treatMissingKeysAs": "TemporaryFailure",
        "invocationId": invocation.invocation_id,
        "results": results,
    }


def streamed_documents(event: dict[str, object]) -> list[Document]:
    """The documents in a batch of DocumentsTable's stream."""
    from aws_lambda_powertools.utilities.data_classes import DynamoDBStreamEvent

    return [streamed_document(record) for record in DynamoDBStreamEvent(event).records]


def streamed_document(record: "DynamoDBRecord") -> Document:
    """The document after the change in a stream record of DocumentsTable."""
    return document_from_item((record.dynamodb and record.dynamodb.new_image) or {})


def announced_run(event: dict[str, object]) -> Run:
    """The run that a "Document Processed" event is about."""
    from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent

    return document_from_item(EventBridgeEvent(event).detail).run


def job_completion(body: str) -> JobCompletion | None:
    """The completion in an SNS notification in an SQS message; None if the job is not from this pipeline."""
    notification = json.loads(json.loads(body)["Message"])
    run = Run.from_job_tag(notification.get("JobTag", ""))
    if run is None:
        return None
    return JobCompletion(run, notification["JobId"], notification["Status"], notification["API"])


def run_of_message(body: str) -> Run | None:
    """The run that a message in any of the queues is about; None if it cannot be read or is about none."""
    try:
        if '"requestPayload"' in body:
            return announced_run(json.loads(body)["requestPayload"])
        completion = job_completion(body) if '"Message"' in body else None
        return completion.run if completion else DocumentMessage.from_json(body).run
    except (ValueError, KeyError, TypeError):
        return None


def trigger(event: Mapping[str, object]) -> Trigger:
    """What invoked asyncproc."""
    if event.get("source") == "aws.events":
        return Trigger.TICK
    return Trigger.COMPLETION if "Records" in event else Trigger.NEW_WORK


def _batch_operation(event: dict[str, object]) -> "S3BatchOperationEvent":
    from aws_lambda_powertools.utilities.data_classes import S3BatchOperationEvent

    return S3BatchOperationEvent(event)
