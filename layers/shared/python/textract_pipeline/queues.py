"""The work queues: what a message says, and sending, receiving and returning it."""

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from textract_pipeline import aws
from textract_pipeline.document import Document, Run
from textract_pipeline.errors import aws_outcomes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_sqs.type_defs import MessageTypeDef

_BACKOFF_SECONDS = 5
_MAX_BACKOFF_SECONDS = 900  # the most that SQS delays a message (SQS Developer Guide, "Delay queues", 2026-11)


@dataclass(frozen=True, slots=True)
class DocumentMessage:
    """Work to be done on one run of a document. The object is named for people who look into a queue."""

    run: Run
    bucket: str
    key: str

    @classmethod
    def of(cls, document: Document) -> "DocumentMessage":
        """The message for a document's latest run."""
        return cls(document.run, document.bucket, document.key)

    @classmethod
    def from_json(cls, body: str) -> "DocumentMessage":
        """Read a message's body."""
        fields = json.loads(body)
        return cls(Run(fields["documentId"], fields["run"]), fields["bucketName"], fields["objectName"])

    def to_json(self) -> str:
        """The message's body."""
        return json.dumps(
            {
                "documentId": self.run.document_id,
                "run": self.run.number,
                "bucketName": self.bucket,
                "objectName": self.key,
            },
            ensure_ascii=False,
        )


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A message, and the handle to delete or return it by."""

    message: DocumentMessage
    receipt_handle: str


def send(queue_url: str, body: str, delay_seconds: int = 0) -> None:
    """Put a message into a queue."""
    with aws_outcomes():
        aws.sqs().send_message(QueueUrl=queue_url, MessageBody=body, DelaySeconds=delay_seconds)


def receive(queue_url: str, limit: int) -> "Sequence[ReceivedMessage]":
    """Up to `limit` (1 to 10) messages that wait in a queue; it does not wait for any to come."""
    with aws_outcomes():
        response = aws.sqs().receive_message(QueueUrl=queue_url, MaxNumberOfMessages=limit)
    return [
        ReceivedMessage(DocumentMessage.from_json(raw["Body"]), raw["ReceiptHandle"])
        for raw in response.get("Messages", [])
    ]


def delete(queue_url: str, received: ReceivedMessage) -> None:
    """The message's work is done."""
    with aws_outcomes():
        aws.sqs().delete_message(QueueUrl=queue_url, ReceiptHandle=received.receipt_handle)


def put_back(queue_url: str, received: ReceivedMessage) -> None:
    """The message's work could not be done now: let it be received again at once."""
    with aws_outcomes():
        aws.sqs().change_message_visibility(
            QueueUrl=queue_url, ReceiptHandle=received.receipt_handle, VisibilityTimeout=0
        )


def peek(queue_url: str, hidden_seconds: int = 60) -> "Iterator[MessageTypeDef]":
    """A queue's messages, which stay in it; they are hidden from others for so many seconds."""
    seen: set[str] = set()
    while True:
        with aws_outcomes():
            response = aws.sqs().receive_message(
                QueueUrl=queue_url, MaxNumberOfMessages=10, VisibilityTimeout=hidden_seconds
            )
        fresh = [message for message in response.get("Messages", []) if message["MessageId"] not in seen]
        if not fresh:
            return
        seen.update(message["MessageId"] for message in fresh)
        yield from fresh


def retry_later(record: SQSRecord, max_receive_count: int) -> bool:
    """Let a message that a function was given be received again after a while, ever longer with each attempt.

    Retrying is not the document's fault, so it never leads to the dead-letter queue: where the next attempt might be
    the last, a new message takes this one's place. Returns whether it did, and this one is done.
    """
    attempt = int(record.attributes.approximate_receive_count)
    delay = min(_MAX_BACKOFF_SECONDS, _BACKOFF_SECONDS * 2 ** (attempt - 1))
    queue_url = _url_of(record.event_source_arn)
    if attempt >= max_receive_count:
        send(queue_url, record.body, delay)
        return True
    with aws_outcomes():
        aws.sqs().change_message_visibility(
            QueueUrl=queue_url, ReceiptHandle=record.receipt_handle, VisibilityTimeout=delay
        )
    return False


@cache
def _url_of(queue_arn: str) -> str:
    *_, account, name = queue_arn.split(":")
    with aws_outcomes():
        return aws.sqs().get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
