"""Documents that the flow has lost hold of are taken up again, whichever way they were lost."""

from datetime import timedelta

import pytest

from tests.integration.conftest import PDF, PNG, Cloud, service_error
from tests.integration.test_pipeline import queue, start, submit
from textract_pipeline import events
from textract_pipeline.aws import clients
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.clock import Clock, utc_now
from textract_pipeline.document import Document, Result
from textract_pipeline.errors import ErrorCode
from textract_pipeline.events import DocumentMessage, JobCompletion
from textract_pipeline.names import DocumentStatus, Stage
from textract_pipeline.recovery import recover


def later(**time: float) -> Clock:
    moment = utc_now() + timedelta(**time)
    return lambda: moment


def failure_code(document: Document) -> str | None:
    return document.failure.code if document.failure else None


def test_a_document_that_is_where_it_should_be_is_left_alone(cloud: Cloud) -> None:
    documents = [submit(cloud, "a.png", PNG), queue(cloud, submit(cloud, "b.png", PNG)), start(cloud)]
    calls = len(cloud.textract.calls)
    recover(cloud.start, later(minutes=5))
    assert [cloud.document(document.document_id).status for document in documents] == [
        DocumentStatus.SUBMITTED,
        DocumentStatus.QUEUED,
        DocumentStatus.IN_PROGRESS,
    ]
    assert len(cloud.textract.calls) == calls


def test_a_document_whose_stream_record_was_given_up_is_announced_again(cloud: Cloud) -> None:
    document = submit(cloud, "a.png", PNG)
    recover(cloud.start, later(hours=2))
    announced = cloud.document(document.document_id)
    assert announced.status is DocumentStatus.SUBMITTED
    assert announced.updated_at > document.updated_at + timedelta(hours=1)


def test_a_document_that_is_never_routed_fails_after_a_day(cloud: Cloud) -> None:
    document = submit(cloud, "a.png", PNG)
    recover(cloud.start, later(hours=25))
    assert failure_code(cloud.document(document.document_id)) == ErrorCode.NOT_ROUTED


@pytest.mark.parametrize(("stage", "kind"), [(Stage.ANALYZE, "work"), (Stage.COLLECT, "completion")])
def test_a_document_whose_message_was_given_up_says_so_and_the_message_stays(
    cloud: Cloud, stage: Stage, kind: str
) -> None:
    document = queue(cloud, submit(cloud, "a.png", PNG))
    (dead_letters,) = cloud.start.dead_letter_queues[stage]
    completion = JobCompletion(document.run, "job", "SUCCEEDED", "StartDocumentAnalysis")
    body = DocumentMessage.of(document).to_json() if kind == "work" else completion.to_json()
    for message in ("not JSON", body):
        clients.sqs().send_message(QueueUrl=dead_letters, MessageBody=message)
    recover(cloud.start)
    failed = cloud.document(document.document_id)
    assert failed.status is DocumentStatus.FAILED
    assert failed.failure is not None
    assert (failed.failure.code, failed.failure.stage) == (ErrorCode.DEAD_LETTERED, stage)
    left = clients.sqs().get_queue_attributes(
        QueueUrl=dead_letters, AttributeNames=["ApproximateNumberOfMessagesNotVisible"]
    )
    assert left["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "2"


def test_a_dead_letter_of_a_document_that_ended_well_changes_nothing(cloud: Cloud) -> None:
    document = queue(cloud, submit(cloud, "a.png", PNG))
    DocumentsTable(cloud.start.documents_table).finish(document.run, DocumentStatus.SUCCEEDED, Result(1))
    (dead_letters,) = cloud.start.dead_letter_queues[Stage.ANALYZE]
    clients.sqs().send_message(QueueUrl=dead_letters, MessageBody=DocumentMessage.of(document).to_json())
    recover(cloud.start)
    assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED


def test_a_finished_job_whose_completion_was_lost_is_collected_after_all(cloud: Cloud) -> None:
    document = start(cloud)
    cloud.textract.answer = {"JobStatus": "SUCCEEDED"}
    recover(cloud.start, later(minutes=65))
    response = clients.sqs().receive_message(QueueUrl=cloud.start.job_results_queue_url)
    (message,) = response["Messages"]
    assert events.job_completion(message["Body"]) == JobCompletion(
        document.run, "job-1", "SUCCEEDED", "StartDocumentAnalysis"
    )


def test_a_job_that_still_runs_is_asked_after_once_a_while(cloud: Cloud) -> None:
    start(cloud)
    cloud.textract.answer = {"JobStatus": "IN_PROGRESS"}
    cloud.textract.calls.clear()
    for minutes in (65, 70, 126):
        recover(cloud.start, later(minutes=minutes))
    assert len(cloud.textract.calls) == 2
    assert "Messages" not in clients.sqs().receive_message(QueueUrl=cloud.start.job_results_queue_url)


def test_a_job_that_textract_has_forgotten_is_a_failure(cloud: Cloud) -> None:
    document = start(cloud)
    cloud.textract.answer = service_error("InvalidJobIdException")
    recover(cloud.start, later(minutes=65))
    assert failure_code(cloud.document(document.document_id)) == ErrorCode.JOB_LOST


def test_a_document_that_outlived_its_message_is_a_failure(cloud: Cloud) -> None:
    document = queue(cloud, submit(cloud, "a.pdf", PDF))
    recover(cloud.start, later(days=cloud.start.queue_retention_days, minutes=1))
    assert failure_code(cloud.document(document.document_id)) == ErrorCode.EXPIRED
