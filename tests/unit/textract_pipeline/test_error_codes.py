"""Every error that AWS documents for the pipeline's calls has one of the three outcomes, chosen on purpose.

The codes come from botocore's service models, in which AWS publishes the errors of each operation. Those of S3 are in
the shape `Error` (the same list as in "Error responses", S3 API Reference, 2026-11). Those of KMS, which other services
pass on, are in its operations Decrypt and GenerateDataKey. A code that is in no table fails: decide what it means.
"""

import re
import socket
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    FlexibleChecksumError,
    IncompleteReadError,
    NoRegionError,
    ReadTimeoutError,
    UnknownEndpointError,
)
from urllib3.exceptions import NameResolutionError, NewConnectionError

from tests.support.documents import a_document
from textract_pipeline.aws import clients, event_bus, functions, objects, queues, service_quotas, textract
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import ObjectVersion
from textract_pipeline.errors import (
    DocumentError,
    ErrorCode,
    NoEndpointError,
    QuotaFullError,
    RetryableError,
    ThrottledError,
)
from textract_pipeline.names import DocumentStatus
from textract_pipeline.settings import StartSettings

DOCUMENT = a_document(status=DocumentStatus.SUCCEEDED)
START = StartSettings("d", "c", "a", "ab", "topic", "role", "results", 1, 0, 3, 10, True, "", {})

QUOTA, THROTTLE, RETRY = "quota is full", "throttle", "retry"
BUG = "bug"  # or a deployment that a person must fix: dead-letter queue and alarm
CALLER = "condition"  # the caller knows what it means: another writer was faster
UNKNOWN = "unknown"  # the account's quotas are unknown, and are found by trying

# The calls, one for each set of outcomes.
CALLS: dict[str, Callable[[], object]] = {
    "document": lambda: objects.inspect(ObjectVersion("documents", "a.pdf", "v1")),
    "s3": lambda: objects.discard_progress(DOCUMENT, "job"),
    "response": lambda: objects.save_response(DOCUMENT, {"Blocks": []}),
    "dynamodb": lambda: DocumentsTable("documents").get("0" * 32),
    "sqs": lambda: queues.send("https://queue", "{}"),
    "lambda": lambda: functions.invoke("function"),
    "events": lambda: event_bus.announce([DOCUMENT]),
    "textract": lambda: textract.start_job(DOCUMENT, START),
    "textract sync": lambda: textract.analyze(DOCUMENT),
    "textract get": lambda: textract.job_state("job", textract.ANALYSIS),
    "service-quotas": service_quotas.of_account,
}

# The operations of each service that the pipeline calls; S3's errors are not listed by operation.
OPERATIONS = {
    "dynamodb": (
        *("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "TransactWriteItems"),
        "UpdateItem",
    ),
    "sqs": (
        *("ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ReceiveMessage"),
        "SendMessage",
    ),
    "lambda": ("Invoke", "ListEventSourceMappings", "UpdateEventSourceMapping"),
    "events": ("PutEvents",),
    "textract": ("StartDocumentAnalysis", "StartDocumentTextDetection"),
    "textract sync": ("AnalyzeDocument", "DetectDocumentText"),
    "textract get": ("GetDocumentAnalysis", "GetDocumentTextDetection"),
    "service-quotas": ("ListServiceQuotas",),
}

OF_KMS: Mapping[str, str] = {
    "AccessDeniedException": ErrorCode.KEY_UNAVAILABLE,
    "DependencyTimeoutException": RETRY,
    "DisabledException": ErrorCode.KEY_UNAVAILABLE,
    "DryRunOperationException": ErrorCode.OBJECT_UNREADABLE,  # the pipeline makes no dry runs
    "IncorrectKeyException": ErrorCode.KEY_UNAVAILABLE,
    "InvalidCiphertextException": ErrorCode.KEY_UNAVAILABLE,
    "InvalidGrantTokenException": ErrorCode.KEY_UNAVAILABLE,
    "InvalidKeyUsageException": ErrorCode.KEY_UNAVAILABLE,
    "InvalidStateException": ErrorCode.KEY_UNAVAILABLE,
    "KMSInternalException": RETRY,
    "KMSInvalidStateException": ErrorCode.KEY_UNAVAILABLE,
    "KeyUnavailableException": RETRY,
    "NotFoundException": ErrorCode.KEY_UNAVAILABLE,
    "OptInRequired": ErrorCode.KEY_UNAVAILABLE,
    "ThrottlingException": THROTTLE,  # "Request throttling" (AWS KMS Developer Guide, 2026-11); in no model
    "UnrecognizedClientException": ErrorCode.KEY_UNAVAILABLE,
}


def _each(outcome: str, *codes: str) -> dict[str, str]:
    return dict.fromkeys(codes, outcome)


# S3, for every call.
OF_S3 = {
    **_each(THROTTLE, "SlowDown"),
    **_each(RETRY, "BadDigest", "IncompleteBody", "InternalError", "OperationAborted", "Redirect", "RequestTimeout"),
    **_each(RETRY, "ServiceUnavailable", "TemporaryRedirect"),
    # The caller is unknown, or the clock is wrong: this affects all documents.
    **_each(BUG, "ExpiredToken", "InvalidAccessKeyId", "InvalidSecurity", "InvalidToken", "NotImplemented"),
    **_each(BUG, "NotSignedUp", "RequestTimeTooSkewed", "SignatureDoesNotMatch", "TokenRefreshRequired"),
}
# S3, if the call concerns one document: if S3 refuses permanently, only this document fails.
OF_DOCUMENT = {
    **_each(ErrorCode.ACCESS_DENIED, "AccessDenied", "AccountProblem", "AllAccessDisabled", "InvalidPayer"),
    **_each(ErrorCode.OBJECT_ARCHIVED, "InvalidObjectState"),
    **_each(ErrorCode.OBJECT_CHANGED, "PreconditionFailed"),
    **_each(ErrorCode.OBJECT_MISSING, "InvalidArgument", "InvalidBucketName", "InvalidURI", "KeyTooLongError"),
    **_each(ErrorCode.OBJECT_MISSING, "MethodNotAllowed", "NoSuchBucket", "NoSuchKey", "NoSuchVersion"),
    **_each(ErrorCode.OBJECT_UNREADABLE, "AuthorizationHeaderMalformed", "InvalidRequest", "PermanentRedirect"),
    "InvalidRange": "an empty object",
}
# Codes of S3 operations and parameters that the pipeline does not use: if they concern a document, it fails.
FOREIGN = (
    *("AmbiguousGrantByEmailAddress", "BucketAlreadyExists", "BucketAlreadyOwnedByYou", "BucketNotEmpty"),
    *("CredentialsNotSupported", "CrossLocationLoggingProhibited", "EncryptionTypeMismatch", "EntityTooLarge"),
    *("EntityTooSmall", "IllegalVersioningConfigurationException", "IncorrectNumberOfFilesInPostRequest"),
    *("InlineDataTooLarge", "InvalidAddressingHeader", "InvalidBucketState", "InvalidDigest"),
    *("InvalidEncryptionAlgorithmError", "InvalidLocationConstraint", "InvalidPart", "InvalidPartOrder"),
    *("InvalidPolicyDocument", "InvalidSOAPRequest", "InvalidStorageClass", "InvalidTargetBucketForLogging"),
    *("InvalidWriteOffset", "MalformedACLError", "MalformedPOSTRequest", "MalformedXML", "MaxMessageLengthExceeded"),
    *("MaxPostPreDataLengthExceededError", "MetadataTooLarge", "MissingAttachment", "MissingContentLength"),
    *("MissingRequestBodyError", "MissingSecurityElement", "MissingSecurityHeader", "NoLoggingStatusForKey"),
    *("NoSuchBucketPolicy", "NoSuchLifecycleConfiguration", "NoSuchUpload", "RequestIsNotMultiPartContent"),
    *("RequestTorrentOfBucketError", "RestoreAlreadyInProgress", "TooManyBuckets", "TooManyParts"),
    *("UnexpectedContent", "UnresolvableGrantByEmailAddress", "UserKeyMustBeSpecified"),
)
OF_TEXTRACT = {
    **_each(BUG, "AccessDeniedException", "HumanLoopQuotaExceededException"),
    **_each(RETRY, "InternalServerError"),
    **_each(THROTTLE, "ProvisionedThroughputExceededException", "ThrottlingException"),
    **_each(QUOTA, "LimitExceededException"),
    **_each(ErrorCode.BAD_DOCUMENT, "BadDocumentException"),
    **_each(ErrorCode.INVALID_REQUEST, "InvalidParameterException"),
    **_each(ErrorCode.JOB_LOST, "IdempotentParameterMismatchException"),
    **_each(ErrorCode.KEY_UNAVAILABLE, "InvalidKMSKeyException"),
    **_each(ErrorCode.OBJECT_UNREADABLE, "InvalidS3ObjectException"),
    **_each(ErrorCode.TOO_LARGE, "DocumentTooLargeException"),
    **_each(ErrorCode.UNSUPPORTED_FORMAT, "UnsupportedDocumentException"),
}

TABLE: dict[str, dict[str, str]] = {
    "document": {
        **_each(ErrorCode.OBJECT_UNREADABLE, *FOREIGN),
        **OF_S3,
        **OF_DOCUMENT,
        **{f"KMS.{code}": outcome for code, outcome in OF_KMS.items()},
    },
    # Outputs, responses, and lists: a problem with the pipeline's own bucket or key affects all documents.
    "s3": {
        **_each(BUG, *FOREIGN, *OF_DOCUMENT),
        **OF_S3,
        **{f"KMS.{code}": outcome if outcome in {RETRY, THROTTLE} else BUG for code, outcome in OF_KMS.items()},
    },
    # What has been paid for: without it, each retry is paid for again. So nothing that S3 will never do is tried again.
    "response": {
        **_each(ErrorCode.OUTPUTS_REFUSED, *FOREIGN, *OF_DOCUMENT),
        **OF_S3,
        **{
            f"KMS.{code}": outcome if outcome in {RETRY, THROTTLE} else ErrorCode.OUTPUTS_REFUSED
            for code, outcome in OF_KMS.items()
        },
    },
    "dynamodb": {
        **_each(CALLER, "ConditionalCheckFailedException", "TransactionCanceledException"),
        **_each(RETRY, "InternalServerError", "ReplicatedWriteConflictException", "TransactionConflictException"),
        **_each(RETRY, "TransactionInProgressException"),
        **_each(THROTTLE, "ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"),
        **_each(BUG, "IdempotentParameterMismatchException", "ItemCollectionSizeLimitExceededException"),
        **_each(BUG, "ResourceNotFoundException"),
        # "Error handling with DynamoDB" and "Common errors", 2026-11; also the answer if a table's key is disabled.
        **_each(BUG, "AccessDeniedException", "ExpiredTokenException", "IncompleteSignatureException"),
        **_each(BUG, "KMSAccessDeniedException", "KMSDisabledException", "MissingAuthenticationTokenException"),
        **_each(BUG, "UnrecognizedClientException", "ValidationException"),
        **_each(RETRY, "ServiceUnavailable"),
    },
    "sqs": {
        **_each(THROTTLE, "KmsThrottled", "RequestThrottled"),
        **_each(RETRY, "MessageNotInflight", "OverLimit"),
        **_each(BUG, "InvalidAddress", "InvalidAttributeName", "InvalidIdFormat", "InvalidMessageContents"),
        **_each(BUG, "InvalidSecurity", "QueueDoesNotExist", "ReceiptHandleIsInvalid", "UnsupportedOperation"),
        # The queue's key: no message can be read or sent until a person fixes it.
        **_each(BUG, "KmsAccessDenied", "KmsDisabled", "KmsInvalidKeyUsage", "KmsInvalidState", "KmsNotFound"),
        **_each(BUG, "KmsOptInRequired"),
        # The same errors in SQS's older protocol ("SQS API Reference", SendMessage, Errors, 2026-11).
        **{f"KMS.{code}": outcome if outcome in {RETRY, THROTTLE} else BUG for code, outcome in OF_KMS.items()},
        **_each(BUG, "AWS.SimpleQueueService.NonExistentQueue"),
    },
    "lambda": {
        **_each(THROTTLE, "EC2ThrottledException", "TooManyRequestsException"),
        **_each(RETRY, "EC2UnexpectedException", "EFSMountConnectivityException", "EFSMountTimeoutException"),
        **_each(RETRY, "ENILimitReachedException", "ENINotReadyException", "ResourceConflictException"),
        **_each(RETRY, "ResourceNotReadyException", "S3FilesMountConnectivityException"),
        **_each(RETRY, "S3FilesMountTimeoutException", "ServiceException", "SnapStartNotReadyException"),
        **_each(RETRY, "SnapStartTimeoutException"),
        **_each(BUG, "CodeArtifactUserDeletedException", "CodeArtifactUserFailedException"),
        **_each(BUG, "CodeArtifactUserPendingException", "DurableExecutionAlreadyStartedException"),
        **_each(BUG, "EC2AccessDeniedException", "EFSIOException", "EFSMountFailureException"),
        **_each(BUG, "InvalidParameterValueException", "InvalidRequestContentException", "InvalidRuntimeException"),
        **_each(BUG, "InvalidSecurityGroupIDException", "InvalidSubnetIDException", "InvalidZipFileException"),
        **_each(BUG, "KMSAccessDeniedException", "KMSDisabledException", "KMSInvalidStateException"),
        **_each(BUG, "KMSNotFoundException", "ModeNotSupportedException", "NoPublishedVersionException"),
        **_each(BUG, "RecursiveInvocationException", "RequestTooLargeException", "ResourceInUseException"),
        **_each(BUG, "ResourceNotFoundException", "S3FilesMountFailureException"),
        **_each(BUG, "SerializedRequestEntityTooLargeException", "ServiceQuotaExceededException"),
        **_each(BUG, "SnapStartException", "SnapStartRegenerationFailureException"),
        **_each(BUG, "SubnetIPAddressLimitReachedException", "UnsupportedMediaTypeException"),
    },
    "events": {**_each(RETRY, "InternalException"), **_each(THROTTLE, "ThrottlingException")},
    "textract": OF_TEXTRACT,
    "textract sync": OF_TEXTRACT,
    "textract get": {
        **_each(BUG, "AccessDeniedException"),
        **_each(RETRY, "InternalServerError"),
        **_each(THROTTLE, "ProvisionedThroughputExceededException", "ThrottlingException"),
        **_each(ErrorCode.JOB_LOST, "InvalidJobIdException", "InvalidParameterException"),
        **_each(ErrorCode.KEY_UNAVAILABLE, "InvalidKMSKeyException"),
        **_each(ErrorCode.OBJECT_UNREADABLE, "InvalidS3ObjectException"),
    },
    "service-quotas": _each(
        UNKNOWN,
        *("AccessDeniedException", "IllegalArgumentException", "InvalidPaginationTokenException"),
        *("NoSuchResourceException", "ServiceException", "TooManyRequestsException"),
    ),
}
# Answers of any service that the SDK treats as throttling or a timeout (botocore/retries/standard.py).
EVERYWHERE = {
    **_each(THROTTLE, "BandwidthLimitExceeded", "RequestThrottledException", "ThrottledException", "Throttling"),
    **_each(RETRY, "PriorRequestNotComplete", "RequestTimeoutException"),
}


class Refusing:
    """A client whose calls all fail."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return self._fail

    def _fail(self, *_: object, **__: object) -> Any:
        raise self._error


@cache
def model(service: str) -> Any:
    make_client: Any = boto3.client
    return make_client(service, region_name="us-east-1").meta.service_model


def documented(call: str) -> Iterator[tuple[str, int]]:
    """The codes that AWS documents for a call, with their HTTP status."""
    if call in {"document", "s3", "response"}:
        text = model("s3").shape_for("Error").members["Code"].documentation
        for item in text.split("<i>Code:</i>")[1:]:
            code = re.match(r"\s*([A-Za-z]{2,})", item)
            status = re.search(r"HTTP Status Code:</i>\s*(\d{3})", item)
            if code:
                yield code[1], int(status[1]) if status else 400
        for operation in model("s3").operation_names:
            yield from _errors("s3", operation)
    else:
        for operation in OPERATIONS[call]:
            yield from _errors(call.split(maxsplit=1)[0], operation)


def _errors(service: str, operation: str) -> Iterator[tuple[str, int]]:
    used = {"GetObject", "HeadObject", "PutObject", "ListObjectsV2", "ListObjectVersions", "DeleteObject"}
    if service == "s3" and operation not in used:
        return
    for shape in model(service).operation_model(operation).error_shapes:
        status = shape.metadata.get("error", {}).get("httpStatusCode")
        yield shape.error_code, status or (500 if shape.metadata.get("fault") else 400)


def statuses(call: str) -> dict[str, int]:
    return dict(documented(call))


CASES = [(call, code, outcome) for call, table in TABLE.items() for code, outcome in ({**EVERYWHERE, **table}).items()]


def service_error(code: str, status: int) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": "as said"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Operation")


def refuse(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    for name in ("s3", "dynamodb", "sqs", "lambda_", "events", "textract", "textract_start", "service_quotas"):
        monkeypatch.setattr(clients, name, lambda: Refusing(error))


RAISED: dict[type[Exception], str] = {
    QuotaFullError: QUOTA,
    ThrottledError: THROTTLE,
    RetryableError: RETRY,
    NoEndpointError: BUG,
    BotoCoreError: BUG,
}


def outcome_of(call: str) -> str:
    try:
        answer = CALLS[call]()
    except DocumentError as error:
        return error.code
    except ClientError as error:
        told = error.response["Error"]["Code"]
        return CALLER if told in {"ConditionalCheckFailedException", "TransactionCanceledException"} else BUG
    except tuple(RAISED) as error:
        return next(outcome for kind, outcome in RAISED.items() if isinstance(error, kind))
    if call == "service-quotas":
        return UNKNOWN
    return "an empty object" if getattr(answer, "size_bytes", None) == 0 else f"answered {answer}"


@pytest.mark.parametrize("call", CALLS)
def test_every_code_that_is_documented_has_an_outcome_that_was_chosen(call: str) -> None:
    assert set(statuses(call)) - set(TABLE[call]) == set()


def test_every_error_of_a_key_has_an_outcome_that_was_chosen() -> None:
    kms = {code for operation in ("Decrypt", "GenerateDataKey") for code, _ in _errors("kms", operation)}
    assert kms - set(OF_KMS) == set()


@pytest.mark.parametrize(("call", "code", "outcome"), CASES)
def test_a_code_has_its_outcome(monkeypatch: pytest.MonkeyPatch, call: str, code: str, outcome: str) -> None:
    refuse(monkeypatch, service_error(code, statuses(call).get(code, 503 if code == "ServiceUnavailable" else 400)))
    assert outcome_of(call) == (UNKNOWN if call == "service-quotas" else outcome)


def _connecting(cause: Exception) -> EndpointConnectionError:
    return EndpointConnectionError(endpoint_url="https://textract.eu-north-9.amazonaws.com/", error=cause)


def _unresolved(number: int) -> Exception:
    return NameResolutionError("host", Any, socket.gaierror(number, "reason"))  # type: ignore[arg-type]


def _caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (_connecting(NewConnectionError(Any, "Connection refused")), RETRY),  # type: ignore[arg-type]
        (_connecting(_caused(_unresolved(socket.EAI_AGAIN), socket.gaierror(socket.EAI_AGAIN, "try again"))), RETRY),
        (_connecting(_caused(_unresolved(socket.EAI_NONAME), socket.gaierror(socket.EAI_NONAME, "unknown"))), BUG),
        (_connecting(socket.gaierror(socket.EAI_NONAME, "Name or service not known")), BUG),
        (UnknownEndpointError(service_name="textract", region_name="eu-north-9"), BUG),
        (NoRegionError(), BUG),
        (ConnectTimeoutError(endpoint_url="https://host"), RETRY),
        (ReadTimeoutError(endpoint_url="https://host"), RETRY),
        (ConnectionClosedError(endpoint_url="https://host"), RETRY),
        (IncompleteReadError(actual_bytes=1, expected_bytes=2), RETRY),
        (FlexibleChecksumError(error_msg="other bytes"), RETRY),
    ],
)
@pytest.mark.parametrize("call", ["document", "dynamodb", "textract"])
def test_a_host_that_does_not_answer_is_asked_again_and_one_that_there_is_not_is_for_a_person(
    monkeypatch: pytest.MonkeyPatch, call: str, error: Exception, outcome: str
) -> None:
    refuse(monkeypatch, error)
    assert outcome_of(call) == outcome


def test_a_service_that_the_region_does_not_have_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, _connecting(socket.gaierror(socket.EAI_NONAME, "Name or service not known")))
    with pytest.raises(NoEndpointError, match=r"textract\.eu-north-9.*Region.*redrive"):
        textract.analyze(DOCUMENT)


def test_a_job_that_was_started_with_other_settings_asks_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, service_error("IdempotentParameterMismatchException", 400))
    with pytest.raises(DocumentError, match="reprocess"):
        textract.start_job(DOCUMENT, START)
