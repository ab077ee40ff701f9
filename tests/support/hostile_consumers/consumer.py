"""viewproc, `results --open`, and `backfill plan` in a process of their own, given one document after another."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

_PROJECT = Path(__file__).parents[3]
CONSUMERS = ("viewproc", "results", "plan")


class Process:
    """The process. For one thread at a time."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process.pid
        self._process = process

    def end_of(self, kind: str, data: bytes, pages: int = 1) -> str:
        """How one of CONSUMERS ends, given a document of which Textract has read so many pages."""
        with NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            return self._answer({"kind": kind, "file": file.name, "pages": pages})

    def ready(self) -> None:
        """Wait until it can be given documents."""
        self._answer(None)

    def _answer(self, told: object) -> str:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        answer: str = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def consumers() -> Iterator[Process]:
    """A process of CONSUMERS, which starts, and is there as long as the `with` lasts."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.hostile_consumers.child"],
        cwd=_PROJECT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield Process(process)
        assert process.stdin
        process.stdin.close()
