"""The cost of processing: wall-clock time, and processor time, which other programs do not affect."""

import os
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Self

from benchmarks.processes import in_sessions

FIRST_TIME, LAST_TIME = 11, 14  # fields of Linux's /proc/PID/stat, from the process's state on


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall-clock seconds, and seconds of all processors together."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def __add__(self, other: Self) -> "Cost":
        return Cost(self.seconds + other.seconds, self.cpu_seconds + other.cpu_seconds)


def cpu_seconds_of_sessions(sessions: AbstractSet[int]) -> float:
    """Processor time of these sessions' processes, including their ended children; on Linux."""
    ticks = sum(sum(map(int, fields[FIRST_TIME : LAST_TIME + 1])) for _, fields in in_sessions(sessions))
    return ticks / os.sysconf("SC_CLK_TCK")
