"""THE FLOW. Read it from top to bottom and you have read the system.

register         an object becomes a document in DocumentsTable          s3proc, s3batchproc
route            the document is put into its pipeline's queue           docproc
process_image    sync pipeline: analyzed and its outputs written         syncproc
start_jobs       async pipeline: jobs started, up to the quota           asyncproc
collect_results  async pipeline: a finished job's outputs written        jobresultsproc
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from math import inf

from aws_lambda_powertools import Logger

from textract_pipeline import aws, objects, outputs, queues, textract
from textract_pipeline.acceptance import accepted_format
from textract_pipeline.blocks import read_pages
from textract_pipeline.datastore import Clock, DocumentStore, OutputStore
from textract_pipeline.document import (
    Document,
    DocumentStatus,
    Failure,
    Feature,
    Lane,
    ObjectVersion,
    Stage,
    document_id,
    ordered_features,
    setting_for_key,
    utc_now,
)
from textract_pipeline.errors import DocumentError, ErrorCode, RetryableError, aws_outcomes
from textract_pipeline.events import JobCompletion
from textract_pipeline.items import Output
from textract_pipeline.objects import StoredResponse
from textract_pipeline.outputs import Written
from textract_pipeline.queues import DocumentMessage, ReceivedMessage
from textract_pipeline.settings import (
    AnalyzeSettings,
    CollectSettings,
    RegisterSettings,
    RouteSettings,
    StartSettings,
)

logger = Logger()

_RECEIVE_LIMIT = 10  # of one SQS ReceiveMessage call


@dataclass(frozen=True, slots=True)
class Registration:
    """A document that was announced, and whether that was news."""

    document: Document
    is_new: bool


def register(source: ObjectVersion, lane: Lane, settings: RegisterSettings, clock: Clock = utc_now) -> Registration:
    """An object becomes a document: SUBMITTED, or at once FAILED or UNSUPPORTED with the reason.

    One that is registered already stays as it is. Raises DocumentError where the object is not there and the event
    gave no ETag to know it by; RetryableError.
    """
    document = _announced(source, lane, settings, clock())
    try:
        head = objects.inspect(source)
        document = replace(
            document,
            document_id=document_id(source.bucket, source.key, head.etag),
            etag=head.etag,
            size_bytes=head.size_bytes,
        )
        document = replace(document, format=accepted_format(head))
    except DocumentError as error:
        if not document.etag:
            raise
        document = replace(document, status=error.code.status, failure=_failure(error, Stage.REGISTER))
    existing = DocumentStore(settings.documents_table, clock).register(document)
    return Registration(existing or document, is_new=existing is None)


def route(document: Document, settings: RouteSettings) -> None:
    """A submitted document goes to the queue of its pipeline and lane."""
    queues.send(_queue_for(document, settings), DocumentMessage.of(document).to_json())
    DocumentStore(settings.documents_table).mark_queued(document.run)


def wake_job_starter(settings: RouteSettings) -> None:
    """New async work need not wait for the starter's schedule."""
    with aws_outcomes():
        aws.lambda_().invoke(FunctionName=settings.start_jobs_function, InvocationType="Event")


def process_image(message: DocumentMessage, settings: AnalyzeSettings, seconds_left: float) -> None:
    """A one-page image is analyzed by the sync API and its outputs are written. Raises RetryableError."""
    store = DocumentStore(settings.documents_table)
    document = store.claim(message.run, seconds_left)
    if document is None:
        return
    with _failure_recorded(store, document, Stage.ANALYZE), _released_on_retry(store, document):
        response = objects.saved_response(document) if document.may_be_paid_for else None
        if response is None:
            response = objects.save_response(document, textract.analyze(document))
        written = _write_outputs(document, response, settings.output_table)
        _finish(store, document, written, Stage.ANALYZE)


def start_jobs(settings: StartSettings, limit: float = inf) -> int:
    """Waiting documents get their async jobs started, live ones first; how many jobs were.

    Goes on until no document waits, Textract takes no more, or `limit` jobs have started.
    """
    started = 0
    for queue_url in (settings.async_queue_url, settings.async_backfill_queue_url):
        while started < limit and (waiting := queues.receive(queue_url, int(min(_RECEIVE_LIMIT, limit - started)))):
            begun, refused = _start_batch(queue_url, waiting, settings)
            started += begun
            for received in refused:
                queues.put_back(queue_url, received)
            if refused:
                return started
    return started


def collect_results(completion: JobCompletion, settings: CollectSettings) -> None:
    """A finished job's outputs are written. Raises RetryableError."""
    store = DocumentStore(settings.documents_table)
    document = store.get(completion.run.document_id)
    if document is None or document.billed_run != completion.run or document.status.is_terminal:
        return
    with _failure_recorded(store, document, Stage.COLLECT):
        missing = "" if completion.succeeded else textract.job_state(completion.job_id, completion.api).message
        if completion.failed:
            raise DocumentError(ErrorCode.JOB_FAILED, f"Textract could not process the document. {missing}")
        response = objects.job_response(document, completion.job_id)
        written = _write_outputs(document, response, settings.output_table)
        _finish(store, document, written, Stage.COLLECT, missing)


def _announced(source: ObjectVersion, lane: Lane, settings: RegisterSettings, now: datetime) -> Document:
    """The document as far as the event tells it and the settings decide."""
    etag = source.etag or ""
    features = ordered_features(setting_for_key(source.key, settings.features))
    asks = Feature.QUERIES in features
    return Document(
        document_id=document_id(source.bucket, source.key, etag),
        bucket=source.bucket,
        key=source.key,
        version_id=source.version_id,
        etag=etag,
        size_bytes=0,
        lane=lane,
        features=features,
        queries=tuple(setting_for_key(source.key, settings.queries)) if asks else (),
        submitted_at=now,
        updated_at=now,
    )


def _queue_for(document: Document, settings: RouteSettings) -> str:
    if document.lane is Lane.LIVE:
        return settings.sync_queue_url if document.goes_sync else settings.async_queue_url
    return settings.sync_backfill_queue_url if document.goes_sync else settings.async_backfill_queue_url


def _start_batch(
    queue_url: str, waiting: Sequence[ReceivedMessage], settings: StartSettings
) -> tuple[int, Sequence[ReceivedMessage]]:
    """Start the documents' jobs in turn: how many were started, and the messages from the first refused on."""
    started = 0
    for position, received in enumerate(waiting):
        try:
            started += _start_job(received.message, settings)
        except RetryableError as error:
            logger.info("Textract takes no more jobs now", extra={"reason": str(error)})
            return started, waiting[position:]
        queues.delete(queue_url, received)
    return started, ()


def _start_job(message: DocumentMessage, settings: StartSettings) -> bool:
    """Start the run's job; False where there is nothing to start. Raises RetryableError."""
    store = DocumentStore(settings.documents_table)
    document = store.get(message.run.document_id)
    if (
        document is None
        or document.run != message.run
        or document.status not in DocumentStatus.IN_PROGRESS.predecessors
    ):
        return False
    job_id = None
    with _failure_recorded(store, document, Stage.START):
        job_id = textract.start_job(document, settings.job_completion_topic_arn, settings.textract_role_arn)
        store.mark_started(document.run, job_id)
    return job_id is not None


def _write_outputs(document: Document, response: StoredResponse, output_table: str) -> Written:
    """Render and store what a response says, and index it."""
    written = outputs.write(document, read_pages(chain.from_iterable(part["Blocks"] for part in response.parts)))
    paid_for = Output("response", document.bucket, response.key, response.size_bytes, written.pages)
    OutputStore(output_table).record(document, [*written.outputs, paid_for])
    return written


def _finish(store: DocumentStore, document: Document, written: Written, stage: Stage, missing: str = "") -> None:
    """The run has ended with outputs: a success if every page was read and there is text."""
    failure = None
    if missing:
        failure = Failure(ErrorCode.PAGES_MISSING, f"Textract left pages out. {missing}", stage)
    elif not written.lines:
        failure = Failure(ErrorCode.EMPTY_RESULT, "Textract found no text. Check that the pages are not blank.", stage)
    status = DocumentStatus.PARTIAL_SUCCESS if failure else DocumentStatus.SUCCEEDED
    store.finish(document.run, status, written.pages, failure)


@contextmanager
def _failure_recorded(store: DocumentStore, document: Document, stage: Stage) -> Iterator[None]:
    """A document that cannot be processed ends FAILED or UNSUPPORTED, with the reason."""
    try:
        yield
    except DocumentError as error:
        logger.warning("The document cannot be processed", extra={"errorCode": error.code, "reason": error.message})
        store.finish(document.run, error.code.status, failure=_failure(error, stage))


@contextmanager
def _released_on_retry(store: DocumentStore, document: Document) -> Iterator[None]:
    """A claimed document that is to be tried again need not wait for the claim to run out."""
    try:
        yield
    except RetryableError:
        store.release(document.run)
        raise


def _failure(error: DocumentError, stage: Stage) -> Failure:
    return Failure(error.code, error.message, stage)
