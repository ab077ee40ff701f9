"""A document goes to the queue for its format and lane."""

import pytest

from tests.integration.conftest import PDF, PNG, Cloud
from tests.integration.flow import BACKFILL, process, queue, submit
from textract_pipeline.events import Backfill
from textract_pipeline.names import DocumentStatus


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
    cloud: Cloud, body: bytes, backfill: Backfill | None, queue_name: str
) -> None:
    document = submit(cloud, "named-like.txt", body, backfill)
    assert queue(cloud, document).status is DocumentStatus.QUEUED
    (message,) = cloud.messages(getattr(cloud.route, queue_name))
    assert message["documentId"] == document.document_id


def test_a_replayed_stream_record_does_not_take_a_finished_document_back(cloud: Cloud) -> None:
    document = submit(cloud, "a.png", PNG)
    assert process(cloud, document).status is DocumentStatus.SUCCEEDED
    assert queue(cloud, document).status is DocumentStatus.SUCCEEDED
