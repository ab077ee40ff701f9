"""S3 as a job uses it: read its document, and write its results where OutputConfig says.

S3 is at `--s3-endpoint`, or else AWS_ENDPOINT_URL. It is called with this process's own credentials: Textract uses its
caller's, which cannot be derived from a signed request.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.textract.exceptions import (
    AccessDeniedError,
    InternalServerError,
    InvalidKMSKeyError,
    InvalidParameterError,
    InvalidS3ObjectError,
    TextractError,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef, PutObjectRequestTypeDef
    from mypy_boto3_textract.type_defs import OutputConfigTypeDef, S3ObjectTypeDef

ACCESS_CHECK = ".s3_access_check"
DEFAULT_PREFIX = "textract_output"  # API reference of OutputConfig


@dataclass(frozen=True, slots=True)
class S3Object:
    """Where a document is."""

    bucket: str
    key: str
    version: str | None = None

    @classmethod
    def of(cls, s3_object: "S3ObjectTypeDef | None") -> Self:
        """Raise InvalidParameterError unless both bucket and name are given: the model requires neither."""
        if not s3_object or "Bucket" not in s3_object or "Name" not in s3_object:
            raise InvalidParameterError("Request has invalid parameters: S3Object needs a Bucket and a Name")
        return cls(s3_object["Bucket"], s3_object["Name"], s3_object.get("Version"))


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """A job's results: `<prefix>/<JobId>/1`, `2`, … in `bucket`, encrypted with `kms_key` if there is one."""

    bucket: str
    folder: str
    kms_key: str | None

    @classmethod
    def of(cls, output: "OutputConfigTypeDef", kms_key: str | None, job_id: str) -> Self:
        """The folder of one job."""
        return cls(output["S3Bucket"], f"{output.get('S3Prefix', DEFAULT_PREFIX).strip('/')}/{job_id}", kms_key)


def s3_client(session: boto3.Session, endpoint: str | None) -> "S3Client":
    """An S3 client for an endpoint, or for boto3's default. Emulators need any credentials."""
    if endpoint and session.get_credentials() is None:
        return session.client("s3", endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test")  # noqa: S106 # nosec B106 - see above
    return session.client("s3", endpoint_url=endpoint)


class Storage:
    """S3 as Textract uses it."""

    def __init__(self, s3: "S3Client") -> None:
        self._s3 = s3

    def size(self, location: S3Object) -> int:
        """The document's size in bytes; raises InvalidS3ObjectError if it is missing or may not be read."""
        try:
            return self._s3.head_object(**_request(location))["ContentLength"]
        except ClientError as error:
            raise _unreadable(error) from error
        except BotoCoreError as error:
            raise InvalidS3ObjectError(f"{InvalidS3ObjectError.default} {error}") from error

    def read(self, location: S3Object) -> bytes:
        """The document's content; raises InvalidS3ObjectError if it is missing or may not be read."""
        try:
            return self._s3.get_object(**_request(location))["Body"].read()
        except ClientError as error:
            raise _unreadable(error) from error
        except BotoCoreError as error:
            raise InvalidS3ObjectError(f"{InvalidS3ObjectError.default} {error}") from error

    def check_access(self, output: OutputFolder) -> None:
        """Write the empty object that Textract writes; raises what `write` raises."""
        self.write(output, ACCESS_CHECK, b"")

    def write(self, output: OutputFolder, name: str, body: bytes) -> None:
        """Write one object; raises AccessDeniedError, InvalidKMSKeyError, or InvalidS3ObjectError."""
        request: PutObjectRequestTypeDef = {
            "Bucket": output.bucket,
            "Key": f"{output.folder}/{name}",
            "Body": body,
            "ContentType": "application/json",
        }
        if output.kms_key:
            request |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": output.kms_key}
        try:
            self._s3.put_object(**request)
        except ClientError as error:
            raise _unwritable(error, output) from error
        except BotoCoreError as error:
            raise InvalidS3ObjectError(f"Unable to write to s3://{output.bucket}/{output.folder}/: {error}") from error


def _request(location: S3Object) -> "GetObjectRequestTypeDef":
    request: GetObjectRequestTypeDef = {"Bucket": location.bucket, "Key": location.key}
    return request | {"VersionId": location.version} if location.version else request


def _is_server_fault(error: ClientError) -> bool:
    return error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500  # noqa: PLR2004 - HTTP's own number


def _unreadable(error: ClientError) -> TextractError:
    return InternalServerError(f"S3 failed: {error}") if _is_server_fault(error) else InvalidS3ObjectError()


def _unwritable(error: ClientError, output: OutputFolder) -> TextractError:
    code = error.response["Error"]["Code"]
    where = f"s3://{output.bucket}/{output.folder}/, where OutputConfig asks for the results: {error}"
    if _is_server_fault(error):
        return InternalServerError(f"S3 failed at {where}")
    if code == "AccessDenied":
        return AccessDeniedError(f"No permission to write to {where}")
    if code.startswith("KMS."):
        return InvalidKMSKeyError()
    return InvalidS3ObjectError(f"Unable to write to {where}")
