"""`textract-pipeline backfill status` and `list`: a backfill's progress, speed, and cost."""

import time
from collections import deque
from collections.abc import Iterator
from datetime import timedelta

import click
from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cli.backfill.progress import BackfillProgress, progress_of, rate
from cli.backfill.records import find_record, list_records
from cli.display import OneLine, show_json, table_console
from cli.outside_text import in_table
from cli.target import Target, target_options
from textract_pipeline.aws.items import timestamp
from textract_pipeline.clock import utc_now
from textract_pipeline.names import DocumentStatus

_PAUSE_SECONDS = 2.0
_SNAPSHOTS_FOR_RATE = 30  # the rate is that of the last minute
_MOST_LISTED = 50
_FAILED = (DocumentStatus.FAILED,)


@click.command()
@click.argument("backfill", required=False)
@click.option("--watch", is_flag=True, help="Update the figures until the backfill is over.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout (with --watch: once it is over).")
@target_options
def status(*, backfill: str | None, watch: bool, as_json: bool, target: Target) -> None:
    """Show the progress of a backfill.

    BACKFILL is an id, or the id of a job created in the console; the default is the latest backfill. This takes only a
    few calls, however many documents there are. The exit code is 1 if a document, or the job, failed.

    \b
    Example:
      textract-pipeline backfill status --watch
    """
    snapshots = _snapshots(target, backfill)
    recent: deque[BackfillProgress] = deque(maxlen=_SNAPSHOTS_FOR_RATE)
    if watch:
        with Live(console=Console(stderr=as_json, highlight=False), auto_refresh=False) as live:
            for progress in snapshots:
                recent.append(progress)
                live.update(_shown(progress, rate(recent, progress)), refresh=True)
    else:
        recent.append(next(snapshots))
    progress = recent[-1]
    if as_json:
        show_json(progress_json(progress))
    elif not watch:
        Console(highlight=False).print(_shown(progress, _mean_rate(progress)))
    if progress.refused or progress.documents(*_FAILED) or progress.job_failed:
        raise click.exceptions.Exit(1)


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def list_(*, as_json: bool, target: Target) -> None:
    """Show the latest backfills, newest first.

    \b
    Example:
      textract-pipeline backfill list
    """
    records = list_records(target, _MOST_LISTED)
    if as_json:
        show_json(
            [{"backfill": one.id, "source": one.source, "startedAt": timestamp(one.created_at)} for one in records]
        )
        return
    table = Table("Backfill", "Started at", "Source", "Objects")
    for column in (table.columns[0], table.columns[1], table.columns[3]):
        column.no_wrap = True
    for one in records:
        objects = "" if one.objects is None else f"{one.objects:,}"
        table.add_row(in_table(one.id), f"{one.created_at:%Y-%m-%d %H:%M} UTC", OneLine(one.source), objects)
    table_console().print(table if records else "There is no backfill yet: textract-pipeline backfill start.")


def progress_json(progress: BackfillProgress) -> dict[str, object]:
    """A backfill as JSON for scripts."""
    return {
        "backfill": progress.record.id,
        "source": progress.record.source,
        "isOver": progress.is_over,
        "isPaused": progress.is_paused,
        "job": _job_json(progress),
        "objects": {
            "listed": progress.listed,
            "tried": progress.tried,
            "registered": progress.counts.registered,
            "notNew": progress.not_new,
            "refused": progress.refused,
        },
        "documents": {status.value: count for status, count in progress.counts.documents.items()},
        "pages": {feature.value: count for feature, count in progress.counts.pages.items()},
        "spent": round(progress.spent, 4),
    }


def _job_json(progress: BackfillProgress) -> dict[str, object]:
    job_id = progress.record.job_ids[-1] if progress.record.job_ids else None
    told: dict[str, object] = {"id": job_id, "status": progress.job_status}
    return told | {"reasons": progress.job_reasons} if progress.job_reasons else told


def _snapshots(target: Target, backfill: str | None) -> Iterator[BackfillProgress]:
    """The state of the backfill, again and again until it is over."""
    record = find_record(target, backfill)
    while True:
        progress = progress_of(target, record, utc_now())
        record = progress.record
        yield progress
        if progress.is_over:
            return
        time.sleep(_PAUSE_SECONDS)


def _mean_rate(progress: BackfillProgress) -> float:
    """Documents per second since the backfill started."""
    return progress.counts.ended / max(1.0, (progress.at - progress.record.created_at).total_seconds())


def _shown(progress: BackfillProgress, per_second: float) -> Group:
    bar = Table.grid()
    bar.add_row(ProgressBar(total=1, completed=progress.done_share, width=60))
    about_job = [_about_job(progress)] if progress.job_is_remarkable else []
    return Group(_headline(progress), bar, *about_job, _figures(progress), Text(_outlook(progress, per_second)))


def _headline(progress: BackfillProgress) -> Text:
    state = "over" if progress.is_over else "paused" if progress.is_paused else "under way"
    return in_table(f"{progress.record.id} of {progress.record.source}: {state}, {progress.done_share:.1%}")


def _about_job(progress: BackfillProgress) -> Text:
    """What a person should know of a job that has failed, was stopped, or waits for somebody."""
    told = f"The job {progress.record.job_ids[-1]} is {progress.job_status}"
    if progress.job_status == "Suspended":
        return in_table(f"{told}: confirm it in the S3 console.")
    if progress.job_failed:
        return in_table(f"{told}. {'; '.join(progress.job_reasons) or 'S3 gives no reason.'}")
    return in_table(f"{told}.")


def _figures(progress: BackfillProgress) -> Table:
    table = Table("", "Documents", show_header=False)
    listed = "S3 is listing them" if progress.listed is None else f"{progress.listed:,}"
    rows: list[tuple[str, str]] = [
        ("listed", listed),
        ("  tried so far", f"{progress.tried:,}"),
        ("  not new: known before, listed twice, or not a document", f"{progress.not_new:,}"),
        ("  refused: see reconcile", f"{progress.refused:,}"),
        ("registered", f"{progress.counts.registered:,}"),
        ("  to be queued", f"{progress.documents(DocumentStatus.SUBMITTED):,}"),
        ("  queued", f"{progress.documents(DocumentStatus.QUEUED):,}"),
        ("  in progress", f"{progress.documents(DocumentStatus.IN_PROGRESS):,}"),
        ("  done", f"{progress.documents(DocumentStatus.SUCCEEDED):,}"),
        ("  done in part", f"{progress.documents(DocumentStatus.PARTIAL_SUCCESS):,}"),
        ("  failed", f"{progress.documents(DocumentStatus.FAILED):,}"),
        ("  unsupported", f"{progress.documents(DocumentStatus.UNSUPPORTED):,}"),
    ]
    for row in rows:
        table.add_row(*row)
    return table


def _outlook(progress: BackfillProgress, per_second: float) -> str:
    """The cost so far and the next step; commands are on separate lines to copy."""
    planned = "" if progress.record.price is None else f" of ${progress.record.price:,.2f} planned"
    spent = f"Spent on Textract: ${progress.spent:,.2f}{planned}."
    if progress.is_over:
        again = (
            f"\nMake another job: textract-pipeline backfill resume {progress.record.id}" if progress.job_failed else ""
        )
        return f"{spent}{again}\nProve that it is complete: textract-pipeline backfill reconcile {progress.record.id}"
    if progress.is_paused:
        return f"{spent}\n{progress.remaining:,} to go. Continue: textract-pipeline backfill resume"
    if not per_second:
        return f"{spent} No document has ended recently."
    left = timedelta(seconds=round(progress.remaining / per_second))
    return f"{spent}\n{per_second * 60:,.0f} documents per minute; {progress.remaining:,} to go, about {left}."
