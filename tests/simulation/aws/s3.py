"""S3: strongly consistent, a few keys a page; its buckets keep versions, or they do not."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import md5
from io import BytesIO
from itertools import takewhile
from types import MappingProxyType
from typing import Any

from tests.simulation.aws.errors import service_error

PAGE_KEYS = 4  # S3 may give fewer than were asked for


@dataclass(frozen=True, slots=True)
class S3Object:
    """An object; the ETag without quotes, with a version if its bucket keeps versions."""

    body: bytes
    etag: str
    metadata: Mapping[str, str]
    version_id: str | None = None


class Body(BytesIO):
    """What is read of an object."""

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        """All of it, in parts of a size."""
        return iter(lambda: self.read(size), b"")


class S3:
    """Buckets of objects; `created` is called with each new object's bucket and key."""

    def __init__(
        self, buckets: list[str], created: Callable[[str, str, S3Object], None], versioned: Collection[str] = ()
    ) -> None:
        self.buckets: dict[str, dict[str, S3Object]] = {name: {} for name in buckets}
        self.versions: dict[tuple[str, str, str], S3Object] = {}  # by bucket, key and version
        self._versioned = versioned
        self._keys: dict[str, list[str]] = {name: [] for name in buckets}  # sorted
        self._created = created

    def put_object(
        self,
        *,
        Bucket: str,
        Key: str,
        Body: bytes,
        ContentType: str = "",
        Metadata: Mapping[str, str] = MappingProxyType({}),
    ) -> dict[str, Any]:
        """PutObject."""
        del ContentType
        bucket = self._bucket("PutObject", Bucket)
        version_id = f"v{len(self.versions)}" if Bucket in self._versioned else None
        stored = S3Object(Body, md5(Body, usedforsecurity=False).hexdigest(), Metadata, version_id)
        if version_id:
            self.versions[Bucket, Key, version_id] = stored
        if Key not in bucket:
            insort(self._keys[Bucket], Key)
        bucket[Key] = stored
        self._created(Bucket, Key, stored)
        return {"ETag": f'"{stored.etag}"'} | _version(stored)

    def get_object(
        self,
        *,
        Bucket: str,
        Key: str,
        Range: str | None = None,
        IfMatch: str | None = None,
        VersionId: str | None = None,
    ) -> dict[str, Any]:
        """GetObject, of a whole object or of its first bytes."""
        stored = self.find(Bucket, Key, VersionId)
        if stored is None:
            code = "NoSuchVersion" if VersionId else "NoSuchKey"
            raise service_error("GetObject", code, "The specified key does not exist.", 404)
        if IfMatch is not None and IfMatch.strip('"') != stored.etag:
            raise service_error("GetObject", "PreconditionFailed", status=412)
        answer = {
            "ETag": f'"{stored.etag}"',
            "ContentLength": len(stored.body),
            "Body": Body(stored.body),
            "Metadata": dict(stored.metadata),
            **_version(stored),
        }
        if Range is None:
            return answer
        if not stored.body:
            raise service_error("GetObject", "InvalidRange", status=416)
        part = stored.body[: int(Range.removeprefix("bytes=0-")) + 1]
        content_range = f"bytes 0-{len(part) - 1}/{len(stored.body)}"
        return answer | {"ContentLength": len(part), "Body": Body(part), "ContentRange": content_range}

    def list_objects_v2(
        self, *, Bucket: str, Prefix: str = "", ContinuationToken: str = "", MaxKeys: int = 1000
    ) -> dict[str, Any]:
        """ListObjectsV2, keys in order."""
        bucket, keys = self._bucket("ListObjectsV2", Bucket), self._keys[Bucket]
        start = bisect_right(keys, ContinuationToken) if ContinuationToken else bisect_left(keys, Prefix)
        found = list(takewhile(lambda key: key.startswith(Prefix), keys[start:]))
        page = found[: min(MaxKeys, PAGE_KEYS)]
        answer: dict[str, Any] = {"KeyCount": len(page), "IsTruncated": len(page) < len(found)}
        if page:
            answer["Contents"] = [{"Key": key, "Size": len(bucket[key].body)} for key in page]
        if answer["IsTruncated"]:
            answer["NextContinuationToken"] = page[-1]
        return answer

    def delete_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        """DeleteObject."""
        if self._bucket("DeleteObject", Bucket).pop(Key, None):
            self._keys[Bucket].remove(Key)
        return {}

    def find(self, bucket: str, key: str, version_id: str | None = None) -> S3Object | None:
        """An object, or a version of it."""
        now = self._bucket("GetObject", bucket).get(key)
        return self.versions.get((bucket, key, version_id)) if version_id else now

    def _bucket(self, operation: str, name: str) -> dict[str, S3Object]:
        if name not in self.buckets:
            raise service_error(operation, "NoSuchBucket", status=404)
        return self.buckets[name]


def _version(stored: S3Object) -> dict[str, str]:
    return {"VersionId": stored.version_id} if stored.version_id else {}
