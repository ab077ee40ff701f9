"""`textract-pipeline backfill pause`, `resume` and `cancel`.

S3 Batch Operations cannot pause a job, so a pause cancels it, and resuming makes another one of the same manifest: what
has come in already is not brought in again. What waits in the backfill queues is held there: asyncproc looks for an
item of ControlTable, and Lambda stops reading the queue of images. Both lanes belong to all backfills, and so does a
pause.
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

_INTERRUPTED = {"Cancelled", "Cancelling", "Failed"}  # jobs that have not brought everything in


@click.command()
@click.argument("backfill", required=False)
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def pause(*, backfill: str | None, as_json: bool, target: Target) -> None:
    """Hold a backfill where it is: nothing more comes in, and nothing more of it is sent to Textract.

    Without BACKFILL it is the latest. What Textract works on already is finished. Documents of other backfills wait as
    well; fresh uploads do not. A document waits in its queue for as long as queue_retention_days says, no longer.

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
    _say(record, "paused", f"{_stopped(cancelled)} Go on: textract-pipeline backfill resume", as_json=as_json)


@click.command()
@click.argument("backfill", required=False)
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def resume(*, backfill: str | None, as_json: bool, target: Target) -> None:
    """Go on with a backfill that was paused, or whose job has failed.

    Objects that were brought in before are listed again, and left as they are.

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
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def cancel(*, backfill: str | None, yes: bool, as_json: bool, target: Target) -> None:
    """End a backfill: nothing more comes in, and documents that wait end as FAILED, with CANCELLED as the reason.

    What Textract works on already is finished. The same objects can be brought in again: start --again failed.

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
    return "Its job in S3 Batch Operations is cancelled." if is_cancelled else "Its job has ended already."


def _say(record: BackfillRecord, what: str, more: str, *, as_json: bool) -> None:
    if as_json:
        show_json({"backfill": record.id, "is": what, "jobIds": record.job_ids})
    else:
        click.echo(f"{record.id} is {what}. {more}")
