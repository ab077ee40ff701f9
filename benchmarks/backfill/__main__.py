"""Plan, import, and reconcile many rows on a local cloud; the last line of output is JSON.

The objects are text files, which Textract does not read: this measures the registering step and the commands around it,
not Textract. Takes half an hour for 100,000 rows.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchmarks.processes import in_sessions, memory, program, sessions_of
from cli.backfill.batch_jobs import ENDED, describe_job
from cli.backfill.manifest import Row, write_rows
from cli.backfill.records import find_record
from cli.display import step_report
from cli.target import Target, local_target
from local.cloud import LocalCloud
from textract_pipeline.aws import clients

UPLOADS_AT_ONCE = 16
SNAPSHOT_SECONDS = 5.0
_MEMORY_SECONDS = 0.2
MEGABYTE = 1e6
SERVICE = "local.batch"

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The job's progress at a time (seconds), and the memory of the local S3 Batch Operations in bytes."""

    at: float
    tried: int
    service_bytes: int


@click.command(help=__doc__)
@click.option("--rows", default=100_000, show_default=True, help="Number of rows.")
def main(*, rows: int) -> None:
    """Run the benchmark."""
    local_cloud, report = LocalCloud(), step_report()
    if local_cloud.current():
        raise click.ClickException("The local cloud is up: take it down first, because this needs its own.")
    target = local_target(local_cloud.up(["--engine=instant"], report))
    try:
        with tempfile.TemporaryDirectory() as directory:
            figures = _measure(target, local_cloud, rows, Path(directory))
    finally:
        local_cloud.down(report)
    _show(figures)
    sys.stdout.write(json.dumps({"rows": rows, **figures}) + "\n")


def _measure(target: Target, local_cloud: LocalCloud, rows: int, directory: Path) -> dict[str, Figures]:
    bucket, report = target.output("ExistingDocumentsBucketName"), step_report()
    listed = [Row(bucket, f"archive/{number:07d}.txt") for number in range(rows)]
    report(f"Putting {rows:,} objects")
    with ThreadPoolExecutor(UPLOADS_AT_ONCE) as pool:
        list(pool.map(_put, listed))
    manifest, plan = directory / "manifest.csv", directory / "plan.json"
    with manifest.open("w", encoding="utf-8", newline="") as file:
        write_rows(listed, file)
    del listed
    report("Planning")
    planned = _run("plan", manifest, "--out", plan)
    report("Importing them")
    started = time.monotonic()
    _run("start", manifest, "--yes", "--out", plan)
    snapshots = list(_snapshots(target, local_cloud))
    brought_in = time.monotonic() - started
    report("Reconciling")
    reconciled = _run("reconcile", "--out", directory / "proof.csv")
    return {"plan": planned, "register": _register_figures(snapshots, brought_in), "reconcile": reconciled}


def _put(row: Row) -> None:
    clients.s3().put_object(Bucket=row.bucket, Key=row.key, Body=row.key.encode())


def _run(*arguments: object) -> Figures:
    """Run a command of `textract-pipeline backfill`; return its seconds and its peak memory."""
    began = time.monotonic()
    command = [str(Path(sys.executable).with_name("textract-pipeline")), "backfill", *map(str, arguments), "--json"]
    peak = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - the project's own command
        while process.poll() is None:
            peak = max(peak, memory(Path(f"/proc/{process.pid}"), "VmHWM"))
            time.sleep(_MEMORY_SECONDS)
    if process.returncode:
        raise click.ClickException(f"{' '.join(command)} failed.")
    return {"seconds": round(time.monotonic() - began, 1), "peak_mb": round(peak / MEGABYTE, 1)}


def _snapshots(target: Target, local_cloud: LocalCloud) -> Iterator[Snapshot]:
    """Snapshots of the job until it has ended."""
    job_id = find_record(target, None).job_ids[-1]
    while True:
        job = describe_job(target, job_id)
        progress = job["ProgressSummary"]
        tried = progress["NumberOfTasksSucceeded"] + progress["NumberOfTasksFailed"]
        yield Snapshot(time.monotonic(), tried, _service_bytes(local_cloud.directory))
        if job["Status"] in ENDED:
            return
        time.sleep(SNAPSHOT_SECONDS)


def _service_bytes(directory: Path) -> int:
    """The memory of the local S3 Batch Operations; 0 while it starts."""
    found = (process for process, _ in in_sessions(sessions_of(directory)) if program(process) == SERVICE)
    return max(map(memory, found), default=0)


def _register_figures(snapshots: list[Snapshot], seconds: float) -> Figures:
    """Rows per second at the start and at the end, and memory after a quarter of the time and at the end."""
    working = [snapshot for snapshot in snapshots if snapshot.tried]
    quarter = max(1, len(working) // 4)
    return {
        "seconds": round(seconds, 1),
        "per_second": round(working[-1].tried / seconds, 1),
        "per_second_first_quarter": _rate(working[: quarter + 1]),
        "per_second_last_quarter": _rate(working[-quarter - 1 :]),
        "service_mb_after_a_quarter": round(working[quarter - 1].service_bytes / MEGABYTE, 1),
        "service_mb_at_the_end": round(working[-1].service_bytes / MEGABYTE, 1),
    }


def _rate(snapshots: list[Snapshot]) -> float:
    seconds = snapshots[-1].at - snapshots[0].at
    return round((snapshots[-1].tried - snapshots[0].tried) / seconds, 1) if seconds else 0.0


def _show(figures: dict[str, Figures]) -> None:
    table = Table("step", "figure", "value")
    for step, values in figures.items():
        for name, value in values.items():
            table.add_row(step, name.replace("_", " "), f"{value:,g}")
    Console(stderr=True).print(table)


if __name__ == "__main__":
    main()
