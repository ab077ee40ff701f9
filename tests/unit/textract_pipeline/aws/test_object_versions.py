"""Every version of an object is deleted, with any characters in its key."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from tests.support.listings import encode_keys
from textract_pipeline.aws import clients, object_versions

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "documents"
KEYS = ("plain.pdf", "a\x1b[31m.pdf", "a\x00b", "a\ufffe\uffffb", "a\tb", "a\nb", "a\rb", "a&<b>", "\u202egnp.exe", "é")


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator["S3Client"]:
    """A versioned bucket in which each key was uploaded twice and deleted once."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    encode_keys(monkeypatch)
    clients.s3.cache_clear()
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        for key in KEYS:
            client.put_object(Bucket=BUCKET, Key=key, Body=b"first")
            client.put_object(Bucket=BUCKET, Key=key, Body=b"second")
            client.delete_object(Bucket=BUCKET, Key=key)
        yield client
    clients.s3.cache_clear()


@pytest.mark.usefixtures("s3")
def test_all_versions_go_though_xml_cannot_hold_every_key() -> None:
    found = list(object_versions.list_versions(BUCKET, ""))
    assert sorted({version.key for version in found}) == sorted(KEYS)
    assert len(found) == 3 * len(KEYS)
    object_versions.delete(BUCKET, found)
    assert list(object_versions.list_versions(BUCKET, "")) == []


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize("key", KEYS)
def test_the_versions_of_one_key_go_and_the_others_stay(key: str) -> None:
    object_versions.delete(BUCKET, object_versions.list_versions(BUCKET, key))
    assert {version.key for version in object_versions.list_versions(BUCKET, "")} == {*KEYS} - {key}
