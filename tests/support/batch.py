"""Helpers for the tests of the local S3 Batch Operations: a job to create, its end and its report, and a function."""

import csv
import io
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/batch"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:s3batchproc"
BUCKET, REPORTS = "existing", "reports"
POLL_SECONDS = 0.01
CSV = "S3BatchOperations_CSV_20180820"
INVENTORY = "S3InventoryReport_CSV_20161130"
ENDED = {"Complete", "Failed", "Cancelled"}


class Function:
    """Lambda with one function, over HTTP. `answer` is called with each event; `events` has all of them."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.paths: set[str] = set()
        self.tokens: set[str | None] = set()
        self.answer: Callable[[dict[str, Any]], Any] = lambda event: reply(event, "Succeeded", "registered")

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        event = json.loads(request.get_data())
        self.events.append(event)
        self.paths.add(unquote(request.path))
        self.tokens.add(request.headers.get("X-Amz-Security-Token"))
        answer = self.answer(event)
        response = answer if isinstance(answer, Response) else Response(json.dumps(answer))
        return response(environ, start_response)

    @property
    def keys(self) -> list[str]:
        return sorted(event["tasks"][0]["s3Key"] for event in self.events)


def reply(event: dict[str, Any], code: str, text: str = "") -> dict[str, Any]:
    """A function's answer, with the same result for every task."""
    results = [{"taskId": task["taskId"], "resultCode": code, "resultString": text} for task in event["tasks"]]
    return {
        "invocationSchemaVersion": event["invocationSchemaVersion"],
        "treatMissingKeysAs": "PermanentFailure",
        "invocationId": event["invocationId"],
        "results": results,
    }


def job(**changes: Any) -> dict[str, Any]:
    """CreateJob's parameters, except for the manifest."""
    return {
        "AccountId": ACCOUNT,
        "Operation": {"LambdaInvoke": {"FunctionArn": FUNCTION}},
        "Report": {
            "Bucket": f"arn:aws:s3:::{REPORTS}",
            "Format": "Report_CSV_20180820",
            "Enabled": True,
            "Prefix": "backfill",
            "ReportScope": "AllTasks",
        },
        "Priority": 10,
        "RoleArn": ROLE,
        "ConfirmationRequired": False,
        **changes,
    }


def create(s3control: Any, **changes: Any) -> str:
    """Create a job; return its id."""
    return str(s3control.create_job(**job(**changes))["JobId"])


def reaches(
    s3control: Any, job_id: str, statuses: set[str] = ENDED, account: str = ACCOUNT, seconds: float = 10
) -> dict[str, Any]:
    """Wait until the job has one of the statuses; return the job."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        described: dict[str, Any] = s3control.describe_job(AccountId=account, JobId=job_id)["Job"]
        if described["Status"] in statuses:
            return described
        time.sleep(POLL_SECONDS)
    raise AssertionError(f"the job is {described['Status']} after {seconds:g} s")


def report_rows(s3: Any, job_id: str, bucket: str = REPORTS) -> dict[str, list[list[str]]]:
    """The rows of the completion report, by task status."""
    manifest = json.load(s3.get_object(Bucket=bucket, Key=f"backfill/job-{job_id}/manifest.json")["Body"])
    rows = {}
    for result in manifest["Results"]:
        body = s3.get_object(Bucket=result["Bucket"], Key=result["Key"])["Body"].read().decode()
        rows[result["TaskExecutionStatus"]] = list(csv.reader(io.StringIO(body)))
    return rows
