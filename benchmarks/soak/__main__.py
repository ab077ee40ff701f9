"""Soak test: process thousands of documents on a local cloud, and compare the last with the first; prints JSON last.

The local Textract answers at once, so this measures everything else. Fifty documents are in progress at a time, four
images for each PDF; each one that ends is replaced. Some documents before and after the measured ones are not counted,
so that the load is constant. The exit code is 1 if a document is lost, a queue is not empty at the end, or the last
thousand is slower or needs more memory than the first. 5,000 documents take a quarter of an hour.
"""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks.soak.documents import documents
from benchmarks.soak.sections import Section, drifts, lost, section_size, sections
from benchmarks.soak.snapshots import Snapshot, messages, snapshot
from benchmarks.soak.stream import Ended, stream
from cli.display import progress_console, step_report
from cli.target import Target, local_target
from local.cloud import LocalCloud

AT_ONCE = 50
BEFORE = 200  # documents, until all needed processes have started; not measured
AFTER = AT_ONCE  # documents after the last measured one, so that it is not alone
SNAPSHOT_SECONDS = 5.0
_MEGABYTE = 1e6


@click.command(help=__doc__)
@click.option("--documents", "count", default=5000, type=click.IntRange(min=100), show_default=True, help="How many.")
def main(*, count: int) -> None:
    """Run the soak test."""
    local_cloud, report = LocalCloud(), step_report()
    if local_cloud.current():
        raise click.ClickException("The local cloud is up: take it down first, because this needs its own.")
    target = local_target(local_cloud.up(["--engine=instant"], report))
    try:
        report(f"Processing {count:,} documents, {BEFORE} before and {AFTER} after them, {AT_ONCE} at a time")
        ended, snapshots = _through(target, local_cloud.directory, BEFORE + count + AFTER)
        left = {ending: messages(target, ending) for ending in ("QueueUrl", "DLQUrl")}
    finally:
        local_cloud.down(report)
    found = sections(ended[BEFORE - 1 : BEFORE + count], snapshots, section_size(count))
    _show(found)
    problems = [*lost(BEFORE + count + AFTER, ended), *drifts(found)]
    problems += [f"{number} messages are left in queues ...{ending}" for ending, number in left.items() if number]
    for problem in problems:
        progress_console().print(problem)
    sys.stdout.write(json.dumps({"documents": count, "problems": problems, "sections": [*map(asdict, found)]}) + "\n")
    raise click.exceptions.Exit(bool(problems))


def _through(target: Target, cloud_directory: Path, count: int) -> tuple[list[Ended], list[Snapshot]]:
    """Process this many documents; return those that ended, and snapshots taken every few seconds."""
    ended: list[Ended] = []
    snapshots = [snapshot(target, cloud_directory)]
    columns = (TextColumn("Processing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=progress_console()) as progress:
        task = progress.add_task("", total=count)
        for more in stream(target, documents(count), AT_ONCE):
            ended += more
            progress.advance(task, len(more))
            if time.monotonic() > snapshots[-1].at + SNAPSHOT_SECONDS:
                snapshots.append(snapshot(target, cloud_directory))
    return ended, snapshots


def _show(found: Sequence[Section]) -> None:
    """Print a table of documents and one of memory, with one column per section."""
    numbers = [f"to {sum(one.documents for one in found[: number + 1]):,}" for number in range(len(found))]
    work = Table("documents", *numbers)
    work.add_row("a second", *(f"{one.a_second:g}" for one in found))
    work.add_row("seconds to result, median", *(f"{one.seconds_median:g}" for one in found))
    work.add_row("seconds to result, 95 of 100", *(f"{one.seconds_p95:g}" for one in found))
    work.add_row("processor seconds each", *(f"{one.cpu_seconds:g}" for one in found))
    work.add_row("of these MiniStack's", *(f"{one.ministack_cpu_seconds:g}" for one in found))
    work.add_row("the machine's load", *(f"{one.load:g}" for one in found))
    work.add_row("most messages in queues", *(str(one.most_messages) for one in found))
    processes = Table("processes, MB of the largest", *numbers)
    for kind in found[-1].memory if found else ():
        processes.add_row(
            kind, *(f"{one.processes.get(kind, 0)} × {one.memory.get(kind, 0) / _MEGABYTE:.1f}" for one in found)
        )
    for table in (work, processes):
        Console(stderr=True).print(table)


if __name__ == "__main__":
    main()
