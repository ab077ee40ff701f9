"""syncproc, the sync pipeline: analyzes queued one-page images and writes their outputs."""

from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from textract_pipeline import pipeline
from textract_pipeline.batch import process_messages
from textract_pipeline.events import DocumentMessage
from textract_pipeline.settings import OutputSettings, from_environment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()


@logger.inject_lambda_context
def handle(event: dict[str, object], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Process the image of every message."""
    settings = from_environment(OutputSettings)

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    def process(message: DocumentMessage) -> None:
        pipeline.process_image(message, settings, seconds_left)

    return process_messages(event, DocumentMessage.from_json, process, settings.max_receive_count)
