"""The process in which documents are read (see `confined`). It handles requests, within limits.

Even if a library never returns from native code, the kernel's alarm ends the process. This also works if the process
that sent the request is gone.
"""

import gc
import logging
import mmap
import os
import pickle  # nosec B403 - only for what this project sends through its own pipe
import resource
import signal
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import Enum, auto
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

MEMORY_BYTES = 1024**3  # in addition to what the process has once its libraries are loaded
OUT_OF_MEMORY = 77  # exit code

_WATCHED_EVERY_SECONDS = 0.05
_LEAST_SECONDS = 0.001  # if none are left
_FRAMES = 10  # of a traceback: hostile files are deeply nested


class Kind(Enum):
    """What to do with a function."""

    KNOW = auto()  # load the modules of its arguments; there is no answer
    MAKE = auto()  # keep its result as the object
    ASK = auto()  # call it with the object, and answer its result
    RUN = auto()  # call it, and answer its result


class Seconds(NamedTuple):
    """How long a request may take: CPU time, and the time on the clock, which is longer on a busy machine.

    Some of the CPU time may be `spent` already, by earlier requests for the same page.
    """

    working: float
    waiting: float
    spent: float = 0


class Request(NamedTuple):
    """A function to call within a time limit."""

    kind: Kind
    function: Callable[..., Any]
    args: Sequence[object] = ()
    kwargs: Mapping[str, object] = {}
    seconds: Seconds = Seconds(0, 0)


class Answer(NamedTuple):
    """The result of a request, and the CPU time it took, unless it failed."""

    value: object = None
    error: Exception | None = None
    seconds: float = 0

    def result(self) -> object:
        """What the function returned; raises what it raised."""
        if self.error:
            raise self.error
        return self.value


def serve(descriptor: int) -> None:
    """Handle the requests that come through a pipe, until its other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent process
    for alarm in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(alarm, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.getLogger().addHandler(logging.NullHandler())  # libraries quote the document in their messages
    with Connection(descriptor) as connection, suppress(EOFError, ConnectionError):
        try:
            _Server(connection).run()
        except MemoryError:
            os._exit(OUT_OF_MEMORY)


class _Server:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held: Any = None

    def run(self) -> None:
        """Handle requests. Raises EOFError when the pipe is closed, and MemoryError."""
        first: Request = self._connection.recv()
        gc.freeze()  # the loaded libraries stay; only what belongs to a document is ever freed
        _limit_memory()
        self._do(first)
        while True:
            self._do(self._connection.recv())

    def _do(self, request: Request | None) -> None:
        if request is None:
            self._held = None
            gc.collect()
        elif request.kind is not Kind.KNOW:
            self._connection.send_bytes(self._answer(request))

    def _answer(self, request: Request) -> bytes:
        _set_alarm(request.seconds)
        began = time.process_time()
        try:
            answer = Answer(self._value(request), seconds=time.process_time() - began)
            return pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - the caller gets it, and raises it
            return _failed(error)
        finally:
            _set_alarm(Seconds(0, 0))

    def _value(self, request: Request) -> object:
        match request.kind:
            case Kind.MAKE:
                self._held = request.function(*request.args, **request.kwargs)
                return None
            case Kind.ASK:
                return request.function(self._held, *request.args, **request.kwargs)
            case _:
                return request.function(*request.args, **request.kwargs)


def _set_alarm(seconds: Seconds) -> None:
    """Make the kernel end this process after that time; 0 means never."""
    left = max(seconds.working - seconds.spent, _LEAST_SECONDS) if seconds.working else 0
    signal.setitimer(signal.ITIMER_PROF, left)
    signal.setitimer(signal.ITIMER_REAL, seconds.waiting)


def _failed(error: Exception) -> bytes:
    """The error and where it was raised; as text if it cannot be pickled."""
    error.add_note("In the worker:\n" + "".join(traceback.format_tb(error.__traceback__, -_FRAMES)))
    try:
        answer = pickle.dumps(Answer(error=error))
        pickle.loads(answer)  # noqa: S301 # nosec B301 - pickled in the line above
    except Exception:  # noqa: BLE001 - a library's error may fail in any way when it is unpickled
        return pickle.dumps(Answer(error=RuntimeError(f"{type(error).__name__}: {error}")))
    return answer


def _limit_memory() -> None:
    """Limit further memory to MEMORY_BYTES: the kernel enforces it if it can; otherwise, a thread does."""
    with suppress(OSError, ValueError):  # macOS has no /proc, and does not accept the limit
        most = _sizes()[0] + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
    if not _is_refused():
        threading.Thread(target=_watch, args=(_resident_bytes() + MEMORY_BYTES,), daemon=True).start()


def _is_refused() -> bool:
    try:
        mmap.mmap(-1, MEMORY_BYTES + 1, flags=mmap.MAP_PRIVATE | mmap.MAP_ANON).close()
    except OSError:
        return True
    return False


def _watch(most_bytes: int) -> None:
    """End the process once it has more memory than that. Other threads run while libraries work in native code."""
    while _resident_bytes() <= most_bytes:
        time.sleep(_WATCHED_EVERY_SECONDS)
    os._exit(OUT_OF_MEMORY)


def _resident_bytes() -> int:
    """How many bytes of this process are in memory; on macOS, the most there have been so far."""
    try:
        return _sizes()[1]
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _sizes() -> tuple[int, int]:
    """The size of this process's address space, and the bytes of it that are in memory, according to Linux."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(pages[0]) * resource.getpagesize(), int(pages[1]) * resource.getpagesize()
