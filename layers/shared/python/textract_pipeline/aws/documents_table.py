"""The state of every document: DocumentsTable.

States only move forward: each write names its run and the states that it may follow, so a late or duplicate event
changes nothing. Every method for one document is one DynamoDB call.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from textract_pipeline import parallel
from textract_pipeline.aws import clients
from textract_pipeline.aws.attribute_values import from_attribute_values, to_attribute_values
from textract_pipeline.aws.conditional_writes import refused_item, write_together
from textract_pipeline.aws.items import (
    OF_A_RUN,
    Item,
    document_from_item,
    document_to_item,
    failure_to_item,
    readable_documents,
    runs_so_far,
    timestamp,
    unfinished_shard,
)
from textract_pipeline.clock import Clock, utc_now
from textract_pipeline.document import Document, Run
from textract_pipeline.errors import RetryableError, aws_outcomes
from textract_pipeline.names import UNFINISHED_INDEX, DocumentStatus

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef, UpdateTypeDef

    from textract_pipeline.document import Failure, Result


_MOST_AT_ONCE = 100  # items that one BatchGetItem call returns
_REACHED = {DocumentStatus.QUEUED: "queuedAt", DocumentStatus.IN_PROGRESS: "startedAt"}  # when a run first got there
_SHARDS = "0123456789abcdef"  # of each state in the index, by the first digit of a document's id


class DocumentsTable:
    """DocumentsTable: one item per document."""

    def __init__(self, table: str, clock: Clock = utc_now) -> None:
        self._table = table
        self._clock = clock

    def register(self, document: Document) -> Document | None:
        """Write a new document; if it already exists, change nothing and return it as it is."""
        try:
            with aws_outcomes():
                clients.dynamodb().put_item(
                    TableName=self._table,
                    Item=to_attribute_values(document_to_item(document)),
                    ConditionExpression="attribute_not_exists(documentId)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            return document_from_item(refused_item(error))
        return None

    def get(self, document_id: str) -> Document | None:
        """The document with this id, as last written; None if there is none."""
        with aws_outcomes():
            response = clients.dynamodb().get_item(
                TableName=self._table, Key=to_attribute_values({"documentId": document_id}), ConsistentRead=True
            )
        return document_from_item(from_attribute_values(response["Item"])) if "Item" in response else None

    def get_many(self, document_ids: Iterable[str]) -> dict[str, Document]:
        """The existing documents with these ids, by id, with one call per hundred."""
        found: dict[str, Document] = {}
        wanted = list(dict.fromkeys(document_ids))
        for start in range(0, len(wanted), _MOST_AT_ONCE):
            keys = [
                to_attribute_values({"documentId": document_id})
                for document_id in wanted[start : start + _MOST_AT_ONCE]
            ]
            while keys:
                with aws_outcomes():
                    answer = clients.dynamodb().batch_get_item(RequestItems={self._table: {"Keys": keys}})
                documents = (
                    document_from_item(from_attribute_values(item)) for item in answer["Responses"][self._table]
                )
                found |= {document.document_id: document for document in documents}
                keys = [*answer["UnprocessedKeys"].get(self._table, {"Keys": []})["Keys"]]
        return found

    def list(self) -> Iterator[Document]:
        """Every document, in no order. Only for the command line: it reads the whole table, page by page."""
        for page in clients.dynamodb().get_paginator("scan").paginate(TableName=self._table):
            for item in page["Items"]:
                yield document_from_item(from_attribute_values(item))

    def unfinished(self, status: DocumentStatus, before: datetime) -> Iterator[Document]:
        """The documents that have been in a state since before a time, from the index of unfinished documents.

        Raises ExceptionGroup of the items that cannot be read, after all others have been yielded.
        """
        unreadable: list[Exception] = []
        for shard in _SHARDS:
            paginator = clients.dynamodb().get_paginator("query")
            pages = paginator.paginate(
                TableName=self._table,
                IndexName=UNFINISHED_INDEX,
                KeyConditionExpression="unfinished = :shard AND updatedAt < :before",
                ExpressionAttributeValues=to_attribute_values(
                    {":shard": unfinished_shard(status, shard), ":before": timestamp(before)}
                ),
            )
            with aws_outcomes():
                for page in pages:
                    yield from readable_documents(map(from_attribute_values, page["Items"]), unreadable)
        if unreadable:
            raise ExceptionGroup("Items of DocumentsTable that cannot be read", unreadable)

    def count_jobs(self) -> int:
        """How many documents have an async job that is not collected yet: at least as many as jobs are running."""
        return sum(parallel.run_all(self._count_jobs, [*_SHARDS]))

    def touch(self, document: Document) -> None:
        """Write the item again unchanged: the stream reports it again, and its time in this state restarts."""
        self._changed(document.run, {}, "#status = :same", {":same": document.status})

    def reopen(self, ended: Document, anew: Document, status: DocumentStatus, *, is_paid_for: bool) -> Run | None:
        """Begin a new run of a document that has ended, as `anew` describes it; None if another caller has begun one.

        A run that is paid for continues with what Textract has already answered.
        """
        run, now = Run(ended.document_id, ended.run_number + 1), timestamp(self._clock())
        changes = dict.fromkeys((*OF_A_RUN, "claimedUntil")) | _state(run, status)
        changes |= {
            "run": run.number,
            "billedRun": ended.billed_run_number if is_paid_for else run.number,
            "registeredAt": timestamp(ended.first_submitted_at),
            "earlierRuns": runs_so_far(ended),
            "submittedBy": anew.submitted_by,
            "submittedAt": now,
            "lane": anew.lane,
            "backfill": anew.backfill,
            "format": anew.format,
            "sizeBytes": anew.size_bytes,
            "features": list(anew.features),
            "queries": list(anew.queries) or None,
            "startedAt": now if status is DocumentStatus.IN_PROGRESS else None,
            "jobId": ended.job_id if is_paid_for else None,
        }
        return run if self._changed(ended.run, changes, "#status = :ended", {":ended": ended.status}) else None

    def mark_queued(self, run: Run) -> None:
        """Record that the run waits in a queue."""
        self._advance(run, DocumentStatus.QUEUED)

    def mark_started(self, run: Run, job_id: str) -> None:
        """Record that Textract works on the run's job."""
        self._advance(run, DocumentStatus.IN_PROGRESS, {"jobId": job_id})

    def finish(
        self,
        run: Run,
        status: DocumentStatus,
        result: "Result | None" = None,
        failure: "Failure | None" = None,
        also: "Sequence[TransactWriteItemTypeDef]" = (),
        job_id: str | None = None,
    ) -> bool:
        """End the run, and write `also` in the same transaction; False if it had already ended: nothing is written.

        `job_id` is that of the job whose response was read: nobody may have recorded that it was started.
        """
        ending = failure_to_item(failure) | ({"jobId": job_id} if job_id else {})
        if result:
            ending |= {"pages": result.pages, "outputs": [*result.outputs], "modelVersion": result.model_version}
        return self._advance(run, status, ending, also)

    def claim(self, run: Run, seconds: float) -> Document | None:
        """Claim the run for this worker only, for this many seconds; None if it has ended or been superseded.

        Returns the document as it was before: IN_PROGRESS if an earlier worker did not finish it. A claim expires by
        itself, so a worker that dies locks nothing. Raises RetryableError while another worker holds the document.
        """
        now = self._clock()
        changes = _state(run, DocumentStatus.IN_PROGRESS) | {"claimedUntil": timestamp(now, seconds)}
        allowed = "#status IN (:submitted, :queued) OR (#status = :status AND #claimedUntil <= :updatedAt)"
        operands: Item = {":submitted": DocumentStatus.SUBMITTED, ":queued": DocumentStatus.QUEUED}
        try:
            return document_from_item(self._update(run, changes, allowed, operands))
        except ClientError as error:
            held = refused_item(error)
            if held.get("run") == run.number and held.get("status") == DocumentStatus.IN_PROGRESS:
                raise RetryableError("another worker holds the document") from error
            return None

    def release(self, run: Run) -> None:
        """Give up a claim, so that the next worker need not wait until it expires."""
        changes: Item = {"claimedUntil": timestamp(self._clock())}
        self._changed(run, changes, "#status = :held", {":held": DocumentStatus.IN_PROGRESS})

    def delete(self, document: Document) -> bool:
        """Delete the item of a document; False if its run or state has changed since: nothing is deleted."""
        try:
            with aws_outcomes():
                clients.dynamodb().delete_item(
                    TableName=self._table,
                    Key=to_attribute_values({"documentId": document.document_id}),
                    ConditionExpression="#run = :run AND #status = :status",
                    ExpressionAttributeNames={"#run": "run", "#status": "status"},
                    ExpressionAttributeValues=to_attribute_values(
                        {":run": document.run_number, ":status": document.status}
                    ),
                )
        except ClientError as error:
            refused_item(error)
            return False
        return True

    def _count_jobs(self, shard: str) -> int:
        paginator = clients.dynamodb().get_paginator("query")
        pages = paginator.paginate(
            TableName=self._table,
            IndexName=UNFINISHED_INDEX,
            Select="COUNT",
            KeyConditionExpression="unfinished = :shard",
            FilterExpression="attribute_exists(jobId)",
            ExpressionAttributeValues=to_attribute_values(
                {":shard": unfinished_shard(DocumentStatus.IN_PROGRESS, shard)}
            ),
        )
        with aws_outcomes():
            return sum(page["Count"] for page in pages)

    def _advance(
        self,
        run: Run,
        status: DocumentStatus,
        changes: Item | None = None,
        also: "Sequence[TransactWriteItemTypeDef]" = (),
    ) -> bool:
        """Move the run forward to a state; False if it has reached or passed that state, or has been superseded."""
        earlier: Item = {f":from{number}": state for number, state in enumerate(status.predecessors)}
        allowed = f"#status IN ({', '.join(earlier)})"
        changes = _state(run, status) | (changes or {})
        if also:
            return write_together({"Update": self._change(run, changes, allowed, earlier)}, also)
        return self._changed(run, changes, allowed, earlier)

    def _changed(self, run: Run, changes: Item, allowed: str, operands: Item) -> bool:
        """Make the changes if they are allowed; return whether they were."""
        try:
            self._update(run, changes, allowed, operands)
        except ClientError as error:
            refused_item(error)
            return False
        return True

    def _update(self, run: Run, changes: Item, allowed: str, operands: Item) -> Item:
        """Make the changes if the run is the latest and `allowed` is true; return the item as it was before."""
        with aws_outcomes():
            response = clients.dynamodb().update_item(
                **self._change(run, changes, allowed, operands),
                ReturnValues="ALL_OLD",
            )
        return from_attribute_values(response["Attributes"])

    def _change(self, run: Run, changes: Item, allowed: str, operands: Item) -> "UpdateTypeDef":
        changes = changes | {"updatedAt": timestamp(self._clock())}
        removed = [name for name, value in changes.items() if value is None]
        changes = {name: value for name, value in changes.items() if value is not None}
        values = {f":{name}": value for name, value in changes.items()} | {":ofRun": run.number} | operands
        expression = "SET " + ", ".join(f"#{name} = :{name}" for name in changes)
        reached = [name for status, name in _REACHED.items() if changes.get("status") == status and name not in changes]
        for name in reached:
            expression += f", #{name} = if_not_exists(#{name}, :updatedAt)"
        if removed:
            expression += " REMOVE " + ", ".join(f"#{name}" for name in removed)
        return {
            "TableName": self._table,
            "Key": to_attribute_values({"documentId": run.document_id}),
            "UpdateExpression": expression,
            "ConditionExpression": f"#run = :ofRun AND ({allowed})",
            "ExpressionAttributeNames": {f"#{name}": name for name in ("run", "status", *changes, *reached, *removed)},
            "ExpressionAttributeValues": to_attribute_values(values),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }


def _state(run: Run, status: DocumentStatus) -> Item:
    """The attributes that every change of state sets; a document that has ended leaves the index of unfinished ones."""
    return {
        "status": status,
        "unfinished": None if status.is_terminal else unfinished_shard(status, run.document_id),
    }
