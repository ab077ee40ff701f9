"""The steps of a document's way through the flow, on an AWS in process."""

import json
from datetime import timedelta

from tests.integration.conftest import BUCKET, PDF, Cloud
from tests.support.registration import register
from tests.support.responses import two_field_form
from textract_pipeline import pipeline
from textract_pipeline.aws import clients
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.clock import Clock, utc_now
from textract_pipeline.document import Document, ObjectVersion
from textract_pipeline.events import Backfill, DocumentMessage, JobCompletion
from textract_pipeline.names import DocumentStatus


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


def later(**time: float) -> Clock:
    """A clock that stands still, so much later than now."""
    moment = utc_now() + timedelta(**time)
    return lambda: moment


def redriven(cloud: Cloud) -> Document:
    """A document in its second run, which continues what was paid for in the first."""
    document = start(cloud)
    table = DocumentsTable(cloud.start.documents_table)
    table.finish(document.run, DocumentStatus.FAILED)
    ended = cloud.document(document.document_id)
    assert table.reopen(ended, ended, DocumentStatus.IN_PROGRESS, is_paid_for=True)
    return cloud.document(document.document_id)


def code_of(document: Document) -> str | None:
    return document.failure.code if document.failure else None


def put_part(document: Document, number: int, page: int, **extra: object) -> None:
    part = two_field_form(page) | {"JobStatus": "SUCCEEDED"} | extra
    key = f"{document.output_prefix}response/job-1/{number}"
    clients.s3().put_object(Bucket=BUCKET, Key=key, Body=json.dumps(part).encode())


def completion(document: Document, status: str = "SUCCEEDED") -> JobCompletion:
    return JobCompletion(document.run, "job-1", status, "StartDocumentAnalysis")
