"""Makes moto list objects as S3 does: it URL-encodes everything made of keys if the caller asks for that.

boto3 always asks for it, because XML cannot contain all control characters that a key may have.
"""

from typing import Any
from urllib.parse import quote

import pytest
from moto.core.responses import ActionResult
from moto.s3.responses import S3Response

_KEYS = ("Prefix", "Delimiter", "KeyMarker", "NextKeyMarker", "StartAfter")


def encode_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make moto encode keys until the test ends."""
    serialized = S3Response.serialized

    def encoded(self: Any, answer: ActionResult) -> Any:
        result: Any = answer.result
        if isinstance(result, dict) and "url" in self.querystring.get("encoding-type", ()):
            not_yet = _KEYS if "Versions" in result else ("StartAfter",)  # moto encodes all others itself
            result |= {name: quote(result[name]) for name in not_yet if result.get(name)} | {"EncodingType": "url"}
            for found in (*result.get("Versions", ()), *result.get("DeleteMarkers", ())):
                found["Key"] = quote(found["Key"])
        return serialized(self, answer)

    monkeypatch.setattr(S3Response, "serialized", encoded)
