"""What the batch-fed handlers do around their one call a record: every record is handled, failures are named singly."""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

from textract_pipeline.errors import RetryableError

logger = Logger()


def process_each(
    event: Mapping[str, Any], source: EventType, handle_record: Callable[[Any], None]
) -> PartialItemFailureResponse:
    """Call `handle_record` for each record of a batch; the reply names those that are to be delivered again."""

    def handle(record: Any) -> None:
        try:
            handle_record(record)
        except RetryableError as error:
            logger.info("The record will be delivered again", extra={"reason": str(error)})
            raise
        except Exception:
            logger.exception("The record failed in a way that the pipeline does not know")
            raise

    processor = BatchProcessor(source, raise_on_entire_batch_failure=False)
    with processor(event["Records"], handle):
        processor.process()
    return processor.response()
