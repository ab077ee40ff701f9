"""What is said of an error of AWS or of the local cloud. Imported once there is one."""

import click
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from cli.target import TargetError
from local.cloud_error import LocalCloudError
from textract_pipeline.errors import NoEndpointError, RetryableError


def told(error: Exception) -> click.ClickException | None:
    """The error in one line, with its exit code; None for a defect, which keeps its traceback."""
    words = " ".join(str(error).split())
    if isinstance(error, ParamValidationError):
        return click.UsageError(words)
    if isinstance(error, BotoCoreError):
        return TargetError(f"{words} (check --profile and --region; or start a local cloud: local up).")
    if isinstance(error, ClientError | RetryableError | NoEndpointError | LocalCloudError):
        return TargetError(words)
    return None
