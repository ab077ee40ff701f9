"""Let boto3's S3 Control clients reach loopback: botocore puts the account before any host name.

AWS_DISABLE_HOST_PREFIX_INJECTION does not help: the prefix is in S3 Control's endpoint rules (botocore 1.43.106).
"""

import re
from typing import TypedDict

from botocore.hooks import BaseEventHooks


class _HttpRequest(TypedDict):
    url: str


def reach_loopback(events: BaseEventHooks) -> None:
    """Remove the account from a loopback host's name; calls to AWS stay unchanged.

    `events` are those of a client, or of a session that has not yet made its clients.
    """
    events.register("before-call.s3-control", _without_account)


def _without_account(params: _HttpRequest, **_: object) -> None:
    params["url"] = re.sub(r"^(https?://)\d{12}\.(?=127\.0\.0\.1[:/])", r"\1", params["url"])
