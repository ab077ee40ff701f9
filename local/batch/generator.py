"""The objects of a job that S3JobManifestGenerator lists: the objects of a bucket that match its filter."""

import csv
import gzip
import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import quote_plus

from botocore.exceptions import BotoCoreError, ClientError

from local.batch.exceptions import JobFailedError
from local.batch.manifest import Task, bucket_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectTypeDef
    from mypy_boto3_s3control.type_defs import (
        JobManifestGeneratorFilterTypeDef,
        S3GeneratedManifestDescriptorTypeDef,
        S3JobManifestGeneratorTypeDef,
    )


def list_objects(s3: "S3Client", generator: "S3JobManifestGeneratorTypeDef") -> Iterator[Task]:
    """The bucket's objects in the order of their keys, the newest version of each; raises JobFailedError."""
    bucket = bucket_of(generator["SourceBucket"])
    wanted = generator.get("Filter", {})
    try:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for item in page.get("Contents", []):
                if is_wanted(item, wanted):
                    yield Task(bucket, quote_plus(item["Key"], safe="/"), "")
    except (ClientError, BotoCoreError) as error:
        raise JobFailedError("ManifestGenerationFailed", f"Cannot list s3://{bucket}: {error}") from error


def is_wanted(item: "ObjectTypeDef", wanted: "JobManifestGeneratorFilterTypeDef") -> bool:
    """Whether the object passes every constraint of the filter; those on replication and encryption are ignored."""
    names = wanted.get("KeyNameConstraint", {})
    prefixes, suffixes = names.get("MatchAnyPrefix"), names.get("MatchAnySuffix")
    substrings, classes = names.get("MatchAnySubstring"), wanted.get("MatchAnyStorageClass")
    key = item["Key"]
    return (
        (not prefixes or key.startswith(tuple(prefixes)))
        and (not suffixes or key.endswith(tuple(suffixes)))
        and (not substrings or any(part in key for part in substrings))
        and (not classes or item.get("StorageClass", "STANDARD") in classes)
        and item["Size"] > wanted.get("ObjectSizeGreaterThanBytes", -1)
        and item["Size"] < wanted.get("ObjectSizeLessThanBytes", float("inf"))
        and _is_of_time(item["LastModified"], wanted)
    )


def _is_of_time(modified: datetime, wanted: "JobManifestGeneratorFilterTypeDef") -> bool:
    after, before = wanted.get("CreatedAfter"), wanted.get("CreatedBefore")
    return not (after and modified <= _time(after)) and not (before and modified >= _time(before))


def _time(timestamp: datetime | str) -> datetime:
    return datetime.fromisoformat(cast("str", timestamp))  # as in the request


def write_manifest(
    s3: "S3Client", generator: "S3JobManifestGeneratorTypeDef", job_id: str, tasks: Path
) -> "S3GeneratedManifestDescriptorTypeDef":
    """Write the generated manifest to S3, as an inventory report of one file; raises JobFailedError.

    Its exact key below the prefix is not documented; here it differs from the job's report.
    """
    output = generator["ManifestOutputLocation"]
    bucket = bucket_of(output["Bucket"])
    prefix = output.get("ManifestPrefix", "").strip("/")
    folder = "/".join(part for part in (prefix, "generated-manifests", f"job-{job_id}") if part)
    key = f"{folder}/manifest.json"
    try:
        with tasks.open(newline="") as rows, tempfile.TemporaryFile() as file:
            with gzip.open(file, "wt", newline="") as zipped:
                csv.writer(zipped, quoting=csv.QUOTE_ALL).writerows(csv.reader(rows))
            size = file.tell()
            file.seek(0)
            checksum = hashlib.file_digest(file, "md5").hexdigest()
            file.seek(0)
            s3.upload_fileobj(file, bucket, f"{folder}/data/manifest.csv.gz")
        entry = {"key": f"{folder}/data/manifest.csv.gz", "size": size, "MD5checksum": checksum}
        body = json.dumps(_manifest_json(bucket_of(generator["SourceBucket"]), output["Bucket"], [entry]))
        etag = s3.put_object(Bucket=bucket, Key=key, Body=body.encode())["ETag"].strip('"')
    except (ClientError, BotoCoreError) as error:
        raise JobFailedError("ManifestOutputFailed", f"Cannot write to s3://{bucket}/{folder}/: {error}") from error
    location = {"ObjectArn": f"{output['Bucket']}/{key}", "ETag": etag}
    return cast("S3GeneratedManifestDescriptorTypeDef", {"Format": output["ManifestFormat"], "Location": location})


def _manifest_json(source: str, destination: str, files: Iterable[dict[str, object]]) -> dict[str, object]:
    return {
        "sourceBucket": source,
        "destinationBucket": destination,
        "version": "2016-11-30",
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, VersionId",
        "files": list(files),
    }
