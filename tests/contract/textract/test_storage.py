"""What the local Textract makes of S3's refusals and failures."""

import os
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from local.servers import free_port
from local.textract.exceptions import (
    AccessDeniedError,
    InternalServerError,
    InvalidKMSKeyError,
    InvalidS3ObjectError,
    TextractError,
)
from local.textract.jobs.storage import OutputFolder, S3Object, Storage, s3_client
from tests.support.textract import SESSION

DOCUMENT = S3Object("documents", "a.pdf")
OUTPUT = OutputFolder("documents", "textract_output/job", None)


@pytest.fixture
def stubbed() -> Any:
    """Storage, and the stub of its S3."""
    client = SESSION.client("s3")
    with Stubber(client) as stubber:
        yield Storage(client), stubber


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("403", 403, InvalidS3ObjectError),
        ("404", 404, InvalidS3ObjectError),
        ("PermanentRedirect", 301, InvalidS3ObjectError),
        ("SlowDown", 503, InternalServerError),
    ],
)
def test_a_document_that_may_not_be_read_is_told_from_an_s3_that_fails(
    stubbed, code: str, status: int, expected: type[TextractError]
) -> None:
    storage, stubber = stubbed
    for operation, read in (("head_object", storage.size), ("get_object", storage.read)):
        stubber.add_client_error(operation, code, http_status_code=status)
        with pytest.raises(expected):
            read(DOCUMENT)


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("AccessDenied", 403, AccessDeniedError),
        ("NoSuchBucket", 404, InvalidS3ObjectError),
        ("KMS.NotFoundException", 400, InvalidKMSKeyError),
        ("InternalError", 500, InternalServerError),
    ],
)
def test_results_that_may_not_be_written_say_why(
    stubbed, code: str, status: int, expected: type[TextractError]
) -> None:
    storage, stubber = stubbed
    stubber.add_client_error("put_object", code, http_status_code=status)
    with pytest.raises(expected):
        storage.write(OUTPUT, "1", b"{}")


def test_an_endpoint_needs_no_credentials_and_one_that_does_not_answer_is_named(monkeypatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    storage = Storage(s3_client(boto3.Session(region_name="us-east-1"), f"http://127.0.0.1:{free_port()}"))
    with pytest.raises(InvalidS3ObjectError, match="Could not connect to the endpoint URL"):
        storage.size(S3Object("documents", "a.pdf"))
