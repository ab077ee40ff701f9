"""Clients give up before the function that uses them is stopped."""

from typing import Any

import pytest

from textract_pipeline.aws import clients
from textract_pipeline.names import SHORTEST_TIMEOUT_SECONDS

BACKOFF_SECONDS = 5


@pytest.mark.parametrize(
    "client",
    [made for made in vars(clients).values() if hasattr(made, "cache_clear")],
    ids=lambda made: made.__name__,
)
def test_the_last_try_of_a_call_ends_before_the_function_does(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(clients, "patience", clients.OF_FUNCTIONS)
    config = client.__wrapped__().meta.config
    seconds_a_try = config.connect_timeout + config.read_timeout
    assert config.retries["total_max_attempts"] * seconds_a_try + BACKOFF_SECONDS < SHORTEST_TIMEOUT_SECONDS


def test_a_program_that_is_no_function_may_wait_for_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(clients, "patience", clients.Patience(connect_seconds=70, read_seconds=80, attempts=9))
    client: Any = clients.s3.__wrapped__()
    config = client.meta.config
    assert (config.connect_timeout, config.read_timeout, config.retries["total_max_attempts"]) == (70, 80, 9)
