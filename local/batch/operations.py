"""The five operations, by name."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from local.batch.exceptions import InvalidNextTokenError
from local.batch.job import descriptor, list_descriptor
from local.batch.job_table import Jobs

if TYPE_CHECKING:
    from mypy_boto3_s3control.type_defs import (
        CreateJobRequestTypeDef,
        DescribeJobRequestTypeDef,
        ListJobsRequestTypeDef,
        UpdateJobPriorityRequestTypeDef,
        UpdateJobStatusRequestTypeDef,
    )

MOST_LISTED = 1000

Result = dict[str, object]


class Operations:
    """What the service does. Parameters have been validated."""

    def __init__(self, jobs: Jobs, region: str) -> None:
        self._jobs = jobs
        self._region = region
        self._handlers: Mapping[str, Callable[[Any], Result]] = {
            "CreateJob": self.create_job,
            "DescribeJob": self.describe_job,
            "ListJobs": self.list_jobs,
            "UpdateJobStatus": self.update_job_status,
            "UpdateJobPriority": self.update_job_priority,
        }

    def handle(self, operation: str, parameters: Mapping[str, object]) -> Result:
        """Execute the operation."""
        return self._handlers[operation](parameters)

    def create_job(self, request: "CreateJobRequestTypeDef") -> Result:
        """Create a job, or find the one with the same ClientRequestToken."""
        return {"JobId": self._jobs.create(request).id}

    def describe_job(self, request: "DescribeJobRequestTypeDef") -> Result:
        """Everything about a job."""
        return {"Job": descriptor(self._jobs.find(request["JobId"]), self._region)}

    def list_jobs(self, request: "ListJobsRequestTypeDef") -> Result:
        """The jobs with the requested statuses, newest first, one page at a time."""
        statuses = request.get("JobStatuses")
        jobs = [job for job in self._jobs.newest_first() if not statuses or job.status in statuses]
        start = _position(request.get("NextToken", "0"))
        end = start + request.get("MaxResults", MOST_LISTED)
        return {
            "Jobs": [list_descriptor(job) for job in jobs[start:end]],
            "NextToken": str(end) if end < len(jobs) else None,
        }

    def update_job_status(self, request: "UpdateJobStatusRequestTypeDef") -> Result:
        """Confirm or cancel a job."""
        job = self._jobs.find(request["JobId"])
        self._jobs.update_status(job, request["RequestedJobStatus"], request.get("StatusUpdateReason"))
        return {"JobId": job.id, "Status": job.status, "StatusUpdateReason": job.status_reason}

    def update_job_priority(self, request: "UpdateJobPriorityRequestTypeDef") -> Result:
        """Change when a job runs, relative to the others that are Ready."""
        job = self._jobs.find(request["JobId"])
        self._jobs.update_priority(job, request["Priority"])
        return {"JobId": job.id, "Priority": job.priority}


def _position(token: str) -> int:
    if not token.isdecimal():
        raise InvalidNextTokenError(f"ListJobs gave no NextToken {token!r}")
    return int(token)
