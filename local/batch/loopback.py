"""How a boto3 client of S3 Control reaches loopback: botocore puts the account before the host, whatever the host is.

AWS_DISABLE_HOST_PREFIX_INJECTION does not help: the prefix is in S3 Control's endpoint rules (botocore 1.43.106).
"""

import re
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from mypy_boto3_s3control import S3ControlClient


class _HttpRequest(TypedDict):
    url: str


def reach_loopback(s3control: "S3ControlClient") -> None:
    """Have the client leave the account out of a loopback host's name; calls to AWS stay as they are."""
    s3control.meta.events.register("before-call.s3-control", _without_account)


def _without_account(params: _HttpRequest, **_: object) -> None:
    params["url"] = re.sub(r"^(https?://)\d{12}\.(?=127\.0\.0\.1[:/])", r"\1", params["url"])
