"""Virtual time: what is to happen, in order, and the points at which a schedule's faults strike."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import heappop, heappush
from random import Random

from tests.simulation.schedule import DELIVERY_FAULTS, Fault, Schedule

START = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
LATE_SECONDS = 1800.0

Action = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Point:
    """Something that happened and could have gone wrong: where, and in which ways."""

    place: str
    faults: tuple[Fault, ...]
    is_of_life: bool = True  # whether it is about a document, and not what goes on without one


class World:
    """The clock (seconds since 1970), what is still to happen, and what has happened."""

    def __init__(self, schedule: Schedule) -> None:
        self.now = START
        self.random = Random(schedule.seed)
        self.points: list[Point] = []
        self.slowest_delivery = 0.5  # seconds
        self.slowest_stream = 1.0
        self.trace: list[str] | None = None  # a line for everything that happens, if a list is put here
        self.lineage: Mapping[str, int] = {}  # of who calls now: rounds of each function on the way to it
        self._faults = sorted(schedule.faults)
        self._events: list[tuple[float, int, Action, bool]] = []
        self._scheduled = 0
        self._pending = 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way but what recurs by itself."""
        return self._pending == 0

    @property
    def has_faults(self) -> bool:
        """Whether anything goes wrong in this run."""
        return bool(self._faults)

    def later(self, seconds: float, action: Action, *, recurs: bool = False) -> None:
        """Have something happen in so many seconds; what `recurs` does not keep the world from being idle."""
        self._scheduled += 1
        self._pending += not recurs
        heappush(self._events, (self.now + seconds, self._scheduled, action, recurs))

    def step(self) -> None:
        """Let the next thing happen."""
        self.now, _, action, recurs = heappop(self._events)
        self._pending -= not recurs
        action()

    def fault_at(
        self, place: str, faults: tuple[Fault, ...], who: str = "", *, is_of_life: bool = True
    ) -> Fault | None:
        """What goes wrong here, if anything does: a fault strikes at its point or the next one that it can befall."""
        struck = None
        for due in self._faults:
            if due[0] > len(self.points):
                break
            if due[1] in faults:
                self._faults.remove(due)
                struck = due[1]
                break
        if self.trace is not None:
            self.note(f"#{len(self.points)} {who or place}{f'   <-- {struck}' if struck else ''}")
        self.points.append(Point(place, faults, is_of_life))
        return struck

    def deliver(
        self, what: str, action: Action, *, slowest: float | None = None, faults: tuple[Fault, ...] = DELIVERY_FAULTS
    ) -> None:
        """Have something arrive soon: at least once, in no order."""
        fault = self.fault_at(what, faults)
        slowest = self.slowest_delivery if slowest is None else slowest
        soon = self.random.uniform(0.01, slowest)
        if fault is Fault.LOSE:
            return
        self.later(soon + (LATE_SECONDS if fault is Fault.DELAY else 0), action)
        if fault is Fault.DUPLICATE:
            self.later(self.random.uniform(0.01, slowest), action)
        if fault is Fault.LATE_DUPLICATE:
            self.later(soon + LATE_SECONDS, action)

    @contextmanager
    def on_behalf_of(self, lineage: Mapping[str, int]) -> Iterator[None]:
        """Have what is sent meanwhile carry an invocation's lineage, as the AWS SDK has it."""
        self.lineage = lineage
        try:
            yield
        finally:
            self.lineage = {}

    def note(self, line: str) -> None:
        """Write a line of the trace, if one is kept."""
        if self.trace is not None:
            self.trace.append(f"{self.now - START:10.3f}  {line}")
