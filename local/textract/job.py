"""What a job is: one Start call, and what came of it; and how both are told to whoever asks for its results."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NotRequired, TypedDict, cast

from local.textract.features import Features
from local.textract.limits import ASYNC_MAX_QUERIES, RESULT_PAGE_MAX_BLOCKS
from local.textract.results import BlockFiles, next_token
from local.textract.storage import S3Object

if TYPE_CHECKING:
    from mypy_boto3_textract.literals import JobStatusType
    from mypy_boto3_textract.type_defs import (
        BlockTypeDef,
        DocumentMetadataTypeDef,
        StartDocumentAnalysisRequestTypeDef,
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
    started_at: float
    blocks: BlockFiles
    outcome: Outcome | None = None
    is_told: bool = False  # its end, to the topic of NotificationChannel
    document: S3Object = field(init=False)
    features: Features = field(init=False)

    def __post_init__(self) -> None:
        """Raise InvalidParameterError where the request does not say which document, or features do not go together."""
        self.document = S3Object.of(self.request["DocumentLocation"].get("S3Object"))
        self.features = Features()
        if self.kind is JobKind.ANALYSIS:
            request = cast("StartDocumentAnalysisRequestTypeDef", self.request)
            self.features = Features.of(request, ASYNC_MAX_QUERIES)

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
