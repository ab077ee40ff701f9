"""How a document gets from step to step: what triggers each function, and what its environment says."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.infrastructure.conftest import Template
from textract_pipeline import settings

REGISTER = {"DOCUMENTS_TABLE": "DocumentsTable", "FEATURES": '{"": ["text", "forms", "tables"]}', "QUERIES": "{}"}
WRITE = {
    "DOCUMENTS_TABLE": "DocumentsTable",
    "OUTPUT_TABLE": "OutputTable",
    "CONTROL_TABLE": "ControlTable",
    "MAX_RECEIVE_COUNT": "10",
    "MAX_DOCUMENTS_PER_MINUTE": "0",
    "PRICES": "{}",
    "OUTPUTS": '["text.txt", "document.md", "forms.csv", "tables.csv", "queries.csv", "summary.json"]',
}

DEAD_LETTER_QUEUES = [
    "StatusProcDLQ",
    *(f"{queue}DLQ" for queue in ("SyncQueue", "SyncBackfillQueue", "AsyncQueue", "AsyncBackfillQueue")),
    *("JobResultsQueueDLQ", "S3ProcDLQ", "DocProcDLQ", "AsyncProcDLQ"),
]

ENVIRONMENTS: dict[str, tuple[Any, dict[str, str]]] = {
    "S3Proc": (settings.RegisterSettings, REGISTER),
    "S3BatchProc": (settings.BackfillSettings, REGISTER | {"CONTROL_TABLE": "ControlTable"}),
    "StatusProc": (settings.StatusSettings, {"BACKFILLS_TABLE": "BackfillsTable", "PRICES": "{}"}),
    "DocProc": (
        settings.RouteSettings,
        {
            "DOCUMENTS_TABLE": "DocumentsTable",
            "SYNC_QUEUE_URL": "SyncQueue",
            "SYNC_BACKFILL_QUEUE_URL": "SyncBackfillQueue",
            "ASYNC_QUEUE_URL": "AsyncQueue",
            "ASYNC_BACKFILL_QUEUE_URL": "AsyncBackfillQueue",
            "START_JOBS_FUNCTION": "AsyncProc",
        },
    ),
    "SyncProc": (settings.OutputSettings, WRITE),
    "AsyncProc": (
        settings.StartSettings,
        {
            "DOCUMENTS_TABLE": "DocumentsTable",
            "CONTROL_TABLE": "ControlTable",
            "ASYNC_QUEUE_URL": "AsyncQueue",
            "ASYNC_BACKFILL_QUEUE_URL": "AsyncBackfillQueue",
            "JOB_COMPLETION_TOPIC_ARN": "JobCompletionTopic",
            "TEXTRACT_ROLE_ARN": "TextractServiceRole",
            "JOB_RESULTS_QUEUE_URL": "JobResultsQueue",
            "START_JOBS_PER_SECOND": "0",
            "MAX_CONCURRENT_JOBS": "0",
            "MAX_RECEIVE_COUNT": "10",
            "ASKS_SERVICE_QUOTAS": "true",
            "OUTPUT_KEY_ARN": "",
            "QUEUE_RETENTION_DAYS": "10",
            "DEAD_LETTER_QUEUES": (
                '{"analyze":["SyncQueueDLQ","SyncBackfillQueueDLQ"],'
                '"start":["AsyncQueueDLQ","AsyncBackfillQueueDLQ"],"collect":["JobResultsQueueDLQ"]}'
            ),
        },
    ),
    "JobResultsProc": (settings.OutputSettings, WRITE),
}


def sources(template: Template, function: str) -> dict[str, dict[str, Any]]:
    """The event source mappings of a function, by their source."""
    mappings = template.each("AWS::Lambda::EventSourceMapping")
    return {each["EventSourceArn"]: each for each in mappings if each["FunctionName"] == function}


@pytest.mark.parametrize("function", ENVIRONMENTS)
def test_a_function_is_told_what_its_settings_read(template: Template, function: str) -> None:
    reader, told = ENVIRONMENTS[function]
    deployed = template.named("AWS::Lambda::Function")[function]["Environment"]["Variables"]
    powertools = {name: deployed.pop(name) for name in sorted(deployed) if name.startswith("POWERTOOLS_")}
    assert deployed == told
    assert {name.upper() for name in reader._fields} == set(told)
    assert powertools == {
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "POWERTOOLS_METRICS_NAMESPACE": "TextractPipeline",
        "POWERTOOLS_SERVICE_NAME": function.lower(),
    }


@pytest.mark.parametrize("function", ENVIRONMENTS)
def test_every_function_runs_its_handler_with_the_shared_layer(template: Template, function: str) -> None:
    deployed = template.named("AWS::Lambda::Function")[function]
    assert deployed["Handler"] == "handler.handle"
    assert deployed["Runtime"] == "python3.13"
    assert deployed["Layers"] == ["SharedLayer"]
    assert deployed["LoggingConfig"] == {"LogGroup": f"{function}Logs"}


def test_an_upload_invokes_s3proc(template: Template) -> None:
    [notifications] = template.each("Custom::S3BucketNotifications")
    assert notifications["BucketName"] == "DocumentsBucket"
    assert notifications["NotificationConfiguration"] == {
        "LambdaFunctionConfigurations": [{"Events": ["s3:ObjectCreated:*"], "LambdaFunctionArn": "S3Proc"}]
    }


def test_docproc_sees_documents_that_became_submitted(template: Template) -> None:
    [(source, stream)] = sources(template, "DocProc").items()
    assert source == "DocumentsTable.Stream"
    assert [each["Pattern"] for each in stream["FilterCriteria"]["Filters"]] == [
        '{"dynamodb":{"NewImage":{"status":{"S":["SUBMITTED"]}}}}'
    ]
    assert stream["StartingPosition"] == "TRIM_HORIZON"
    table = template.named("AWS::DynamoDB::Table")["DocumentsTable"]
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}


def test_syncproc_reads_both_lanes_with_a_concurrency_each(template: Template) -> None:
    concurrency = {
        queue: source["ScalingConfig"]["MaximumConcurrency"] for queue, source in sources(template, "SyncProc").items()
    }
    assert concurrency == {"SyncQueue": 5, "SyncBackfillQueue": 2}


def test_a_finished_job_wakes_asyncproc_and_waits_for_jobresultsproc(template: Template) -> None:
    subscriptions = template.each("AWS::SNS::Subscription")
    assert {(each["TopicArn"], each["Protocol"], each["Endpoint"]) for each in subscriptions} == {
        ("JobCompletionTopic", "sqs", "JobResultsQueue"),
        ("JobCompletionTopic", "lambda", "AsyncProc"),
    }
    assert list(sources(template, "JobResultsProc")) == ["JobResultsQueue"]


def test_asyncproc_also_runs_on_a_schedule(template: Template) -> None:
    rule = template.named("AWS::Events::Rule")["AsyncProcSchedule"]
    assert rule["ScheduleExpression"] == "rate(5 minutes)"
    assert [target["Arn"] for target in rule["Targets"]] == ["AsyncProc"]


def test_only_what_is_meant_to_invoke_a_function_may(template: Template) -> None:
    permissions = template.each("AWS::Lambda::Permission")
    assert {(each["FunctionName"], each["Principal"], each["SourceArn"]) for each in permissions} == {
        ("S3Proc", "s3.amazonaws.com", "DocumentsBucket"),
        ("AsyncProc", "sns.amazonaws.com", "JobCompletionTopic"),
        ("AsyncProc", "events.amazonaws.com", "AsyncProcSchedule"),
    }


def test_every_record_of_a_batch_succeeds_or_fails_by_itself_but_those_that_are_counted_together(
    template: Template,
) -> None:
    mappings = template.each("AWS::Lambda::EventSourceMapping")
    by_themselves = {each["FunctionName"] for each in mappings if "FunctionResponseTypes" in each}
    assert {each["FunctionName"] for each in mappings} - by_themselves == {"StatusProc"}


def test_statusproc_sees_every_change_of_a_backfills_document_and_the_end_of_each(template: Template) -> None:
    [(source, stream)] = sources(template, "StatusProc").items()
    assert source == "DocumentsTable.Stream"
    assert [each["Pattern"] for each in stream["FilterCriteria"]["Filters"]] == [
        '{"dynamodb":{"NewImage":{"backfill":{"S":[{"exists":true}]}}}}',
        '{"dynamodb":{"NewImage":{"status":{"S":["SUCCEEDED","PARTIAL_SUCCESS","FAILED","UNSUPPORTED"]}}}}',
    ]
    assert (stream["BatchSize"], stream.get("ParallelizationFactor", 1)) == (100, 1)


def test_other_buckets_may_be_backfilled_where_a_setting_says_so(synthesize: Callable[..., Template]) -> None:
    template = synthesize(source_buckets='["scans-2019"]')
    read = {"DocumentsBucket/*", "ExistingDocumentsBucket/*", "arn:AWS::Partition:s3:::scans-2019/*"}
    for function in ("S3BatchProc", "SyncProc", "AsyncProc", "JobResultsProc"):
        assert template.rights(f"{function}Role")["s3:GetObject"] == read
    assert json.loads(template.outputs["SourceBucketNames"])[-1] == "scans-2019"


def test_the_outputs_name_what_a_user_needs(template: Template) -> None:
    assert template.outputs == {
        "DocumentsBucketName": "DocumentsBucket",
        "ExistingDocumentsBucketName": "ExistingDocumentsBucket",
        "InventoryAndLogsBucketName": "InventoryAndLogsBucket",
        "DocumentsTableName": "DocumentsTable",
        "OutputTableName": "OutputTable",
        "BackfillsTableName": "BackfillsTable",
        "ControlTableName": "ControlTable",
        "SourceBucketNames": '["DocumentsBucket","ExistingDocumentsBucket"]',
        "SyncQueueUrl": "SyncQueue",
        "SyncBackfillQueueUrl": "SyncBackfillQueue",
        "AsyncQueueUrl": "AsyncQueue",
        "AsyncBackfillQueueUrl": "AsyncBackfillQueue",
        "JobResultsQueueUrl": "JobResultsQueue",
        "JobCompletionTopicArn": "JobCompletionTopic",
        "S3ProcFunctionName": "S3Proc",
        "S3BatchProcFunctionName": "S3BatchProc",
        "S3BatchProcFunctionArn": "S3BatchProc",
        "StatusProcFunctionName": "StatusProc",
        "DocProcFunctionName": "DocProc",
        "SyncProcFunctionName": "SyncProc",
        "AsyncProcFunctionName": "AsyncProc",
        "JobResultsProcFunctionName": "JobResultsProc",
        "S3BatchOperationsRoleArn": "S3BatchOperationsRole",
        "TextractServiceRoleArn": "TextractServiceRole",
        "AlarmsTopicArn": "AlarmsTopic",
        "DashboardName": "Dashboard",
        "FailedDocumentsTopicArn": "FailedDocumentsTopic",
        "StartJobsPerSecond": "0",
        "MaxConcurrentJobs": "0",
        "SyncBackfillConcurrency": "2",
        "EncryptionSetting": "aws",
        "Features": '{"": ["text", "forms", "tables"]}',
        "Prices": "{}",
        **{f"{queue}Url": queue for queue in DEAD_LETTER_QUEUES},
    }


def test_settings_reach_what_they_are_about(synthesize: Callable[..., Template]) -> None:
    template = synthesize(
        stack_name="Invoices",
        features='{"": ["text", "queries"]}',
        queries='{"": ["Who?"]}',
        sync_concurrency="20",
        sync_batch_size="4",
        results_concurrency="3",
        route_batch_size="50",
        async_schedule_minutes="1",
        syncproc_memory_mb="1769",
        jobresultsproc_timeout_seconds="900",
        max_receive_count="3",
        log_retention_days="3653",
        log_level="DEBUG",
        architecture="x86_64",
    )
    functions = template.named("AWS::Lambda::Function")
    registering = functions["S3Proc"]["Environment"]["Variables"]
    assert (registering["FEATURES"], registering["QUERIES"]) == ('{"": ["text", "queries"]}', '{"": ["Who?"]}')
    assert registering["POWERTOOLS_LOG_LEVEL"] == "DEBUG"
    assert registering["POWERTOOLS_METRICS_NAMESPACE"] == "Invoices"
    assert functions["S3Proc"]["Architectures"] == ["x86_64"]
    assert functions["SyncProc"]["MemorySize"] == 1769
    live = sources(template, "SyncProc")["SyncQueue"]
    assert (live["BatchSize"], live["ScalingConfig"]) == (4, {"MaximumConcurrency": 20})
    assert sources(template, "JobResultsProc")["JobResultsQueue"]["ScalingConfig"] == {"MaximumConcurrency": 3}
    assert sources(template, "DocProc")["DocumentsTable.Stream"]["BatchSize"] == 50
    schedule = template.named("AWS::Events::Rule")["AsyncProcSchedule"]
    assert schedule["ScheduleExpression"] == "rate(1 minute)"
    queue = template.named("AWS::SQS::Queue")["JobResultsQueue"]
    assert (queue["VisibilityTimeout"], queue["RedrivePolicy"]["maxReceiveCount"]) == (6 * 900, 3)
    assert template.named("AWS::Logs::LogGroup")["S3ProcLogs"]["RetentionInDays"] == 3653


def test_lambda_does_not_take_for_a_loop_what_waits_and_nothing_else_may_loop(template: Template) -> None:
    queues = {
        each["FunctionName"]: {
            source["EventSourceArn"]
            for source in template.each("AWS::Lambda::EventSourceMapping")
            if source["FunctionName"] == each["FunctionName"]
        }
        for each in template.each("AWS::Lambda::EventSourceMapping")
    }
    sends_to_itself = {
        name
        for name, sources in queues.items()
        if sources & template.rights(f"{name}Role").get("sqs:SendMessage", set())
    }
    allowed = {
        name for name, each in template.named("AWS::Lambda::Function").items() if each.get("RecursiveLoop") == "Allow"
    }
    assert sends_to_itself == allowed == {"SyncProc", "JobResultsProc"}


def test_service_quotas_is_not_asked_where_it_cannot_be_reached(synthesize: Callable[..., Template]) -> None:
    function = synthesize(vpc="true").named("AWS::Lambda::Function")["AsyncProc"]
    assert function["Environment"]["Variables"]["ASKS_SERVICE_QUOTAS"] == "false"
