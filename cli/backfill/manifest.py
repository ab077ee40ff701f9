"""The manifests of a backfill: which objects it is to bring in. Read and written row by row, whatever their length.

Formats: S3 User Guide, "Specifying a manifest" and "Amazon S3 Inventory list", 2026-11. Keys are URL-encoded in both: a
space is `+` or `%20`, a plus `%2B`.
"""

import csv
import gzip
import json
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING, Literal, cast
from urllib.parse import quote, unquote_plus

import click
from botocore.exceptions import ClientError

from textract_pipeline.aws import clients

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef
    from mypy_boto3_s3control.type_defs import JobDescriptorTypeDef, JobManifestLocationTypeDef, JobManifestTypeDef

CSV_FORMAT: Literal["S3BatchOperations_CSV_20180820"] = "S3BatchOperations_CSV_20180820"
INVENTORY_FORMAT: Literal["S3InventoryReport_CSV_20161130"] = "S3InventoryReport_CSV_20161130"


class ManifestError(click.ClickException):
    """A manifest cannot be read, or is none."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a manifest; its key is decoded. A manifest need not know more than bucket and key."""

    bucket: str
    key: str
    version_id: str | None = None
    etag: str | None = None
    size_bytes: int | None = None
    storage_class: str | None = None


@dataclass(frozen=True, slots=True)
class ManifestLocation:
    """A manifest in S3, as S3 Batch Operations is told of it; `fields` are the columns of a CSV."""

    format: Literal["S3BatchOperations_CSV_20180820", "S3InventoryReport_CSV_20161130"]
    bucket: str
    key: str
    etag: str
    version_id: str | None = None
    fields: tuple[str, ...] = ()

    @property
    def uri(self) -> str:
        """For messages to people."""
        return f"s3://{self.bucket}/{self.key}"

    @property
    def parameters(self) -> "JobManifestTypeDef":
        """CreateJob's Manifest."""
        location = {"ObjectArn": f"arn:aws:s3:::{self.bucket}/{self.key}", "ETag": self.etag}
        if self.version_id:
            location["ObjectVersionId"] = self.version_id
        spec = {"Format": self.format, "Fields": list(self.fields)} if self.fields else {"Format": self.format}
        return cast("JobManifestTypeDef", {"Spec": spec, "Location": location})

    @classmethod
    def of_job(cls, job: "JobDescriptorTypeDef") -> "ManifestLocation | None":
        """The manifest of a job, its own or the one that S3 generated for it; None while there is none."""
        manifest, generated = job.get("Manifest"), job.get("GeneratedManifestDescriptor")
        if manifest:
            return _located(manifest["Spec"]["Format"], manifest["Location"], manifest["Spec"].get("Fields", ()))
        return _located(generated["Format"], generated["Location"]) if generated and "Location" in generated else None


def _located(
    manifest_format: str, location: "JobManifestLocationTypeDef", fields: Sequence[str] = ()
) -> ManifestLocation:
    bucket, _, key = location["ObjectArn"].split(":::", 1)[-1].partition("/")
    return ManifestLocation(
        CSV_FORMAT if manifest_format == CSV_FORMAT else INVENTORY_FORMAT,  # as which S3 writes what it generates
        bucket,
        key,
        location["ETag"].strip('"'),
        location.get("ObjectVersionId"),
        tuple(fields),
    )


def read_rows(location: ManifestLocation) -> Iterator[Row]:
    """The manifest's rows in its order; raises ManifestError where it is missing, has changed or is malformed."""
    with _downloaded(location.bucket, location.key, location.etag, location.version_id) as body:
        if location.format == CSV_FORMAT:
            yield from parse_csv(TextIOWrapper(body, encoding="utf-8", newline=""), location.uri, location.fields)
            return
        inventory = _inventory(body, location.uri)
    for key in inventory.files:
        with _downloaded(inventory.bucket, key) as body, gzip.open(body) as rows:
            text = TextIOWrapper(cast("IO[bytes]", rows), encoding="utf-8", newline="")
            yield from parse_csv(text, f"s3://{inventory.bucket}/{key}", inventory.fields)


def inventory_fields(location: ManifestLocation) -> tuple[str, ...]:
    """The columns of an S3 Inventory report; raises ManifestError where it is none, or none in CSV."""
    with _downloaded(location.bucket, location.key, location.etag, location.version_id) as body:
        return tuple(_inventory(body, location.uri).fields)


def parse_csv(file: IO[str], name: str, fields: Sequence[str] = ()) -> Iterator[Row]:
    """The rows of a CSV manifest; without `fields`, its columns are Bucket, Key and perhaps VersionId.

    Rows of an inventory that are no object (delete markers, earlier versions) are left out. Raises ManifestError.
    """
    number = 0
    try:
        for number, values in enumerate(csv.reader(file, strict=True), start=1):
            if number == 1 and values and values[0].startswith("\ufeff"):
                raise ManifestError(f"{name} begins with a byte order mark: save it as UTF-8 without one.")
            columns = fields or ("Bucket", "Key", "VersionId")[: len(values)]
            if len(values) != len(columns) or not {"Bucket", "Key"} <= set(columns):
                wanted = ", ".join(fields) or "Bucket, Key and perhaps VersionId"
                raise ManifestError(f"Row {number} of {name} has {len(values)} columns; a manifest has {wanted}.")
            row = dict(zip(columns, values, strict=True))
            if row.get("IsDeleteMarker") != "true" and row.get("IsLatest") != "false":
                yield _row(row, f"Row {number} of {name}")
    except (csv.Error, UnicodeDecodeError, OSError, EOFError, zlib.error) as error:
        raise ManifestError(f"{name} cannot be read as a CSV of objects after row {number}: {error}.") from error


def write_rows(rows: Iterable[Row], file: IO[str]) -> int:
    """Write a manifest of the rows' buckets and keys, and of their versions where the first has one; how many.

    Raises ManifestError where some rows have a version and some have none: S3 Batch Operations takes no such manifest.
    """
    writer, number, with_versions = csv.writer(file, lineterminator="\n"), 0, False
    for number, row in enumerate(rows, start=1):
        if number == 1:
            with_versions = row.version_id is not None
        if with_versions != (row.version_id is not None):
            raise ManifestError(
                f"Row {number} has {'no' if with_versions else 'a'} version, unlike those before it: a manifest names"
                ' the versions of all its objects ("null" where a bucket kept none) or of none.'
            )
        versions = (row.version_id,) if with_versions else ()
        writer.writerow((row.bucket, quote(row.key, safe="/"), *versions))
    return number


def _row(row: Mapping[str, str], name: str) -> Row:
    size = row.get("Size")
    if not row["Bucket"] or not row["Key"]:
        raise ManifestError(f"{name} names no bucket or no key.")
    try:
        return Row(
            row["Bucket"],
            unquote_plus(row["Key"], errors="strict"),
            row.get("VersionId") or None,
            row.get("ETag") or None,
            int(size) if size else None,
            row.get("StorageClass") or None,
        )
    except ValueError as error:
        raise ManifestError(f"{name} has a key that is not URL-encoded UTF-8, or a size that is no number.") from error


@dataclass(frozen=True, slots=True)
class _Inventory:
    bucket: str
    fields: Sequence[str]
    files: Sequence[str]


def _inventory(body: IO[bytes], name: str) -> _Inventory:
    try:
        manifest = json.load(body)
        fields = [field.strip() for field in manifest["fileSchema"].split(",")]
        bucket = manifest["destinationBucket"].rpartition(":")[2]
        inventory = _Inventory(bucket, fields, [file["key"] for file in manifest["files"]])
        file_format = manifest["fileFormat"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ManifestError(f"{name} is not the manifest.json of an S3 Inventory report ({error!r}).") from error
    if file_format != "CSV":
        raise ManifestError(f"The inventory {name} is in {file_format}: S3 Batch Operations reads those in CSV only.")
    return inventory


@contextmanager
def _downloaded(bucket: str, key: str, etag: str | None = None, version_id: str | None = None) -> Iterator[IO[bytes]]:
    """An object's content, in a file of this machine: S3 would not wait while its rows are worked on one by one."""
    request: GetObjectRequestTypeDef = {"Bucket": bucket, "Key": key}
    if version_id:
        request["VersionId"] = version_id
    try:
        answer = clients.s3().get_object(**request)
    except ClientError as error:
        why = error.response["Error"]["Message"].rstrip(".")
        raise ManifestError(f"s3://{bucket}/{key} cannot be read: {why}.") from error
    if etag and answer["ETag"].strip('"') != etag:
        raise ManifestError(f"s3://{bucket}/{key} is not the manifest any more that the backfill was made of.")
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(cast("IO[bytes]", answer["Body"]), file)
        file.seek(0)
        yield file
