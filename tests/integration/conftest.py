"""The pipeline's AWS in process (moto), with a Textract that says what a test tells it to."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.support.aws_requests import Checked, check_all_clients
from tests.support.responses import two_field_form
from textract_pipeline import rate_limit
from textract_pipeline.aws import clients, queues
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.output_table import OutputTable
from textract_pipeline.document import Document
from textract_pipeline.names import UNFINISHED_INDEX
from textract_pipeline.settings import BackfillSettings, OutputSettings, RouteSettings, StartSettings, StatusSettings

check_all_clients()

BUCKET = "documents"
REGION = "us-east-1"
MAX_RECEIVE_COUNT = 3
OUTPUTS = ["text.txt", "forms.csv", "tables.csv", "queries.csv"]
QUEUES = ("s", "sb", "a", "ab", "results", "s-dlq", "results-dlq")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
PDF = b"%PDF-1.7\n" + bytes(64)


def service_error(code: str, message: str = "as the service says it", status: int = 400) -> ClientError:
    """What boto3 raises when a service answers with an error."""
    response: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Operation")


@dataclass
class FakeTextract:
    """Stands in for boto3's Textract client: notes each call, answers with `answer` or raises it."""

    answer: Any = field(default_factory=two_field_form)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def _reply(self, operation: str, request: dict[str, Any]) -> Any:
        self.calls.append((operation, request))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def __getattr__(self, operation: str) -> Any:
        return lambda **request: self._reply(operation, request)


@dataclass(frozen=True)
class Cloud:
    """The deployed pipeline's resources, and the settings that its functions get."""

    textract: FakeTextract
    register: BackfillSettings
    route: RouteSettings
    analyze: OutputSettings
    start: StartSettings
    collect: OutputSettings
    status: StatusSettings

    def upload(self, key: str, body: bytes) -> str:
        """Put an object; its ETag."""
        return str(clients.s3().put_object(Bucket=BUCKET, Key=key, Body=body)["ETag"]).strip('"')

    def read(self, key: str) -> str:
        """An object's text."""
        return clients.s3().get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()

    def keys(self) -> set[str]:
        """All keys of the documents' bucket."""
        return {found["Key"] for found in clients.s3().list_objects_v2(Bucket=BUCKET).get("Contents", [])}

    def document(self, document_id: str) -> Document:
        """A document as DocumentsTable holds it."""
        document = DocumentsTable(self.register.documents_table).get(document_id)
        assert document is not None
        return document

    def outputs(self, document_id: str) -> set[str]:
        """The types of a document's outputs as OutputTable lists them."""
        return {output.output_type for output in OutputTable(self.analyze.output_table).list(document_id)}

    def messages(self, queue_url: str) -> list[dict[str, Any]]:
        """The messages that wait in a queue, which makes them invisible."""
        response = clients.sqs().receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in response.get("Messages", [])]


@pytest.fixture(autouse=True)
def _queues_answer_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "PEEK_SECONDS", 0)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        for client in (clients.s3, clients.dynamodb, clients.sqs, clients.lambda_, clients.events):
            client.cache_clear()
        rate_limit.adopt_rate.cache_clear()
        textract = FakeTextract()
        for name in ("textract", "textract_start"):
            monkeypatch.setattr(clients, name, lambda: Checked("textract", textract))
        yield _deploy(textract)


def _deploy(textract: FakeTextract) -> Cloud:
    boto3.client("s3", region_name=REGION).create_bucket(Bucket=BUCKET)
    documents_table = _create_table("DocumentsTable", "documentId", index=(UNFINISHED_INDEX, "unfinished", "updatedAt"))
    control_table = _create_table("ControlTable", "name")
    output_table = _create_table("OutputTable", "documentId", "outputType")
    queue = {name: clients.sqs().create_queue(QueueName=name)["QueueUrl"] for name in QUEUES}
    return Cloud(
        textract=textract,
        register=BackfillSettings(
            documents_table, {"": ["text", "forms", "tables"], "letters/": ["text"]}, {}, control_table
        ),
        route=RouteSettings(documents_table, queue["s"], queue["sb"], queue["a"], queue["ab"], "asyncproc"),
        analyze=OutputSettings(documents_table, output_table, control_table, MAX_RECEIVE_COUNT, 0, OUTPUTS, {}),
        start=StartSettings(
            documents_table=documents_table,
            control_table=control_table,
            async_queue_url=queue["a"],
            async_backfill_queue_url=queue["ab"],
            job_completion_topic_arn="arn:aws:sns:us-east-1:123456789012:topic",
            textract_role_arn="arn:aws:iam::123456789012:role/r",
            job_results_queue_url=queue["results"],
            start_jobs_per_second=1000,
            max_concurrent_jobs=0,
            max_receive_count=MAX_RECEIVE_COUNT,
            queue_retention_days=10,
            asks_service_quotas=True,
            output_key_arn="",
            dead_letter_queues={"analyze": [queue["s-dlq"]], "collect": [queue["results-dlq"]]},
        ),
        collect=OutputSettings(documents_table, output_table, control_table, MAX_RECEIVE_COUNT, 0, OUTPUTS, {}),
        status=StatusSettings(_create_table("BackfillsTable", "part", "item"), {}),
    )


def _create_table(name: str, *keys: str, index: tuple[str, str, str] | None = None) -> str:
    index_name, *index_keys = index or ("",)
    indexes: Any = {
        "GlobalSecondaryIndexes": [
            {"IndexName": index_name, "KeySchema": _key_schema(index_keys), "Projection": {"ProjectionType": "ALL"}}
        ]
    }
    clients.dynamodb().create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in (*keys, *index_keys)],
        KeySchema=_key_schema(keys),
        BillingMode="PAY_PER_REQUEST",
        **(indexes if index else {}),
    )
    return name


def _key_schema(keys: Sequence[str]) -> list[Any]:
    return [{"AttributeName": key, "KeyType": "RANGE" if position else "HASH"} for position, key in enumerate(keys)]
