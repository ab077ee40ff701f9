"""Jobs are started while the quota has room, and no message is lost or counted as failed."""

import json
from typing import Any

import pytest

from tests.integration.async_jobs.waiting import receives, start, textract, wait
from tests.integration.conftest import MAX_RECEIVE_COUNT, Cloud, service_error
from tests.support.events import Clock
from textract_pipeline.async_jobs.lease import PROBE_SECONDS, Lease, Turn
from textract_pipeline.aws import clients
from textract_pipeline.events import Trigger
from textract_pipeline.names import DocumentStatus

pytestmark = pytest.mark.usefixtures("cloud")


def test_new_work_on_an_idle_system_is_started_at_once(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    service = textract(monkeypatch, places=100)
    wait(cloud, *map(str, range(15)))
    assert start(cloud, Trigger.NEW_WORK) == 15
    assert cloud.messages(cloud.start.async_queue_url) == []
    assert service.refused == 0


def test_where_the_quota_is_full_a_completion_starts_one_more_and_new_work_none(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = textract(monkeypatch, places=2)
    wait(cloud, *"abcdef")
    assert start(cloud, Trigger.NEW_WORK) == 2
    service.places, service.refused = 1, 0
    assert start(cloud, Trigger.NEW_WORK) == 0
    assert start(cloud, Trigger.COMPLETION) == 1
    assert service.refused == 0


def test_a_place_whose_completion_was_lost_is_filled_a_while_later(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    service = textract(monkeypatch, places=1)
    wait(cloud, *"abcdef")
    start(cloud, Trigger.NEW_WORK)
    clock.forward(PROBE_SECONDS + 1)
    service.places = 3
    assert start(cloud, Trigger.COMPLETION) == 3


def test_each_tick_looks_whether_the_quota_was_raised(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    service = textract(monkeypatch, places=1)
    wait(cloud, *"abcdef")
    start(cloud, Trigger.NEW_WORK)
    service.places = 3
    assert start(cloud, Trigger.TICK) == 3


def test_a_completion_has_nothing_to_do_where_nothing_waits(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    textract(monkeypatch, places=1)
    wait(cloud, "a")
    assert start(cloud, Trigger.NEW_WORK) == 1
    assert Lease("ControlTable").take(Trigger.COMPLETION) is Turn.IDLE


def test_the_last_document_of_a_full_system_leaves_it_idle_for_new_work(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = textract(monkeypatch, places=0)
    wait(cloud, "a")
    start(cloud, Trigger.NEW_WORK)
    service.places = 2
    assert [start(cloud, Trigger.COMPLETION) for _ in range(2)] == [1, 0]
    wait(cloud, "b")
    assert start(cloud, Trigger.NEW_WORK) == 1


def test_waiting_for_a_place_never_leads_to_the_dead_letter_queue(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    textract(monkeypatch, places=0)
    wait(cloud, "a")
    for _ in range(3 * MAX_RECEIVE_COUNT):
        start(cloud, Trigger.TICK)
    (times,) = receives(cloud.start.async_queue_url)  # one message: what was replaced is deleted
    assert times < MAX_RECEIVE_COUNT


def test_a_full_quota_spends_one_receive(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    textract(monkeypatch, places=0)
    wait(cloud, *"abcdefgh")
    start(cloud, Trigger.NEW_WORK)
    assert sum(receives(cloud.start.async_queue_url)) == 1


@pytest.mark.parametrize("body", ["not JSON", json.dumps({"documentId": "0" * 32})])
def test_a_message_that_cannot_be_read_holds_up_no_other(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    textract(monkeypatch, places=10)
    clients.sqs().send_message(QueueUrl=cloud.start.async_queue_url, MessageBody=body)
    (document,) = wait(cloud, "a")
    assert start(cloud, Trigger.NEW_WORK) == 1
    assert cloud.document(document.document_id).status is DocumentStatus.IN_PROGRESS


def test_a_throttle_slows_down_and_starts_all_the_same(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    service = textract(monkeypatch, places=10)
    refusals = iter([service_error("ProvisionedThroughputExceededException")] * 3)
    taken = service.start_document_analysis

    def start_or_refuse(**request: Any) -> dict[str, str]:
        if refusal := next(refusals, None):
            raise refusal
        return taken(**request)

    monkeypatch.setattr(service, "start_document_analysis", start_or_refuse)
    wait(cloud, *"abc")
    assert start(cloud, Trigger.NEW_WORK) == 3


def test_no_more_jobs_run_than_the_setting_allows(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    service = textract(monkeypatch, places=10)
    monkeypatch.setattr(type(cloud.start), "max_concurrent_jobs", 2)
    wait(cloud, *"abcdef")
    assert start(cloud, Trigger.NEW_WORK) == 2
    assert start(cloud, Trigger.TICK) == 0
    assert len(service.started) == 2


def test_where_the_setting_allows_no_more_a_completion_starts_one_as_if_the_quota_were_full(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    textract(monkeypatch, places=10)
    monkeypatch.setattr(type(cloud.start), "max_concurrent_jobs", 2)
    wait(cloud, *"abcdef")
    assert start(cloud, Trigger.NEW_WORK) == 2
    assert start(cloud, Trigger.COMPLETION) == 1
    assert start(cloud, Trigger.NEW_WORK) == 0


def test_when_its_time_is_nearly_up_an_invocation_leaves_the_rest_to_the_next(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    textract(monkeypatch, places=10)
    wait(cloud, *"ab")
    assert start(cloud, Trigger.NEW_WORK, seconds_left=1) == 0
    assert start(cloud, Trigger.COMPLETION) == 2
