"""docproc routes documents."""

import pytest

from lambdas.docproc.handler import handle as docproc
from tests.integration.conftest import PDF, PNG, Cloud
from tests.integration.handlers.events import CONTEXT, registered, stream
from textract_pipeline import pipeline
from textract_pipeline.errors import RetryableError


def test_docproc_routes_what_was_submitted_and_wakes_the_starter_for_async_work(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[object] = []
    monkeypatch.setattr(pipeline, "wake_job_starter", woken.append)
    image, scan = registered(cloud, "a.png", PNG), registered(cloud, "b.pdf", PDF)
    unsupported = registered(cloud, "c.txt", b"Hello")
    assert docproc(stream(image, unsupported), CONTEXT) == {"batchItemFailures": []}
    assert not woken
    docproc(stream(scan), CONTEXT)
    assert len(woken) == 1
    assert len(cloud.messages(cloud.route.sync_queue_url)) == 1
    assert len(cloud.messages(cloud.route.async_queue_url)) == 1


def test_what_was_routed_stays_so_if_the_starter_cannot_be_woken_now(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def throttled(_: object) -> None:
        raise RetryableError("Rate exceeded")

    monkeypatch.setattr(pipeline, "wake_job_starter", throttled)
    assert docproc(stream(registered(cloud, "b.pdf", PDF)), CONTEXT) == {"batchItemFailures": []}


def test_docproc_names_the_record_that_failed_and_routes_the_others(cloud: Cloud) -> None:
    event = stream(registered(cloud, "a.png", PNG), registered(cloud, "b.png", PNG))
    del event["Records"][0]["dynamodb"]["NewImage"]["bucketName"]
    assert docproc(event, CONTEXT) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert len(cloud.messages(cloud.route.sync_queue_url)) == 1
