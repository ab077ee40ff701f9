"""A stack in AWS (moto, in process) that the command line finds by its name."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import boto3
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from cli.main import main
from cli.target import DEFAULT_STACK
from local.cloud import LocalCloud
from textract_pipeline.aws import clients, objects, queues
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.items import Output
from textract_pipeline.aws.output_table import OutputTable
from textract_pipeline.aws.textract import Response
from textract_pipeline.document import Document, Failure, Lane, document_id
from textract_pipeline.names import UNFINISHED_INDEX, DocumentStatus, Feature

BUCKET = "documents"
REPORTS = "inventory-and-logs"
_WORK = ("SyncQueue", "SyncBackfillQueue", "AsyncQueue", "AsyncBackfillQueue", "JobResultsQueue")
QUEUES = (*_WORK, *(f"{name}DLQ" for name in (*_WORK, "S3Proc", "AsyncProc", "DocProc", "StatusProc")))
SUBMITTED_AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def _key_schema(*keys: str) -> list[dict[str, str]]:
    return [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)]


def _table(name: str, *keys: str, index: tuple[str, str] | None = None) -> dict[str, object]:
    unfinished = {"IndexName": UNFINISHED_INDEX, "Projection": {"ProjectionType": "ALL"}}
    return {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in (*keys, *(index or ()))],
            "KeySchema": _key_schema(*keys),
            **({"GlobalSecondaryIndexes": [unfinished | {"KeySchema": _key_schema(*index)}]} if index else {}),
        },
    }


TEMPLATE = {
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": BUCKET}},
        "Documents": _table("DocumentsTable", "documentId", index=("unfinished", "updatedAt")),
        "Outputs": _table("OutputTable", "documentId", "outputType"),
        "Backfills": _table("BackfillsTable", "part", "item"),
        "Control": _table("ControlTable", "name"),
        "Reports": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": REPORTS}},
        **{name: {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}} for name in QUEUES},
    },
    "Outputs": {
        "DocumentsBucketName": {"Value": BUCKET},
        "DocumentsTableName": {"Value": "DocumentsTable"},
        "OutputTableName": {"Value": "OutputTable"},
        "BackfillsTableName": {"Value": "BackfillsTable"},
        "ControlTableName": {"Value": "ControlTable"},
        "InventoryAndLogsBucketName": {"Value": REPORTS},
        "SourceBucketNames": {"Value": json.dumps([BUCKET])},
        "S3BatchOperationsRoleArn": {"Value": "arn:aws:iam::123456789012:role/batch"},
        "S3BatchProcFunctionArn": {"Value": "arn:aws:lambda:us-east-1:123456789012:function:s3batchproc"},
        "SyncProcFunctionName": {"Value": "syncproc"},
        "SyncBackfillConcurrency": {"Value": "2"},
        "Features": {"Value": json.dumps({"": ["text", "forms", "tables"], "letters/": ["text"]})},
        "Prices": {"Value": "{}"},
        "S3ProcFunctionName": {"Value": "s3proc"},
        "AsyncProcFunctionName": {"Value": "asyncproc"},
        "StartJobsPerSecond": {"Value": "0"},
        "MaxConcurrentJobs": {"Value": "25"},
        **{f"{name}Url": {"Value": {"Ref": name}} for name in QUEUES},
    },
}


@dataclass(frozen=True)
class Pipeline:
    """The deployed stack, and the command line that uses it."""

    def run(self, *arguments: object) -> Result:
        """Run a command; return its output."""
        return CliRunner().invoke(main, [str(argument) for argument in arguments], terminal_width=200)

    def upload(self, key: str, body: bytes) -> Document:
        """Put an object in the bucket; return its document, which is not registered yet."""
        etag = clients.s3().put_object(Bucket=BUCKET, Key=key, Body=body)["ETag"].strip('"')
        return Document(
            document_id=document_id(BUCKET, key, etag),
            bucket=BUCKET,
            key=key,
            etag=etag,
            size_bytes=len(body),
            lane=Lane.LIVE,
            features=(Feature.TEXT,),
            submitted_at=SUBMITTED_AT,
            updated_at=SUBMITTED_AT + timedelta(seconds=2.5),
        )

    def register(self, key: str, status: DocumentStatus, failure: Failure | None = None, **changes: Any) -> Document:
        """Put a document in this state into DocumentsTable."""
        document = self.upload(key, key.encode())._replace(status=status, failure=failure, pages=2, **changes)
        assert DocumentsTable("DocumentsTable").register(document) is None
        return document

    def send(self, queue: str, body: str) -> None:
        """Put a message into a queue."""
        clients.sqs().send_message(QueueUrl=self.url(queue), MessageBody=body)

    def give_up(self, queue: str, body: str) -> None:
        """Put a message into a dead-letter queue."""
        self.send(f"{queue}DLQ", body)

    def waiting_in(self, queue: str) -> list[str]:
        """The bodies of the messages in a queue."""
        messages = clients.sqs().receive_message(QueueUrl=self.url(queue), MaxNumberOfMessages=10).get("Messages", [])
        return [message["Body"] for message in messages]

    def counts(self, queue: str) -> tuple[int, int]:
        """How many messages wait in a queue, and how many have been received but not deleted."""
        return queues.counts(self.url(queue))

    def hold(self, queue: str, seconds: int) -> None:
        """Receive the messages of a queue, as another command does, which gives them back after some seconds."""
        held = clients.sqs().receive_message(
            QueueUrl=self.url(queue), MaxNumberOfMessages=10, VisibilityTimeout=seconds
        )
        assert held["Messages"]

    def url(self, queue: str) -> str:
        """The address of a queue."""
        return clients.sqs().get_queue_url(QueueName=queue)["QueueUrl"]

    def store_output(self, document: Document, name: str, *bodies: tuple[str, bytes]) -> None:
        """An output of a document: one object, or all objects in a folder."""
        for relative, body in bodies:
            clients.s3().put_object(Bucket=BUCKET, Key=document.output_prefix + relative, Body=body)
        output = Output(name.rstrip("/"), BUCKET, document.output_prefix + name, 1, 2)
        OutputTable("OutputTable").record(document, [output])

    def store_response(self, document: Document, response: dict[str, Any]) -> None:
        """Store Textract's response for an image next to the image."""
        objects.save_response(document, cast("Response", response))


@pytest.fixture(autouse=True)
def _queues_answer_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "PEEK_SECONDS", 0)


@pytest.fixture(autouse=True)
def _nothing_registers_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.submit.LONGEST_REGISTRATION_SECONDS", 0)


@pytest.fixture
def pipeline(monkeypatch) -> Iterator[Pipeline]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(LocalCloud, "current", lambda _: None)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setattr(clients, "patience", clients.patience)  # which commands change
    cached = (clients.s3, clients.dynamodb, clients.sqs)
    with mock_aws():
        for client in cached:
            client.cache_clear()
        boto3.client("cloudformation").create_stack(StackName=DEFAULT_STACK, TemplateBody=json.dumps(TEMPLATE))
        yield Pipeline()
    for client in cached:
        client.cache_clear()
