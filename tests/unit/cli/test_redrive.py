"""The messages in dead-letter queues, and how they are sent back."""

import json

import pytest

from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import Document, Failure
from textract_pipeline.events import DocumentMessage, JobCompletion
from textract_pipeline.names import DocumentStatus, Stage

GIVEN_UP = Failure("DEAD_LETTERED", "Every attempt failed.", Stage.ANALYZE)


def stored(document: Document) -> Document:
    found = DocumentsTable("DocumentsTable").get(document.document_id)
    assert found is not None
    return found


def test_nothing_given_up_is_said_in_one_line(pipeline):
    assert pipeline.run("redrive").stdout == "The dead-letter queues are empty.\n"


def test_what_was_given_up_is_shown_with_document_step_and_reason_and_stays(pipeline):
    document = pipeline.register("form.png", DocumentStatus.FAILED, GIVEN_UP)
    pipeline.give_up("SyncQueue", DocumentMessage.of(document).to_json())
    pipeline.give_up("AsyncQueue", "not JSON")
    result = pipeline.run("redrive")
    assert all(word in result.stdout for word in ("SyncQueue", "AsyncQueue", "form.png", "Every attempt failed."))
    assert pipeline.counts("SyncQueueDLQ") == (1, 0)
    assert stored(document).status is DocumentStatus.FAILED


@pytest.mark.parametrize("queue", ["SyncQueue", "SyncBackfillQueue", "AsyncQueue", "AsyncBackfillQueue"])
def test_work_is_sent_back_as_a_run_that_is_not_billed_again(pipeline, queue):
    document = pipeline.register("form.png", DocumentStatus.FAILED, GIVEN_UP)
    pipeline.give_up(queue, DocumentMessage.of(document).to_json())
    assert pipeline.run("redrive", "form.png").exit_code == 0
    again = stored(document)
    assert (again.status, again.run_number, again.billed_run_number) == (DocumentStatus.SUBMITTED, 2, 1)
    assert pipeline.counts(f"{queue}DLQ") == (0, 0)


def test_a_completion_is_sent_back_to_where_it_is_collected(pipeline):
    document = pipeline.register("long.pdf", DocumentStatus.FAILED, GIVEN_UP, job_id="job")
    completion = JobCompletion(document.run, "job", "SUCCEEDED", "StartDocumentAnalysis").to_json()
    pipeline.give_up("JobResultsQueue", completion)
    assert pipeline.run("redrive", "--all").exit_code == 0
    again = stored(document)
    assert (again.status, again.billed_run) == (DocumentStatus.IN_PROGRESS, document.run)
    assert pipeline.waiting_in("JobResultsQueue") == [completion]


def test_a_document_that_ended_well_meanwhile_is_not_processed_again(pipeline):
    document = pipeline.register("form.png", DocumentStatus.SUCCEEDED)
    pipeline.give_up("SyncQueue", DocumentMessage.of(document).to_json())
    assert pipeline.run("redrive", "--all").exit_code == 0
    assert stored(document).status is DocumentStatus.SUCCEEDED


def test_a_document_that_was_not_given_up_cannot_be_sent_back(pipeline):
    pipeline.register("form.png", DocumentStatus.SUCCEEDED)
    result = pipeline.run("redrive", "form.png")
    assert result.exit_code == 1
    assert "form.png is not in a dead-letter queue: it is SUCCEEDED" in result.stderr


def test_json_says_what_was_sent_back(pipeline):
    document = pipeline.register("form.png", DocumentStatus.FAILED, GIVEN_UP)
    pipeline.give_up("SyncQueue", DocumentMessage.of(document).to_json())
    (sent,) = json.loads(pipeline.run("redrive", "--all", "--json").stdout)
    assert (sent["source"], sent["documentId"]) == ("SyncQueue", document.document_id)
