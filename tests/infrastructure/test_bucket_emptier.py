"""What happens to a bucket's objects when the resource that empties it is deleted."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.request import Request

import boto3
import pytest
from moto import mock_aws

from stacks.bucket_emptier import handler
from tests.infrastructure.conftest import Template
from tests.support.listings import encode_keys

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "documents"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator["S3Client"]:
    """A versioned bucket with an object, an overwritten one, and a deleted one."""
    for name, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        for key in ("once.png", "twice.png", "twice.png", "deleted.png"):
            client.put_object(Bucket=BUCKET, Key=key, Body=b"content")
        client.delete_object(Bucket=BUCKET, Key="deleted.png")
        yield client


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The answer that CloudFormation gets."""
    told: list[dict[str, Any]] = []

    class Response:
        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None: ...

    def urlopen(request: Request, timeout: float) -> Response:
        assert timeout
        assert isinstance(request.data, bytes)
        told.append(json.loads(request.data))
        return Response()

    monkeypatch.setattr(handler, "urlopen", urlopen)
    return told


def request(kind: str, bucket: str = BUCKET, seconds_left: int = 900) -> None:
    """Call the handler as the stack does. The stack must exist in moto."""
    cloudformation = boto3.client("cloudformation")
    template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    stacks = cloudformation.list_stacks()["StackSummaries"]
    event: Any = {
        "RequestType": kind,
        "ResponseURL": "https://cloudformation.example/answer",
        "StackId": stacks[0]["StackId"]
        if stacks
        else cloudformation.create_stack(StackName="Pipeline", TemplateBody=template)["StackId"],
        "RequestId": "1",
        "LogicalResourceId": "DocumentsBucketEmptier",
        "ResourceProperties": {"BucketName": bucket},
    }
    handler.handle(event, SimpleNamespace(get_remaining_time_in_millis=lambda: seconds_left * 1000))


def versions(s3: "S3Client") -> int:
    found = s3.list_object_versions(Bucket=BUCKET)
    return len(found.get("Versions", [])) + len(found.get("DeleteMarkers", []))


@pytest.fixture
def destroying(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that the stack is being deleted, because moto deletes it at once."""
    monkeypatch.setattr(handler, "_is_being_destroyed", lambda _stack_id: True)


@pytest.mark.usefixtures("destroying")
def test_every_version_goes_when_the_stack_goes(s3: "S3Client", answers: list[dict[str, Any]]) -> None:
    request("Delete")
    assert versions(s3) == 0
    assert [(answer["Status"], answer["PhysicalResourceId"]) for answer in answers] == [("SUCCESS", BUCKET)]


@pytest.mark.usefixtures("destroying")
@pytest.mark.parametrize("key", ["a\x1b[31m.pdf", "a\x00b", "a\ufffe\uffffb", "a\nb", "a\rb", "a&<b>", "\u202egnp.exe"])
def test_a_key_that_xml_cannot_hold_is_no_obstacle(
    s3: "S3Client", answers: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    encode_keys(monkeypatch)
    for _ in range(2):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"content")
    s3.delete_object(Bucket=BUCKET, Key=key)
    request("Delete")
    assert versions(s3) == 0
    assert [(answer["Status"], answer["Reason"]) for answer in answers] == [("SUCCESS", "")]


def test_every_version_stays_when_the_stack_goes_on(s3: "S3Client", answers: list[dict[str, Any]]) -> None:
    request("Delete")
    assert versions(s3) == 5
    assert [answer["Status"] for answer in answers] == ["SUCCESS"]


@pytest.mark.parametrize("kind", ["Create", "Update"])
@pytest.mark.usefixtures("destroying")
def test_every_version_stays_when_the_stack_is_deployed(
    s3: "S3Client", answers: list[dict[str, Any]], kind: str
) -> None:
    request(kind)
    assert versions(s3) == 5
    assert [answer["Status"] for answer in answers] == ["SUCCESS"]


@pytest.mark.usefixtures("s3", "destroying")
def test_a_bucket_that_is_gone_already_is_no_obstacle(answers: list[dict[str, Any]]) -> None:
    request("Delete", bucket="gone")
    assert [answer["Status"] for answer in answers] == ["SUCCESS"]


@pytest.mark.usefixtures("s3", "destroying")
def test_a_run_that_would_not_finish_says_what_to_do(answers: list[dict[str, Any]]) -> None:
    request("Delete", seconds_left=20)
    [answer] = answers
    assert answer["Status"] == "FAILED"
    assert "Destroy the stack again" in answer["Reason"]


@pytest.mark.usefixtures("destroying")
def test_nobody_may_write_to_the_bucket_any_more_once_it_is_emptied(
    s3: "S3Client", answers: list[dict[str, Any]]
) -> None:
    request("Delete")
    assert answers
    [statement] = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    assert statement == {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    }


@pytest.mark.usefixtures("destroying")
def test_a_second_destroy_finishes_what_the_first_could_not(s3: "S3Client", answers: list[dict[str, Any]]) -> None:
    request("Delete", seconds_left=20)
    request("Delete")
    assert versions(s3) == 0
    assert [answer["Status"] for answer in answers] == ["FAILED", "SUCCESS"]


def test_the_policy_that_refuses_writes_is_not_undone_by_cloudformation(template_to_destroy: Template) -> None:
    emptied = {
        each["LogicalId"] for each in template_to_destroy.resources if each["Type"] == "Custom::EmptyBucketOnDestroy"
    }
    policies = [each for each in template_to_destroy.resources if each["Type"] == "AWS::S3::BucketPolicy"]
    assert len(policies) == len(emptied)
    assert {name for policy in policies for name in policy["DependsOn"] if name in emptied} == emptied


def test_who_writes_to_the_buckets_is_gone_before_they_are_emptied(template_to_destroy: Template) -> None:
    emptied = {
        each["LogicalId"] for each in template_to_destroy.resources if each["Type"] == "Custom::EmptyBucketOnDestroy"
    }
    writers = {"S3BatchOperationsRole", "SyncProc", "AsyncProc", "JobResultsProc"}
    waits = {each["Id"]: set(each.get("DependsOn", ())) for each in template_to_destroy.resources}
    assert all(emptied <= waits[writer] for writer in writers)
