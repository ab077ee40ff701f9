"""Objects in S3: a substitute for boto3's client, for code that reads objects."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from types import MappingProxyType
from unittest.mock import patch

from textract_pipeline.aws import clients

ETAG = "0123456789abcdef"


class Stored:
    """Returns the same content for every key, except for keys with their own content."""

    def __init__(self, data: bytes, others: Mapping[str, bytes]) -> None:
        self._data, self._others = data, others

    def get_object(self, *, Bucket: str, Key: str, Range: str = "", **_: str) -> dict[str, object]:  # noqa: N803
        """The object, or a range of it."""
        assert isinstance(Bucket, str)
        assert isinstance(Key, str)
        if not Range:
            return {"Body": BytesIO(self._others.get(Key, self._data)), "ETag": f'"{ETAG}"'}
        first, last = map(int, Range.removeprefix("bytes=").split("-"))
        assert first <= last < len(self._data)
        body = BytesIO(self._data[first : last + 1])
        return {"Body": body, "ETag": f'"{ETAG}"', "ContentRange": f"bytes {first}-{last}/{len(self._data)}"}


@contextmanager
def stored(data: bytes, others: Mapping[str, bytes] = MappingProxyType({})) -> Iterator[None]:
    """Give every object in S3 this content, except the given others."""
    with patch.object(clients, "s3", lambda: Stored(data, others)):
        yield
