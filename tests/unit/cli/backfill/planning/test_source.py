"""What can be the source of a backfill."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import click
import pytest
import time_machine
from botocore.exceptions import ClientError

from cli.backfill.manifest import ManifestError, Row
from cli.backfill.planning.source import Filters, find_source
from cli.target import TargetError
from tests.unit.cli.conftest import BUCKET
from textract_pipeline.aws import clients


def put(key: str, body: bytes = b"body") -> None:
    clients.s3().put_object(Bucket=BUCKET, Key=key, Body=body)


def keys(name: str, **filters) -> list[str]:
    return [row.key for row in find_source(name, Filters(**filters)).rows()]


def put_inventory(schema: str, row: str) -> None:
    put("inventory/1.csv.gz", gzip.compress(row.encode()))
    manifest = {"destinationBucket": f"arn:aws:s3:::{BUCKET}", "fileFormat": "CSV", "fileSchema": schema}
    put("inventory/manifest.json", json.dumps(manifest | {"files": [{"key": "inventory/1.csv.gz"}]}).encode())


def test_a_bucket_is_listed_with_what_the_listing_tells(pipeline):
    put("a b+c.pdf")
    source = find_source(BUCKET)
    assert source.name == f"s3://{BUCKET}/"
    assert source.manifest is None
    (row,) = source.rows()
    assert row == Row(BUCKET, "a b+c.pdf", None, "841a2d689ad86bd1611447453c22c6fc", 4, "STANDARD")


@pytest.mark.parametrize("name", [BUCKET, f"s3://{BUCKET}", f"s3://{BUCKET}/"])
def test_a_bucket_may_be_named_in_several_ways(pipeline, name):
    put("a.pdf")
    assert keys(name) == ["a.pdf"]


def test_a_listing_goes_on_from_page_to_page(pipeline):
    for number in range(7):
        put(f"{number}")
    clients.s3().meta.events.register(
        "provide-client-params.s3.ListObjectsV2", lambda params, **_: params.update(MaxKeys=2)
    )
    assert keys(BUCKET) == [*"0123456"]


def test_a_part_of_a_bucket_is_a_prefix(pipeline):
    for key in ("2019/a.pdf", "2019/b.pdf", "2020/c.pdf"):
        put(key)
    assert keys(f"s3://{BUCKET}/2019/") == keys(BUCKET, prefix="2019/") == ["2019/a.pdf", "2019/b.pdf"]


def test_suffixes_fit_in_any_case(pipeline):
    for key in ("a.PDF", "b.tif", "c.docx"):
        put(key)
    assert keys(BUCKET, suffixes=(".pdf", ".tif")) == ["a.PDF", "b.tif"]


def test_sizes_and_times_have_bounds(pipeline):
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    for hours in range(4):
        with time_machine.travel(noon + timedelta(hours=hours), tick=False):
            put(f"{hours}.pdf", bytes(hours + 1))
    assert keys(BUCKET, min_size=2, max_size=3) == ["1.pdf", "2.pdf"]
    hour = timedelta(hours=1)
    assert keys(BUCKET, after=noon + hour, before=noon + 3 * hour) == ["1.pdf", "2.pdf"]


def test_what_the_console_makes_of_a_folder_is_no_object(pipeline):
    put("folder/", b"")
    put("folder/empty.pdf", b"")
    assert keys(BUCKET) == ["folder/empty.pdf"]


def test_a_csv_file_is_a_manifest(pipeline, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("b,a%2B1.pdf,v1\n", encoding="utf-8")
    source = find_source(str(path))
    assert list(source.rows()) == list(source.rows()) == [Row("b", "a+1.pdf", "v1")]
    assert source.manifest is None


@pytest.mark.parametrize(
    ("line", "fields"), [(b"b,a\n", ("Bucket", "Key")), (b"b,a,v\n", ("Bucket", "Key", "VersionId"))]
)
def test_a_csv_in_s3_can_be_used_as_it_is(pipeline, line, fields):
    put("lists/m.csv", line)
    source = find_source(f"s3://{BUCKET}/lists/m.csv")
    assert source.manifest
    assert (source.manifest.key, source.manifest.fields) == ("lists/m.csv", fields)
    assert [row.key for row in source.rows()] == ["a"]


def test_an_inventory_can_be_used_as_it_is(pipeline):
    put_inventory("Bucket, Key, Size", "b,a%20b,7\n")
    source = find_source(f"s3://{BUCKET}/inventory/manifest.json")
    assert source.manifest
    assert source.manifest.format == "S3InventoryReport_CSV_20161130"
    assert list(source.rows()) == [Row("b", "a b", size_bytes=7)]


def test_an_inventory_of_all_versions_cannot_since_earlier_ones_would_be_processed(pipeline):
    put_inventory("Bucket, Key, VersionId, IsLatest", "b,a,v2,true\nb,a,v1,false\n")
    source = find_source(f"s3://{BUCKET}/inventory/manifest.json")
    assert source.manifest is None
    assert list(source.rows()) == [Row("b", "a")]
    assert list(source.handwriting.kinds) == ["older versions, which are left out"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere.csv", "There is no file nowhere.csv"),
        ("My Bucket", "My Bucket is neither a bucket nor a file"),
        ("s3:///key", "s3:///key is neither a bucket nor a file"),
        ("./nowhere/list", "There is no file ./nowhere/list"),
        ("s3://documents/gone.csv", "gone.csv cannot be read: there is no such object"),
        ("s3://no-such-bucket/a.csv", "a.csv cannot be read"),
    ],
)
def test_a_manifest_that_is_not_there_is_said_in_a_line(pipeline, name, message):
    with pytest.raises(ManifestError) as raised:
        find_source(name)
    assert message in raised.value.message
    assert "\n" not in raised.value.message


def test_a_csv_in_s3_with_other_columns_is_refused(pipeline):
    put("m.csv", b"b,a,v,x\n")
    with pytest.raises(ManifestError, match=r"Row 1 of s3://documents/m\.csv has 4 columns"):
        find_source(f"s3://{BUCKET}/m.csv")


def test_a_bucket_that_is_not_there_is_said_in_a_line(pipeline):
    with pytest.raises(
        TargetError, match="The bucket no-such-bucket cannot be listed: The specified bucket does not exist"
    ):
        list(find_source("no-such-bucket").rows())


def test_a_bucket_that_may_not_be_listed_is_said_in_a_line(pipeline, monkeypatch):
    def refuse(*_, **__):
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}, "ListObjectsV2")

    monkeypatch.setattr(clients.s3(), "_make_api_call", refuse)
    with pytest.raises(TargetError, match="The bucket documents cannot be listed: Access Denied"):
        list(find_source(BUCKET).rows())


def test_a_manifest_is_not_filtered(pipeline, tmp_path):
    path = tmp_path / "m.csv"
    path.write_text("b,a\n", encoding="utf-8")
    with pytest.raises(click.UsageError, match="only a bucket can be filtered"):
        find_source(str(path), Filters(min_size=1))


def test_two_prefixes_are_one_too_many(pipeline):
    with pytest.raises(click.UsageError, match="already has a prefix"):
        find_source(f"s3://{BUCKET}/2019/", Filters("2020/"))
