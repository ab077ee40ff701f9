"""Every file of the corpus, all at once, in the running system: how each ends, and what it costs."""

import json
from datetime import UTC, datetime

import boto3
import pytest

from cli.waiting import wait_until_ended
from local.environment import STATE_DIRECTORY
from tests.bad_input.case import Ending
from tests.bad_input.corpus import CORPUS
from textract_pipeline.aws import clients
from textract_pipeline.document import Document, document_id
from textract_pipeline.errors import ErrorCode
from textract_pipeline.names import DocumentStatus

from .conftest import PROCESSING_SECONDS, RunningPipeline, png_of

TEXTRACT_LOG = STATE_DIRECTORY / "tests" / "textract.log"
PAID_CALLS = {f"Textract.{name}" for name in ("AnalyzeDocument", "DetectDocumentText", "StartDocumentAnalysis")}
NOT_ADMITTED = {"LimitExceededException", "ProvisionedThroughputExceededException", "ThrottlingException"}
CRASHES = ("Traceback", "[ERROR]", "Task timed out", "Runtime exited")


def ending_of(document: Document) -> Ending:
    """How a document ended."""
    if document.failure is None:
        return Ending(document.status)
    return Ending(document.status, ErrorCode(document.failure.code), document.failure.stage)


def calls(log: str) -> int:
    """How many documents the local Textract took in hand."""
    requests = [json.loads(line) for line in log.splitlines() if '"event": "request"' in line]
    return sum(one["target"] in PAID_CALLS and one["code"] not in NOT_ADMITTED for one in requests)


def dead_letters(pipeline: RunningPipeline) -> dict[str, str]:
    """How many messages are in each dead-letter queue that has any."""
    urls = {name: url for name, url in pipeline.target.stack_outputs.items() if name.endswith("DLQUrl")}
    assert urls
    sqs = boto3.client("sqs")
    found = {name: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]) for name, url in urls.items()}
    counts = {name: attributes["Attributes"]["ApproximateNumberOfMessages"] for name, attributes in found.items()}
    return {name: count for name, count in counts.items() if count != "0"}


def crashes(pipeline: RunningPipeline, since: datetime) -> list[str]:
    """What the functions logged of errors that they did not expect, from `since` on."""
    logs, functions = boto3.client("logs"), boto3.client("lambda")
    names = [value for name, value in pipeline.target.stack_outputs.items() if name.endswith("ProcFunctionName")]
    assert len(names) == 8
    messages = []
    for name in names:
        group = functions.get_function_configuration(FunctionName=name)["LoggingConfig"]["LogGroup"]
        pages = logs.get_paginator("filter_log_events")
        for page in pages.paginate(logGroupName=group, startTime=int(since.timestamp() * 1000)):
            messages += [event["message"] for event in page["events"]]
    assert messages
    return [message for message in messages if any(sign in message for sign in CRASHES)]


def upload_and_wait(pipeline: RunningPipeline, key: str, *, then_delete: bool = False) -> Document:
    """Upload a good image; the document it became, once it has ended."""
    etag = clients.s3().put_object(Bucket=pipeline.target.bucket, Key=key, Body=png_of("Gone"))["ETag"]
    if then_delete:
        clients.s3().delete_object(Bucket=pipeline.target.bucket, Key=key)
    identifier = document_id(pipeline.target.bucket, key, etag)
    (document,) = wait_until_ended([identifier], pipeline.target.documents, PROCESSING_SECONDS)
    assert document is not None
    return document


def test_every_file_ends_as_it_should_and_none_costs_a_call_in_vain(pipeline: RunningPipeline):
    began, log_before = datetime.now(UTC), len(TEXTRACT_LOG.read_text())
    documents = pipeline.process({case.key: case.body() for case in CORPUS})
    ended = {key: ending_of(document) for key, document in documents.items()}
    assert ended == {case.key: case.ending for case in CORPUS}
    assert calls(TEXTRACT_LOG.read_text()[log_before:]) == sum(case.ending.costs_a_call for case in CORPUS)
    assert not [document for document in documents.values() if document.failure and not document.failure.message]
    assert dead_letters(pipeline) == {}
    assert crashes(pipeline, began) == []


def test_an_object_that_is_deleted_at_once_is_missing_unless_it_was_read_before(pipeline: RunningPipeline):
    document = upload_and_wait(pipeline, "bad-input/deleted.png", then_delete=True)
    if document.status is not DocumentStatus.SUCCEEDED:
        assert document.failure
        assert document.failure.code in {ErrorCode.OBJECT_MISSING, ErrorCode.OBJECT_UNREADABLE}
    assert dead_letters(pipeline) == {}


@pytest.fixture
def forbidden_key(pipeline: RunningPipeline):
    """A key that s3proc may not read: the bucket's policy says so."""
    key, bucket, s3 = "bad-input/forbidden.png", pipeline.target.bucket, boto3.client("s3")
    function = pipeline.target.stack_outputs["S3ProcFunctionName"]
    role = boto3.client("lambda").get_function_configuration(FunctionName=function)["Role"]
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    denial = {
        "Effect": "Deny",
        "Principal": {"AWS": role},
        "Action": "s3:GetObject*",
        "Resource": f"arn:aws:s3:::{bucket}/{key}",
    }
    forbidding = {**policy, "Statement": [*policy["Statement"], denial]}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(forbidding))
    yield key
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def test_an_object_that_may_not_be_read_says_which_grant_is_missing(pipeline: RunningPipeline, forbidden_key: str):
    document = upload_and_wait(pipeline, forbidden_key)
    assert document.failure
    assert document.failure.code == ErrorCode.ACCESS_DENIED
    assert "s3:GetObject" in document.failure.message
