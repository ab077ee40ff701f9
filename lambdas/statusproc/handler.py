"""statusproc, the end of the flow: counts documents whose state has changed, and announces those that have ended."""

from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from textract_pipeline import events, metrics
from textract_pipeline.aws import event_bus
from textract_pipeline.aws.backfills_table import BackfillsTable
from textract_pipeline.settings import StatusSettings, from_environment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()


@logger.inject_lambda_context
def handle(event: dict[str, object], _context: "LambdaContext") -> None:
    """Handle the documents of a batch together; if that fails, the batch is delivered again."""
    settings = from_environment(StatusSettings)
    documents = events.streamed_documents(event)
    BackfillsTable(settings.backfills_table).count(documents)
    event_bus.announce(documents)
    for document in documents:
        if document.status.is_terminal:
            named = {"documentId": document.document_id, "run": document.run_number}
            logger.info("Announced", extra={**named, "status": document.status})
    metrics.documents_ended(documents, settings.prices)
