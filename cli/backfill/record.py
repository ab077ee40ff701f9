"""What is known about one backfill."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cli.backfill.manifest import ManifestLocation
from textract_pipeline.events import Backfill, ReprocessPolicy


@dataclass(frozen=True, slots=True)
class BackfillRecord:
    """One backfill. Its id begins with the time at which it was started; one made in the console has its job's id.

    Without a manifest, S3 lists the objects that `generator` describes, in terms of CreateJob. The jobs are those of
    S3 Batch Operations, the latest last; `objects` is how many are listed, as far as that is known.
    """

    id: str
    created_at: datetime
    source: str
    report_bucket: str
    report_prefix: str
    manifest: ManifestLocation | None = None
    generator: Mapping[str, Any] = field(default_factory=dict)
    again: ReprocessPolicy = ReprocessPolicy.NONE
    documents_per_minute: float = 0
    job_ids: tuple[str, ...] = ()
    objects: int | None = None
    price: float | None = None  # dollars for Textract, as planned
    planned_at: datetime | None = None
    entered: Mapping[str, int] = field(default_factory=dict)  # by job that has ended: documents that it brought in

    @property
    def prefix(self) -> str:
        """Where everything of the backfill is in InventoryAndLogsBucket."""
        return f"backfills/{self.id}/"

    @property
    def is_ours(self) -> bool:
        """Whether it was started here, and not as a job in the console."""
        return self.id not in self.job_ids

    @property
    def order(self) -> Backfill:
        """What its jobs tell the function."""
        return Backfill(self.id, self.again, self.documents_per_minute)

    def with_job(self, job_id: str) -> "BackfillRecord":
        """The record once another job has been created."""
        return replace(self, job_ids=(*self.job_ids, job_id))
