"""An image is analyzed in one call, which is paid for once."""

import csv
import io
import json
import time
from typing import cast

import pytest

from tests.integration.conftest import BUCKET, PNG, Cloud, service_error
from tests.integration.flow import code_of, plenty_of_time, process, queue, submit
from tests.support.responses import two_field_form
from textract_pipeline import pipeline
from textract_pipeline.aws import clients, objects, textract
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.objects import StoredResponse
from textract_pipeline.aws.textract import Response
from textract_pipeline.document import Document, Run
from textract_pipeline.errors import ErrorCode, RetryableError
from textract_pipeline.events import DocumentMessage
from textract_pipeline.names import DocumentStatus, Feature, Stage


def test_text_fields_and_tables_are_stored_beside_the_document(cloud: Cloud) -> None:
    document = process(cloud, submit(cloud, "form.png", PNG))
    assert (document.status, document.pages, document.failure) == (DocumentStatus.SUCCEEDED, 1, None)
    prefix = document.output_prefix
    assert cloud.read(prefix + "text.txt") == "Name: Ada\nAge:\nItem 2\n"
    fields = list(csv.DictReader(io.StringIO(cloud.read(prefix + "forms.csv"))))
    assert [(field["key"], field["value"]) for field in fields] == [("Name:", "Ada"), ("Age:", "")]
    assert cloud.read(prefix + "tables.csv").splitlines()[1] == "1,1,1,95.0,Item,2"
    assert json.loads(cloud.read(prefix + "response.json")) == two_field_form()
    assert cloud.outputs(document.document_id) == {"text", "forms", "tables", "response"}


def test_text_alone_calls_the_cheap_api_and_writes_text_alone(cloud: Cloud) -> None:
    document = process(cloud, submit(cloud, "letters/a.png", PNG))
    assert [operation for operation, _ in cloud.textract.calls] == ["detect_document_text"]
    assert cloud.outputs(document.document_id) == {"text", "response"}


def test_a_message_delivered_again_costs_nothing(cloud: Cloud) -> None:
    document = submit(cloud, "form.png", PNG)
    process(cloud, document)
    process(cloud, document)
    assert len(cloud.textract.calls) == 1


def test_a_second_worker_waits_while_the_first_may_be_at_work(cloud: Cloud) -> None:
    document = submit(cloud, "form.png", PNG)
    assert DocumentsTable(cloud.analyze.documents_table).claim(document.run, plenty_of_time())
    with pytest.raises(RetryableError, match="another worker"):
        process(cloud, document)
    assert not cloud.textract.calls


def test_a_worker_that_died_after_saving_the_response_is_followed_without_a_second_bill(cloud: Cloud) -> None:
    document = submit(cloud, "form.png", PNG)
    cloud.textract.answer = service_error("ThrottlingException")
    with pytest.raises(RetryableError):
        process(cloud, document)
    objects.save_response(document, cast("Response", two_field_form()))
    cloud.textract.calls.clear()
    assert process(cloud, document).status is DocumentStatus.SUCCEEDED
    assert not cloud.textract.calls


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("BadDocumentException", ErrorCode.BAD_DOCUMENT),
        ("InvalidS3ObjectException", ErrorCode.OBJECT_UNREADABLE),
        ("DocumentTooLargeException", ErrorCode.TOO_LARGE),
    ],
)
def test_a_document_textract_refuses_fails_with_its_reason(cloud: Cloud, error: str, code: str) -> None:
    cloud.textract.answer = service_error(error)
    document = process(cloud, submit(cloud, "form.png", PNG))
    assert document.status is DocumentStatus.FAILED
    assert document.failure is not None
    assert (document.failure.code, document.failure.stage) == (code, Stage.ANALYZE)
    assert "as the service says it" in document.failure.message


def test_a_page_without_text_is_no_success(cloud: Cloud) -> None:
    cloud.textract.answer = {"Blocks": [{"BlockType": "PAGE", "Id": "p", "Page": 1}]}
    document = process(cloud, submit(cloud, "blank.png", PNG))
    assert document.status is DocumentStatus.PARTIAL_SUCCESS
    assert document.failure is not None
    assert document.failure.code == ErrorCode.EMPTY_RESULT


def test_a_response_paid_for_in_an_earlier_run_is_not_taken_for_this_ones(cloud: Cloud) -> None:
    done = process(cloud, submit(cloud, "form.png", PNG))
    store = DocumentsTable(cloud.analyze.documents_table)
    assert store.reopen(done, done, DocumentStatus.SUBMITTED, is_paid_for=False)
    again = cloud.document(done.document_id)
    store.claim(again.run, seconds=0)
    assert process(cloud, again).status is DocumentStatus.SUCCEEDED
    assert len(cloud.textract.calls) == 2


def test_a_redriven_run_goes_on_with_what_has_been_paid_for(cloud: Cloud) -> None:
    done = process(cloud, submit(cloud, "form.png", PNG))
    run = DocumentsTable(cloud.analyze.documents_table).reopen(done, done, DocumentStatus.SUBMITTED, is_paid_for=True)
    assert run == Run(done.document_id, 2)
    finished = process(cloud, cloud.document(done.document_id))
    assert (finished.status, finished.run_number) == (DocumentStatus.SUCCEEDED, 2)
    assert len(cloud.textract.calls) == 1


def test_a_document_tells_when_it_reached_each_state_and_which_model_read_it(cloud: Cloud) -> None:
    done = process(cloud, queue(cloud, submit(cloud, "form.png", PNG)))
    assert done.queued_at
    assert done.started_at
    assert done.submitted_at <= done.queued_at <= done.started_at <= done.updated_at
    assert done.model_version == "1.0"


def test_a_second_attempt_does_not_change_when_the_run_was_started(cloud: Cloud) -> None:
    document = submit(cloud, "form.png", PNG)
    cloud.textract.answer = service_error("ProvisionedThroughputExceededException")
    with pytest.raises(RetryableError):
        process(cloud, document)
    started_at = cloud.document(document.document_id).started_at
    cloud.textract.answer = two_field_form()
    time.sleep(0.002)
    assert process(cloud, document).started_at == started_at


def test_a_new_run_keeps_what_the_last_one_was_and_begins_without_it(cloud: Cloud) -> None:
    done = process(cloud, queue(cloud, submit(cloud, "form.png", PNG)))
    anew = done._replace(features=(Feature.TEXT,), submitted_by="somebody")
    DocumentsTable(cloud.analyze.documents_table).reopen(done, anew, DocumentStatus.SUBMITTED, is_paid_for=False)
    again = cloud.document(done.document_id)
    assert again.earlier_runs == (done._replace(registered_at=done.submitted_at),)
    assert (again.submitted_by, again.features) == ("somebody", (Feature.TEXT,))
    assert (again.queued_at, again.started_at, again.pages, again.outputs) == (None, None, None, ())
    assert again.first_submitted_at == done.submitted_at


def test_a_throttle_is_not_the_documents_fault_and_does_not_lock_it(cloud: Cloud) -> None:
    document = submit(cloud, "form.png", PNG)
    cloud.textract.answer = service_error("ProvisionedThroughputExceededException")
    with pytest.raises(RetryableError):
        process(cloud, document)
    cloud.textract.answer = two_field_form()
    assert process(cloud, document).status is DocumentStatus.SUCCEEDED


def test_an_answer_that_is_paid_for_is_saved_however_often_it_takes(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([RetryableError("SlowDown")] * 3)
    save = objects.save_response

    def save_or_fail(document: Document, response: Response) -> StoredResponse:
        if failure := next(failures, None):
            raise failure
        return save(document, response)

    monkeypatch.setattr(objects, "save_response", save_or_fail)
    document, slept = submit(cloud, "form.png", PNG), list[float]()
    pipeline.process_image(DocumentMessage.of(document), cloud.analyze, lambda: 60, slept.append)
    assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED
    assert (len(cloud.textract.calls), len(slept)) == (1, 3)


def test_an_answer_that_the_bucket_refuses_is_not_paid_for_again(cloud: Cloud) -> None:
    document = submit(cloud, "form.png", PNG)
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    }
    clients.s3().put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Statement": [statement]}))
    failed = process(cloud, document)
    process(cloud, document)
    assert code_of(failed) == ErrorCode.OUTPUTS_REFUSED
    assert len(cloud.textract.calls) == 1


def test_an_object_replaced_before_the_analysis_is_not_paid_for(cloud: Cloud) -> None:
    document = submit(cloud, "form.png", PNG)
    cloud.upload("form.png", PNG + b"another")
    assert code_of(process(cloud, document)) == ErrorCode.OBJECT_CHANGED
    assert cloud.textract.calls == []


def test_an_object_replaced_during_the_analysis_does_not_pass_for_the_old_document(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = submit(cloud, "form.png", PNG)

    def analyze_and_replace(_document: Document) -> Response:
        cloud.upload("form.png", PNG + b"another")
        return cast("Response", two_field_form())

    monkeypatch.setattr(textract, "analyze", analyze_and_replace)
    assert code_of(process(cloud, document)) == ErrorCode.OBJECT_CHANGED
    assert cloud.outputs(document.document_id) == set()


def test_where_the_bucket_keeps_versions_the_version_that_was_registered_is_analyzed(cloud: Cloud) -> None:
    clients.s3().put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    document = submit(cloud, "form.png", PNG)
    cloud.upload("form.png", PNG + b"another")
    assert process(cloud, document).status is DocumentStatus.SUCCEEDED
    ((_, request),) = cloud.textract.calls
    assert request["Document"]["S3Object"]["Version"] == document.version_id


def test_what_the_pipeline_does_not_know_is_raised(cloud: Cloud) -> None:
    cloud.textract.answer = service_error("AccessDeniedException")
    with pytest.raises(type(cloud.textract.answer)):
        process(cloud, submit(cloud, "form.png", PNG))
