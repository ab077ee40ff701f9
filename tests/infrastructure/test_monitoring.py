"""What an operator sees: alarms, the topic that they notify, and the dashboard."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from stacks.config import PipelineConfig
from tests.infrastructure.conftest import Template

OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
STEPS = ("S3Proc", "S3BatchProc", "DocProc", "SyncProc", "AsyncProc", "JobResultsProc", "StatusProc")
LIVE = ("SyncQueue", "AsyncQueue", "JobResultsQueue")


@pytest.fixture
def alarms(template: Template) -> dict[str, dict[str, Any]]:
    return template.named("AWS::CloudWatch::Alarm")


def test_an_alarm_watches_every_dead_letter_queue(template: Template, alarms: dict[str, dict[str, Any]]) -> None:
    queues = [name for name in template.named("AWS::SQS::Queue") if name.endswith("DLQ")]
    watched = {name: alarms[f"{name}Alarm"]["Dimensions"][0]["Value"] for name in queues}
    assert watched == {name: f"{name}.Name" for name in queues}
    assert {alarms[f"{name}Alarm"]["Threshold"] for name in queues} == {1}


def test_an_alarm_watches_how_long_fresh_uploads_wait_and_not_how_long_backfills_do(
    alarms: dict[str, dict[str, Any]],
) -> None:
    ages = {name: each for name, each in alarms.items() if each.get("MetricName") == "ApproximateAgeOfOldestMessage"}
    assert {name: each["Threshold"] for name, each in ages.items()} == {f"{name}AgeAlarm": 3600 for name in LIVE}


def test_an_alarm_watches_the_rate_of_errors_of_every_step(alarms: dict[str, dict[str, Any]]) -> None:
    for step in STEPS:
        alarm = alarms[f"{step}ErrorsAlarm"]
        assert (alarm["MetricName"], alarm["Statistic"]) == ("Errors", "Average")
        assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (0.05, 3)


def test_an_alarm_watches_for_documents_that_the_flow_lost_track_of(alarms: dict[str, dict[str, Any]]) -> None:
    alarm = alarms["StuckDocumentsAlarm"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("TextractPipeline", "StuckDocuments")
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "asyncproc"}]


def test_every_alarm_rings_on_the_topic_of_alarms_and_quiet_is_no_alarm(alarms: dict[str, dict[str, Any]]) -> None:
    assert {tuple(each["AlarmActions"]) for each in alarms.values()} == {("AlarmsTopic",)}
    assert {each["TreatMissingData"] for each in alarms.values()} == {"notBreaching"}


def test_the_runbook_has_a_section_for_every_alarm(alarms: dict[str, dict[str, Any]]) -> None:
    told = re.findall(r"^## .*$", OPERATIONS, re.MULTILINE)
    kinds = [re.sub(r"^.*?(DLQ|Age|Errors|StuckDocuments)Alarm$", r"\1Alarm", name) for name in alarms]
    assert [kind for kind in sorted(set(kinds)) if not any(kind in heading for heading in told)] == []


def test_the_runbook_names_settings_that_there_are() -> None:
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", OPERATIONS))
    assert len(named) > 5
    assert named <= PipelineConfig.model_fields.keys()


def test_the_dashboard_says_whether_it_keeps_up_what_fails_and_what_it_costs(template: Template) -> None:
    [dashboard] = template.each("AWS::CloudWatch::Dashboard")
    titles = [each["properties"]["title"] for each in json.loads(dashboard["DashboardBody"])["widgets"]]
    assert titles == [
        "Finished documents, by status and pipeline",
        "Seconds from upload to result (95th percentile)",
        "Waiting documents",
        "Age of the oldest message, in seconds",
        "Async jobs started",
        "Async jobs not collected yet, and their share of the quota, in percent",
        "Calls throttled by Textract, by operation",
        "Work that was given up, by dead-letter queue",
        "Failed invocations, by function",
        "Documents that the flow lost track of",
        "Textract cost per day, in dollars",
        "Pages, by status and pipeline",
        "History of the document whose id is entered above",
    ]


def test_the_dashboard_asks_the_logs_of_every_step_about_the_document_that_is_written_into_it(
    template: Template,
) -> None:
    [dashboard] = template.each("AWS::CloudWatch::Dashboard")
    body = json.loads(dashboard["DashboardBody"])
    [wanted] = body["variables"]
    query = body["widgets"][-1]["properties"]["query"]
    assert f'filter documentId = "{wanted["pattern"]}"' in query
    assert query.count("SOURCE") == len(STEPS)
