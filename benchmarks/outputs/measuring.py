"""Measure the current process: CPU seconds without those of `json.loads`, and peak memory. Needs only Python.

Each library's script in this folder is a separate process, so that its peak is its own.
"""

import gc
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Part = dict[str, Any]


class Parts:
    """A response's parts, read one at a time, and the CPU seconds for parsing their JSON."""

    def __init__(self, folder: Path) -> None:
        self._paths = sorted(folder.iterdir(), key=lambda path: int(path.name))
        self.json_s = 0.0

    def __iter__(self) -> Iterator[Part]:
        for path in self._paths:
            body = path.read_bytes()
            begun = time.process_time()
            gc.disable()
            part: Part = json.loads(body)
            gc.enable()
            self.json_s += time.process_time() - begun
            yield part


def measure(work: Callable[[Parts], object]) -> None:
    """Do the work on the response in the folder from the command line, and print its cost as JSON."""
    parts = Parts(Path(sys.argv[1]))
    begun = time.process_time()
    work(parts)
    cpu_s = time.process_time() - begun - parts.json_s
    print(json.dumps({"cpu_s": round(cpu_s, 3), "json_s": round(parts.json_s, 3), "peak_mb": peak_mb()}))


def peak_mb() -> float:
    """The program's peak memory; unlike getrusage's, it excludes its parent's memory before the start."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return round(int(status.partition("VmHWM:")[2].split()[0]) / 1024, 1)
