"""The outcome of each error code that AWS documents for the pipeline's calls."""

from collections.abc import Mapping

from textract_pipeline.errors import ErrorCode

QUOTA, THROTTLE, RETRY = "quota is full", "throttle", "retry"


BUG = "bug"  # or a deployment that a person must fix: dead-letter queue and alarm


CALLER = "condition"  # the caller knows what it means: another writer was faster


UNKNOWN = "unknown"  # the account's quotas are unknown, and are found by trying


# The operations of each service that the pipeline calls; S3's errors are not listed by operation.
OPERATIONS = {
    "dynamodb": (
        *("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "TransactWriteItems"),
        "UpdateItem",
    ),
    "sqs": (
        *("ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "DeleteMessage", "GetQueueAttributes"),
        *("GetQueueUrl", "ReceiveMessage"),
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
    # A paid response: each retry without it is paid for again. So a write that S3 will never accept is not tried again.
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
        **_each(BUG, "BatchEntryIdsNotDistinct", "EmptyBatchRequest", "InvalidBatchEntryId"),
        **_each(BUG, "TooManyEntriesInBatchRequest"),
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
