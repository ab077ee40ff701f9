"""What the batch-fed handlers do around their one call a record: every record is handled, failures are named singly.

Powertools' batch processing is imported with the first batch, not when the function starts.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from textract_pipeline import queues
from textract_pipeline.errors import OutOfTimeError, RetryableError
from textract_pipeline.queues import Delivery

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

logger = Logger()

Event = Mapping[str, Any]


def process_stream(event: Event, handle_record: "Callable[[DynamoDBRecord], None]") -> "PartialItemFailureResponse":
    """Call `handle_record` for each record of a stream's batch; the reply names those to be delivered again."""
    return _process(event, "DynamoDBStreams", handle_record)


def process_messages(
    event: Event, handle_record: "Callable[[SQSRecord], None]", max_receive_count: int
) -> "PartialItemFailureResponse":
    """Call `handle_record` for each message of a queue's batch; the reply names those to be delivered again.

    One that is retryable comes back after a while, one that is not done at once; only one that fails otherwise counts
    its attempts.
    """

    def handle(record: "SQSRecord") -> None:
        try:
            handle_record(record)
        except RetryableError as error:
            delivery = Delivery.of(record)
            delay = 0 if isinstance(error, OutOfTimeError) else queues.backoff_seconds(delivery)
            if not queues.put_back(delivery, max_receive_count, delay):
                raise

    return _process(event, "SQS", handle)


def _process(event: Event, source: str, handle_record: Callable[[Any], None]) -> "PartialItemFailureResponse":
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType

    def handle(record: Any) -> None:
        try:
            handle_record(record)
        except RetryableError as error:
            logger.info("The record will be delivered again", extra={"reason": str(error)})
            raise
        except Exception:
            logger.exception("The record failed in a way that the pipeline does not know")
            raise

    processor = BatchProcessor(EventType[source], raise_on_entire_batch_failure=False)
    with processor(event["Records"], handle):
        processor.process()
    return processor.response()
