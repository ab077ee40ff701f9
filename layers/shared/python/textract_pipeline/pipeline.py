"""THE FLOW. Read it from top to bottom to understand the system.

register         an object becomes a document in DocumentsTable          s3proc, s3batchproc
route            the document goes to its pipeline's queue               docproc
process_image    sync pipeline: analyze it and write its outputs         syncproc
start_job        async pipeline: start its Textract job                  asyncproc (when: async_jobs/)
collect_results  async pipeline: write the outputs of a finished job     jobresultsproc

Only the two functions that render results import the modules for it, so that the others start faster.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from textract_pipeline import clock, rate_limit
from textract_pipeline.aws import control_table, functions, objects, queues, textract
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.objects import StoredResponse
from textract_pipeline.aws.textract import Response
from textract_pipeline.clock import Clock, Sleep, utc_now
from textract_pipeline.document import (
    Document,
    Failure,
    Lane,
    ObjectVersion,
    Registered,
    Registration,
    document_id,
    is_folder,
    is_output_key,
    ordered_features,
    setting_for_key,
)
from textract_pipeline.errors import DocumentError, ErrorCode, RetryableError
from textract_pipeline.events import Backfill, DocumentMessage, JobCompletion
from textract_pipeline.names import DocumentStatus, Feature, Stage
from textract_pipeline.registration.accepted_format import accepted_format
from textract_pipeline.settings import BackfillSettings, OutputSettings, RegisterSettings, RouteSettings, StartSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from textract_pipeline.aws.control_table import Attributes
    from textract_pipeline.outputs.rendering import Rendering

logger = Logger()

_SECONDS_TO_SAVE = 20.0  # time to store a response and its outputs

SecondsLeft = Callable[[], float]  # until Lambda ends the invocation


def register(
    source: ObjectVersion,
    settings: RegisterSettings | BackfillSettings,
    backfill: Backfill | None = None,
    now: Clock = utc_now,
) -> Registration | None:
    """Register an object as a document: SUBMITTED, or immediately FAILED or UNSUPPORTED with the reason.

    A document that is already registered stays as it is, unless the backfill says otherwise. None if the object is no
    document: an output of the pipeline, or a folder. Raises DocumentError if the object cannot be read and the event
    has no ETag to identify it; RetryableError.
    """
    if is_output_key(source.key):
        return None
    document = _announced(source, backfill, settings, now())
    try:
        head = objects.inspect(source)
        if is_folder(source.key, head.size_bytes):
            return None
        document = document._replace(
            document_id=document_id(source.bucket, source.key, head.etag),
            etag=head.etag,
            version_id=head.version_id,
            size_bytes=head.size_bytes,
        )
        document = document._replace(format=accepted_format(head))
    except DocumentError as error:
        if not document.etag:
            raise
        document = document._replace(
            status=error.code.status, failure=Failure(error.code, error.message, Stage.REGISTER)
        )
    store = DocumentsTable(settings.documents_table, now)
    existing = store.register(document)
    if existing is None:
        return Registration(document, Registered.NEW)
    if backfill and backfill.repeats(existing) and not document.failure:
        return _registered_again(existing, document, store)
    return Registration(existing, Registered.KNOWN)


def register_existing(source: ObjectVersion, backfill: Backfill, settings: BackfillSettings) -> Registration | None:
    """Register an object that a backfill lists, as in `register`, and set the rate of backfills if the job has one."""
    rate_limit.adopt_rate(settings.control_table, backfill)
    return register(source, settings, backfill)


def route(document: Document, settings: RouteSettings) -> None:
    """Send a submitted document to the queue of its pipeline and lane."""
    queues.send(_queue_for(document, settings), DocumentMessage.of(document).to_json())
    DocumentsTable(settings.documents_table).mark_queued(document.run)
    logger.info("Queued", extra={"pipeline": "sync" if document.goes_sync else "async", "lane": document.lane})


def wake_job_starter(settings: RouteSettings) -> None:
    """Start asyncproc, so that new async work need not wait for its schedule."""
    functions.invoke(settings.start_jobs_function)


def process_image(
    message: DocumentMessage, settings: OutputSettings, seconds_left: SecondsLeft, sleep: Sleep = clock.sleep
) -> None:
    """Analyze a one-page image with the sync API and write its outputs. Raises RetryableError."""
    from textract_pipeline.outputs import storage, turns

    store = DocumentsTable(settings.documents_table)
    document = store.claim(message.run, seconds_left())
    if document is None:
        return
    with _failure_recorded(store, document, Stage.ANALYZE), _released_on_retry(store, document):
        held = _held(document, settings.control_table)
        response = objects.saved_response(document) if document.may_be_paid_for else None
        if response is None:
            interval = rate_limit.interval_of(held.get(control_table.BACKFILL_RATE, {}))
            rate_limit.pass_through(settings.control_table, control_table.BACKFILL_RATE, interval, sleep=sleep)
            objects.confirm(document)
            response = _save(document, textract.analyze(document), seconds_left, sleep)
        _wait_to_complete(settings, sleep)
        objects.confirm(document)
        rendering = turns.render(document, response, settings.outputs)
        rows = storage.store(document, response, rendering, settings)
        _finish(store, document, rendering, rows, Stage.ANALYZE)


def start_job(message: DocumentMessage, settings: StartSettings) -> bool:
    """Start the job of a waiting document; False if there is nothing to start.

    Raises QuotaFullError if the account runs as many jobs as it may; ThrottledError; RetryableError.
    """
    store = DocumentsTable(settings.documents_table)
    document = store.get(message.run.document_id)
    if (
        document is None
        or document.run != message.run
        or document.status not in DocumentStatus.IN_PROGRESS.predecessors
    ):
        return False
    job_id = None
    with _failure_recorded(store, document, Stage.START):
        _held(document, settings.control_table)
        objects.confirm(document)
        job_id = textract.start_job(document, settings)
        store.mark_started(document.run, job_id)
        logger.info("Started", extra={"documentId": document.document_id, "run": document.run_number, "jobId": job_id})
    return job_id is not None


def collect_results(
    completion: JobCompletion, settings: OutputSettings, seconds_left: SecondsLeft, sleep: Sleep = clock.sleep
) -> None:
    """Write the outputs of a finished job. Raises RetryableError; OutOfTimeError, after saving the progress."""
    from textract_pipeline.outputs import storage, turns

    store = DocumentsTable(settings.documents_table)
    document = store.get(completion.run.document_id)
    if document is None:
        return
    is_another_job = document.job_id is not None and document.job_id != completion.job_id
    if document.billed_run != completion.run or document.status.is_terminal or is_another_job:
        objects.discard_progress(document, completion.job_id)
        return
    with _failure_recorded(store, document, Stage.COLLECT):
        missing = "" if completion.succeeded else textract.job_state(completion.job_id, completion.api).message
        if completion.failed:
            raise DocumentError(textract.failure_code(missing), f"Textract could not process the document. {missing}")
        response = objects.job_response(document, completion.job_id)
        if not response.is_begun:
            _wait_to_complete(settings, sleep)
        objects.confirm(document)
        rendering = turns.render_in_turns(document, response, settings.outputs, seconds_left)
        rows = storage.store(document, response, rendering, settings)
        _finish(store, document._replace(job_id=completion.job_id), rendering, rows, Stage.COLLECT, missing)


def _announced(
    source: ObjectVersion, backfill: Backfill | None, settings: RegisterSettings | BackfillSettings, now: datetime
) -> Document:
    """The document, as far as the event and the settings determine it."""
    etag = source.etag or ""
    features = ordered_features(setting_for_key(source.key, settings.features))
    asks = Feature.QUERIES in features
    return Document(
        document_id=source.document_id,
        bucket=source.bucket,
        key=source.key,
        version_id=source.version_id,
        etag=etag,
        size_bytes=0,
        lane=Lane.BACKFILL if backfill else Lane.LIVE,
        backfill=backfill.id if backfill else None,
        features=features,
        queries=tuple(setting_for_key(source.key, settings.queries)) if asks else (),
        submitted_by=source.put_by,
        submitted_at=now,
        updated_at=now,
    )


def _registered_again(existing: Document, announced: Document, store: DocumentsTable) -> Registration:
    """Begin a new run of a document that has ended, with the current settings."""
    run = store.reopen(existing, announced, DocumentStatus.SUBMITTED, is_paid_for=False)
    if run is None:
        return Registration(existing, Registered.KNOWN)
    return Registration(announced._replace(run_number=run.number, billed_run_number=run.number), Registered.AGAIN)


def _held(document: Document, table: str) -> "Mapping[str, Attributes]":
    """The limits on a backfill document, by name. Raises DocumentError if its backfill has been cancelled."""
    if document.backfill is None:
        return {}
    cancelled = control_table.BACKFILL_CANCELLED + document.backfill
    held = control_table.read(table, cancelled, control_table.BACKFILL_RATE)
    if cancelled in held:
        reason = f"The backfill {document.backfill} was cancelled before the document was processed. Reprocess it."
        raise DocumentError(ErrorCode.CANCELLED, reason)
    return held


def _wait_to_complete(settings: OutputSettings, sleep: Sleep) -> None:
    """Wait until the document may complete. Raises RetryableError if that would take too long."""
    interval = rate_limit.interval_ms(settings.max_documents_per_minute)
    rate_limit.pass_through(settings.control_table, rate_limit.COMPLETING, interval, sleep=sleep)


def _queue_for(document: Document, settings: RouteSettings) -> str:
    if document.lane is Lane.LIVE:
        return settings.sync_queue_url if document.goes_sync else settings.async_queue_url
    return settings.sync_backfill_queue_url if document.goes_sync else settings.async_backfill_queue_url


def _save(document: Document, response: Response, seconds_left: SecondsLeft, sleep: Sleep) -> StoredResponse:
    """Save a response; retry as long as there is time, because analyzing again would be charged again."""
    while True:
        try:
            return objects.save_response(document, response)
        except RetryableError:
            if seconds_left() < _SECONDS_TO_SAVE:
                raise
            sleep(1)


def _finish(
    store: DocumentsTable,
    document: Document,
    rendering: "Rendering",
    rows: "Sequence[TransactWriteItemTypeDef]",
    stage: Stage,
    missing: str = "",
) -> None:
    """End the run and list its outputs: a success if every page was read and there is text."""
    failure = None
    if missing := missing or rendering.missing_pages:
        failure = Failure(ErrorCode.PAGES_MISSING, f"Textract left out pages. {missing}", stage)
    elif not rendering.done.lines:
        failure = Failure(ErrorCode.EMPTY_RESULT, "Textract found no text. Check that the pages are not blank.", stage)
    status = DocumentStatus.PARTIAL_SUCCESS if failure else DocumentStatus.SUCCEEDED
    store.finish(document.run, status, rendering.result, failure, rows, document.job_id)
    logger.info("Ended", extra={"status": status, "pages": rendering.done.pages})


@contextmanager
def _failure_recorded(store: DocumentsTable, document: Document, stage: Stage) -> Iterator[None]:
    """End a document that cannot be processed as FAILED or UNSUPPORTED, with the reason."""
    try:
        yield
    except DocumentError as error:
        told = {"documentId": document.document_id, "run": document.run_number, "errorCode": error.code}
        logger.warning("The document cannot be processed", extra={**told, "reason": error.message})
        store.finish(document.run, error.code.status, failure=Failure(error.code, error.message, stage))


@contextmanager
def _released_on_retry(store: DocumentsTable, document: Document) -> Iterator[None]:
    """Release the claim if the document will be tried again, so that it need not wait until the claim expires."""
    try:
        yield
    except RetryableError:
        store.release(document.run)
        raise
