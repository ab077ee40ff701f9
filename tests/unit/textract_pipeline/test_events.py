"""The JSON of AWS events, as the handlers receive it."""

import json

from tests.support.events import load_event
from textract_pipeline import events
from textract_pipeline.document import ObjectVersion, Run
from textract_pipeline.events import DocumentMessage


def test_an_upload_names_bucket_decoded_key_version_etag_and_who_put_it() -> None:
    (source,) = events.created_objects(load_event("s3_object_created"))
    assert source == ObjectVersion(
        bucket="documents",
        key="letters/café menu+1.PDF",
        version_id="096fKKXTRTtl3on89fVO.nfljtsv6qko",
        etag="d41d8cd98f00b204e9800998ecf8427a",
        put_by="AWS:AIDAEXAMPLE",
    )


def test_an_upload_to_a_bucket_without_versions_has_no_version() -> None:
    event = load_event("s3_object_created")
    del event["Records"][0]["s3"]["object"]["versionId"]
    (source,) = events.created_objects(event)
    assert source.version_id is None


def test_a_batch_task_of_schema_1_0_names_its_bucket_by_arn() -> None:
    (task,) = events.batch_tasks(load_event("batch_operations_1_0"))
    assert task.source == ObjectVersion("existing-documents", "old/café menu+1.pdf")


def test_every_task_of_schema_2_0_is_read() -> None:
    tasks = list(events.batch_tasks(load_event("batch_operations_2_0")))
    assert [task.task_id for task in tasks] == ["first", "second"]
    assert tasks[0].source == ObjectVersion("existing-documents", "old/a.pdf", "3HL4kqtJlcpXroDTDmJ")
    assert tasks[1].source.version_id is None


def test_the_reply_to_a_batch_job_repeats_what_it_must() -> None:
    event = load_event("batch_operations_2_0")
    results = [task.result("Succeeded", "registered") for task in events.batch_tasks(event)]
    assert events.batch_reply(event, results) == {
        "invocationSchemaVersion": "2.0",
        "treatMissingKeysAs": "TemporaryFailure",
        "invocationId": event["invocationId"],
        "results": [
            {"taskId": "first", "resultCode": "Succeeded", "resultString": "registered"},
            {"taskId": "second", "resultCode": "Succeeded", "resultString": "registered"},
        ],
    }


def test_a_completion_is_read_through_sns_and_sqs() -> None:
    completion = events.job_completion(load_event("job_completion")["Records"][0]["body"])
    assert completion == events.JobCompletion(
        Run("0123456789abcdef0123456789abcdef", 2), "9d4b2f0f3e4c", "SUCCEEDED", "StartDocumentAnalysis"
    )


def test_the_completion_of_someone_elses_job_is_none_of_ours() -> None:
    body = load_event("job_completion")["Records"][0]["body"]
    assert events.job_completion(body.replace("0123456789abcdef0123456789abcdef:2", "invoices")) is None


def test_a_completion_that_the_pipeline_itself_sends_reads_like_one_of_textracts() -> None:
    completion = events.JobCompletion(Run("0" * 32, 1), "job", "FAILED", "StartDocumentTextDetection")
    assert events.job_completion(completion.to_json()) == completion


def test_the_run_that_a_dead_letter_is_about_is_found_in_every_kind_of_message() -> None:
    run = Run("0" * 32, 3)
    assert events.run_of_message(DocumentMessage(run, "bucket", "key").to_json()) == run
    assert events.run_of_message(events.JobCompletion(run, "job", "SUCCEEDED", "any").to_json()) == run
    for body in ("", "not JSON", "[]", '{"Message": "not JSON"}', '{"Message": "{}"}'):
        assert events.run_of_message(body) is None


def test_what_invoked_the_job_starter_is_told_by_its_event() -> None:
    assert events.trigger({"Records": [{"EventSource": "aws:sns"}]}) is events.Trigger.COMPLETION
    assert events.trigger({"source": "aws.events"}) is events.Trigger.TICK
    assert events.trigger({}) is events.Trigger.NEW_WORK


def test_an_announcement_names_its_run() -> None:
    event = load_event("document_processed")
    run = Run("0123456789abcdef0123456789abcdef", 2)
    assert events.announced_run(event) == run
    assert events.run_of_message(json.dumps({"requestContext": {}, "requestPayload": event})) == run


def test_what_else_a_function_gave_up_names_no_run() -> None:
    assert events.run_of_message(json.dumps({"requestPayload": load_event("s3_object_created")})) is None
