"""Beside every step of a backfill: what is known of it, in BackfillsTable next to its counts."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import click
from botocore.exceptions import ClientError, ParamValidationError

from cli.backfill.jobs import describe_job
from cli.backfill.manifest import ManifestLocation
from cli.target import Target
from textract_pipeline import aws
from textract_pipeline.events import Again, Backfill
from textract_pipeline.items import Item
from textract_pipeline.wire import from_wire, to_wire

_NO_SUCH_JOB = {"NoSuchJob", "NoSuchJobException", "InvalidRequest"}
_RECORDS = "backfills"  # the part of the table that they are in, in the order of their ids


class NoSuchBackfillError(click.ClickException):
    """The pipeline knows no such backfill."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class BackfillRecord:
    """One backfill. Its id begins with the time at which it was started; one made in the console has its job's id.

    Without a manifest, S3 lists the objects that `generator` describes, in terms of CreateJob. The jobs are those of
    S3 Batch Operations, the latest last; `objects` is how many are listed, as far as that is known.
    """

    id: str
    created_at: datetime
    source: str
    report_bucket: str
    report_prefix: str
    manifest: ManifestLocation | None = None
    generator: Mapping[str, Any] = field(default_factory=dict)
    again: Again = Again.NONE
    documents_per_minute: float = 0
    job_ids: tuple[str, ...] = ()
    objects: int | None = None
    price: float | None = None  # dollars for Textract, as planned
    planned_at: datetime | None = None
    entered: Mapping[str, int] = field(default_factory=dict)  # by job that has ended: documents that it brought in

    @property
    def prefix(self) -> str:
        """Where everything of the backfill is in InventoryAndLogsBucket."""
        return f"backfills/{self.id}/"

    @property
    def is_ours(self) -> bool:
        """Whether it was started here, and not as a job in the console."""
        return self.id not in self.job_ids

    @property
    def order(self) -> Backfill:
        """What its jobs tell the function."""
        return Backfill(self.id, self.again, self.documents_per_minute)

    def with_job(self, job_id: str) -> "BackfillRecord":
        """The record once another job has been created."""
        return replace(self, job_ids=(*self.job_ids, job_id))


def save_record(target: Target, record: BackfillRecord) -> None:
    """Write the record, over what was known before."""
    known = json.dumps(asdict(record), default=lambda moment: moment.isoformat())
    item = {"part": _RECORDS, "item": record.id, "record": known}
    aws.dynamodb().put_item(TableName=_table(target), Item=to_wire(item))


def find_record(target: Target, name: str | None) -> BackfillRecord:
    """The backfill of this id, or whose job has this id; the latest where none is named. Raises NoSuchBackfillError."""
    if name is None:
        records = list_records(target, limit=1)
        if not records:
            raise NoSuchBackfillError("No backfill has been started: textract-pipeline backfill start SOURCE.")
        return records[0]
    key = to_wire({"part": _RECORDS, "item": name})
    found = aws.dynamodb().get_item(TableName=_table(target), Key=key, ConsistentRead=True)
    return _from_item(from_wire(found["Item"])) if "Item" in found else _of_job(target, name)


def list_records(target: Target, limit: int) -> list[BackfillRecord]:
    """The latest backfills, the newest first."""
    answer = aws.dynamodb().query(
        TableName=_table(target),
        KeyConditionExpression="part = :records",
        ExpressionAttributeValues=to_wire({":records": _RECORDS}),
        ScanIndexForward=False,
        ConsistentRead=True,
        Limit=limit,
    )
    return [_from_item(from_wire(item)) for item in answer["Items"]]


def _of_job(target: Target, job_id: str) -> BackfillRecord:
    """A backfill that somebody made as a job in the console."""
    try:
        job = describe_job(target, job_id)
    except (ClientError, ParamValidationError) as error:  # a job's id has at least five characters
        if isinstance(error, ClientError) and error.response["Error"]["Code"] not in _NO_SUCH_JOB:
            raise
        raise NoSuchBackfillError(
            f"There is no backfill {job_id}, nor a job of S3 Batch Operations with this id: see backfill list."
        ) from error
    report: Mapping[str, Any] = {**job.get("Report", {})}
    return BackfillRecord(
        job_id,
        job["CreationTime"],
        f"job {job_id} of S3 Batch Operations",
        report.get("Bucket", "").rpartition(":")[2],
        report.get("Prefix", "").strip("/"),
        manifest=ManifestLocation.of_job(job),
        job_ids=(job_id,),
        objects=job.get("ProgressSummary", {}).get("TotalNumberOfTasks"),
    )


def _from_item(item: Item) -> BackfillRecord:
    known = json.loads(item["record"])
    manifest = known["manifest"]
    if manifest:
        manifest = ManifestLocation(**manifest | {"fields": tuple(manifest["fields"])})
    return BackfillRecord(
        **known
        | {
            "created_at": datetime.fromisoformat(known["created_at"]),
            "manifest": manifest,
            "again": Again(known["again"]),
            "planned_at": known["planned_at"] and datetime.fromisoformat(known["planned_at"]),
            "job_ids": tuple(known["job_ids"]),
        }
    )


def _table(target: Target) -> str:
    return target.output("BackfillsTableName")
