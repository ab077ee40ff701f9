"""On every tick of the schedule, documents that the flow has lost track of are recovered.

Whatever fails, the flow ends in one of four places, and each is looked into here: a document stays SUBMITTED because
its stream record was given up; its message sits in a dead-letter queue; it waited until its queue forgot it; or its
job's completion never came. Each rule is a conditional write, which does no harm where the flow goes on after all.

Each document is recovered by itself: if that fails, the others still are, and at the end the tick fails, so that its
alarm rings.
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

_STREAM_LAG = timedelta(hours=1)  # how far a stream may be behind before a document is announced again
_STREAM_RETENTION = timedelta(hours=24)  # DynamoDB Developer Guide, "Change data capture with streams", 2026-11
_JOB_TIME = timedelta(hours=1)  # how long a job may run, and its completion be on its way, before Textract is asked
_ASKING_TIME = timedelta(seconds=20)  # how long Textract is asked on one tick, which has jobs to start as well
_GIVEN_UP = (
    "Every attempt failed in a way that the pipeline does not know: see the function's log."
    " `textract-pipeline redrive` sends the document back."
)


class NotAllRecoveredError(ExceptionGroup[Exception]):
    """What failed for single documents, or for a whole rule; `stuck` are those that were recovered all the same."""

    stuck = 0


def recover(settings: StartSettings, clock: Clock = utc_now) -> int:
    """Take up every document that the flow has lost hold of, by all rules, whichever of them fails.

    Returns how many there were, but for those whose job may still run. Raises NotAllRecoveredError, once all else is
    done.
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
    """What failed, while the rest went on."""

    def __init__(self) -> None:
        self.errors: list[Exception] = []

    @contextmanager
    def noted(self, run: Run | None = None) -> Iterator[None]:
        """Log what fails, and go on."""
        named = {"documentId": run.document_id, "run": run.number} if run else {}
        try:
            yield
        except RetryableError as error:
            logger.info("Not recovered; the next tick tries again", extra={**named, "reason": str(error)})
            self.errors.append(error)
        except Exception as error:
            logger.exception("Not recovered, in a way that the pipeline does not know", extra=named)
            self.errors.append(error)

    def for_each(self, documents: Iterable[Document], recover_one: Callable[[Document], object]) -> int:
        """Recover each document by itself; how many there were, less those for which it failed."""
        count = 0
        with self.noted():
            for document in documents:
                with self.noted(document.run):
                    recover_one(document)
                    count += 1
        return count


def _announce_again(store: DocumentsTable, now: datetime, failures: _Failures) -> int:
    """A document that was never routed is announced again by its stream; one that never is has failed."""

    def announce(document: Document) -> None:
        if document.submitted_at > now - _STREAM_RETENTION:
            store.touch(document)
        else:
            reason = "The document could not be routed for a day: see docproc's log. Then reprocess the document."
            _fail(store, document, ErrorCode.NOT_ROUTED, reason, Stage.ROUTE)

    return failures.for_each(store.unfinished(DocumentStatus.SUBMITTED, now - _STREAM_LAG), announce)


def _fail_dead_lettered(store: DocumentsTable, settings: StartSettings, failures: _Failures) -> int:
    """A document whose message was given up has failed, and says so; the message stays for `redrive`."""
    count = 0
    stages = [(stage, queue_url) for stage, urls in settings.dead_letter_queues.items() for queue_url in urls]
    for stage, queue_url in stages:
        with failures.noted():
            for message in queues.peek(queue_url):
                run = events.run_of_message(message["Body"])
                with failures.noted(run):
                    count += run is not None and _fail_given_up(store, run, Stage(stage))
    return count


def _fail_given_up(store: DocumentsTable, run: Run, stage: Stage) -> bool:
    """Whether the document was still on its way."""
    document = store.get(run.document_id)
    if not document or run not in {document.run, document.billed_run} or document.status.is_terminal:
        return False
    _fail(store, document, ErrorCode.DEAD_LETTERED, _GIVEN_UP, stage)
    return True


def _look_up_jobs(store: DocumentsTable, settings: StartSettings, clock: Clock, failures: _Failures) -> int:
    """A job whose completion did not come is asked after; what the notification would have said is said instead.

    None counts as stuck. What there is no time for is asked after on the next tick.
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
    """A document that waited for longer than its queue keeps a message waits for nothing."""

    def expire(document: Document) -> None:
        reason = "The document waited longer than its queue keeps a message. Reprocess it, with more concurrency."
        _fail(store, document, ErrorCode.EXPIRED, reason, Stage.ROUTE)

    too_early = now - timedelta(days=settings.queue_retention_days)
    return failures.for_each(store.unfinished(DocumentStatus.QUEUED, too_early), expire)


def _fail(store: DocumentsTable, document: Document, code: ErrorCode, reason: str, stage: Stage) -> None:
    logger.warning(
        "A document was lost hold of",
        extra={"documentId": document.document_id, "run": document.run_number, "errorCode": code},
    )
    store.finish(document.run, DocumentStatus.FAILED, failure=Failure(code, reason, stage))
