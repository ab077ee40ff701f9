"""What the pipeline will do with an object, determined by the same checks that the pipeline uses."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import TypeVar
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from cli.backfill.handwriting import with_pluses
from cli.backfill.manifest import Row
from cli.backfill.planning.page_count import ObjectBytes, content_of
from textract_pipeline.aws import objects
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import (
    FOLDER_REASON,
    Document,
    DocumentFormat,
    ObjectHead,
    ObjectVersion,
    document_id,
    is_folder,
)
from textract_pipeline.errors import DocumentError, ErrorCode, NoEndpointError, RetryableError
from textract_pipeline.events import Backfill
from textract_pipeline.registration.accepted_format import accepted_format

THREADS = 32
TOGETHER = 25  # objects that a thread looks up in one call, with the first 64 KiB of each in memory
_PAUSES = (1.0, 5.0, 20.0)  # seconds before each retry of a failed call
_MOST_UNANSWERED = 25  # failures in a row after which the service, not the object, is taken to be the cause
_MOST_WAITED_FOR = 2  # of the objects that are looked up in one call; the others are tried once

_Result = TypeVar("_Result")


class Outcome(StrEnum):
    """What will happen to an object of the manifest, in words for people."""

    PROCESSED = "processed"
    REGISTERED_BEFORE = "registered before"
    OUTPUT = "written by the pipeline"
    FOLDER = "a folder"
    REPEATED = "listed twice"
    EMPTY = "empty"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too large"
    BROKEN = "broken"
    ARCHIVED = "archived"
    NOT_READABLE = "not readable"
    LOCKED = "its key cannot be used"
    MISSING = "missing"
    CHANGED = "changed meanwhile"
    NOT_PERMITTED = "not permitted"
    NOT_GRANTED = "in a bucket not granted"
    NOT_INSPECTED = "not inspected"
    EMBEDDED = "files embedded in it"


_OUTCOMES = {
    ErrorCode.ACCESS_DENIED: Outcome.NOT_PERMITTED,
    ErrorCode.BAD_DOCUMENT: Outcome.BROKEN,
    ErrorCode.EMPTY_OBJECT: Outcome.EMPTY,
    ErrorCode.KEY_UNAVAILABLE: Outcome.LOCKED,
    ErrorCode.OBJECT_ARCHIVED: Outcome.ARCHIVED,
    ErrorCode.OBJECT_CHANGED: Outcome.CHANGED,
    ErrorCode.OBJECT_MISSING: Outcome.MISSING,
    ErrorCode.OBJECT_UNREADABLE: Outcome.NOT_READABLE,
    ErrorCode.TOO_LARGE: Outcome.TOO_LARGE,
    ErrorCode.UNSUPPORTED_FORMAT: Outcome.UNSUPPORTED,
}


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found out about an object; pages are 0 if none will be processed."""

    row: Row
    outcome: Outcome
    reason: str = ""
    size_bytes: int = 0
    format: DocumentFormat | None = None
    pages: int = 0
    embedded_files: int = 0  # in a PDF to be processed; they will not be
    is_unanswered: bool = False  # a service has failed again and again


@dataclass(frozen=True, slots=True)
class _Accepted:
    """An object that Textract accepts, judging by its first bytes."""

    row: Row
    head: ObjectHead
    format: DocumentFormat

    @property
    def document_id(self) -> str:
        return document_id(self.row.bucket, self.row.key, self.head.etag)


def inspect(
    rows: Iterable[Row], documents: DocumentsTable, backfill: Backfill, threads: int = THREADS, together: int = TOGETHER
) -> Iterator[Inspection]:
    """Inspect objects, many at once, and yield the results in the objects' order, however many there are.

    Makes one call per object, one per portion that is inspected `together`, and a few for the pages of each PDF or TIFF
    file. An object that cannot be inspected does not keep the others from it. Raises RetryableError if a service keeps
    failing.
    """
    yield from _unless_nothing_answers(_inspected(iter(rows), documents, backfill, threads, together))


def _unless_nothing_answers(inspections: Iterable[Inspection]) -> Iterator[Inspection]:
    """The same; RetryableError if many in a row, or all, could not be inspected since a service did not answer."""
    unanswered, has_answered = 0, False
    for found in inspections:
        unanswered = unanswered + 1 if found.is_unanswered else 0
        has_answered |= not found.is_unanswered
        if unanswered == _MOST_UNANSWERED:
            raise RetryableError(found.reason)
        yield found
    if unanswered and not has_answered:
        raise RetryableError(found.reason)


def _inspected(
    rows: Iterator[Row], documents: DocumentsTable, backfill: Backfill, threads: int, together: int
) -> Iterator[Inspection]:
    waiting: deque[Future[list[Inspection]]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            while portion := list(islice(rows, together)):
                waiting.append(pool.submit(_inspect_together, portion, documents, backfill))
                if len(waiting) > threads:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _inspect_together(rows: Iterable[Row], documents: DocumentsTable, backfill: Backfill) -> list[Inspection]:
    portion = _Portion()
    first_look = [portion.inspect(row, partial(_accept, row)) for row in rows]
    ids = [one.document_id for one in first_look if isinstance(one, _Accepted)]
    known = _patiently(partial(documents.get_many, ids)) if ids else {}
    return [
        portion.inspect(one.row, partial(_look_inside, one, known.get(one.document_id), backfill))
        if isinstance(one, _Accepted)
        else one
        for one in first_look
    ]


class _Portion:
    """Objects that are inspected one after another, each by itself: what fails for one says nothing of the others."""

    def __init__(self) -> None:
        self._unanswered = 0

    def inspect(self, row: Row, look: Callable[[], _Result]) -> "_Result | Inspection":
        """What is found, or that nothing was, and why."""
        pauses = _PAUSES if self._unanswered < _MOST_WAITED_FOR else ()
        try:
            return _patiently(look, pauses)
        except RetryableError as error:
            self._unanswered += 1
            return Inspection(row, Outcome.NOT_INSPECTED, f"{error}. Plan again.", is_unanswered=True)
        except (BotoCoreError, ClientError, NoEndpointError) as error:
            if not isinstance(error, ParamValidationError):
                raise  # credentials, the Region, a grant: so it is for all objects
            return Inspection(row, Outcome.NOT_INSPECTED, " ".join(str(error).split()))
        except Exception as error:  # noqa: BLE001 - a file can be wrong in ways that nobody has thought of
            return Inspection(row, Outcome.NOT_INSPECTED, f"It could not be inspected: {error!r}.")


def _accept(row: Row) -> _Accepted | Inspection:
    """Read an object's first bytes. The ETag in the manifest is ignored: the current content will be processed."""
    try:
        head = objects.inspect(ObjectVersion(row.bucket, row.key, row.version_id))
    except DocumentError as error:
        if error.code is ErrorCode.OBJECT_MISSING and (meant := _with_a_plus(row)):
            means = f"In a manifest, + stands for a space, so this row means {row.key}, and there is no such object."
            right = f"There is {meant}: write {quote(meant, safe='/')}"
            return Inspection(row, Outcome.MISSING, f"{means} {right}")
        return _refused(row, error)
    if is_folder(row.key, head.size_bytes):
        return Inspection(row, Outcome.FOLDER, FOLDER_REASON)
    try:
        return _Accepted(row, head, accepted_format(head))
    except DocumentError as error:
        return replace(_refused(row, error), size_bytes=head.size_bytes)


def _with_a_plus(row: Row) -> str | None:
    """The key of an object that is there, if the row's key has a space in place of a plus."""
    for key in with_pluses(row.key):
        with suppress(DocumentError):
            objects.inspect(ObjectVersion(row.bucket, key))
            return key
    return None


def _look_inside(accepted: _Accepted, existing: Document | None, backfill: Backfill) -> Inspection:
    """Whether the document was processed before, and how many pages it has."""
    row, head = accepted.row, accepted.head
    found = Inspection(row, Outcome.PROCESSED, size_bytes=head.size_bytes, format=accepted.format)
    if existing and not backfill.repeats(existing):
        reason = f"It was already registered as {existing.document_id}, {existing.status}."
        return replace(found, outcome=Outcome.REGISTERED_BEFORE, reason=reason)
    source = ObjectVersion(row.bucket, row.key, row.version_id)
    try:
        content = content_of(ObjectBytes(source, head), accepted.format)
        return replace(found, pages=content.pages, embedded_files=content.embedded_files)
    except DocumentError as error:
        return replace(_refused(row, error), size_bytes=head.size_bytes, format=accepted.format)


def _refused(row: Row, error: DocumentError) -> Inspection:
    outcome = _OUTCOMES.get(error.code, Outcome.BROKEN)
    if outcome is Outcome.NOT_PERMITTED:
        return Inspection(
            row, outcome, "These credentials may not read the object; whether the pipeline may read it is unknown."
        )
    return Inspection(row, outcome, error.message)


def _patiently(call: Callable[[], _Result], pauses: Iterable[float] = _PAUSES) -> _Result:
    for pause in pauses:
        try:
            return call()
        except RetryableError:
            time.sleep(pause)
    return call()
