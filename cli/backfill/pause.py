"""`textract-pipeline backfill pause`, `resume`, and `cancel`.

S3 Batch Operations cannot pause a job, so pausing cancels it, and resuming creates another one from the same manifest:
documents that were imported are already registered. Documents in the backfill queues are held there: asyncproc checks
an item in ControlTable, and Lambda stops reading the queue of images. All backfills share these queues, so a pause
affects them all.
"""

from dataclasses import replace

import click

from cli.backfill.batch_jobs import cancel_job, create_job, describe_job
from cli.backfill.manifest import ManifestLocation
from cli.backfill.record import BackfillRecord
from cli.backfill.records import find_record, save_record
from cli.display import show_json
from cli.outside_text import visible
from cli.target import Target, target_options
from textract_pipeline.aws import control_table, functions
from textract_pipeline.aws.items import timestamp
from textract_pipeline.clock import utc_now

_INTERRUPTED = {"Cancelled", "Cancelling", "Failed"}  # jobs that have not imported everything


@click.command()
@click.argument("backfill", required=False)
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def pause(*, backfill: str | None, as_json: bool, target: Target) -> None:
    """Pause a backfill: import no more documents, and send no more of them to Textract.

    BACKFILL is the latest by default. Documents that Textract is already working on are finished. Documents of other
    backfills wait too; new uploads do not. A document can wait in its queue for at most queue_retention_days.

    \b
    Example:
      textract-pipeline backfill pause
    """
    record = find_record(target, backfill)
    control_table.put(
        target.output("ControlTableName"), control_table.BACKFILL_PAUSED, {"pausedAt": timestamp(utc_now())}
    )
    functions.read_queue(target.output("SyncProcFunctionName"), target.output("SyncBackfillQueueUrl"), enabled=False)
    cancelled = bool(record.job_ids) and cancel_job(target, record.job_ids[-1], "paused")
    _say(record, "paused", f"{_stopped(cancelled)} Continue: textract-pipeline backfill resume", as_json=as_json)


@click.command()
@click.argument("backfill", required=False)
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def resume(*, backfill: str | None, as_json: bool, target: Target) -> None:
    """Continue a backfill that was paused or whose job failed.

    Objects that were imported before are listed again and left as they are.

    \b
    Example:
      textract-pipeline backfill resume
    """
    record = find_record(target, backfill)
    if control_table.exists(target.output("ControlTableName"), control_table.BACKFILL_CANCELLED + record.id):
        raise click.UsageError(f"{record.id} was cancelled: start another with --again failed.")
    control_table.delete(target.output("ControlTableName"), control_table.BACKFILL_PAUSED)
    functions.read_queue(target.output("SyncProcFunctionName"), target.output("SyncBackfillQueueUrl"), enabled=True)
    job = describe_job(target, record.job_ids[-1]) if record.job_ids else None
    if job is None or job["Status"] in _INTERRUPTED:
        generated = ManifestLocation.of_job(job) if job else None
        record = replace(record, manifest=record.manifest or generated)
        record = record.with_job(create_job(target, record))
        save_record(target, record)
    functions.invoke(target.output("AsyncProcFunctionName"))
    _say(record, "resumed", "Follow it: textract-pipeline backfill status --watch", as_json=as_json)


@click.command()
@click.argument("backfill", required=False)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def cancel(*, backfill: str | None, yes: bool, as_json: bool, target: Target) -> None:
    """End a backfill: import no more documents, and end waiting documents as FAILED with the code CANCELLED.

    Documents that Textract is already working on are finished. To import the same objects again: start --again failed.

    \b
    Example:
      textract-pipeline backfill cancel 20261123-031500-1a2b --yes
    """
    record = find_record(target, backfill)
    if not yes:
        click.confirm(f"Cancel {record.id}, of {visible(record.source)}?", abort=True, err=True)
    name = control_table.BACKFILL_CANCELLED + record.id
    control_table.put(target.output("ControlTableName"), name, {"cancelledAt": timestamp(utc_now())})
    cancelled = bool(record.job_ids) and cancel_job(target, record.job_ids[-1], "cancelled")
    _say(record, "cancelled", _stopped(cancelled), as_json=as_json)


def _stopped(is_cancelled: bool) -> str:  # noqa: FBT001 - the only thing that it is told
    return "Its job in S3 Batch Operations is cancelled." if is_cancelled else "Its job had already ended."


def _say(record: BackfillRecord, what: str, more: str, *, as_json: bool) -> None:
    if as_json:
        show_json({"backfill": record.id, "is": what, "jobIds": record.job_ids})
    else:
        click.echo(f"{record.id} is {what}. {more}")
