"""s3batchproc, the first step of a backfill: an object listed for S3 Batch Operations is registered as a document."""

from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from textract_pipeline import events, pipeline, rate_limit
from textract_pipeline.document import is_output_key
from textract_pipeline.errors import DocumentError, RetryableError
from textract_pipeline.events import Backfill, BatchReply, BatchTask, TaskResult
from textract_pipeline.settings import BackfillSettings, from_environment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()

_SECONDS_TO_REGISTER = 40.0  # however slow the calls are


@logger.inject_lambda_context
def handle(event: dict[str, object], context: "LambdaContext") -> BatchReply:
    """Register every task's object, and tell the job truthfully what became of each."""
    settings, tasks = from_environment(BackfillSettings), list(events.batch_tasks(event))
    try:
        backfill = events.backfill(event)
    except ValueError as error:
        wrong = f"{error}: of the user arguments, again may be none, failed or all, and documentsPerMinute a number"
        return events.batch_reply(event, [task.result("PermanentFailure", wrong) for task in tasks])
    return events.batch_reply(event, [_register(task, backfill, settings, context) for task in tasks])


def _register(task: BatchTask, backfill: Backfill, settings: BackfillSettings, context: "LambdaContext") -> TaskResult:
    if is_output_key(task.source.key):
        return task.result("Succeeded", "skipped: the pipeline wrote this object itself, it is no document")
    seconds_to_wait = context.get_remaining_time_in_millis() / 1000 - _SECONDS_TO_REGISTER
    try:
        rate_limit.pass_through(
            settings.control_table, backfill.documents_per_minute, f"backfill {backfill.id}", seconds_to_wait
        )
        registration = pipeline.register(task.source, settings, backfill)
    except DocumentError as error:
        return task.result("PermanentFailure", f"{error.code}: {error.message}")
    except RetryableError as error:
        return task.result("TemporaryFailure", str(error))
    logger.info(registration.how.capitalize(), extra=registration.named)
    document = registration.document
    reason = f": {document.failure.message}" if document.failure else ""
    return task.result("Succeeded", f"{registration.how} as {document.document_id}, {document.status}{reason}")
