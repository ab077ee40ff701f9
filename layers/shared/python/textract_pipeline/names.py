"""Names that the stack and the functions share, each defined once.

Imports only the standard library, because `cdk synth` imports this module, too.
"""

from enum import StrEnum

EVENT_SOURCE = "textract-pipeline"  # source and detail type of the event that a document has ended
EVENT_DETAIL_TYPE = "Document Processed"
SHORTEST_TIMEOUT_SECONDS = 60  # for a function: its AWS clients give up before that
UNFINISHED_INDEX = "Unfinished"  # DocumentsTable's index of documents that have not ended


class DocumentStatus(StrEnum):
    """The state of a document's run. It only moves forward, in the order listed here."""

    SUBMITTED = "SUBMITTED"
    QUEUED = "QUEUED"
    IN_PROGRESS = "IN_PROGRESS"
    SUCCEEDED = "SUCCEEDED"
    PARTIAL_SUCCESS = "PARTIAL_SUCCESS"
    FAILED = "FAILED"
    UNSUPPORTED = "UNSUPPORTED"  # empty, or in a format that Textract does not read: see `ErrorCode.status`

    @property
    def is_terminal(self) -> bool:
        """Whether the run has ended."""
        return self not in _UNFINISHED

    @property
    def predecessors(self) -> tuple["DocumentStatus", ...]:
        """The states that may precede this one; states may be skipped, but a run never goes back."""
        return _UNFINISHED if self.is_terminal else _UNFINISHED[: _UNFINISHED.index(self)]


_UNFINISHED = (DocumentStatus.SUBMITTED, DocumentStatus.QUEUED, DocumentStatus.IN_PROGRESS)


class Stage(StrEnum):
    """The step of the flow in which a document failed."""

    REGISTER = "register"
    ROUTE = "route"
    ANALYZE = "analyze"
    START = "start"
    COLLECT = "collect"


class Feature(StrEnum):
    """What to analyze. Text alone uses another API, which costs a fortieth of text, forms, and tables."""

    TEXT = "text"
    FORMS = "forms"
    TABLES = "tables"
    LAYOUT = "layout"
    SIGNATURES = "signatures"
    QUERIES = "queries"


class OutputName(StrEnum):
    """The outputs that a document can have."""

    TEXT = "text.txt"
    MARKDOWN = "document.md"
    JSON = "document.json"
    FORMS = "forms.csv"
    TABLES = "tables.csv"
    QUERIES = "queries.csv"
    SUMMARY = "summary.json"
    PAGE_FILES = "page-files"  # never stored itself: contains a set of files for each page
    VIEWER = "document.html"
    SEARCHABLE_PDF = "searchable.pdf"
    WORKBOOK = "tables.xlsx"

    @property
    def is_view(self) -> bool:
        """Whether a separate function makes it after the flow."""
        return self in _VIEWS


_VIEWS = (OutputName.VIEWER, OutputName.SEARCHABLE_PDF, OutputName.WORKBOOK)


class MetricName(StrEnum):
    """The figures that the functions log for the dashboard and the alarms."""

    DOCUMENTS = "Documents"
    PAGES = "Pages"
    DOLLARS = "Dollars"
    AGE = "Age"
    JOBS_STARTED = "JobsStarted"
    JOBS_RUNNING = "JobsRunning"
    QUOTA_IN_USE = "QuotaInUse"
    STUCK_DOCUMENTS = "StuckDocuments"
