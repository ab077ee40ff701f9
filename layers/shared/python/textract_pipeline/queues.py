"""The work queues: what a message says, and sending, receiving and returning it."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textract_pipeline import aws
from textract_pipeline.document import Document, Run
from textract_pipeline.errors import aws_outcomes

if TYPE_CHECKING:
    from collections.abc import Sequence


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


def send(queue_url: str, message: DocumentMessage) -> None:
    """Put a message into a queue."""
    with aws_outcomes():
        aws.sqs().send_message(QueueUrl=queue_url, MessageBody=message.to_json())


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


def put_back(queue_url: str, received: ReceivedMessage, delay_seconds: int = 0) -> None:
    """The message's work could not be done now: let it be received again, after so many seconds."""
    with aws_outcomes():
        aws.sqs().change_message_visibility(
            QueueUrl=queue_url, ReceiptHandle=received.receipt_handle, VisibilityTimeout=delay_seconds
        )
