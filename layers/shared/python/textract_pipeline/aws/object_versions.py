"""The versions of objects in a bucket: list them, and delete them permanently."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from textract_pipeline.aws import clients
from textract_pipeline.errors import aws_outcomes

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

_MOST_AT_ONCE = 1000  # keys that one DeleteObjects call accepts
# DeleteObjects names keys in XML 1.0, which cannot contain these characters (XML 1.0, section 2.2); DeleteObject can.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class KeyVersion(NamedTuple):
    """A version of an object, with its ETag, or a delete marker, without one."""

    key: str
    version_id: str
    etag: str | None = None


class NotDeletedError(Exception):
    """S3 refused to delete an object."""


def list_versions(bucket: str, prefix: str) -> Iterator[KeyVersion]:
    """Every version and every delete marker of the objects below a prefix, in the order of their keys."""
    with aws_outcomes():
        for page in clients.s3().get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
            versions = [
                KeyVersion(found["Key"], found["VersionId"], found["ETag"].strip('"'))
                for found in page.get("Versions", ())
            ]
            marks = [KeyVersion(found["Key"], found["VersionId"]) for found in page.get("DeleteMarkers", ())]
            yield from sorted(versions + marks, key=lambda version: version.key)


def etags(bucket: str, key: str) -> set[str]:
    """The ETags of all versions of one object."""
    found: set[str] = set()
    for version in list_versions(bucket, key):
        if version.key != key:  # the keys are in order, and the key itself is the first with its prefix
            break
        if version.etag:
            found.add(version.etag)
    return found


def delete(bucket: str, versions: Iterable[KeyVersion]) -> None:
    """Delete these versions. Raises NotDeletedError; RetryableError."""
    rest = iter(versions)
    while some := list(islice(rest, _MOST_AT_ONCE)):
        _delete_together(bucket, [version for version in some if not _NOT_IN_XML.search(version.key)])
        for version in some:
            if _NOT_IN_XML.search(version.key):
                with aws_outcomes():
                    clients.s3().delete_object(Bucket=bucket, Key=version.key, VersionId=version.version_id)


def _delete_together(bucket: str, versions: Sequence[KeyVersion]) -> None:
    if not versions:
        return
    objects: Sequence[ObjectIdentifierTypeDef] = [
        {"Key": version.key, "VersionId": version.version_id} for version in versions
    ]
    with aws_outcomes():
        answer = clients.s3().delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    for error in answer.get("Errors", ()):
        raise NotDeletedError(f"{error.get('Key')} could not be deleted: {error.get('Message')}")
