"""Textract is asked about jobs whose completion did not arrive."""

from datetime import timedelta
from typing import Any

from tests.integration.conftest import Cloud, service_error
from tests.integration.flow import code_of, later, redriven, start
from textract_pipeline import events
from textract_pipeline.aws import clients
from textract_pipeline.clock import utc_now
from textract_pipeline.errors import ErrorCode
from textract_pipeline.events import JobCompletion
from textract_pipeline.recovery import recover


def test_a_finished_job_whose_completion_was_lost_is_collected_after_all(cloud: Cloud) -> None:
    document = start(cloud)
    cloud.textract.answer = {"JobStatus": "SUCCEEDED"}
    recover(cloud.start, later(minutes=65))
    response = clients.sqs().receive_message(QueueUrl=cloud.start.job_results_queue_url)
    (message,) = response["Messages"]
    assert events.job_completion(message["Body"]) == JobCompletion(
        document.run, "job-1", "SUCCEEDED", "StartDocumentAnalysis"
    )


def test_a_job_is_looked_up_by_the_api_that_started_it(cloud: Cloud) -> None:
    start(cloud, "letters/a.pdf")
    cloud.textract.calls.clear()
    cloud.textract.answer = {"JobStatus": "IN_PROGRESS"}
    recover(cloud.start, later(hours=2))
    assert cloud.textract.calls == [("get_document_text_detection", {"JobId": "job-1", "MaxResults": 1})]


def test_the_lost_completion_of_a_redriven_document_is_that_of_the_run_that_was_billed(cloud: Cloud) -> None:
    document = redriven(cloud)
    cloud.textract.answer = {"JobStatus": "SUCCEEDED"}
    recover(cloud.start, later(hours=2))
    (message,) = clients.sqs().receive_message(QueueUrl=cloud.start.job_results_queue_url)["Messages"]
    completion = events.job_completion(message["Body"])
    assert completion is not None
    assert (document.run_number, completion.run.number) == (2, 1)


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
    assert code_of(cloud.document(document.document_id)) == ErrorCode.JOB_LOST


def test_when_time_is_up_jobs_are_asked_after_on_the_next_tick(cloud: Cloud) -> None:
    for number in range(4):
        start(cloud, key=f"{number}.pdf")
    cloud.textract.calls.clear()
    cloud.textract.answer = {"JobStatus": "IN_PROGRESS"}
    moment = [utc_now() + timedelta(minutes=65)]

    def clock() -> Any:
        moment[0] += timedelta(seconds=8)
        return moment[0]

    recover(cloud.start, clock)
    asked = len(cloud.textract.calls)
    assert 0 < asked < 4
    recover(cloud.start, lambda: moment[0])
    assert len(cloud.textract.calls) == 4
