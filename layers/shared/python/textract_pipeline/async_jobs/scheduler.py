"""The async pipeline's scheduler: starts the jobs of waiting documents so that Textract's quotas are fully used.

Why it is correct. Only Textract knows how many jobs run, so nothing here keeps a count, which could be wrong. While the
quota is full, each completion shows that a place is free, and starts one job: in steady state, hardly any Start call is
refused. A fill finds out what completions cannot show (an idle system, a lost completion, a raised quota): it starts
jobs at the account's Start rate until Textract refuses one because no place is free, or until nothing waits. New work
on an idle system begins a fill. So does each tick of the schedule, and the first completion that arrives a while after
the last fill. One invocation fills at a time. Completions that arrive during a fill start nothing: the Start rate is
the limit then, and the fill already uses all of it. A fill gives up its lease at the first refusal, or when it ends; if
it dies, the lease expires. No other state is kept. A message is received only for a place that is free or about to be
tried, and a message that is put back because no place was free never counts toward its dead-letter queue.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import cache, partial
from threading import Event
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from textract_pipeline import events, parallel, pipeline, rate_limit
from textract_pipeline.async_jobs.lease import PROBE_SECONDS, Lease, Turn
from textract_pipeline.async_jobs.pace import Pace
from textract_pipeline.aws import control_table, queues, service_quotas
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.queues import ReceivedMessage
from textract_pipeline.errors import QuotaFullError, RetryableError, ThrottledError
from textract_pipeline.events import DocumentMessage, Trigger
from textract_pipeline.settings import StartSettings

if TYPE_CHECKING:
    from textract_pipeline.aws.control_table import Attributes

logger = Logger()

_MOST_AT_ONCE = 10  # messages that one ReceiveMessage call returns
POLL_SECONDS = 1  # how long SQS looks for messages in a queue that seems empty
_TURN_POLL_SECONDS = 5  # how long to wait for live documents while no backfill document has its turn
_SECONDS_AT_ONCE = 5.0  # the longest round of Start calls; after it, live documents are looked for again
_HIDDEN_SECONDS = 120  # how long a message is hidden from other invocations while its job is started
_SECONDS_TO_STOP = 30.0  # time to finish the current calls before the function ends
_MOST_TRIES_A_PLACE = 5


class Outcome(StrEnum):
    """What happened to one waiting message."""

    STARTED = "started"
    NOTHING_TO_START = "nothing to start"  # ended, started before, or failed at once: the message is done
    FULL = "full"  # no place for its job
    THROTTLED = "throttled"  # too many calls per second
    PUT_OFF = "put off"  # comes back later, for another temporary reason
    BROKEN = "broken"  # unknown error: counts as an attempt


def start_jobs(settings: StartSettings, trigger: Trigger, seconds_left: Callable[[], float]) -> int:
    """Start as many jobs as the trigger calls for; return how many were started. Raises RetryableError."""
    pace = _pace(
        settings.start_jobs_per_second, asks=settings.asks_service_quotas
    )  # before taking the lease: it may take long
    lease = Lease(settings.control_table)
    turn = lease.take(trigger)
    while turn is Turn.FILLING and trigger is Trigger.NEW_WORK and not lease.ask():
        turn = lease.take(trigger)
    if turn is Turn.FILL:
        return _fill(lease, settings, pace, seconds_left)
    if turn is not Turn.FULL or trigger is not Trigger.COMPLETION:
        return 0
    outcome = _start_one(lease, settings, pace)
    if outcome is Outcome.THROTTLED and lease.take(Trigger.TICK) is Turn.FILL:
        # Completions arrive faster than jobs may start: from now on, one invocation fills.
        return _fill(lease, settings, pace, seconds_left)
    return int(outcome is Outcome.STARTED)


def _fill(lease: Lease, settings: StartSettings, pace: Pace, seconds_left: Callable[[], float]) -> int:
    """Start jobs in growing rounds until the quota is full, nothing waits, or time is nearly up; return how many."""
    started, at_once = 0, 1
    while seconds_left() > _SECONDS_TO_STOP:
        room = _room(settings)
        waiting = _receive(settings, min(at_once, room)) if room else ()
        if room and waiting is not None and not waiting and lease.release():
            return started
        outcomes = Counter(parallel.run_all(partial(_start_in_round, lease, settings, pace, Event()), waiting or ()))
        started += outcomes[Outcome.STARTED]
        if outcomes[Outcome.FULL]:
            return started
        if not room:
            lease.release_unfinished(PROBE_SECONDS)
            return started
        at_once = min(2 * at_once, _MOST_AT_ONCE, max(1, int(pace.rate * _SECONDS_AT_ONCE)))
        if not lease.renew():
            return started
    lease.release_unfinished(0)
    return started


def _start_in_round(
    lease: Lease, settings: StartSettings, pace: Pace, is_full: Event, message: ReceivedMessage
) -> Outcome:
    """Call `_start`; the first message in the round that finds no place gives up the lease while the others still run.

    From then on, each completion starts a job. Otherwise, a completion that arrives before the end of the round would
    start none, and its place would stay free until the next fill.
    """
    was_full = is_full.is_set()
    outcome = _start(settings, pace, is_full, message)
    if outcome is Outcome.FULL and not was_full:
        lease.release_unfinished(PROBE_SECONDS)
    return outcome


def _start_one(lease: Lease, settings: StartSettings, pace: Pace) -> Outcome | None:
    """Start one job in place of the one that has completed; None if nothing waits."""
    for _ in range(_MOST_TRIES_A_PLACE):
        waiting = _receive(settings, 1)
        if waiting is None:
            return Outcome.PUT_OFF
        if not waiting:
            lease.nothing_waits()
            return None
        outcome = _start(settings, pace, Event(), waiting[0])
        if outcome in {Outcome.STARTED, Outcome.FULL, Outcome.THROTTLED}:
            return outcome
    return Outcome.PUT_OFF


def _receive(settings: StartSettings, limit: int) -> Sequence[ReceivedMessage] | None:
    """Up to `limit` waiting messages, of backfills only if no live one waits; empty if none waits or all are paused.

    None if backfill documents may be waiting, but none has its turn.

    A received message is always handed on: a later failure must not use up its receives.
    """
    live = partial(queues.receive, settings.async_queue_url, limit, _HIDDEN_SECONDS)
    if received := live():
        return received
    held = control_table.read(settings.control_table, control_table.BACKFILL_PAUSED, control_table.BACKFILL_RATE)
    if control_table.BACKFILL_PAUSED in held:
        return live(POLL_SECONDS)
    rate = held.get(control_table.BACKFILL_RATE, {})
    turns = rate_limit.take_turns(settings.control_table, rate, limit)
    if not turns:
        return live(_TURN_POLL_SECONDS) or None
    backfill = partial(queues.receive, settings.async_backfill_queue_url, turns, _HIDDEN_SECONDS)
    received = backfill()
    late = () if received else live(POLL_SECONDS)  # which use no turn of a backfill
    if not (received or late):
        received = backfill(POLL_SECONDS)
    _give_turns_back(settings, rate, turns - len(received))
    return late or received


def _give_turns_back(settings: StartSettings, rate: "Attributes", count: int) -> None:
    """Give back turns that no document used. A failure only makes the next document wait longer."""
    try:
        rate_limit.give_turns_back(settings.control_table, rate, count)
    except RetryableError as error:
        logger.info("Turns of backfill documents could not be given back", extra={"turns": count, "reason": str(error)})


def _start(settings: StartSettings, pace: Pace, is_full: Event, message: ReceivedMessage) -> Outcome:
    """Start the job of one waiting document, and delete, put back, or leave its message accordingly.

    The first message of a round that finds no place sets `is_full`; then the others are not tried.
    """
    try:
        pace.wait(is_full)
        if is_full.is_set():
            return _put_back(settings, message, "no place is free for another job", Outcome.FULL)
        try:
            started = pipeline.start_job(DocumentMessage.from_json(message.body), settings)
            pace.taken()
            queues.delete(message)
        except QuotaFullError as error:
            is_full.set()
            return _put_back(settings, message, str(error), Outcome.FULL)
        except ThrottledError as error:
            pace.refused()
            return _put_back(settings, message, str(error), Outcome.THROTTLED)
        except RetryableError as error:
            return _put_back(settings, message, str(error), Outcome.PUT_OFF, queues.backoff_seconds(message))
    except Exception:
        logger.exception("A job could not be started: unknown error", extra=_named(message))
        return Outcome.BROKEN
    return Outcome.STARTED if started else Outcome.NOTHING_TO_START


def _put_back(
    settings: StartSettings, message: ReceivedMessage, reason: str, outcome: Outcome, delay_seconds: int = 0
) -> Outcome:
    """Put back a message, which does not count against its document."""
    told = {**_named(message), "reason": reason, "delaySeconds": delay_seconds}
    logger.info("The message was put back", extra=told)
    if queues.put_back(message, settings.max_receive_count, delay_seconds):
        queues.delete(message)
    return outcome


def _named(message: ReceivedMessage) -> dict[str, object]:
    """The document that a log line is about."""
    run = events.run_of_message(message.body)
    return {"documentId": run.document_id, "run": run.number} if run else {}


def _room(settings: StartSettings) -> int:
    """How many more jobs the setting max_concurrent_jobs allows; Textract itself enforces the account's quota."""
    if not settings.max_concurrent_jobs:
        return _MOST_AT_ONCE
    running = DocumentsTable(settings.documents_table).count_jobs()
    return max(0, min(_MOST_AT_ONCE, settings.max_concurrent_jobs - running))


@cache
def _pace(jobs_per_second: float, *, asks: bool) -> Pace:
    """The pace of this process, at the rate from the setting or Service Quotas, or at one found by trial."""
    rate = jobs_per_second or (service_quotas.start_calls_per_second() if asks else None)
    if rate is None:
        logger.info("No setting or Service Quotas value for the jobs started per second: finding the rate by trial")
    return Pace(rate)
