"""Live documents start before those of backfills, which keep to their rate."""

import pytest

from tests.integration.async_jobs.waiting import start, textract, wait
from tests.integration.conftest import Cloud
from textract_pipeline import rate_limit
from textract_pipeline.async_jobs import scheduler
from textract_pipeline.aws import clients, control_table, queues
from textract_pipeline.aws.queues import ReceivedMessage
from textract_pipeline.errors import RetryableError
from textract_pipeline.events import Backfill, Trigger

pytestmark = pytest.mark.usefixtures("cloud")


def test_live_documents_go_before_backfill(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    service = textract(monkeypatch, places=0)
    wait(cloud, "old", backfill=Backfill("b1"))
    start(cloud, Trigger.NEW_WORK)
    wait(cloud, "new")
    service.places = 1
    assert start(cloud, Trigger.COMPLETION) == 1
    assert service.started == ["new"]


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
