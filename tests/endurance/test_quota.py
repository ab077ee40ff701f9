"""With Textract's limits at 5 jobs and 2 Start calls a second, a hundred documents keep it full and never exceed it."""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from cli.one_by_one import Failures
from cli.target import local_target
from cli.uploads.files import Upload
from cli.uploads.sending import upload_all
from cli.waiting import wait_until_ended
from local.cloud import LocalCloud
from local.environment import STATE_DIRECTORY
from tests.e2e.conftest import pdf_of, unchanged_environment
from textract_pipeline.aws import clients
from textract_pipeline.names import DocumentStatus

DOCUMENTS, PAGES = 100, 5  # a document takes the OCR engine longer than the Start rate needs to replace it
JOBS, STARTS_PER_SECOND = 5, 2
SECONDS = 900
DIRECTORY = STATE_DIRECTORY / "tests-quota"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, object]]]:
    """What the local Textract says of a hundred documents that came at once."""
    local_cloud = LocalCloud(DIRECTORY)
    with unchanged_environment():
        try:
            limits = [f"--concurrent-jobs={JOBS}", f"--start-tps={STARTS_PER_SECOND}"]
            target = local_target(local_cloud.up(limits, print))
            forget_clients()
            uploads = [written(tmp_path_factory.getbasetemp(), number) for number in range(DOCUMENTS)]
            failures = Failures()
            submitted = upload_all(uploads, target.bucket, failures)
            failures.exit()
            states = wait_until_ended([each.document_id for each in submitted], target.documents, SECONDS)
            assert {state and state.status for state in states} == {DocumentStatus.SUCCEEDED}
            yield [
                json.loads(line) for line in (DIRECTORY / "textract.log").read_text().splitlines() if line[:1] == "{"
            ]
        finally:
            forget_clients()
            local_cloud.down(print)


def forget_clients() -> None:
    """Clients go to the cloud that was in use when they were made; the other tests' cloud is still up."""
    for client in (clients.s3, clients.dynamodb, clients.sqs):
        client.cache_clear()


def written(directory: Path, number: int) -> Upload:
    path = directory / f"{number}.pdf"
    path.write_bytes(pdf_of(*(f"Document {number} page {page}" for page in range(PAGES))))
    return Upload(path, f"quota/{number}.pdf")


def jobs_in_flight(log: list[dict[str, object]]) -> list[tuple[float, int]]:
    """How many jobs were open from each moment (seconds) on."""
    changes = []
    for entry in log:
        if entry["event"] == "request" and str(entry["target"]).endswith("StartDocumentAnalysis"):
            changes += [(seconds(entry), 1)] if entry["status"] == 200 else []
        elif entry["event"] == "job ended":
            changes.append((seconds(entry), -1))
    open_jobs, figures = 0, []
    for moment, change in sorted(changes):
        open_jobs += change
        figures.append((moment, open_jobs))
    return figures


def seconds(entry: dict[str, object]) -> float:
    return datetime.fromisoformat(str(entry["time"])).timestamp()


def test_the_limit_is_never_exceeded_and_always_nearly_reached(log: list[dict[str, object]]):
    figures = jobs_in_flight(log)
    assert max(open_jobs for _, open_jobs in figures) == JOBS
    full = [moment for moment, open_jobs in figures if open_jobs == JOBS]
    steady = [(moment, open_jobs) for moment, open_jobs in figures if full[0] <= moment <= full[-1]]
    mean = sum(open_jobs * (after - moment) for (moment, open_jobs), (after, _) in pairwise(steady))
    assert mean / (full[-1] - full[0]) > 4.5
