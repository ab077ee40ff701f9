"""Which of the objects and outputs that should be in S3 are, by the fewest calls.

The wanted keys, in the order in which S3 lists, are held against its list, of which each page begins where the next
wanted key would be. Where much of a bucket is wanted, a call tells of up to a thousand objects; where little is, it
tells of one, and reads no more than a few beside it.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby, takewhile

import click
from botocore.exceptions import ClientError, ParamValidationError

from textract_pipeline.aws import clients, object_versions
from textract_pipeline.document import MAX_KEY_BYTES, ObjectVersion

_LARGEST_PAGE = 1000  # that ListObjectsV2 returns
_SMALLEST_PAGE = 16
_GROWTH = 4  # how many times the useful part of a page the next one holds
_LAST_CHARACTER = "\U0010fffd"
_FIRST_BEHIND_SURROGATES = 0xE000  # which are no characters
_NOT_ASKED_FOR = re.compile(rb"<(LastModified|Size|StorageClass|ChecksumAlgorithm|ChecksumType)>[^<]*</\1>")
_NOT_THERE = frozenset({"404", "405", "NoSuchKey", "NoSuchVersion", "MethodNotAllowed"})  # 405: a delete marker


# What HEAD, whose answer has no words, says of an object whose key one does not have, and of a version that is none.
_UNTOLD = frozenset({"400", "403"})


class LookUpError(click.ClickException):
    """S3 does not tell whether an object is there."""

    exit_code = 3


def look_up(wanted: Sequence[ObjectVersion]) -> list[ObjectVersion]:
    """The wanted objects with the ETags that they have now, None where they are not there; in their order.

    They are in the order of their buckets, then of their keys in UTF-8. Raises LookUpError.
    """
    found: list[ObjectVersion] = []
    for bucket, of_bucket in groupby(wanted, key=lambda item: item.bucket):
        objects = list(of_bucket)
        keys = dict.fromkeys(item.key for item in objects if item.version_id is None)
        etags = _listed(bucket, [key for key in keys if len(key.encode()) <= MAX_KEY_BYTES])
        found += [item._replace(etag=_etag(item) if item.version_id else etags.get(item.key)) for item in objects]
    return found


def _listed(bucket: str, keys: Sequence[str]) -> dict[str, str]:
    """The ETags of those of these keys, which are sorted, that the bucket has."""
    clients.s3().meta.events.register("before-parse.s3.ListObjectsV2", _shorten, unique_id=__name__)
    etags: dict[str, str] = {}
    prefix = _common_prefix(keys[0], keys[-1]) if keys else ""
    position, size, names = 0, _LARGEST_PAGE, [""]
    while position < len(keys):
        page, is_last = _page(bucket, prefix, max(_before(keys[position]), names[-1]), size)
        names = list(page)
        end = len(keys) if is_last else bisect_right(keys, names[-1], position)
        etags |= {key: page[key] for key in keys[position:end] if key in page}
        useful = bisect_right(names, keys[end - 1])
        size = min(_LARGEST_PAGE, max(_SMALLEST_PAGE, _GROWTH * useful, size // 2))
        position = end
    return etags


def _page(bucket: str, prefix: str, after: str, size: int) -> tuple[dict[str, str], bool]:
    """The ETags of the objects behind a key, by key in their order, and whether there are no more."""
    try:
        answer = clients.s3().list_objects_v2(Bucket=bucket, Prefix=prefix, StartAfter=after, MaxKeys=size)
    except ParamValidationError:  # the bucket's name is none
        return {}, True
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchBucket", "InvalidBucketName"}:
            return {}, True
        reason = error.response["Error"]["Message"].rstrip(".")
        raise LookUpError(f"The objects in {bucket} cannot be listed: {reason} (this takes s3:ListBucket).") from error
    contents = {item["Key"]: item["ETag"].strip('"') for item in answer.get("Contents", ())}
    return contents, not (answer["IsTruncated"] and contents)


def _shorten(response_dict: dict[str, bytes], **_: object) -> None:
    """Leave out what nobody asks for of a list that begins behind a key: botocore would take four times as long."""
    if b"<StartAfter>" in response_dict["body"]:
        response_dict["body"] = _NOT_ASKED_FOR.sub(b"", response_dict["body"])


def _common_prefix(first: str, last: str) -> str:
    """What all keys from the first to the last begin with: the list need not go on behind them."""
    return "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))


def _before(key: str) -> str:
    """A key behind which S3's list goes on with this one, or with the next that there is."""
    rest, last = key[:-1], ord(key[-1])
    if not last:
        return rest
    previous = rest + chr(last - 1 if last != _FIRST_BEHIND_SURROGATES else 0xD7FF)
    closest = previous + _LAST_CHARACTER
    return closest if len(closest.encode()) <= MAX_KEY_BYTES else previous


def _etag(item: ObjectVersion) -> str | None:
    """The ETag of one version of an object."""
    try:
        return (
            clients.s3()
            .head_object(Bucket=item.bucket, Key=item.key, VersionId=item.version_id or "")["ETag"]
            .strip('"')
        )
    except ParamValidationError:
        return None
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOT_THERE:
            return None
        if error.response["Error"]["Code"] in _UNTOLD:
            return _etag_in_list(item)
        name, reason = f"s3://{item.bucket}/{item.key}", error.response["Error"]["Message"].rstrip(".")
        raise LookUpError(f"Version {item.version_id} of {name} cannot be looked up: {reason}.") from error


def _etag_in_list(item: ObjectVersion) -> str | None:
    """The same, by the list of versions, which takes no key to an object's content."""
    try:
        for version in object_versions.list_versions(item.bucket, item.key):
            if version.key != item.key:  # the keys come in order, and itself is the first of its prefix
                break
            if version.version_id == item.version_id:
                return version.etag
    except ClientError as error:
        reason = error.response["Error"]["Message"].rstrip(".")
        message = f"The versions in {item.bucket} cannot be listed: {reason} (this takes s3:ListBucketVersions)."
        raise LookUpError(message) from error
    return None
