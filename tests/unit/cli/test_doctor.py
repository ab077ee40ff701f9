"""What the doctor finds, and what it says to do."""

from typing import Any

import pytest

from textract_pipeline.aws import clients
from textract_pipeline.names import DocumentStatus


class Lambda:
    """Stands in for boto3's client: functions and event sources that are well, unless told otherwise."""

    state, source_state = "Active", "Enabled"

    def get_function_configuration(self, *, FunctionName: str) -> Any:  # noqa: N803 - boto3's
        return {"FunctionName": FunctionName, "State": self.state, "StateReason": "its image is gone"}

    def list_event_source_mappings(self, *, FunctionName: str) -> Any:  # noqa: N803 - boto3's
        arn = f"arn:aws:sqs:us-east-1:123456789012:{FunctionName}Queue"
        return {"EventSourceMappings": [{"EventSourceArn": arn, "State": self.source_state}]}


@pytest.fixture(autouse=True)
def functions(monkeypatch: pytest.MonkeyPatch) -> Lambda:
    functions = Lambda()
    monkeypatch.setattr(clients, "lambda_", lambda: functions)
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


def test_documents_that_stand_still_are_counted(pipeline):
    pipeline.register("running.pdf", DocumentStatus.IN_PROGRESS, job_id="job")
    assert "1 documents have been IN_PROGRESS for more than an hour" in pipeline.run("doctor").stdout
