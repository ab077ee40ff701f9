"""s3batchproc, the first step of a backfill: an object listed for S3 Batch Operations is registered as a document."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from textract_pipeline import events, pipeline
from textract_pipeline.document import Lane
from textract_pipeline.errors import DocumentError, RetryableError
from textract_pipeline.events import BatchReply, BatchTask, TaskResult
from textract_pipeline.settings import RegisterSettings

logger = Logger()


@logger.inject_lambda_context
def handle(event: dict[str, object], _context: LambdaContext) -> BatchReply:
    """Register every task's object, and tell the job truthfully what became of each."""
    settings = RegisterSettings.from_environment()
    results = [_register(task, settings) for task in events.batch_tasks(event)]
    return events.batch_reply(event, results)


def _register(task: BatchTask, settings: RegisterSettings) -> TaskResult:
    try:
        registration = pipeline.register(task.source, Lane.BACKFILL, settings)
    except DocumentError as error:
        return task.result("PermanentFailure", f"{error.code}: {error.message}")
    except RetryableError as error:
        return task.result("TemporaryFailure", str(error))
    document = registration.document
    said = f"{'registered' if registration.is_new else 'registered before'} as {document.document_id}"
    reason = f": {document.failure.message}" if document.failure else ""
    return task.result("Succeeded", f"{said}, {document.status}{reason}")
