"""An object under a response's prefix is part of the response only if it has a name that Textract gives."""

from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest
from moto import mock_aws

from textract_pipeline.aws import clients, objects
from textract_pipeline.document import Document, Lane
from textract_pipeline.names import Feature

BUCKET = "documents"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
DOCUMENT = Document("0" * 32, BUCKET, "long.pdf", "etag", 1, Lane.LIVE, (Feature.TEXT,), NOW, NOW)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    clients.s3.cache_clear()
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        yield
    clients.s3.cache_clear()


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize("name", ["²", "٣", "３", "1²", "007", "0", "-1", "1.0", "1_0", "1/../2", ""])
def test_only_a_number_in_ascii_digits_names_a_part_of_a_response(name: str) -> None:
    prefix = f"{DOCUMENT.output_prefix}response/job/"
    for part in ("1", "10", "2", name):
        clients.s3().put_object(Bucket=BUCKET, Key=prefix + part, Body=b'{"Blocks": []}')
    response = objects.job_response(DOCUMENT, "job")
    assert [part() for part in response.parts] == [{"Blocks": []}] * 3
