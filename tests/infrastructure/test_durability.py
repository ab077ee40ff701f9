"""No data is lost unnoticed, and nothing is kept or open that should not be."""

from typing import Any, get_args

import pytest
from aws_cdk import App, Stack, assertions

from stacks.config import LogRetentionDays, PipelineConfig
from stacks.runtime.function import log_group
from tests.infrastructure.conftest import Template

BUCKETS = {"DocumentsBucket", "ExistingDocumentsBucket", "InventoryAndLogsBucket"}
TABLES = {"DocumentsTable", "OutputTable", "BackfillsTable"}
READER = {
    "SyncQueue": "SyncProc",
    "SyncBackfillQueue": "SyncProc",
    "AsyncQueue": "AsyncProc",
    "AsyncBackfillQueue": "AsyncProc",
    "JobResultsQueue": "JobResultsProc",
}


def removals(template: Template) -> dict[str, str | None]:
    return {each["Id"]: each.get("DeletionPolicy") for each in template.resources}


@pytest.mark.parametrize("queue", READER)
def test_what_cannot_be_processed_goes_to_a_queue_that_keeps_it_longer(template: Template, queue: str) -> None:
    queues = template.named("AWS::SQS::Queue")
    assert queues[queue]["RedrivePolicy"]["deadLetterTargetArn"] == f"{queue}DLQ"
    assert queues[f"{queue}DLQ"]["MessageRetentionPeriod"] > queues[queue]["MessageRetentionPeriod"]


@pytest.mark.parametrize(("queue", "function"), READER.items())
def test_a_message_stays_hidden_for_six_time_outs_of_its_reader(template: Template, queue: str, function: str) -> None:
    timeout = template.named("AWS::Lambda::Function")[function]["Timeout"]
    assert template.named("AWS::SQS::Queue")[queue]["VisibilityTimeout"] == 6 * timeout


def test_a_message_is_tried_as_often_as_the_setting_says_and_its_reader_knows_it(template: Template) -> None:
    queues, functions = template.named("AWS::SQS::Queue"), template.named("AWS::Lambda::Function")
    assert {queues[name]["RedrivePolicy"]["maxReceiveCount"] for name in READER} == {10}
    assert {functions[name]["Environment"]["Variables"]["MAX_RECEIVE_COUNT"] for name in READER.values()} == {"10"}


@pytest.mark.parametrize("function", ["S3Proc", "AsyncProc"])
def test_a_failed_asynchronous_invocation_is_kept(template: Template, function: str) -> None:
    [config] = [each for each in template.each("AWS::Lambda::EventInvokeConfig") if each["FunctionName"] == function]
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == f"{function}DLQ"


@pytest.mark.parametrize("function", ["DocProc", "StatusProc"])
def test_a_stream_record_that_a_function_cannot_handle_is_singled_out_and_kept(
    template: Template, function: str
) -> None:
    mappings = template.each("AWS::Lambda::EventSourceMapping")
    [stream] = [each for each in mappings if each["FunctionName"] == function]
    assert stream["BisectBatchOnFunctionError"] is True
    assert stream["MaximumRetryAttempts"] == 10
    assert stream["DestinationConfig"]["OnFailure"]["Destination"] == f"{function}DLQ"


def test_buckets_and_tables_outlive_the_stack_unless_told_otherwise(template: Template) -> None:
    kept = {name for name, policy in removals(template).items() if policy == "Retain"}
    assert kept == BUCKETS | TABLES
    tables = template.named("AWS::DynamoDB::Table")
    recovery = {name: each.get("PointInTimeRecoverySpecification") for name, each in tables.items()}
    kept_table = {"PointInTimeRecoveryEnabled": True}
    assert recovery == dict.fromkeys(TABLES, kept_table) | {"ControlTable": None}


def test_nothing_outlives_a_stack_that_is_to_be_destroyed(template_to_destroy: Template) -> None:
    assert {name for name, policy in removals(template_to_destroy).items() if policy == "Retain"} == set()
    tables = template_to_destroy.named("AWS::DynamoDB::Table")
    assert [tables[name]["PointInTimeRecoverySpecification"] for name in sorted(TABLES)] == [
        {"PointInTimeRecoveryEnabled": False}
    ] * len(TABLES)


def test_buckets_are_emptied_only_where_they_are_to_be_destroyed(
    template: Template, template_to_destroy: Template
) -> None:
    assert template.named("Custom::EmptyBucketOnDestroy") == {}
    emptied = template_to_destroy.each("Custom::EmptyBucketOnDestroy")
    assert {each["BucketName"] for each in emptied} == BUCKETS


def test_buckets_are_emptied_after_the_functions_that_write_to_them_are_gone(template_to_destroy: Template) -> None:
    emptying = {
        each["LogicalId"] for each in template_to_destroy.resources if each["Type"] == "Custom::EmptyBucketOnDestroy"
    }
    for function in ("SyncProc", "AsyncProc", "JobResultsProc"):
        [resource] = [
            each
            for each in template_to_destroy.resources
            if each["Id"] == function and each["Type"] == "AWS::Lambda::Function"
        ]
        assert emptying <= set(resource["DependsOn"])


def test_no_function_can_leave_logs_behind(template_to_destroy: Template) -> None:
    functions = template_to_destroy.named("AWS::Lambda::Function")
    groups = template_to_destroy.named("AWS::Logs::LogGroup")
    assert {each["LoggingConfig"]["LogGroup"] for each in functions.values()} == set(groups)
    assert {each["RetentionInDays"] for each in groups.values()} == {30}


def test_logs_are_kept_for_the_days_that_the_setting_says() -> None:
    stack = Stack(App(), "Logs")
    for days in get_args(LogRetentionDays):
        log_group(stack, f"For{days}Days", PipelineConfig(log_retention_days=days))
    groups = assertions.Template.from_stack(stack).find_resources("AWS::Logs::LogGroup")
    assert [group["Properties"]["RetentionInDays"] for group in groups.values()] == list(get_args(LogRetentionDays))


@pytest.mark.parametrize("bucket", sorted(BUCKETS))
def test_a_bucket_is_encrypted_and_closed_to_the_public(template: Template, bucket: str) -> None:
    properties = template.named("AWS::S3::Bucket")[bucket]
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert "BucketEncryption" in properties


def test_queues_are_encrypted(template: Template) -> None:
    assert {each["SqsManagedSseEnabled"] for each in template.each("AWS::SQS::Queue")} == {True}


@pytest.mark.parametrize(
    ("kind", "policy", "subject"),
    [
        ("AWS::S3::Bucket", "AWS::S3::BucketPolicy", "Bucket"),
        ("AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "Queues"),
        ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "Topics"),
    ],
)
def test_calls_without_tls_are_refused(template: Template, kind: str, policy: str, subject: str) -> None:
    def refuses(statement: dict[str, Any]) -> bool:
        insecure = {"Bool": {"aws:SecureTransport": "false"}}
        return (statement["Effect"], statement.get("Condition")) == ("Deny", insecure)

    policies = template.each(policy)
    protected = [each[subject] for each in policies if any(map(refuses, each["PolicyDocument"]["Statement"]))]
    names = [name for each in protected for name in (each if isinstance(each, list) else [each])]
    assert sorted(names) == sorted(template.named(kind))


def test_no_custom_resource_needs_node(template_to_destroy: Template) -> None:
    runtimes = {each["Runtime"] for each in template_to_destroy.each("AWS::Lambda::Function")}
    assert runtimes == {"python3.13"}
