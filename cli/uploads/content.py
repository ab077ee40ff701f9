"""Whether an object has the content of a file, by what S3 says of the object: nothing is downloaded.

Amazon S3 User Guide, "Checking object integrity" and "Using server-side encryption with AWS KMS keys" (2026-11): an
ETag is the MD5 digest of the content; of an upload in parts, the MD5 digest of the parts' digests, with their number.
With a KMS key it is no digest. Then a CRC-32 checksum, which boto3 sends with each upload, tells.
"""

import hashlib
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from botocore.exceptions import ClientError

from textract_pipeline.aws import clients

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

PART_BYTES = 8 * 1024**2  # of an upload in parts: boto3's own default
_BLOCK_BYTES = 1024**2
_NOT_THERE = frozenset({403, 404})  # 403: there is none, and the caller may not list the bucket


class _Digest(Protocol):
    def update(self, block: bytes, /) -> object: ...

    def digest(self) -> bytes: ...


class _Crc32:
    def __init__(self) -> None:
        self._value = 0

    def update(self, block: bytes, /) -> None:
        self._value = zlib.crc32(block, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4)


class Stored(NamedTuple):
    """An object in S3, and when it was stored there."""

    etag: str
    stored_at: datetime


def find_same(path: Path, bucket: str, key: str) -> Stored | None:
    """The object with this key if it has the file's content, else None."""
    try:
        head = clients.s3().head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] not in _NOT_THERE:
            raise
        return None
    size = path.stat().st_size
    if head["ContentLength"] != size or not _is_same(path, size, bucket, key, head):
        return None
    return Stored(head["ETag"], head["LastModified"])


def _is_same(path: Path, size: int, bucket: str, key: str, head: "HeadObjectOutputTypeDef") -> bool:
    is_digest = not head.get("ServerSideEncryption", "").startswith("aws:kms")
    told = head["ETag"].strip('"') if is_digest else head.get("ChecksumCRC32", "")
    new: Callable[[], _Digest] = _md5 if is_digest else _Crc32
    parts = told.partition("-")[2]
    if not parts:
        return told == _shown(next(_digests(path, size, new), new().digest()), of_etag=is_digest)
    return any(
        told == f"{_shown(_of_parts(path, part_bytes, new), of_etag=is_digest)}-{parts}"
        for part_bytes in _possible_part_bytes(size, int(parts), bucket, key)
    )


def _possible_part_bytes(size: int, parts: int, bucket: str, key: str) -> Iterator[int]:
    """Our own size of parts, if it gives so many; that of the object's first part, if another program stored it."""
    if -(-size // PART_BYTES) == parts:
        yield PART_BYTES
    first = clients.s3().head_object(Bucket=bucket, Key=key, PartNumber=1)["ContentLength"]
    if first != PART_BYTES and -(-size // max(1, first)) == parts:
        yield first


def _of_parts(path: Path, part_bytes: int, new: Callable[[], _Digest]) -> bytes:
    """The digest of the digests of a file's parts."""
    of_parts = new()
    for digest in _digests(path, part_bytes, new):
        of_parts.update(digest)
    return of_parts.digest()


def _digests(path: Path, part_bytes: int, new: Callable[[], _Digest]) -> Iterator[bytes]:
    """The digest of each part of a file."""
    with path.open("rb") as file:
        while True:
            digest, left = new(), part_bytes
            while left and (block := file.read(min(left, _BLOCK_BYTES))):
                digest.update(block)
                left -= len(block)
            if left == part_bytes:
                return
            yield digest.digest()


def _md5() -> _Digest:
    return hashlib.md5(usedforsecurity=False)


def _shown(digest: bytes, *, of_etag: bool) -> str:
    """As S3 writes an ETag, or a checksum."""
    return digest.hex() if of_etag else b64encode(digest).decode()
