"""What S3 Batch Operations reports of a backfill's tasks."""

import json

import pytest

from cli.backfill.reconciliation.completion_report import ReportError, TaskOutcome, find_report
from tests.unit.cli.conftest import REPORTS
from textract_pipeline.aws import clients
from textract_pipeline.document import ObjectVersion
from textract_pipeline.errors import ErrorCode

ID = "0123456789abcdef0123456789abcdef"
FILE = "backfills/b1/job-j1/results/1.csv"


def write(*lines: str) -> None:
    clients.s3().put_object(Bucket=REPORTS, Key=FILE, Body="\n".join(lines).encode())
    manifest = {"Format": "Report_CSV_20180820", "Results": [{"Bucket": REPORTS, "Key": FILE}]}
    clients.s3().put_object(Bucket=REPORTS, Key="backfills/b1/job-j1/manifest.json", Body=json.dumps(manifest).encode())


def read() -> list[tuple[ObjectVersion, TaskOutcome]]:
    report = find_report(REPORTS, "backfills/b1/", "j1")
    assert report is not None
    return list(report.tasks())


@pytest.mark.parametrize("middle", ["200,", ",200", "200,PermanentFailure", "PermanentFailure,200"])
def test_a_task_is_read_whichever_of_code_and_status_comes_first(pipeline, middle):
    write(f'archive,2019/a%2Bb+c%C3%BC.pdf,v1,failed,{middle},"BAD_DOCUMENT: ""Broken"", and so on."')
    ((source, outcome),) = read()
    assert source == ObjectVersion("archive", "2019/a+b cü.pdf", "v1")
    assert outcome == TaskOutcome(succeeded=False, message='BAD_DOCUMENT: "Broken", and so on.')


@pytest.mark.parametrize(
    ("message", "document_id", "began_run"),
    [
        (f"registered as {ID}, SUBMITTED", ID, True),
        (f"registered as {ID}, UNSUPPORTED: The file is empty.", ID, True),
        (f"registered before as {ID}, FAILED: Damaged.", ID, False),
        (f"reprocessed as {ID}, SUBMITTED", ID, True),
        ("skipped: the pipeline wrote this object itself, so it is not a document", None, False),
        ("BAD_DOCUMENT: registered all the same", None, False),
    ],
)
def test_a_success_says_which_document_the_object_is_and_whether_it_came_in(message, document_id, began_run):
    outcome = TaskOutcome(succeeded=True, message=message)
    assert (outcome.document_id, outcome.began_run, outcome.refusal) == (document_id, began_run, None)


@pytest.mark.parametrize(
    ("message", "refusal"),
    [("ACCESS_DENIED: Grant it.", ErrorCode.ACCESS_DENIED), ("Lambda: crashed", None), ("UNHEARD_OF: What?", None)],
)
def test_a_failure_says_whether_the_object_was_refused_for_good(message, refusal):
    outcome = TaskOutcome(succeeded=False, message=message)
    assert (outcome.document_id, outcome.refusal) == (None, refusal)


def test_a_job_that_has_not_reported_has_no_report(pipeline):
    assert find_report(REPORTS, "backfills/b1", "j1") is None
    assert find_report("no-such-bucket-at-all", "", "j1") is None
    assert find_report("", "", "j1") is None  # as for a job without a report


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("archive,a.pdf,succeeded", "Row 1 of s3://reports/backfills/b1/job-j1/results/1.csv"),
        ('archive,"a.pdf', "cannot be read as a CSV of tasks"),
    ],
)
def test_a_report_that_is_broken_is_said_to_be(pipeline, line, words):
    write(line)
    with pytest.raises(ReportError) as raised:
        read()
    assert words.replace("reports", REPORTS, 1) in raised.value.message


def test_a_report_whose_file_is_gone_is_said_to_be_so(pipeline):
    write("")
    clients.s3().delete_object(Bucket=REPORTS, Key=FILE)
    with pytest.raises(ReportError, match=f"{FILE} cannot be read"):
        read()


def test_a_manifest_that_is_none_is_said_to_be_so(pipeline):
    clients.s3().put_object(Bucket=REPORTS, Key="job-j1/manifest.json", Body=b"[]")
    with pytest.raises(ReportError, match=r"is not the manifest\.json of a completion report"):
        find_report(REPORTS, "", "j1")
