"""What `cdk destroy` leaves behind."""

import time
from collections.abc import Iterator

import boto3
import pytest

from local.cloud import Cloud, LocalCloud
from local.environment import STATE_DIRECTORY

from .conftest import unchanged_environment

END_SECONDS = 60


@pytest.fixture
def local_cloud() -> Iterator[LocalCloud]:
    local_cloud = LocalCloud(STATE_DIRECTORY / "tests-destroy")
    with unchanged_environment():
        yield local_cloud
        local_cloud.down(print)


def names() -> dict[str, list[str]]:
    """Everything in the account that is not CDK's own toolkit, by kind."""
    client = boto3.Session().client
    found = {
        "buckets": [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]],
        "tables": client("dynamodb").list_tables()["TableNames"],
        "queues": client("sqs").list_queues().get("QueueUrls", []),
        "topics": [topic["TopicArn"] for topic in client("sns").list_topics()["Topics"]],
        "functions": [one["FunctionName"] for one in client("lambda").list_functions()["Functions"]],
        "layers": [layer["LayerName"] for layer in client("lambda").list_layers()["Layers"]],
        "triggers": [one["UUID"] for one in client("lambda").list_event_source_mappings()["EventSourceMappings"]],
        "rules": [rule["Name"] for rule in client("events").list_rules()["Rules"]],
        "roles": [role["RoleName"] for role in client("iam").list_roles()["Roles"]],
        "logs": [group["logGroupName"] for group in client("logs").describe_log_groups()["logGroups"]],
        "alarms": [alarm["AlarmName"] for alarm in client("cloudwatch").describe_alarms()["MetricAlarms"]],
    }
    return {kind: kept for kind, all_of in found.items() if (kept := [one for one in all_of if "cdk-" not in one])}


def wait_until_logged(*functions: str) -> None:
    """Wait until an invocation of each function has ended.

    MiniStack writes the log of an invocation that outlives its function into a log group that it makes anew. On AWS
    the functions have no right to make one.
    """
    logs, deadline = boto3.Session().client("logs"), time.monotonic() + END_SECONDS
    groups = [group for group in names()["logs"] if any(function in group for function in functions)]
    assert len(groups) == len(functions)
    while not all(logs.describe_log_streams(logGroupName=group)["logStreams"] for group in groups):
        assert time.monotonic() < deadline, f"No invocation has ended: {groups}"
        time.sleep(0.2)


def test_destroying_the_stack_leaves_nothing_although_its_buckets_hold_documents(local_cloud: LocalCloud):
    cloud: Cloud = local_cloud.up(["--engine=instant"], print)
    before = names()
    for bucket in ("DocumentsBucketName", "ExistingDocumentsBucketName", "InventoryAndLogsBucketName"):
        boto3.Session().client("s3").put_object(Bucket=cloud.outputs[bucket], Key="kept?.txt", Body=b"text")
    wait_until_logged("S3Proc", "StatusProc")

    local_cloud._cdk(cloud.endpoint).destroy()

    assert {"buckets", "tables", "queues", "functions", "roles", "logs"} <= before.keys()
    assert names() == {}
