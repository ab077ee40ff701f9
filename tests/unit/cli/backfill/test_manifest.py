"""Manifests are read and written row by row, with any keys."""

import gzip
import json
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.backfill.manifest import (
    CSV_FORMAT,
    INVENTORY_FORMAT,
    ManifestError,
    ManifestLocation,
    Row,
    inventory_fields,
    parse_csv,
    read_rows,
    write_rows,
)
from tests.unit.cli.conftest import BUCKET
from textract_pipeline.aws import clients

AWKWARD = st.text(st.sampled_from("+ %,\"'\n\r\t/é€😀aB0&?=#\\"), min_size=1)
KEYS = st.one_of(AWKWARD, st.text(st.characters(exclude_categories=["Cs"]), min_size=1))


def written(*rows: Row) -> str:
    file = StringIO(newline="")
    assert write_rows(rows, file) == len(rows)
    return file.getvalue()


def parsed(text: str, fields: tuple[str, ...] = ()) -> list[Row]:
    return list(parse_csv(StringIO(text, newline=""), "manifest.csv", fields))


def stored(name: str, body: bytes, manifest_format=CSV_FORMAT, fields=("Bucket", "Key")) -> ManifestLocation:
    etag = clients.s3().put_object(Bucket=BUCKET, Key=name, Body=body)["ETag"].strip('"')
    return ManifestLocation(manifest_format, BUCKET, name, etag, fields=fields)


def inventory(rows: str, schema: str, file_format: str = "CSV") -> ManifestLocation:
    clients.s3().put_object(Bucket=BUCKET, Key="inventory/data/1.csv.gz", Body=gzip.compress(rows.encode()))
    manifest = {
        "destinationBucket": f"arn:aws:s3:::{BUCKET}",
        "fileFormat": file_format,
        "fileSchema": schema,
        "files": [{"key": "inventory/data/1.csv.gz"}],
    }
    return stored("inventory/manifest.json", json.dumps(manifest).encode(), INVENTORY_FORMAT, ())


@given(st.lists(st.builds(Row, st.just("bucket"), KEYS)))
def test_what_is_written_is_read_whatever_the_keys(rows):
    assert parsed(written(*rows)) == rows


@given(st.lists(st.builds(Row, st.just("bucket"), KEYS, st.text("abc.0_", min_size=1)), min_size=1))
def test_versions_are_written_where_there_are_any(rows):
    assert parsed(written(*rows)) == rows


def test_a_written_key_is_url_encoded_as_s3_reads_it():
    assert written(Row("bucket", "a+b c/é.pdf")) == "bucket,a%2Bb%20c/%C3%A9.pdf\n"


def test_a_plus_is_a_space_and_an_encoded_plus_a_plus():
    assert parsed("bucket,a+b%2Bc%20d.pdf\n") == [Row("bucket", "a b+c d.pdf")]


@pytest.mark.parametrize("versions", [("v1", None), (None, "v1")])
def test_versions_of_some_objects_only_are_refused(versions):
    with pytest.raises(ManifestError, match="Row 2 has"):
        written(*[Row("bucket", "key", version) for version in versions])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bucket,a\nbucket\n", "Row 2 of manifest.csv has 1 columns"),
        ("bucket,a\nbucket,b,v,more\n", "Row 2 of manifest.csv has 4 columns"),
        ("bucket,a\n,b\n", "Row 2 of manifest.csv has no bucket or no key"),
        ("bucket,a\nbucket,%FF\n", "Row 2 of manifest.csv has a key that is not URL-encoded"),
        ('bucket,a\nbucket,"b\n', "cannot be read as a CSV of objects after row 1"),
    ],
)
def test_a_malformed_row_is_named_by_its_number(text, message):
    with pytest.raises(ManifestError, match=message):
        parsed(text)


def test_a_size_that_is_no_number_is_named_by_its_row():
    with pytest.raises(ManifestError, match=r"Row 1 of manifest\.csv"):
        parsed("bucket,a,many\n", ("Bucket", "Key", "Size"))


def test_columns_that_are_not_needed_may_stand_anywhere():
    rows = parsed("x,a.pdf,7,bucket,GLACIER\n", ("Ignore", "Key", "Size", "Bucket", "StorageClass"))
    assert rows == [Row("bucket", "a.pdf", size_bytes=7, storage_class="GLACIER")]


def test_a_csv_in_s3_is_read(pipeline):
    location = stored("m.csv", b"bucket,a%20b\n")
    assert list(read_rows(location)) == [Row("bucket", "a b")]


def test_a_manifest_that_was_replaced_is_refused(pipeline):
    location = stored("m.csv", b"bucket,a\n")
    stored("m.csv", b"bucket,b\n")
    with pytest.raises(ManifestError, match="has changed since the backfill was made from it"):
        next(read_rows(location))


def test_a_manifest_that_is_gone_is_named(pipeline):
    with pytest.raises(
        ManifestError, match=rf"s3://{BUCKET}/gone\.csv cannot be read: The specified key does not exist"
    ):
        next(read_rows(ManifestLocation(CSV_FORMAT, BUCKET, "gone.csv", "etag")))


def test_an_inventory_names_its_columns_and_lists_latest_versions_only(pipeline):
    rows = (
        '"b","a+b%2B","v2","true","false","9"',
        '"b","old","v1","false","false","9"',
        '"b","gone","v3","true","true",""',
    )
    location = inventory("\n".join(rows), "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size")
    assert inventory_fields(location) == ("Bucket", "Key", "VersionId", "IsLatest", "IsDeleteMarker", "Size")
    assert list(read_rows(location)) == [Row("b", "a b+", "v2", size_bytes=9)]


@pytest.mark.parametrize("file_format", ["ORC", "Parquet"])
def test_an_inventory_in_another_format_is_refused(pipeline, file_format):
    with pytest.raises(ManifestError, match=rf"is in {file_format}: S3 Batch Operations reads only CSV"):
        next(read_rows(inventory("", "struct<bucket:string>", file_format)))


NO_KEY = b'{"destinationBucket": "b", "fileSchema": "Bucket, Key", "fileFormat": "CSV", "files": [{"key": 1}]}'
DEEP = pytest.param(b"[" * 100_000, id="lists in lists")


@pytest.mark.parametrize("body", [b"bucket,key\n", b"{}", b"[]", b"null", b'{"fileSchema": 1}', b"\xff", NO_KEY, DEEP])
def test_a_file_that_is_no_inventory_is_refused(pipeline, body):
    with pytest.raises(ManifestError, match=r"is not the manifest\.json of an S3 Inventory report"):
        next(read_rows(stored("manifest.json", body, INVENTORY_FORMAT)))


def test_a_file_of_an_inventory_that_is_damaged_is_named(pipeline):
    location = inventory("b,a\n" * 1000, "Bucket, Key")
    damaged = gzip.compress(b"b,a\n" * 1000)[:-20]
    clients.s3().put_object(Bucket=BUCKET, Key="inventory/data/1.csv.gz", Body=damaged)
    with pytest.raises(ManifestError, match=r"1\.csv\.gz cannot be read"):
        list(read_rows(location))
