"""statusproc, the end of the flow: documents whose state has changed are counted, and announced if they have ended."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import DynamoDBStreamEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from textract_pipeline import announcements, events, metrics
from textract_pipeline.settings import StatusSettings
from textract_pipeline.tally import Tally

logger = Logger()


@logger.inject_lambda_context
def handle(event: dict[str, object], _context: LambdaContext) -> None:
    """Handle the documents of a batch together; where that fails, the batch is delivered again."""
    settings = StatusSettings.from_environment()
    documents = [events.streamed_document(record) for record in DynamoDBStreamEvent(event).records]
    Tally(settings.backfills_table).count(documents)
    announcements.announce(documents)
    metrics.documents_ended(documents, settings.prices)
