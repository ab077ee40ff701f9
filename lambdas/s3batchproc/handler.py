"""s3batchproc, the first step of a backfill: registers the objects of an S3 Batch Operations job as documents."""

from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from textract_pipeline import events, pipeline
from textract_pipeline.document import is_output_key
from textract_pipeline.errors import DocumentError, ErrorCode, RetryableError
from textract_pipeline.events import Backfill, BatchReply, BatchTask, TaskResult
from textract_pipeline.settings import BackfillSettings, from_environment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()


@logger.inject_lambda_context
def handle(event: dict[str, object], _context: "LambdaContext") -> BatchReply:
    """Register the object of every task, and report to the job what happened to each."""
    settings, tasks = from_environment(BackfillSettings), list(events.batch_tasks(event))
    try:
        backfill = events.backfill(event)
    except ValueError as error:
        wrong = (
            f"{error}. Make another job: the user argument again must be none, failed, or all, and documentsPerMinute"
            " must be a number of 0 or more."
        )
        return events.batch_reply(event, [task.result("PermanentFailure", wrong) for task in tasks])
    failures: list[Exception] = []
    results = [_register_or_note(task, backfill, settings, failures) for task in tasks]
    if failures and len(failures) == len(tasks):
        raise ExceptionGroup("Objects that could not be registered", failures)
    return events.batch_reply(event, results)


def _register_or_note(
    task: BatchTask, backfill: Backfill, settings: BackfillSettings, failures: list[Exception]
) -> TaskResult:
    """Register the object of one task; an unknown error is added to `failures`, so that the other tasks go on."""
    try:
        return _register(task, backfill, settings)
    except Exception as error:
        logger.exception("The object could not be registered", extra={"taskId": task.task_id})
        failures.append(error)
        return task.result("TemporaryFailure", f"s3batchproc failed (see its log): {error!r}")


def _register(task: BatchTask, backfill: Backfill, settings: BackfillSettings) -> TaskResult:
    try:
        registration = pipeline.register_existing(task.source, backfill, settings)
    except DocumentError as error:
        is_missing = error.code is ErrorCode.OBJECT_MISSING and " " in task.source.key
        hint = " In a manifest, + stands for a space, and a plus in a key is written %2B." if is_missing else ""
        return task.result("PermanentFailure", f"{error.code}: {error.message}{hint}")
    except RetryableError as error:
        return task.result("TemporaryFailure", str(error))
    if registration is None:
        what = events.SKIPPED_OUTPUT if is_output_key(task.source.key) else events.SKIPPED_FOLDER
        return task.result("Succeeded", f"{what}, so it is not a document")
    logger.info(registration.how.capitalize(), extra=registration.named)
    document = registration.document
    reason = f": {document.failure.message}" if document.failure else ""
    return task.result("Succeeded", f"{registration.how} as {document.document_id}, {document.status}{reason}")
