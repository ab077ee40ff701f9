"""The processes of a local cloud and their memory, from Linux's /proc."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

SESSION = 3  # field of /proc/PID/stat, counted from the process's state
_FUNCTION = "AWS_LAMBDA_FUNCTION_NAME="


def sessions_of(directory: Path) -> set[int]:
    """The sessions of the local cloud in `directory`: one per server, with everything that it has started."""
    return {int(file.read_text()) for file in directory.glob("*.pid")}


def in_sessions(sessions: Iterable[int]) -> Iterator[tuple[Path, list[str]]]:
    """The processes of these sessions, each with the fields of its /proc/PID/stat, starting with its state."""
    wanted = {*sessions}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            if int(fields[SESSION]) in wanted:
                yield process, fields


def program(process: Path) -> str:
    """The function that a process runs, else its Python module; empty if neither."""
    with suppress(OSError):
        variables = (process / "environ").read_bytes().decode().split("\0")
        for variable in variables:
            if variable.startswith(_FUNCTION):
                return variable.removeprefix(_FUNCTION)
        arguments = (process / "cmdline").read_bytes().decode().split("\0")
        if arguments[1] == "-m":
            return arguments[2]
    return ""


def memory(process: Path, which: str = "VmRSS") -> int:
    """A process's bytes of memory, current (VmRSS) or peak (VmHWM); 0 if it has ended or there is no /proc."""
    with suppress(OSError):
        for line in (process / "status").read_text().splitlines():
            if line.startswith(which):
                return int(line.split()[1]) * 1024
    return 0
