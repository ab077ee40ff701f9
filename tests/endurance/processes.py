"""The processes of one local cloud, found in Linux's /proc, and killed in the middle of their work."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

_WAITS_FOR_WORK = b"0 0x0 "  # it reads from file 0, over which MiniStack gives a function's process its events


def function_workers(directory: Path) -> Iterator[tuple[Path, str]]:
    """The processes that functions of the cloud in `directory` run in, each with its function's name."""
    for process in _processes():
        with suppress(OSError):
            if (process / "cwd").readlink().is_relative_to(directory):
                variables = (process / "environ").read_bytes().decode().split("\0")
                name = next((one for one in variables if one.startswith("AWS_LAMBDA_FUNCTION_NAME=")), None)
                if name:
                    yield process, name.partition("=")[2]


def textract(directory: Path) -> Path | None:
    """The process of the local Textract of the cloud in `directory`, not its parent."""
    for process in _processes():
        with suppress(OSError):
            arguments = (process / "cmdline").read_bytes().decode().split("\0")
            if arguments[1:3] == ["-m", "local.textract"] and f"--jobs-folder={directory}/jobs" in arguments:
                return process
    return None


def waits_for_work(process: Path) -> bool:
    """Whether a function's process has nothing to do."""
    return (process / "syscall").read_bytes().startswith(_WAITS_FOR_WORK)


def has_worked(process: Path) -> bool:
    """Whether a function's process is past its start and its first event: it has a connection to AWS."""
    return any(file.readlink().name.startswith("socket:") for file in (process / "fd").iterdir())


def kill_if(process: Path, is_at_work: Callable[[], bool]) -> bool:
    """`kill -9` a process if, and while, it is at work; whether it was."""
    pid = int(process.name)
    try:
        os.kill(pid, signal.SIGSTOP)
        time.sleep(0.001)  # until it has stopped
        if is_at_work():
            os.kill(pid, signal.SIGKILL)
            return True
        os.kill(pid, signal.SIGCONT)
    except (OSError, ValueError):
        pass  # it ended meanwhile
    return False


def most_memory(process: Path) -> int:
    """The most bytes of memory that a process has had."""
    lines = (process / "status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def _processes() -> Iterator[Path]:
    return (path for path in Path("/proc").glob("[0-9]*"))
