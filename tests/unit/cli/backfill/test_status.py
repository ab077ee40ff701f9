"""The progress of a backfill, as people and scripts see it."""

import json

import pytest

from cli.backfill.records import find_record
from tests.unit.cli.backfill.conftest import TARGET, came_in
from tests.unit.cli.conftest import REPORTS
from textract_pipeline import parallel
from textract_pipeline.aws import clients, control_table
from textract_pipeline.names import DocumentStatus

DONE, QUEUED, FAILED = DocumentStatus.SUCCEEDED, DocumentStatus.QUEUED, DocumentStatus.FAILED


@pytest.fixture(autouse=True)
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run one transaction at a time: moto copies its tables for each, so concurrent ones disturb each other."""
    monkeypatch.setattr(parallel, "run_all", lambda function, items: [function(item) for item in items])


def report(record, job_id: str, *messages: str) -> None:
    """The completion report of a job, with a task for each message."""
    key = f"{record.report_prefix}/job-{job_id}"
    rows = "\n".join(f'documents,{number}.png,,succeeded,200,,"{text}"' for number, text in enumerate(messages))
    clients.s3().put_object(Bucket=REPORTS, Key=f"{key}/results/a.csv", Body=rows.encode())
    manifest = {"Results": [{"Bucket": REPORTS, "Key": f"{key}/results/a.csv"}]}
    clients.s3().put_object(Bucket=REPORTS, Key=f"{key}/manifest.json", Body=json.dumps(manifest).encode())


def test_scripts_see_every_figure(pipeline, record):
    came_in(pipeline, record, DONE, QUEUED)
    shown = json.loads(pipeline.run("backfill", "status", "--json").stdout)
    assert shown["objects"] == {"listed": 10, "tried": 4, "registered": 2, "notNew": 1, "refused": 1}
    assert (shown["documents"]["SUCCEEDED"], shown["documents"]["QUEUED"]) == (1, 1)
    assert (shown["isOver"], shown["job"], shown["spent"]) == (False, {"id": "job-0", "status": "Active"}, 0.003)


def test_people_see_what_is_done_and_what_is_to_go(pipeline, record):
    came_in(pipeline, record, DONE, QUEUED)
    stdout = pipeline.run("backfill", "status", record.id).stdout
    assert "under way, 30.0%" in stdout
    assert "7 to go" in stdout
    assert "of $0.65 planned" in stdout


def test_a_paused_one_is_not_said_to_end_at_any_time(pipeline, record):
    came_in(pipeline, record, DONE, QUEUED)
    clients.dynamodb().put_item(TableName="ControlTable", Item={"name": {"S": control_table.BACKFILL_PAUSED}})
    stdout = pipeline.run("backfill", "status").stdout
    assert "paused, 30.0%" in stdout
    assert "7 to go. Continue: textract-pipeline backfill resume" in stdout


def test_it_is_over_when_the_job_and_every_document_that_it_brought_in_have_ended(pipeline, record, jobs):
    jobs.add("job-0", "Complete", tried=10, total=10)
    report(record, "job-0", *(f"registered as {number:032x}, SUBMITTED" for number in range(2)), "skipped: no document")
    came_in(pipeline, record, DONE)
    assert json.loads(pipeline.run("backfill", "status", "--json").stdout)["isOver"] is False
    came_in(pipeline, record, DONE, DONE)
    assert json.loads(pipeline.run("backfill", "status", "--json").stdout)["isOver"] is True
    assert find_record(TARGET, None).entered == {"job-0": 2}


def test_a_document_that_failed_makes_the_exit_code_1(pipeline, record, jobs):
    jobs.add("job-0", "Complete", tried=2, total=2)
    came_in(pipeline, record, DONE)
    assert pipeline.run("backfill", "status").exit_code == 0
    came_in(pipeline, record, DONE, FAILED)
    assert pipeline.run("backfill", "status").exit_code == 1


def test_a_job_that_failed_is_not_all_done_and_its_reason_is_told(pipeline, record, jobs):
    reason = {"FailureCode": "ManifestNotFound", "FailureReason": "The manifest \x1b[2J is gone"}
    jobs.add("job-0", "Failed", tried=2, total=10, FailureReasons=[reason])
    came_in(pipeline, record, DONE, DONE)
    result = pipeline.run("backfill", "status")
    assert (result.exit_code, "over, 20.0%" in result.stdout) == (1, True)
    assert f"Make another job: textract-pipeline backfill resume {record.id}\n" in result.stdout
    assert "The job job-0 is Failed. ManifestNotFound: The manifest \\x1b[2J is gone" in result.stdout
    shown = json.loads(pipeline.run("backfill", "status", "--json").stdout)
    assert (shown["isOver"], shown["job"]) == (
        True,
        {"id": "job-0", "status": "Failed", "reasons": ["ManifestNotFound: The manifest \x1b[2J is gone"]},
    )


def test_a_job_that_failed_before_its_first_task_is_no_success(pipeline, record, jobs):
    jobs.add("job-0", "Failed")
    result = pipeline.run("backfill", "status", "--watch")
    assert (result.exit_code, "over, 0.0%" in result.stdout) == (1, True)
    assert "The job job-0 is Failed. S3 gives no reason." in result.stdout


def test_a_job_that_waits_for_somebody_says_so(pipeline, record, jobs):
    jobs.add("job-0", "Suspended", total=10)
    result = pipeline.run("backfill", "status")
    assert (result.exit_code, "The job job-0 is Suspended: confirm it in the S3 console" in result.stdout) == (0, True)


def test_a_cancelled_backfill_is_over_and_not_all_done(pipeline, record, jobs):
    jobs.add("job-0", "Cancelled", tried=1, total=10)
    came_in(pipeline, record, DONE)
    result = pipeline.run("backfill", "status")
    assert (result.exit_code, "over, 10.0%" in result.stdout) == (0, True)
    assert "The job job-0 is Cancelled." in result.stdout


def test_a_pause_that_cancelled_the_job_is_not_the_end(pipeline, record, jobs):
    jobs.add("job-0", "Cancelled", tried=1, total=10)
    came_in(pipeline, record, DONE)
    clients.dynamodb().put_item(TableName="ControlTable", Item={"name": {"S": control_table.BACKFILL_PAUSED}})
    stdout = pipeline.run("backfill", "status").stdout
    assert "paused, 10.0%" in stdout
    assert "9 to go. Continue: textract-pipeline backfill resume" in stdout
    assert "is Cancelled" not in stdout


def test_watching_ends_when_the_backfill_is_over(pipeline, record, jobs):
    jobs.add("job-0", "Complete", tried=2, total=2)
    came_in(pipeline, record, DONE, DONE)
    result = pipeline.run("backfill", "status", "--watch")
    assert (result.exit_code, "over, 100.0%" in result.stdout) == (0, True)


def test_a_job_made_in_the_console_is_a_backfill_by_its_own_id(pipeline, jobs):
    jobs.add(
        "f3cc4f60",
        "Active",
        tried=1,
        total=3,
        CreationTime=clients.s3().list_buckets()["Buckets"][0]["CreationDate"],
        Report={"Bucket": f"arn:aws:s3:::{REPORTS}", "Prefix": "mine"},
        Manifest={
            "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key"]},
            "Location": {"ObjectArn": f"arn:aws:s3:::{REPORTS}/m.csv", "ETag": "abc"},
        },
    )
    shown = json.loads(pipeline.run("backfill", "status", "f3cc4f60", "--json").stdout)
    assert (shown["backfill"], shown["objects"]["listed"]) == ("f3cc4f60", 3)


def test_what_is_no_backfill_is_said_in_one_line(pipeline, jobs):
    result = pipeline.run("backfill", "status", "nothing")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert pipeline.run("backfill", "status").exit_code == 1


def test_the_list_has_the_newest_first(pipeline, record):
    assert [one["backfill"] for one in json.loads(pipeline.run("backfill", "list", "--json").stdout)] == [record.id]
    assert record.id in pipeline.run("backfill", "list").stdout
