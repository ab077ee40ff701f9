"""What Lambda reads for a function: a queue, or the changes of a table."""

from collections.abc import Sequence

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_sqs as sqs


def changes(
    table: dynamodb.ITable,
    images: Sequence[object],
    *,
    batch_size: int,
    at_once: int,
    given_up: sqs.Queue,
    named: bool,
) -> event_sources.DynamoEventSource:
    """The changes of a table after which an item matches one of `images`, in order for each item.

    `at_once` is the number of batches per shard of the stream at the same time; `named` is whether the function's reply
    names the records that failed.
    """
    return event_sources.DynamoEventSource(
        table,
        starting_position=lambda_.StartingPosition.TRIM_HORIZON,
        batch_size=batch_size,
        parallelization_factor=at_once,
        filters=[lambda_.FilterCriteria.filter({"dynamodb": {"NewImage": image}}) for image in images],
        report_batch_item_failures=named,
        bisect_batch_on_error=True,
        retry_attempts=10,
        on_failure=event_sources.SqsDlq(given_up),
    )


def messages(queue: sqs.Queue, *, batch_size: int, max_concurrency: int) -> event_sources.SqsEventSource:
    """The messages of a queue, in up to `max_concurrency` batches of up to `batch_size` at the same time."""
    return event_sources.SqsEventSource(
        queue, batch_size=batch_size, max_concurrency=max_concurrency, report_batch_item_failures=True
    )
