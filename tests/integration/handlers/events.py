"""Events as AWS sends them to the functions, and what comes of them."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from lambdas.s3proc.handler import handle as s3proc
from tests.integration.conftest import BUCKET, Cloud
from tests.support.events import load_event
from textract_pipeline.aws import clients
from textract_pipeline.aws.items import document_to_item
from textract_pipeline.document import Document
from textract_pipeline.events import DocumentMessage


@dataclass(frozen=True)
class Context:
    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:function"
    aws_request_id: str = "52fdfc07-2182-154f-163f-5f0f9a621d72"

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


CONTEXT: Any = Context()


def uploads(*keys_and_etags: tuple[str, str]) -> Any:
    event = load_event("s3_object_created")
    (record,) = event["Records"]
    event["Records"] = []
    for key, etag in keys_and_etags:
        copy = json.loads(json.dumps(record))
        copy["s3"]["object"] = {"key": key, "eTag": etag}
        event["Records"].append(copy)
    return event


def stream(*documents: Document) -> Any:
    def attribute(value: object) -> dict[str, Any]:
        if isinstance(value, int):
            return {"N": str(value)}
        return {"L": [attribute(entry) for entry in value]} if isinstance(value, list) else {"S": str(value)}

    return {
        "Records": [
            {
                "eventID": str(number),
                "eventName": "INSERT",
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "SequenceNumber": str(number),
                    "StreamViewType": "NEW_IMAGE",
                    "NewImage": {name: attribute(value) for name, value in document_to_item(document).items()},
                },
            }
            for number, document in enumerate(documents, start=1)
        ]
    }


def messages(*bodies: str) -> Any:
    (template,) = load_event("job_completion")["Records"]
    return {"Records": [template | {"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]}


def registered(cloud: Cloud, key: str, body: bytes) -> Document:
    s3proc(uploads((key, cloud.upload(key, body))), CONTEXT)
    (document,) = [found for found in documents(cloud) if found.key == key]
    return document


def documents(cloud: Cloud) -> list[Document]:
    items = clients.dynamodb().scan(TableName=cloud.register.documents_table)["Items"]
    return [cloud.document(item["documentId"]["S"]) for item in items]


def received_from(queue_url: str, document: Document, times: int) -> Any:
    """A message as Lambda hands it on after so many receives."""
    clients.sqs().send_message(QueueUrl=queue_url, MessageBody=DocumentMessage.of(document).to_json())
    (message,) = clients.sqs().receive_message(QueueUrl=queue_url)["Messages"]
    event = messages(message["Body"])
    event["Records"][0] |= {
        "receiptHandle": message["ReceiptHandle"],
        "attributes": {"ApproximateReceiveCount": str(times)},
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:" + queue_url.rpartition("/")[2],
    }
    return event


def visible_after(queue_url: str) -> tuple[int, int, int]:
    """How many of a queue's messages are visible, hidden, and delayed."""
    names: Any = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
    attributes = clients.sqs().get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    visible, hidden, delayed = (int(attributes[name]) for name in names)
    return visible, hidden, delayed


def hidden_for(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seconds for which messages are hidden from now on; the list grows as they are."""
    seconds: list[int] = []
    change = clients.sqs().change_message_visibility

    def note(**request: Any) -> Any:
        seconds.append(request["VisibilityTimeout"])
        return change(**request)

    monkeypatch.setattr(clients.sqs(), "change_message_visibility", note)
    return seconds


def tasks_of(*keys: str, **arguments: str) -> dict[str, Any]:
    event: dict[str, Any] = load_event("batch_operations_2_0")
    event["job"]["userArguments"] = arguments
    event["tasks"] = [{"taskId": key, "s3Key": quote(key), "s3VersionId": None, "s3Bucket": BUCKET} for key in keys]
    return event
