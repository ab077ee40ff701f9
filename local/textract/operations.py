"""Step 3 of a request: the six operations. Synchronous ones recognise at once; Start admits a job; Get reads one."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, cast

from local.textract.errors import (
    DocumentTooLargeError,
    InvalidParameterError,
    ThrottlingError,
    UnsupportedDocumentError,
    UnsupportedOperationError,
)
from local.textract.features import Features
from local.textract.job import MODEL_VERSION, JobKind, ResultPage
from local.textract.jobs import Jobs
from local.textract.limits import (
    ASYNC_MAX_BYTES,
    RESULT_PAGE_MAX_BLOCKS,
    SYNC_CALLS_IN_HAND,
    SYNC_MAX_BYTES,
    SYNC_MAX_QUERIES,
    Quotas,
    RateLimit,
)
from local.textract.notifications import Notifier
from local.textract.results import position_of
from local.textract.storage import OutputFolder, S3Object, Storage
from local.textract.worker import Worker

if TYPE_CHECKING:
    from mypy_boto3_textract.type_defs import (
        AnalyzeDocumentRequestTypeDef,
        BlockTypeDef,
        DetectDocumentTextRequestTypeDef,
        DocumentMetadataTypeDef,
        DocumentTypeDef,
        GetDocumentAnalysisRequestTypeDef,
        StartDocumentAnalysisRequestTypeDef,
        StartDocumentTextDetectionRequestTypeDef,
    )

    from local.textract.recognition import Recogniser


class SyncResult(TypedDict):
    """The reply of DetectDocumentText and AnalyzeDocument."""

    DocumentMetadata: "DocumentMetadataTypeDef"
    Blocks: list["BlockTypeDef"]
    DetectDocumentTextModelVersion: NotRequired[str]
    AnalyzeDocumentModelVersion: NotRequired[str]


class StartResult(TypedDict):
    """The reply of StartDocumentTextDetection and StartDocumentAnalysis."""

    JobId: str


Result = SyncResult | StartResult | ResultPage


class Operations:
    """What the service does, by operation name. Parameters have been validated against the model."""

    def __init__(
        self,
        recogniser: "Recogniser",
        jobs: Jobs,
        worker: Worker,
        storage: Storage,
        notifier: Notifier,
        rates: Mapping[str, RateLimit],
    ) -> None:
        self._recogniser = recogniser
        self._jobs = jobs
        self._worker = worker
        self._storage = storage
        self._notifier = notifier
        self._rates = rates
        self._sync_slots = threading.BoundedSemaphore(SYNC_CALLS_IN_HAND)
        self._handlers: Mapping[str, Callable[[Any], Result]] = {
            "DetectDocumentText": self.detect_document_text,
            "AnalyzeDocument": self.analyze_document,
            "StartDocumentTextDetection": self.start_document_text_detection,
            "StartDocumentAnalysis": self.start_document_analysis,
            "GetDocumentTextDetection": lambda request: self._results(JobKind.TEXT_DETECTION, request),
            "GetDocumentAnalysis": lambda request: self._results(JobKind.ANALYSIS, request),
        }

    def handle(self, operation: str, parameters: Mapping[str, object]) -> Result:
        """Raise UnsupportedOperationError for what Textract does and this does not."""
        handler = self._handlers.get(operation)
        if handler is None:
            names = ", ".join(self._handlers)
            raise UnsupportedOperationError(f"The local Textract does not have {operation}; it has {names}")
        return handler(parameters)

    def count_call(self, operation: str) -> None:
        """Raise ProvisionedThroughputExceededError when the operation is called more often than its quota."""
        if rate := self._rates.get(operation):
            rate.take()

    def open_jobs(self) -> dict[str, int]:
        """How many jobs of each kind have not ended."""
        return {kind: self._jobs.open_count(kind) for kind in JobKind}

    def detect_document_text(self, request: "DetectDocumentTextRequestTypeDef") -> SyncResult:
        """The page's text."""
        return {**self._recognise(request["Document"], Features()), "DetectDocumentTextModelVersion": MODEL_VERSION}

    def analyze_document(self, request: "AnalyzeDocumentRequestTypeDef") -> SyncResult:
        """The page's text and features."""
        features = Features.of(request, SYNC_MAX_QUERIES)
        return {**self._recognise(request["Document"], features), "AnalyzeDocumentModelVersion": MODEL_VERSION}

    def start_document_text_detection(self, request: "StartDocumentTextDetectionRequestTypeDef") -> StartResult:
        """A job that finds text."""
        return self._start(JobKind.TEXT_DETECTION, request)

    def start_document_analysis(self, request: "StartDocumentAnalysisRequestTypeDef") -> StartResult:
        """A job that finds text and features."""
        return self._start(JobKind.ANALYSIS, request)

    def _recognise(self, document: "DocumentTypeDef", features: Features) -> SyncResult:
        with self._sync_slot():
            data = self._document_bytes(document)
            with self._recogniser.open(data) as opened:
                if opened.page_count > 1:
                    raise UnsupportedDocumentError(
                        f"{UnsupportedDocumentError.default}: {opened.page_count} pages; synchronous calls take one"
                    )
                blocks = self._recogniser.blocks(opened, 1, features.types, features.queries_for(1, 1))
        for block in blocks:
            block.pop("Page", None)  # Textract numbers pages in the results of jobs only
        return {"DocumentMetadata": {"Pages": 1}, "Blocks": blocks}

    @contextmanager
    def _sync_slot(self) -> Iterator[None]:
        """Raise ThrottlingError when too many callers already wait for the engine."""
        if not self._sync_slots.acquire(blocking=False):
            raise ThrottlingError
        try:
            yield
        finally:
            self._sync_slots.release()

    def _document_bytes(self, document: "DocumentTypeDef") -> bytes:
        if ("Bytes" in document) == ("S3Object" in document):
            raise InvalidParameterError(f"{InvalidParameterError.default}: Document needs either Bytes or S3Object")
        if "Bytes" in document:
            return cast("bytes", document["Bytes"])
        location = S3Object.of(document["S3Object"])
        _check_size(self._storage.size(location), SYNC_MAX_BYTES)
        return self._storage.read(location)

    def _start(self, kind: JobKind, request: "StartDocumentTextDetectionRequestTypeDef") -> StartResult:
        if "KMSKeyId" in request and "OutputConfig" not in request:
            raise InvalidParameterError(f"{InvalidParameterError.default}: KMSKeyId without OutputConfig")
        job, is_new = self._jobs.admit(kind, request)
        if is_new:
            try:
                _check_size(self._storage.size(job.document), ASYNC_MAX_BYTES)
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

    def _results(self, kind: JobKind, request: "GetDocumentAnalysisRequestTypeDef") -> ResultPage:
        job = self._jobs.find(kind, request["JobId"])
        start = 0
        if "NextToken" in request:
            start = position_of(request["NextToken"], job.id, job.blocks.count)
        return job.results(start, min(request.get("MaxResults", RESULT_PAGE_MAX_BLOCKS), RESULT_PAGE_MAX_BLOCKS))


def rate_limits(quotas: Quotas, clock: Callable[[], float]) -> dict[str, RateLimit]:
    """A rate for each operation that has a quota here, counted by itself."""
    return {
        "DetectDocumentText": RateLimit(quotas.sync_tps, clock),
        "AnalyzeDocument": RateLimit(quotas.sync_tps, clock),
        "StartDocumentTextDetection": RateLimit(quotas.start_tps, clock),
        "StartDocumentAnalysis": RateLimit(quotas.start_tps, clock),
    }


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise DocumentTooLargeError(f"{DocumentTooLargeError.default}: {size:,} bytes; the most is {most:,}")
