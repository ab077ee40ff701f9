"""The only place where AWS clients are made: lazily, once per process, with retries and timeouts.

botocore decides where the calls go (AWS, or an emulator on loopback): AWS_ENDPOINT_URL, region, credentials.
"""

from functools import cache
from typing import TYPE_CHECKING

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

# Every failing call fails before SHORTEST_TIMEOUT_SECONDS are over. The function can then report that the work must be
# tried again, which takes seconds; if Lambda killed it, that would take minutes.
_CONFIG = Config(
    connect_timeout=5, read_timeout=10, max_pool_connections=32, retries={"mode": "standard", "total_max_attempts": 3}
)

# A sync analysis of a dense page takes Textract several seconds, and a busy laptop longer. If throttled, it slows down.
_TEXTRACT = _CONFIG.merge(Config(read_timeout=20, retries={"mode": "adaptive", "total_max_attempts": 2}))

# LimitExceededException and throttles are the scheduler's signals: botocore must not retry them itself.
_TEXTRACT_START = _CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))


@cache
def s3() -> "S3Client":
    """S3: documents and their outputs."""
    return boto3.client("s3", config=_CONFIG)


@cache
def dynamodb() -> "DynamoDBClient":
    """DynamoDB: all tables."""
    return boto3.client("dynamodb", config=_CONFIG)


@cache
def sqs() -> "SQSClient":
    """SQS: the work queues."""
    return boto3.client("sqs", config=_CONFIG)


@cache
def lambda_() -> "LambdaClient":
    """Lambda: waking the job starter."""
    return boto3.client("lambda", config=_CONFIG)


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
    return boto3.client("service-quotas", config=_CONFIG)


@cache
def events() -> "EventBridgeClient":
    """EventBridge: documents that have ended."""
    return boto3.client("events", config=_CONFIG)


@cache
def s3control() -> "S3ControlClient":
    """S3 Control: the batch operations jobs of backfills."""
    return boto3.client("s3control", config=_CONFIG)
