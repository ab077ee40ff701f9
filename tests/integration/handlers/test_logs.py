"""Each log line names the document that it is about."""

from collections.abc import Callable
from typing import Any

import pytest

from lambdas.asyncproc.handler import handle as asyncproc
from lambdas.docproc.handler import handle as docproc
from lambdas.s3proc.handler import handle as s3proc
from lambdas.statusproc.handler import handle as statusproc
from lambdas.syncproc.handler import handle as syncproc
from tests.integration.conftest import BUCKET, PDF, PNG, Cloud, service_error
from tests.integration.handlers.events import CONTEXT, messages, received_from, registered, stream, uploads
from textract_pipeline.document import document_id
from textract_pipeline.events import DocumentMessage


def test_a_documents_life_can_be_read_in_the_logs(cloud: Cloud, log: Callable[[], list[dict[str, Any]]]) -> None:
    image = registered(cloud, "a.png", PNG)
    docproc(stream(image), CONTEXT)
    syncproc(messages(DocumentMessage.of(image).to_json()), CONTEXT)
    statusproc(stream(cloud.document(image.document_id)), CONTEXT)
    lines = log()
    assert [line["message"] for line in lines] == ["Registered", "Queued", "Ended", "Announced"]
    assert {(line["documentId"], line["run"]) for line in lines} == {(image.document_id, 1)}
    assert lines[2] | {"status": "SUCCEEDED", "pages": 1} == lines[2]


def test_the_start_of_a_job_is_told_with_its_document(cloud: Cloud, log: Callable[[], list[dict[str, Any]]]) -> None:
    cloud.textract.answer = {"JobId": "job"}
    scan = registered(cloud, "a.pdf", PDF)
    docproc(stream(scan), CONTEXT)
    asyncproc({}, CONTEXT)
    (line,) = [line for line in log() if line["message"] == "Started"]
    assert (line["documentId"], line["run"], line["jobId"]) == (scan.document_id, 1, "job")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (service_error("ThrottlingException"), "The record will be delivered again"),
        (ValueError("a bug"), "The record failed with an unknown error"),
        (service_error("BadDocumentException"), "The document cannot be processed"),
    ],
)
def test_a_failure_is_told_with_its_document(
    cloud: Cloud, log: Callable[[], list[dict[str, Any]]], answer: Exception, message: str
) -> None:
    document = registered(cloud, "a.png", PNG)
    cloud.textract.answer = answer
    syncproc(received_from(cloud.route.sync_queue_url, document, times=1), CONTEXT)
    (line,) = [line for line in log() if line["message"] == message]
    assert (line["documentId"], line["run"]) == (document.document_id, 1)


@pytest.mark.parametrize(("code", "seconds"), [("LimitExceededException", 0), ("InternalServerError", 5)])
def test_a_job_that_could_not_be_started_now_is_told_with_its_document_and_how_long_it_waits(
    cloud: Cloud, log: Callable[[], list[dict[str, Any]]], code: str, seconds: int
) -> None:
    scan = registered(cloud, "a.pdf", PDF)
    docproc(stream(scan), CONTEXT)
    cloud.textract.answer = service_error(code)
    asyncproc({}, CONTEXT)
    line = next(line for line in log() if line["message"] == "The message was put back")
    assert (line["documentId"], line["run"], line["delaySeconds"]) == (scan.document_id, 1, seconds)
    assert line["reason"]


def test_an_object_that_could_not_be_registered_is_told_by_the_id_it_would_have(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, log: Callable[[], list[dict[str, Any]]]
) -> None:
    etag = cloud.upload("a.png", PNG)
    monkeypatch.setenv("DOCUMENTS_TABLE", "gone")
    with pytest.raises(ExceptionGroup):
        s3proc(uploads(("a.png", etag)), CONTEXT)
    (line,) = log()
    assert line["documentId"] == document_id(BUCKET, "a.png", etag)
