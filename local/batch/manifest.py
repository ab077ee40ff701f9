"""The objects of a job that a manifest lists: a CSV file or an S3 Inventory report, read row by row.

Formats: S3 User Guide, "Specifying a manifest" and "Amazon S3 Inventory list", 2026-11. Keys stay URL-encoded, as in
the manifest: this is how they are passed to the function and written to the report.
"""

import csv
import gzip
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from botocore.exceptions import BotoCoreError, ClientError

from local.batch.exceptions import JobFailedError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef
    from mypy_boto3_s3control.type_defs import JobManifestLocationTypeDef, JobManifestTypeDef


class Task(NamedTuple):
    """An object to invoke the function for; the version may be empty."""

    bucket: str
    key: str
    version: str


class _Inventory(NamedTuple):
    fields: Sequence[str]
    files: Sequence[str]
    bucket: str


def bucket_of(arn: str) -> str:
    """The bucket of `arn:aws:s3:::bucket` or of `arn:aws:s3:::bucket/key`."""
    return arn.split(":::", 1)[-1].split("/", 1)[0]


def read_manifest(s3: "S3Client", manifest: "JobManifestTypeDef") -> Iterator[Task]:
    """The manifest's tasks, in its order; raises JobFailedError if it is missing, has changed, or is malformed."""
    location, spec = manifest["Location"], manifest["Spec"]
    with tempfile.TemporaryFile() as body:
        _download_manifest(s3, location, body)
        if spec["Format"] == "S3BatchOperations_CSV_20180820":
            yield from _rows(body, spec.get("Fields", []), location["ObjectArn"])
            return
        inventory = _inventory(body, location["ObjectArn"])
    for key in inventory.files:
        with tempfile.TemporaryFile() as file:
            _download(s3, {"Bucket": inventory.bucket, "Key": key}, file)
            with gzip.open(file) as unzipped:
                yield from _rows(cast("IO[bytes]", unzipped), inventory.fields, f"s3://{inventory.bucket}/{key}")


def _download_manifest(s3: "S3Client", location: "JobManifestLocationTypeDef", file: IO[bytes]) -> None:
    arn = location["ObjectArn"]
    bucket, _, key = arn.split(":::", 1)[-1].partition("/")
    request: GetObjectRequestTypeDef = {"Bucket": bucket, "Key": key}
    if "ObjectVersionId" in location:
        request["VersionId"] = location["ObjectVersionId"]
    etag = _download(s3, request, file)
    if etag != location["ETag"].strip('"'):
        reason = f"{arn} has the ETag {etag}, not {location['ETag']}: it has changed since the job was created"
        raise JobFailedError("ManifestETagMismatch", reason)


def _download(s3: "S3Client", request: "GetObjectRequestTypeDef", file: IO[bytes]) -> str:
    """Download the object to the file, rewind it, and return the ETag."""
    try:
        reply = s3.get_object(**request)
        for chunk in reply["Body"].iter_chunks(1 << 20):
            file.write(chunk)
    except (ClientError, BotoCoreError) as error:
        where = f"s3://{request['Bucket']}/{request['Key']}"
        raise JobFailedError("ManifestUnreadable", f"Cannot read the manifest {where}: {error}") from error
    file.seek(0)
    return reply["ETag"].strip('"')


def _inventory(body: IO[bytes], arn: str) -> _Inventory:
    try:
        manifest = json.load(body)
        fields = [field.strip() for field in manifest["fileSchema"].split(",")]
        inventory = _Inventory(
            fields, [file["key"] for file in manifest["files"]], bucket_of(manifest["destinationBucket"])
        )
        file_format = manifest["fileFormat"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _malformed(arn, f"it is not the manifest.json of an S3 Inventory report ({error!r})") from error
    if file_format != "CSV" or not {"Bucket", "Key"} <= set(fields):
        raise _malformed(
            arn, f"the report is {file_format} with {', '.join(fields)}; it must be CSV with Bucket and Key"
        )
    return inventory


def _rows(body: IO[bytes], fields: Sequence[str], where: str) -> Iterator[Task]:
    columns = {name: index for index, name in enumerate(fields)}
    try:
        for number, row in enumerate(csv.reader(line.decode() for line in body), start=1):
            if len(row) != len(fields):
                raise _malformed(where, f"row {number} has {len(row)} columns, not {', '.join(fields)}")
            yield _task(row, columns)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise _malformed(where, str(error)) from error


def _task(row: Sequence[str], columns: Mapping[str, int]) -> Task:
    version = row[columns["VersionId"]] if "VersionId" in columns else ""
    return Task(row[columns["Bucket"]], row[columns["Key"]], version)


def _malformed(where: str, what: str) -> JobFailedError:
    return JobFailedError("ManifestMalformed", f"{where}: {what}")
