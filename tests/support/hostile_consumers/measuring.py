"""The processor's time and the memory of a process and of all those that it has started, from Linux's /proc."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

_EVERY_SECONDS = 0.02
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class _Process(NamedTuple):
    ticks: int  # of the processor's time, with that of its children that have ended
    resident_bytes: int


class Use(NamedTuple):
    """Seconds of the processor's time until now, and bytes in memory right now."""

    seconds: float
    resident_bytes: int


def use_of(process: int) -> Use:
    """What a process and all below it use."""
    tree = list(_tree(process))
    return Use(sum(one.ticks for one in tree) / _TICKS, sum(one.resident_bytes for one in tree))


def _tree(root: int) -> Iterator[_Process]:
    """The process and all below it that are there."""
    folder = Path("/proc", str(root))
    with suppress(OSError):
        fields = (folder / "stat").read_bytes().rpartition(b")")[2].split()
        yield _Process(sum(map(int, fields[11:15])), int(fields[21]) * _PAGE_BYTES)
        for thread in (folder / "task").iterdir():
            for child in (thread / "children").read_bytes().split():
                yield from _tree(int(child))


class Measured:
    """Measures a process and all below it while a `with` lasts."""

    def __init__(self, process: int) -> None:
        self.wall_seconds = self.working_seconds = 0.0
        self.peak_bytes = 0  # beyond what they had before
        self._process = process
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._before, self._began = use_of(self._process), time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall_seconds = time.monotonic() - self._began
        self._is_over.set()
        self._thread.join()
        self.working_seconds = use_of(self._process).seconds - self._before.seconds

    def _watch(self) -> None:
        while not self._is_over.wait(_EVERY_SECONDS):
            self.peak_bytes = max(self.peak_bytes, use_of(self._process).resident_bytes - self._before.resident_bytes)
