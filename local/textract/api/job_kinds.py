"""The kinds of asynchronous jobs: which operation starts each, and which one returns its results."""

from dataclasses import dataclass
from enum import StrEnum

from local.textract.api.limits import RESULT_MAX_BLOCKS, RESULT_MAX_EXPENSES, RESULT_MAX_LENDING_PAGES


@dataclass(frozen=True, slots=True)
class Reply:
    """A kind of job's reply: its Get operation, the members, and the number of results per page."""

    operation: str
    member: str
    version: str
    most: int


class JobKind(StrEnum):
    """The operation that started a job, which is also its name in a notification."""

    TEXT_DETECTION = "StartDocumentTextDetection"
    ANALYSIS = "StartDocumentAnalysis"
    EXPENSE = "StartExpenseAnalysis"
    LENDING = "StartLendingAnalysis"

    @property
    def reply(self) -> Reply:
        """How its results are returned."""
        return _REPLIES[self]


_REPLIES = {
    JobKind.TEXT_DETECTION: Reply(
        "GetDocumentTextDetection", "Blocks", "DetectDocumentTextModelVersion", RESULT_MAX_BLOCKS
    ),
    JobKind.ANALYSIS: Reply("GetDocumentAnalysis", "Blocks", "AnalyzeDocumentModelVersion", RESULT_MAX_BLOCKS),
    JobKind.EXPENSE: Reply("GetExpenseAnalysis", "ExpenseDocuments", "AnalyzeExpenseModelVersion", RESULT_MAX_EXPENSES),
    JobKind.LENDING: Reply("GetLendingAnalysis", "Results", "AnalyzeLendingModelVersion", RESULT_MAX_LENDING_PAGES),
}
