"""A backfill is paused, resumed, and ended."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cli.backfill.records import find_record
from tests.support.aws_requests import Checked
from tests.unit.cli.backfill.conftest import TARGET
from textract_pipeline.aws import clients, control_table

MAPPING = "12345678-1234-4234-8234-123456789012"


class Lambda:
    """A substitute for boto3's client: one event source mapping, and the invoked functions."""

    def __init__(self) -> None:
        self.enabled = True
        self.invoked: list[str] = []

    def list_event_source_mappings(self, *, EventSourceArn: str, FunctionName: str) -> Any:
        assert (EventSourceArn.rpartition(":")[2], FunctionName) == ("SyncBackfillQueue", "syncproc")
        return {"EventSourceMappings": [{"UUID": MAPPING}]}

    def update_event_source_mapping(self, *, UUID: str, Enabled: bool) -> None:
        assert UUID == MAPPING
        self.enabled = Enabled

    def invoke(self, *, FunctionName: str, **_: str) -> None:
        self.invoked.append(FunctionName)


@pytest.fixture(autouse=True)
def lambda_(monkeypatch: pytest.MonkeyPatch) -> Lambda:
    stand_in = Lambda()
    monkeypatch.setattr(clients, "lambda_", lambda: Checked("lambda_", stand_in))
    return stand_in


def is_held(name: str) -> bool:
    return control_table.exists(TARGET.output("ControlTableName"), name)


def test_a_paused_backfill_brings_nothing_in_and_sends_nothing_to_textract(pipeline, record, jobs, lambda_):
    result = pipeline.run("backfill", "pause")
    assert "Its job in S3 Batch Operations is cancelled." in result.stdout
    assert jobs.jobs["job-0"]["Status"] == "Cancelled"
    assert is_held(control_table.BACKFILL_PAUSED)
    assert not lambda_.enabled


def test_resumed_it_lists_the_same_manifest_again(pipeline, record, jobs, lambda_):
    pipeline.run("backfill", "pause")
    assert pipeline.run("backfill", "resume", "--json").exit_code == 0
    assert not is_held(control_table.BACKFILL_PAUSED)
    assert lambda_.enabled
    assert lambda_.invoked == ["asyncproc"]
    assert find_record(TARGET, None).job_ids == ("job-0", "job-1")
    (request,) = jobs.created
    assert request["Manifest"]["Location"]["ObjectArn"].endswith("/m.csv")
    assert request["Operation"]["LambdaInvoke"]["UserArguments"]["backfill"] == record.id


def test_what_was_all_brought_in_before_the_pause_is_not_listed_again(pipeline, record, jobs):
    jobs.add("job-0", "Complete", tried=10, total=10)
    assert "had already ended" in pipeline.run("backfill", "pause").stdout
    pipeline.run("backfill", "resume")
    assert jobs.created == []


def test_a_job_that_ends_while_it_is_cancelled_is_no_error(pipeline, record, jobs, monkeypatch):
    def ended(**_: str) -> None:
        raise ClientError({"Error": {"Code": "JobStatusException", "Message": "It is Complete"}}, "UpdateJobStatus")

    monkeypatch.setattr(jobs, "update_job_status", ended)
    result = pipeline.run("backfill", "pause")
    assert (result.exit_code, "had already ended" in result.stdout) == (0, True)


def test_a_job_that_failed_is_followed_by_another_when_resumed(pipeline, record, jobs):
    jobs.add("job-0", "Failed")
    pipeline.run("backfill", "resume")
    assert len(jobs.created) == 1


def test_a_cancelled_backfill_ends_its_job_and_cannot_be_resumed(pipeline, record, jobs):
    assert pipeline.run("backfill", "cancel", record.id, "--yes").exit_code == 0
    assert jobs.jobs["job-0"]["Status"] == "Cancelled"
    assert is_held(control_table.BACKFILL_CANCELLED + record.id)
    result = pipeline.run("backfill", "resume")
    assert (result.exit_code, "start another with --again failed" in result.stderr) == (2, True)


def test_it_is_not_cancelled_without_being_asked(pipeline, record, jobs):
    assert pipeline.run("backfill", "cancel").exit_code == 1
    assert jobs.jobs["job-0"]["Status"] == "Active"


def test_scripts_see_what_was_done(pipeline, record):
    done = json.loads(pipeline.run("backfill", "pause", "--json").stdout)
    assert done == {"backfill": record.id, "is": "paused", "jobIds": ["job-0"]}
