"""What boto3 raises, as the pipeline's clients see it."""

from typing import Any

from botocore.exceptions import ClientError


def service_error(operation: str, code: str, message: str = "", status: int = 400, **more: object) -> ClientError:
    """A service's answer with an error."""
    response: Any = {
        "Error": {"Code": code, "Message": message or code},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **more,
    }
    return ClientError(response, operation)
