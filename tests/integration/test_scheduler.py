"""When async jobs are started: as many as Textract takes, no message spent in vain, live documents first."""

import json
from typing import Any

import pytest

from tests.integration.conftest import BUCKET, MAX_RECEIVE_COUNT, PDF, Cloud, service_error
from tests.support.events import Clock
from tests.support.registration import register
from textract_pipeline import pipeline, rate_limit
from textract_pipeline.async_jobs import lease, scheduler
from textract_pipeline.async_jobs.lease import HELD_SECONDS, PROBE_SECONDS, Lease, Turn
from textract_pipeline.aws import clients, control_table, queues
from textract_pipeline.aws.queues import ReceivedMessage
from textract_pipeline.document import Document, ObjectVersion
from textract_pipeline.errors import RetryableError
from textract_pipeline.events import Backfill, Trigger
from textract_pipeline.names import DocumentStatus

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


pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(scheduler, "POLL_SECONDS", 0)
    monkeypatch.setattr(scheduler, "Lease", lambda table: Lease(table, clock))
    return clock


def textract(monkeypatch: pytest.MonkeyPatch, places: int) -> Textract:
    service = Textract(places)
    monkeypatch.setattr(clients, "textract_start", lambda: service)
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


def test_live_documents_go_before_backfill(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    service = textract(monkeypatch, places=0)
    wait(cloud, "old", backfill=Backfill("b1"))
    start(cloud, Trigger.NEW_WORK)
    wait(cloud, "new")
    service.places = 1
    assert start(cloud, Trigger.COMPLETION) == 1
    assert service.started == ["new"]


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


def test_one_invocation_fills_at_a_time_and_looks_again_when_it_is_asked_to(clock: Clock) -> None:
    first, second = Lease("ControlTable", clock), Lease("ControlTable", clock)
    assert first.take(Trigger.NEW_WORK) is Turn.FILL
    assert second.take(Trigger.TICK) is Turn.FILLING
    assert second.ask()
    assert not first.release()
    assert first.release()
    assert not second.ask()
    assert second.take(Trigger.NEW_WORK) is Turn.FILL


def test_the_lease_of_an_invocation_that_died_runs_out(clock: Clock) -> None:
    first, second = Lease("ControlTable", clock), Lease("ControlTable", clock)
    first.take(Trigger.NEW_WORK)
    clock.forward(HELD_SECONDS - 1)
    assert first.renew()
    clock.forward(HELD_SECONDS - 1)
    assert second.take(Trigger.COMPLETION) is Turn.FILLING
    clock.forward(2)
    assert second.take(Trigger.COMPLETION) is Turn.FILL
    assert not first.renew()
    assert first.release()
    assert Lease("ControlTable", clock).take(Trigger.TICK) is Turn.FILLING


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
    (times,) = receives(cloud.start.async_queue_url)
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


def test_when_its_time_is_nearly_up_an_invocation_leaves_the_rest_to_the_next(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    textract(monkeypatch, places=10)
    wait(cloud, *"ab")
    assert start(cloud, Trigger.NEW_WORK, seconds_left=1) == 0
    assert start(cloud, Trigger.COMPLETION) == 2
    assert lease.PROBE_SECONDS > 0


def test_live_documents_start_although_it_cannot_be_known_whether_backfills_are_paused(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: str) -> dict[str, object]:
        raise RetryableError("DynamoDB does not answer")

    service = textract(monkeypatch, places=9)
    monkeypatch.setattr(control_table, "read", unavailable)
    wait(cloud, *"ab")
    with pytest.raises(RetryableError):
        start(cloud, Trigger.TICK)
    assert service.started == ["a", "b"]


def test_documents_of_backfills_start_at_their_rate_and_live_ones_at_once(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = textract(monkeypatch, places=9)
    monkeypatch.setattr(scheduler, "_TURN_POLL_SECONDS", 0)
    rate_limit.limit_backfills(cloud.start.control_table, 1)
    for name in ("old 1", "old 2", "old 3"):
        wait(cloud, name, backfill=Backfill("b1"))
    seconds_left = iter([900.0] * 3 + [0.0])
    assert scheduler.start_jobs(cloud.start, Trigger.TICK, lambda: next(seconds_left)) == 1
    wait(cloud, "new")
    seconds_left = iter([900.0] * 3 + [0.0])
    assert scheduler.start_jobs(cloud.start, Trigger.TICK, lambda: next(seconds_left)) == 1
    assert service.started[1:] == ["new"]


def _full_of_turns(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The turns that are given back; one turn is due."""
    given_back: list[int] = []
    monkeypatch.setattr(rate_limit, "take_turns", lambda *_: 1)
    monkeypatch.setattr(rate_limit, "give_turns_back", lambda _table, _rate, count: given_back.append(count))
    rate_limit.limit_backfills(cloud.start.control_table, 1)
    return given_back


def test_a_live_document_that_comes_late_uses_no_turn_of_a_backfill(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_back = _full_of_turns(cloud, monkeypatch)
    live = [ReceivedMessage("queue", f"live {number}", "handle", 1) for number in (1, 2)]
    answers = iter([[], [], live])  # of the live queue, of the backfill's, of the live one again
    monkeypatch.setattr(queues, "receive", lambda *_: next(answers))
    assert scheduler._receive(cloud.start, 2) == live
    assert given_back == [1]


def test_a_received_message_is_handed_on_even_if_turns_cannot_be_given_back(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> None:
        raise RetryableError("DynamoDB does not answer")

    _full_of_turns(cloud, monkeypatch)
    monkeypatch.setattr(rate_limit, "take_turns", lambda *_: 2)
    monkeypatch.setattr(rate_limit, "give_turns_back", unavailable)
    old = [ReceivedMessage("queue", "old", "handle", 1)]
    answers = iter([[], old])
    monkeypatch.setattr(queues, "receive", lambda *_: next(answers))
    assert scheduler._receive(cloud.start, 2) == old


def test_while_backfills_are_paused_only_live_documents_start(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    service = textract(monkeypatch, places=9)
    paused = {"name": {"S": control_table.BACKFILL_PAUSED}}
    clients.dynamodb().put_item(TableName=cloud.start.control_table, Item=paused)
    wait(cloud, "old", backfill=Backfill("b1"))
    wait(cloud, "new")
    assert start(cloud, Trigger.TICK) == 1
    assert service.started == ["new"]
    clients.dynamodb().delete_item(TableName=cloud.start.control_table, Key=paused)
    assert start(cloud, Trigger.TICK) == 1
