"""The process in which documents are read (see `confined`). It does what it is asked, under limits.

A library may be in its own code for as long as it likes: the kernel's alarm ends the process all the same, even if the
process that asked is gone.
"""

import gc
import logging
import mmap
import os
import pickle  # nosec B403 - of what this project itself sends through its own pipe
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

MEMORY_BYTES = 1024**3  # beyond what the process has once its libraries are loaded
OUT_OF_MEMORY = 77  # the exit code that says so

_WATCHED_EVERY_SECONDS = 0.05
_FRAMES = 10  # of a traceback: hostile files nest deep


class Kind(Enum):
    """What is to be done with a function."""

    KNOW = auto()  # load its module; nothing is answered
    MAKE = auto()  # hold what it returns
    ASK = auto()  # answer what it says of what is held
    RUN = auto()  # answer what it returns


class Seconds(NamedTuple):
    """How long something may take: in the processor's time, and, on a machine that is busy, until it must be done."""

    working: float
    waiting: float


class Request(NamedTuple):
    """Something to do within a time."""

    kind: Kind
    function: Callable[..., Any]
    args: Sequence[object] = ()
    kwargs: Mapping[str, object] = {}
    seconds: Seconds = Seconds(0, 0)


class Answer(NamedTuple):
    """What came of a request."""

    value: object = None
    error: Exception | None = None

    def result(self) -> object:
        """What was returned; raises what was raised."""
        if self.error:
            raise self.error
        return self.value


def serve(descriptor: int) -> None:
    """Do what is asked through a pipe, until its other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    for alarm in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(alarm, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.getLogger().addHandler(logging.NullHandler())  # libraries quote what is in a document
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
        """Raise EOFError once there is nobody to ask; MemoryError."""
        first: Request = self._connection.recv()
        gc.freeze()  # now that the libraries for documents are loaded, only what is of a document is ever to be freed
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
        try:
            return pickle.dumps(Answer(self._value(request)), pickle.HIGHEST_PROTOCOL)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - whoever asked is told, and raises it
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
    """Have the kernel end this process after a time; 0 is never."""
    signal.setitimer(signal.ITIMER_PROF, seconds.working)
    signal.setitimer(signal.ITIMER_REAL, seconds.waiting)


def _failed(error: Exception) -> bytes:
    """The error, with where it was raised; in words if it cannot be pickled."""
    error.add_note("In the worker:\n" + "".join(traceback.format_tb(error.__traceback__, -_FRAMES)))
    try:
        answer = pickle.dumps(Answer(error=error))
        pickle.loads(answer)  # noqa: S301 # nosec B301 - it is our own
    except Exception:  # noqa: BLE001 - whatever a library's error does when it is copied
        return pickle.dumps(Answer(error=RuntimeError(f"{type(error).__name__}: {error}")))
    return answer


def _limit_memory() -> None:
    """Take no more than MEMORY_BYTES from now on: the kernel refuses it where it can, else the process watches."""
    with suppress(OSError, ValueError):  # macOS does not tell the one, and refuses the other
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
    """End the process once it has more memory than that. Libraries let other threads run while they work."""
    while _resident_bytes() <= most_bytes:
        time.sleep(_WATCHED_EVERY_SECONDS)
    os._exit(OUT_OF_MEMORY)


def _resident_bytes() -> int:
    """How much of it is in memory; on macOS, the most there has been."""
    try:
        return _sizes()[1]
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _sizes() -> tuple[int, int]:
    """The bytes of this process's address space, and those of it that are in memory, as Linux tells them."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(pages[0]) * resource.getpagesize(), int(pages[1]) * resource.getpagesize()
