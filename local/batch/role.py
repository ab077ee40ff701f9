"""Clients of S3 and Lambda with the permissions of the job's role."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.batch.exceptions import JobFailedError
from local.service.roles import RENEW_SECONDS, assume

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client

CONCURRENT_TASKS = 10
LONGEST_INVOCATION_SECONDS = 900  # Lambda's own limit

# A retry by botocore could invoke the function for a task that is already done.
_INVOKE = Config(
    max_pool_connections=CONCURRENT_TASKS,
    read_timeout=LONGEST_INVOCATION_SECONDS,
    retries={"total_max_attempts": 1},
)


class Clients(NamedTuple):
    """The clients of a job."""

    s3: "S3Client"
    lambda_: "LambdaClient"


class JobRole:
    """The role of one job, assumed when it is first needed and again before it expires."""

    def __init__(self, session: boto3.Session, role_arn: str, clock: Callable[[], float]) -> None:
        self._session = session
        self._role_arn = role_arn
        self._clock = clock
        self._lock = threading.Lock()
        self._clients: Clients | None = None
        self._made_at = 0.0

    def clients(self) -> Clients:
        """Raise JobFailedError if the role cannot be assumed."""
        with self._lock:
            if self._clients is None or self._clock() - self._made_at > RENEW_SECONDS:
                self._clients, self._made_at = self._assume(), self._clock()
            return self._clients

    def _assume(self) -> Clients:
        try:
            keys = assume(self._session.client("sts"), self._role_arn, "s3-batch-operations")
        except (ClientError, BotoCoreError) as error:
            raise JobFailedError("RoleNotAssumable", f"Cannot assume {self._role_arn}: {error}") from error
        return Clients(self._session.client("s3", **keys), self._session.client("lambda", config=_INVOKE, **keys))
