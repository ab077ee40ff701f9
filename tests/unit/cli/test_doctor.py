"""What `doctor` finds, and what it says to do."""

from typing import Any

import boto3
import pytest

from tests.support.aws_requests import Checked
from textract_pipeline.aws import clients
from textract_pipeline.names import DocumentStatus


class Lambda:
    """A substitute for boto3's client: functions and event sources work, unless a test says otherwise."""

    state, source_state, at_once = "Active", "Enabled", 1000

    def get_account_settings(self) -> Any:
        return {"AccountLimit": {"ConcurrentExecutions": self.at_once}}

    def get_function_configuration(self, *, FunctionName: str) -> Any:  # noqa: N803 - boto3's
        return {"FunctionName": FunctionName, "State": self.state, "StateReason": "its image is gone"}

    def list_event_source_mappings(self, *, FunctionName: str) -> Any:  # noqa: N803 - boto3's
        arn = f"arn:aws:sqs:us-east-1:123456789012:{FunctionName}Queue"
        return {
            "EventSourceMappings": [
                {"EventSourceArn": arn, "State": self.source_state, "ScalingConfig": {"MaximumConcurrency": 5}}
            ]
        }


@pytest.fixture(autouse=True)
def functions(monkeypatch: pytest.MonkeyPatch) -> Lambda:
    functions = Lambda()
    monkeypatch.setattr(clients, "lambda_", lambda: Checked("lambda_", functions))
    return functions


def test_a_pipeline_without_problems_is_well(pipeline):
    result = pipeline.run("doctor")
    assert (result.exit_code, result.stdout) == (0, "No problems found.\n")


def test_a_function_that_cannot_run_is_named_with_the_reason(pipeline, functions):
    functions.state = "Failed"
    result = pipeline.run("doctor")
    assert result.exit_code == 1
    assert "syncproc is Failed: its image is gone. Deploy again." in result.stdout


def test_a_queue_that_is_not_read_is_named(pipeline, functions):
    functions.source_state = "Disabled"
    assert "syncproc does not read syncprocQueue (Disabled)" in pipeline.run("doctor").stdout


def test_work_that_was_given_up_is_counted(pipeline):
    pipeline.send("SyncQueueDLQ", "{}")
    result = pipeline.run("doctor")
    assert result.exit_code == 1
    assert "SyncQueueDLQ holds 1 failed messages" in result.stdout
    assert "redrive --all" in result.stdout


def test_work_that_was_given_up_is_counted_while_somebody_looks_at_it(pipeline):
    for queue in ("AsyncQueueDLQ", "AsyncQueueDLQ", "DocProcDLQ"):
        pipeline.send(queue, "{}")
    pipeline.hold("AsyncQueueDLQ", seconds=60)
    pipeline.send("AsyncQueueDLQ", "{}")
    result = pipeline.run("doctor")
    assert result.exit_code == 1
    assert "AsyncQueueDLQ holds 3 failed messages (2 are being looked at)" in result.stdout
    assert "DocProcDLQ holds 1 failed messages:" in result.stdout


def test_documents_that_stand_still_are_counted(pipeline):
    pipeline.register("running.pdf", DocumentStatus.IN_PROGRESS, job_id="job")
    assert "1 documents have been IN_PROGRESS for more than an hour" in pipeline.run("doctor").stdout


def test_an_account_that_runs_few_functions_at_once_is_told_of(pipeline, functions):
    functions.at_once = 4
    said = pipeline.run("doctor").stdout
    assert "The account runs 4 functions at once" in said
    assert "sync_concurrency" in said


def test_a_region_without_textract_is_named(pipeline, monkeypatch):
    monkeypatch.setattr(clients, "textract", lambda: boto3.client("textract", region_name="eu-north-1"))
    assert "Amazon Textract is not in eu-north-1" in pipeline.run("doctor").stdout
