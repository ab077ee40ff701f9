"""What a request may be answered instead of its result, and what may end a job."""

from typing import ClassVar


class BatchError(Exception):
    """An error answered on the wire: `code` is what boto3 shows, `status` its HTTP status."""

    code: ClassVar[str] = "InternalServiceException"
    status: ClassVar[int] = 400

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class InvalidRequestError(BatchError):
    """A request that breaks a constraint of the service's model, or makes no sense."""

    code = "InvalidRequest"


class MalformedXMLError(BatchError):
    """The request's body is not the XML of its operation."""

    code = "MalformedXML"


class IdempotencyError(BatchError):
    """A ClientRequestToken came back with other parameters than it was first used with."""

    code = "IdempotencyException"


class InvalidNextTokenError(BatchError):
    """A NextToken that ListJobs did not give."""

    code = "InvalidNextTokenException"


class NoSuchJobError(BatchError):
    """No job has this id."""

    code = "NoSuchJob"
    status = 404


class JobStatusError(BatchError):
    """The job cannot go from where it is to the status that was asked for."""

    code = "JobStatusException"


class UnsupportedOperationError(BatchError):
    """S3 Control has the operation, this has not."""

    code = "UnsupportedOperationException"
    status = 501


class InternalServiceError(BatchError):
    """The local S3 Batch Operations failed: a bug of ours."""

    status = 500


class JobFailedError(Exception):
    """A job cannot go on: `code` and `reason` become its FailureReasons."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"{code}: {reason}")
