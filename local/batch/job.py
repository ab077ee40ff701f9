"""A job from New to its end: its request and its progress, all of it serializable as JSON."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict, cast

if TYPE_CHECKING:
    from mypy_boto3_s3control.literals import JobStatusType
    from mypy_boto3_s3control.type_defs import (
        CreateJobRequestTypeDef,
        JobFailureTypeDef,
        JobManifestTypeDef,
        LambdaInvokeOperationTypeDef,
        S3GeneratedManifestDescriptorTypeDef,
        S3JobManifestGeneratorTypeDef,
    )

ENDED = frozenset({"Complete", "Failed", "Cancelled"})
BEFORE_TASKS = frozenset({"New", "Preparing", "Suspended", "Ready"})
FAILURE_MIN_TASKS = 1000
LONGEST_REASON = 256  # FailureReason in botocore's model of S3 Control


@dataclass(slots=True)
class Job:
    """Times are seconds of Unix time; `total` is None until the manifest has been read."""

    id: str
    request: "CreateJobRequestTypeDef"
    created_at: float
    priority: int
    status: "JobStatusType" = "New"
    status_reason: str | None = None
    total: int | None = None
    succeeded: int = 0
    failed: int = 0
    active_seconds: float = 0
    suspended_at: float | None = None
    ended_at: float | None = None
    failure: "JobFailureTypeDef | None" = None
    generated_manifest: "S3GeneratedManifestDescriptorTypeDef | None" = None

    @property
    def function(self) -> "LambdaInvokeOperationTypeDef":
        """The operation invoked for each task."""
        return cast("LambdaInvokeOperationTypeDef", self.request["Operation"]["LambdaInvoke"])

    @property
    def manifest(self) -> "JobManifestTypeDef | None":
        """The manifest that lists the tasks, if one does."""
        return cast("JobManifestTypeDef | None", self.request.get("Manifest"))

    @property
    def generator(self) -> "S3JobManifestGeneratorTypeDef | None":
        """The generator that lists the tasks, if there is no manifest."""
        generator = self.request.get("ManifestGenerator")
        return cast("S3JobManifestGeneratorTypeDef", generator["S3JobManifestGenerator"]) if generator else None

    @property
    def exceeds_failure_threshold(self) -> bool:
        """Whether over half of at least a thousand tasks failed (S3 User Guide, "Tracking job failures", 2026-11)."""
        tried = self.succeeded + self.failed
        return tried >= FAILURE_MIN_TASKS and self.failed * 2 > tried

    def start_over(self) -> None:
        """Reset the progress: tasks of an interrupted job are tried again, as S3 may do."""
        self.succeeded = self.failed = 0

    def fail(self, code: str, reason: str) -> None:
        """Set the reason why the job will become Failed."""
        self.failure = {"FailureCode": code, "FailureReason": reason[:LONGEST_REASON]}


class Progress(TypedDict):
    """JobProgressSummary."""

    TotalNumberOfTasks: int
    NumberOfTasksSucceeded: int
    NumberOfTasksFailed: int
    Timers: dict[Literal["ElapsedTimeInActiveSeconds"], int]


def progress(job: Job) -> Progress:
    """How many tasks there are, and their results."""
    return {
        "TotalNumberOfTasks": job.total or 0,
        "NumberOfTasksSucceeded": job.succeeded,
        "NumberOfTasksFailed": job.failed,
        "Timers": {"ElapsedTimeInActiveSeconds": int(job.active_seconds)},
    }


def descriptor(job: Job, region: str) -> dict[str, object]:
    """DescribeJob's Job."""
    request = job.request
    return {
        "JobId": job.id,
        "JobArn": f"arn:aws:s3:{region}:{request['AccountId']}:job/{job.id}",
        "ConfirmationRequired": request.get("ConfirmationRequired", False),
        "Description": request.get("Description"),
        "Status": job.status,
        "StatusUpdateReason": job.status_reason,
        "Operation": request["Operation"],
        "Manifest": request.get("Manifest"),
        "ManifestGenerator": request.get("ManifestGenerator"),
        "GeneratedManifestDescriptor": job.generated_manifest,
        "Report": request["Report"],
        "RoleArn": request["RoleArn"],
        "Priority": job.priority,
        "ProgressSummary": progress(job),
        "FailureReasons": [job.failure] if job.failure else None,
        "CreationTime": job.created_at,
        "TerminationDate": job.ended_at,
        "SuspendedDate": job.suspended_at,
        "SuspendedCause": "Awaiting confirmation" if job.suspended_at else None,
    }


def list_descriptor(job: Job) -> dict[str, object]:
    """ListJobs's JobListDescriptor."""
    return {
        "JobId": job.id,
        "Description": job.request.get("Description"),
        "Operation": "LambdaInvoke",
        "Priority": job.priority,
        "Status": job.status,
        "CreationTime": job.created_at,
        "TerminationDate": job.ended_at,
        "ProgressSummary": progress(job),
    }
