"""The asynchronous operations: Start admits a job, Get returns its status and results."""

from typing import TYPE_CHECKING, TypedDict, cast

from local.textract.api.job_kinds import JobKind
from local.textract.api.limits import ASYNC_MAX_BYTES
from local.textract.exceptions import DocumentTooLargeError, InvalidParameterError
from local.textract.extraction.lending import lending_summary
from local.textract.jobs.job import ResultPage
from local.textract.jobs.job_table import Jobs
from local.textract.jobs.notifications import Notifier
from local.textract.jobs.result_files import position_of
from local.textract.jobs.storage import OutputFolder, Storage
from local.textract.jobs.worker import Worker

if TYPE_CHECKING:
    from mypy_boto3_textract.type_defs import (
        GetDocumentAnalysisRequestTypeDef,
        GetLendingAnalysisSummaryRequestTypeDef,
        LendingResultTypeDef,
        StartDocumentTextDetectionRequestTypeDef,
    )


class StartResult(TypedDict):
    """The reply of a Start operation."""

    JobId: str


class AsyncOperations:
    """The Start and Get operations of every kind of job. Parameters have been validated."""

    def __init__(self, jobs: Jobs, worker: Worker, storage: Storage, notifier: Notifier) -> None:
        self._jobs = jobs
        self._worker = worker
        self._storage = storage
        self._notifier = notifier

    def open_jobs(self) -> dict[str, int]:
        """How many jobs of each kind have not ended."""
        return {kind: self._jobs.open_count(kind) for kind in JobKind}

    def start(self, kind: JobKind, request: "StartDocumentTextDetectionRequestTypeDef") -> StartResult:
        """Start a job of this kind, or find the one started with the same ClientRequestToken."""
        if "KMSKeyId" in request and "OutputConfig" not in request:
            raise InvalidParameterError(f"{InvalidParameterError.default}: KMSKeyId without OutputConfig")
        job, is_new = self._jobs.admit(kind, request)
        if is_new:
            try:
                DocumentTooLargeError.check(self._storage.size(job.document), ASYNC_MAX_BYTES)
                if "OutputConfig" in request:
                    output = OutputFolder.of(request["OutputConfig"], request.get("KMSKeyId"), job.id)
                    self._storage.check_access(output)
                if "NotificationChannel" in request:
                    self._notifier.check(request["NotificationChannel"])
                self._jobs.keep(job)
            except Exception:
                self._jobs.withdraw(job)
                raise
            self._worker.submit(job)
        return {"JobId": job.id}

    def results(self, kind: JobKind, request: "GetDocumentAnalysisRequestTypeDef") -> ResultPage:
        """A page of the job's results."""
        job = self._jobs.find(kind, request["JobId"])
        start = position_of(request["NextToken"], job.id, job.items.count) if "NextToken" in request else 0
        return job.results(start, request.get("MaxResults"))

    def lending_summary(self, request: "GetLendingAnalysisSummaryRequestTypeDef") -> ResultPage:
        """The job's pages by kind."""
        job = self._jobs.find(JobKind.LENDING, request["JobId"])
        reply = job.status()
        if job.has_results():
            results = cast("list[LendingResultTypeDef]", job.items.read(0, job.items.count))
            reply["Summary"] = lending_summary(results)
        return reply
