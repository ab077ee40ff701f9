"""The S3 Batch Operations jobs that import a backfill's documents: create, describe, and cancel them."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cli.target import Target
from textract_pipeline.aws import clients

if TYPE_CHECKING:
    from mypy_boto3_s3control.type_defs import JobDescriptorTypeDef

    from cli.backfill.record import BackfillRecord

ENDED = frozenset({"Complete", "Failed", "Cancelled"})
_NO_MORE_TASKS = ENDED | {"Completing", "Failing", "Cancelling"}
_PRIORITY = 10
_REPORT_FORMAT = "Report_CSV_20180820"


def create_job(target: Target, record: "BackfillRecord") -> str:
    """Create a job for all objects of the backfill; return its id. A repeated call by mistake gets the same job."""
    parameters: dict[str, Any] = {
        "AccountId": target.account,
        "ClientRequestToken": f"{record.id}-{len(record.job_ids) + 1}",
        "Description": f"textract-pipeline backfill {record.id}",
        "ConfirmationRequired": False,
        "Priority": _PRIORITY,
        "RoleArn": target.output("S3BatchOperationsRoleArn"),
        "Operation": {
            "LambdaInvoke": {
                "FunctionArn": target.output("S3BatchProcFunctionArn"),
                "InvocationSchemaVersion": "2.0",  # user arguments need it
                "UserArguments": record.order.to_arguments(),
            }
        },
        "Report": {
            "Enabled": True,
            "Bucket": f"arn:aws:s3:::{record.report_bucket}",
            "Prefix": record.report_prefix,
            "Format": _REPORT_FORMAT,
            "ReportScope": "AllTasks",
        },
    }
    if record.manifest:
        parameters["Manifest"] = record.manifest.parameters
    else:
        parameters["ManifestGenerator"] = {"S3JobManifestGenerator": record.generator}
    return clients.s3control().create_job(**parameters)["JobId"]


def describe_job(target: Target, job_id: str) -> "JobDescriptorTypeDef":
    """What S3 Batch Operations reports about a job."""
    return clients.s3control().describe_job(AccountId=target.account, JobId=job_id)["Job"]


def cancel_job(target: Target, job_id: str, reason: str) -> bool:
    """Cancel a job; return False if it has ended by itself or is about to."""
    if describe_job(target, job_id)["Status"] in _NO_MORE_TASKS:
        return False
    try:
        clients.s3control().update_job_status(
            AccountId=target.account, JobId=job_id, RequestedJobStatus="Cancelled", StatusUpdateReason=reason
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "JobStatusException":  # it has ended in the meantime
            raise
        return False
    return True
