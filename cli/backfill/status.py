"""`textract-pipeline backfill status` and `list`: how far a backfill is, how fast it goes, what it has cost."""

import time
from collections import deque
from collections.abc import Iterator
from datetime import timedelta

import click
from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from cli.backfill.record import find_record, list_records
from cli.backfill.standing import Standing, rate, standing_of
from cli.display import show_json
from cli.target import Target, target_options
from textract_pipeline.document import DocumentStatus, utc_now
from textract_pipeline.items import timestamp

_PAUSE_SECONDS = 2.0
_LOOKS_FOR_RATE = 30  # the rate is that of the last minute
_MOST_LISTED = 50
_FAILED = (DocumentStatus.FAILED,)


@click.command()
@click.argument("backfill", required=False)
@click.option("--watch", is_flag=True, help="Keep the figures up to date until the backfill is over.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout (with --watch: once it is over).")
@target_options
def status(*, backfill: str | None, watch: bool, as_json: bool, target: Target) -> None:
    """Show how far a backfill is. Without BACKFILL it is the latest; the id of a job made in the console will do.

    To look costs a few calls, however many documents there are. Exit code 1 where a document failed.

    \b
    Example:
      textract-pipeline backfill status --watch
    """
    moments = _moments(target, backfill)
    looked: deque[Standing] = deque(maxlen=_LOOKS_FOR_RATE)
    if watch:
        with Live(console=Console(stderr=as_json, highlight=False), auto_refresh=False) as live:
            for standing in moments:
                looked.append(standing)
                live.update(_shown(standing, rate(looked, standing)), refresh=True)
    else:
        looked.append(next(moments))
    standing = looked[-1]
    if as_json:
        show_json(standing_json(standing))
    elif not watch:
        Console(highlight=False).print(_shown(standing, _mean_rate(standing)))
    if standing.refused or standing.documents(*_FAILED):
        raise click.exceptions.Exit(1)


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def list_(*, as_json: bool, target: Target) -> None:
    """Show the latest backfills, the newest first.

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
    for one in records:
        objects = "" if one.objects is None else f"{one.objects:,}"
        table.add_row(one.id, f"{one.created_at:%Y-%m-%d %H:%M} UTC", one.source, objects)
    Console(highlight=False).print(table if records else "There is no backfill yet: textract-pipeline backfill start.")


def standing_json(standing: Standing) -> dict[str, object]:
    """A backfill as scripts see it."""
    return {
        "backfill": standing.record.id,
        "source": standing.record.source,
        "isOver": standing.is_over,
        "isPaused": standing.is_paused,
        "job": {"id": standing.record.job_ids[-1] if standing.record.job_ids else None, "status": standing.job_status},
        "objects": {
            "listed": standing.listed,
            "tried": standing.tried,
            "registered": standing.counts.registered,
            "notNew": standing.not_new,
            "refused": standing.refused,
        },
        "documents": {status.value: count for status, count in standing.counts.documents.items()},
        "pages": {feature.value: count for feature, count in standing.counts.pages.items()},
        "spent": round(standing.spent, 4),
    }


def _moments(target: Target, backfill: str | None) -> Iterator[Standing]:
    """The backfill as it stands, again and again until it is over."""
    record = find_record(target, backfill)
    while True:
        standing = standing_of(target, record, utc_now())
        record = standing.record
        yield standing
        if standing.is_over:
            return
        time.sleep(_PAUSE_SECONDS)


def _mean_rate(standing: Standing) -> float:
    """Documents a second, since the backfill was started."""
    return standing.counts.ended / max(1.0, (standing.at - standing.record.created_at).total_seconds())


def _shown(standing: Standing, per_second: float) -> Group:
    bar = Table.grid()
    bar.add_row(ProgressBar(total=1, completed=standing.done_share, width=60))
    return Group(_headline(standing), bar, _figures(standing), _outlook(standing, per_second))


def _headline(standing: Standing) -> str:
    state = "over" if standing.is_over else "paused" if standing.is_paused else "under way"
    return f"{standing.record.id} of {standing.record.source}: {state}, {standing.done_share:.1%}"


def _figures(standing: Standing) -> Table:
    table = Table("", "Documents", show_header=False)
    listed = "being listed by S3" if standing.listed is None else f"{standing.listed:,}"
    rows: list[tuple[str, str]] = [
        ("listed", listed),
        ("  tried so far", f"{standing.tried:,}"),
        ("  not new: known before, listed twice, or no document", f"{standing.not_new:,}"),
        ("  refused: reconcile says why", f"{standing.refused:,}"),
        ("registered", f"{standing.counts.registered:,}"),
        ("  to be queued", f"{standing.documents(DocumentStatus.SUBMITTED):,}"),
        ("  queued", f"{standing.documents(DocumentStatus.QUEUED):,}"),
        ("  in progress", f"{standing.documents(DocumentStatus.IN_PROGRESS):,}"),
        ("  done", f"{standing.documents(DocumentStatus.SUCCEEDED):,}"),
        ("  done in part", f"{standing.documents(DocumentStatus.PARTIAL_SUCCESS):,}"),
        ("  failed", f"{standing.documents(DocumentStatus.FAILED):,}"),
        ("  unsupported", f"{standing.documents(DocumentStatus.UNSUPPORTED):,}"),
    ]
    for row in rows:
        table.add_row(*row)
    return table


def _outlook(standing: Standing, per_second: float) -> str:
    """What it has cost, and what is next; commands on lines of their own, to be copied."""
    planned = "" if standing.record.price is None else f" of ${standing.record.price:,.2f} planned"
    spent = f"Spent on Textract: ${standing.spent:,.2f}{planned}."
    if standing.is_over:
        return f"{spent}\nProve it: textract-pipeline backfill reconcile {standing.record.id}"
    if standing.is_paused:
        return f"{spent}\n{standing.remaining:,} to go: textract-pipeline backfill resume"
    if not per_second:
        return f"{spent} No document has ended lately."
    left = timedelta(seconds=round(standing.remaining / per_second))
    return f"{spent}\n{per_second * 60:,.0f} documents a minute; {standing.remaining:,} to go, about {left}."
