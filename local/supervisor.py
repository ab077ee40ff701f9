"""The parent of each local service: `python -m local.supervisor COMMAND...` restarts a command that is killed.

The real services do not die, but a process on a laptop may, for lack of memory or by hand. If a command ends by itself,
its parent ends, too.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import NoReturn

from local.service.log import line

LONG_SECONDS = 10.0  # a command that lives less than this died at once
_MOST_QUICK_DEATHS = 3


def supervise(command: Sequence[str], clock: Callable[[], float] = time.monotonic) -> int:
    """Run the command until it ends by itself or is killed at once three times in a row; return its exit code."""
    quick_deaths = 0
    while quick_deaths < _MOST_QUICK_DEATHS:
        started_at = clock()
        exit_code = _run(command)
        if exit_code >= 0:
            return exit_code
        quick_deaths = quick_deaths + 1 if clock() - started_at < LONG_SECONDS else 0
        _log("process killed", signal=signal.Signals(-exit_code).name, quickDeaths=quick_deaths)
    _log("given up", command=" ".join(command))
    return 1


def _run(command: Sequence[str]) -> int:
    """Run the command and return its exit code, negative for a signal; it stops if this process is told to stop."""
    # The lock that marks the server as running is inherited: the server may outlive its parent.
    with subprocess.Popen(command, close_fds=False) as process:  # noqa: S603 - what it is for
        try:
            return process.wait()
        finally:
            process.terminate()


def _log(event: str, **fields: object) -> None:
    sys.stderr.write(line(event, **fields) + "\n")
    sys.stderr.flush()


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(supervise(sys.argv[1:]))
