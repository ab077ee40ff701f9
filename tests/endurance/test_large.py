"""A document of 3,000 pages, the most that Textract takes, with too little time for its results in one invocation.

jobresultsproc leaves the rest to another invocation when 20 seconds of its time are left. A document of so many pages
can have a million blocks; this one has a tenth, which the test makes up for by a time limit that leaves two seconds.
"""

from io import BytesIO
from pathlib import Path

import boto3
import pytest
from reportlab.pdfgen.canvas import Canvas

from cli.one_by_one import Failures
from cli.uploads.files import Upload
from cli.uploads.sending import upload_all
from cli.waiting import wait_until_ended
from tests.endurance import processes
from tests.endurance.conftest import InstantCloud
from textract_pipeline.names import DocumentStatus

PAGES = 3000
LINES = 10
SECONDS = 900
TIME_LIMIT_SECONDS = 22
MEMORY_BYTES = 128_000_000  # half of it is Python and boto3; all blocks at once would be some hundred more


def large_pdf() -> bytes:
    """Small pages with a text layer of two words a line, so that reading them takes a minute and not hours."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=(200, 160))
    for page in range(1, PAGES + 1):
        canvas.setFontSize(8)
        for line in range(1, LINES + 1):
            canvas.drawString(20, 160 - 14 * line, f"{page} {line}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.fixture
def hurried_function(instant_cloud: InstantCloud) -> str:
    """The name of jobresultsproc, which has little time."""
    function = instant_cloud.cloud.outputs["JobResultsProcFunctionName"]
    boto3.client("lambda").update_function_configuration(FunctionName=function, Timeout=TIME_LIMIT_SECONDS)
    return function


def invocations(function: str) -> list[str]:
    """The last line that Lambda wrote of each invocation so far."""
    logs = boto3.client("logs")
    group = boto3.client("lambda").get_function_configuration(FunctionName=function)["LoggingConfig"]["LogGroup"]
    events = logs.filter_log_events(logGroupName=group, filterPattern="REPORT")["events"]
    return [event["message"] for event in events]


def memory_of_workers(directory: Path, function: str) -> list[int]:
    """The most bytes that each process of the function has had; empty if the system is not Linux."""
    workers = processes.function_workers(directory)
    return [processes.most_memory(process) for process, name in workers if name == function]


def test_a_document_of_3000_pages_completes_in_several_turns_a_page_in_memory_at_a_time(
    instant_cloud: InstantCloud, hurried_function: str, tmp_path: Path
):
    (tmp_path / "large.pdf").write_bytes(large_pdf())
    before = len(invocations(hurried_function))
    upload, bucket = Upload(tmp_path / "large.pdf", "large.pdf"), instant_cloud.pipeline.target.bucket
    (submission,) = upload_all([upload], bucket, Failures())
    (document,) = wait_until_ended([submission.document_id], instant_cloud.pipeline.target.documents, SECONDS)

    assert document
    assert (document.status, document.pages) == (DocumentStatus.SUCCEEDED, PAGES)
    pages = instant_cloud.pipeline.read(document, "text.txt").split("\f")
    assert pages == ["".join(f"{page} {line}\n" for line in range(1, LINES + 1)) for page in range(1, PAGES + 1)]
    turns = invocations(hurried_function)[before:]
    assert len(turns) > 1, turns
    assert max(memory_of_workers(instant_cloud.directory, hurried_function), default=0) < MEMORY_BYTES
