"""The errors that a request may be answered with, or that may end a job."""

from typing import ClassVar


class BatchError(Exception):
    """An error response: `code` is what boto3 shows, `status` the HTTP status."""

    code: ClassVar[str] = "InternalServiceException"
    status: ClassVar[int] = 400

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class InvalidRequestError(BatchError):
    """A request that breaks a constraint of the service's model, or is inconsistent."""

    code = "InvalidRequest"


class MalformedXMLError(BatchError):
    """The request's body is not the XML of its operation."""

    code = "MalformedXML"


class IdempotencyError(BatchError):
    """A ClientRequestToken was reused with different parameters."""

    code = "IdempotencyException"


class InvalidNextTokenError(BatchError):
    """A NextToken that ListJobs did not return."""

    code = "InvalidNextTokenException"


class NoSuchJobError(BatchError):
    """No job has this id."""

    code = "NoSuchJob"
    status = 404


class JobStatusError(BatchError):
    """The job cannot change from its current status to the requested one."""

    code = "JobStatusException"


class UnsupportedOperationError(BatchError):
    """S3 Control has the operation, but this service does not."""

    code = "UnsupportedOperationException"
    status = 501


class InternalServiceError(BatchError):
    """The local S3 Batch Operations failed: a bug of ours."""

    status = 500


class JobFailedError(Exception):
    """A job cannot continue: `code` and `reason` become its FailureReasons."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"{code}: {reason}")
