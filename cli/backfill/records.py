"""Store the records of all backfills, and find one by its id or its job's id."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
from botocore.exceptions import ClientError, ParamValidationError

from cli.backfill.batch_jobs import describe_job
from cli.backfill.manifest import ManifestLocation
from cli.backfill.record import BackfillRecord
from cli.target import Target
from textract_pipeline.aws import clients
from textract_pipeline.aws.attribute_values import from_attribute_values, to_attribute_values
from textract_pipeline.aws.items import Item
from textract_pipeline.events import ReprocessPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_SUCH_JOB = {"NoSuchJob", "NoSuchJobException", "InvalidRequest"}
_RECORDS = "backfills"  # the partition that they are in, ordered by id


class NoSuchBackfillError(click.ClickException):
    """The pipeline knows no such backfill."""

    exit_code = 1


def save_record(target: Target, record: BackfillRecord) -> None:
    """Write the record; replaces the previous one."""
    known = json.dumps(asdict(record), default=lambda moment: moment.isoformat())
    item = {"part": _RECORDS, "item": record.id, "record": known}
    clients.dynamodb().put_item(TableName=_table(target), Item=to_attribute_values(item))


def find_record(target: Target, name: str | None) -> BackfillRecord:
    """The backfill with this id or job id; the latest if no name is given. Raises NoSuchBackfillError."""
    if name is None:
        records = list_records(target, limit=1)
        if not records:
            raise NoSuchBackfillError("No backfill has been started yet: run textract-pipeline backfill start SOURCE.")
        return records[0]
    key = to_attribute_values({"part": _RECORDS, "item": name})
    found = clients.dynamodb().get_item(TableName=_table(target), Key=key, ConsistentRead=True)
    return _from_item(from_attribute_values(found["Item"])) if "Item" in found else _of_job(target, name)


def list_records(target: Target, limit: int) -> list[BackfillRecord]:
    """The latest backfills, newest first."""
    answer = clients.dynamodb().query(
        TableName=_table(target),
        KeyConditionExpression="part = :records",
        ExpressionAttributeValues=to_attribute_values({":records": _RECORDS}),
        ScanIndexForward=False,
        ConsistentRead=True,
        Limit=limit,
    )
    return [_from_item(from_attribute_values(item)) for item in answer["Items"]]


def _of_job(target: Target, job_id: str) -> BackfillRecord:
    """A backfill created as a job in the console."""
    try:
        job = describe_job(target, job_id)
    except (ClientError, ParamValidationError) as error:  # a job id has at least five characters
        if isinstance(error, ClientError) and error.response["Error"]["Code"] not in _NO_SUCH_JOB:
            raise
        raise NoSuchBackfillError(
            f"There is no backfill {job_id}, and no S3 Batch Operations job with this id: see backfill list."
        ) from error
    report: Mapping[str, Any] = {**job.get("Report", {})}
    return BackfillRecord(
        job_id,
        job["CreationTime"],
        f"S3 Batch Operations job {job_id}",
        report.get("Bucket", "").rpartition(":")[2],
        report.get("Prefix", "").strip("/"),
        manifest=ManifestLocation.of_job(job),
        job_ids=(job_id,),
        objects=job.get("ProgressSummary", {}).get("TotalNumberOfTasks"),
    )


def _from_item(item: Item) -> BackfillRecord:
    known = json.loads(item["record"])
    return BackfillRecord(
        **known
        | {
            "created_at": datetime.fromisoformat(known["created_at"]),
            "manifest": _location(known["manifest"]),
            "planned": _location(known.get("planned")),  # records of version 0.1.0 have none
            "again": ReprocessPolicy(known["again"]),
            "planned_at": known["planned_at"] and datetime.fromisoformat(known["planned_at"]),
            "job_ids": tuple(known["job_ids"]),
        }
    )


def _location(known: dict[str, Any] | None) -> ManifestLocation | None:
    return ManifestLocation(**known | {"fields": tuple(known["fields"])}) if known else None


def _table(target: Target) -> str:
    return target.output("BackfillsTableName")
