"""A job: one Start call and its outcome, and how the Get operations return both."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NotRequired, TypedDict, cast

from local.textract.api.features import EXPENSE_FEATURES, LENDING_FEATURES, Features
from local.textract.api.job_kinds import JobKind
from local.textract.api.limits import ASYNC_MAX_QUERIES
from local.textract.jobs.result_files import Item, ItemFiles, next_token
from local.textract.jobs.storage import S3Object

if TYPE_CHECKING:
    from mypy_boto3_textract.literals import JobStatusType
    from mypy_boto3_textract.type_defs import (
        DocumentMetadataTypeDef,
        ExpenseDocumentTypeDef,
        LendingResultTypeDef,
        LendingSummaryTypeDef,
        StartDocumentAnalysisRequestTypeDef,
        StartDocumentTextDetectionRequestTypeDef,
        WarningTypeDef,
    )

MODEL_VERSION = "1.0"


class ResultPage(TypedDict):
    """The reply of a Get operation, and a part of OutputConfig's results."""

    JobStatus: "JobStatusType"
    DocumentMetadata: NotRequired["DocumentMetadataTypeDef"]
    Blocks: NotRequired[list[Item]]
    ExpenseDocuments: NotRequired[list["ExpenseDocumentTypeDef"]]
    Results: NotRequired[list["LendingResultTypeDef"]]
    Summary: NotRequired["LendingSummaryTypeDef"]
    NextToken: NotRequired[str]
    Warnings: NotRequired[list["WarningTypeDef"]]
    StatusMessage: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended. `message` says why it failed; `warnings` list the pages that could not be read."""

    status: "JobStatusType"
    pages: int = 0
    warnings: tuple["WarningTypeDef", ...] = ()
    message: str | None = None


@dataclass(slots=True)
class Job:
    """One Start call and its outcome; times in seconds of Unix time."""

    id: str
    kind: JobKind
    request: "StartDocumentTextDetectionRequestTypeDef"
    started_at: float
    items: ItemFiles
    outcome: Outcome | None = None
    is_told: bool = False  # whether its end was announced to NotificationChannel
    document: S3Object = field(init=False)
    features: Features = field(init=False)

    def __post_init__(self) -> None:
        """Raise InvalidParameterError if the document is missing or the features do not match."""
        self.document = S3Object.of(self.request["DocumentLocation"].get("S3Object"))
        match self.kind:
            case JobKind.TEXT_DETECTION:
                self.features = Features()
            case JobKind.ANALYSIS:
                request = cast("StartDocumentAnalysisRequestTypeDef", self.request)
                self.features = Features.of(request, ASYNC_MAX_QUERIES)
            case JobKind.EXPENSE:
                self.features = EXPENSE_FEATURES
            case JobKind.LENDING:
                self.features = LENDING_FEATURES

    def status(self) -> ResultPage:
        """The job's status, and how it ended."""
        page: ResultPage = {"JobStatus": self.outcome.status if self.outcome else "IN_PROGRESS"}
        versioned = cast("ResultPage", {**page, self.kind.reply.version: MODEL_VERSION})
        if self.outcome is None:
            return versioned
        if self.outcome.message:
            versioned["StatusMessage"] = self.outcome.message
        if self.outcome.warnings:
            versioned["Warnings"] = list(self.outcome.warnings)
        if self.has_results():
            versioned["DocumentMetadata"] = {"Pages": self.outcome.pages}
        return versioned

    def results(self, start: int = 0, count: int | None = None) -> ResultPage:
        """The status and up to `count` results from position `start` (from 0); none without success."""
        page = self.status()
        if not self.has_results():
            return page
        end = start + min(count or self.kind.reply.most, self.kind.reply.most)
        page = cast("ResultPage", {**page, self.kind.reply.member: self.items.read(start, end - start)})
        if end < self.items.count:
            page["NextToken"] = next_token(self.id, end)
        return page

    def has_results(self) -> bool:
        """Whether it has ended with success or partial success."""
        return self.outcome is not None and self.outcome.status != "FAILED"
