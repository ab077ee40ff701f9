"""Documents and outputs to and from the items of DocumentsTable and OutputTable. Pure.

An item is what boto3's (de)serializer sees: strings, numbers, lists. Attributes without a value are left out.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from textract_pipeline.document import Document, DocumentFormat, Failure, Lane
from textract_pipeline.names import DocumentStatus, Feature, Stage

Item = dict[str, Any]  # the edge: DynamoDB's types are known only once an item is read

MOST_EARLIER_RUNS = 10  # that an item keeps
LONGEST_MESSAGE = 1000  # characters: what Textract says of a job may go over every page of it
OF_A_RUN = (
    *("run", "billedRun", "lane", "backfill", "features", "submittedBy", "submittedAt", "queuedAt", "startedAt"),
    *("updatedAt", "status", "pages", "jobId", "modelVersion", "outputs", "errorCode", "errorMessage", "errorStage"),
)  # attributes that are one run's, and kept of it when the next begins


class Output(NamedTuple):
    """One output of a document, as OutputTable lists it."""

    output_type: str
    bucket: str
    key: str
    size_bytes: int
    pages: int


def timestamp(moment: datetime, plus_seconds: float = 0) -> str:
    """A moment as ISO 8601 in UTC with milliseconds: such strings sort as the moments do."""
    return (moment + timedelta(seconds=plus_seconds)).isoformat(timespec="milliseconds")


def document_to_item(document: Document) -> Item:
    """The item of a document."""
    item = {
        "documentId": document.document_id,
        "bucketName": document.bucket,
        "objectName": document.key,
        "versionId": document.version_id,
        "eTag": document.etag,
        "sizeBytes": document.size_bytes,
        "format": document.format,
        "lane": document.lane,
        "features": list(document.features),
        "queries": list(document.queries) or None,
        "run": document.run_number,
        "billedRun": document.billed_run_number,
        "status": document.status,
        "unfinished": None if document.status.is_terminal else unfinished_shard(document.status, document.document_id),
        "registeredAt": _timestamp_or_none(document.registered_at),
        "submittedBy": document.submitted_by,
        "submittedAt": timestamp(document.submitted_at),
        "queuedAt": _timestamp_or_none(document.queued_at),
        "startedAt": _timestamp_or_none(document.started_at),
        "updatedAt": timestamp(document.updated_at),
        "pages": document.pages,
        "jobId": document.job_id,
        "backfill": document.backfill,
        "outputs": list(document.outputs) or None,
        "modelVersion": document.model_version,
        "earlierRuns": [*map(_run_to_item, document.earlier_runs)] or None,
    }
    return {name: value for name, value in item.items() if value is not None} | failure_to_item(document.failure)


def unfinished_shard(status: DocumentStatus, document_id: str) -> str:
    """The partition of the index of unfinished documents that a document in this state is in: 16 for each state."""
    return f"{status}#{document_id[0]}"


def readable_documents(items: Iterable[Item], unreadable: list[Exception]) -> Iterator[Document]:
    """The documents of those items that are ones; why the others are not is noted."""
    for item in items:
        try:
            document = document_from_item(item)
        except (ValueError, KeyError, TypeError) as error:
            error.add_note(f"documentId {item.get('documentId')}")
            unreadable.append(error)
        else:
            yield document


def failure_to_item(failure: Failure | None) -> Item:
    """The attributes that say why a run ended without success; none where it did not."""
    if failure is None:
        return {}
    return {"errorCode": failure.code, "errorMessage": failure.message[:LONGEST_MESSAGE], "errorStage": failure.stage}


def runs_so_far(document: Document) -> list[Item]:
    """The runs of a document up to its latest, as the item of its next one keeps them."""
    return [*map(_run_to_item, (*document.earlier_runs, document))][-MOST_EARLIER_RUNS:]


def _run_to_item(run: Document) -> Item:
    item = document_to_item(run._replace(earlier_runs=()))
    return {name: item[name] for name in OF_A_RUN if name in item}


def _timestamp_or_none(moment: datetime | None) -> str | None:
    return timestamp(moment) if moment else None


def document_from_item(item: Item) -> Document:
    """The document of an item."""
    return Document(
        document_id=item["documentId"],
        bucket=item["bucketName"],
        key=item["objectName"],
        version_id=item.get("versionId"),
        etag=item["eTag"],
        size_bytes=int(item["sizeBytes"]),
        format=DocumentFormat(item["format"]) if "format" in item else None,
        lane=Lane(item["lane"]),
        features=tuple(Feature(name) for name in item["features"]),
        queries=tuple(item.get("queries", ())),
        run_number=int(item["run"]),
        billed_run_number=int(item["billedRun"]),
        status=DocumentStatus(item["status"]),
        registered_at=_moment(item, "registeredAt"),
        submitted_by=item.get("submittedBy"),
        submitted_at=datetime.fromisoformat(item["submittedAt"]),
        queued_at=_moment(item, "queuedAt"),
        started_at=_moment(item, "startedAt"),
        updated_at=datetime.fromisoformat(item["updatedAt"]),
        pages=int(item["pages"]) if "pages" in item else None,
        job_id=item.get("jobId"),
        backfill=item.get("backfill"),
        outputs=tuple(item.get("outputs", ())),
        model_version=item.get("modelVersion"),
        earlier_runs=_earlier_runs_from_item(item),
        failure=_failure_from_item(item),
    )


def _earlier_runs_from_item(item: Item) -> tuple[Document, ...]:
    identity = {name: value for name, value in item.items() if name not in OF_A_RUN and name != "earlierRuns"}
    return tuple(document_from_item(identity | run) for run in item.get("earlierRuns", ()))


def _moment(item: Item, name: str) -> datetime | None:
    return datetime.fromisoformat(item[name]) if name in item else None


def _failure_from_item(item: Item) -> Failure | None:
    if "errorCode" not in item:
        return None
    return Failure(item["errorCode"], item["errorMessage"], Stage(item["errorStage"]))


def output_to_item(document: Document, output: Output, created_at: datetime) -> Item:
    """The OutputTable item of one of a document's outputs."""
    return {
        "documentId": document.document_id,
        "outputType": output.output_type,
        "bucketName": output.bucket,
        "objectName": output.key,
        "sizeBytes": output.size_bytes,
        "pages": output.pages,
        "run": document.run_number,
        "createdAt": timestamp(created_at),
    }


def output_from_item(item: Item) -> Output:
    """The output of an OutputTable item."""
    return Output(
        item["outputType"],
        item["bucketName"],
        item["objectName"],
        int(item["sizeBytes"]),
        int(item["pages"]),
    )
