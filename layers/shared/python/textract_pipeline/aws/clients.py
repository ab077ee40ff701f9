"""The only place where AWS clients are made: lazily, once per process, with retries and timeouts.

botocore decides where the calls go (AWS, or an emulator on loopback): AWS_ENDPOINT_URL, region, credentials.
"""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3control import S3ControlClient
    from mypy_boto3_service_quotas import ServiceQuotasClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_textract import TextractClient


class Patience(NamedTuple):
    """How long a call may take: the seconds to connect and to wait for an answer, and how many times it is tried."""

    connect_seconds: int
    read_seconds: int
    attempts: int

    @property
    def config(self) -> Config:
        """For boto3."""
        return Config(
            connect_timeout=self.connect_seconds,
            read_timeout=self.read_seconds,
            max_pool_connections=32,
            retries={"mode": "standard", "total_max_attempts": self.attempts},
        )


# Every failing call fails before SHORTEST_TIMEOUT_SECONDS are over. The function can then report that the work must be
# tried again, which takes seconds; if Lambda killed it, that would take minutes.
OF_FUNCTIONS = Patience(connect_seconds=5, read_seconds=10, attempts=3)

patience = OF_FUNCTIONS  # of this process's clients; a program that is not a function sets it before it uses any

# A sync analysis of a dense page takes Textract several seconds, and a busy laptop longer. If throttled, it slows down.
_TEXTRACT = OF_FUNCTIONS.config.merge(Config(read_timeout=20, retries={"mode": "adaptive", "total_max_attempts": 2}))

# LimitExceededException and throttles are the scheduler's signals: botocore must not retry them itself.
_TEXTRACT_START = OF_FUNCTIONS.config.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))


@cache
def s3() -> "S3Client":
    """S3: documents and their outputs."""
    return boto3.client("s3", config=patience.config)


@cache
def dynamodb() -> "DynamoDBClient":
    """DynamoDB: all tables."""
    return boto3.client("dynamodb", config=patience.config)


@cache
def sqs() -> "SQSClient":
    """SQS: the work queues."""
    return boto3.client("sqs", config=patience.config)


@cache
def lambda_() -> "LambdaClient":
    """Lambda: waking the job starter."""
    return boto3.client("lambda", config=patience.config)


@cache
def textract() -> "TextractClient":
    """Textract's sync operations and Get*."""
    return boto3.client("textract", config=_TEXTRACT)


@cache
def textract_start() -> "TextractClient":
    """Textract's Start* operations, one try each."""
    return boto3.client("textract", config=_TEXTRACT_START)


@cache
def service_quotas() -> "ServiceQuotasClient":
    """Service Quotas: how much of Textract the account may use."""
    return boto3.client("service-quotas", config=patience.config)


@cache
def events() -> "EventBridgeClient":
    """EventBridge: documents that have ended."""
    return boto3.client("events", config=patience.config)


@cache
def s3control() -> "S3ControlClient":
    """S3 Control: the batch operations jobs of backfills."""
    return boto3.client("s3control", config=patience.config)
