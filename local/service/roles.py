"""Assume a role as the real service does, so that the role's permissions apply."""

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient

ROLE_SECONDS = 3600
RENEW_SECONDS = 3000  # assume it again well before it expires


class Keys(TypedDict):
    """The credentials of a role, as arguments of `Session.client`."""

    aws_access_key_id: str
    aws_secret_access_key: str
    aws_session_token: str


def assume(sts: "STSClient", role_arn: str, session_name: str) -> Keys:
    """The role's credentials for ROLE_SECONDS; raises ClientError or BotoCoreError if it cannot be assumed."""
    reply = sts.assume_role(RoleArn=role_arn, RoleSessionName=session_name, DurationSeconds=ROLE_SECONDS)
    credentials = reply["Credentials"]
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }
