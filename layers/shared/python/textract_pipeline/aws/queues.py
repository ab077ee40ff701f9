"""The work queues: sending, receiving, and returning messages."""

from contextlib import contextmanager
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

from textract_pipeline.aws import clients
from textract_pipeline.errors import aws_outcomes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from mypy_boto3_sqs.type_defs import ChangeMessageVisibilityBatchRequestEntryTypeDef, MessageTypeDef

PEEK_SECONDS = 1  # how long SQS looks for messages that are only looked at
HIDDEN_SECONDS = 30  # how long others wait for the messages of a look whose process was killed
_BATCH = 10  # the most that SQS takes or gives at once
_WAITING: Final = "ApproximateNumberOfMessages"
_IN_FLIGHT: Final = "ApproximateNumberOfMessagesNotVisible"
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


class Counts(NamedTuple):
    """How many messages wait in a queue, and how many have been received and not deleted yet."""

    waiting: int
    in_flight: int


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


class LookedAt(NamedTuple):
    """A message that a look shows."""

    id: str
    body: str


class Look:
    """A look at the messages of a queue, which are hidden from others until it ends: see `look_at`."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url
        self._handles: dict[str, str] = {}  # of each message's latest receive, by message id
        self._hidden_at = monotonic()

    def __iter__(self) -> "Iterator[LookedAt]":
        """Each message once.

        An empty answer counts only after a long poll, which asks all of SQS's servers. A short one asks some of them,
        and may miss messages (Amazon SQS Developer Guide, "Amazon SQS short and long polling", 2026-11).
        """
        while received := self._receive():
            fresh = [
                LookedAt(raw["MessageId"], raw["Body"]) for raw in received if raw["MessageId"] not in self._handles
            ]
            self._handles |= {raw["MessageId"]: raw["ReceiptHandle"] for raw in received}
            for message in fresh:
                self._hide_for_longer()
                yield message

    def delete(self, message: LookedAt) -> None:
        """Delete a message whose work is done."""
        self._hide_for_longer()
        delete_by_handle(self._queue_url, self._handles[message.id])
        del self._handles[message.id]

    def held_by_others(self) -> int:
        """How many messages this look cannot show, because somebody else has received them.

        SQS counts approximately: the number may lag behind by a minute (Amazon SQS API Reference, GetQueueAttributes,
        2026-11).
        """
        return max(0, counts(self._queue_url).in_flight - len(self._handles))

    def give_back(self) -> None:
        """Let others receive all messages that have not been deleted."""
        self._change_visibility(0)
        self._handles.clear()

    def _receive(self) -> "Sequence[MessageTypeDef]":
        self._hide_for_longer()
        with aws_outcomes():
            answer = clients.sqs().receive_message(
                QueueUrl=self._queue_url,
                MaxNumberOfMessages=_BATCH,
                VisibilityTimeout=HIDDEN_SECONDS,
                WaitTimeSeconds=PEEK_SECONDS,
            )
        return answer.get("Messages", ())

    def _hide_for_longer(self) -> None:
        """In a long look, keep the first messages hidden, or it would never end."""
        if monotonic() - self._hidden_at > HIDDEN_SECONDS / 2:
            self._change_visibility(HIDDEN_SECONDS)
            self._hidden_at = monotonic()

    def _change_visibility(self, seconds: int) -> None:
        """The answer may refuse single messages: they are already back in their queue, or deleted."""
        handles = [*self._handles.values()]
        for first in range(0, len(handles), _BATCH):
            entries: list[ChangeMessageVisibilityBatchRequestEntryTypeDef] = [
                {"Id": str(place), "ReceiptHandle": handle, "VisibilityTimeout": seconds}
                for place, handle in enumerate(handles[first : first + _BATCH])
            ]
            with aws_outcomes():
                clients.sqs().change_message_visibility_batch(QueueUrl=self._queue_url, Entries=entries)


@contextmanager
def look_at(queue_url: str) -> "Iterator[Look]":
    """Look at the messages of a queue; at the end, give back at once those that were not deleted.

    They are given back if the looker fails, too. Only if its process is killed do they stay hidden, for half a minute
    at the most.
    """
    look = Look(queue_url)
    try:
        yield look
    finally:
        look.give_back()


def counts(queue_url: str) -> Counts:
    """About how many messages a queue has."""
    with aws_outcomes():
        answer = clients.sqs().get_queue_attributes(QueueUrl=queue_url, AttributeNames=[_WAITING, _IN_FLIGHT])
    return Counts(int(answer["Attributes"][_WAITING]), int(answer["Attributes"][_IN_FLIGHT]))


@cache
def _url_of(queue_arn: str) -> str:
    *_, account, name = queue_arn.split(":")
    with aws_outcomes():
        return clients.sqs().get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
