"""The outcomes that an AWS call can have for a document, whatever the step of the flow.

Retryable: the message comes back later, and the document is not at fault. Permanent: the document is FAILED (or
UNSUPPORTED) with a reason, and the message is done. Anything else is a bug: it goes to the step's dead-letter queue.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from types import MappingProxyType

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotocoreConnectionError

from textract_pipeline.names import DocumentStatus

_SERVER_ERROR = 500
_THROTTLES = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_TRANSIENT = frozenset(
    {"InternalServerError", "RequestTimeout", "ServiceUnavailable", "TransactionInProgressException"}
)


class ErrorCode(StrEnum):
    """Why a document ended without success: the `errorCode` of its DocumentsTable item."""

    ACCESS_DENIED = "ACCESS_DENIED"
    BAD_DOCUMENT = "BAD_DOCUMENT"
    CANCELLED = "CANCELLED"
    DEAD_LETTERED = "DEAD_LETTERED"
    EMPTY_OBJECT = "EMPTY_OBJECT"
    EMPTY_RESULT = "EMPTY_RESULT"
    EXPIRED = "EXPIRED"
    INVALID_REQUEST = "INVALID_REQUEST"
    JOB_FAILED = "JOB_FAILED"
    JOB_LOST = "JOB_LOST"
    NOT_ROUTED = "NOT_ROUTED"
    OBJECT_CHANGED = "OBJECT_CHANGED"
    OBJECT_MISSING = "OBJECT_MISSING"
    OBJECT_UNREADABLE = "OBJECT_UNREADABLE"
    PAGES_MISSING = "PAGES_MISSING"
    TOO_LARGE = "TOO_LARGE"
    UNSUPPORTED_FORMAT = "UNSUPPORTED_FORMAT"

    @property
    def status(self) -> DocumentStatus:
        """The terminal state of a document with this error."""
        if self in {ErrorCode.EMPTY_OBJECT, ErrorCode.UNSUPPORTED_FORMAT}:
            return DocumentStatus.UNSUPPORTED
        return DocumentStatus.FAILED


class RetryableError(Exception):
    """The step cannot be done now: throttling, a server error, a timeout, or another worker has the run."""


class QuotaFullError(RetryableError):
    """Textract is running as many jobs as the account may have: no job can start until one completes."""


class ThrottledError(RetryableError):
    """The service accepts no more calls this second."""


class OutOfTimeError(RetryableError):
    """The function's time is nearly up; its progress is saved, and the next invocation continues from there."""


class DocumentError(Exception):
    """The document itself cannot be processed; trying again would not help."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@contextmanager
def aws_outcomes(permanent: Mapping[str, tuple[ErrorCode, str]] = MappingProxyType({})) -> Iterator[None]:
    """Turn what the AWS call inside raises into one of the three outcomes.

    `permanent` maps the service's error codes that are the document's fault to our code and to advice for people; the
    service's message is added. Raises DocumentError or RetryableError; any other ClientError (a missing permission, a
    wrong parameter: a bug) passes through unchanged.
    """
    try:
        yield
    except ClientError as error:
        name = error.response["Error"].get("Code", "")
        if name in permanent:
            code, advice = permanent[name]
            raise DocumentError(code, f"{advice} ({error.response['Error'].get('Message') or name})") from error
        if name == "LimitExceededException":
            raise QuotaFullError(str(error)) from error
        if name in _THROTTLES:
            raise ThrottledError(str(error)) from error
        if name in _TRANSIENT or error.response["ResponseMetadata"].get("HTTPStatusCode", 0) >= _SERVER_ERROR:
            raise RetryableError(str(error)) from error
        raise
    except (HTTPClientError, BotocoreConnectionError) as error:
        raise RetryableError(str(error)) from error
