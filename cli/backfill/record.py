"""What is known about one backfill."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cli.backfill.manifest import ManifestLocation
from textract_pipeline.events import Backfill, ReprocessPolicy


@dataclass(frozen=True, slots=True)
class BackfillRecord:
    """One backfill. Its id starts with its start time; a backfill created in the console has its job's id.

    Without a manifest, S3 lists the objects that `generator` describes, in terms of CreateJob, and `planned` has those
    that it must find at least. The jobs are those of S3 Batch Operations, latest last; `objects` is the number of
    planned objects, if known.
    """

    id: str
    created_at: datetime
    source: str
    report_bucket: str
    report_prefix: str
    manifest: ManifestLocation | None = None
    generator: Mapping[str, Any] = field(default_factory=dict)
    planned: ManifestLocation | None = None
    again: ReprocessPolicy = ReprocessPolicy.NONE
    documents_per_minute: float = 0
    job_ids: tuple[str, ...] = ()
    objects: int | None = None
    price: float | None = None  # dollars for Textract, as planned
    planned_at: datetime | None = None
    entered: Mapping[str, int] = field(default_factory=dict)  # documents imported, by ended job

    @property
    def prefix(self) -> str:
        """The prefix of all files of the backfill in InventoryAndLogsBucket."""
        return f"backfills/{self.id}/"

    @property
    def is_ours(self) -> bool:
        """Whether it was started with this command, not as a job in the console."""
        return self.id not in self.job_ids

    @property
    def order(self) -> Backfill:
        """The arguments that its jobs pass to the function."""
        return Backfill(self.id, self.again, self.documents_per_minute)

    def with_job(self, job_id: str) -> "BackfillRecord":
        """The record with another job added."""
        return replace(self, job_ids=(*self.job_ids, job_id))
