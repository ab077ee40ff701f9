"""What S3 answers to whoever reads a document: which of its errors mean what for the document.

Codes: S3 API Reference, "Error responses", 2026-11; what KMS answers S3 comes with `KMS.` before it, as in "Key states
of AWS KMS keys" (AWS KMS Developer Guide, 2026-11).
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from textract_pipeline.errors import ErrorCode, Permanent, aws_outcomes

_NOT_PERMITTED: Permanent = (
    ErrorCode.ACCESS_DENIED,
    "The pipeline may not read the object. Grant its functions s3:GetObject (and kms:Decrypt on its key).",
)
_BLOCKED: Permanent = (
    ErrorCode.ACCESS_DENIED,
    "S3 lets nobody read the object, or has blocked the account of its bucket. Ask the bucket's owner.",
)
_NO_SUCH_VERSION: Permanent = (ErrorCode.OBJECT_MISSING, "This version of the object does not exist any more.")
_NO_SUCH_NAME: Permanent = (
    ErrorCode.OBJECT_MISSING,
    "No object can have this bucket, key and version: see what named it.",
)
_ELSEWHERE: Permanent = (
    ErrorCode.OBJECT_UNREADABLE,
    "The bucket is in another Region, and Textract reads those of its own. Copy the object, then submit the copy.",
)
_KEY_UNAVAILABLE: Permanent = (
    ErrorCode.KEY_UNAVAILABLE,
    "The document's KMS key cannot be used. Enable it, and let the pipeline use it; then reprocess the document.",
)
_REFUSED: Permanent = (ErrorCode.OBJECT_UNREADABLE, "S3 does not hand the object out.")
_NOT_KEPT: Permanent = (
    ErrorCode.OUTPUTS_REFUSED,
    "The bucket does not accept Textract's response. Grant the functions s3:PutObject, then reprocess the document.",
)

_KEY_ERRORS = (
    "AccessDeniedException",
    "DisabledException",
    "IncorrectKeyException",
    "InvalidCiphertextException",
    "InvalidGrantTokenException",
    "InvalidKeyUsageException",
    "InvalidStateException",
    "KMSInvalidStateException",
    "NotFoundException",
    "OptInRequired",
    "UnrecognizedClientException",
)

_UNREADABLE: Mapping[str, Permanent] = {
    "AccessDenied": _NOT_PERMITTED,
    "AccountProblem": _BLOCKED,
    "AllAccessDisabled": _BLOCKED,
    "AuthorizationHeaderMalformed": _ELSEWHERE,
    "InvalidArgument": _NO_SUCH_NAME,  # "Invalid version id specified"
    "InvalidBucketName": _NO_SUCH_NAME,
    "InvalidObjectState": (
        ErrorCode.OBJECT_ARCHIVED,
        "The object is archived. Restore it, then submit it again.",
    ),
    "InvalidPayer": _BLOCKED,
    # Of 0 bytes, no range can be had.
    "InvalidRange": (ErrorCode.EMPTY_OBJECT, "The object is empty."),
    "InvalidRequest": (
        ErrorCode.OBJECT_UNREADABLE,
        "S3 does not hand the object out: Textract cannot read what is encrypted with a key of your own (SSE-C).",
    ),
    "InvalidURI": _NO_SUCH_NAME,
    "KeyTooLongError": _NO_SUCH_NAME,
    "MethodNotAllowed": (ErrorCode.OBJECT_MISSING, "This version of the object is a delete marker."),
    "NoSuchBucket": (ErrorCode.OBJECT_MISSING, "The bucket does not exist."),
    "NoSuchKey": (
        ErrorCode.OBJECT_MISSING,
        "The object does not exist: it was deleted before it was processed.",
    ),
    "NoSuchVersion": _NO_SUCH_VERSION,
    "PermanentRedirect": _ELSEWHERE,
    "PreconditionFailed": (
        ErrorCode.OBJECT_CHANGED,
        "The object was replaced before it was processed; its new content is a document of its own.",
    ),
    **{f"KMS.{name}": _KEY_UNAVAILABLE for name in _KEY_ERRORS},
}


def reading_document() -> AbstractContextManager[None]:
    """The outcomes of a call that reads a document: whatever S3 refuses for good is the document's failure alone."""
    return aws_outcomes(_UNREADABLE, _REFUSED)


def keeping_response() -> AbstractContextManager[None]:
    """The outcomes of a call that stores what Textract was paid for: each retry without it would be charged again."""
    return aws_outcomes(otherwise=_NOT_KEPT)
