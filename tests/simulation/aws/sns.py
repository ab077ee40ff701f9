"""SNS: a message to a topic goes to each of its subscribers, at least once, in no order."""

import json
from collections.abc import Callable, Mapping, Sequence

from tests.simulation.world import World

Send = Callable[[str, dict[str, object]], None]


class Sns:
    """Topics with their subscriptions as the template has them; `send` by protocol, to an endpoint."""

    def __init__(self, world: World, subscriptions: Sequence[Mapping[str, str]], send: Mapping[str, Send]) -> None:
        self._world = world
        self._subscriptions = subscriptions
        self._send = send

    def publish(self, topic_arn: str, message: str) -> None:
        """Publish."""
        topic = topic_arn.rpartition(":")[2]
        for subscription in self._subscriptions:
            if subscription["TopicArn"] == topic:
                self._deliver(subscription["Protocol"], subscription["Endpoint"], topic, message)

    def _deliver(self, protocol: str, endpoint: str, topic: str, message: str) -> None:
        notification: dict[str, object] = {"Type": "Notification", "TopicArn": topic, "Message": message}
        self._world.deliver(f"notification for {endpoint}", lambda: self._send[protocol](endpoint, notification))


def lambda_event(notification: dict[str, object]) -> dict[str, object]:
    """The event with which SNS invokes a function."""
    return {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": notification}]}


def queue_body(notification: dict[str, object]) -> str:
    """The body of the message that SNS sends to a queue."""
    return json.dumps(notification)
