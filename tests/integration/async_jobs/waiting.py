"""Documents that wait for a job, and a Textract that takes only so many."""

from typing import Any

import pytest

from tests.integration.conftest import BUCKET, PDF, Cloud, service_error
from tests.support.aws_requests import Checked
from tests.support.registration import register
from textract_pipeline import pipeline
from textract_pipeline.async_jobs import scheduler
from textract_pipeline.aws import clients
from textract_pipeline.document import Document, ObjectVersion
from textract_pipeline.events import Backfill, Trigger

FULL = service_error("LimitExceededException")


class Textract:
    """Takes so many jobs, and then no more."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.started: list[str] = []
        self.refused = 0

    def start_document_analysis(self, **request: Any) -> dict[str, str]:
        if not self.places:
            self.refused += 1
            raise FULL
        self.places -= 1
        self.started.append(request["DocumentLocation"]["S3Object"]["Name"])
        return {"JobId": f"job-{len(self.started)}"}


def textract(monkeypatch: pytest.MonkeyPatch, places: int) -> Textract:
    service = Textract(places)
    monkeypatch.setattr(clients, "textract_start", lambda: Checked("textract", service))
    return service


def wait(cloud: Cloud, *keys: str, backfill: Backfill | None = None) -> list[Document]:
    """Documents that wait for their jobs."""
    documents = []
    for key in keys:
        etag = cloud.upload(key, PDF + key.encode())
        document = register(ObjectVersion(BUCKET, key, etag=etag), cloud.register, backfill).document
        pipeline.route(document, cloud.route)
        documents.append(document)
    return documents


def start(cloud: Cloud, trigger: Trigger, seconds_left: float = 900) -> int:
    return scheduler.start_jobs(cloud.start, trigger, lambda: seconds_left)


def receives(queue_url: str) -> list[int]:
    """How often each message that can be received now was received before."""
    names: Any = ["ApproximateReceiveCount"]
    response = clients.sqs().receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, MessageSystemAttributeNames=names
    )
    return [int(each["Attributes"]["ApproximateReceiveCount"]) - 1 for each in response.get("Messages", [])]
