"""The errors that S3 returns when a document is read, and what each means for the document.

Codes: S3 API Reference, "Error responses", 2026-11. Error codes of KMS have the prefix `KMS.`; they are listed in "Key
states of AWS KMS keys" (AWS KMS Developer Guide, 2026-11).
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
    "S3 allows nobody to read the object, or has blocked the account of its bucket. Ask the bucket's owner.",
)
_NO_SUCH_VERSION: Permanent = (ErrorCode.OBJECT_MISSING, "This version of the object no longer exists.")
_NO_SUCH_NAME: Permanent = (
    ErrorCode.OBJECT_MISSING,
    "No object can have this bucket, key, and version. Check where they come from.",
)
_ELSEWHERE: Permanent = (
    ErrorCode.OBJECT_UNREADABLE,
    "The bucket is in another Region. Textract reads only buckets in its own. Copy the object, then submit the copy.",
)
_KEY_UNAVAILABLE: Permanent = (
    ErrorCode.KEY_UNAVAILABLE,
    "The document's KMS key cannot be used. Enable it, and allow the pipeline to use it. Then reprocess the document.",
)
_REFUSED: Permanent = (ErrorCode.OBJECT_UNREADABLE, "S3 does not return the object.")
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
    # An object of 0 bytes has no valid range.
    "InvalidRange": (ErrorCode.EMPTY_OBJECT, "The object is empty."),
    "InvalidRequest": (
        ErrorCode.OBJECT_UNREADABLE,
        "S3 does not return the object: Textract cannot read objects that are encrypted with your own key (SSE-C).",
    ),
    "InvalidURI": _NO_SUCH_NAME,
    "KeyTooLongError": _NO_SUCH_NAME,
    "MethodNotAllowed": (ErrorCode.OBJECT_MISSING, "This version of the object is a delete marker."),
    "NoSuchBucket": (ErrorCode.OBJECT_MISSING, "The bucket does not exist."),
    "NoSuchKey": (
        ErrorCode.OBJECT_MISSING,
        "The object does not exist: it was deleted before it was processed, or never stored under this key.",
    ),
    "NoSuchVersion": _NO_SUCH_VERSION,
    "PermanentRedirect": _ELSEWHERE,
    "PreconditionFailed": (
        ErrorCode.OBJECT_CHANGED,
        "The object was replaced before it was processed. Its new content is a separate document.",
    ),
    **{f"KMS.{name}": _KEY_UNAVAILABLE for name in _KEY_ERRORS},
}


def reading_document() -> AbstractContextManager[None]:
    """The outcomes of a call that reads a document: if S3 refuses permanently, only this document fails."""
    return aws_outcomes(_UNREADABLE, _REFUSED)


def keeping_response() -> AbstractContextManager[None]:
    """The outcomes of a call that stores what Textract was paid for: each retry without it would be charged again."""
    return aws_outcomes(otherwise=_NOT_KEPT)
