"""What hangs on the pipeline is told when a document has ended."""

import json
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.e2e.conftest import RunningPipeline, png_of

SECONDS = 60


@pytest.fixture
def queue_url(pipeline: RunningPipeline) -> Iterator[str]:
    """A queue that events and messages can be sent to."""
    assert pipeline.target.bucket  # its cloud is up, and this process uses it
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="announcements")["QueueUrl"]
    policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    yield url
    sqs.delete_queue(QueueUrl=url)


def arn_of(queue_url: str) -> str:
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    return found["Attributes"]["QueueArn"]


def first_message(queue_url: str) -> Any:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found = boto3.client("sqs").receive_message(QueueUrl=queue_url, WaitTimeSeconds=1).get("Messages", [])
        if found:
            return json.loads(found[0]["Body"])
    raise AssertionError(f"nothing came within {SECONDS} s")


def test_a_rule_on_the_bus_is_told_of_a_document_and_its_outputs(pipeline: RunningPipeline, queue_url: str):
    events = boto3.client("events")
    events.put_rule(Name="ended", EventPattern=json.dumps({"source": ["textract-pipeline"]}))
    events.put_targets(Rule="ended", Targets=[{"Id": "queue", "Arn": arn_of(queue_url)}])
    try:
        (document,) = pipeline.process({"announced.png": png_of("Announced")}).values()
        event = first_message(queue_url)
    finally:
        events.remove_targets(Rule="ended", Ids=["queue"])
        events.delete_rule(Name="ended")
    assert event["detail-type"] == "Document Processed"
    assert (event["detail"]["documentId"], event["detail"]["status"]) == (document.document_id, "SUCCEEDED")
    assert event["detail"]["outputPrefix"] == document.output_prefix
    assert "text.txt" in event["detail"]["outputs"]


def test_who_subscribes_to_failed_documents_is_told_in_a_sentence(pipeline: RunningPipeline, queue_url: str):
    topic = pipeline.target.output("FailedDocumentsTopicArn")
    subscription = boto3.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn_of(queue_url), ReturnSubscriptionArn=True
    )
    try:
        (document,) = pipeline.process({"no document.txt": b"Just text"}).values()
        told = first_message(queue_url)["Message"]
    finally:
        boto3.client("sns").unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    assert f"s3://{document.bucket}/no document.txt is UNSUPPORTED: The file's content is not" in told
    assert document.document_id in told
