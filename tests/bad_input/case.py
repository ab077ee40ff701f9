"""One file of the corpus, and how the pipeline must end it."""

from collections.abc import Callable
from dataclasses import dataclass

from textract_pipeline.errors import ErrorCode
from textract_pipeline.names import DocumentStatus, Stage

PREFIX = "bad-input/"


@dataclass(frozen=True, slots=True)
class Ending:
    """A terminal state with its reason and the step that found it."""

    status: DocumentStatus
    code: ErrorCode | None = None
    stage: Stage | None = None

    @property
    def costs_a_call(self) -> bool:
        """Whether Textract is called before this is known."""
        return self.stage is not Stage.REGISTER


@dataclass(frozen=True, slots=True)
class Case:
    """A file; its bytes are made when they are asked for, always the same."""

    key: str
    body: Callable[[], bytes]
    ending: Ending


def refused(name: str, code: ErrorCode, body: Callable[[], bytes]) -> Case:
    """A file that is known to be bad once it is registered, before Textract is called."""
    return Case(PREFIX + name, body, Ending(code.status, code, Stage.REGISTER))


def unreadable_image(name: str, body: Callable[[], bytes]) -> Case:
    """An image of which only Textract can tell that it is bad."""
    code = ErrorCode.BAD_DOCUMENT
    return Case(PREFIX + name, body, Ending(code.status, code, Stage.ANALYZE))


def failed_job(name: str, body: Callable[[], bytes]) -> Case:
    """A PDF or TIFF file of which only Textract's job can tell that it is bad."""
    code = ErrorCode.JOB_FAILED
    return Case(PREFIX + name, body, Ending(code.status, code, Stage.COLLECT))


def blank_image(name: str, body: Callable[[], bytes]) -> Case:
    """An image without text."""
    return Case(PREFIX + name, body, Ending(DocumentStatus.PARTIAL_SUCCESS, ErrorCode.EMPTY_RESULT, Stage.ANALYZE))


def blank_job(name: str, body: Callable[[], bytes]) -> Case:
    """A PDF or TIFF file without text."""
    return Case(PREFIX + name, body, Ending(DocumentStatus.PARTIAL_SUCCESS, ErrorCode.EMPTY_RESULT, Stage.COLLECT))


def incomplete_job(name: str, body: Callable[[], bytes]) -> Case:
    """A PDF or TIFF file of which some pages can be read."""
    return Case(PREFIX + name, body, Ending(DocumentStatus.PARTIAL_SUCCESS, ErrorCode.PAGES_MISSING, Stage.COLLECT))


def good(name: str, body: Callable[[], bytes]) -> Case:
    """A file that only looks bad."""
    return Case(PREFIX + name, body, Ending(DocumentStatus.SUCCEEDED))
