"""The source of a backfill as a person names it, and its rows."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from botocore.exceptions import ClientError

from cli.backfill.handwriting import Handwriting
from cli.backfill.manifest import (
    CSV_FORMAT,
    INVENTORY_FORMAT,
    ManifestError,
    ManifestLocation,
    Row,
    has_versions,
    parse_csv,
    read_rows,
)
from cli.target import TargetError, check_text
from textract_pipeline.aws import clients
from textract_pipeline.document import is_folder

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectTypeDef

_BUCKET_NAME = re.compile(r"[A-Za-z0-9._-]{3,255}")  # the oldest buckets may still have such names


@dataclass(frozen=True, slots=True)
class Filters:
    """Select the objects of a bucket that match all of these. Sizes in bytes; times are timezone-aware."""

    prefix: str = ""
    suffixes: tuple[str, ...] = ()  # any of them, ignoring case
    after: datetime | None = None
    before: datetime | None = None
    min_size: int | None = None
    max_size: int | None = None

    def take(self, found: "ObjectTypeDef") -> bool:
        """Whether a listed object matches."""
        return (
            (not self.suffixes or found["Key"].lower().endswith(self.suffixes))
            and (self.after is None or found["LastModified"] >= self.after)
            and (self.before is None or found["LastModified"] < self.before)
            and (self.min_size is None or found["Size"] >= self.min_size)
            and (self.max_size is None or found["Size"] <= self.max_size)
        )


@dataclass(frozen=True, slots=True)
class Source:
    """A source: its rows, read again on each call, and its manifest if S3 has one.

    Once the rows have been read, `handwriting` has what keeps S3 from reading the manifest as it is.
    """

    name: str
    rows: Callable[[], Iterator[Row]]
    manifest: ManifestLocation | None = None
    handwriting: Handwriting = field(default_factory=Handwriting)


def find_source(name: str, filters: Filters | None = None) -> Source:
    """Resolve a path (of a CSV), an `s3://` address (of a CSV, an inventory, or a prefix), or a bucket.

    Raises ManifestError or TargetError if it does not exist or is not a source; UsageError for filters on a manifest.
    """
    filters = filters or Filters()
    check_text(name)
    check_text(filters.prefix)
    bucket, _, key = name.removeprefix("s3://").partition("/")
    is_in_s3 = name.startswith("s3://")
    if (is_in_s3 and key.endswith((".csv", "manifest.json"))) or (not is_in_s3 and _is_path(name)):
        if filters != Filters():
            raise click.UsageError(f"{name} is a manifest: only a bucket can be filtered.")
        return _manifest_in_s3(name, bucket, key) if is_in_s3 else _local_csv(name)
    if not _BUCKET_NAME.fullmatch(bucket):
        raise ManifestError(f"{name} is neither a bucket nor a file: try s3://BUCKET/PREFIX, or a CSV manifest.")
    prefix = filters.prefix or key
    if key and filters.prefix:
        raise click.UsageError(f"{name} already has a prefix: leave out --prefix.")
    return Source(f"s3://{bucket}/{prefix}", partial(_list, bucket, prefix, filters))


def read_csv(path: Path, handwriting: Handwriting | None = None) -> Iterator[Row]:
    """The rows of a local CSV manifest; raises ManifestError if it is not one."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from parse_csv(file, str(path), handwriting=handwriting)


def _is_path(name: str) -> bool:
    return "/" in name or name.endswith((".csv", ".json")) or _is_file(name)


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # a name that no file may have, or in a folder that may not be read
        return False


def _local_csv(name: str) -> Source:
    if not _is_file(name):
        raise ManifestError(f"There is no file {name}: name a CSV manifest, a bucket, or s3://BUCKET/PREFIX.")
    handwriting = Handwriting()
    return Source(name, partial(read_csv, Path(name), handwriting), handwriting=handwriting)


def _manifest_in_s3(name: str, bucket: str, key: str) -> Source:
    try:
        head = clients.s3().head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        raise ManifestError(f"{name} cannot be read: {_why(error)}.") from error
    etag = head["ETag"].strip('"')
    if key.endswith(".csv"):
        location = ManifestLocation(CSV_FORMAT, bucket, key, etag, fields=_columns(name, bucket, key))
        handwriting = Handwriting()
        return Source(name, partial(read_rows, location, handwriting), location, handwriting)
    location = ManifestLocation(INVENTORY_FORMAT, bucket, key, etag)
    if has_versions(location):
        # S3 Batch Operations would process the earlier versions too.
        handwriting = Handwriting()
        handwriting.note("older versions, which are left out")
        return Source(name, partial(_without_versions, location), handwriting=handwriting)
    return Source(name, partial(read_rows, location), location)


def _columns(name: str, bucket: str, key: str) -> tuple[str, ...]:
    """The columns of a CSV manifest, judging by its first row."""
    lines = clients.s3().get_object(Bucket=bucket, Key=key)["Body"].iter_lines()
    rows = csv.reader((line.decode(errors="replace") for line in lines), skipinitialspace=True)
    first: Sequence[str] = next((row for row in rows if row), ())
    fields = ("Bucket", "Key", "VersionId")[: len(first)]
    if first and len(first) not in {2, 3}:
        raise ManifestError(
            f"Row 1 of {name} has {len(first)} columns, but a manifest has Bucket, Key, and optionally VersionId."
        )
    return fields


def _without_versions(location: ManifestLocation) -> Iterator[Row]:
    for row in read_rows(location):
        yield Row(row.bucket, row.key, None, row.etag, row.size_bytes, row.storage_class)


def _list(bucket: str, prefix: str, filters: Filters) -> Iterator[Row]:
    try:
        for page in clients.s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for found in page.get("Contents", ()):
                if filters.take(found) and not is_folder(found["Key"], found["Size"]):
                    etag = found["ETag"].strip('"')
                    yield Row(bucket, found["Key"], None, etag, found["Size"], found.get("StorageClass"))
    except ClientError as error:
        raise TargetError(f"The bucket {bucket} cannot be listed: {_why(error)}.") from error


def _why(error: ClientError) -> str:
    told = error.response["Error"]
    if told["Code"] in {"404", "NoSuchKey"}:
        return "there is no such object"
    return told.get("Message", told["Code"]).rstrip(".")
