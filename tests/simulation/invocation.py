"""An invocation of a function: what it is, and the calls that its strands make."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

from tests.simulation.schedule import CALL_FAULTS, Fault
from tests.simulation.world import World

Event = dict[str, Any]
Lineage = Mapping[str, int]  # how often each function has been invoked on the way to a message
Handler = Callable[[Event, Any], Any]

_WITHOUT_DOCUMENT = {"receive_message", "query", "list_service_quotas"}  # which every tick of the schedule makes, too
_FAULTS_OF_MOST = (*CALL_FAULTS, Fault.REPEAT)
_FAULTS = {
    "receive_message": (*_FAULTS_OF_MOST, Fault.EMPTY),
    "transact_write_items": (*_FAULTS_OF_MOST, Fault.CONFLICT),
    "start_document_text_detection": CALL_FAULTS,  # which the SDK is told not to repeat
    "start_document_analysis": CALL_FAULTS,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an invocation ended: with a reply, or with an error's name."""

    reply: Any = None
    error: str = ""


Done = Callable[[Outcome], None]
Ended = Callable[[Any, Exception | None], None]


@dataclass(frozen=True, slots=True)
class Function:
    """A deployed function."""

    name: str
    handler: Handler
    timeout_seconds: float
    may_loop: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """An AWS call: the client's name in textract_pipeline.aws, the client's method, and what it is called with."""

    client: str
    operation: str
    request: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.client}.{self.operation}"

    @property
    def is_about_document(self) -> bool:
        """Whether it is one of a document's steps, and not what a function does whether or not there is one."""
        tables = {self.request.get("TableName"), *self.request.get("RequestItems", ())}
        return self.operation not in _WITHOUT_DOCUMENT and "ControlTable" not in tables

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What can befall the call."""
        return _FAULTS.get(self.operation, _FAULTS_OF_MOST)


@dataclass(frozen=True, slots=True)
class Record:
    """A call that was made: by which invocation, what befell it, and whether it took effect."""

    invocation: str
    call: Call
    fault: Fault | None
    took_effect: bool


class Invocation:
    """One run of a function, in one of its environments, and the context that its handler is given."""

    memory_limit_in_mb = 512

    def __init__(
        self, number: int, environment: int, function: Function, world: World, done: Done, lineage: Lineage
    ) -> None:
        self.lineage = lineage
        self.function = function
        self.function_name = function.name
        self.aws_request_id = f"{function.name}-{number}"
        self.invoked_function_arn = f"arn:aws:lambda:us-east-1:123456789012:function:{function.name}"
        self.deadline = world.now + function.timeout_seconds
        self.environment = environment
        self.began_at = world.now
        self.done = done
        self.is_over = False
        self.strands: list[Strand] = []
        self._world = world

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.deadline - self._world.now) * 1000))


class Strand(greenlet):
    """A line of execution in an invocation: the handler, or one of the calls that it makes at the same time.

    `ended` is told its result, or what it raised.
    """

    def __init__(self, run: Callable[[], Any], invocation: Invocation, ended: Ended) -> None:
        super().__init__(lambda _started: run())
        self.invocation = invocation
        self.ended = ended
        invocation.strands.append(self)

    def ask(self, request: "Call | float | list[Strand]") -> Any:
        """Give way until a call is answered, so many seconds have passed, or other strands have ended."""
        if self.invocation.is_over or self.parent is None:
            raise GreenletExit
        return self.parent.switch(request)


def current_invocation() -> Invocation:
    """The invocation that the code which calls this runs in."""
    strand = getcurrent()
    assert isinstance(strand, Strand)
    return strand.invocation
