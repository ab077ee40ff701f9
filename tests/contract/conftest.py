"""The local Textract on a loopback port, S3, SNS, SQS and STS by moto, and a real boto3 client between them."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.service.wsgi import listen
from local.textract.api.limits import Quotas
from local.textract.server import build_service
from local.textract.settings import Settings
from tests.support.textract import BUCKET, POLL_SECONDS, ROLE, SESSION, Clock, FakeRecognizer, textract_client


@pytest.fixture(scope="session")
def host() -> Any:
    """One HTTP server for all tests: `host.service` answers `host.client`, at `host.url`."""
    held = SimpleNamespace(service=None)

    def application(environ: Any, start_response: Any) -> Iterable[bytes]:
        return held.service(environ, start_response)  # type: ignore[no-any-return]

    server = listen(application, 0)
    threading.Thread(target=server.run, daemon=True).start()
    held.url = f"http://127.0.0.1:{server.effective_port}"
    held.client = textract_client(held.url)
    return held


@pytest.fixture
def aws() -> Iterator[boto3.Session]:
    """A session whose S3, SNS, SQS and STS are moto's."""
    with mock_aws():
        yield SESSION


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def recognizer() -> FakeRecognizer:
    return FakeRecognizer()


@pytest.fixture
def serve(
    aws: boto3.Session, host: Any, recognizer: FakeRecognizer, clock: Clock, tmp_path: Path
) -> Callable[..., Any]:
    """A function that starts a new service, with the settings and quotas that a test needs, and returns a client."""

    def start(settings: Mapping[str, Any] = MappingProxyType({}), **quotas: Any) -> Any:
        granted = Quotas(**({"start_tps": 100, "sync_tps": 100} | quotas))
        host.service = build_service(recognizer, Settings(granted, **settings), tmp_path, aws, clock)  # type: ignore[arg-type]
        return host.client

    return start


@pytest.fixture
def textract(serve: Callable[..., Any]) -> Any:
    return serve()


@pytest.fixture
def s3(aws: boto3.Session) -> Any:
    client = aws.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture
def put(s3: Any) -> Callable[..., dict[str, Any]]:
    """Put a document into the bucket; returns its S3Object."""

    def put_object(body: bytes, key: str = "a folder/scan+1.pdf") -> dict[str, Any]:
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return {"Bucket": BUCKET, "Name": key}

    return put_object


@pytest.fixture
def topic(aws: Any) -> Any:
    """A topic; call it for the next message that it got."""
    sns, sqs = aws.client("sns"), aws.client("sqs")
    arn = sns.create_topic(Name="completed")["TopicArn"]
    url = sqs.create_queue(QueueName="completed")["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue_arn)

    def next_message() -> dict[str, Any]:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0).get("Messages", []):
                return dict(json.loads(json.loads(message["Body"])["Message"]))
            time.sleep(POLL_SECONDS)
        raise AssertionError("no notification in 10 s")

    next_message.channel = {"SNSTopicArn": arn, "RoleArn": ROLE}  # type: ignore[attr-defined]
    return next_message
