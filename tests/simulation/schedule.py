"""What goes wrong in a run, written as one line: `mixed seed=7 faults=12:throttle,40:die_after`.

The points of a run where something can go wrong are numbered in their order. A fault strikes at its point or, if it
cannot befall that, at the next one that it can.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Fault(StrEnum):
    """What can befall an AWS call or a delivery."""

    THROTTLE = "throttle"  # the SDK's retries included, the service refused
    FAIL_BEFORE = "fail_before"  # a server's error, nothing done
    FAIL_AFTER = "fail_after"  # done, but the answer was lost
    REPEAT = "repeat"  # done, the answer lost, and done again by the SDK
    REJECT = "reject"  # an error that the pipeline does not know
    SLOW = "slow"  # done at once, answered a second before the invocation's time is up
    DIE_BEFORE = "die_before"  # the invocation dies before the call
    DIE_AFTER = "die_after"  # the call is done, and the invocation dies
    TIME_OUT = "time_out"  # the call is done, and no answer comes while the invocation lives
    OUTAGE = "outage"  # this call, whenever this function makes it, fails for more than an hour
    BROKEN = "broken"  # this call, whenever this function makes it, is rejected for more than a day
    EMPTY = "empty"  # a queue says it has no messages
    CONFLICT = "conflict"  # another transaction is about the same item
    DUPLICATE = "duplicate"  # delivered twice at once
    LATE_DUPLICATE = "late_duplicate"  # delivered again, much later
    DELAY = "delay"  # delivered much later
    LOSE = "lose"  # never delivered


CALL_FAULTS = (
    Fault.THROTTLE,
    Fault.FAIL_BEFORE,
    Fault.FAIL_AFTER,
    Fault.REJECT,
    Fault.SLOW,
    Fault.DIE_BEFORE,
    Fault.DIE_AFTER,
    Fault.TIME_OUT,
    Fault.OUTAGE,
    Fault.BROKEN,
)
DELIVERY_FAULTS = (Fault.DUPLICATE, Fault.LATE_DUPLICATE, Fault.DELAY)

_LINE = re.compile(r"(?P<scenario>\w+) seed=(?P<seed>\d+)(?: faults=(?P<faults>[\w:,]+))?")


class ScheduleError(Exception):
    """A line is not that of a schedule."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A scenario, the seed of all that is left to chance, and the faults with their points."""

    scenario: str
    seed: int = 0
    faults: tuple[tuple[int, Fault], ...] = ()

    def __str__(self) -> str:
        faults = ",".join(f"{point}:{fault}" for point, fault in self.faults)
        return f"{self.scenario} seed={self.seed}" + (f" faults={faults}" if faults else "")

    @classmethod
    def parse(cls, line: str) -> Self:
        """The schedule of a line; raises ScheduleError."""
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise ScheduleError(f"{line!r} is not like `mixed seed=7 faults=12:throttle,40:die_after`")
        pairs = [fault.split(":") for fault in (match["faults"] or "").split(",") if fault]
        try:
            faults = tuple((int(point), Fault(kind)) for point, kind in pairs)
        except ValueError as error:
            raise ScheduleError(f"{line!r}: {error}") from error
        return cls(match["scenario"], int(match["seed"]), faults)
