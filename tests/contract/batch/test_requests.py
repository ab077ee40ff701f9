"""What a client may ask of jobs, and what it is answered when that makes no sense."""

from xml.etree import ElementTree as ET

import pytest
import requests

from tests.support.batch import ACCOUNT, BUCKET, CSV, create, job, reaches
from tests.support.textract import error_of


def test_a_token_makes_one_job_however_often_it_is_sent(s3control, manifest) -> None:
    asked = {"Manifest": manifest(f"{BUCKET},a.pdf\n"), "ClientRequestToken": "once"}
    assert create(s3control, **asked) == create(s3control, **asked)
    code, _ = error_of(s3control.create_job, **job(**asked, Description="another"))
    assert code == "IdempotencyException"


def test_jobs_are_listed_by_status_and_page(s3control, manifest) -> None:
    described = manifest(f"{BUCKET},a.pdf\n")
    done = create(s3control, Manifest=described)
    waiting = create(s3control, Manifest=described, ConfirmationRequired=True)
    reaches(s3control, done)
    reaches(s3control, waiting, {"Suspended"})
    newest = s3control.list_jobs(AccountId=ACCOUNT, MaxResults=1)
    oldest = s3control.list_jobs(AccountId=ACCOUNT, MaxResults=1, NextToken=newest["NextToken"])
    assert [page["Jobs"][0]["JobId"] for page in (newest, oldest)] == [waiting, done]
    assert "NextToken" not in oldest
    (only,) = s3control.list_jobs(AccountId=ACCOUNT, JobStatuses=["Suspended", "Ready"])["Jobs"]
    assert (only["JobId"], only["Operation"]) == (waiting, "LambdaInvoke")


def test_a_jobs_priority_can_be_changed(s3control, manifest) -> None:
    job_id = create(s3control, Manifest=manifest(f"{BUCKET},a.pdf\n"), ConfirmationRequired=True)
    s3control.update_job_priority(AccountId=ACCOUNT, JobId=job_id, Priority=99)
    assert reaches(s3control, job_id, {"Suspended"})["Priority"] == 99


MANIFEST = {
    "Spec": {"Format": CSV, "Fields": ["Bucket", "Key"]},
    "Location": {"ObjectArn": "arn:aws:s3:::reports/manifest.csv", "ETag": "x"},
}

TWO_SUFFIXES = {
    "SourceBucket": "arn:aws:s3:::archive",
    "EnableManifestOutput": False,
    "Filter": {"KeyNameConstraint": {"MatchAnyPrefix": ["a/"], "MatchAnySuffix": [".pdf", ".png"]}},
}
ROLE_IS_NO_ARN = (
    "1 validation error detected: Value 'x' at 'roleArn' failed to satisfy constraint: "
    r"Member must satisfy regular expression pattern: arn:[^:]+:iam::\d{12}:role/.*"
)


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({}, "InvalidRequest", "A job needs either Manifest or ManifestGenerator"),
        (
            {"Manifest": {**MANIFEST, "Spec": {"Format": CSV}}},
            "InvalidRequest",
            "Fields of a CSV manifest must have Bucket and Key",
        ),
        (
            {"ManifestGenerator": {"S3JobManifestGenerator": TWO_SUFFIXES}},
            "InvalidRequest",
            "MatchAnySuffix takes one string",
        ),
        (
            {"Manifest": MANIFEST, "Report": {"Enabled": True}},
            "InvalidRequest",
            "An enabled Report needs Bucket, Format, ReportScope",
        ),
        (
            {"Manifest": MANIFEST, "Operation": {"LambdaInvoke": {"FunctionArn": "f", "UserArguments": {"a": "b"}}}},
            "InvalidRequest",
            "UserArguments need InvocationSchemaVersion 2.0",
        ),
        (
            {"Manifest": MANIFEST, "RoleArn": "x"},
            "InvalidRequest",
            ROLE_IS_NO_ARN,
        ),
        (
            {"Manifest": MANIFEST, "Operation": {"S3DeleteObjectTagging": {}}},
            "UnsupportedOperationException",
            "The local S3 Batch Operations has LambdaInvoke, not S3DeleteObjectTagging",
        ),
    ],
)
def test_a_job_that_makes_no_sense_is_refused(s3control, changes, code: str, message: str) -> None:
    assert error_of(s3control.create_job, **job(**changes)) == (code, message)


def test_a_job_that_is_not_there_and_an_operation_that_is_not_here_say_so(s3control) -> None:
    assert error_of(s3control.describe_job, AccountId=ACCOUNT, JobId="12345")[0] == "NoSuchJob"
    assert error_of(s3control.get_job_tagging, AccountId=ACCOUNT, JobId="12345")[0] == "UnsupportedOperationException"


@pytest.mark.usefixtures("s3control")
def test_an_error_is_xml_whatever_of_the_request_it_repeats(batch_host) -> None:
    reply = requests.get(f"{batch_host.url}/%01%7F%EF%BF%BF", timeout=10)
    assert (
        ET.fromstring(reply.content).findtext("Error/Message", "").startswith("GET /\ufffd\x7f\ufffd is no operation")
    )


def test_a_time_whose_offset_is_beyond_any_is_refused(batch_host, s3control) -> None:
    told: list[str] = []
    s3control.meta.events.register("before-send.s3-control", lambda request, **_: told.append(request.body.decode()))
    source = {"SourceBucket": "arn:aws:s3:::documents", "EnableManifestOutput": False}
    made_after = {"Filter": {"CreatedAfter": "2026-11-28T00:00:00Z"}}
    generator = {"S3JobManifestGenerator": source | made_after}
    s3control.create_job(**job(ManifestGenerator=generator))
    body = told[0].replace("T00:00:00Z", "T00:00:00+4294967295:00")
    reply = requests.post(f"{batch_host.url}/v20180820/jobs", body, headers={"x-amz-account-id": ACCOUNT}, timeout=10)
    assert (reply.status_code, ET.fromstring(reply.content).findtext("Error/Code")) == (400, "InvalidRequest")
