"""The results of a job are collected, even in several invocations."""

import csv
import io

import pytest

from tests.integration.conftest import BUCKET, PDF, Cloud
from tests.integration.flow import code_of, completion, plenty_of_time, put_part, queue, start, submit
from tests.support.responses import two_field_form
from textract_pipeline import pipeline
from textract_pipeline.aws import clients, objects
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.errors import ErrorCode, OutOfTimeError, RetryableError
from textract_pipeline.names import DocumentStatus


def test_parts_are_read_in_numeric_order(cloud: Cloud) -> None:
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


def test_a_long_document_goes_on_in_the_next_invocation_where_it_was(cloud: Cloud) -> None:
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


def test_what_a_slow_copy_of_a_completion_kept_for_its_next_turn_goes_once_the_document_has_ended(cloud: Cloud) -> None:
    document = start(cloud)
    put_part(document, 1, page=1)
    pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
    clients.s3().put_object(Bucket=BUCKET, Key=f"{document.output_prefix}response/job-1/progress.tar", Body=b"late")
    pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
    assert not [key for key in set(cloud.keys()) if key.endswith("progress.tar")]
    assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED


def test_if_nothing_was_kept_nothing_is_deleted(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deleting what is not there would leave a delete marker in a bucket that keeps versions."""
    document = start(cloud)
    put_part(document, 1, page=1)
    pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
    deleted: list[str] = []
    monkeypatch.setattr(clients.s3(), "delete_object", lambda **request: deleted.append(request["Key"]))
    pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
    assert deleted == []


def test_an_object_replaced_while_its_job_ran_does_not_pass_for_the_old_document(cloud: Cloud) -> None:
    document = start(cloud)
    put_part(document, 1, page=1)
    cloud.upload("scan.pdf", PDF + b"another")
    pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
    assert code_of(cloud.document(document.document_id)) == ErrorCode.OBJECT_CHANGED


def test_a_failed_job_is_a_failed_document_with_textracts_reason(cloud: Cloud) -> None:
    document = start(cloud)
    cloud.textract.answer = {"JobStatus": "FAILED", "StatusMessage": "INVALID_IMAGE_TYPE"}
    pipeline.collect_results(completion(document, "FAILED"), cloud.collect, plenty_of_time)
    failed = cloud.document(document.document_id)
    assert failed.status is DocumentStatus.FAILED
    assert failed.failure is not None
    assert "INVALID_IMAGE_TYPE" in failed.failure.message


def test_a_partial_success_says_which_pages_are_missing(cloud: Cloud) -> None:
    document = start(cloud)
    put_part(document, 1, page=1)
    cloud.textract.answer = {"Warnings": [{"ErrorCode": "UNREADABLE", "Pages": [2, 3]}]}
    pipeline.collect_results(completion(document, "PARTIAL_SUCCESS"), cloud.collect, plenty_of_time)
    partial = cloud.document(document.document_id)
    assert partial.status is DocumentStatus.PARTIAL_SUCCESS
    assert partial.failure is not None
    assert "2, 3" in partial.failure.message


@pytest.mark.parametrize("promised", [True, 10**400, -3, "5", None, [], 4])
def test_pages_that_no_part_has_are_missing_if_textract_says_how_many_there_are(cloud: Cloud, promised: object) -> None:
    document = start(cloud)
    for number in (1, 2, 4):
        put_part(document, number, page=number, DocumentMetadata={"Pages": promised})
    pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
    found = cloud.document(document.document_id)
    if promised == 4:
        assert (found.status, code_of(found)) == (DocumentStatus.PARTIAL_SUCCESS, ErrorCode.PAGES_MISSING)
        assert found.failure is not None
        assert "It counted 4 pages, but its response has 3." in found.failure.message
    else:
        assert (found.status, found.failure) == (DocumentStatus.SUCCEEDED, None)


def test_pages_cut_in_two_by_the_parts_are_whole(cloud: Cloud) -> None:
    document = start(cloud)
    blocks = [block for page in range(1, 80) for block in two_field_form(page)["Blocks"]]
    for number, first in enumerate(range(0, len(blocks), 97), start=1):
        part = blocks[first : first + 97]
        put_part(document, number, page=1, Blocks=part, DocumentMetadata={"Pages": 79})
    pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
    found = cloud.document(document.document_id)
    assert (found.status, found.pages) == (DocumentStatus.SUCCEEDED, 79)
    assert cloud.read(document.output_prefix + "text.txt").split("\f") == ["Name: Ada\nAge:\nItem 2\n"] * 79


def test_a_blank_page_between_others_keeps_its_place(cloud: Cloud) -> None:
    document = start(cloud)
    blank = {"BlockType": "PAGE", "Id": "blank", "Page": 2}
    blocks = [*two_field_form(1)["Blocks"], blank, *two_field_form(3)["Blocks"]]
    put_part(document, 1, page=1, Blocks=blocks, DocumentMetadata={"Pages": 3})
    pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
    text = cloud.read(document.output_prefix + "text.txt")
    assert text == "Name: Ada\nAge:\nItem 2\n\f\fName: Ada\nAge:\nItem 2\n"
    assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED


def test_results_that_are_not_there_yet_are_waited_for(cloud: Cloud) -> None:
    document = start(cloud)
    with pytest.raises(RetryableError):
        pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
    assert cloud.document(document.document_id).status is DocumentStatus.IN_PROGRESS


def test_a_completion_of_another_job_is_refused(cloud: Cloud) -> None:
    document = start(cloud)
    pipeline.collect_results(completion(document)._replace(job_id="forged"), cloud.collect, plenty_of_time)
    assert cloud.document(document.document_id).status is DocumentStatus.IN_PROGRESS


def test_a_completion_before_the_start_was_saved_finishes_the_document(cloud: Cloud) -> None:
    document = queue(cloud, submit(cloud, "scan.pdf", PDF))
    put_part(document, 1, page=1)
    pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
    DocumentsTable(cloud.start.documents_table).mark_started(document.run, "job-1")
    assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED


def test_a_document_names_its_job_even_if_the_start_was_never_saved(cloud: Cloud) -> None:
    document = queue(cloud, submit(cloud, "scan.pdf", PDF))
    put_part(document, 1, page=1)
    pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
    ended = cloud.document(document.document_id)
    assert ended.job_id == "job-1"
    assert objects.stored_response(ended) is not None


def test_a_late_failure_does_not_undo_a_success(cloud: Cloud) -> None:
    document = start(cloud)
    put_part(document, 1, page=1)
    pipeline.collect_results(completion(document), cloud.collect, plenty_of_time)
    pipeline.collect_results(completion(document, "FAILED"), cloud.collect, plenty_of_time)
    assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED


def test_a_job_that_fails_for_the_kind_of_document_ends_as_unsupported(cloud: Cloud) -> None:
    document = start(cloud)
    told = "UnsupportedDocumentException: Request has unsupported document format: the PDF is a form"
    cloud.textract.answer = {"JobStatus": "FAILED", "StatusMessage": told}
    pipeline.collect_results(completion(document, "FAILED"), cloud.collect, plenty_of_time)
    ended = cloud.document(document.document_id)
    assert (ended.status, code_of(ended)) == (DocumentStatus.UNSUPPORTED, ErrorCode.UNSUPPORTED_FORMAT)
    assert ended.failure
    assert told in ended.failure.message
