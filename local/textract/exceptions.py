"""The errors that any step of a request or a job may end in, named and worded as Textract does.

The codes are all those of botocore's Textract model, those that every AWS JSON 1.1 service may answer
(SerializationException, UnknownOperationException), and one of our own for what Textract does and this does not
(UnsupportedOperationException). The default messages are the service's own, as far as callers have published them:
those of conflicts, quotas and adapters are the API reference's descriptions.
"""

from typing import ClassVar


class TextractError(Exception):
    """An error answered on the wire: `code` is its `__type`, `status` its HTTP status, `message` its text."""

    code: ClassVar[str] = "InternalServerError"
    status: ClassVar[int] = 400
    default: ClassVar[str] = ""

    def __init__(self, message: str | None = None) -> None:
        self.message = message or self.default
        super().__init__(self.message)


class BadDocumentError(TextractError):
    """The document cannot be read: truncated, corrupt or protected by a password."""

    code = "BadDocumentException"
    default = "Request has bad document"


class UnsupportedDocumentError(TextractError):
    """The format is not JPEG, PNG, PDF or TIFF, or a synchronous call was given more than one page."""

    code = "UnsupportedDocumentException"
    default = "Request has unsupported document format"


class DocumentTooLargeError(TextractError):
    """The document has more bytes, pages or pixels than the operation takes."""

    code = "DocumentTooLargeException"
    default = "Request has document that is too large"

    @classmethod
    def check(cls, size: int, most: int) -> None:
        """Raise it for a document of more bytes than the most."""
        if size > most:
            raise cls(f"{cls.default}: {size:,} bytes; the most is {most:,}")


class InvalidParameterError(TextractError):
    """A parameter is well formed but makes no sense: a made-up NextToken, QUERIES without questions."""

    code = "InvalidParameterException"
    default = "Request has invalid parameters"


class InvalidS3ObjectError(TextractError):
    """The S3 object is missing, or may not be read."""

    code = "InvalidS3ObjectException"
    default = "Unable to get object metadata from S3. Check object key, region and/or access permissions."


class InvalidKMSKeyError(TextractError):
    """The results cannot be encrypted with KMSKeyId."""

    code = "InvalidKMSKeyException"
    default = "Request has invalid KMS key"


class InvalidJobIdError(TextractError):
    """No job has this id, or it is of the other kind than the Get operation asks for."""

    code = "InvalidJobIdException"
    default = "Request has invalid Job Id"


class IdempotentParameterMismatchError(TextractError):
    """A ClientRequestToken came back with other parameters than it was first used with."""

    code = "IdempotentParameterMismatchException"
    default = "A ClientRequestToken was reused with different request parameters"


class LimitExceededError(TextractError):
    """As many asynchronous jobs are open as the account may have."""

    code = "LimitExceededException"
    default = "Open jobs exceed maximum concurrent job limit"


class ProvisionedThroughputExceededError(TextractError):
    """The operation was called more often a second than its quota."""

    code = "ProvisionedThroughputExceededException"
    default = "Provisioned rate exceeded"


class ThrottlingError(TextractError):
    """The service cannot take the work now: it has more in hand than it can do."""

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
    """There is no such adapter, nor anything else that has a name of its own."""

    code = "ResourceNotFoundException"
    default = "The specified resource was not found"


class ConflictError(TextractError):
    """An adapter is being changed by another request."""

    code = "ConflictException"
    default = "Updating or deleting a resource can cause an inconsistent state"


class ServiceQuotaExceededError(TextractError):
    """There are as many adapters as the account may have."""

    code = "ServiceQuotaExceededException"
    default = "The request would exceed a maximum service quota"


class HumanLoopQuotaExceededError(TextractError):
    """There are as many active human review workflows as the account may have."""

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
    """The local Textract or the S3 behind it failed, a job took too long, or a fault was asked for."""

    status = 500
    default = "Amazon Textract experienced a service issue. Try your call again."


class OutOfTimeError(InternalServerError):
    """A job has taken longer than it may, and is given up where it is."""

    default = "The job took longer than it may"


class CrashedError(InternalServerError):
    """A bug of ours."""

    default = "The local Textract failed while it worked on this request: its log has the traceback"
