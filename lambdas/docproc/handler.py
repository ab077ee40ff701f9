"""docproc: sends each document in DocumentsTable's stream that was submitted to the queue of its pipeline and lane."""

from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from textract_pipeline import pipeline
from textract_pipeline.batch import process_stream
from textract_pipeline.document import Document
from textract_pipeline.errors import RetryableError
from textract_pipeline.names import DocumentStatus
from textract_pipeline.settings import RouteSettings, from_environment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()


@logger.inject_lambda_context
def handle(event: dict[str, object], _context: "LambdaContext") -> "PartialItemFailureResponse":
    """Route every submitted document of the batch, then invoke asyncproc if it has work."""
    settings = from_environment(RouteSettings)
    routed: list[Document] = []

    def route(document: Document) -> None:
        if document.status is DocumentStatus.SUBMITTED:
            pipeline.route(document, settings)
            routed.append(document)

    reply = process_stream(event, route)
    if any(not document.goes_sync for document in routed):
        _wake_job_starter(settings)
    return reply


def _wake_job_starter(settings: RouteSettings) -> None:
    """Invoke asyncproc; if that fails now, its schedule will, so the documents need not be routed again."""
    try:
        pipeline.wake_job_starter(settings)
    except RetryableError as error:
        logger.info("asyncproc could not be invoked", extra={"reason": str(error)})
