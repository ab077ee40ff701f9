"""All jobs, and the changes of their status."""

import threading
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from local.batch.exceptions import IdempotencyError, JobStatusError, NoSuchJobError
from local.batch.job import BEFORE_TASKS, ENDED, Job
from local.batch.job_files import JobFiles

if TYPE_CHECKING:
    from mypy_boto3_s3control.literals import JobStatusType, RequestedJobStatusType
    from mypy_boto3_s3control.type_defs import CreateJobRequestTypeDef


class Jobs:
    """All jobs, including those of earlier processes. Thread-safe."""

    def __init__(self, files: JobFiles, clock: Callable[[], float]) -> None:
        self._files = files
        self._clock = clock
        self._changed = threading.Condition()
        self._jobs = {job.id: job for job in files.load()}
        with self._changed:
            for job in self._jobs.values():
                self._resume(job)

    def create(self, request: "CreateJobRequestTypeDef") -> Job:
        """A new job, or the one created with this ClientRequestToken; IdempotencyError if its request was different."""
        with self._changed:
            token = request.get("ClientRequestToken")
            for known in self._jobs.values():
                if token and known.request.get("ClientRequestToken") == token:
                    if known.request != request:
                        raise IdempotencyError("The ClientRequestToken was used before, for another job")
                    return known
            job = Job(str(uuid.uuid4()), request, self._clock(), request["Priority"])
            self._jobs[job.id] = job
            self._keep(job)
            return job

    def find(self, job_id: str) -> Job:
        """Raise NoSuchJobError if there is none."""
        with self._changed:
            if job_id not in self._jobs:
                raise NoSuchJobError(f"The specified job does not exist: {job_id}")
            return self._jobs[job_id]

    def newest_first(self) -> list[Job]:
        """All jobs."""
        with self._changed:
            return sorted(self._jobs.values(), key=lambda job: job.created_at, reverse=True)

    def update_status(self, job: Job, requested: "RequestedJobStatusType", reason: str | None) -> None:
        """Confirm a job that waits for confirmation, or cancel one that has not ended; raises JobStatusError."""
        with self._changed:
            may = job.status == "Suspended" if requested == "Ready" else job.status not in ENDED | {"Completing"}
            if not may:
                raise JobStatusError(f"Job {job.id} is {job.status}: it cannot become {requested}")
            job.status_reason = reason
            if requested == "Ready":
                self._move(job, "Ready")
            elif job.status in BEFORE_TASKS:
                self._move(job, "Cancelled")
            elif job.status == "Active":
                self._move(job, "Cancelling")

    def update_priority(self, job: Job, priority: int) -> None:
        """Raise JobStatusError for a job that has ended."""
        with self._changed:
            if job.status in ENDED:
                raise JobStatusError(f"Job {job.id} is {job.status}: its priority cannot change")
            job.priority = priority
            self._keep(job)

    def take(self, status: "JobStatusType", next_status: "JobStatusType") -> Job:
        """Wait for a job with that status, by priority and then by age, and move it to the next status."""
        with self._changed:
            while True:
                if waiting := [job for job in self._jobs.values() if job.status == status]:
                    job = min(waiting, key=lambda job: (-job.priority, job.created_at))
                    self._move(job, next_status)
                    return job
                self._changed.wait()

    def move(self, job: Job, expected: "JobStatusType", status: "JobStatusType") -> None:
        """Move the job to the next status, unless it was cancelled in the meantime."""
        with self._changed:
            if job.status == expected:
                self._move(job, status)

    def _move(self, job: Job, status: "JobStatusType") -> None:
        job.status = status
        if status == "Suspended":
            job.suspended_at = self._clock()
        if status in ENDED:
            job.ended_at = self._clock()
        self._keep(job)

    def _keep(self, job: Job) -> None:
        self._files.save(job)
        self._changed.notify_all()

    def _resume(self, job: Job) -> None:
        """Restart an interrupted step, except in a job that was about to fail or be cancelled."""
        match job.status:
            case "Preparing":
                self._move(job, "New")
            case "Active" | "Completing":
                self._move(job, "Ready")
            case "Failing":
                self._move(job, "Failed")
            case "Cancelling":
                self._move(job, "Cancelled")
