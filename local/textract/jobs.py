"""Step 1 of a job: admitted, known by its JobId and its ClientRequestToken, and held to its outcome.

Everything here is in memory but the blocks; an id is good for seven days, as in Textract.
"""

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NotRequired, TypedDict

from local.textract.errors import IdempotentParameterMismatchError, InvalidJobIdError, LimitExceededError
from local.textract.features import Features
from local.textract.limits import RESULT_PAGE_MAX_BLOCKS, RESULT_SECONDS
from local.textract.results import BlockFiles, next_token
from local.textract.storage import S3Object

if TYPE_CHECKING:
    from mypy_boto3_textract.literals import JobStatusType
    from mypy_boto3_textract.type_defs import (
        BlockTypeDef,
        DocumentMetadataTypeDef,
        StartDocumentTextDetectionRequestTypeDef,
        WarningTypeDef,
    )

MODEL_VERSION = "1.0"


class JobKind(StrEnum):
    """The operation that started a job, which is also its name in a notification."""

    TEXT_DETECTION = "StartDocumentTextDetection"
    ANALYSIS = "StartDocumentAnalysis"


class ResultPage(TypedDict):
    """The reply of GetDocumentTextDetection and GetDocumentAnalysis, and a part of OutputConfig's results."""

    JobStatus: "JobStatusType"
    DocumentMetadata: NotRequired["DocumentMetadataTypeDef"]
    Blocks: NotRequired[list["BlockTypeDef"]]
    NextToken: NotRequired[str]
    Warnings: NotRequired[list["WarningTypeDef"]]
    StatusMessage: NotRequired[str]
    DetectDocumentTextModelVersion: NotRequired[str]
    AnalyzeDocumentModelVersion: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended. `message` says why it failed; `warnings` name the pages that could not be read."""

    status: "JobStatusType"
    pages: int = 0
    warnings: tuple["WarningTypeDef", ...] = ()
    message: str | None = None


@dataclass(slots=True)
class Job:
    """One Start call and what came of it; times in seconds of Unix time."""

    id: str
    kind: JobKind
    request: "StartDocumentTextDetectionRequestTypeDef"
    document: S3Object
    features: Features
    started_at: float
    blocks: BlockFiles
    outcome: Outcome | None = None

    def results(self, start: int = 0, count: int = RESULT_PAGE_MAX_BLOCKS) -> ResultPage:
        """Up to `count` blocks from position `start` (from 0), or the status alone before and without success."""
        page: ResultPage = {"JobStatus": self.outcome.status if self.outcome else "IN_PROGRESS"}
        if self.kind is JobKind.ANALYSIS:
            page["AnalyzeDocumentModelVersion"] = MODEL_VERSION
        else:
            page["DetectDocumentTextModelVersion"] = MODEL_VERSION
        if self.outcome is None:
            return page
        if self.outcome.message:
            page["StatusMessage"] = self.outcome.message
        if self.outcome.warnings:
            page["Warnings"] = list(self.outcome.warnings)
        if self.outcome.status != "FAILED":
            page["DocumentMetadata"] = {"Pages": self.outcome.pages}
            page["Blocks"] = self.blocks.read(start, count)
            if start + count < self.blocks.count:
                page["NextToken"] = next_token(self.id, start + count)
        return page


class Jobs:
    """The jobs of the last seven days. Safe to use from many threads."""

    def __init__(self, concurrent_jobs: int, folder: Path, clock: Callable[[], float]) -> None:
        self._concurrent_jobs = concurrent_jobs  # of each kind, as Textract's quotas are
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}  # in the order of their start
        self._open: set[str] = set()
        self._by_token: dict[tuple[JobKind, str], Job] = {}

    def admit(
        self, kind: JobKind, request: "StartDocumentTextDetectionRequestTypeDef", features: Features
    ) -> tuple[Job, bool]:
        """A new job and True, or the job that this ClientRequestToken already started and False.

        Raises IdempotentParameterMismatchError when the token came with another request, and LimitExceededError when
        as many jobs of this kind are open as may be.
        """
        document = S3Object.of(request["DocumentLocation"].get("S3Object"))
        token = request.get("ClientRequestToken")
        with self._lock:
            self._forget_old()
            known = self._by_token.get((kind, token)) if token else None
            if known and known.request != request:
                raise IdempotentParameterMismatchError
            if known:
                return known, False
            if self._count_open(kind) >= self._concurrent_jobs:
                raise LimitExceededError
            job_id = uuid.uuid4().hex + uuid.uuid4().hex  # 64 hexadecimal digits, like Textract's
            files = BlockFiles(self._folder / job_id)
            job = Job(job_id, kind, request, document, features, self._clock(), files)
            self._jobs[job_id] = job
            self._open.add(job_id)
            if token:
                self._by_token[kind, token] = job
            return job, True

    def find(self, kind: JobKind, job_id: str) -> Job:
        """Raise InvalidJobIdError when there is no such job of this kind, or no longer."""
        with self._lock:
            self._forget_old()
            job = self._jobs.get(job_id)
            if job is None or job.kind is not kind:
                raise InvalidJobIdError
            return job

    def finish(self, job: Job, outcome: Outcome) -> None:
        """The job's results can be had, and it no longer counts as open."""
        with self._lock:
            job.outcome = outcome
            self._open.discard(job.id)

    def withdraw(self, job: Job) -> None:
        """The job never was: its Start call is about to fail."""
        with self._lock:
            self._remove(job)

    def open_count(self, kind: JobKind) -> int:
        """How many jobs of this kind have not ended."""
        with self._lock:
            return self._count_open(kind)

    def _count_open(self, kind: JobKind) -> int:
        return sum(self._jobs[job_id].kind is kind for job_id in self._open)

    def _forget_old(self) -> None:
        expired = self._clock() - RESULT_SECONDS
        while self._jobs and (oldest := next(iter(self._jobs.values()))).started_at < expired:
            self._remove(oldest)
            oldest.blocks.delete()

    def _remove(self, job: Job) -> None:
        self._jobs.pop(job.id, None)
        self._open.discard(job.id)
        if token := job.request.get("ClientRequestToken"):
            self._by_token.pop((job.kind, token), None)
