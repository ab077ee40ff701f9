"""Every alarm of the stack goes off for the problem that it watches for, and only for that.

Functions fail, messages wait, and documents get lost for real. MiniStack counts only the functions' errors. The tests
publish the other metrics as SQS and CloudWatch Logs would: a queue's metrics by its name, and those of a function's log
line by its content. MiniStack ignores dimensions when it triggers an alarm, so the tests check before and after whether
each alarm's own definition has reached its threshold.
"""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from textract_pipeline.aws import queues
from textract_pipeline.clock import utc_now
from textract_pipeline.document import Document, DocumentFormat, Lane
from textract_pipeline.events import DocumentMessage
from textract_pipeline.names import DocumentStatus, Feature

from .conftest import RunningPipeline

LIVE = ("SyncQueue", "AsyncQueue", "JobResultsQueue")
STEPS = ("S3Proc", "S3BatchProc", "DocProc", "SyncProc", "AsyncProc", "JobResultsProc", "StatusProc", "ViewProc")
FUNCTIONS_WITH_DEAD_LETTERS = ("S3Proc", "DocProc", "AsyncProc", "StatusProc", "ViewProc")
DEAD_LETTERS = [
    f"{source}DLQ" for source in (*LIVE, "SyncBackfillQueue", "AsyncBackfillQueue", *FUNCTIONS_WITH_DEAD_LETTERS)
]
RINGS_WITHIN_SECONDS = 30
NO_EVENT = b'"what no function expects"'


class Alarms:
    """The alarms of the deployed stack, and a subscriber of the topic that they ring on."""

    def __init__(self, subscriber: str) -> None:
        self._cloudwatch = boto3.client("cloudwatch")
        self._subscriber = subscriber
        self.all = {_construct_id(alarm): alarm for alarm in self._cloudwatch.describe_alarms()["MetricAlarms"]}

    def has_reached_threshold(self, name: str) -> bool:
        """Whether the metric that an alarm is defined on has reached its threshold within the alarm's periods."""
        alarm, now = self.all[name], datetime.now(UTC)
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        found = self._cloudwatch.get_metric_statistics(
            Namespace=alarm["Namespace"],
            MetricName=alarm["MetricName"],
            Dimensions=alarm["Dimensions"],
            Statistics=[alarm["Statistic"]],
            Period=alarm["Period"],
            StartTime=now - timedelta(seconds=alarm["Period"] * alarm["EvaluationPeriods"]),
            EndTime=now + timedelta(seconds=1),
        )
        values = [point[alarm["Statistic"]] for point in found["Datapoints"]]
        return any(value >= alarm["Threshold"] for value in values)

    def reset(self, name: str) -> None:
        """Have an alarm be quiet, and forget what rang until now."""
        self._cloudwatch.set_alarm_state(AlarmName=self.all[name]["AlarmName"], StateValue="OK", StateReason="Test")
        boto3.client("sqs").purge_queue(QueueUrl=self._subscriber)

    def publish(self, namespace: str, *data: dict[str, Any]) -> None:
        """Publish metrics, after which every alarm is looked at."""
        self._cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)

    def rings(self, name: str) -> bool:
        """Whether the subscriber is notified of an alarm."""
        deadline = time.monotonic() + RINGS_WITHIN_SECONDS
        while time.monotonic() < deadline:
            for delivery in queues.receive(self._subscriber, 10, 60, wait_seconds=1):
                told = json.loads(json.loads(delivery.body)["Message"])
                if (told["AlarmName"], told["NewStateValue"]) == (self.all[name]["AlarmName"], "ALARM"):
                    return True
        return False


def _construct_id(alarm: dict[str, Any]) -> str:
    """SyncQueueDLQAlarm of TextractPipeline-MonitoringSyncQueueDLQAlarm0A1B2C3D-XYZ."""
    name: str = alarm["AlarmName"]
    return name.partition("Monitoring")[2].rpartition("Alarm")[0] + "Alarm"


@pytest.fixture(scope="module")
def alarms(pipeline: RunningPipeline) -> Iterator[Alarms]:
    sqs, sns = boto3.client("sqs"), boto3.client("sns")
    url = sqs.create_queue(QueueName="operator")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    topic = pipeline.target.output("AlarmsTopicArn")
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
    yield Alarms(url)
    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    sqs.delete_queue(QueueUrl=url)


def of_queue(metric: str, queue_url: str, value: float) -> dict[str, Any]:
    """What SQS publishes of a queue (SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS", 2026-11)."""
    name = queue_url.rpartition("/")[2]
    return {"MetricName": metric, "Dimensions": [{"Name": "QueueName", "Value": name}], "Value": value}


def visible_messages(queue_url: str) -> int:
    sqs = boto3.client("sqs")
    answer = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def test_no_alarm_is_without_a_test_here(alarms: Alarms):
    tested = [*DEAD_LETTERS, *(f"{queue}Age" for queue in LIVE), *(f"{step}Errors" for step in STEPS), "StuckDocuments"]
    assert sorted(alarms.all) == sorted(f"{name}Alarm" for name in tested)


@pytest.mark.parametrize("queue", DEAD_LETTERS)
def test_work_that_was_given_up_rings(pipeline: RunningPipeline, alarms: Alarms, queue: str):
    name, url = f"{queue}Alarm", pipeline.target.output(f"{queue}Url")
    assert not alarms.has_reached_threshold(name)
    alarms.reset(name)
    queues.send(url, "given up")
    alarms.publish("AWS/SQS", of_queue("ApproximateNumberOfMessagesVisible", url, visible_messages(url)))
    boto3.client("sqs").purge_queue(QueueUrl=url)
    assert alarms.has_reached_threshold(name)
    assert alarms.rings(name)


@pytest.mark.parametrize("queue", LIVE)
def test_a_fresh_upload_that_waits_for_more_than_an_hour_rings(pipeline: RunningPipeline, alarms: Alarms, queue: str):
    name, url, metric = f"{queue}AgeAlarm", pipeline.target.output(f"{queue}Url"), "ApproximateAgeOfOldestMessage"
    alarms.publish("AWS/SQS", of_queue(metric, url, 3599))
    assert not alarms.has_reached_threshold(name)
    alarms.reset(name)
    alarms.publish("AWS/SQS", of_queue(metric, url, 3600))
    assert alarms.has_reached_threshold(name)
    assert alarms.rings(name)


@pytest.mark.parametrize("step", STEPS)
def test_a_function_that_fails_rings(pipeline: RunningPipeline, alarms: Alarms, step: str):
    name, function = f"{step}ErrorsAlarm", pipeline.target.output(f"{step}FunctionName")
    assert not alarms.has_reached_threshold(name)
    alarms.reset(name)
    answer = boto3.client("lambda").invoke(FunctionName=function, Payload=NO_EVENT)
    assert answer["FunctionError"] == "Unhandled"
    alarms.publish("Test", {"MetricName": "Minutes", "Value": 1})
    assert alarms.has_reached_threshold(name)
    assert alarms.rings(name)


def test_a_document_that_the_flow_lost_track_of_rings(pipeline: RunningPipeline, alarms: Alarms):
    name, function = "StuckDocumentsAlarm", pipeline.target.output("AsyncProcFunctionName")
    assert not alarms.has_reached_threshold(name)
    alarms.reset(name)
    document = given_up(pipeline)
    boto3.client("lambda").invoke(FunctionName=function, Payload=b'{"source": "aws.events"}')
    failed = pipeline.target.documents.get(document.document_id)
    assert failed is not None
    assert failed.status is DocumentStatus.FAILED
    for namespace, datum in metrics_in_the_log(function):
        alarms.publish(namespace, datum)
    boto3.client("sqs").purge_queue(QueueUrl=pipeline.target.output("SyncQueueDLQUrl"))
    assert alarms.has_reached_threshold(name)
    assert alarms.rings(name)


def given_up(pipeline: RunningPipeline) -> Document:
    """A document that is queued, whose message is a dead letter."""
    now = utc_now()
    document = Document(
        document_id="0" * 32,
        bucket=pipeline.target.bucket,
        key="given up.png",
        etag="e",
        size_bytes=1,
        lane=Lane.LIVE,
        features=(Feature.TEXT,),
        submitted_at=now,
        updated_at=now,
        format=DocumentFormat.PNG,
        status=DocumentStatus.QUEUED,
    )
    pipeline.target.documents.register(document)
    queues.send(pipeline.target.output("SyncQueueDLQUrl"), DocumentMessage.of(document).to_json())
    return document


def metrics_in_the_log(function: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What CloudWatch makes of a function's lines in its Embedded Metric Format."""
    group = boto3.client("lambda").get_function_configuration(FunctionName=function)["LoggingConfig"]["LogGroup"]
    for event in boto3.client("logs").filter_log_events(logGroupName=group)["events"]:
        line = json.loads(event["message"]) if event["message"].startswith('{"_aws"') else {}
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
            for dimensions in directive["Dimensions"]:
                by = [{"Name": dimension, "Value": line[dimension]} for dimension in dimensions]
                for metric in directive["Metrics"]:
                    datum = {"MetricName": metric["Name"], "Dimensions": by, "Values": line[metric["Name"]]}
                    yield directive["Namespace"], datum
