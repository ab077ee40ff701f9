"""A document is read in a process of its own, with limits on memory and time: a file may be made to break its reader.

A worker has 1 GiB beyond what it starts with, and some seconds for each thing that it is asked; the kernel holds it to
both. They are seconds of the processor's time: on a busy machine, a good document takes longer. If a worker dies, that
is the fault of the document it had open: the next document, and the next page of the same one, gets another.

Workers are kept, so no document waits for one to start. They are told no credentials, and are reached through pipes:
AWS Lambda has no shared memory for queues.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Pipe
from pathlib import Path
from typing import Concatenate, Generic, ParamSpec, Self, TypeVar, cast

from document_rendering.worker import MEMORY_BYTES, OUT_OF_MEMORY, Answer, Kind, Request, Seconds

A_PAGE = Seconds(working=10, waiting=60)
_MOST_DEATHS = 3  # of the workers of one document; then it is given up
MOST_AT_ONCE = (os.cpu_count() or 1) + 1  # that are worth their while; so many are kept

Held = TypeVar("Held")
Result = TypeVar("Result")
Parameters = ParamSpec("Parameters")


class OverLimitError(Exception):
    """A document took more memory or time than it may, or crashed its reader; which, as a part of a sentence."""


class WorkerError(Exception):
    """A worker ended, and no document was the reason."""


class OverTimeError(OverLimitError):
    """The machine was too busy with other things, or the document waited for something."""


class Confined(Generic[Held]):
    """An object that lives in a worker, which is made again if its worker has died. For one thread at a time."""

    def __init__(self, make: Callable[[], Held], seconds: Seconds = A_PAGE) -> None:
        self._make = make
        self._seconds = seconds
        self._worker: _Worker | None = None
        self._deaths = 0

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
        """What a function says of the object; all of it can be pickled.

        Raises what the function or the making of the object raises; OverLimitError if they took too much.
        """
        if self._deaths == _MOST_DEATHS:
            raise OverLimitError(f"{_MOST_DEATHS} parts of it took too much memory or time, and no more of it is read")
        worker = self.begin()
        return cast("Result", self._answer(worker, Request(Kind.ASK, function, args, kwargs, seconds)))

    def begin(self) -> "_Worker":
        """Make the object, unless it is there. Raises what that raises; OverLimitError."""
        if self._worker is None:
            self._worker = _idle.take()
            try:
                self._answer(self._worker, Request(Kind.MAKE, self._make, seconds=self._seconds))
            except Exception:
                self.close()
                raise
        return self._worker

    def close(self) -> None:
        """Let go of the object."""
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
        return answer.result()


def run(
    seconds: Seconds, function: Callable[Parameters, Result], /, *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    """What a function returns that a worker calls. Raises what it raises; OverLimitError if it took too much."""
    worker = _idle.take()
    answer = worker.answer(Request(Kind.RUN, function, args, kwargs, seconds))
    _idle.give_back(worker)
    return cast("Result", answer.result())


def prepare(function: Callable[..., object]) -> None:
    """Have a worker ready that has loaded this function's module, before there is a document for it."""
    worker = _idle.take()
    worker.know(function)
    _idle.give_back(worker)


class _Worker:
    """A process that does one thing at a time."""

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

    def know(self, function: Callable[..., object]) -> None:
        """Have the function's module loaded; there is no answer."""
        self._connection.send(Request(Kind.KNOW, function))

    def lets_go(self) -> bool:
        """Have it let go of what it holds; False if it has died."""
        try:
            self._connection.send(None)
        except OSError:
            return False
        return True

    def answer(self, request: Request) -> Answer:
        """Have something done, and wait for it. Raises OverLimitError if the process dies of it; WorkerError."""
        try:
            self._connection.send(request)
            answer: Answer = self._connection.recv()
        except (EOFError, ConnectionError) as error:
            raise _over_limit(self.end(), request.seconds) from error
        except BaseException:  # what it is still at is for nobody
            self.end()
            raise
        return answer

    def end(self) -> int:
        """End the process, unless it has ended; its exit code."""
        self._connection.close()
        try:
            return self._process.wait(timeout=1)  # it may be about to end by itself, and its exit code says why
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


class _Idle:
    """The workers that have nothing to do. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workers: list[_Worker] = []
        atexit.register(self.end)

    def take(self) -> _Worker:
        """One of them, or a new one."""
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
        """End them all."""
        with self._lock:
            for worker in self._workers:
                worker.end()
            self._workers.clear()


_idle = _Idle()


def _environment() -> dict[str, str]:
    """What the worker is told: modules are where this process finds them, and nothing of its credentials."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return told | {"PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}


def _over_limit(exit_code: int, seconds: Seconds) -> OverLimitError:
    too_much = f"more than {MEMORY_BYTES // 2**20:,} MB of memory"
    if exit_code == OUT_OF_MEMORY:
        return OverLimitError(f"it took {too_much}")
    if exit_code == -signal.SIGPROF:
        return OverLimitError(f"it took more than {seconds.working:.0f} seconds")
    if exit_code == -signal.SIGALRM:
        return OverTimeError(f"it was not done after {seconds.waiting:.0f} seconds")
    if exit_code >= 0:
        raise WorkerError(f"The process that reads documents has ended (exit code {exit_code}): stderr says why.")
    name = signal.Signals(-exit_code).name
    return OverLimitError(f"it crashed its reader ({name}), as a file does that takes {too_much}")
