"""What invokes the functions: event source mappings, Lambda's queue of asynchronous invocations, batch operations."""

import json
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zlib import crc32

from tests.simulation.aws.dynamodb import StreamRecord
from tests.simulation.aws.sqs import Message, Queue, Sqs
from tests.simulation.functions import Functions
from tests.simulation.invocation import Event, Outcome
from tests.simulation.schedule import Fault
from tests.simulation.world import World

SHARDS = 2
LONGEST_BACKOFF_SECONDS = 60
THROTTLED_SECONDS = 5.0  # until an invocation that was throttled is tried again
# Of a function by its own messages (Lambda Developer Guide, "Use Lambda recursive loop detection to prevent infinite
# loops", 2026-11).
MOST_ROUNDS = 16
_EXISTS = {"exists": True}


class QueueMapping:
    """Lambda reads a queue: batches up to a size, so many at a time; what failed stays until it is visible again.

    What is throttled is tried again until it is visible again, and then counts as received (Lambda Developer Guide,
    "Understanding function scaling", 2026-11). A message that a function has sent to itself too often is given up.
    """

    def __init__(self, world: World, functions: Functions, sqs: Sqs, properties: Mapping[str, Any]) -> None:
        self._world = world
        self._functions = functions
        self._sqs = sqs
        self._function = properties["FunctionName"]
        self._queue: Queue = sqs.queues[properties["EventSourceArn"]]
        self._batch_size = properties["BatchSize"]
        self._free = properties["ScalingConfig"]["MaximumConcurrency"]
        self._queue.readers.append(self.poll)

    def poll(self) -> None:
        """Invoke the function with what can be received now."""
        while self._free and (received := self._sqs.receive(self._queue, self._batch_size)):
            batch = [message for message in received if not self._is_loop(message)]
            for message in received:
                if message not in batch:
                    self._sqs.give_up(self._queue, message)
            if batch:
                self._free -= 1
                self._invoke(batch, {message.id: message.receipt for message in batch})

    def _is_loop(self, message: Message) -> bool:
        rounds = message.lineage.get(self._function, 0)
        return rounds > MOST_ROUNDS and not self._functions.deployed[self._function].may_loop

    def _invoke(self, batch: list[Message], receipts: Mapping[str, str]) -> None:
        if not self._functions.is_full:
            event = {"Records": [self._record(message) for message in batch]}
            lineage: Counter[str] = Counter()
            for message in batch:
                lineage |= Counter(message.lineage)
            self._functions.start(self._function, event, partial(self._done, receipts), lineage)
        elif any(message.visible_at <= self._world.now + THROTTLED_SECONDS for message in batch):
            self._world.later(THROTTLED_SECONDS, self._throttled_for_good)
        else:
            self._world.later(THROTTLED_SECONDS, partial(self._invoke, batch, receipts))

    def _throttled_for_good(self) -> None:
        self._free += 1
        self.poll()

    def _done(self, receipts: Mapping[str, str], outcome: Outcome) -> None:
        self._free += 1
        failed = _failed_items(outcome, list(receipts))
        for message_id, receipt in receipts.items():
            if message_id not in failed:
                self._sqs.delete(self._queue, receipt)
        self.poll()

    def _record(self, message: Message) -> Event:
        return {
            "messageId": message.id,
            "receiptHandle": message.receipt,
            "body": message.body,
            "attributes": {
                "ApproximateReceiveCount": str(message.receives),
                "SentTimestamp": str(int(message.sent_at * 1000)),
            },
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{self._queue.name}",
            "awsRegion": "us-east-1",
        }


@dataclass(slots=True)
class _Shard:
    """A part of the stream: batches to try, with how often each was, before the records that wait."""

    waiting: deque[StreamRecord] = field(default_factory=deque)
    batches: deque[tuple[list[StreamRecord], int]] = field(default_factory=deque)
    is_busy: bool = False


class StreamMapping:
    """Lambda reads a stream: in order for each item; a batch that fails is split, retried, and then given up."""

    def __init__(
        self, world: World, functions: Functions, given_up: Callable[[str], None], properties: Mapping[str, Any]
    ) -> None:
        self._world = world
        self._functions = functions
        self._given_up = given_up
        self._function = properties["FunctionName"]
        self._batch_size = properties["BatchSize"]
        self._retries = properties["MaximumRetryAttempts"]
        self._bisects = properties["BisectBatchOnFunctionError"]
        self._patterns = [json.loads(each["Pattern"]) for each in properties["FilterCriteria"]["Filters"]]
        self._shards = [_Shard() for _ in range(SHARDS)]

    def add(self, record: StreamRecord) -> None:
        """A new record of the stream."""
        if any(_matches(pattern, record) for pattern in self._patterns):
            key = json.dumps(record["dynamodb"]["Keys"], sort_keys=True)
            shard = self._shards[crc32(key.encode()) % SHARDS]
            shard.waiting.append(record)
            self._world.later(self._world.random.uniform(0.05, self._world.slowest_stream), partial(self._next, shard))

    def _next(self, shard: _Shard) -> None:
        if shard.is_busy:
            return
        if shard.waiting and not shard.batches:
            size = min(self._batch_size, len(shard.waiting))
            shard.batches.append(([shard.waiting.popleft() for _ in range(size)], 0))
        if shard.batches:
            shard.is_busy = True
            batch, tries = shard.batches.popleft()
            self._world.deliver(
                f"stream batch of {len(batch)}", partial(self._invoke, shard, batch, tries), faults=(Fault.DELAY,)
            )

    def _invoke(self, shard: _Shard, batch: list[StreamRecord], tries: int) -> None:
        if self._functions.is_full:  # which is not counted as a retry
            self._world.later(THROTTLED_SECONDS, partial(self._invoke, shard, batch, tries))
            return
        self._functions.start(self._function, {"Records": batch}, partial(self._done, shard, batch, tries))

    def _done(self, shard: _Shard, batch: list[StreamRecord], tries: int, outcome: Outcome) -> None:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        failed = _failed_items(outcome, numbers)
        if not failed:
            if self._world.fault_at("stream batch done", (Fault.DUPLICATE,)):
                shard.batches.appendleft((batch, tries))
            self._go_on(shard, 0)
            return
        rest = batch[min(numbers.index(number) for number in failed) :]
        if tries >= self._retries:
            self._given_up(json.dumps({"DDBStreamBatchInfo": _batch_info(rest)}))
            self._go_on(shard, 0)
            return
        half = len(rest) // 2 if self._bisects and len(rest) == len(batch) else 0
        for part in (rest[half:], rest[:half]):
            if part:
                shard.batches.appendleft((part, tries + 1))
        self._go_on(shard, min(2**tries, LONGEST_BACKOFF_SECONDS))

    def _go_on(self, shard: _Shard, seconds: float) -> None:
        def free() -> None:
            shard.is_busy = False
            self._next(shard)

        self._world.later(seconds, free)


def _batch_info(batch: list[StreamRecord]) -> dict[str, object]:
    came = [datetime.fromtimestamp(record["dynamodb"]["ApproximateCreationDateTime"], UTC) for record in batch]
    return {
        "batchSize": len(batch),
        "approximateArrivalOfFirstRecord": came[0].isoformat(timespec="seconds"),
        "approximateArrivalOfLastRecord": came[-1].isoformat(timespec="seconds"),
    }


class EventInvocations:
    """Lambda's Invoke, of type Event: tried three times, minutes apart, then sent to the function's destination."""

    RETRY_SECONDS = (60.0, 120.0)

    def __init__(self, world: World, functions: Functions, given_up: Mapping[str, Callable[[str], None]]) -> None:
        self._world = world
        self._functions = functions
        self._given_up = given_up

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes = b"{}") -> dict[str, Any]:
        """Invoke."""
        assert InvocationType == "Event"
        self.send(FunctionName, json.loads(Payload))
        return {"StatusCode": 202}

    def send(self, function: str, event: Event) -> None:
        """Have the function invoked soon."""
        self._world.deliver(f"event for {function}", lambda: self._try(function, event, 0))

    def _try(self, function: str, event: Event, tries: int) -> None:
        if self._functions.is_full:  # for up to six hours, which is not counted as a try
            self._world.later(THROTTLED_SECONDS, lambda: self._try(function, event, tries))
            return
        self._functions.start(function, event, lambda outcome: self._done(function, event, tries, outcome))

    def _done(self, function: str, event: Event, tries: int, outcome: Outcome) -> None:
        if not outcome.error:
            return
        if tries < len(self.RETRY_SECONDS):
            self._world.later(self.RETRY_SECONDS[tries], lambda: self._try(function, event, tries + 1))
        elif function in self._given_up:
            body = json.dumps({"requestPayload": event, "responsePayload": {"errorType": outcome.error}})
            self._given_up[function](body)


def _failed_items(outcome: Outcome, items: list[str]) -> list[str]:
    """Which items of a batch failed: all if the function failed, or if its reply names an unknown item."""
    if outcome.error:
        return items
    named = [failure["itemIdentifier"] for failure in (outcome.reply or {}).get("batchItemFailures", [])]
    return named if set(named) <= set(items) else items


def _matches(pattern: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether a record fits a filter: for each name, any of some values, or that there is one."""
    for name, wanted in pattern.items():
        if name not in record:
            return False
        found = record[name]
        if not (_matches(wanted, found) if isinstance(wanted, dict) else found in wanted or wanted == [_EXISTS]):
            return False
    return True
