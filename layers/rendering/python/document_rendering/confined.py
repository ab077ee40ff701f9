"""Documents are read in separate processes, with limits on memory and time: a hostile file may break its reader.

A worker may use 1 GiB in addition to what it starts with, and some seconds for each request. The kernel enforces both.
The seconds are CPU time, because a good document takes longer on a busy machine. If a worker dies, the document that it
had open is the cause: the next document, and the next page of the same one, gets a new worker.

Idle workers are kept, so a document rarely waits for one to start. They get no credentials. Requests go through pipes,
because AWS Lambda has no shared memory for queues.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Pipe
from pathlib import Path
from typing import Concatenate, Generic, ParamSpec, Self, TypeVar, cast

from document_rendering.worker import MEMORY_BYTES, OUT_OF_MEMORY, Answer, Kind, Request, Seconds

A_PAGE = Seconds(working=10, waiting=60)
_MOST_DEATHS = 3  # of workers for one document; then the rest of the document is not read
MOST_AT_ONCE = (os.cpu_count() or 1) + 1  # more would not be faster; this many idle workers are kept

Held = TypeVar("Held")
Result = TypeVar("Result")
Parameters = ParamSpec("Parameters")


class OverLimitError(Exception):
    """A document took too much memory or time, or crashed its reader. The message says which, as part of a sentence."""


class WorkerError(Exception):
    """A worker ended, and no document was the cause."""


class OverTimeError(OverLimitError):
    """Too much time passed on the clock: the machine was too busy, or the reader waited for something."""


class Confined(Generic[Held]):
    """An object that lives in a worker. It is made again if its worker has died. For one thread at a time."""

    def __init__(self, make: Callable[[], Held], seconds: Seconds = A_PAGE) -> None:
        self._make = make
        self._seconds = seconds
        self._worker: _Worker | None = None
        self._deaths = 0
        self.worked = 0.0  # seconds of CPU time, for all answered requests

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(
        self,
        seconds: Seconds,
        function: Callable[Concatenate[Held, Parameters], Result],
        /,
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Call a function with the object and return its result. Everything that is passed must be picklable.

        Raises what the function or the construction of the object raises, and OverLimitError if either took too much.
        """
        if self._deaths == _MOST_DEATHS:
            raise OverLimitError(f"{_MOST_DEATHS} parts of it took too much memory or time, so the rest is not read")
        worker = self.begin()
        return cast("Result", self._answer(worker, Request(Kind.ASK, function, args, kwargs, seconds)))

    def begin(self) -> "_Worker":
        """Make the object, unless it exists. Raises what its construction raises, and OverLimitError."""
        if self._worker is None:
            self._worker = _idle.take()
            try:
                self._answer(self._worker, Request(Kind.MAKE, self._make, seconds=self._seconds))
            except Exception:
                self.close()
                raise
        return self._worker

    def close(self) -> None:
        """Release the object."""
        if self._worker:
            _idle.give_back(self._worker, holds_something=True)
            self._worker = None

    def _answer(self, worker: "_Worker", request: Request) -> object:
        try:
            answer = worker.answer(request)
        except BaseException as error:  # the worker has ended
            self._worker = None
            self._deaths += isinstance(error, OverLimitError)
            raise
        self.worked += answer.seconds
        return answer.result()


def run(
    seconds: Seconds, function: Callable[Parameters, Result], /, *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    """Call a function in a worker, and return its result.

    Raises what the function raises, and OverLimitError if it took too much.
    """
    worker = _idle.take()
    answer = worker.answer(Request(Kind.RUN, function, args, kwargs, seconds))
    _idle.give_back(worker)
    return cast("Result", answer.result())


def prepare(*functions: Callable[..., object]) -> None:
    """Start a worker and load these functions' modules in it, before the first document needs one."""
    worker = _idle.take()
    worker.know(functions)
    _idle.give_back(worker)


class _Worker:
    """A process that handles one request at a time."""

    def __init__(self) -> None:
        self._connection, child = Pipe()
        with child:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-P", "-c", f"from document_rendering.worker import serve; serve({child.fileno()})"],
                pass_fds=[child.fileno()],
                stdin=subprocess.DEVNULL,
                env=_environment(),
            )

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def know(self, functions: Sequence[Callable[..., object]]) -> None:
        """Ask it to load the functions' modules; there is no answer."""
        self._connection.send(Request(Kind.KNOW, len, functions))

    def lets_go(self) -> bool:
        """Ask it to release its object; False if it has died."""
        try:
            self._connection.send(None)
        except OSError:
            return False
        return True

    def answer(self, request: Request) -> Answer:
        """Send a request, and wait for the answer. Raises OverLimitError or WorkerError if the process dies."""
        try:
            self._connection.send(request)
            answer: Answer = self._connection.recv()
        except (EOFError, ConnectionError) as error:
            raise _over_limit(self.end(), request.seconds) from error
        except BaseException:  # nobody waits for its result anymore
            self.end()
            raise
        return answer

    def end(self) -> int:
        """End the process, unless it has ended; return its exit code."""
        self._connection.close()
        try:
            return self._process.wait(timeout=1)  # it may be ending by itself, and its exit code says why
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


class _Idle:
    """The idle workers. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workers: list[_Worker] = []
        atexit.register(self.end)

    def take(self) -> _Worker:
        """An idle worker, or a new one."""
        with self._lock:
            while self._workers:
                worker = self._workers.pop()
                if not worker.has_ended:
                    return worker
        return _Worker()

    def give_back(self, worker: _Worker, *, holds_something: bool = False) -> None:
        """Keep a worker for the next document, unless there are enough."""
        with self._lock:
            is_wanted = len(self._workers) < MOST_AT_ONCE
        if is_wanted and (not holds_something or worker.lets_go()):
            with self._lock:
                self._workers.append(worker)
        else:
            worker.end()

    def end(self) -> None:
        """End all idle workers."""
        with self._lock:
            for worker in self._workers:
                worker.end()
            self._workers.clear()


_idle = _Idle()


def _environment() -> dict[str, str]:
    """The worker's environment: it finds modules where this process finds them, and has no AWS credentials."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return told | {"PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}


def _over_limit(exit_code: int, seconds: Seconds) -> OverLimitError:
    too_much = f"more than {MEMORY_BYTES // 2**20:,} MB of memory"
    if exit_code == OUT_OF_MEMORY:
        return OverLimitError(f"it took {too_much}")
    if exit_code == -signal.SIGPROF:
        return OverLimitError(f"it took more than {seconds.working:.0f} seconds of CPU time")
    if exit_code == -signal.SIGALRM:
        return OverTimeError(f"it was not finished after {seconds.waiting:.0f} seconds")
    if exit_code >= 0:
        raise WorkerError(f"The process that reads documents ended (exit code {exit_code}). See stderr for the reason.")
    name = signal.Signals(-exit_code).name
    return OverLimitError(f"it crashed its reader ({name}), perhaps because it took {too_much}")
