"""Limits of documents per minute: on documents that complete, and on backfill documents that are processed.

For each limit, an item in ControlTable says when the next document may pass.
"""

from functools import cache
from typing import TYPE_CHECKING

from textract_pipeline import clock as clocks
from textract_pipeline.aws.control_table import BACKFILL_RATE, delete, number, update_if
from textract_pipeline.clock import Clock, Sleep, utc_now
from textract_pipeline.errors import RetryableError

if TYPE_CHECKING:
    from textract_pipeline.aws.control_table import Attributes
    from textract_pipeline.events import Backfill

COMPLETING = "completing documents"
_LONGEST_INTERVAL_MS = 24 * 60 * 60 * 1000  # a rate near 0 would give too many milliseconds
_LONGEST_WAIT_SECONDS = 10.0  # for a turn, inside a function
_MOST_BEHIND_MS = 10_000  # how much unused time later documents may make up for
_TRIES = 3
_MOVE_ON = "SET nextAt = :next"


def interval_ms(documents_per_minute: float) -> int:
    """The milliseconds between two documents, at most a day; 0 if the rate is 0, which means no limit."""
    return round(min(60_000 / documents_per_minute, _LONGEST_INTERVAL_MS)) if documents_per_minute else 0


def limit_backfills(table: str, documents_per_minute: float) -> None:
    """Process the documents of all backfills at this rate from now on; 0 means no limit. Raises RetryableError."""
    if documents_per_minute:
        values = {":interval": interval_ms(documents_per_minute)}
        changes = "SET intervalMs = :interval"
        update_if(table, BACKFILL_RATE, "attribute_not_exists(intervalMs) OR intervalMs <> :interval", changes, values)
    else:
        delete(table, BACKFILL_RATE)


@cache
def adopt_rate(table: str, backfill: "Backfill") -> None:
    """Process documents at the rate of a job, if it has one: set once per process, not for each of its objects.

    Raises RetryableError.
    """
    if backfill.documents_per_minute:
        limit_backfills(table, backfill.documents_per_minute)


def interval_of(rate: "Attributes") -> int:
    """The milliseconds between two documents of backfills, from the item as read; 0 means no limit."""
    return number(rate, "intervalMs")


def pass_through(table: str, name: str, interval: int, clock: Clock = utc_now, sleep: Sleep = clocks.sleep) -> None:
    """Wait for the document's turn under this rate limit; an interval of 0 ms means no limit.

    Raises RetryableError if its turn is too far away to wait for inside the function.
    """
    if not interval:
        return
    for _ in range(_TRIES):
        now = round(clock().timestamp() * 1000)
        turn = {":turn": now, ":next": now + interval}
        taken = update_if(table, name, "attribute_not_exists(nextAt) OR nextAt <= :turn", _MOVE_ON, turn)
        if taken is None:
            return
        free_from = number(taken, "nextAt")
        wait_seconds = (free_from - now) / 1000
        if wait_seconds > _LONGEST_WAIT_SECONDS:
            break
        turn = {":turn": free_from, ":next": free_from + interval}
        if update_if(table, name, "nextAt = :turn", _MOVE_ON, turn) is None:
            sleep(wait_seconds)
            return
    raise RetryableError(f"No more than {60_000 / interval:g} documents may pass per minute")


def take_turns(table: str, rate: "Attributes", most: int, clock: Clock = utc_now) -> int:
    """Take up to `most` turns of backfill documents that are due, without waiting; return how many.

    `rate` is the item as read. Raises RetryableError.
    """
    interval, seen, now = interval_of(rate), number(rate, "nextAt"), round(clock().timestamp() * 1000)
    if not interval:
        return most
    first = max(seen, now - max(interval, _MOST_BEHIND_MS)) if seen else now
    due = min(most, max(0, (now - first) // interval + 1))
    if due == 0:
        return 0
    changes = {":seen": seen, ":next": first + due * interval}
    refused = update_if(table, BACKFILL_RATE, "attribute_not_exists(nextAt) OR nextAt = :seen", _MOVE_ON, changes)
    return due if refused is None else 0


def give_turns_back(table: str, rate: "Attributes", count: int) -> None:
    """Give back turns that no document used. Raises RetryableError."""
    unused = count * interval_of(rate)
    if unused:
        update_if(table, BACKFILL_RATE, "attribute_exists(nextAt)", "ADD nextAt :unused", {":unused": -unused})
