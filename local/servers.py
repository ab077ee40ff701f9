"""The servers of the local cloud: started in the background, found and stopped by later commands.

A server keeps its pid file locked as long as it lives. The lock, not the number, says whether it runs: a process that
reuses the pid is never mistaken for it, and a server whose starter was killed is still found.
"""

import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local.cloud_error import LocalCloudError

HOST = "127.0.0.1"
_POLL_SECONDS = 0.05
_LOG_LINES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Server:
    """One server; `directory` holds its pid file and its log."""

    name: str
    directory: Path

    @property
    def log(self) -> Path:
        """The file with the server's output."""
        return self.directory / f"{self.name}.log"

    @property
    def _pid_file(self) -> Path:
        return self.directory / f"{self.name}.pid"

    def start(self, command: Sequence[str], environment: Mapping[str, str], working_directory: Path) -> None:
        """Start the server in its own process group, so that Ctrl-C in the terminal does not stop it."""
        with self._pid_file.open("w") as pid_file, self.log.open("w") as log:
            fcntl.flock(pid_file, fcntl.LOCK_EX)
            process = subprocess.Popen(  # noqa: S603 - no part of the command comes from outside
                command,
                env=environment,
                cwd=working_directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=[pid_file.fileno()],
            )
            pid_file.write(str(process.pid))

    def is_running(self) -> bool:
        """Whether the server, or a process that it started, lives."""
        try:
            with self._pid_file.open() as pid_file:
                fcntl.flock(pid_file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def wait_until_listening(self, port: int, seconds: float) -> None:
        """Wait until the server accepts connections; raises LocalCloudError if it ends or takes too long."""
        deadline = time.monotonic() + seconds
        while not _accepts_connections(port):
            if not self.is_running():
                raise LocalCloudError(f"{self.name} ended while starting: {self._end_of_log()} (full log: {self.log})")
            if time.monotonic() > deadline:
                raise LocalCloudError(f"{self.name} did not listen on port {port} within {seconds:g} s: see {self.log}")
            time.sleep(_POLL_SECONDS)

    def stop(self, grace_seconds: float = 2) -> None:
        """Stop the server and everything that it started, by force after a short grace period."""
        for end in (signal.SIGTERM, signal.SIGKILL):
            if not self.is_running():
                break
            with suppress(ProcessLookupError):
                os.killpg(int(self._pid_file.read_text()), end)
            self._wait_until_ended(grace_seconds)
        self._pid_file.unlink(missing_ok=True)

    def _wait_until_ended(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.is_running() and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)

    def _end_of_log(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        return " ".join(lines[-_LOG_LINES_SHOWN:]) or "it wrote nothing"


def free_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _accepts_connections(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True
