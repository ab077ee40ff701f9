"""A waiting document gets one job."""

from tests.integration.conftest import BUCKET, PDF, Cloud, service_error
from tests.integration.flow import code_of, queue, start, submit
from textract_pipeline import pipeline
from textract_pipeline.document import Run
from textract_pipeline.errors import ErrorCode
from textract_pipeline.events import DocumentMessage
from textract_pipeline.names import DocumentStatus


def test_a_waiting_document_gets_a_job_that_names_its_run_and_writes_beside_it(cloud: Cloud) -> None:
    document = start(cloud)
    assert (document.status, document.job_id) == (DocumentStatus.IN_PROGRESS, "job-1")
    ((operation, request),) = cloud.textract.calls
    assert operation == "start_document_analysis"
    assert Run.from_job_tag(request["JobTag"]) == document.run
    assert request["OutputConfig"] == {"S3Bucket": BUCKET, "S3Prefix": f"{document.output_prefix}response"}
    assert request["FeatureTypes"] == ["FORMS", "TABLES"]


def test_a_document_that_has_a_job_gets_no_second_one(cloud: Cloud) -> None:
    document = start(cloud)
    assert not pipeline.start_job(DocumentMessage.of(document), cloud.start)
    assert len(cloud.textract.calls) == 1


def test_a_document_textract_refuses_fails(cloud: Cloud) -> None:
    document = queue(cloud, submit(cloud, "broken.pdf", PDF))
    cloud.textract.answer = service_error("BadDocumentException")
    assert not pipeline.start_job(DocumentMessage.of(document), cloud.start)
    assert cloud.document(document.document_id).status is DocumentStatus.FAILED


def test_an_object_that_was_replaced_is_not_paid_for_in_the_old_documents_name(cloud: Cloud) -> None:
    document = queue(cloud, submit(cloud, "scan.pdf", PDF))
    cloud.upload("scan.pdf", PDF + b"another")
    assert not pipeline.start_job(DocumentMessage.of(document), cloud.start)
    assert code_of(cloud.document(document.document_id)) == ErrorCode.OBJECT_CHANGED
    assert cloud.textract.calls == []
