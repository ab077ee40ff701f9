"""On every tick of the schedule, recover the documents that the flow has lost track of.

Whatever fails, a document ends up in one of four places, all checked here: it stays SUBMITTED because its stream record
was dropped; its message is in a dead-letter queue; it waited until its queue dropped the message; or its job's
completion never arrived. Each fix is a conditional write, which does no harm if the flow continues after all.

Each document is recovered by itself: if one fails, the others are still recovered, and at the end the tick fails, so
that its alarm goes off.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from aws_lambda_powertools import Logger

from textract_pipeline import events
from textract_pipeline.aws import queues, textract
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.clock import Clock, utc_now
from textract_pipeline.document import Document, Failure, Run
from textract_pipeline.errors import DocumentError, ErrorCode, RetryableError
from textract_pipeline.names import DocumentStatus, Stage
from textract_pipeline.settings import StartSettings

logger = Logger()

_STREAM_LAG = timedelta(hours=1)  # how far the stream may lag before a document is announced again
_STREAM_RETENTION = timedelta(hours=24)  # DynamoDB Developer Guide, "Change data capture with streams", 2026-11
_JOB_TIME = timedelta(hours=1)  # time for a job and its completion message before Textract is asked
_ASKING_TIME = timedelta(seconds=20)  # for asking Textract on one tick, which must also start jobs
_GIVEN_UP = (
    "Every attempt failed with an unknown error: see the function's log."
    " `textract-pipeline redrive` sends the document back."
)


class NotAllRecoveredError(ExceptionGroup[Exception]):
    """The errors for single documents or whole rules; `stuck` counts the documents that were recovered anyway."""

    stuck = 0


def recover(settings: StartSettings, clock: Clock = utc_now) -> int:
    """Recover every document that the flow has lost track of, by every rule, even if one of them fails.

    Returns how many there were, not counting those whose job may still run. Raises NotAllRecoveredError after
    everything else is done.
    """
    store, now, failures = DocumentsTable(settings.documents_table, clock), clock(), _Failures()
    stuck = 0
    for rule in (
        partial(_announce_again, store, now, failures),
        partial(_fail_dead_lettered, store, settings, failures),
        partial(_fail_expired, store, settings, now, failures),
        partial(_look_up_jobs, store, settings, clock, failures),
    ):
        with failures.noted():
            stuck += rule()
    if failures.errors:
        error = NotAllRecoveredError("Not all documents could be recovered", failures.errors)
        error.stuck = stuck
        raise error
    return stuck


class _Failures:
    """The errors so far; they do not stop the recovery of other documents."""

    def __init__(self) -> None:
        self.errors: list[Exception] = []

    @contextmanager
    def noted(self, run: Run | None = None) -> Iterator[None]:
        """Log and keep an error instead of raising it."""
        named = {"documentId": run.document_id, "run": run.number} if run else {}
        try:
            yield
        except RetryableError as error:
            logger.info("Not recovered: the next tick tries again", extra={**named, "reason": str(error)})
            self.errors.append(error)
        except Exception as error:
            logger.exception("Not recovered: unknown error", extra=named)
            self.errors.append(error)

    def for_each(self, documents: Iterable[Document], recover_one: Callable[[Document], object]) -> int:
        """Recover each document by itself; return how many were recovered."""
        count = 0
        with self.noted():
            for document in documents:
                with self.noted(document.run):
                    recover_one(document)
                    count += 1
        return count


def _announce_again(store: DocumentsTable, now: datetime, failures: _Failures) -> int:
    """Announce unrouted documents again through the stream; fail those that were not routed for a day."""

    def announce(document: Document) -> None:
        if document.submitted_at > now - _STREAM_RETENTION:
            store.touch(document)
        else:
            reason = "The document could not be routed for a day: see docproc's log. Then reprocess the document."
            _fail(store, document, ErrorCode.NOT_ROUTED, reason, Stage.ROUTE)

    return failures.for_each(store.unfinished(DocumentStatus.SUBMITTED, now - _STREAM_LAG), announce)


def _fail_dead_lettered(store: DocumentsTable, settings: StartSettings, failures: _Failures) -> int:
    """Fail the documents whose messages are in a dead-letter queue; the messages stay there for `redrive`."""
    count = 0
    stages = [(stage, queue_url) for stage, urls in settings.dead_letter_queues.items() for queue_url in urls]
    for stage, queue_url in stages:
        with failures.noted(), queues.look_at(queue_url) as messages:
            for message in messages:
                run = events.run_of_message(message.body)
                with failures.noted(run):
                    count += run is not None and _fail_given_up(store, run, Stage(stage))
    return count


def _fail_given_up(store: DocumentsTable, run: Run, stage: Stage) -> bool:
    """Fail the document, unless it has ended or begun another run; return whether it was failed."""
    document = store.get(run.document_id)
    if not document or run not in {document.run, document.billed_run} or document.status.is_terminal:
        return False
    _fail(store, document, ErrorCode.DEAD_LETTERED, _GIVEN_UP, stage)
    return True


def _look_up_jobs(store: DocumentsTable, settings: StartSettings, clock: Clock, failures: _Failures) -> int:
    """Ask Textract about jobs whose completion did not arrive; send the completion in place of the notification.

    None of them counts as stuck. If the time is up, the next tick asks about the rest.
    """
    began = clock()
    for document in store.unfinished(DocumentStatus.IN_PROGRESS, began - _JOB_TIME):
        if clock() - began > _ASKING_TIME:
            break
        with failures.noted(document.run):
            _look_up_job(store, settings, document)
    return 0


def _look_up_job(store: DocumentsTable, settings: StartSettings, document: Document) -> None:
    if document.job_id is None:
        return
    api = textract.api_of(document)
    try:
        state = textract.job_state(document.job_id, api)
    except DocumentError as error:
        _fail(store, document, error.code, error.message, Stage.COLLECT)
        return
    if state.status != "IN_PROGRESS":
        completion = events.JobCompletion(document.billed_run, document.job_id, state.status, api)
        queues.send(settings.job_results_queue_url, completion.to_json())
    store.touch(document)


def _fail_expired(store: DocumentsTable, settings: StartSettings, now: datetime, failures: _Failures) -> int:
    """Fail documents that waited longer than their queue keeps a message."""

    def expire(document: Document) -> None:
        reason = "The document waited longer than its queue keeps a message. Raise the concurrency, then reprocess it."
        _fail(store, document, ErrorCode.EXPIRED, reason, Stage.ROUTE)

    too_early = now - timedelta(days=settings.queue_retention_days)
    return failures.for_each(store.unfinished(DocumentStatus.QUEUED, too_early), expire)


def _fail(store: DocumentsTable, document: Document, code: ErrorCode, reason: str, stage: Stage) -> None:
    logger.warning(
        "The flow had lost track of the document",
        extra={"documentId": document.document_id, "run": document.run_number, "errorCode": code},
    )
    store.finish(document.run, DocumentStatus.FAILED, failure=Failure(code, reason, stage))
