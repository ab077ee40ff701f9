"""The jobs on disk, so that a killed process loses none.

`<job id>.json` is the job, replaced as a whole; `<job id>/` contains its tasks and their results.
"""

import json
from dataclasses import asdict
from pathlib import Path

from local.batch.job import Job


class JobFiles:
    """The jobs in `folder`, including those of earlier processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def tasks(self, job: Job) -> Path:
        """A CSV of the job's tasks: bucket, key as in the manifest, version."""
        return self._of(job) / "tasks.csv"

    def results(self, job: Job, status: str) -> Path:
        """A CSV of the tasks that `succeeded` or `failed`, in the report's columns."""
        return self._of(job) / f"{status}.csv"

    def save(self, job: Job) -> None:
        """Save the job's current state. If the process is killed during this, the previous state stays."""
        self._of(job).mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f"{job.id}.new"
        unfinished.write_text(json.dumps(asdict(job)))
        unfinished.replace(self._folder / f"{job.id}.json")

    def load(self) -> list[Job]:
        """All jobs, in the order of their creation."""
        jobs = [Job(**json.loads(file.read_text())) for file in self._folder.glob("*.json")]
        return sorted(jobs, key=lambda job: job.created_at)

    def _of(self, job: Job) -> Path:
        return self._folder / job.id
