"""What batch handlers do around their one call per record: handle every record, and report failures one by one.

Log lines written during a record name its document and run, including those about failures. Powertools' batch
processing is imported with the first batch, not when the function starts.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from aws_lambda_powertools import Logger

from textract_pipeline import events
from textract_pipeline.aws import queues
from textract_pipeline.aws.queues import ReceivedMessage
from textract_pipeline.document import Document, Run
from textract_pipeline.errors import OutOfTimeError, RetryableError

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

logger = Logger()

Event = Mapping[str, Any]


class _AboutRun(Protocol):
    """A document, a message, or a completion."""

    @property
    def run(self) -> Run:
        """The run and document that it is about."""


Work = TypeVar("Work", bound=_AboutRun)


def process_stream(event: Event, handle: Callable[[Document], None]) -> "PartialItemFailureResponse":
    """Call `handle` for each document in a stream's batch; the reply names the records to deliver again."""
    return _process(event, "DynamoDBStreams", events.streamed_document, lambda document, _: handle(document))


def process_messages(
    event: Event, parse: Callable[[str], Work | None], handle: Callable[[Work], None], max_receive_count: int
) -> "PartialItemFailureResponse":
    """Call `handle` for each message of a queue's batch; the reply names those to deliver again.

    A retryable message comes back after a delay, an unfinished one at once. Only other failures count as attempts.
    """

    def handle_message(work: Work, record: "SQSRecord") -> None:
        try:
            handle(work)
        except RetryableError as error:
            message = ReceivedMessage.of(record)
            delay = 0 if isinstance(error, OutOfTimeError) else queues.backoff_seconds(message)
            if not queues.put_back(message, max_receive_count, delay):
                raise

    return _process(event, "SQS", lambda record: parse(record.body), handle_message)


def _process(
    event: Event, source: str, parse: Callable[[Any], Work | None], handle: Callable[[Work, Any], None]
) -> "PartialItemFailureResponse":
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType

    def handle_record(record: Any) -> None:
        with _failure_logged():
            work = parse(record)
        if work is None:
            logger.info("The record is not about a document of this pipeline")
            return
        with logger.append_context_keys(documentId=work.run.document_id, run=work.run.number), _failure_logged():
            handle(work, record)

    processor = BatchProcessor(EventType[source], raise_on_entire_batch_failure=False)
    with processor(event["Records"], handle_record):
        processor.process()
    return processor.response()


@contextmanager
def _failure_logged() -> Iterator[None]:
    try:
        yield
    except RetryableError as error:
        logger.info("The record will be delivered again", extra={"reason": str(error)})
        raise
    except Exception:
        logger.exception("The record failed with an unknown error")
        raise
