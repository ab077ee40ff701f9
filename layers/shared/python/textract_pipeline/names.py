"""Names that the stack and the functions share, each written once.

Only the standard library is imported here, since `cdk synth` imports this module as well.
"""

from enum import StrEnum

EVENT_SOURCE = "textract-pipeline"  # of the event that tells that a document has ended, and its detail type
EVENT_DETAIL_TYPE = "Document Processed"
SHORTEST_TIMEOUT_SECONDS = 60  # that a function may be given: its AWS clients have given up before it is over
UNFINISHED_INDEX = "Unfinished"  # of DocumentsTable: the documents that have not ended


class DocumentStatus(StrEnum):
    """Where a run of a document stands. It only ever moves forward, in the order written here."""

    SUBMITTED = "SUBMITTED"
    QUEUED = "QUEUED"
    IN_PROGRESS = "IN_PROGRESS"
    SUCCEEDED = "SUCCEEDED"
    PARTIAL_SUCCESS = "PARTIAL_SUCCESS"
    FAILED = "FAILED"
    UNSUPPORTED = "UNSUPPORTED"

    @property
    def is_terminal(self) -> bool:
        """Whether the run has ended."""
        return self not in _UNFINISHED

    @property
    def predecessors(self) -> tuple["DocumentStatus", ...]:
        """The states from which this one may be entered; steps may be skipped, never retraced."""
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
    """What to look for. Text alone calls the API that costs a fortieth of the others."""

    TEXT = "text"
    FORMS = "forms"
    TABLES = "tables"
    LAYOUT = "layout"
    SIGNATURES = "signatures"
    QUERIES = "queries"


class OutputName(StrEnum):
    """The outputs that can be had of a document."""

    TEXT = "text.txt"
    MARKDOWN = "document.md"
    JSON = "document.json"
    FORMS = "forms.csv"
    TABLES = "tables.csv"
    QUERIES = "queries.csv"
    SUMMARY = "summary.json"
    PAGE_FILES = "page-files"  # which is never stored itself: it holds a set of files for each page
    VIEWER = "document.html"
    SEARCHABLE_PDF = "searchable.pdf"
    WORKBOOK = "tables.xlsx"

    @property
    def is_view(self) -> bool:
        """Whether it is made after the flow, by a function of its own."""
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
