"""The errors that any step of a request or a job may raise, with Textract's names and messages.

The codes are those of botocore's Textract model, those that every AWS JSON 1.1 service may return
(SerializationException, UnknownOperationException), and one of our own for what Textract can do and this cannot
(UnsupportedOperationException). The default messages are the service's own, as far as callers have published them;
those of conflicts, quotas, and adapters are the API reference's descriptions.
"""

from typing import ClassVar


class TextractError(Exception):
    """An error response: `code` is its `__type`, `status` the HTTP status, `message` the text."""

    code: ClassVar[str] = "InternalServerError"
    status: ClassVar[int] = 400
    default: ClassVar[str] = ""

    def __init__(self, message: str | None = None) -> None:
        self.message = message or self.default
        super().__init__(self.message)


class BadDocumentError(TextractError):
    """The document cannot be read: truncated, corrupt, or password-protected."""

    code = "BadDocumentException"
    default = "Request has bad document"


class UnsupportedDocumentError(TextractError):
    """The format is not JPEG, PNG, PDF, or TIFF, or a synchronous call was given more than one page."""

    code = "UnsupportedDocumentException"
    default = "Request has unsupported document format"


class DocumentTooLargeError(TextractError):
    """The document has more bytes, pages, or pixels than the operation accepts."""

    code = "DocumentTooLargeException"
    default = "Request has document that is too large"

    @classmethod
    def check(cls, size: int, most: int) -> None:
        """Raise this error for a document with more bytes than `most`."""
        if size > most:
            raise cls(f"{cls.default}: {size:,} bytes; the limit is {most:,}")


class InvalidParameterError(TextractError):
    """A parameter is well-formed but invalid: a made-up NextToken, QUERIES without queries."""

    code = "InvalidParameterException"
    default = "Request has invalid parameters"


class InvalidS3ObjectError(TextractError):
    """The S3 object is missing or may not be read."""

    code = "InvalidS3ObjectException"
    default = "Unable to get object metadata from S3. Check object key, region and/or access permissions."


class InvalidKMSKeyError(TextractError):
    """The results cannot be encrypted with KMSKeyId."""

    code = "InvalidKMSKeyException"
    default = "Request has invalid KMS key"


class InvalidJobIdError(TextractError):
    """No job has this id, or the job is of a different kind than the Get operation."""

    code = "InvalidJobIdException"
    default = "Request has invalid Job Id"


class IdempotentParameterMismatchError(TextractError):
    """A ClientRequestToken was reused with different parameters."""

    code = "IdempotentParameterMismatchException"
    default = "A ClientRequestToken was reused with different request parameters"


class LimitExceededError(TextractError):
    """The account already has the maximum number of open asynchronous jobs."""

    code = "LimitExceededException"
    default = "Open jobs exceed maximum concurrent job limit"


class ProvisionedThroughputExceededError(TextractError):
    """The operation was called more often per second than its quota allows."""

    code = "ProvisionedThroughputExceededException"
    default = "Provisioned rate exceeded"


class ThrottlingError(TextractError):
    """The service cannot accept the call now: it is overloaded."""

    code = "ThrottlingException"
    status = 500
    default = "Rate exceeded"


class AccessDeniedError(TextractError):
    """The results may not be written to the bucket of OutputConfig."""

    code = "AccessDeniedException"
    default = "Access denied"


class ValidationError(TextractError):
    """A request about adapters breaks a constraint of the model; those about documents are InvalidParameterError."""

    code = "ValidationException"
    default = "1 validation error detected"


class ResourceNotFoundError(TextractError):
    """There is no such adapter or other named resource."""

    code = "ResourceNotFoundException"
    default = "The specified resource was not found"


class ConflictError(TextractError):
    """An adapter is being changed by another request."""

    code = "ConflictException"
    default = "Updating or deleting a resource can cause an inconsistent state"


class ServiceQuotaExceededError(TextractError):
    """The account already has the maximum number of adapters."""

    code = "ServiceQuotaExceededException"
    default = "The request would exceed a maximum service quota"


class HumanLoopQuotaExceededError(TextractError):
    """The account already has the maximum number of active human review workflows."""

    code = "HumanLoopQuotaExceededException"
    default = "You have exceeded the maximum number of active human in the loop workflows available"


class SerializationError(TextractError):
    """The request's body is not the JSON of its operation."""

    code = "SerializationException"
    default = "The request's body is not the operation's JSON"


class UnknownOperationError(TextractError):
    """X-Amz-Target names no operation of the Textract model."""

    code = "UnknownOperationException"
    default = "X-Amz-Target names no operation"
    status = 404


class UnsupportedOperationError(TextractError):
    """The operation exists in Textract but not here."""

    code = "UnsupportedOperationException"
    default = "The local Textract does not have this operation"
    status = 501


class InternalServerError(TextractError):
    """The local Textract or its S3 failed, a job took too long, or a fault was configured."""

    status = 500
    default = "Amazon Textract experienced a service issue. Try your call again."


class OutOfTimeError(InternalServerError):
    """A job has taken longer than it may, and is given up where it is."""

    default = "The job took longer than it may"


class CrashedError(InternalServerError):
    """A bug of ours."""

    default = "The local Textract failed on this request: its log has the traceback"
