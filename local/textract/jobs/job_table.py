"""All jobs: each is admitted, and found by its JobId or its ClientRequestToken.

Everything that must survive this process is on disk before a caller can know of it. An id is valid for seven days, as
in Textract, unless the quotas say otherwise.
"""

import threading
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from local.textract.api.job_kinds import JobKind
from local.textract.api.limits import Quotas
from local.textract.exceptions import IdempotentParameterMismatchError, InvalidJobIdError, LimitExceededError
from local.textract.jobs.job import Job, Outcome
from local.textract.jobs.job_files import JobFiles

if TYPE_CHECKING:
    from mypy_boto3_textract.type_defs import StartDocumentTextDetectionRequestTypeDef


class Jobs:
    """The jobs whose results are still kept, including those of earlier processes in `files`.

    Thread-safe.
    """

    def __init__(self, quotas: Quotas, files: JobFiles, clock: Callable[[], float]) -> None:
        self._quotas = quotas
        self._files = files
        self._clock = clock
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}  # in the order of their start
        self._open: set[str] = set()
        self._by_token: dict[tuple[JobKind, str], Job] = {}
        for job in files.load():
            self._know(job)

    def admit(self, kind: JobKind, request: "StartDocumentTextDetectionRequestTypeDef") -> tuple[Job, bool]:
        """A new job and True, or the job already started with this ClientRequestToken and False.

        Raises IdempotentParameterMismatchError if the token was used for another request, and LimitExceededError if the
        maximum number of jobs of this kind is open.
        """
        job_id = uuid.uuid4().hex + uuid.uuid4().hex  # 64 hexadecimal digits, like Textract's
        job = Job(job_id, kind, request, self._clock(), self._files.results_of(job_id, kind))
        token = request.get("ClientRequestToken")
        with self._lock:
            self._forget_old()
            known = self._by_token.get((kind, token)) if token else None
            if known and known.request != request:
                raise IdempotentParameterMismatchError
            if known:
                return known, False
            if self._count_open(kind) >= self._quotas.concurrent_jobs:
                raise LimitExceededError
            self._know(job)
            return job, True

    def keep(self, job: Job) -> None:
        """Store the job when its Start call is about to succeed: it will run, whatever happens to this process."""
        with self._lock:
            self._files.save(job)

    def withdraw(self, job: Job) -> None:
        """Remove the job: its Start call is about to fail."""
        with self._lock:
            self._forget(job)

    def find(self, kind: JobKind, job_id: str) -> Job:
        """Raise InvalidJobIdError if there is no such job of this kind, or no longer."""
        with self._lock:
            self._forget_old()
            job = self._jobs.get(job_id)
            if job is None or job.kind is not kind:
                raise InvalidJobIdError
            return job

    def finish(self, job: Job, outcome: Outcome) -> None:
        """Make the job's results available; it no longer counts as open."""
        with self._lock:
            job.outcome = outcome
            self._open.discard(job.id)
            self._files.save(job)

    def told(self, job: Job) -> None:
        """Record that nothing is left to do for the job."""
        with self._lock:
            job.is_told = True
            self._files.save(job)

    def left_over(self) -> list[Job]:
        """The jobs with something left to do, in the order of their start."""
        with self._lock:
            return [job for job in self._jobs.values() if not job.is_told]

    def open_count(self, kind: JobKind) -> int:
        """How many jobs of this kind have not ended."""
        with self._lock:
            return self._count_open(kind)

    def _count_open(self, kind: JobKind) -> int:
        return sum(self._jobs[job_id].kind is kind for job_id in self._open)

    def _know(self, job: Job) -> None:
        self._jobs[job.id] = job
        if job.outcome is None:
            self._open.add(job.id)
        if token := job.request.get("ClientRequestToken"):
            self._by_token[job.kind, token] = job

    def _forget_old(self) -> None:
        expired = self._clock() - self._quotas.result_seconds
        while self._jobs and (oldest := next(iter(self._jobs.values()))).started_at < expired:
            self._forget(oldest)
            self._files.delete(oldest)

    def _forget(self, job: Job) -> None:
        self._jobs.pop(job.id, None)
        self._open.discard(job.id)
        if token := job.request.get("ClientRequestToken"):
            self._by_token.pop((job.kind, token), None)
