"""The progress of a backfill: what S3 Batch Operations has listed, and what happened to the imported documents.

Nothing is counted here: the job reports how many tasks it has done, BackfillsTable how many documents are in each
state. When a job has ended, its completion report is read once, for how many documents it imported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cli.backfill.batch_jobs import ENDED, describe_job
from cli.backfill.reconciliation.completion_report import find_report
from cli.backfill.record import BackfillRecord
from cli.backfill.records import save_record
from cli.target import Target
from textract_pipeline.aws import control_table
from textract_pipeline.aws.backfills_table import BackfillsTable, Counts
from textract_pipeline.names import DocumentStatus, Feature
from textract_pipeline.prices import PRICES

_NO_JOB = "not started"
_FAILED, _CANCELLED = "Failed", "Cancelled"
_UNREMARKABLE = frozenset({_NO_JOB, "New", "Preparing", "Ready", "Active", "Completing", "Complete"})


@dataclass(frozen=True, slots=True)
class BackfillProgress:
    """The state of a backfill at one moment."""

    record: BackfillRecord
    at: datetime
    counts: Counts
    is_paused: bool
    job_status: str  # of its latest job
    job_reasons: tuple[str, ...]  # why that job failed, as S3 says
    listed: int | None  # objects, None until S3 has listed them
    tried: int  # of those, by the latest job
    refused: int  # of those tried, how many could not be registered
    spent: float  # dollars

    @property
    def is_entering(self) -> bool:
        """Whether more documents may be imported."""
        return self.is_interrupted or (self.job_status not in ENDED and self.job_status != _NO_JOB)

    @property
    def is_interrupted(self) -> bool:
        """Whether its job was cancelled by a pause; `resume` makes another."""
        return self.is_paused and self.job_status == _CANCELLED

    @property
    def job_failed(self) -> bool:
        """Whether its latest job failed; objects that it did not try were not registered."""
        return self.job_status == _FAILED

    @property
    def job_is_remarkable(self) -> bool:
        """Whether its latest job has failed, was stopped, or waits for somebody."""
        return self.job_status not in _UNREMARKABLE and not self.is_interrupted

    @property
    def not_new(self) -> int:
        """Of those tried, how many were known before, are listed twice, or are not documents."""
        return max(0, self.tried - self.refused - self.counts.registered)

    @property
    def in_hand(self) -> int:
        """Imported documents that have not ended."""
        return self.counts.registered - self.counts.ended

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen: every job has ended, and so has every document that it imported."""
        entered = sum(self.record.entered.values())
        return not self.is_entering and self.in_hand == 0 and self.counts.registered >= entered

    @property
    def done_share(self) -> float:
        """The share of the backfill that is done, 0 to 1."""
        if not self.listed:
            return 0.0
        if self.is_over and not self.job_is_remarkable:
            return 1.0
        return min((self.counts.ended + self.refused + self.not_new) / self.listed, 0.999)

    @property
    def remaining(self) -> int:
        """At most how many documents are left to process: some of those not tried yet may not be new."""
        return self.in_hand + (max(0, (self.listed or 0) - self.tried) if self.is_entering else 0)

    def documents(self, *statuses: DocumentStatus) -> int:
        """How many documents are in one of these states."""
        return sum(self.counts.documents[status] for status in statuses)


def progress_of(target: Target, record: BackfillRecord, now: datetime) -> BackfillProgress:
    """The current state of the backfill. Takes a few calls, however many documents it has."""
    job = describe_job(target, record.job_ids[-1]) if record.job_ids else None
    status = job["Status"] if job else _NO_JOB
    if status in ENDED:
        record = _with_what_entered(target, record)
    progress = job.get("ProgressSummary", {}) if job else {}
    refused = progress.get("NumberOfTasksFailed", 0)
    counts = BackfillsTable(target.output("BackfillsTableName")).read(record.id)
    return BackfillProgress(
        record,
        now,
        counts,
        is_paused=control_table.exists(target.output("ControlTableName"), control_table.BACKFILL_PAUSED),
        job_status=status,
        job_reasons=tuple(
            f"{told.get('FailureCode', 'Unknown')}: {told.get('FailureReason', 'no reason')}"
            for told in (job.get("FailureReasons", ()) if job else ())
        ),
        listed=progress.get("TotalNumberOfTasks") or record.objects,
        tried=progress.get("NumberOfTasksSucceeded", 0) + refused,
        refused=refused,
        spent=cost(counts.pages, target.prices),
    )


def cost(pages: Mapping[Feature, int], prices: Mapping[Feature, float] = PRICES) -> float:
    """The price in dollars of the pages charged for each feature."""
    return sum(count * prices[feature] for feature, count in pages.items())


def rate(earlier: Iterable[BackfillProgress], now: BackfillProgress) -> float:
    """Documents that ended per second, since the earliest of these moments."""
    first = next(iter(earlier), now)
    seconds = (now.at - first.at).total_seconds()
    return (now.counts.ended - first.counts.ended) / seconds if seconds else 0.0


def _with_what_entered(target: Target, record: BackfillRecord) -> BackfillRecord:
    """The record, with the number of documents that each ended job imported."""
    entered = dict(record.entered)
    for job_id in record.job_ids:
        if job_id not in entered:
            report = find_report(record.report_bucket, record.report_prefix, job_id)
            if report:
                entered[job_id] = sum(outcome.began_run for _, outcome in report.tasks())
    if entered != record.entered:
        record = replace(record, entered=entered)
        if record.is_ours:
            save_record(target, record)
    return record
