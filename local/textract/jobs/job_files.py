"""The jobs on disk, so that a killed process loses none.

Each job has a JSON file, which each step replaces as a whole; its results are in the folder of the same name.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from local.textract.api.job_kinds import JobKind
from local.textract.jobs.job import Job, Outcome
from local.textract.jobs.result_files import ItemFiles

if TYPE_CHECKING:
    from mypy_boto3_textract.literals import JobStatusType
    from mypy_boto3_textract.type_defs import StartDocumentTextDetectionRequestTypeDef, WarningTypeDef


class _KeptOutcome(TypedDict):
    status: "JobStatusType"
    pages: int
    warnings: list["WarningTypeDef"]
    message: str | None


class _KeptJob(TypedDict):
    kind: str
    request: "StartDocumentTextDetectionRequestTypeDef"
    started_at: float
    results: int
    outcome: _KeptOutcome | None
    is_told: bool


class JobFiles:
    """The jobs in `folder`, including those of earlier processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def results_of(self, job_id: str, kind: JobKind, count: int = 0) -> ItemFiles:
        """The files of a job's results, which have `count` results."""
        return ItemFiles(self._folder / job_id, kind.reply.most, count)

    def save(self, job: Job) -> None:
        """Save the job's current state. If the process is killed during this, the previous state stays."""
        kept = {
            "kind": job.kind,
            "request": job.request,
            "started_at": job.started_at,
            "results": job.items.count,
            "outcome": asdict(job.outcome) if job.outcome else None,
            "is_told": job.is_told,
        }
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._file(job.id).with_suffix(".new")
        unfinished.write_text(json.dumps(kept))
        unfinished.replace(self._file(job.id))

    def load(self) -> list[Job]:
        """All jobs, in the order of their start. Jobs that had not ended are reset to their start."""
        return sorted(map(self._load, self._folder.glob("*.json")), key=lambda job: job.started_at)

    def delete(self, job: Job) -> None:
        """Delete the job and its results."""
        self._file(job.id).unlink(missing_ok=True)
        job.items.delete()

    def _load(self, file: Path) -> Job:
        kept: _KeptJob = json.loads(file.read_text())
        outcome = None
        if ended := kept["outcome"]:
            outcome = Outcome(ended["status"], ended["pages"], tuple(ended["warnings"]), ended["message"])
        kind = JobKind(kept["kind"])
        items = self.results_of(file.stem, kind, kept["results"])
        return Job(file.stem, kind, kept["request"], kept["started_at"], items, outcome, kept["is_told"])

    def _file(self, job_id: str) -> Path:
        return self._folder / f"{job_id}.json"
