"""A backfill on the local cloud: existing documents enter through jobs of S3 Batch Operations."""

from typing import Any
from urllib.parse import quote_plus

import pytest

from cli.waiting import wait_until_ended
from tests.support.batch import CSV, INVENTORY, create, reaches, report_rows
from textract_pipeline.aws import clients

from .conftest import PROCESSING_SECONDS, RunningPipeline, pdf_of, png_of

IMAGES = {"scans/space bar.png": "Space", "scans/plus+sign.png": "Plus", "scans/Überschrift/日本.png": "Unicode"}


class Jobs:
    """The jobs that a test creates in a pipeline's stack, with its role and its function."""

    def __init__(self, pipeline: RunningPipeline) -> None:
        output = pipeline.target.output
        self.account = pipeline.target.account
        self.existing, self.reports = output("ExistingDocumentsBucketName"), output("InventoryAndLogsBucketName")
        self._role, self._function = output("S3BatchOperationsRoleArn"), output("S3BatchProcFunctionArn")

    def run(self, **listed: Any) -> tuple[dict[str, Any], dict[str, str]]:
        """A job over what is listed, once it has ended, and what its report says of each key."""
        report = {
            "Bucket": f"arn:aws:s3:::{self.reports}",
            "Prefix": "backfill",
            "Format": "Report_CSV_20180820",
            "Enabled": True,
            "ReportScope": "AllTasks",
        }
        operation = {"LambdaInvoke": {"FunctionArn": self._function}}
        changes = {"AccountId": self.account, "RoleArn": self._role, "Operation": operation, "Report": report}
        job_id = create(clients.s3control(), **changes, **listed)
        job = reaches(clients.s3control(), job_id, account=self.account, seconds=PROCESSING_SECONDS)
        rows = report_rows(clients.s3(), job_id, self.reports)
        return job, {row[1]: row[6] for status in rows.values() for row in status}

    def manifest(self, keys: list[str]) -> dict[str, Any]:
        """A CSV manifest of these keys."""
        body = "".join(f"{self.existing},{quote_plus(key, safe='/')}\n" for key in keys)
        etag = clients.s3().put_object(Bucket=self.reports, Key="manifest.csv", Body=body.encode())["ETag"]
        location = {"ObjectArn": f"arn:aws:s3:::{self.reports}/manifest.csv", "ETag": etag}
        return {"Spec": {"Format": CSV, "Fields": ["Bucket", "Key"]}, "Location": location}


@pytest.fixture
def jobs(pipeline: RunningPipeline) -> Jobs:
    return Jobs(pipeline)


def test_existing_documents_enter_by_a_manifest_and_the_report_says_what_became_of_each(
    pipeline: RunningPipeline, jobs: Jobs
):
    files = {key: png_of(text) for key, text in IMAGES.items()}
    files |= {"scans/letter.pdf": pdf_of("Letter"), "scans/notes.txt": b"Just text.\n"}
    for key, body in files.items():
        clients.s3().put_object(Bucket=jobs.existing, Key=key, Body=body)

    job, said = jobs.run(Manifest=jobs.manifest([*files, "scans/missing.png"]))

    counts = job["ProgressSummary"]
    assert (job["Status"], counts["NumberOfTasksSucceeded"], counts["NumberOfTasksFailed"]) == ("Complete", 5, 1)
    assert said["scans/missing.png"].startswith("OBJECT_MISSING: ")
    assert "UNSUPPORTED" in said["scans/notes.txt"]
    identifiers = [text.split(" as ")[1][:32] for text in said.values() if text.endswith("SUBMITTED")]
    states = wait_until_ended(identifiers, pipeline.target.documents, PROCESSING_SECONDS)
    texts = {state.key: pipeline.read(state, "text.txt") for state in states if state}
    assert texts == {key: f"{text}\n" for key, text in IMAGES.items()} | {"scans/letter.pdf": "Letter\n"}


def test_s3_lists_a_bucket_itself_and_its_list_is_an_inventory_that_registers_nothing_twice(jobs: Jobs):
    for key in ("listed/one.png", "listed/two.txt", "elsewhere/three.png"):
        clients.s3().put_object(Bucket=jobs.existing, Key=key, Body=png_of("Listed"))
    generator = {
        "SourceBucket": f"arn:aws:s3:::{jobs.existing}",
        "Filter": {"KeyNameConstraint": {"MatchAnyPrefix": ["listed/"], "MatchAnySuffix": [".png"]}},
        "EnableManifestOutput": True,
        "ManifestOutputLocation": {
            "Bucket": f"arn:aws:s3:::{jobs.reports}",
            "ManifestPrefix": "backfill",
            "ManifestFormat": "S3InventoryReport_CSV_20211130",
        },
    }
    job, first = jobs.run(ManifestGenerator={"S3JobManifestGenerator": generator})
    generated = {"Spec": {"Format": INVENTORY}, "Location": job["GeneratedManifestDescriptor"]["Location"]}
    _, second = jobs.run(Manifest=generated)

    assert first.keys() == second.keys() == {"listed/one.png"}
    assert first["listed/one.png"].startswith("registered as ")
    assert second["listed/one.png"].startswith("registered before as ")
