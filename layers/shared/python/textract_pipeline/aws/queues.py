"""The work queues: sending, receiving, and returning messages."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from textract_pipeline.aws import clients
from textract_pipeline.errors import aws_outcomes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from mypy_boto3_sqs.type_defs import MessageTypeDef

PEEK_SECONDS = 1  # how long SQS looks for messages that are only peeked at
_BACKOFF_SECONDS = 5
_SPARE_SHARE = 5  # a fifth of the attempts: a message is replaced before them, so that invocations may still die
_MAX_DOUBLINGS = 8
_MAX_BACKOFF_SECONDS = 900  # the longest that SQS delays a message (SQS Developer Guide, "Delay queues", 2026-11)


class ReceivedMessage(NamedTuple):
    """A received message: its body, the handle to delete or return it, and how many times it has been received."""

    queue_url: str
    body: str
    receipt_handle: str
    receive_count: int

    @classmethod
    def of(cls, record: "SQSRecord") -> "ReceivedMessage":
        """The message in a record that Lambda passes to a function."""
        attempt = int(record.attributes.approximate_receive_count)
        return cls(_url_of(record.event_source_arn), record.body, record.receipt_handle, attempt)


def send(queue_url: str, body: str, delay_seconds: int = 0) -> None:
    """Put a message into a queue."""
    with aws_outcomes():
        clients.sqs().send_message(QueueUrl=queue_url, MessageBody=body, DelaySeconds=delay_seconds)


def receive(queue_url: str, limit: int, hidden_seconds: int, wait_seconds: int = 0) -> list[ReceivedMessage]:
    """Up to `limit` (1 to 10) messages that wait in a queue, hidden from others for this many seconds.

    Without waiting, SQS asks only some of its servers, and may report an empty queue when it is not.
    """
    with aws_outcomes():
        response = clients.sqs().receive_message(
            QueueUrl=queue_url,
            MaxNumberOfMessages=limit,
            VisibilityTimeout=hidden_seconds,
            WaitTimeSeconds=wait_seconds,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
    return [
        ReceivedMessage(queue_url, raw["Body"], raw["ReceiptHandle"], int(raw["Attributes"]["ApproximateReceiveCount"]))
        for raw in response.get("Messages", [])
    ]


def delete(message: ReceivedMessage) -> None:
    """Delete a message whose work is done."""
    delete_by_handle(message.queue_url, message.receipt_handle)


def delete_by_handle(queue_url: str, receipt_handle: str) -> None:
    """Delete the message that was received with this handle."""
    with aws_outcomes():
        clients.sqs().delete_message(QueueUrl=queue_url, ReceiptHandle=receipt_handle)


def put_back(message: ReceivedMessage, max_receive_count: int, delay_seconds: int = 0) -> bool:
    """Let a message be received again after this many seconds, because its work could not be done now.

    That does not count against the document, so it never leads to the dead-letter queue: if few attempts are left, a
    new message replaces this one. Returns whether it was replaced: then this one is done.
    """
    if message.receive_count >= max_receive_count - max_receive_count // _SPARE_SHARE:
        send(message.queue_url, message.body, delay_seconds)
        return True
    with aws_outcomes():
        clients.sqs().change_message_visibility(
            QueueUrl=message.queue_url, ReceiptHandle=message.receipt_handle, VisibilityTimeout=delay_seconds
        )
    return False


def backoff_seconds(message: ReceivedMessage) -> int:
    """How long to wait before the next attempt: longer with each attempt."""
    doublings = min(message.receive_count - 1, _MAX_DOUBLINGS)
    return min(_MAX_BACKOFF_SECONDS, _BACKOFF_SECONDS << doublings)


def peek(queue_url: str, hidden_seconds: int = 60) -> "Iterator[MessageTypeDef]":
    """The messages of a queue, which stay in it; they are hidden from others for this many seconds.

    An empty answer counts only after a long poll, which asks all of SQS's servers. A short one asks some of them, and
    may miss messages (Amazon SQS Developer Guide, "Amazon SQS short and long polling", 2026-11).
    """
    seen: set[str] = set()
    while True:
        with aws_outcomes():
            response = clients.sqs().receive_message(
                QueueUrl=queue_url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=hidden_seconds,
                WaitTimeSeconds=PEEK_SECONDS,
            )
        fresh = [message for message in response.get("Messages", []) if message["MessageId"] not in seen]
        if not fresh:
            return
        seen.update(message["MessageId"] for message in fresh)
        yield from fresh


@cache
def _url_of(queue_arn: str) -> str:
    *_, account, name = queue_arn.split(":")
    with aws_outcomes():
        return clients.sqs().get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
