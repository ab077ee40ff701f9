"""No more documents complete a minute than the setting says."""

import time
from datetime import timedelta

import pytest

from tests.integration.conftest import BUCKET, PNG, Cloud
from tests.support.events import Clock
from textract_pipeline import pipeline
from textract_pipeline.document import DocumentStatus, ObjectVersion
from textract_pipeline.errors import RetryableError
from textract_pipeline.events import DocumentMessage
from textract_pipeline.rate_limit import pass_through

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "sleep", clock.forward)
    return clock


def test_documents_pass_at_the_rate_and_no_faster(clock: Clock) -> None:
    began = clock.now
    for _ in range(31):
        pass_through("ControlTable", 30, clock=clock)
    assert clock.now - began == timedelta(minutes=1)


def test_without_a_limit_nothing_is_asked(clock: Clock) -> None:
    pass_through("no such table", 0, clock=clock)


def test_whoever_would_wait_long_comes_back_later_and_has_taken_nobodys_turn(clock: Clock) -> None:
    pass_through("ControlTable", 1, clock=clock)
    for _ in range(5):
        with pytest.raises(RetryableError, match="1 documents may pass a minute"):
            pass_through("ControlTable", 1, clock=clock)
    clock.forward(60)
    pass_through("ControlTable", 1, clock=clock)


def test_a_document_whose_turn_has_not_come_is_not_paid_for_again(cloud: Cloud) -> None:
    etag = cloud.upload("a.png", PNG)
    document = pipeline.register(ObjectVersion(BUCKET, "a.png", etag=etag), cloud.register).document
    limited = cloud.analyze._replace(max_documents_per_minute=1)
    pass_through(limited.control_table, 1)
    with pytest.raises(RetryableError):
        pipeline.process_image(DocumentMessage.of(document), limited, lambda: 60)
    assert cloud.document(document.document_id).status is DocumentStatus.IN_PROGRESS
    pipeline.process_image(DocumentMessage.of(document), cloud.analyze, lambda: 60)
    assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED
    assert len(cloud.textract.calls) == 1
