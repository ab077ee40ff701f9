"""`textract-pipeline backfill reconcile`: the proof that a backfill is complete, object by object.

Compares its manifest with what its jobs report, what DocumentsTable knows, and what is in S3.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, TypeVar

import click
from botocore.exceptions import ClientError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from cli.backfill.batch_jobs import describe_job
from cli.backfill.manifest import ManifestError, ManifestLocation, Row, has_versions, read_rows
from cli.backfill.planning.source import find_source
from cli.backfill.reconciliation.completion_report import CompletionReport, find_report
from cli.backfill.reconciliation.ledger import Ledger, new_ledger
from cli.backfill.reconciliation.listing import look_up
from cli.backfill.reconciliation.verdict import Evidence, Verdict, judge
from cli.backfill.record import BackfillRecord
from cli.backfill.records import find_record
from cli.display import progress_console, show_json, table_console
from cli.outside_text import visible
from cli.target import Target, target_options
from textract_pipeline import parallel
from textract_pipeline.aws.documents_table import DocumentsTable

_COLUMNS = ("bucket", "key", "version_id", "document_id", "verdict", "reason", "pages")
_OF_VERSIONS = (
    "The job's inventory lists older versions, too: each was registered as a document of its own, and billed. Only the"
    " current versions are checked here. Next time, choose the current version only in the inventory's settings."
)
_MOST_SHOWN = 10  # of the unsettled rows; the CSV has all
_AT_ONCE = 4  # calls: with more, one interpreter cannot keep up with the answers

_Portion = TypeVar("_Portion")


@dataclass(slots=True)
class Summary:
    """How many rows and pages got each verdict, and the first unsettled rows."""

    rows: Counter[Verdict] = field(default_factory=Counter)
    pages: Counter[Verdict] = field(default_factory=Counter)
    unsettled: list[str] = field(default_factory=list)
    unlisted: int = 0  # planned objects that have no row: version 0.1.0 did not keep which objects were planned

    @property
    def unaccounted_for(self) -> int:
        """How many rows the backfill has lost, or the outputs of."""
        return self.unlisted + sum(count for verdict, count in self.rows.items() if verdict.is_unaccounted_for)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is unaccounted for or still in progress."""
        return not self.unlisted and all(verdict.is_settled for verdict in self.rows)

    @property
    def conclusion(self) -> str:
        """The conclusion, in one line."""
        if self.is_complete:
            return f"Complete: every one of {self.rows.total():,} rows is accounted for."
        unaccounted_for, in_progress = f"{self.unaccounted_for:,}", f"{self.rows[Verdict.IN_PROGRESS]:,}"
        return f"Not complete. Rows unaccounted for: {unaccounted_for}, still in progress: {in_progress}."


@click.command()
@click.argument("name", metavar="[BACKFILL]", required=False)
@click.option("--manifest", metavar="SOURCE", help="Check these objects (named as for plan) instead.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write a CSV with one line per row.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def reconcile(*, name: str | None, manifest: str | None, out: Path | None, as_json: bool, target: Target) -> None:
    """Prove that a backfill is complete: compare its manifest with what happened to each object.

    BACKFILL is an id that `backfill list` shows, or the id of a job created in the console; the default is the latest
    backfill. With --manifest it is optional: then it does not matter how the objects were imported.

    Only reads. The exit code is 0 if every row is accounted for and nothing is still in progress, else 1.

    \b
    Example:
      textract-pipeline backfill reconcile --out reconcile.csv
    """
    if manifest:
        record, rows = find_record(target, name) if name else None, find_source(manifest).rows()
    else:
        record = find_record(target, name)
        location = _manifest_of(record, target)
        rows = read_rows(location)
        if has_versions(location):
            click.echo(_OF_VERSIONS, err=True)
    planned = read_rows(record.planned) if record and record.planned and not manifest else ()
    reports = _reports(record, target)
    with _csv_file(out) as file, new_ledger() as ledger:
        gather(ledger, rows, planned, filter(None, reports.values()), target.documents)
        if not ledger.rows:
            raise ManifestError("The manifest lists no objects: there is nothing to prove.")
        summary = judge_all(ledger.evidence(record.id if record else None), file)
    if record and record.generator and not (record.planned or manifest):
        summary.unlisted = max(0, (record.objects or 0) - summary.rows.total())
    if as_json:
        show_json(_as_json(summary, record, _unreported(reports)))
    else:
        _show(summary, out)
    if not summary.is_complete:
        raise click.exceptions.Exit(1)


def gather(
    ledger: Ledger,
    rows: Iterable[Row],
    planned: Iterable[Row],
    reports: Iterable[CompletionReport],
    documents: DocumentsTable,
) -> None:
    """Write everything known about these rows, and the planned ones that are not among them, into the ledger."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=progress_console(), transient=True) as progress:
        step = progress.add_task("Rows", total=None)
        ledger.add_rows(progress.track(rows, task_id=step))
        ledger.add_planned(progress.track(planned, task_id=step))
        progress.reset(step, description="Tasks", total=None)
        for report in reports:
            ledger.add_tasks(progress.track(report.tasks(), task_id=step))
        _look_up(ledger, documents, progress, step)
        ledger.identify_by_content()
        _look_up(ledger, documents, progress, step)


def judge_all(evidence: Iterable[Evidence], file: IO[str] | None) -> Summary:
    """Judge every row, and write its line to the CSV."""
    summary = Summary()
    writer = csv.writer(file, lineterminator="\n") if file else None
    if writer:
        writer.writerow(_COLUMNS)
    for known in evidence:
        verdict, reason = judge(known)
        summary.rows[verdict] += 1
        summary.pages[verdict] += known.pages or 0
        if not verdict.is_settled and len(summary.unsettled) < _MOST_SHOWN:
            summary.unsettled.append(f"s3://{known.row.bucket}/{known.row.key}: {verdict}. {reason}")
        if writer:
            row = known.row
            writer.writerow((row.bucket, row.key, row.version_id, known.document_id, verdict, reason, known.pages))
    return summary


def _look_up(ledger: Ledger, documents: DocumentsTable, progress: Progress, step: TaskID) -> None:
    """Look up the wanted documents, then the objects, which include those documents' outputs."""
    progress.reset(step, description="Documents", total=ledger.unknown_documents)
    for portions in _several(ledger.wanted_documents()):
        for ids, found in zip(portions, parallel.run_all(documents.get_many, portions), strict=True):
            ledger.add_documents(ids, found)
            progress.advance(step, len(ids))
    ledger.trust_versions()
    progress.reset(step, description="Objects", total=ledger.unknown_objects)
    for wanted in _several(ledger.wanted_objects()):
        for objects in parallel.run_all(look_up, wanted):
            ledger.add_objects(objects)
            progress.advance(step, len(objects))


def _several(portions: Iterator[_Portion]) -> Iterator[list[_Portion]]:
    """Group the portions that are looked up at once."""
    return iter(lambda: list(islice(portions, _AT_ONCE)), [])


def _manifest_of(record: BackfillRecord, target: Target) -> ManifestLocation:
    """The backfill's manifest, possibly generated by S3 for a job."""
    if record.manifest:
        return record.manifest
    for job_id in reversed(record.job_ids):
        if location := ManifestLocation.of_job(describe_job(target, job_id)):
            return location
    raise ManifestError(f"The backfill {record.id} has no manifest yet: S3 creates it when the job starts.")


def _reports(record: BackfillRecord | None, target: Target) -> dict[str, CompletionReport | None]:
    """The completion reports of the backfill's jobs, by job id; prints a warning for each missing report."""
    if record is None:
        return {}
    reports = {job_id: find_report(record.report_bucket, record.report_prefix, job_id) for job_id in record.job_ids}
    for job_id in _unreported(reports):
        state = f"is {status}" if (status := _job_status(target, job_id)) else "is no longer known to S3"
        click.echo(f"Job {job_id} {state} and has no completion report: rows are judged without it.", err=True)
    return reports


def _unreported(reports: Mapping[str, CompletionReport | None]) -> list[str]:
    return [job_id for job_id, report in reports.items() if report is None]


def _job_status(target: Target, job_id: str) -> str | None:
    """None if S3 no longer knows the job: it keeps jobs for 90 days (S3 User Guide, 2026-11)."""
    try:
        return describe_job(target, job_id)["Status"]
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"NoSuchJob", "NoSuchJobException"}:
            raise
        return None


@contextmanager
def _csv_file(path: Path | None) -> Iterator[IO[str] | None]:
    """The CSV file, opened before any other work so that no work is wasted."""
    if path is None:
        yield None
        return
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from error


def _show(summary: Summary, out: Path | None) -> None:
    """Print a table, and the first rows that need attention."""
    table = Table("Verdict", Column("Rows", justify="right"), Column("Pages", justify="right"))
    for verdict in Verdict:
        if rows := summary.rows[verdict]:
            style = "red" if verdict.is_unaccounted_for else "" if verdict.is_settled else "yellow"
            table.add_row(verdict, f"{rows:,}", f"{summary.pages[verdict]:,}", style=style)
    table.add_section()
    table.add_row("all", f"{summary.rows.total():,}", f"{summary.pages.total():,}")
    table_console().print(table)
    for line in summary.unsettled:
        click.echo(visible(line))
    more = sum(count for verdict, count in summary.rows.items() if not verdict.is_settled) - len(summary.unsettled)
    if more:
        click.echo(f"… and {more:,} more" + (f", all in {visible(out)}." if out else ": --out FILE lists all."))
    click.echo(summary.conclusion)


def _as_json(summary: Summary, record: BackfillRecord | None, unreported: Sequence[str]) -> dict[str, object]:
    verdicts = {verdict: {"rows": summary.rows[verdict], "pages": summary.pages[verdict]} for verdict in Verdict}
    return {
        "backfill": record.id if record else None,
        "rows": summary.rows.total(),
        "verdicts": verdicts,
        "unaccountedFor": summary.unaccounted_for,
        "isComplete": summary.is_complete,
        "jobsWithoutReport": [*unreported],
    }
