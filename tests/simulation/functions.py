"""Lambda: each invocation runs in a greenlet, gives way at every AWS call, and can die there."""

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError
from greenlet import GreenletExit, getcurrent

from tests.simulation.aws.errors import service_error
from tests.simulation.invocation import Call, Done, Event, Function, Invocation, Lineage, Outcome, Record, Strand
from tests.simulation.schedule import Fault
from tests.simulation.world import World

LASTING = {Fault.OUTAGE: (4500.0, Fault.FAIL_BEFORE), Fault.BROKEN: (30 * 3600.0, Fault.REJECT)}  # as what
LOST_ANSWER_SECONDS = 10.0  # the SDK waits for it
LOOK_SECONDS = 0.1  # how often a call that waits for a message looks for one
CALL_SECONDS = 0.05  # the most that a call takes, unless stated otherwise
_THROTTLES = {"s3": "SlowDown", "sqs": "RequestThrottled", "lambda_": "TooManyRequestsException"}


class Functions:
    """The deployed functions.

    `perform` carries out a call unless `refusal` denies it to the function, `resumed` is called before a handler goes
    on and `logged` when it begins, and `slowest` has the most seconds that some operations take.
    """

    def __init__(
        self,
        world: World,
        perform: Callable[[Call], Any],
        refusal: Callable[[str, Call], ClientError | None],
        resumed: Callable[[], None],
        logged: Callable[[str], object],
        slowest: dict[str, float],
    ) -> None:
        self.deployed: dict[str, Function] = {}
        self.running: dict[str, Invocation] = {}
        self.journal: list[Record] = []
        self.cut_short: set[str] = set()  # invocations that were killed
        self.seconds: defaultdict[str, float] = defaultdict(float)  # that each function has run
        self._world = world
        self._perform = perform
        self._refusal = refusal
        self._resumed = resumed
        self._logged = logged
        self.slowest = slowest
        self.most_at_once = 1000
        self._started = 0
        self.troubles: dict[str, tuple[float, Fault]] = {}  # lasting ones of a function's call: until when, and what

    @property
    def is_full(self) -> bool:
        """Whether the account runs as many functions as it may, so that Lambda throttles the next."""
        return len(self.running) >= self.most_at_once

    def start(self, name: str, event: Event, done: Done, lineage: Lineage = MappingProxyType({})) -> None:
        """Invoke a function; `done` is told how it ends. `lineage` is that of the message that invokes it."""
        self._started += 1
        taken = {each.environment for each in self.running.values() if each.function_name == name}
        environment = next(number for number in count() if number not in taken)
        lineage = {**lineage, name: lineage.get(name, 0) + 1}
        invocation = Invocation(self._started, environment, self.deployed[name], self._world, done, lineage)
        self._logged(name)
        self.running[invocation.aws_request_id] = invocation
        self._world.note(f"{invocation.aws_request_id} starts")
        self._world.later(invocation.function.timeout_seconds, lambda: self._kill(invocation, "TimeOut"), recurs=True)

        def ended(reply: Any, error: Exception | None) -> None:
            self._end(invocation, Outcome(reply, type(error).__name__ if error else ""))

        self._resume(Strand(lambda: invocation.function.handler(event, invocation), invocation, ended))

    def sleep(self, seconds: float) -> None:
        """Stands in for time.sleep."""
        strand = getcurrent()
        if isinstance(strand, Strand):
            strand.ask(float(seconds))

    def pause(self, seconds: float, unless: threading.Event) -> None:
        """Stands in for parallel.pause."""
        until = self._world.now + seconds
        while not unless.is_set() and (left := until - self._world.now) > 0:
            self.sleep(min(left, LOOK_SECONDS))

    def run_all(self, function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
        """Stands in for parallel.run_all: strands that give way to each other at every call."""
        strand = getcurrent()
        if not (items and isinstance(strand, Strand)):
            return [function(item) for item in items]
        results: dict[int, Any] = {}
        errors: dict[int, Exception] = {}

        def ended(position: int, result: Any, error: Exception | None) -> None:
            results[position] = result
            if error:
                errors[position] = error
            if len(results) == len(items):
                first = errors[min(errors)] if errors else None
                self._resume(strand, [results[place] for place in range(len(items))], first)

        strands = [
            Strand(partial(function, item), strand.invocation, partial(ended, position))
            for position, item in enumerate(items)
        ]
        for each in strands:
            each.parent = strand.parent  # type: ignore[assignment]  # a strand that runs has one
        together: list[Any] = strand.ask(strands)
        return together

    def kill_all(self) -> None:
        """Leave no handler half-way."""
        for invocation in list(self.running.values()):
            invocation.done = lambda _outcome: None
            self._kill(invocation, "EndOfTheWorld")

    def _resume(self, strand: Strand, answer: Any = None, error: Exception | None = None) -> None:
        """Let a strand go on until it next gives way or ends."""
        if strand.invocation.is_over:
            return
        self._resumed()
        try:
            asked = strand.throw(error) if error else strand.switch(answer)
        except Exception as failure:
            strand.ended(None, failure)
            return
        if strand.dead:
            strand.ended(asked, None)
        elif isinstance(asked, float):
            self._world.later(asked, partial(self._resume, strand))
        elif isinstance(asked, list):
            for other in asked:
                self._resume(other)
        else:
            self._begin(strand, asked)

    def _begin(self, strand: Strand, call: Call) -> None:
        """Send a call on its way, or let what befalls it do so."""
        invocation, resume = strand.invocation, partial(self._resume, strand)
        place = f"{invocation.function_name} {call}"
        who = f"{invocation.aws_request_id} {call}"
        fault = self._world.fault_at(place, call.faults, who, is_of_life=call.is_about_document)
        latency = self._world.random.uniform(0.005, self.slowest.get(call.operation, CALL_SECONDS))
        if fault in LASTING:
            seconds, each_time = LASTING[fault]
            self.troubles[place] = (self._world.now + seconds, each_time)
        if place in self.troubles and self._world.now < self.troubles[place][0]:
            fault = self.troubles[place][1]
        match fault:
            case Fault.DIE_BEFORE:
                self._kill(invocation, "Died")
            case Fault.THROTTLE:
                code = _THROTTLES.get(call.client, "ThrottlingException")
                self._world.later(2.0, partial(resume, error=service_error(call.operation, code)))
            case Fault.FAIL_BEFORE:
                self._world.later(2.0, partial(resume, error=service_error(call.operation, "InternalError", "", 500)))
            case Fault.REJECT:
                error = service_error(call.operation, "ExpiredTokenException", "The security token is expired")
                self._world.later(latency, partial(resume, error=error))
            case Fault.CONFLICT:
                reasons = [{"Code": "TransactionConflict"} for _ in call.request["TransactItems"]]
                error = service_error(call.operation, "TransactionCanceledException", CancellationReasons=reasons)
                self._world.later(latency, partial(resume, error=error))
            case Fault.EMPTY:
                self._world.later(latency, partial(resume, {}))
            case _:
                self._world.later(latency / 2, lambda: self._effect(strand, call, fault, latency / 2))
                return
        self.journal.append(Record(invocation.aws_request_id, call, fault, took_effect=False))

    def _effect(self, strand: Strand, call: Call, fault: Fault | None, latency: float, waited: float = 0) -> None:
        """The call takes effect, whether or not the invocation still lives, and its answer is on its way back."""
        invocation, resume = strand.invocation, partial(self._resume, strand)
        with self._world.on_behalf_of(invocation.lineage):
            answer, error = self._answer(invocation.function_name, call, fault)
        if answer == {} and waited < call.request.get("WaitTimeSeconds", 0):  # for a message
            self._world.later(LOOK_SECONDS, lambda: self._effect(strand, call, fault, latency, waited + LOOK_SECONDS))
            return
        self.journal.append(Record(invocation.aws_request_id, call, fault, took_effect=error is None))
        match fault:
            case Fault.DIE_AFTER:
                self._kill(invocation, "Died")
            case Fault.TIME_OUT:
                self._world.later(max(0, invocation.deadline - self._world.now), lambda: None)
            case Fault.FAIL_AFTER:
                lost = ReadTimeoutError(endpoint_url=f"https://{call.client}")
                self._world.later(LOST_ANSWER_SECONDS, partial(resume, error=lost))
            case Fault.SLOW:
                until_nearly_over = max(0, invocation.deadline - self._world.now - 1)
                self._world.later(until_nearly_over, partial(resume, answer, error))
            case _:
                self._world.later(latency, partial(resume, answer, error))

    def _answer(self, function: str, call: Call, fault: Fault | None) -> tuple[Any, ClientError | None]:
        if refused := self._refusal(function, call):
            self._world.note(f"    {refused}")
            return None, refused
        try:
            if fault is Fault.REPEAT:
                self._perform(call)
            return self._perform(call), None
        except ClientError as error:
            self._world.note(f"    {error}")
            return None, error

    def _kill(self, invocation: Invocation, error: str) -> None:
        """End an invocation at its current point. It may unwind, but no call that it makes meanwhile is sent."""
        if not invocation.is_over:
            invocation.is_over = True
            self.cut_short.add(invocation.aws_request_id)
            for strand in invocation.strands:
                with suppress(Exception):
                    strand.throw(GreenletExit)
            self._end(invocation, Outcome(error=error))

    def _end(self, invocation: Invocation, outcome: Outcome) -> None:
        invocation.is_over = True
        del self.running[invocation.aws_request_id]
        self.seconds[invocation.function_name] += self._world.now - invocation.began_at
        self._world.note(f"{invocation.aws_request_id} ends: {outcome.error or outcome.reply}")
        invocation.done(outcome)
