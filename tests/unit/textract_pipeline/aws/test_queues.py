"""How long messages wait. A look shows each message, hides them meanwhile, and gives them back at once."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from math import ceil

import boto3
import pytest
import time_machine
from moto import mock_aws

from textract_pipeline.aws import clients, queues
from textract_pipeline.aws.queues import ReceivedMessage


@pytest.fixture
def queue_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(queues, "PEEK_SECONDS", 0)
    clients.sqs.cache_clear()
    with mock_aws():
        yield boto3.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
    clients.sqs.cache_clear()


def send(queue_url: str, count: int) -> list[str]:
    bodies = [f"message {number}" for number in range(count)]
    for body in bodies:
        queues.send(queue_url, body)
    return bodies


def test_a_look_shows_every_message_and_all_can_be_received_right_after_it(queue_url: str) -> None:
    bodies = send(queue_url, 23)
    with queues.look_at(queue_url) as look:
        assert sorted(message.body for message in look) == sorted(bodies)
        assert queues.counts(queue_url) == (0, 23)
    assert queues.counts(queue_url) == (23, 0)


def test_a_looker_that_fails_midway_gives_back_what_it_has(queue_url: str) -> None:
    send(queue_url, 12)

    def fail_at_the_third() -> None:
        with queues.look_at(queue_url) as look:
            for number, _ in enumerate(look):
                if number == 2:
                    raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_at_the_third()
    assert queues.counts(queue_url) == (12, 0)


def test_only_what_was_deleted_is_gone(queue_url: str) -> None:
    send(queue_url, 3)
    with queues.look_at(queue_url) as look:
        messages = [*look]
        look.delete(messages[1])
    assert queues.counts(queue_url) == (2, 0)


def test_what_others_have_received_is_counted(queue_url: str) -> None:
    send(queue_url, 5)
    queues.receive(queue_url, limit=2, hidden_seconds=30)
    with queues.look_at(queue_url) as look:
        assert len([*look]) == 3
        assert look.held_by_others() == 2
    assert queues.counts(queue_url) == (3, 2)


def test_a_look_that_takes_long_ends_and_shows_each_message_once(
    queue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = send(queue_url, 40)
    seen: list[str] = []
    with time_machine.travel(datetime(2026, 11, 1, tzinfo=UTC)) as clock, queues.look_at(queue_url) as look:
        monkeypatch.setattr(queues, "monotonic", time.time)
        for message in look:
            seen.append(message.body)
            clock.shift(queues.HIDDEN_SECONDS / 8)
            assert queues.counts(queue_url).waiting == 40 - 10 * ceil(len(seen) / 10)
    assert sorted(seen) == sorted(bodies)


def test_messages_that_somebody_else_deleted_meanwhile_do_no_harm(queue_url: str) -> None:
    send(queue_url, 2)
    with queues.look_at(queue_url) as look:
        assert len([*look]) == 2
        clients.sqs().purge_queue(QueueUrl=queue_url)
    assert queues.counts(queue_url) == (0, 0)


@pytest.mark.parametrize(
    ("receives", "seconds"), [(1, 5), (2, 10), (3, 20), (6, 160), (8, 640), (9, 900), (10, 900), (500, 900)]
)
def test_each_attempt_waits_for_twice_as_long_up_to_what_sqs_allows(receives: int, seconds: int) -> None:
    assert queues.backoff_seconds(ReceivedMessage("queue", "{}", "handle", receives)) == seconds
