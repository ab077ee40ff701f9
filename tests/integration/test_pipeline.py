"""A document's way through the flow, step by step, on an AWS in process."""

import csv
import io
import json
import time
from typing import cast

import pytest

from tests.integration.conftest import BUCKET, PDF, PNG, Cloud, service_error
from tests.support.registration import register
from tests.support.responses import two_field_form
from textract_pipeline import pipeline
from textract_pipeline.aws import clients, objects, textract
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.objects import StoredResponse
from textract_pipeline.aws.textract import Response
from textract_pipeline.document import Document, ObjectVersion, Registered, Run
from textract_pipeline.errors import DocumentError, ErrorCode, OutOfTimeError, RetryableError
from textract_pipeline.events import Backfill, DocumentMessage, JobCompletion
from textract_pipeline.names import DocumentStatus, Feature, Stage


def plenty_of_time() -> float:
    return 300.0


BACKFILL = Backfill("b1")


def submit(cloud: Cloud, key: str, body: bytes, backfill: Backfill | None = None) -> Document:
    etag = cloud.upload(key, body)
    return register(ObjectVersion(BUCKET, key, etag=etag), cloud.register, backfill).document


def process(cloud: Cloud, document: Document) -> Document:
    pipeline.process_image(DocumentMessage.of(document), cloud.analyze, plenty_of_time)
    return cloud.document(document.document_id)


def queue(cloud: Cloud, document: Document) -> Document:
    pipeline.route(document, cloud.route)
    return cloud.document(document.document_id)


def start(cloud: Cloud, key: str = "scan.pdf") -> Document:
    cloud.textract.answer = {"JobId": "job-1"}
    document = queue(cloud, submit(cloud, key, PDF))
    assert pipeline.start_job(DocumentMessage.of(document), cloud.start)
    return cloud.document(document.document_id)


def code_of(document: Document) -> str | None:
    return document.failure.code if document.failure else None


def put_part(document: Document, number: int, page: int, **extra: object) -> None:
    part = two_field_form(page) | {"JobStatus": "SUCCEEDED"} | extra
    key = f"{document.output_prefix}response/job-1/{number}"
    clients.s3().put_object(Bucket=BUCKET, Key=key, Body=json.dumps(part).encode())


def completion(document: Document, status: str = "SUCCEEDED") -> JobCompletion:
    return JobCompletion(document.run, "job-1", status, "StartDocumentAnalysis")


class TestRegister:
    def test_an_object_becomes_a_submitted_document_with_the_features_of_its_prefix(self, cloud: Cloud) -> None:
        document = submit(cloud, "letters/Ü +1.JPEG", PNG)
        stored = cloud.document(document.document_id)
        assert stored.status is DocumentStatus.SUBMITTED
        assert stored.key == "letters/Ü +1.JPEG"
        assert stored.format == "PNG"
        assert stored.size_bytes == len(PNG)
        assert stored.features == ("text",)

    def test_the_same_event_twice_is_one_document(self, cloud: Cloud) -> None:
        source = ObjectVersion(BUCKET, "a.png", etag=cloud.upload("a.png", PNG))
        first = register(source, cloud.register)
        second = register(source, cloud.register)
        assert (first.how, second.how) == (Registered.NEW, Registered.KNOWN)
        assert first.document.document_id == second.document.document_id

    def test_a_backfill_of_an_uploaded_object_is_the_same_document(self, cloud: Cloud) -> None:
        uploaded = submit(cloud, "a.png", PNG)
        listed = register(ObjectVersion(BUCKET, "a.png"), cloud.register, BACKFILL)
        assert listed.how is Registered.KNOWN
        assert listed.document == cloud.document(uploaded.document_id)

    @pytest.mark.parametrize(("body", "code"), [(b"Hello", "UNSUPPORTED_FORMAT"), (b"", "EMPTY_OBJECT")])
    def test_what_textract_cannot_read_is_unsupported_at_once(self, cloud: Cloud, body: bytes, code: str) -> None:
        stored = cloud.document(submit(cloud, "notes.png", body).document_id)
        assert stored.status is DocumentStatus.UNSUPPORTED
        assert stored.failure is not None
        assert (stored.failure.code, stored.failure.stage) == (code, Stage.REGISTER)

    def test_an_object_deleted_before_it_was_seen_fails_with_that_reason(self, cloud: Cloud) -> None:
        document = register(ObjectVersion(BUCKET, "gone.pdf", etag="abc"), cloud.register).document
        assert document.status is DocumentStatus.FAILED
        assert document.failure is not None
        assert document.failure.code == ErrorCode.OBJECT_MISSING

    def test_an_object_replaced_before_it_was_seen_fails_with_that_reason(self, cloud: Cloud) -> None:
        etag = cloud.upload("a.png", PNG)
        cloud.upload("a.png", PNG + b"changed")
        document = register(ObjectVersion(BUCKET, "a.png", etag=etag), cloud.register).document
        assert document.failure is not None
        assert document.failure.code == ErrorCode.OBJECT_CHANGED

    def test_a_listed_object_that_never_was_is_no_document(self, cloud: Cloud) -> None:
        with pytest.raises(DocumentError, match="does not exist"):
            register(ObjectVersion(BUCKET, "never.pdf"), cloud.register, BACKFILL)


class TestRoute:
    @pytest.mark.parametrize(
        ("body", "backfill", "queue_name"),
        [
            (PNG, None, "sync_queue_url"),
            (PNG, BACKFILL, "sync_backfill_queue_url"),
            (PDF, None, "async_queue_url"),
            (PDF, BACKFILL, "async_backfill_queue_url"),
        ],
    )
    def test_format_and_lane_decide_the_queue(
        self, cloud: Cloud, body: bytes, backfill: Backfill | None, queue_name: str
    ) -> None:
        document = submit(cloud, "named-like.txt", body, backfill)
        assert queue(cloud, document).status is DocumentStatus.QUEUED
        (message,) = cloud.messages(getattr(cloud.route, queue_name))
        assert message["documentId"] == document.document_id

    def test_a_replayed_stream_record_does_not_take_a_finished_document_back(self, cloud: Cloud) -> None:
        document = submit(cloud, "a.png", PNG)
        assert process(cloud, document).status is DocumentStatus.SUCCEEDED
        assert queue(cloud, document).status is DocumentStatus.SUCCEEDED


class TestProcessImage:
    def test_text_fields_and_tables_are_stored_beside_the_document(self, cloud: Cloud) -> None:
        document = process(cloud, submit(cloud, "form.png", PNG))
        assert (document.status, document.pages, document.failure) == (DocumentStatus.SUCCEEDED, 1, None)
        prefix = document.output_prefix
        assert cloud.read(prefix + "text.txt") == "Name: Ada\nAge:\nItem 2\n"
        fields = list(csv.DictReader(io.StringIO(cloud.read(prefix + "forms.csv"))))
        assert [(field["key"], field["value"]) for field in fields] == [("Name:", "Ada"), ("Age:", "")]
        assert cloud.read(prefix + "tables.csv").splitlines()[1] == "1,1,1,95.0,Item,2"
        assert json.loads(cloud.read(prefix + "response.json")) == two_field_form()
        assert cloud.outputs(document.document_id) == {"text", "forms", "tables", "response"}

    def test_text_alone_calls_the_cheap_api_and_writes_text_alone(self, cloud: Cloud) -> None:
        document = process(cloud, submit(cloud, "letters/a.png", PNG))
        assert [operation for operation, _ in cloud.textract.calls] == ["detect_document_text"]
        assert cloud.outputs(document.document_id) == {"text", "response"}

    def test_a_message_delivered_again_costs_nothing(self, cloud: Cloud) -> None:
        document = submit(cloud, "form.png", PNG)
        process(cloud, document)
        process(cloud, document)
        assert len(cloud.textract.calls) == 1

    def test_a_second_worker_waits_while_the_first_may_be_at_work(self, cloud: Cloud) -> None:
        document = submit(cloud, "form.png", PNG)
        assert DocumentsTable(cloud.analyze.documents_table).claim(document.run, plenty_of_time())
        with pytest.raises(RetryableError, match="another worker"):
            process(cloud, document)
        assert not cloud.textract.calls

    def test_a_worker_that_died_after_saving_the_response_is_followed_without_a_second_bill(self, cloud: Cloud) -> None:
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
    def test_a_document_textract_refuses_fails_with_its_reason(self, cloud: Cloud, error: str, code: str) -> None:
        cloud.textract.answer = service_error(error)
        document = process(cloud, submit(cloud, "form.png", PNG))
        assert document.status is DocumentStatus.FAILED
        assert document.failure is not None
        assert (document.failure.code, document.failure.stage) == (code, Stage.ANALYZE)
        assert "as the service says it" in document.failure.message

    def test_a_page_without_text_is_no_success(self, cloud: Cloud) -> None:
        cloud.textract.answer = {"Blocks": [{"BlockType": "PAGE", "Id": "p", "Page": 1}]}
        document = process(cloud, submit(cloud, "blank.png", PNG))
        assert document.status is DocumentStatus.PARTIAL_SUCCESS
        assert document.failure is not None
        assert document.failure.code == ErrorCode.EMPTY_RESULT

    def test_a_response_paid_for_in_an_earlier_run_is_not_taken_for_this_ones(self, cloud: Cloud) -> None:
        done = process(cloud, submit(cloud, "form.png", PNG))
        store = DocumentsTable(cloud.analyze.documents_table)
        assert store.reopen(done, done, DocumentStatus.SUBMITTED, is_paid_for=False)
        again = cloud.document(done.document_id)
        store.claim(again.run, seconds=0)
        assert process(cloud, again).status is DocumentStatus.SUCCEEDED
        assert len(cloud.textract.calls) == 2

    def test_a_redriven_run_goes_on_with_what_has_been_paid_for(self, cloud: Cloud) -> None:
        done = process(cloud, submit(cloud, "form.png", PNG))
        run = DocumentsTable(cloud.analyze.documents_table).reopen(
            done, done, DocumentStatus.SUBMITTED, is_paid_for=True
        )
        assert run == Run(done.document_id, 2)
        finished = process(cloud, cloud.document(done.document_id))
        assert (finished.status, finished.run_number) == (DocumentStatus.SUCCEEDED, 2)
        assert len(cloud.textract.calls) == 1

    def test_a_document_tells_when_it_reached_each_state_and_which_model_read_it(self, cloud: Cloud) -> None:
        done = process(cloud, queue(cloud, submit(cloud, "form.png", PNG)))
        assert done.queued_at
        assert done.started_at
        assert done.submitted_at <= done.queued_at <= done.started_at <= done.updated_at
        assert done.model_version == "1.0"

    def test_a_second_attempt_does_not_change_when_the_run_was_started(self, cloud: Cloud) -> None:
        document = submit(cloud, "form.png", PNG)
        cloud.textract.answer = service_error("ProvisionedThroughputExceededException")
        with pytest.raises(RetryableError):
            process(cloud, document)
        started_at = cloud.document(document.document_id).started_at
        cloud.textract.answer = two_field_form()
        time.sleep(0.002)
        assert process(cloud, document).started_at == started_at

    def test_a_new_run_keeps_what_the_last_one_was_and_begins_without_it(self, cloud: Cloud) -> None:
        done = process(cloud, queue(cloud, submit(cloud, "form.png", PNG)))
        anew = done._replace(features=(Feature.TEXT,), submitted_by="somebody")
        DocumentsTable(cloud.analyze.documents_table).reopen(done, anew, DocumentStatus.SUBMITTED, is_paid_for=False)
        again = cloud.document(done.document_id)
        assert again.earlier_runs == (done._replace(registered_at=done.submitted_at),)
        assert (again.submitted_by, again.features) == ("somebody", (Feature.TEXT,))
        assert (again.queued_at, again.started_at, again.pages, again.outputs) == (None, None, None, ())
        assert again.first_submitted_at == done.submitted_at

    def test_a_throttle_is_not_the_documents_fault_and_does_not_lock_it(self, cloud: Cloud) -> None:
        document = submit(cloud, "form.png", PNG)
        cloud.textract.answer = service_error("ProvisionedThroughputExceededException")
        with pytest.raises(RetryableError):
            process(cloud, document)
        cloud.textract.answer = two_field_form()
        assert process(cloud, document).status is DocumentStatus.SUCCEEDED

    def test_an_answer_that_is_paid_for_is_saved_however_often_it_takes(
        self, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
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

    def test_an_answer_that_the_bucket_refuses_is_not_paid_for_again(self, cloud: Cloud) -> None:
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

    def test_an_object_replaced_before_the_analysis_is_not_paid_for(self, cloud: Cloud) -> None:
        document = submit(cloud, "form.png", PNG)
        cloud.upload("form.png", PNG + b"another")
        assert code_of(process(cloud, document)) == ErrorCode.OBJECT_CHANGED
        assert cloud.textract.calls == []

    def test_an_object_replaced_during_the_analysis_does_not_pass_for_the_old_document(
        self, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        document = submit(cloud, "form.png", PNG)

        def analyze_and_replace(_document: Document) -> Response:
            cloud.upload("form.png", PNG + b"another")
            return cast("Response", two_field_form())

        monkeypatch.setattr(textract, "analyze", analyze_and_replace)
        assert code_of(process(cloud, document)) == ErrorCode.OBJECT_CHANGED
        assert cloud.outputs(document.document_id) == set()

    def test_where_the_bucket_keeps_versions_the_version_that_was_registered_is_analyzed(self, cloud: Cloud) -> None:
        clients.s3().put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        document = submit(cloud, "form.png", PNG)
        cloud.upload("form.png", PNG + b"another")
        assert process(cloud, document).status is DocumentStatus.SUCCEEDED
        ((_, request),) = cloud.textract.calls
        assert request["Document"]["S3Object"]["Version"] == document.version_id

    def test_what_the_pipeline_does_not_know_is_raised(self, cloud: Cloud) -> None:
        cloud.textract.answer = service_error("AccessDeniedException")
        with pytest.raises(type(cloud.textract.answer)):
            process(cloud, submit(cloud, "form.png", PNG))


class TestStartJob:
    def test_a_waiting_document_gets_a_job_that_names_its_run_and_writes_beside_it(self, cloud: Cloud) -> None:
        document = start(cloud)
        assert (document.status, document.job_id) == (DocumentStatus.IN_PROGRESS, "job-1")
        ((operation, request),) = cloud.textract.calls
        assert operation == "start_document_analysis"
        assert Run.from_job_tag(request["JobTag"]) == document.run
        assert request["OutputConfig"] == {"S3Bucket": BUCKET, "S3Prefix": f"{document.output_prefix}response"}
        assert request["FeatureTypes"] == ["FORMS", "TABLES"]

    def test_a_document_that_has_a_job_gets_no_second_one(self, cloud: Cloud) -> None:
        document = start(cloud)
        assert not pipeline.start_job(DocumentMessage.of(document), cloud.start)
        assert len(cloud.textract.calls) == 1

    def test_a_document_textract_refuses_fails(self, cloud: Cloud) -> None:
        document = queue(cloud, submit(cloud, "broken.pdf", PDF))
        cloud.textract.answer = service_error("BadDocumentException")
        assert not pipeline.start_job(DocumentMessage.of(document), cloud.start)
        assert cloud.document(document.document_id).status is DocumentStatus.FAILED

    def test_an_object_that_was_replaced_is_not_paid_for_in_the_old_documents_name(self, cloud: Cloud) -> None:
        document = queue(cloud, submit(cloud, "scan.pdf", PDF))
        cloud.upload("scan.pdf", PDF + b"another")
        assert not pipeline.start_job(DocumentMessage.of(document), cloud.start)
        assert code_of(cloud.document(document.document_id)) == ErrorCode.OBJECT_CHANGED
        assert cloud.textract.calls == []


class TestCollectResults:
    def test_parts_are_read_in_numeric_order(self, cloud: Cloud) -> None:
        document = start(cloud)
        for number in range(1, 12):
            put_part(document, number, page=number)
        clients.s3().put_object(Bucket=BUCKET, Key=f"{document.output_prefix}response/job-1/.s3_access_check")
        pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
        finished = cloud.document(document.document_id)
        assert (finished.status, finished.pages) == (DocumentStatus.SUCCEEDED, 11)
        pages = cloud.read(document.output_prefix + "text.txt").split("\f")
        assert pages == ["Name: Ada\nAge:\nItem 2\n"] * 11
        fields = csv.DictReader(io.StringIO(cloud.read(document.output_prefix + "forms.csv")))
        assert [field["page"] for field in fields] == [str(page) for page in range(1, 12) for _ in range(2)]

    def test_a_long_document_goes_on_in_the_next_invocation_where_it_was(self, cloud: Cloud) -> None:
        document = start(cloud)
        for number in range(1, 7):
            put_part(document, number, page=number)
        times = iter([300, 300, 0, 300, 300, 0])
        for _ in range(2):
            with pytest.raises(OutOfTimeError):
                pipeline.collect_results(completion(document), cloud.collect, lambda: next(times))
        assert cloud.document(document.document_id).status is DocumentStatus.IN_PROGRESS
        assert f"{document.output_prefix}text.txt" not in set(cloud.keys())
        pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
        assert cloud.document(document.document_id).pages == 6
        assert cloud.read(document.output_prefix + "text.txt").split("\f") == ["Name: Ada\nAge:\nItem 2\n"] * 6
        fields = csv.DictReader(io.StringIO(cloud.read(document.output_prefix + "forms.csv")))
        assert [field["page"] for field in fields] == [str(page) for page in range(1, 7) for _ in range(2)]
        assert not [key for key in set(cloud.keys()) if key.endswith("progress.tar")]

    def test_what_a_slow_copy_of_a_completion_kept_for_its_next_turn_goes_once_the_document_has_ended(
        self, cloud: Cloud
    ) -> None:
        document = start(cloud)
        put_part(document, 1, page=1)
        pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
        clients.s3().put_object(Bucket=BUCKET, Key=f"{document.output_prefix}response/job-1/progress.tar", Body=b"late")
        pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
        assert not [key for key in set(cloud.keys()) if key.endswith("progress.tar")]
        assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED

    def test_an_object_replaced_while_its_job_ran_does_not_pass_for_the_old_document(self, cloud: Cloud) -> None:
        document = start(cloud)
        put_part(document, 1, page=1)
        cloud.upload("scan.pdf", PDF + b"another")
        pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
        assert code_of(cloud.document(document.document_id)) == ErrorCode.OBJECT_CHANGED

    def test_a_failed_job_is_a_failed_document_with_textracts_reason(self, cloud: Cloud) -> None:
        document = start(cloud)
        cloud.textract.answer = {"JobStatus": "FAILED", "StatusMessage": "INVALID_IMAGE_TYPE"}
        pipeline.collect_results(completion(document, "FAILED"), cloud.collect, plenty_of_time)
        failed = cloud.document(document.document_id)
        assert failed.status is DocumentStatus.FAILED
        assert failed.failure is not None
        assert "INVALID_IMAGE_TYPE" in failed.failure.message

    def test_a_partial_success_says_which_pages_are_missing(self, cloud: Cloud) -> None:
        document = start(cloud)
        put_part(document, 1, page=1)
        cloud.textract.answer = {"Warnings": [{"ErrorCode": "UNREADABLE", "Pages": [2, 3]}]}
        pipeline.collect_results(completion(document, "PARTIAL_SUCCESS"), cloud.collect, plenty_of_time)
        partial = cloud.document(document.document_id)
        assert partial.status is DocumentStatus.PARTIAL_SUCCESS
        assert partial.failure is not None
        assert "2, 3" in partial.failure.message

    def test_results_that_are_not_there_yet_are_waited_for(self, cloud: Cloud) -> None:
        document = start(cloud)
        with pytest.raises(RetryableError):
            pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
        assert cloud.document(document.document_id).status is DocumentStatus.IN_PROGRESS

    def test_a_completion_of_another_job_is_refused(self, cloud: Cloud) -> None:
        document = start(cloud)
        pipeline.collect_results(completion(document)._replace(job_id="forged"), cloud.collect, plenty_of_time)
        assert cloud.document(document.document_id).status is DocumentStatus.IN_PROGRESS

    def test_a_completion_before_the_start_was_saved_finishes_the_document(self, cloud: Cloud) -> None:
        document = queue(cloud, submit(cloud, "scan.pdf", PDF))
        put_part(document, 1, page=1)
        pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
        DocumentsTable(cloud.start.documents_table).mark_started(document.run, "job-1")
        assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED

    def test_a_document_names_its_job_even_if_the_start_was_never_saved(self, cloud: Cloud) -> None:
        document = queue(cloud, submit(cloud, "scan.pdf", PDF))
        put_part(document, 1, page=1)
        pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
        ended = cloud.document(document.document_id)
        assert ended.job_id == "job-1"
        assert objects.stored_response(ended) is not None

    def test_a_late_failure_does_not_undo_a_success(self, cloud: Cloud) -> None:
        document = start(cloud)
        put_part(document, 1, page=1)
        pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
        pipeline.collect_results(completion(document, "FAILED"), cloud.collect, plenty_of_time)
        assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED
