"""A message whose work has to wait is delivered again, and never uses up its attempts."""

import pytest

from tests.integration.conftest import Cloud
from textract_pipeline.aws import clients, queues


@pytest.mark.parametrize(
    ("receive_count", "most", "is_replaced"),
    [
        (7, 10, False),
        (8, 10, True),
        (10, 10, True),
        (2, 3, False),
        (3, 3, True),
        (1, 1, True),
        (79, 100, False),
    ],
)
def test_a_message_is_replaced_while_attempts_are_left_for_invocations_that_die(
    cloud: Cloud, receive_count: int, most: int, is_replaced: bool
) -> None:
    queue_url = cloud.route.sync_queue_url
    clients.sqs().send_message(QueueUrl=queue_url, MessageBody="{}")
    (received,) = clients.sqs().receive_message(QueueUrl=queue_url)["Messages"]
    message = queues.ReceivedMessage(queue_url, "{}", received["ReceiptHandle"], receive_count)
    assert queues.put_back(message, most) is is_replaced
    (_again,) = clients.sqs().receive_message(QueueUrl=queue_url)["Messages"]  # at once, if no delay is given
