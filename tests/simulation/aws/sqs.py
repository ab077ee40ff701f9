"""SQS standard queues: visibility time-outs, receive counts, dead-letter queues, retention; delivery at least once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError

from tests.simulation.aws.errors import service_error
from tests.simulation.world import World


@dataclass(slots=True)
class Message:
    """A message; times in seconds since 1970. The receipt is that of its latest receive."""

    id: str
    body: str
    sent_at: float
    visible_at: float
    receives: int = 0
    receipt: str = ""
    lineage: Mapping[str, int] = field(default_factory=dict)  # see `World.lineage`


@dataclass(slots=True)
class Queue:
    """A queue, and who is told when a message can be received."""

    name: str
    visibility_seconds: float
    retention_seconds: float
    max_receives: int | None = None
    dead_letters: "Queue | None" = None
    messages: list[Message] = field(default_factory=list)
    readers: list[Callable[[], None]] = field(default_factory=list)


class Sqs:
    """Queues by URL, which is their name."""

    def __init__(self, world: World, queues: dict[str, Queue]) -> None:
        self.queues = queues
        self._world = world
        self._ids = count(1)

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0) -> dict[str, Any]:
        """SendMessage."""
        queue, message_id, lineage = self.queues[QueueUrl], f"m{next(self._ids)}", self._world.lineage
        self._world.deliver(
            f"message into {QueueUrl}",
            lambda: self._world.later(DelaySeconds, lambda: self.put(queue, MessageBody, message_id, lineage)),
        )
        return {"MessageId": message_id}

    def receive_message(
        self,
        *,
        QueueUrl: str,
        MaxNumberOfMessages: int = 1,
        VisibilityTimeout: int | None = None,
        WaitTimeSeconds: int = 0,
        MessageSystemAttributeNames: list[str] | None = None,
    ) -> dict[str, Any]:
        """ReceiveMessage, which sees every message that can be received, and leaves waiting to its caller."""
        del WaitTimeSeconds
        queue = self.queues[QueueUrl]
        received = self.receive(queue, MaxNumberOfMessages, VisibilityTimeout)
        messages = [_shown(message, MessageSystemAttributeNames or []) for message in received]
        return {"Messages": messages} if messages else {}

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> dict[str, Any]:
        """DeleteMessage; the receipt of an earlier receive deletes nothing, and is no error."""
        self.delete(self.queues[QueueUrl], ReceiptHandle)
        return {}

    def change_message_visibility(self, *, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> dict[str, Any]:
        """ChangeMessageVisibility."""
        queue = self.queues[QueueUrl]
        for message in queue.messages:
            if message.receipt == ReceiptHandle and message.visible_at > self._world.now:
                self._hide(queue, message, VisibilityTimeout)
                return {}
        raise service_error("ChangeMessageVisibility", "MessageNotInflight", "The message is not in flight.")

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        """ChangeMessageVisibilityBatch, whose answer says which messages were not in flight."""
        done: list[dict[str, Any]] = []
        failed: list[dict[str, Any]] = []
        for entry in Entries:
            of_message = {name: entry[name] for name in ("ReceiptHandle", "VisibilityTimeout")}
            try:
                self.change_message_visibility(QueueUrl=QueueUrl, **of_message)
            except ClientError as error:
                failed.append({"Id": entry["Id"], "SenderFault": True, "Code": error.response["Error"]["Code"]})
            else:
                done.append({"Id": entry["Id"]})
        return {name: entries for name, entries in (("Successful", done), ("Failed", failed)) if entries}

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: list[str]) -> dict[str, Any]:
        """GetQueueAttributes: exact, where SQS counts approximately."""
        hidden = [message.visible_at > self._world.now for message in self.queues[QueueUrl].messages]
        known = {
            "ApproximateNumberOfMessages": str(hidden.count(False)),
            "ApproximateNumberOfMessagesNotVisible": str(hidden.count(True)),
        }
        return {"Attributes": {name: known[name] for name in AttributeNames}}

    def get_queue_url(self, *, QueueName: str, QueueOwnerAWSAccountId: str) -> dict[str, Any]:
        """GetQueueUrl."""
        del QueueOwnerAWSAccountId
        return {"QueueUrl": self.queues[QueueName].name}

    def receive(self, queue: Queue, limit: int, visibility_seconds: float | None = None) -> list[Message]:
        """Up to so many of the visible messages, in no order; those received too often go to the dead letters."""
        now = self._world.now
        queue.messages = [message for message in queue.messages if now < message.sent_at + queue.retention_seconds]
        visible = [message for message in queue.messages if message.visible_at <= now]
        if queue.max_receives and queue.dead_letters:
            spent = [message for message in visible if message.receives >= queue.max_receives]
            for message in spent:
                visible.remove(message)
                self.give_up(queue, message)
        received = self._world.random.sample(visible, min(limit, len(visible)))
        for message in received:
            message.receives += 1
            message.receipt = f"{message.id}-{next(self._ids)}"
            self._hide(queue, message, queue.visibility_seconds if visibility_seconds is None else visibility_seconds)
        return received

    def give_up(self, queue: Queue, message: Message) -> None:
        """A message goes to the dead letters."""
        self._world.note(f"{message.id} of {queue.name} is a dead letter")
        queue.messages.remove(message)
        if queue.dead_letters:
            dead = replace(message, receives=0, receipt="", visible_at=self._world.now, lineage={})
            queue.dead_letters.messages.append(dead)

    def put(
        self, queue: Queue, body: str, message_id: str = "", lineage: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        """A message arrives."""
        message_id = message_id or f"m{next(self._ids)}"
        queue.messages.append(Message(message_id, body, self._world.now, self._world.now, lineage=lineage))
        self._tell(queue)

    def delete(self, queue: Queue, receipt: str) -> None:
        """Take the message of this receipt out of the queue, if it is there."""
        queue.messages = [message for message in queue.messages if message.receipt != receipt]

    def _hide(self, queue: Queue, message: Message, seconds: float) -> None:
        message.visible_at = self._world.now + seconds
        self._world.later(seconds, lambda: self._tell(queue), recurs=True)

    def _tell(self, queue: Queue) -> None:
        for reader in queue.readers:
            reader()


def _shown(message: Message, attributes: list[str]) -> dict[str, Any]:
    shown: dict[str, Any] = {"MessageId": message.id, "ReceiptHandle": message.receipt, "Body": message.body}
    known = {
        "ApproximateReceiveCount": str(message.receives),
        "SentTimestamp": str(int(message.sent_at * 1000)),
    }
    wanted = {name: value for name, value in known.items() if name in attributes or "All" in attributes}
    return shown | ({"Attributes": wanted} if wanted else {})
