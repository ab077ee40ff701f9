"""Readers of documents are kept within their limits, and a file that breaks one breaks nothing else."""

import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial

import pytest

from document_rendering import confined, worker
from document_rendering.confined import Confined, OverLimitError, OverTimeError, WorkerError
from document_rendering.images import with_pictures
from document_rendering.worker import MEMORY_BYTES, Seconds

SOON = Seconds(working=3, waiting=60)
SEEN = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}  # by a process that a test starts


def test_an_object_lives_in_the_worker_and_is_asked_there() -> None:
    with Confined(partial(list[str], "ab")) as held:
        held.ask(SOON, list.append, "c")
        assert held.ask(SOON, list.index, "c") == 2
    assert confined.run(SOON, os.getpid) != os.getpid()


def test_what_is_raised_there_is_raised_here_and_the_object_stays() -> None:
    with Confined(partial(dict[str, int], a=1)) as held:
        with pytest.raises(KeyError, match="b") as raised:
            held.ask(SOON, dict.__getitem__, "b")
        assert "In the worker" in raised.value.__notes__[0]
        assert held.ask(SOON, dict.__getitem__, "a") == 1


class TornError(Exception):
    def __init__(self, page: int, *, why: str) -> None:
        super().__init__(f"page {page}: {why}")


def tear() -> None:
    raise TornError(1, why="torn")


def test_an_error_that_cannot_be_copied_is_told_in_words() -> None:
    with pytest.raises(RuntimeError, match="TornError: page 1: torn"):
        confined.run(SOON, tear)


def test_what_takes_too_long_ends_even_where_python_has_no_say() -> None:
    with pytest.raises(OverLimitError, match="it took more than 1 seconds of CPU time"):
        confined.run(Seconds(working=1, waiting=60), sum, range(10**12))


def test_what_was_spent_before_is_counted_in() -> None:
    with Confined(partial(list[int], [1])) as held:
        held.ask(SOON, busy, 0.5)
        assert 0.4 < held.worked < 3
        began = time.monotonic()
        with pytest.raises(OverLimitError, match="it took more than 3 seconds"):
            held.ask(SOON._replace(spent=2.9), busy, 100)
        assert time.monotonic() - began < 60
        with pytest.raises(OverLimitError, match="it took more than 3 seconds"):
            held.ask(SOON._replace(spent=9), busy, 100)


def busy(_: object, seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_what_waits_too_long_ends() -> None:
    with pytest.raises(OverTimeError, match="it was not finished after 1 seconds"):
        confined.run(Seconds(working=5, waiting=1), time.sleep, 60)


def test_what_takes_too_much_memory_ends() -> None:
    with pytest.raises(OverLimitError, match="it took more than 1,024 MB of memory"):
        confined.run(SOON, bytearray, MEMORY_BYTES + 1)
    assert confined.run(SOON, taken, MEMORY_BYTES // 2) == MEMORY_BYTES // 2


def taken(count: int) -> int:
    return len(bytearray(count))


def test_where_the_kernel_does_not_hold_it_to_the_limit_the_process_watches() -> None:
    code = """
import resource, threading, time
resource.setrlimit = lambda *_: None
from document_rendering import worker
worker.MEMORY_BYTES = 100 * 1024**2
worker._limit_memory()
kept = bytearray(50 * 1024**2)
time.sleep(0.2)
print("within", flush=True)
more = bytearray(b"x") * 200 * 1024**2
time.sleep(5)
"""
    ended = subprocess.run([sys.executable, "-c", code], env=SEEN, capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.returncode) == ("within\n", worker.OUT_OF_MEMORY), ended.stderr


def test_a_crash_is_told_with_its_signal() -> None:
    with pytest.raises(OverLimitError, match=r"it crashed its reader \(SIGSEGV\)"):
        confined.run(SOON, signal.raise_signal, signal.SIGSEGV)


def test_a_worker_that_cannot_start_is_no_documents_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "_idle", confined._Idle())
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(WorkerError, match="exit code 1"):
        confined.run(SOON, os.getpid)


def test_an_object_whose_worker_died_is_made_again_and_given_up_when_it_dies_again_and_again() -> None:
    with Confined(partial(list[str], "ab")) as held:
        for _ in range(3):
            assert held.ask(SOON, list.index, "b") == 1
            with pytest.raises(OverLimitError, match="crashed"):
                held.ask(SOON, die)
        with pytest.raises(OverLimitError, match="3 parts of it took too much memory or time"):
            held.ask(SOON, list.index, "b")


def die(_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_nobody_waits_for_anothers_document() -> None:
    slow = threading.Thread(target=pytest.raises, args=(OverLimitError, confined.run, SOON, sum, range(10**12)))
    slow.start()
    assert confined.run(SOON, max, 1, 2) == 2
    assert slow.is_alive()
    slow.join()


def test_a_worker_is_kept_for_the_next_document_and_holds_nothing_of_the_last() -> None:
    first = confined.run(SOON, os.getpid)
    with Confined(partial(list[str], "ab")):
        pass
    assert confined.run(SOON, os.getpid) == first
    with Confined(list[str]) as held:
        assert held.ask(SOON, list.copy) == []


def test_a_worker_can_be_made_ready_before_there_is_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "_idle", confined._Idle())
    confined.prepare(with_pictures)
    loaded = confined.run(SOON, loaded_modules)
    assert "pypdfium2" in loaded
    ready = confined.run(SOON, os.getpid)
    confined.prepare(with_pictures)
    assert confined.run(SOON, os.getpid) == ready


def loaded_modules() -> list[str]:
    return sorted(sys.modules)


def test_a_worker_that_died_while_it_was_idle_is_no_documents_fault() -> None:
    os.kill(confined.run(SOON, os.getpid), signal.SIGKILL)
    time.sleep(0.2)
    assert confined.run(SOON, max, 1, 2) == 2


def test_a_worker_is_told_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "_idle", confined._Idle())
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert confined.run(SOON, os.getenv, "AWS_SECRET_ACCESS_KEY") is None


def test_a_worker_ends_with_the_process_that_started_it() -> None:
    code = (
        "import os; from document_rendering.confined import *; print(run(A_PAGE, os.getpid), flush=True); os._exit(0)"
    )
    pid = int(subprocess.check_output([sys.executable, "-c", code], env=SEEN))
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("the worker outlived its parent")
