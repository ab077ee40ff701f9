"""The outcomes that an AWS call can have for a document, in any step of the flow.

Retryable: the message comes back later, and the document is not at fault. Permanent: the document is FAILED (or
UNSUPPORTED) with a reason, and the message is done. Anything else is a bug, or a deployment that a person must fix: it
goes to the step's dead-letter queue, whose alarm goes off. Once it is fixed, the work is sent back.

tests/unit/textract_pipeline/test_error_codes.py checks the outcome of each code that AWS documents.
"""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from types import MappingProxyType

from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    NoRegionError,
    UnknownEndpointError,
)
from botocore.exceptions import ConnectionError as BotocoreConnectionError

from textract_pipeline.names import DocumentStatus

_REDIRECT, _REQUEST_TIMEOUT, _TOO_MANY_REQUESTS, _SERVER_ERROR = 300, 408, 429, 500
_OF_KMS = "KMS."  # S3 and SQS put it before the error code of KMS (seen in their answers, and in SQS's service model)
# What each means: "Errors" of the operation in the service's API Reference; "Error handling with DynamoDB" (DynamoDB
# Developer Guide); "Error responses" (S3 API Reference); 2026-11.
_THROTTLES = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "KmsThrottled",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_TRANSIENT = frozenset(
    {
        "BadDigest",  # bytes were lost or changed on their way to S3
        "DependencyTimeoutException",
        "IncompleteBody",
        "InternalException",
        "InternalServerError",
        "KMSInternalException",
        "KeyUnavailableException",
        "MessageNotInflight",  # the message is already back in its queue
        "OperationAborted",  # another request is changing the same object in S3
        "OverLimit",  # too many messages of the queue are in flight
        "PriorRequestNotComplete",
        "Redirect",  # the DNS of S3 does not know the new bucket's Region yet
        "ReplicatedWriteConflictException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ResourceConflictException",  # the function is being changed
        "ServiceException",
        "ServiceUnavailable",
        "SnapStartNotReadyException",
        "TemporaryRedirect",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
# A person must fix these for all documents: credentials, the clock, or the key or network of a function or a queue. The
# HTTP status does not matter. With endless retries nobody would notice, and no document is to blame.
_DEPLOYMENT = frozenset(
    {
        "EC2AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidRuntimeException",
        "InvalidSecurity",
        "InvalidSecurityGroupIDException",
        "InvalidSubnetIDException",
        "InvalidToken",
        "InvalidZipFileException",
        "KMSAccessDeniedException",
        "KMSDisabledException",
        "KMSInvalidStateException",
        "KMSNotFoundException",
        "NotImplemented",
        "NotSignedUp",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "SubnetIPAddressLimitReachedException",
        "TokenRefreshRequired",
        "UnrecognizedClientException",
    }
)
Permanent = tuple["ErrorCode", str]  # our code, and advice for people


class ErrorCode(StrEnum):
    """Why a document failed: the `errorCode` of its DocumentsTable item."""

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
    KEY_UNAVAILABLE = "KEY_UNAVAILABLE"
    NOT_ROUTED = "NOT_ROUTED"
    OBJECT_ARCHIVED = "OBJECT_ARCHIVED"
    OBJECT_CHANGED = "OBJECT_CHANGED"
    OBJECT_MISSING = "OBJECT_MISSING"
    OBJECT_UNREADABLE = "OBJECT_UNREADABLE"
    OUTPUTS_REFUSED = "OUTPUTS_REFUSED"
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
    """Textract is running as many jobs as the account may have. None can start until one completes."""


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


class NoEndpointError(Exception):
    """A service has no address in the deployment's Region, or its address is wrong.

    No document is to blame and waiting does not help, so it is neither retried endlessly nor counted as a document's
    failure. It is treated as a bug: the alarms of the function and of its dead-letter queue go off, and once a person
    has fixed it, `redrive` sends all work back. If a host only refuses connections or does not answer, it may come
    back: that is retryable.
    """


@contextmanager
def aws_outcomes(
    permanent: Mapping[str, Permanent] = MappingProxyType({}), otherwise: Permanent | None = None
) -> Iterator[None]:
    """Turn the errors of the AWS call inside into one of the three outcomes.

    `permanent` maps the service's error codes that are the document's fault to our code and to advice for people. The
    service's message is added. `otherwise` is used for every other refusal, if the call concerns only this document.
    Raises DocumentError, RetryableError, or NoEndpointError; any other ClientError (a missing permission, a wrong
    parameter: a bug) passes through unchanged.
    """
    try:
        yield
    except ClientError as error:
        outcome = _outcome(error, permanent, otherwise)
        if outcome is None:
            raise
        raise outcome from error
    except (NoRegionError, UnknownEndpointError) as error:
        raise _no_endpoint(error) from error
    except EndpointConnectionError as error:
        raise _no_endpoint(error) if _is_unknown(error) else RetryableError(str(error)) from error
    except (HTTPClientError, BotocoreConnectionError, IncompleteReadError, FlexibleChecksumError) as error:
        raise RetryableError(str(error)) from error


def _outcome(
    error: ClientError, permanent: Mapping[str, Permanent], otherwise: Permanent | None
) -> RetryableError | DocumentError | None:
    """The outcome that a service's answer means; None if it is a bug."""
    told = error.response["Error"]
    name, status = told.get("Code", ""), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if name in permanent:
        return _document_error(permanent[name], told.get("Message") or name)
    if retryable := _retryable(name.removeprefix(_OF_KMS), status):
        return None if name in _DEPLOYMENT else retryable(str(error))
    if otherwise and status >= _REDIRECT and name not in _DEPLOYMENT:
        return _document_error(otherwise, told.get("Message") or name)
    return None


def _retryable(name: str, status: int) -> type[RetryableError] | None:
    """The error with which a call is retried; None if it is not retried."""
    if name == "LimitExceededException":
        return QuotaFullError
    if name in _THROTTLES or status == _TOO_MANY_REQUESTS:
        return ThrottledError
    if name in _TRANSIENT or status == _REQUEST_TIMEOUT or status >= _SERVER_ERROR:
        return RetryableError
    return None


def _document_error(permanent: Permanent, told: str) -> DocumentError:
    code, advice = permanent
    return DocumentError(code, f"{advice} ({told})")


def _is_unknown(error: EndpointConnectionError) -> bool:
    """Whether DNS says that the host does not exist. EAI_AGAIN does not count: then the name servers did not answer."""
    cause: BaseException | None = error.kwargs.get("error")
    while cause is not None and not isinstance(cause, socket.gaierror):
        cause = cause.__cause__ or cause.__context__
    return isinstance(cause, socket.gaierror) and cause.errno != socket.EAI_AGAIN


def _no_endpoint(error: Exception) -> NoEndpointError:
    return NoEndpointError(
        f"{error} There is no such service in this Region, or AWS_ENDPOINT_URL or the VPC's DNS is wrong: fix it, then"
        " redrive."
    )
