"""Models concurrent writers of one table, to measure conflicts. Time passes only in the model.

DynamoDB cancels a transaction if another one is under way on one of its items ("Transaction conflict handling in
DynamoDB", DynamoDB Developer Guide, 2026-11). One thread runs at a time, and gives way when it sleeps, so the seed
decides everything.
"""

import threading
from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from tests.simulation.aws.errors import service_error

READ_SECONDS, TRANSACTION_SECONDS = 0.004, 0.02


class ModelTime:
    """The time for threads; only sleeping takes time."""

    def __init__(self) -> None:
        self.now = 0.0
        self._waiting: list[tuple[float, int, threading.Event]] = []
        self._order = count()

    def sleep(self, seconds: float) -> None:
        """Give way to the thread that is next."""
        woken = threading.Event()
        heappush(self._waiting, (self.now + seconds, next(self._order), woken))
        self._next()
        woken.wait()

    def run(self, tasks: Sequence[Callable[[], None]]) -> None:
        """Run all of these at the same time, until they have ended."""
        ended, left = threading.Event(), [len(tasks)]
        failed: list[BaseException] = []

        def run_one(task: Callable[[], None], begun: threading.Event) -> None:
            begun.wait()
            try:
                task()
            except BaseException as error:  # noqa: BLE001 - raised again after all have ended
                failed.append(error)
            left[0] -= 1
            if self._waiting:
                self._next()
            elif not left[0]:
                ended.set()

        for task in tasks:
            begun = threading.Event()
            heappush(self._waiting, (0.0, next(self._order), begun))
            threading.Thread(target=run_one, args=(task, begun), daemon=True).start()
        self._next()
        ended.wait()
        if failed:
            raise failed[0]

    def _next(self) -> None:
        self.now, _, woken = heappop(self._waiting)
        woken.set()


class ContendedTable:
    """The part of DynamoDB that BackfillsTable uses; two transactions on the same item conflict."""

    def __init__(self, time: ModelTime, random: Random) -> None:
        self.items: dict[str, dict[str, Any]] = {}
        self.conflicts = 0
        self._time = time
        self._random = random
        self._under_way: set[str] = set()

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        """BatchGetItem for one table."""
        self._wait(READ_SECONDS)
        ((table, wanted),) = RequestItems.items()
        names = [key["item"]["S"] for key in wanted["Keys"]]
        return {"Responses": {table: [self.items[name] for name in names if name in self.items]}, "UnprocessedKeys": {}}

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]]) -> None:  # noqa: N803
        """TransactWriteItems with updates; their conditions hold, because no two writers count the same document."""
        updates = [item["Update"] for item in TransactItems]
        names = {update["Key"]["item"]["S"] for update in updates}
        if names & self._under_way:
            self.conflicts += 1
            self._wait(READ_SECONDS)
            reasons = [{"Code": "TransactionConflict"} for _ in updates]
            raise service_error("TransactWriteItems", "TransactionCanceledException", CancellationReasons=reasons)
        self._under_way |= names
        self._wait(TRANSACTION_SECONDS)
        self._under_way -= names
        for update in updates:
            self._apply(update)

    def _wait(self, mean: float) -> None:
        self._time.sleep(self._random.uniform(0.5 * mean, 1.5 * mean))

    def _apply(self, update: dict[str, Any]) -> None:
        name, values = update["Key"]["item"]["S"], update["ExpressionAttributeValues"]
        if ":run" in values:
            self.items[name] = {"item": {"S": name}, "run": values[":run"], "status": values[":status"]}
            return
        counts = self.items.setdefault(name, {"item": {"S": name}})
        for operand, attribute in update["ExpressionAttributeNames"].items():
            was = int(counts.get(attribute, {"N": "0"})["N"])
            counts[attribute] = {"N": str(was + int(values[operand.replace("#", ":")]["N"]))}
