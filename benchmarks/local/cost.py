"""What processing takes: time on the clock, and time of processors, which other programs do not add to."""

import os
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

SESSION, FIRST_TIME, LAST_TIME = 3, 11, 14  # fields of Linux's /proc/PID/stat, from the process's state on


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, and of all processors together."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def __add__(self, other: Self) -> "Cost":
        return Cost(self.seconds + other.seconds, self.cpu_seconds + other.cpu_seconds)


def cpu_seconds_of_sessions(sessions: AbstractSet[int]) -> float:
    """Processor time of the processes of these sessions, and of those of their children that have ended; on Linux."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            if int(fields[SESSION]) in sessions:
                ticks += sum(map(int, fields[FIRST_TIME : LAST_TIME + 1]))
    return ticks / os.sysconf("SC_CLK_TCK")
