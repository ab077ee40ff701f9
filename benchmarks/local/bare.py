"""The OCR engine alone, without service or pipeline: `python -m benchmarks.local.bare FOLDER` prints its seconds.

Reads as many pages at once as there are cores for this process.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.local.cost import Cost
from benchmarks.local.documents import jpeg, page_text
from local.textract.recognition.documents.formats import open_document
from local.textract.recognition.ocr.engine import RapidOcrEngine
from local.textract.recognition.recognizer import Recognizer

FEATURES = frozenset({"FORMS", "TABLES"})
TRIES = 3


class Reader:
    """The engine, loaded."""

    def __init__(self) -> None:
        self._engine = RapidOcrEngine()
        self._cores = len(os.sched_getaffinity(0))
        self._read(jpeg(page_text(20, seed=0)))

    def cost(self, documents: Iterable[bytes]) -> Cost:
        """The cost of the first pages of all documents."""
        began, busy = time.perf_counter(), time.process_time()
        with ThreadPoolExecutor(self._cores) as pool:
            list(pool.map(self._read, documents))
        return Cost(time.perf_counter() - began, time.process_time() - busy)

    def page_seconds(self, document: bytes) -> float:
        """Seconds to recognize one page, with forms and tables, on an idle engine: the best of three."""
        recognizer = Recognizer(self._engine, pages_remembered=0)

        def recognize() -> None:
            with recognizer.open(document) as opened:
                recognizer.blocks(opened, 1, FEATURES, [])

        return round(min(_seconds(recognize) for _ in range(TRIES)), 3)

    def _read(self, document: bytes) -> None:
        with open_document(document) as opened:
            self._engine.read(opened.page(1).render())


def seconds_by_cores(documents: Sequence[bytes]) -> dict[int, float]:
    """How long the engine takes for these documents on one core, on two, and so on up to all."""
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="bench-local-") as folder:
        for number, document in enumerate(documents):
            (Path(folder) / f"{number}.jpg").write_bytes(document)
        return {count: _on(cores[:count], folder) for count in range(1, len(cores) + 1)}


def _on(cores: Sequence[int], folder: str) -> float:
    command = [sys.executable, "-m", "benchmarks.local.bare", folder, *map(str, cores)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603 - this module


def _seconds(task: Callable[[], None]) -> float:
    began = time.perf_counter()
    task()
    return time.perf_counter() - began


if __name__ == "__main__":
    os.sched_setaffinity(0, map(int, sys.argv[2:]))
    print(Reader().cost(path.read_bytes() for path in sorted(Path(sys.argv[1]).iterdir())).seconds)
