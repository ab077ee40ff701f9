"""What is known about a job, on disk, so that a process that is killed loses no job.

`<job id>.json` is the job, replaced as a whole; `<job id>/` has its tasks and what became of them.
"""

import json
from dataclasses import asdict
from pathlib import Path

from local.batch.job import Job


class JobFiles:
    """The jobs in `folder`, which earlier processes may have left there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def tasks(self, job: Job) -> Path:
        """A CSV of the job's tasks: bucket, key as in the manifest, version."""
        return self._of(job) / "tasks.csv"

    def results(self, job: Job, status: str) -> Path:
        """A CSV of the tasks that `succeeded` or `failed`, in the report's columns."""
        return self._of(job) / f"{status}.csv"

    def save(self, job: Job) -> None:
        """Keep the job as it is now. Killed meanwhile, it is kept as it was before."""
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
