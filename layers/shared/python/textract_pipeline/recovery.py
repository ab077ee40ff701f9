"""On every tick of the schedule, recover the documents that the flow has lost track of.

Whatever fails, a document ends up in one of four places, all checked here: it stays SUBMITTED because its stream record
was dropped; its message is in a dead-letter queue; its job's completion never arrived; or it waited until its queue
dropped the message. Each fix is a conditional write, which does no harm if the flow continues after all.
"""

from datetime import datetime, timedelta
from itertools import chain

from aws_lambda_powertools import Logger

from textract_pipeline import events
from textract_pipeline.aws import queues, textract
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.clock import Clock, utc_now
from textract_pipeline.document import Document, Failure
from textract_pipeline.errors import DocumentError, ErrorCode
from textract_pipeline.names import DocumentStatus, Stage
from textract_pipeline.settings import StartSettings

logger = Logger()

_STREAM_LAG = timedelta(hours=1)  # how far the stream may lag before a document is announced again
_STREAM_RETENTION = timedelta(hours=24)  # DynamoDB Developer Guide, "Change data capture with streams", 2026-11
_JOB_TIME = timedelta(hours=1)  # time for a job and its completion message before Textract is asked
_GIVEN_UP = (
    "Every attempt failed with an unknown error: see the function's log."
    " `textract-pipeline redrive` sends the document back."
)


def recover(settings: StartSettings, clock: Clock = utc_now) -> int:
    """Recover every document that the flow has lost track of. Raises RetryableError.

    Returns how many there were, not counting those whose job may still run.
    """
    store = DocumentsTable(settings.documents_table, clock)
    now = clock()
    stuck = _announce_again(store, now) + _fail_dead_lettered(store, settings)
    _look_up_jobs(store, settings, now)
    return stuck + _fail_expired(store, settings, now)


def _announce_again(store: DocumentsTable, now: datetime) -> int:
    """Announce unrouted documents again through the stream; fail those that were not routed for a day."""
    count = 0
    for document in store.unfinished(DocumentStatus.SUBMITTED, now - _STREAM_LAG):
        count += 1
        if document.submitted_at > now - _STREAM_RETENTION:
            store.touch(document)
        else:
            reason = "The document could not be routed for a day: see docproc's log. Then reprocess the document."
            _fail(store, document, ErrorCode.NOT_ROUTED, reason, Stage.ROUTE)
    return count


def _fail_dead_lettered(store: DocumentsTable, settings: StartSettings) -> int:
    """Fail the documents whose messages are in a dead-letter queue; the messages stay there for `redrive`."""
    count = 0
    for stage, queue_urls in settings.dead_letter_queues.items():
        for message in chain.from_iterable(map(queues.peek, queue_urls)):
            run = events.run_of_message(message["Body"])
            document = store.get(run.document_id) if run else None
            if document and run in {document.run, document.billed_run} and not document.status.is_terminal:
                _fail(store, document, ErrorCode.DEAD_LETTERED, _GIVEN_UP, Stage(stage))
                count += 1
    return count


def _look_up_jobs(store: DocumentsTable, settings: StartSettings, now: datetime) -> None:
    """Ask Textract about jobs whose completion did not arrive; send the completion in place of the notification."""
    for document in store.unfinished(DocumentStatus.IN_PROGRESS, now - _JOB_TIME):
        if document.job_id is None:
            continue
        api = textract.api_of(document)
        try:
            state = textract.job_state(document.job_id, api)
        except DocumentError as error:
            _fail(store, document, error.code, error.message, Stage.COLLECT)
            continue
        if state.status != "IN_PROGRESS":
            completion = events.JobCompletion(document.billed_run, document.job_id, state.status, api)
            queues.send(settings.job_results_queue_url, completion.to_json())
        store.touch(document)


def _fail_expired(store: DocumentsTable, settings: StartSettings, now: datetime) -> int:
    """Fail documents that waited longer than their queue keeps a message."""
    count, too_early = 0, now - timedelta(days=settings.queue_retention_days)
    for document in store.unfinished(DocumentStatus.QUEUED, too_early):
        count += 1
        reason = "The document waited longer than its queue keeps a message. Raise the concurrency, then reprocess it."
        _fail(store, document, ErrorCode.EXPIRED, reason, Stage.ROUTE)
    return count


def _fail(store: DocumentsTable, document: Document, code: ErrorCode, reason: str, stage: Stage) -> None:
    logger.warning(
        "A document was lost track of",
        extra={"documentId": document.document_id, "run": document.run_number, "errorCode": code},
    )
    store.finish(document.run, DocumentStatus.FAILED, failure=Failure(code, reason, stage))
