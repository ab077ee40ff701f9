"""The completion report of a job: a CSV of succeeded tasks, a CSV of failed tasks, and a manifest.json of the two.

Files and columns: S3 User Guide, "Examples: S3 Batch Operations completion reports", 2026-11. Its ReportSchema puts
ErrorCode before HTTPStatusCode, but its example rows have the HTTP status first: so do these.
"""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import BotoCoreError, ClientError

from local.batch.exceptions import JobFailedError
from local.batch.invocation import Outcome
from local.batch.manifest import Task, bucket_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3control.type_defs import JobReportTypeDef

SCHEMA = "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage"


def row(task: Task, outcome: Outcome) -> tuple[str, ...]:
    """A task's row."""
    status, code = ("succeeded", "") if outcome.succeeded else ("failed", outcome.code)
    return (*task, status, str(outcome.http_status), code, outcome.message)


def write_report(
    s3: "S3Client", report: "JobReportTypeDef", job_id: str, results: dict[str, Path], created_at: float
) -> None:
    """Write the files `results` (by task status) that `report` asks for; raises JobFailedError if S3 refuses."""
    if not report["Enabled"]:
        return
    wanted = ["failed"] if report["ReportScope"] == "FailedTasksOnly" else ["succeeded", "failed"]
    bucket = bucket_of(report["Bucket"])
    folder = "/".join(part for part in (report.get("Prefix", "").strip("/"), f"job-{job_id}") if part)
    try:
        entries = [
            _upload(s3, bucket, folder, status, results[status]) for status in wanted if results[status].stat().st_size
        ]
        manifest = {
            "Format": report["Format"],
            "ReportCreationDate": datetime.fromtimestamp(created_at, UTC).isoformat(timespec="milliseconds"),
            "Results": entries,
            "ReportSchema": SCHEMA,
        }
        s3.put_object(Bucket=bucket, Key=f"{folder}/manifest.json", Body=json.dumps(manifest).encode())
    except (ClientError, BotoCoreError, S3UploadFailedError) as error:
        raise JobFailedError("ReportNotWritten", f"Cannot write to s3://{bucket}/{folder}/: {error}") from error


def _upload(s3: "S3Client", bucket: str, folder: str, status: str, file: Path) -> dict[str, str]:
    with file.open("rb") as body:
        checksum = hashlib.file_digest(body, "md5").hexdigest()
    key = f"{folder}/results/{hashlib.sha1(f'{folder}/{status}'.encode(), usedforsecurity=False).hexdigest()}.csv"
    s3.upload_file(str(file), bucket, key)
    return {"TaskExecutionStatus": status, "Bucket": bucket, "MD5Checksum": checksum, "Key": key}
