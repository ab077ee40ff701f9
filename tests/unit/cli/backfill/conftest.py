"""A backfill whose jobs are kept, but not run, by a substitute for S3 Batch Operations."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cli.backfill.manifest import ManifestLocation
from cli.backfill.record import BackfillRecord
from cli.backfill.records import save_record
from cli.target import Target
from tests.support.aws_requests import Checked
from tests.unit.cli.conftest import BUCKET, REPORTS, TEMPLATE
from textract_pipeline.aws import clients, service_quotas
from textract_pipeline.aws.backfills_table import BackfillsTable
from textract_pipeline.aws.service_quotas import Quota

OUTPUTS: Any = TEMPLATE["Outputs"]
TARGET = Target("the stack", {name: output["Value"] for name, output in OUTPUTS.items()})


@dataclass
class Jobs:
    """A substitute for boto3's S3 Control client: the created jobs, by id, as DescribeJob shows them."""

    jobs: dict[str, Any] = field(default_factory=dict)
    created: list[dict[str, Any]] = field(default_factory=list)

    def create_job(self, **request: Any) -> dict[str, str]:
        self.created.append(request)
        return {"JobId": self.add(f"job-{len(self.created)}", "New", **request)}

    def describe_job(self, *, AccountId: str, JobId: str) -> Any:
        if JobId not in self.jobs:
            raise ClientError({"Error": {"Code": "NoSuchJob", "Message": "No such job"}}, "DescribeJob")
        return {"Job": self.jobs[JobId]}

    def update_job_status(self, *, JobId: str, RequestedJobStatus: str, **_: str) -> None:
        self.jobs[JobId]["Status"] = RequestedJobStatus

    def add(self, job_id: str, status: str, tried: int = 0, refused: int = 0, total: int = 0, **more: Any) -> str:
        """Give the job this state."""
        progress = {
            "TotalNumberOfTasks": total,
            "NumberOfTasksSucceeded": tried - refused,
            "NumberOfTasksFailed": refused,
        }
        self.jobs[job_id] = {"JobId": job_id, "Status": status, "ProgressSummary": progress, **more}
        return job_id


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Jobs:
    stand_in = Jobs()
    monkeypatch.setattr(clients, "s3control", lambda: Checked("s3control", stand_in))
    return stand_in


@pytest.fixture
def record(pipeline, jobs: Jobs) -> BackfillRecord:
    """A backfill of ten objects that has been started, with a job under way."""
    manifest = ManifestLocation("S3BatchOperations_CSV_20180820", REPORTS, "m.csv", "abc", fields=("Bucket", "Key"))
    started = BackfillRecord(
        "20261123-120000-ab12",
        datetime(2026, 11, 23, 12, tzinfo=UTC),
        f"s3://{BUCKET}",
        REPORTS,
        "backfills/20261123-120000-ab12",
        manifest,
        job_ids=(jobs.add("job-0", "Active", tried=4, refused=1, total=10),),
        objects=10,
        price=0.65,
    )
    save_record(TARGET, started)
    return started


def came_in(pipeline, record: BackfillRecord, *statuses: str) -> None:
    """Documents of the backfill, counted in these states."""
    documents = [
        pipeline.upload(f"{number}.png", b"%d" % number)._replace(status=status, backfill=record.id, pages=2)
        for number, status in enumerate(statuses)
    ]
    BackfillsTable(TARGET.output("BackfillsTableName")).count(documents)


@pytest.fixture
def told(monkeypatch) -> dict[str, Quota]:
    """The answer of Service Quotas, which has no quotas unless a test adds them."""
    quota: dict[str, Quota] = {}
    monkeypatch.setattr(service_quotas, "of_account", lambda: quota)
    return quota


@pytest.fixture
def backfill(pipeline, record: BackfillRecord, jobs: Jobs) -> Any:
    """A backfill whose job has ended."""
    from tests.unit.cli.backfill.backfilled import Backfilled  # which needs this module

    jobs.jobs["job-0"]["Status"] = "Complete"
    return Backfilled(pipeline, record)
