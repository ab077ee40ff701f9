"""What happens to a job: its function is invoked for every task; failures, cancellation, and the report."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Response

from tests.support.batch import ACCOUNT, BUCKET, FUNCTION, create, job, reaches, reply, report_rows
from tests.support.textract import error_of


def test_schema_1_0_names_the_bucket_by_arn(s3control, function, manifest) -> None:
    job_id = create(s3control, Manifest=manifest(f"{BUCKET},a+b.pdf\n"))
    reaches(s3control, job_id)
    (event,) = function.events
    expected = json.loads(Path("tests/events/batch_operations_1_0.json").read_text())
    assert event.keys() == expected.keys()
    assert event["tasks"][0].keys() == expected["tasks"][0].keys()
    assert event["job"] == {"id": job_id}
    assert event["tasks"][0]["s3BucketArn"] == f"arn:aws:s3:::{BUCKET}"
    assert event["tasks"][0]["s3Key"] == "a+b.pdf"
    assert event["tasks"][0]["s3VersionId"] is None


def test_schema_2_0_names_the_bucket_and_passes_the_users_arguments(s3control, function, manifest) -> None:
    invoke = {"FunctionArn": FUNCTION, "InvocationSchemaVersion": "2.0", "UserArguments": {"origin": "archive"}}
    job_id = create(s3control, Manifest=manifest(f"{BUCKET},a.pdf\n"), Operation={"LambdaInvoke": invoke})
    assert reaches(s3control, job_id)["Operation"]["LambdaInvoke"] == invoke
    (event,) = function.events
    assert event["job"] == {"id": job_id, "userArguments": {"origin": "archive"}}
    assert event["tasks"][0]["s3Bucket"] == BUCKET


def test_a_job_to_be_confirmed_waits_with_its_tasks_counted(s3control, function, manifest) -> None:
    job_id = create(s3control, Manifest=manifest(f"{BUCKET},a.pdf\n"), ConfirmationRequired=True)
    waiting = reaches(s3control, job_id, {"Suspended"})
    assert waiting["ProgressSummary"]["TotalNumberOfTasks"] == 1
    assert waiting["SuspendedDate"]
    assert function.events == []
    updated = s3control.update_job_status(AccountId=ACCOUNT, JobId=job_id, RequestedJobStatus="Ready")
    assert updated["JobId"] == job_id
    assert reaches(s3control, job_id)["Status"] == "Complete"


def test_a_job_may_be_cancelled_before_it_is_confirmed(s3control, function, manifest) -> None:
    job_id = create(s3control, Manifest=manifest(f"{BUCKET},a.pdf\n"), ConfirmationRequired=True)
    reaches(s3control, job_id, {"Suspended"})
    asked = {"AccountId": ACCOUNT, "JobId": job_id, "RequestedJobStatus": "Cancelled", "StatusUpdateReason": "too dear"}
    assert s3control.update_job_status(**asked)["Status"] == "Cancelled"
    assert s3control.describe_job(AccountId=ACCOUNT, JobId=job_id)["Job"]["StatusUpdateReason"] == "too dear"
    code, message = error_of(s3control.update_job_status, **asked | {"RequestedJobStatus": "Ready"})
    assert code == "JobStatusException"
    assert message == f"Job {job_id} is Cancelled: it cannot become Ready"
    assert function.events == []


def test_a_cancelled_job_stops_and_reports_the_tasks_that_were_run(s3control, s3, function, manifest) -> None:
    gate = threading.Event()
    has_begun = threading.Event()

    def answer(event: Any) -> Any:
        has_begun.set()
        return gate.wait(10) and reply(event, "Succeeded")

    function.answer = answer
    job_id = create(s3control, Manifest=manifest("".join(f"{BUCKET},{number}.pdf\n" for number in range(100))))
    assert has_begun.wait(10)
    asked = {"AccountId": ACCOUNT, "JobId": job_id, "RequestedJobStatus": "Cancelled"}
    assert s3control.update_job_status(**asked)["Status"] == "Cancelling"
    gate.set()
    ended = reaches(s3control, job_id)
    assert ended["Status"] == "Cancelled"
    assert 0 < ended["ProgressSummary"]["NumberOfTasksSucceeded"] < 100
    assert len(report_rows(s3, job_id)["succeeded"]) == ended["ProgressSummary"]["NumberOfTasksSucceeded"]


def test_a_job_whose_function_takes_its_time_keeps_no_other_waiting(s3control, function, manifest) -> None:
    gate = threading.Event()

    def answer(event: dict[str, Any]) -> dict[str, Any]:
        assert event["tasks"][0]["s3Key"] == "quick.pdf" or gate.wait(10)
        return reply(event, "Succeeded")

    function.answer = answer
    slow = create(s3control, Manifest=manifest(f"{BUCKET},slow.pdf\n"))
    reaches(s3control, slow, {"Active"})
    assert reaches(s3control, create(s3control, Manifest=manifest(f"{BUCKET},quick.pdf\n")))["Status"] == "Complete"
    assert s3control.describe_job(AccountId=ACCOUNT, JobId=slow)["Job"]["Status"] == "Active"
    gate.set()
    assert reaches(s3control, slow)["Status"] == "Complete"


def test_a_temporary_failure_is_tried_again(s3control, function, manifest) -> None:
    def answer(event: dict[str, Any]) -> dict[str, Any]:
        return reply(event, "TemporaryFailure" if len(function.events) < 3 else "Succeeded")

    function.answer = answer
    job_id = create(s3control, Manifest=manifest(f"{BUCKET},a.pdf\n"))
    assert reaches(s3control, job_id)["ProgressSummary"]["NumberOfTasksSucceeded"] == 1
    assert len(function.events) == 3


@pytest.mark.parametrize(
    ("answer", "tries", "row"),
    [
        (lambda event: reply(event, "TemporaryFailure", "busy"), 6, ["200", "TemporaryFailure", "busy"]),
        (lambda event: reply(event, "PermanentFailure", "broken"), 1, ["200", "PermanentFailure", "broken"]),
        (
            lambda _: Response('{"errorMessage": "boom"}', headers={"X-Amz-Function-Error": "Unhandled"}),
            1,
            ["200", "PermanentFailure", 'Lambda returned function error: {"errorMessage": "boom"}'],
        ),
        (
            lambda event: {**reply(event, ""), "results": []},
            1,
            ["200", "PermanentFailure", "The function's reply does not name the task"],
        ),
    ],
)
def test_a_failed_task_is_reported_with_its_reason(s3control, s3, function, manifest, answer, tries, row) -> None:
    function.answer = answer
    scope = job()["Report"] | {"ReportScope": "FailedTasksOnly"}
    job_id = create(s3control, Manifest=manifest(f"{BUCKET},a.pdf\n"), Report=scope)
    ended = reaches(s3control, job_id)
    assert (ended["Status"], ended["ProgressSummary"]["NumberOfTasksFailed"]) == ("Complete", 1)
    assert report_rows(s3, job_id) == {"failed": [[BUCKET, "a.pdf", "", "failed", *row]]}
    assert len(function.events) == tries


def test_a_role_that_may_not_invoke_fails_each_task_at_once(s3control, s3, function, manifest) -> None:
    denied = {"Message": "not authorized to perform: lambda:InvokeFunction"}
    headers = {"x-amzn-ErrorType": "AccessDeniedException"}
    function.answer = lambda _: Response(json.dumps(denied), status=403, headers=headers)
    job_id = create(s3control, Manifest=manifest(f"{BUCKET},a.pdf\n"))
    reaches(s3control, job_id)
    ((*_, status, code, message),) = report_rows(s3, job_id)["failed"]
    assert (status, code) == ("403", "PermanentFailure")
    assert "lambda:InvokeFunction" in message
    assert len(function.events) == 1


def test_a_job_fails_when_more_than_half_of_a_thousand_tasks_have(s3control, s3, function, manifest) -> None:
    function.answer = lambda event: reply(event, "PermanentFailure", "broken")
    job_id = create(s3control, Manifest=manifest("".join(f"{BUCKET},{number}.pdf\n" for number in range(1100))))
    ended = reaches(s3control, job_id)
    assert ended["Status"] == "Failed"
    assert ended["FailureReasons"][0]["FailureCode"] == "FailureThresholdExceeded"
    failed = ended["ProgressSummary"]["NumberOfTasksFailed"]
    assert 1000 <= failed < 1100
    assert len(report_rows(s3, job_id)["failed"]) == failed


def test_a_report_that_cannot_be_written_fails_the_job(s3control, manifest) -> None:
    report = job()["Report"] | {"Bucket": "arn:aws:s3:::nowhere"}
    failed = reaches(s3control, create(s3control, Manifest=manifest(f"{BUCKET},a.pdf\n"), Report=report))
    assert failed["Status"] == "Failed"
    assert "s3://nowhere/backfill/" in failed["FailureReasons"][0]["FailureReason"]


def test_jobs_outlive_the_process(s3control, manifest, restart) -> None:
    waiting = create(s3control, Manifest=manifest(f"{BUCKET},a.pdf\n"), ConfirmationRequired=True)
    reaches(s3control, waiting, {"Suspended"})
    restart()
    s3control.update_job_status(AccountId=ACCOUNT, JobId=waiting, RequestedJobStatus="Ready")
    assert reaches(s3control, waiting)["Status"] == "Complete"


@pytest.mark.parametrize("interrupted_in", ["Preparing", "Active", "Completing"])
def test_a_job_that_was_interrupted_is_run_from_its_start(
    s3control, s3, manifest, restart, tmp_path, interrupted_in: str
) -> None:
    job_id = create(s3control, Manifest=manifest(f"{BUCKET},a.pdf\n{BUCKET},b.pdf\n"), ConfirmationRequired=True)
    reaches(s3control, job_id, {"Suspended"})
    file = tmp_path / f"{job_id}.json"
    kept = json.loads(file.read_text())
    kept["request"]["ConfirmationRequired"] = False
    file.write_text(json.dumps(kept | {"status": interrupted_in, "succeeded": 1}))
    restart()
    ended = reaches(s3control, job_id)
    assert (ended["Status"], ended["ProgressSummary"]["NumberOfTasksSucceeded"]) == ("Complete", 2)
    assert len(report_rows(s3, job_id)["succeeded"]) == 2
