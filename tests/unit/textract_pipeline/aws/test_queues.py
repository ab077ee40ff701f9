"""How long messages wait."""

import pytest

from textract_pipeline.aws import queues
from textract_pipeline.aws.queues import ReceivedMessage


@pytest.mark.parametrize(
    ("receives", "seconds"), [(1, 5), (2, 10), (3, 20), (6, 160), (8, 640), (9, 900), (10, 900), (500, 900)]
)
def test_each_attempt_waits_for_twice_as_long_up_to_what_sqs_allows(receives: int, seconds: int) -> None:
    assert queues.backoff_seconds(ReceivedMessage("queue", "{}", "handle", receives)) == seconds
