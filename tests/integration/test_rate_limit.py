"""No more documents complete a minute than the setting says, and no more of a backfill are processed than it asks."""

from datetime import timedelta

import pytest

from tests.integration.conftest import BUCKET, PNG, Cloud
from tests.support.events import Clock
from tests.support.registration import register
from textract_pipeline import pipeline, rate_limit
from textract_pipeline.aws import control_table
from textract_pipeline.aws.control_table import BACKFILL_RATE
from textract_pipeline.document import ObjectVersion
from textract_pipeline.errors import RetryableError
from textract_pipeline.events import Backfill, DocumentMessage
from textract_pipeline.names import DocumentStatus

pytestmark = pytest.mark.usefixtures("cloud")

TABLE = "ControlTable"


def pass_through(per_minute: float, clock: Clock) -> None:
    interval = rate_limit.interval_ms(per_minute)
    rate_limit.pass_through(TABLE, rate_limit.COMPLETING, interval, clock, clock.forward)


def turns(most: int, clock: Clock) -> int:
    held = control_table.read(TABLE, BACKFILL_RATE)
    return rate_limit.take_turns(TABLE, held.get(BACKFILL_RATE, {}), most, clock)


def test_documents_pass_at_the_rate_and_no_faster() -> None:
    clock = Clock()
    began = clock.now
    for _ in range(31):
        pass_through(30, clock)
    assert clock.now - began == timedelta(minutes=1)


def test_without_a_limit_nothing_is_asked() -> None:
    rate_limit.pass_through("no such table", rate_limit.COMPLETING, 0)


def test_whoever_would_wait_long_comes_back_later_and_has_taken_nobodys_turn() -> None:
    clock = Clock()
    pass_through(1, clock)
    for _ in range(5):
        with pytest.raises(RetryableError, match="1 documents may pass per minute"):
            pass_through(1, clock)
    clock.forward(60)
    pass_through(1, clock)


def test_a_document_whose_turn_has_not_come_is_not_paid_for_again(cloud: Cloud) -> None:
    etag = cloud.upload("a.png", PNG)
    document = register(ObjectVersion(BUCKET, "a.png", etag=etag), cloud.register).document
    limited = cloud.analyze._replace(max_documents_per_minute=1)
    pass_through(1, Clock())
    rate_limit.pass_through(TABLE, rate_limit.COMPLETING, 60_000)
    with pytest.raises(RetryableError):
        pipeline.process_image(DocumentMessage.of(document), limited, lambda: 60)
    assert cloud.document(document.document_id).status is DocumentStatus.IN_PROGRESS
    pipeline.process_image(DocumentMessage.of(document), cloud.analyze, lambda: 60)
    assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED
    assert len(cloud.textract.calls) == 1


def test_an_image_of_a_backfill_is_not_analyzed_before_its_turn(cloud: Cloud) -> None:
    etag = cloud.upload("a.png", PNG)
    document = register(ObjectVersion(BUCKET, "a.png", etag=etag), cloud.register, Backfill("b1")).document
    rate_limit.limit_backfills(TABLE, 1)
    rate_limit.pass_through(TABLE, BACKFILL_RATE, 60_000)
    with pytest.raises(RetryableError, match="1 documents may pass per minute"):
        pipeline.process_image(DocumentMessage.of(document), cloud.analyze, lambda: 60)
    assert cloud.textract.calls == []
    rate_limit.limit_backfills(TABLE, 0)
    pipeline.process_image(DocumentMessage.of(document), cloud.analyze, lambda: 60)
    assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED


def test_turns_of_a_backfill_come_at_its_rate_however_often_they_are_asked_for() -> None:
    clock = Clock()
    rate_limit.limit_backfills(TABLE, 60)
    taken = 0
    for _ in range(600):
        taken += turns(10, clock)
        clock.forward(0.1)
    assert 60 <= taken <= 61


def test_turns_that_nobody_took_are_made_up_for_a_little() -> None:
    clock = Clock()
    rate_limit.limit_backfills(TABLE, 60)
    assert turns(10, clock) == 1
    clock.forward(3600)
    assert turns(100, clock) == 11


def test_turns_for_which_there_was_no_document_are_given_back() -> None:
    clock = Clock()
    rate_limit.limit_backfills(TABLE, 60)
    turns(1, clock)
    clock.forward(5)
    assert turns(10, clock) == 5
    rate_limit.give_turns_back(TABLE, control_table.read(TABLE, BACKFILL_RATE)[BACKFILL_RATE], 3)
    assert turns(10, clock) == 3


def test_a_job_sets_its_rate_once_and_not_for_each_of_its_objects() -> None:
    job = Backfill("b1", documents_per_minute=60)
    rate_limit.adopt_rate(TABLE, job)
    rate_limit.limit_backfills(TABLE, 30)
    rate_limit.adopt_rate(TABLE, job)
    (rate,) = control_table.read(TABLE, BACKFILL_RATE).values()
    assert rate_limit.interval_of(rate) == 2000


def test_without_a_rate_every_turn_is_due() -> None:
    assert turns(10, Clock()) == 10
