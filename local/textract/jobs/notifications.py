"""Publish a job's end to the SNS topic of NotificationChannel, with the channel's role.

Message: "Amazon Textract Results Notification", docs.aws.amazon.com/textract/latest/dg/async-notification-payload.html
"""

import json
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NotRequired, TypedDict

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.service.roles import RENEW_SECONDS, assume
from local.textract.exceptions import InvalidParameterError

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_textract.type_defs import NotificationChannelTypeDef


class DocumentLocation(TypedDict):
    """The document that a notification is about."""

    S3ObjectName: str
    S3Bucket: str


class CompletionMessage(TypedDict):
    """The notification of a job's end; `Timestamp` in milliseconds of Unix time."""

    JobId: str
    Status: str
    API: str
    JobTag: NotRequired[str]
    Timestamp: int
    DocumentLocation: DocumentLocation


class Notifier:
    """Publishes with the caller's role, which Textract assumes, so that the role's permissions apply."""

    def __init__(self, session: boto3.Session, clock: Callable[[], float]) -> None:
        self._session = session
        self._sts = session.client("sts")
        self._clock = clock
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], tuple[SNSClient, float]] = {}  # by role and region; with the creation time

    def check(self, channel: "NotificationChannelTypeDef") -> None:
        """Raise InvalidParameterError if the channel's role cannot be assumed."""
        self._client(channel)

    def publish(self, channel: "NotificationChannelTypeDef", message: CompletionMessage) -> None:
        """Publish a job's end; raises ClientError if the role may not publish, or there is no such topic."""
        self._client(channel).publish(TopicArn=channel["SNSTopicArn"], Message=json.dumps(message))

    def _client(self, channel: "NotificationChannelTypeDef") -> "SNSClient":
        region = channel["SNSTopicArn"].split(":")[3]
        key = channel["RoleArn"], region
        with self._lock:
            client, made_at = self._clients.get(key, (None, 0.0))
            if client is None or self._clock() - made_at > RENEW_SECONDS:
                client = self._client_as(channel["RoleArn"], region)
                self._clients[key] = client, self._clock()
            return client

    def _client_as(self, role_arn: str, region: str) -> "SNSClient":
        try:
            keys = assume(self._sts, role_arn, "textract")
        except (ClientError, BotoCoreError) as error:
            message = f"{InvalidParameterError.default}: Textract cannot assume NotificationChannel's role: {error}"
            raise InvalidParameterError(message) from error
        return self._session.client("sns", region_name=region, **keys)
