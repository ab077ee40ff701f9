"""Empties a bucket before CloudFormation deletes it, because CloudFormation deletes only empty buckets.

It is deployed only with removal_policy=destroy. If that setting changes to retain, this resource is deleted, but the
stack stays, so the bucket keeps its objects.
"""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, Protocol, TypedDict
from urllib.request import Request, urlopen

import boto3
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

_MARGIN_MS = 30_000  # time to report before Lambda ends the invocation
# DeleteObjects names keys in XML 1.0, which cannot contain these characters (XML 1.0, section 2.2); DeleteObject can.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class _Event(TypedDict):
    RequestType: Literal["Create", "Update", "Delete"]
    ResponseURL: str
    StackId: str
    RequestId: str
    LogicalResourceId: str
    ResourceProperties: Mapping[str, str]


class _Context(Protocol):
    def get_remaining_time_in_millis(self) -> int: ...


class EmptyingError(Exception):
    """The bucket still contains objects."""


def handle(event: _Event, context: _Context) -> None:
    """Handle CloudFormation's request. The resource's only property is BucketName."""
    bucket = event["ResourceProperties"]["BucketName"]
    s3 = boto3.client("s3")
    reason = ""
    try:
        if event["RequestType"] == "Delete" and _is_being_destroyed(event["StackId"]):
            with suppress(s3.exceptions.NoSuchBucket):
                _close(s3, bucket)
                _empty(s3, bucket, context)
    except (BotoCoreError, ClientError, EmptyingError) as error:
        reason = f"Emptying {bucket} failed: {error}"
    _answer(event, bucket, reason)


def _is_being_destroyed(stack_id: str) -> bool:
    stack = boto3.client("cloudformation").describe_stacks(StackName=stack_id)["Stacks"][0]
    return stack["StackStatus"] == "DELETE_IN_PROGRESS"


def _close(s3: "S3Client", bucket: str) -> None:
    """Deny all writes to the bucket: uploads in progress, reports, and access logs that S3 delivers late."""
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:{_partition(s3)}:s3:::{bucket}/*",
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})


def _partition(s3: "S3Client") -> str:
    return boto3.Session().get_partition_for_region(s3.meta.region_name)


def _empty(s3: "S3Client", bucket: str, context: _Context) -> None:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        _check_time(context)
        objects: list[ObjectIdentifierTypeDef] = [
            {"Key": found["Key"], "VersionId": found["VersionId"]}
            for found in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
        ]
        _delete_together(s3, bucket, [each for each in objects if not _NOT_IN_XML.search(each["Key"])])
        for each in objects:
            if _NOT_IN_XML.search(each["Key"]):
                _check_time(context)
                s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])


def _delete_together(s3: "S3Client", bucket: str, objects: "Sequence[ObjectIdentifierTypeDef]") -> None:
    if not objects:
        return
    errors = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True}).get("Errors")
    if errors:
        raise EmptyingError(f"{errors[0]['Key']}: {errors[0]['Message']}")


def _check_time(context: _Context) -> None:
    if context.get_remaining_time_in_millis() < _MARGIN_MS:
        raise EmptyingError("The bucket has more objects than one run can delete. Destroy the stack again to continue.")


def _answer(event: _Event, bucket: str, failure: str) -> None:
    body = {
        "Status": "FAILED" if failure else "SUCCESS",
        "Reason": failure,
        "PhysicalResourceId": bucket,
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    # The URL is presigned by CloudFormation, and its signature includes the empty content type.
    request = Request(event["ResponseURL"], json.dumps(body).encode(), {"Content-Type": ""}, method="PUT")  # noqa: S310
    with urlopen(request, timeout=30):  # noqa: S310 # nosec B310 - a URL from CloudFormation
        pass
